"""The parameters of a policy as people set them: which values each may take, in words; read from a form, judged, told.

A pack gives a parameter its label, its clause, its own value and, for a number, its bounds. Which words a parameter chooses
among stands here, by its name.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.engine import Pack
from trail.refusals import Refusal

Param = Mapping[str, Any]
Words = Mapping[str, Any]

CHANNELS: Words = {
    "web": gettext_lazy("网页"), "form": gettext_lazy("表格"), "intent_table": gettext_lazy("意向客户表"),
    "email": gettext_lazy("邮件"), "sms": gettext_lazy("短信"), "im": gettext_lazy("微信/钉钉"), "phone": gettext_lazy("电话"),
}  # fmt: skip
KIN: Words = {
    "spouse": gettext_lazy("配偶"), "parent_child": gettext_lazy("父母子女"), "grandparent": gettext_lazy("祖孙"),
    "sibling": gettext_lazy("兄弟姐妹"), "other_kin": gettext_lazy("其他亲属"),
}  # fmt: skip
ONE: Mapping[str, Words] = {
    "arrival": {
        "first_of_customer": gettext_lazy("客户第一次到访"), "first_of_agency": gettext_lazy("本公司第一次带看"),
    },
    "walk_in_default": {"on_duty": gettext_lazy("值班的人"), "rotation": gettext_lazy("轮到的人")},
    "order_priority": {"importance": gettext_lazy("先看重要性"), "urgency": gettext_lazy("先看紧急性")},
    "order_default": {"due_date": gettext_lazy("先看交期"), "entry": gettext_lazy("只看收单先后")},
}  # fmt: skip
SEVERAL: Mapping[str, Words] = {
    "channels": CHANNELS, "crm_channels": CHANNELS, "kin_list": KIN,
    "deal_event": {"deposit": gettext_lazy("交定金"), "contract": gettext_lazy("签约")},
}  # fmt: skip
DAYS, POINTS = "holidays", "effort_points"
WORKED = "+"  # before a day that is worked although it would be off
MOST_DAYS, MOST_POINTS, LONGEST = 100, 100, 40
CODES = re.compile(r"\s?[（(][a-z_]+[)）]")  # `（importance）` in a label
BETWEEN = re.compile(r"[\s,，、;；]+")
WHOLE_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)


def kind(name: str, param: Param) -> str:
    """`one`, `several`, `days`, `points`, `yes_no`, `number` or `text`."""
    named = {**dict.fromkeys(ONE, "one"), **dict.fromkeys(SEVERAL, "several"), DAYS: "days", POINTS: "points"}
    plain = {bool: "yes_no", int: "number", str: "text"}
    return named.get(name) or plain[type(param["value"])]


def label(name: str, param: Param, lang: str) -> str:
    """What a parameter is called, without the codes that its words stand for."""
    text = CODES.sub("", str(param[lang]))
    if name in ONE and any(code in text for code in ONE[name]):
        text = re.split("[：:]", text)[0]
    return text[:1].upper() + text[1:]


def said(name: str, value: Any) -> str:
    """A value for readers."""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    words = ONE.get(name) or SEVERAL.get(name) or {}
    several = value if isinstance(value, list | tuple) else [value]
    return str(_("、")).join(str(words.get(str(one), one)) for one in several) or "—"


def hint(name: str, param: Param) -> str:
    """Clause, the policy's own value, and what may be put in its place."""
    parts = [_("条款 %(clause)s") % param]
    if param["value"] != []:
        parts.append(_("制度本来是 %(value)s") % {"value": said(name, param["value"])})
    if "min" in param:
        parts.append(_("可填 %(min)s–%(max)s") % param)
    if name.startswith("bp_") or name.endswith("_share"):
        parts.append(_("10000 就是 100%"))
    if name == DAYS:
        parts.append(_("一行一天：2025-05-01 休息，+2025-05-04 上班；留空就按公司的日历"))
    return " · ".join(parts)


# ── reading ──


def read(name: str, param: Param, given: Any) -> Any:
    """The value out of what a form sends: a text, or a list of words. Raises Refusal, as `judge` does."""
    value = READERS[kind(name, param)](given)
    judge(name, param, value)
    return value


def _pieces(text: str) -> list[str]:
    return [piece for piece in BETWEEN.split(text.strip()) if piece]


