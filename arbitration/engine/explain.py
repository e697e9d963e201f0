"""The ruling as a person would read it, in the order an arbitrator writes: facts found, policy and clauses, what the evidence is
worth, what was not accepted and why, result and amounts, what would have changed it, how to appeal. Out of labels and data; no
free text."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from arbitration.engine import wording
from arbitration.engine.case import LOCAL, moment
from arbitration.engine.facts import FACTS
from arbitration.engine.facts.matter import FUND
from arbitration.engine.facts.reasons import REASONS
from arbitration.engine.pack import WRITTEN, Leaf
from arbitration.engine.ruling import Answer, Ruling, State

NEAR = 4  # clauses that were not applied and are told with their reasons: the nearest; of the rest only the numbers


def text(ruling: Ruling, lang: str) -> str:
    """The whole ruling in one language."""
    return _Writer(ruling, lang).whole()


class _Writer:
    """Writes one ruling in one language."""

    def __init__(self, ruling: Ruling, lang: str) -> None:
        self.ruling, self.lang, self.place = ruling, lang, int(lang == "en")
        self.zh = lang == "zh"
        packs = (ruling.pack, *ruling.overlays)
        self.rules = {rule.id: rule for pack in packs for rule in pack.rules}
        self.deciding = {stage.id for stage in ruling.pack.deciding}

    def whole(self) -> str:
        parts = {
            "facts": self.facts(), "rules": self.applied(), "examined": self.examined(), "rejected": self.rejected(),
            "result": self.result(), "whatif": self.whatif(), "appeal": [wording.APPEAL[self.place]],
        }  # fmt: skip
        written = {heading: lines for heading, found in parts.items() if (lines := list(found))}
        return "\n\n".join("\n".join([wording.HEADINGS[h][self.place], *lines]) for h, lines in written.items())

    def item(self, label: str, said: str, *beside: str) -> str:
        """«· label：said（beside；beside）»."""
        more = ("；" if self.zh else "; ").join(filter(None, beside))
        tail = (f"（{more}）" if self.zh else f" ({more})") if more else ""
        return f"· {label}{'：' if self.zh else ': '}{said}{tail}"

    # ── facts, rules, evidence ──

    def facts(self) -> Iterator[str]:
        """What the rules that took effect rest on, with the events and what was measured."""
        for name in dict.fromkeys(leaf.fact for s in self.ruling.states if s.state == "fired" for leaf in s.rule.when):
            fact = self.ruling.matter.fact(name)
            events = ", ".join(fact.events)
            yield self.item(self.label(name), self.value(name, fact.value), fact.note[self.place], events)

    def label(self, name: str) -> str:
        return FACTS[name].zh if self.zh else FACTS[name].en

    def value(self, name: str, value: Any) -> str:
        several = value if isinstance(value, tuple) else (value,)
        return " / ".join(FACTS[name].said(one, self.lang) for one in several)

    def applied(self) -> Iterator[str]:
        """Which policy, and each rule that took effect, in our words."""
        for pack in (self.ruling.pack, *self.ruling.overlays):
            yield f"{pack.title[self.lang]} · {pack.id}@{pack.version} · {pack.sha256[:12]}"
        for id_ in self.ruling.fired:
            rule = self.rules[id_]
            yield f"· {id_} {wording.ORIGINS[rule.origin][self.place]} {rule.says[self.lang]}"

    def examined(self) -> Iterator[str]:
        """What each examined thing is worth, with what was measured."""
        for row in self.ruling.findings:
            result = wording.RESULTS[row["result"]][self.place]
            yield self.item(
                f"{row['clause']} {self.thing(row['about'])}", result, row.get("note", ("", ""))[self.place]
            )

    def thing(self, about: str) -> str:
        """An event by its kind and day, a relation by both names, anybody by name."""
        event = self.ruling.case.by_ref.get(about)
        if event:
            kind = wording.EVENTS.get(event.type, (event.type, event.type))[self.place]
            who = (" · " + self.name(event.by[0])) if event.by else ""
            return f"{kind}{who} {event.at.astimezone(LOCAL):%Y-%m-%d %H:%M} [{about}]"
        if about == "case":
            return "本件" if self.zh else "the matter"
        return "+".join(self.name(part) for part in about.split("+"))

    def name(self, who: str | None) -> str:
        if who in wording.OWNERS:
            return wording.OWNERS[who][self.place]
        if who and who.startswith(FUND):
            return f"{who.removeprefix(FUND)} {'部门营销经费' if self.zh else 'team fund'}"
        return self.ruling.case.name(who) if who else ("有关人员" if self.zh else "whoever is in charge")

    # ── what was not applied ──

    def rejected(self) -> Iterator[str]:
        """The rules on ownership and shares that came nearest, with what they lack; of the others only the ids."""
        states = [s for s in self.ruling.states if s.rule.stage in self.deciding and s.rule.origin == "text"]
        told = [s for s in states if s.state not in ("fired", "stage_ended")]
        near = sorted(told, key=lambda s: (len(s.because), -len(s.rule.when)))[:NEAR]
        for s in told:
            if s in near:
                yield self.item(f"{s.rule.id} {s.rule.title[self.lang]}", self.why_not(s))
        rest = [s.rule.id for s in told if s not in near]
        if rest:
            label = "其余条款所需的事实更不具备" if self.zh else "further from applying"
            yield self.item(label, ", ".join(rest))

    def why_not(self, state: State) -> str:
        if state.state == "defeated_by":
            return f"{state.by} 是它的例外" if self.zh else f"{state.by} is an exception to it"
        if state.state == "outranked":
            return "还有事实没有查明" if self.zh else "facts are still open"
        return ("；" if self.zh else "; ").join(self.lacks(leaf, got) for leaf, got in state.because)

    def lacks(self, leaf: Leaf, got: Any) -> str:
        """One condition that failed: what it must be and what it is, with what was measured."""
        sign = "" if leaf.op in ("is", "in") else WRITTEN[leaf.op] + " "
        need = sign + self.value(leaf.fact, leaf.against(self.ruling.matter.params))
        found, note = self.value(leaf.fact, got), self.ruling.matter.fact(leaf.fact).note[self.place]
        if self.zh:
            return f"「{self.label(leaf.fact)}」须为{need}，实为{found}" + (f"（{note}）" if note else "")
        return f"“{self.label(leaf.fact)}” must be {need}, is {found}" + (f" ({note})" if note else "")

    # ── result ──

    def result(self) -> Iterator[str]:
        ruling = self.ruling
        yield self.outcome(ruling.status, ruling.answer, ruling.amounts)
        if ruling.until:
            yield (
                f"可裁定时间：{self.time(ruling.until)}"
                if self.zh
                else f"Can be ruled on from {self.time(ruling.until)}."
            )
        if ruling.reason:
            yield REASONS.get(ruling.reason, (ruling.reason, ruling.reason))[self.place]
        if ruling.proposed:
            proposed = self.outcome("decided", ruling.proposed, ruling.money(ruling.proposed))
            yield self.item("供裁定人参考" if self.zh else "To start from", proposed)
        for fact in ruling.missing:
            yield self.item("待查明" if self.zh else "still to be found out", self.label(fact))
        yield from self.follows()

    def follows(self) -> Iterator[str]:
        """Turns, sanctions and duties."""
        for turn in self.ruling.turns:
            yield self.item(self.name(turn["to"]), wording.TURNS[turn["kind"]][self.place].format(n=turn["count"]))
        for row in self.ruling.sanctions:
            kind = wording.SANCTIONS[row["kind"]][self.place] + (f" ¥{row['amount']}" if "amount" in row else "")
            span = f"¥{row.get('min', '')}–{row.get('max', '')}" if "min" in row else ""
            label = f"{row['clause']} {self.name(row['to'])}"
            yield self.item(label, kind, span, "建议，须由有权的人决定" if self.zh else "proposed; a person decides")
        for duty in self.ruling.duties:
            due = f"{'期限 ' if self.zh else 'due '}{self.time(moment(duty['due']))}" if duty["due"] else ""
            label = f"{duty['clause']} {self.name(duty['who'])}"
            step = wording.STEPS.get(duty["what"], ("", ""))[self.place]
            state = wording.DUTY[duty["state"]][self.place]
            yield self.item(label, self.rules[duty["clause"]].title[self.lang], step, state, due)

    def time(self, at: datetime) -> str:
        return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"

    def outcome(self, status: str, answer: Answer, amounts: Mapping[str, str]) -> str:
        """Owner and shares in a sentence, or what keeps the matter open."""
        return self.sentence(status, answer.owner, answer.basis_points, amounts)

    def sentence(self, status: str, owner: str | None, shares: Mapping[str, int], amounts: Mapping[str, str]) -> str:
        parts = [wording.STATUS[status][self.place].rstrip("。.")] if status in wording.STATUS else []
        if owner:
            parts.append(wording.OWNED[self.ruling.pack.decides][self.place].format(who=self.name(owner)))
        if shares:
            each = (f"{self.name(who)} {percent(bp)}{money(amounts.get(who))}" for who, bp in shares.items())
            listed = ("、" if self.zh else ", ").join(each)
            parts.append(f"业绩、提成 {listed}" if self.zh else f"performance and commission: {listed}")
        if not parts:
            return "没有要裁定的归属。" if self.zh else "There is no ownership to decide."
        return ("；".join(parts) + "。") if self.zh else ("; ".join(parts) + ".")

    def whatif(self) -> Iterator[str]:
        for row in self.ruling.counterfactuals:
            then = self.sentence(row["status"], row["owner"], row["shares"], {})
            yield f"· 如果{row['zh']}：{then}" if self.zh else f"· If {row['en']}: {then}"


def percent(bp: int) -> str:
    """Basis points as a percentage."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"


def money(amount: str | None) -> str:
    """An amount beside a percentage, if there is one."""
    return f" (¥{amount})" if amount else ""
