"""What a line of the audit log says beside who did what: why, and what was done exactly, in words."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from people.roles import Right, Role

NAMES: dict[str, Any] = {
    "reason": gettext_lazy("理由"), "why": gettext_lazy("理由"), "note": gettext_lazy("备注"), "role": gettext_lazy("角色"),
    "roles": gettext_lazy("角色"), "scopes": gettext_lazy("能做什么"), "days": gettext_lazy("天数"), "until": gettext_lazy("到"),
    "since": gettext_lazy("从"), "lines": gettext_lazy("行数"), "rows": gettext_lazy("行数"), "count": gettext_lazy("几个"),
    "form": gettext_lazy("文件"), "whole": gettext_lazy("整号"), "fen": gettext_lazy("金额（分）"), "kind": gettext_lazy("哪一种"),
    "to": gettext_lazy("给谁"), "user": gettext_lazy("给谁"), "team": gettext_lazy("团队"), "ruling": gettext_lazy("裁定"),
    "appeal": gettext_lazy("申诉"), "policy": gettext_lazy("制度"), "month": pgettext_lazy("audit", "月份"),
    "entries": gettext_lazy("分录"),
    "digest": gettext_lazy("指纹"), "fields": gettext_lazy("哪几项"), "seal": gettext_lazy("历史印章"),
    "said": gettext_lazy("结果"), "outcome": gettext_lazy("结果"), "how": gettext_lazy("怎么"), "events": gettext_lazy("事件"),
    "masked": gettext_lazy("带星号"),
    "supersedes": gettext_lazy("代替的裁定"), "answer": gettext_lazy("答复"), "stage": gettext_lazy("阶段"),
    "site": pgettext_lazy("menu", "案场"), "moved": gettext_lazy("换了地址"),
    "as_": gettext_lazy("以什么身份"), "base": gettext_lazy("从哪一版改"), "becomes": gettext_lazy("变成谁的"),
    "books": gettext_lazy("本子"), "cases": gettext_lazy("几件撞单"), "cause": gettext_lazy("起因"),
    "changed": gettext_lazy("哪几项"), "commission": gettext_lazy("佣金（分）"), "consent": gettext_lazy("谁同意"),
    "day": pgettext_lazy("audit", "日期"), "entry": gettext_lazy("分录"), "established": pgettext_lazy("audit", "属实"),
    "event": gettext_lazy("事件"), "file": gettext_lazy("文件"), "fines_payable": gettext_lazy("罚款要付"),
    "first": gettext_lazy("从"), "given": gettext_lazy("填了"), "ground": pgettext_lazy("audit", "依据"),
    "holder": pgettext_lazy("audit", "归谁"),
    "industry": pgettext_lazy("audit", "行业"), "jurisdiction": gettext_lazy("地区"), "kinds": gettext_lazy("哪几种"),
    "last": gettext_lazy("到"), "last_day": gettext_lazy("最后一天"), "late": gettext_lazy("过了期限"),
    "left": gettext_lazy("没照抄的"), "login": gettext_lazy("要登录"), "managers": gettext_lazy("主管群"),
    "matter": gettext_lazy("争什么"), "merged": gettext_lazy("并入的客户"), "n": gettext_lazy("几个"), "new": gettext_lazy("新的"),
    "no": gettext_lazy("编号"), "numbers": gettext_lazy("编号"), "of": gettext_lazy("原件"),
    "organisation": gettext_lazy("公司"), "paper": gettext_lazy("按纸单"), "parameter": pgettext_lazy("audit", "参数"),
    "params": pgettext_lazy("audit", "参数"), "port": gettext_lazy("端口"), "proof": pgettext_lazy("audit", "凭据"),
    "provider": gettext_lazy("登录方式"), "rate": gettext_lazy("比例（万分之）"), "region": pgettext_lazy("audit", "区域"),
    "revision": gettext_lazy("第几稿"), "security": gettext_lazy("加密"), "sha256": gettext_lazy("指纹"),
    "shared": gettext_lazy("几个人合用"), "source": pgettext_lazy("audit", "来源"), "state": gettext_lazy("状态"),
    "step": pgettext_lazy("audit", "步骤"), "tab": gettext_lazy("哪一页"), "terms": gettext_lazy("带参数"), "tls": gettext_lazy("加密"),
    "too_late": gettext_lazy("补得晚了"), "type": gettext_lazy("哪一种"), "undone": gettext_lazy("没做的"), "up": gettext_lazy("往前"),
    "version": gettext_lazy("版本"), "way": gettext_lazy("怎么告知"), "week": gettext_lazy("哪一周"),
    "weight": pgettext_lazy("audit", "权重"),
    "what": gettext_lazy("签收什么"), "working": gettext_lazy("上班"), "wrong": gettext_lazy("有错的行"),
}  # fmt: skip
LABELS = {**dict(Role.choices), **dict(Right.choices)}
LABELLED = frozenset({"role", "roles", "scopes"})
PEOPLE = frozenset({"to", "user", "holder", "becomes"})  # ids of people
CODES: dict[tuple[str, str], Mapping[str, Any]] = {}  # (action, name) → code → label, as apps have them


def say(action: str, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """A code in lines of this action has these labels. The app that writes such lines knows; this one does not."""
    CODES[action, name] = {str(code): label for code, label in choices}


def ids(detail: Mapping[str, Any]) -> set[str]:
    """The people that a line names besides who did it and to whom."""
    return {str(detail[name]) for name in PEOPLE & detail.keys()}


def in_words(detail: Mapping[str, Any], action: str = "", people: Mapping[int, Any] = MappingProxyType({})) -> str:
    """`理由：… · 天数：30`, what people say first; empty where the line says no more."""
    order = {name: place for place, name in enumerate(NAMES)}
    keys = sorted(detail, key=lambda key: (order.get(key, len(order)), key))
    return " · ".join(
        f"{NAMES.get(key, key)}{_('：')}{_value(action, key, detail[key], people)}"
        for key in keys
        if detail[key] not in (None, "", [])
    )


def _value(action: str, key: str, value: Any, people: Mapping[int, Any]) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return _("、").join(_value(action, key, one, people) for one in value)
    if key in PEOPLE and str(value).isdigit():
        return str(people.get(int(value), value))
    labels = LABELS if key in LABELLED else CODES.get((action, key), {})
    return str(labels.get(str(value), value))
