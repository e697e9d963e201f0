"""What takes effect beside ownership and shares: duties, findings, sanctions, turns. They may rest on what was decided."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from arbitration.engine.case import shown, yuan
from arbitration.engine.facts import ACTS, FINDINGS, SANCTIONS, TURNS
from arbitration.engine.facts.matter import Matter, Outcome
from arbitration.engine.facts.time import after_days, after_working_days
from arbitration.engine.pack import Rule
from arbitration.engine.ruling import Ruling, State

# Findings that are a rule's own consequence, where the rule does not name its own (case format: `fired`).
FIRES = frozenset(
    {"breach", "poaching", "interference", "flagged", "blocked", "not_new_visitor", "expired", "collision"}
)


def collect(ruling: Ruling) -> Ruling:
    """The ruling with the consequences of every `collect` stage of its pack, and what any rule does beside its own."""
    for stage in ruling.pack.stages:
        for rule in stage.rules:
            if stage.hit == "collect":
                ruling = _collect(ruling, rule)
            ruling = _beside(ruling, rule)
    return ruling


def _beside(ruling: Ruling, rule: Rule) -> Ruling:
    """What a rule does beside its consequence (`also`). Where that takes effect, the rule did."""
    did = []
    for then in rule.also:
        _know_outcome(ruling)
        ruling, took_effect = _effect(ruling, rule, then)
        did.append(took_effect)
    if not any(did):
        return ruling
    fired = State(rule, "fired")
    if all(state.rule is not rule for state in ruling.states):
        return _told(ruling, fired)
    return replace(ruling, states=tuple(fired if state.rule is rule else state for state in ruling.states))


def _know_outcome(ruling: Ruling) -> frozenset[str]:
    """Let the words see what was decided and which rules took effect so far."""
    fired = frozenset(ruling.fired)
    ruling.matter.outcome = Outcome(ruling.status, ruling.owner, ruling.answer.shares, fired)
    return fired


def _collect(ruling: Ruling, rule: Rule) -> Ruling:
    matter = ruling.matter
    fired = _know_outcome(ruling)
    if rule.after and not rule.after & fired:
        return _told(ruling, State(rule, "not_met"))
    found = [(leaf, matter.fact(leaf.fact).value) for leaf in rule.when]
    failed = tuple(row for row in found if row[1] is not None and not row[0].holds(row[1], matter.params))
    unknown = tuple(row for row in found if row[1] is None)
    if failed or unknown:
        return _told(ruling, State(rule, "not_met" if failed else "undetermined", failed or unknown))
    ruling, took_effect = _effect(ruling, rule, rule.then)
    return _told(ruling, State(rule, "fired" if took_effect else "not_met"))


def _told(ruling: Ruling, state: State) -> Ruling:
    return replace(ruling, states=(*ruling.states, state))


def _effect(ruling: Ruling, rule: Rule, then: Mapping[str, Any]) -> tuple[Ruling, bool]:
    """A consequence of a rule, and whether it exists for somebody (case format: `fired`)."""
    matter = ruling.matter
    if "duty" in then:
        duties = tuple(_duties(rule, then, matter))
        return replace(ruling, duties=ruling.duties + duties), any(d["state"] != "met" for d in duties)
    if "finding" in then:
        findings = tuple(_findings(rule, then, matter))
        fires = frozenset(then.get("fires", FIRES))
        return replace(ruling, findings=ruling.findings + findings), any(f["result"] in fires for f in findings)
    if "sanction" in then:
        sanctions = tuple(_sanctions(rule, then, matter))
        return replace(ruling, sanctions=ruling.sanctions + sanctions), bool(sanctions)
    if "turns" in then:
        turns = tuple(_turns(rule, then, matter))
        return replace(ruling, turns=ruling.turns + turns), bool(turns)
    return ruling, True


def _duties(rule: Rule, then: Mapping[str, Any], matter: Matter) -> Iterator[dict[str, Any]]:
    for act in ACTS[then["duty"]].ask(matter):
        due, exclusive = (act.due, "days" in then) if act.due else _due(then, act.since, matter)
        yield {
            "clause": rule.id, "who": act.who, "what": act.what, "about": act.about,
            "due": shown(due) if due else None, "state": _duty_state(act.done, due, matter.case.ask, exclusive),
        }  # fmt: skip


def _due(then: Mapping[str, Any], since: datetime, matter: Matter) -> tuple[datetime | None, bool]:
    """(limit, whether the limit itself is too late); a task without a term has none."""
    params = matter.params
    for unit in ("minutes", "hours"):
        if unit in then:
            return since + timedelta(**{unit: int(params[then[unit]])}), False
    if "days" in then:
        return after_days(since, int(params[then["days"]])), True
    if "working_days" in then:
        return after_working_days(since, int(params[then["working_days"]]), params.get("holidays", ())), True
    return None, False


def _duty_state(done: datetime | None, due: datetime | None, ask: datetime, exclusive: bool) -> str:
    """Exactly at the limit of minutes and hours is in time (G-06); a span of days ends before its limit."""

    def late(at: datetime) -> bool:
        return due is not None and (at >= due if exclusive else at > due)

    if done is not None:
        return "breached" if late(done) else "met"
    return "breached" if late(ask) else "open"


def _findings(rule: Rule, then: Mapping[str, Any], matter: Matter) -> Iterator[dict[str, Any]]:
    for found in FINDINGS[then["finding"]].ask(matter):
        row: dict[str, Any] = {"clause": rule.id, "about": found.about, "result": found.result}
        if found.events:
            row["events"] = list(found.events)
        if any(found.note):
            row["note"] = list(found.note)
        yield row


def _sanctions(rule: Rule, then: Mapping[str, Any], matter: Matter) -> Iterator[Mapping[str, Any]]:
    for found in SANCTIONS[then["sanction"]].ask(matter):
        row: dict[str, Any] = {"to": found.to, "kind": found.kind, "clause": rule.id}
        money = {"amount": found.amount, "min": found.low, "max": found.high}
        row |= {key: yuan(value) for key, value in money.items() if value is not None}
        yield row | ({"events": list(found.events)} if found.events else {})


def _turns(rule: Rule, then: Mapping[str, Any], matter: Matter) -> Iterator[Mapping[str, Any]]:
    for found in TURNS[then["turns"]].ask(matter):
        row: dict[str, Any] = {"to": found.to, "kind": found.kind, "count": found.count, "clause": rule.id}
        span = {"from": found.since, "until": found.until}
        yield row | {key: shown(value) for key, value in span.items() if value}