def number(text: str) -> Any:
    """The whole number that a text is, full-width too; the text itself where it is none, for a judge to say so."""
    plain = _plain(text)
    return int(plain) if WHOLE_NUMBER.fullmatch(plain) else text


def _plain(text: str) -> str:
    """Full-width digits and signs as narrow ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _day(text: str) -> str:
    """2025/5/1 as 2025-05-01, +2025/5/4 as +2025-05-04; as it is where it is no date."""
    numbers = re.split("[-/.]", text.removeprefix(WORKED))
    if len(numbers) != 3:
        return text
    return (WORKED if text.startswith(WORKED) else "") + "-".join(part.zfill(2) for part in numbers)


READERS: Mapping[str, Callable[[Any], Any]] = {
    "one": str, "text": lambda given: given.strip(), "several": list, "yes_no": lambda given: given == "yes",
    "number": number, "points": lambda given: [number(piece) for piece in _pieces(given)],
    "days": lambda given: sorted({_day(piece) for piece in _pieces(_plain(given))}),
}  # fmt: skip


# ── judging ──


def judge(name: str, param: Param, value: Any) -> None:
    """Raises Refusal for a value that the parameter cannot take: of another type, out of bounds, or a word that it has not."""
    problem = JUDGES[kind(name, param)](name, param, value)
    if problem:
        raise Refusal("param_wrong", problem, field=f"p_{name}")


def differing(pack: Pack, params: Mapping[str, Any]) -> dict[str, Any]:
    """Of the parameters given, those that differ from the pack's own. Raises Refusal for one that it has not, or cannot be."""
    for name, value in params.items():
        if name not in pack.params:
            raise Refusal("param_unknown", _("这份制度没有「%(name)s」这个参数") % {"name": name}, field=f"p_{name}")
        judge(name, pack.params[name], value)
    return {name: value for name, value in params.items() if value != pack.params[name]["value"]}


def _wrong_number(_name: str, param: Param, value: Any) -> str:
    if type(value) is not int:
        return str(_("写成整数，比如 %(value)s") % param)
    if not param["min"] <= value <= param["max"]:
        return str(_("填 %(min)s 到 %(max)s 之间的整数") % param)
    return ""


def _wrong_yes_no(_name: str, _param: Param, value: Any) -> str:
    return "" if type(value) is bool else str(_("选是或者否"))


def _wrong_one(name: str, _param: Param, value: Any) -> str:
    return "" if type(value) is str and value in ONE[name] else str(_("选列出来的一个"))


def _wrong_several(name: str, _param: Param, value: Any) -> str:
    if type(value) is not list or not value:
        return str(_("至少选一个"))
    known = all(type(one) is str and one in SEVERAL[name] for one in value)
    return "" if known and len(set(value)) == len(value) else str(_("只能选列出来的，每个一次"))


def _wrong_days(_name: str, _param: Param, value: Any) -> str:
    if type(value) is not list or len(value) > MOST_DAYS:
        return str(_("最多写 %(most)s 天") % {"most": MOST_DAYS})
    wrong = next((day for day in value if not _is_day(day)), None)
    return "" if wrong is None else str(_("「%(day)s」不是日期，写成 2025-05-01") % {"day": str(wrong)[:20]})


def _is_day(text: Any) -> bool:
    if type(text) is not str:
        return False
    day = text.removeprefix(WORKED)
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False


def _wrong_points(_name: str, param: Param, value: Any) -> str:
    own: list[int] = param["value"]
    fits = type(value) is list and len(value) == len(own) and all(_is_point(one) for one in value)
    if fits and any(value):
        return ""
    example = {"count": len(own), "most": MOST_POINTS, "value": ", ".join(map(str, own))}
    return str(_("写 %(count)s 个 0 到 %(most)s 的整数，不能全是 0，比如 %(value)s") % example)


def _is_point(one: Any) -> bool:
    return type(one) is int and 0 <= one <= MOST_POINTS


def _wrong_text(_name: str, _param: Param, value: Any) -> str:
    fits = type(value) is str and 0 < len(value.strip()) <= LONGEST and value.isprintable()
    return "" if fits else str(_("写 1 到 %(longest)s 个字，不换行") % {"longest": LONGEST})


JUDGES: Mapping[str, Callable[[str, Param, Any], str]] = {
    "one": _wrong_one, "text": _wrong_text, "several": _wrong_several, "yes_no": _wrong_yes_no, "number": _wrong_number,
    "points": _wrong_points, "days": _wrong_days,
}  # fmt: skip
