"""D14 beside ownership: report to the superior, investigation, feedback, and sanctions once the investigation is closed."""

from collections.abc import Iterator

from arbitration.engine.facts.dealings import discoveries
from arbitration.engine.facts.handling import closed_at, examined, investigations, reports_upward
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.misconduct import dismissed, here, proven, serious, warned_then_fined
from arbitration.engine.facts.scope import (
    bargain_collision,
    exclusion_comparison,
    exclusion_consent,
    exclusion_cooperation,
)
from arbitration.engine.facts.words import Act, Finding, Sanction, act, finding, sanction


def excluded(m: Matter) -> bool:
    """Whether the case is one of the three that are no collision (D14-2.2)."""
    return any(found(m).value for found in (exclusion_comparison, exclusion_cooperation, exclusion_consent))


@finding("bargains_collide", "是否撞单", "whether it is a collision")
def bargains_collide(m: Matter) -> Iterator[Finding]:
    """D14-2.1, unless one of the exclusions of 2.2 applies."""
    found = bargain_collision(m)
    result = "collision" if found.value and not excluded(m) else "no_collision"
    yield Finding("case", result, found.events, found.note)


@act("report_bargain_collision", "立即向上级汇报", "report to the superior at once")
def report_bargain_collision(m: Matter) -> Iterator[Act]:
    """D14-3.1: whoever sells and learns of the collision; what is excluded is none and need not be reported."""
    if not excluded(m):
        yield from reports_upward(m, learned=list(discoveries(m)))


@act("investigate_bargain_collision", "尽快组织调查", "investigate as soon as possible")
def investigate_bargain_collision(m: Matter) -> Iterator[Act]:
    """D14-3.2: the superior who receives the report."""
    yield from investigations(m)


@act("feedback_to_parties", "向相关人员反馈处理结果", "tell the persons concerned the result")
def feedback_to_parties(m: Matter) -> Iterator[Act]:
    """D14-3.4: from the closing of the investigation whoever closed it, else the superior, tells each party the result."""
    closing = closed_at(m)
    if closing:
        event, since = closing
        for party in _concerned(m):
            told = (n for n in m.notices(to=party) if n.get("kind") == "result" and n.at >= since)
            done = next(told, None)
            by = next(iter(event.by), None) or m.case.people[party].get("superior")
            refs = (event.ref, done.ref) if done else (event.ref,)
            yield Act(by, "feedback", party, since, done.at if done else None, refs)


def _concerned(m: Matter) -> list[str]:
    """The parties of the collision, and whoever acted or suffered in it."""
    acts = [e for e in m.case.of("conduct") if here(m, e)]
    people = dict.fromkeys((*m.claimants, *(who for e in acts for who in (*e.by, e.get("against")))))
    return [who for who in people if who and m.sells(who)]


@sanction("superior_warns_or_fines", "调查后的警告、罚款", "warning or fine after the investigation")
def superior_warns_or_fines(m: Matter) -> Iterator[Sanction]:
    """D14-3.3b: for proven acts that a closed investigation covers, first a warning, then a fine (G-17); whoever acted seriously
    is left to 3.3c (G-31)."""
    acts = examined(m, proven(m))
    gone = {who for e in serious(acts) for who in e.by}
    yield from (one for one in warned_then_fined(m, acts, int(m.params["fine_yuan"])) if one.to not in gone)


@sanction("superior_dismisses", "严重违反规定的辞退", "dismissal for a serious violation")
def superior_dismisses(m: Matter) -> Iterator[Sanction]:
    """D14-3.3c: for proven serious acts that a closed investigation covers."""
    yield from dismissed(serious(examined(m, proven(m))))
