"""What would have changed the result: the smallest changes of the raw case, each put through the whole engine.

A change is one event left out or said otherwise. Changes of one fact are tried first; two at once only where none suffices.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

from arbitration.engine.case import build, moment, shown

if TYPE_CHECKING:
    from arbitration.engine.ruling import Ruling

MOST = 5  # listed; more would bury the one that matters
PAIRS = 40  # tried at most, so that a case with many events stays quick
Raw = dict[str, Any]
Change = tuple[str, str, Callable[[Raw], None]]  # zh, en, what it does to a copy of the case


def counterfactuals(ruling: "Ruling") -> tuple[Mapping[str, Any], ...]:
    """At most five changes with the result that each would have had."""
    changes = list(_changes(ruling))
    found = [told for change in changes if (told := _try(ruling, [change]))]
    if not found:
        pairs = list(combinations(changes, 2))[:PAIRS]
        found = [told for pair in pairs if (told := _try(ruling, list(pair)))]
    return tuple(_distinct(found))[:MOST]


def _distinct(found: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Of several changes with one result and one label, the first."""
    seen: set[str] = set()
    for told in found:
        if told["zh"] not in seen:
            seen.add(told["zh"])
            yield told


def _try(ruling: "Ruling", changes: list[Change]) -> Mapping[str, Any] | None:
    """The result under these changes, if it is another one."""
    from arbitration.engine.decide import decide

    raw = deepcopy(dict(ruling.case.raw))
    for _zh, _en, change in changes:
        change(raw)
    other = decide(build(raw), ruling.pack, explain=False)
    if other.outcome() == ruling.outcome() or other.status == "no_collision":
        return None
    return {
        "zh": "，且".join(zh for zh, _en, _do in changes), "en": " and ".join(en for _zh, en, _do in changes),
        "status": other.status, "owner": other.owner, "shares": other.shares, "fired": list(other.fired),
    }  # fmt: skip


def _changes(ruling: "Ruling") -> Iterator[Change]:
    """What the parties, the customer and the records could have been otherwise."""
    matter, name = ruling.matter, ruling.case.name
    for report in matter.reports:
        who = name(report.by[0])
        yield f"{who}没有报备", f"{who} had not reported", _without(report.ref)
    yield from _other_order(ruling)
    if matter.visits:
        yield from _other_answers(ruling)
        for _who, reception in matter.receptions[:1]:
            yield "首次上门没有人接待", "nobody had received the first visit", _without(reception.ref)
    for kind, zh, en in (
        ("refund", "定金没有退", "the deposit had not been refunded"),
        ("referral", "没有这次介绍", "there had been no such referral"),
        ("invitation", "没有这次邀约", "there had been no such invitation"),
        ("query", "没有查过归属", "nobody had looked the customer up"),
    ):
        for event in ruling.case.of(kind):
            yield zh, en, _without(event.ref)


def _other_order(ruling: "Ruling") -> Iterator[Change]:
    """Somebody else had reported first, or both at once."""
    reports = ruling.matter.reports
    for report in reports[1:]:
        who = ruling.case.name(report.by[0])
        earlier = shown(reports[0].at - timedelta(days=1))
        yield f"{who}先报备", f"{who} had reported first", _moved(report.ref, earlier)
        yield f"{who}同时报备", f"{who} had reported at the same time", _moved(report.ref, shown(reports[0].at))


def _other_answers(ruling: "Ruling") -> Iterator[Change]:
    first = ruling.matter.visits[0]
    for who in ruling.matter.claimants:
        if first.get("asked_for") != who:
            name = ruling.case.name(who)
            yield f"客户到访时找{name}", f"the customer had asked for {name}", _set(first.ref, "asked_for", who)


def _rows(raw: Raw) -> Iterator[tuple[str, Raw]]:
    return ((row.get("id", f"events[{i}]"), row) for i, row in enumerate(raw["events"]))


def _without(ref: str) -> Callable[[Raw], None]:
    """Leave an event out: put it after the question, so that the places of the others stay."""

    def change(raw: Raw) -> None:
        for known, row in _rows(raw):
            if known == ref:
                row["at"] = shown(moment(raw["ask"]) + timedelta(days=1))

    return change


def _moved(ref: str, at: str) -> Callable[[Raw], None]:
    return _set(ref, "at", at)


def _set(ref: str, key: str, value: Any) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        for known, row in _rows(raw):
            if known == ref:
                row[key] = value

    return change
