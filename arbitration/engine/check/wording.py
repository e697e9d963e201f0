"""Boxes and consequences in words, in Chinese and English: labels of the vocabulary, never ids where there is a label."""

from collections.abc import Mapping
from typing import Any

from arbitration.engine.check.boxes import Where
from arbitration.engine.facts import ACTS, FACTS, FINDINGS, MOMENTS, ROLES, SANCTIONS, SHARES, TURNS
from arbitration.engine.facts.reasons import REASONS
from arbitration.engine.facts.words import Note, Value, Word
from arbitration.engine.wording import OWNERS

TERMS: Mapping[str, Note] = {
    "minutes": ("分钟", "minutes"), "hours": ("小时", "hours"), "days": ("天", "days"), "working_days": ("个工作日", "working days")
}  # fmt: skip
# What collects, with the register of its words.
KINDS: Mapping[str, tuple[str, str, Mapping[str, Word[Any]]]] = {
    "duty": ("义务：", "duty: ", ACTS), "finding": ("认定：", "finding: ", FINDINGS), "sanction": ("处罚：", "sanction: ", SANCTIONS),
    "turns": ("轮次：", "turns: ", TURNS),
}  # fmt: skip


def region(where: Where, lang: str) -> str:
    """A box: what is so, then which values other facts may have, then what is not so, together, since it is often much."""
    if not where:
        return "任何情形" if lang == "zh" else "whatever the facts"
    so, not_so = ([fact for fact, values in where.items() if values == (answer,)] for answer in (True, False))
    told = [fact for fact in where if fact not in {*so, *not_so}]
    parts = [
        _are(so, "是", "yes", lang),
        *(_is(fact, where[fact], lang) for fact in told),
        _are(not_so, "否", "no", lang),
    ]
    return ("；" if lang == "zh" else "; ").join(filter(None, parts))


def _are(facts: list[str], zh: str, en: str, lang: str) -> str:
    """Several facts with one answer."""
    if not facts:
        return ""
    if lang == "zh":
        return "".join(f"「{FACTS[fact].zh}」" for fact in facts) + ("均" if len(facts) > 1 else "") + f"为{zh}"
    return ", ".join(f"“{FACTS[fact].en}”" for fact in facts) + f" {'are' if len(facts) > 1 else 'is'} {en}"


def _is(fact: str, values: tuple[Value | range, ...], lang: str) -> str:
    """One fact with its values, or with the few that it does not have."""
    known = FACTS[fact].values
    others = [] if isinstance(known, range) else [value for value in known if value not in values]
    shorter = 0 < len(others) < len(values)
    said = (" 或 " if lang == "zh" else " or ").join(
        _value(fact, value, lang) for value in (others if shorter else values)
    )
    if lang == "zh":
        return f"「{FACTS[fact].zh}」{'不' if shorter else ''}为{said}"
    return f"“{FACTS[fact].en}” is {'not ' if shorter else ''}{said}"


def _value(fact: str, value: Value | range, lang: str) -> str:
    word = FACTS[fact]
    if not isinstance(value, range):
        return word.said(value, lang)
    low, high = value[0], value[-1]
    if len(value) == 1:
        return word.said(low, lang)
    if high == word.values[-1]:  # a number beyond the end counts as the end
        return f"至少 {word.said(low, lang)}" if lang == "zh" else f"at least {word.said(low, lang)}"
    return f"{low}–{word.said(high, lang)}"


def consequence(then: Mapping[str, Any], params: Mapping[str, Any], lang: str) -> str:
    """What a rule does."""
    zh = lang == "zh"
    for kind, (in_zh, in_en, words) in KINDS.items():
        if kind in then:
            return (in_zh if zh else in_en) + _label(words[then[kind]], lang) + _term(then, params, lang)
    if "hold" in then:
        moment = _label(MOMENTS[then["hold"]], lang)
        return f"暂不裁定，等到：{moment}" if zh else f"on hold until {moment}"
    if "dismiss" in then:
        return ("不受理：" if zh else "dismissed: ") + _reason(then["dismiss"], lang)
    if "no_collision" in then:
        return ("不构成撞单：" if zh else "no collision: ") + _reason(then["no_collision"], lang)
    if "escalate" in then:
        return _escalated(then, params, lang)
    if "applies" in then:
        return "适用，不改变归属" if zh else "it applies and changes no ownership"
    return _answer(then, params, lang)


def _label(word: Word[Any], lang: str) -> str:
    return word.zh if lang == "zh" else word.en


def _reason(name: str, lang: str) -> str:
    return REASONS.get(name, (name, name))[lang == "en"].rstrip("。.")


def _term(then: Mapping[str, Any], params: Mapping[str, Any], lang: str) -> str:
    unit = next((unit for unit in TERMS if unit in then), None)
    if unit is None:
        return ""
    span = f"{params.get(then[unit], then[unit])} {TERMS[unit][lang == 'en']}"
    return f"，{span}内" if lang == "zh" else f", within {span}"


def _escalated(then: Mapping[str, Any], params: Mapping[str, Any], lang: str) -> str:
    zh = lang == "zh"
    to = (
        f"{ROLES[then['to']].zh if zh else ROLES[then['to']].en}"
        if "to" in then
        else ("负责人" if zh else "the person in charge")
    )
    said = (
        f"交{to}裁定：{_reason(then['escalate'], lang)}" if zh else f"left to {to}: {_reason(then['escalate'], lang)}"
    )
    if "propose" not in then:
        return said
    proposal = _answer(then["propose"], params, lang)
    return f"{said}（建议：{proposal}）" if zh else f"{said} (proposal: {proposal})"


def _answer(then: Mapping[str, Any], params: Mapping[str, Any], lang: str) -> str:
    """Who owns and who shares."""
    zh = lang == "zh"
    parts = []
    if "owner" in then:
        owner = _owner(then["owner"], lang)
        parts.append(f"归{owner}" if zh else f"owner: {owner}")
    if "split" in then:
        parts.append(("分成：" if zh else "shares: ") + _split(then["split"], params, lang))
    return ("；" if zh else "; ").join(parts)


def _owner(name: str, lang: str) -> str:
    return OWNERS[name][lang == "en"] if name in OWNERS else _label(ROLES[name], lang)


def _split(split: Any, params: Mapping[str, Any], lang: str) -> str:
    zh = lang == "zh"
    if isinstance(split, str):
        return f"{_label(ROLES[split], lang)}平分" if zh else f"equal, {_label(ROLES[split], lang)}"
    if "shares" in split:
        return _label(SHARES[split["shares"]], lang)
    if "fund" in split:
        team = _label(ROLES[split["fund"]], lang)
        return f"{team}的团队基金" if zh else f"the team fund of {team}"
    return ("、" if zh else ", ").join(
        f"{_label(ROLES[role], lang)} {_part(part, params, lang)}" for role, part in split.items()
    )


def _part(part: Any, params: Mapping[str, Any], lang: str) -> str:
    if part == "remainder":
        return "其余" if lang == "zh" else "the rest"
    whole, rest = divmod(params[part["param"]] if isinstance(part, Mapping) else part, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"
