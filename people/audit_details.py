"""What a line of the audit log says beside who did what: why, and what was done exactly, in words."""

from collections.abc import Mapping
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
    "appeal": gettext_lazy("申诉"), "policy": gettext_lazy("制度"), "month": gettext_lazy("月份"), "entries": gettext_lazy("分录"),
    "digest": gettext_lazy("指纹"), "fields": gettext_lazy("哪几项"), "seal": gettext_lazy("历史印章"),
    "said": gettext_lazy("结果"), "outcome": gettext_lazy("结果"), "how": gettext_lazy("怎么"), "events": gettext_lazy("事件"),
    "masked": gettext_lazy("带星号"),
    "supersedes": gettext_lazy("代替的裁定"), "answer": gettext_lazy("答复"), "stage": gettext_lazy("阶段"),
    "site": pgettext_lazy("menu", "案场"), "moved": gettext_lazy("换了地址"),
}  # fmt: skip
LABELS = {**dict(Role.choices), **dict(Right.choices)}
LABELLED = frozenset({"role", "roles", "scopes"})


def in_words(detail: Mapping[str, Any]) -> str:
    """`理由：… · 天数：30`, what people say first; empty where the line says no more."""
    order = {name: place for place, name in enumerate(NAMES)}
    keys = sorted(detail, key=lambda key: (order.get(key, len(order)), key))
    return " · ".join(
        f"{NAMES.get(key, key)}{_('：')}{_value(key, detail[key])}" for key in keys if detail[key] not in (None, "", [])
    )


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return _("、").join(_value(key, one) for one in value)
    return str(LABELS.get(value, value)) if key in LABELLED else str(value)
