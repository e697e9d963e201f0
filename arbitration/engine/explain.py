"""The ruling as a person would read it, in the order an arbitrator writes: facts found, version and clauses, what was not
accepted and why, result and amounts, what would have changed it, how to appeal. Out of labels and data; no free text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from arbitration.engine.facts import FACTS
from arbitration.engine.facts.reasons import REASONS
from arbitration.engine.pack import WRITTEN, Leaf

if TYPE_CHECKING:
    from arbitration.engine.ruling import Ruling, State

Lang = str
WORDS: dict[str, tuple[str, str]] = {
    "facts": ("认定事实", "Facts found"),
    "rules": ("适用制度与条款", "Policy and clauses"),
    "rejected": ("未采纳的条款及理由", "Clauses not applied, and why"),
    "result": ("结论", "Result"),
    "whatif": ("若事实不同", "If the facts were otherwise"),
    "appeal": ("救济途径", "How to appeal"),
    "text": ("〔原文〕", "[written in the policy]"),
    "interpretation": ("〔推定〕", "[inferred where the policy is silent]"),
    "open": ("待办", "open"),
    "met": ("已履行", "met"),
    "breached": ("未按时履行", "not done in time"),
    "appeal_text": (
        "本件为建议，须由有权的人裁定。裁定后 7 天内可以申诉一次，由上一级决定；申诉期间暂停付款和处罚。",
        "This is a proposal; a person with the right to rule decides. One appeal to the next level is open for 7 days after the"
        " ruling; payments and sanctions wait meanwhile.",
    ),
}


def text(ruling: "Ruling", lang: Lang) -> str:
    """The whole ruling in one language."""
    parts = [
        ("facts", _facts(ruling, lang)), ("rules", _rules(ruling, lang)), ("rejected", _rejected(ruling, lang)),
        ("result", _result(ruling, lang)), ("whatif", _whatif(ruling, lang)), ("appeal", [_w("appeal_text", lang)]),
    ]  # fmt: skip
    return "\n\n".join("\n".join([_w(title, lang), *lines]) for title, found in parts if (lines := list(found)))


def _w(word: str, lang: Lang) -> str:
    return WORDS[word][lang == "en"]


def _value(name: str, value: Any, lang: Lang) -> str:
    """A value of a fact in words; of several, all of them."""
    if isinstance(value, tuple):
        return " / ".join(FACTS[name].said(one, lang) for one in value)
    return FACTS[name].said(value, lang)


def _facts(ruling: "Ruling", lang: Lang) -> Iterator[str]:
    """What the rules that took effect rest on, with the events."""
    names = dict.fromkeys(leaf.fact for s in ruling.states if s.state == "fired" for leaf in s.rule.when)
    for name in names:
        fact, word = ruling.matter.fact(name), FACTS[name]
        note = fact.note[lang == "en"]
        rest = ("；" if lang == "zh" else "; ").join(filter(None, [note, ", ".join(fact.events)]))
        label = word.en if lang == "en" else word.zh
        tail = (f"（{rest}）" if lang == "zh" else f" ({rest})") if rest else ""
        yield f"· {label}{'：' if lang == 'zh' else ': '}{_value(name, fact.value, lang)}{tail}"


def _rules(ruling: "Ruling", lang: Lang) -> Iterator[str]:
    """Which policy, and each rule that took effect, in our words."""
    pack = ruling.pack
    yield f"{pack.title[lang]} · {pack.id}@{pack.version} · {pack.sha256[:12]}"
    for s in ruling.states:
        if s.state == "fired":
            yield f"· {s.rule.id} {_w(s.rule.origin, lang)} {s.rule.says[lang]}"


def _rejected(ruling: "Ruling", lang: Lang) -> Iterator[str]:
    """Why the other rules on ownership did not take effect."""
    deciding = {stage.id for stage in ruling.pack.deciding}
    for s in ruling.states:
        if s.rule.stage in deciding and s.state not in ("fired", "stage_ended") and s.rule.origin == "text":
            yield f"· {s.rule.id} {s.rule.title[lang]}{'：' if lang == 'zh' else ': '}{_why_not(ruling, s, lang)}"


def _why_not(ruling: "Ruling", state: "State", lang: Lang) -> str:
    if state.state == "defeated_by":
        return f"{state.by} 是它的例外" if lang == "zh" else f"{state.by} is an exception to it"
    if state.state == "outranked":
        return "还有事实没有查明" if lang == "zh" else "facts are still open"
    join = "；" if lang == "zh" else "; "
    return join.join(_lacks(ruling, leaf, got, lang) for leaf, got in state.because)


def _lacks(ruling: "Ruling", leaf: Leaf, got: Any, lang: Lang) -> str:
    """One condition that failed: what it must be and what it is, with what was measured."""
    sign = "" if leaf.op in ("is", "in") else WRITTEN[leaf.op] + " "
    need = sign + _value(leaf.fact, leaf.against(ruling.matter.params), lang)
    note = ruling.matter.fact(leaf.fact).note[lang == "en"]
    if lang == "zh":
        return f"「{_label(leaf.fact, lang)}」须为{need}，实为{_value(leaf.fact, got, lang)}" + (
            f"（{note}）" if note else ""
        )
    return f"“{_label(leaf.fact, lang)}” must be {need}, is {_value(leaf.fact, got, lang)}" + (
        f" ({note})" if note else ""
    )


def _label(name: str, lang: Lang) -> str:
    word = FACTS[name]
    return word.en if lang == "en" else word.zh


def _result(ruling: "Ruling", lang: Lang) -> Iterator[str]:
    yield _outcome(ruling, ruling.status, ruling.owner, ruling.shares, ruling.amounts, lang)
    if ruling.reason:
        yield REASONS.get(ruling.reason, (ruling.reason, ruling.reason))[lang == "en"]
    for fact in ruling.missing:
        label = FACTS[fact].en if lang == "en" else FACTS[fact].zh
        yield f"· 待查明：{label}" if lang == "zh" else f"· still to be found out: {label}"
    for duty in ruling.duties:
        who, state = ruling.case.name(duty["who"]), _w(duty["state"], lang)
        due = duty["due"] or ""
        title = next(r.title[lang] for r in ruling.pack.rules if r.id == duty["clause"])
        yield (
            f"· {duty['clause']} {who}：{title}（{state}{'，期限 ' + due if due else ''}）"
            if lang == "zh"
            else (f"· {duty['clause']} {who}: {title} ({state}{', due ' + due if due else ''})")
        )


def _outcome(
    ruling: "Ruling", status: str, owner: str | None, shares: dict[str, int], amounts: dict[str, str], lang: Lang
) -> str:
    """Owner and shares in a sentence, or what keeps the matter open."""
    name = ruling.case.name
    plain = {
        "on_hold": ("暂不裁定。", "On hold."), "escalated": ("交由负责人裁定。", "Left to the person in charge."),
        "needs_evidence": ("事实不足，须补充。", "Facts are missing."), "no_collision": ("不构成撞单。", "No collision."),
        "conflict": ("条款相互冲突，交由负责人裁定。", "Clauses conflict; left to the person in charge."),
    }  # fmt: skip
    if status in plain:
        return plain[status][lang == "en"]
    parts = []
    if owner:
        parts.append(f"客户归{name(owner)}" if lang == "zh" else f"the customer is {name(owner)}'s")
    each = (f"{name(who)} {_percent(bp)}{_money(amounts.get(who))}" for who, bp in shares.items())
    if shares:
        listed = ("、" if lang == "zh" else ", ").join(each)
        parts.append(f"业绩、提成 {listed}" if lang == "zh" else f"performance and commission: {listed}")
    if not parts:
        return "没有要裁定的归属。" if lang == "zh" else "There is no ownership to decide."
    return ("；".join(parts) + "。") if lang == "zh" else ("; ".join(parts) + ".")


def _percent(bp: int) -> str:
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"


def _money(amount: str | None) -> str:
    return f" (¥{amount})" if amount else ""


def _whatif(ruling: "Ruling", lang: Lang) -> Iterator[str]:
    for row in ruling.counterfactuals:
        then = _outcome(ruling, row["status"], row["owner"], row["shares"], {}, lang)
        yield f"· 如果{row['zh']}：{then}" if lang == "zh" else f"· If {row['en']}: {then}"
