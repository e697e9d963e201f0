"""D06 and D16: complaints of customers and incidents on site. Each is a list of steps, some of them with a term.

They never touch whose a customer is; a step is done at the time that stands beside its name, and not before.
"""

from collections.abc import Iterator
from datetime import datetime

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.words import Act, act

FAULTS = frozenset(
    {"service", "product"}
)  # D06-5.1: service quality or product problems; late delivery is another cause


def step(m: Matter, event: Event, who: str | None, name: str) -> Act:
    """One step of a complaint or incident, owed from when it became known."""
    told = event.get("steps", {}).get(name)
    done = moment(told) if told else None
    return Act(who, name, event.ref, event.at, done if done and done <= m.case.ask else None, (event.ref,))


# ── complaints (D06) ──


def _keeper(m: Matter, complaint: Event) -> str | None:
    """Who answers a customer: whoever the customer is assigned to, as far as that is on record."""
    customer = m.case.customers.get(complaint.get("customer") or "")
    kept = customer.get("assigned_to") if customer else None
    return kept if kept in m.case.people else None


@act("reply_to_complaint", "及时回复投诉的客户", "reply to the complaint promptly")
def reply_to_complaint(m: Matter) -> Iterator[Act]:
    """D06-5.2b: every complaint, whatever its cause."""
    for complaint in m.case.of("complaint"):
        yield step(m, complaint, _keeper(m, complaint), "replied")


@act("put_fault_right", "调查、认错、改进、加强监管", "investigate, admit, improve, supervise")
def put_fault_right(m: Matter) -> Iterator[Act]:
    """D06-5.1: the four steps after a complaint about service quality or a product. A complaint that names neither is none."""
    for complaint in m.case.of("complaint"):
        if complaint.get("kind") in FAULTS:
            for name in ("investigated", "admitted", "improved", "supervised"):
                yield step(m, complaint, _keeper(m, complaint), name)


# ── incidents on site (D16) ──


def _on_site(m: Matter, at: datetime) -> str | None:
    """Who has to act: the one person on duty at that time by the roster, else the one whose role it is; nobody where several are."""
    now = [
        r.get("person") for r in m.case.roster if r.get("kind") == "on_duty" and _during(r.get("from"), r.get("to"), at)
    ]
    people = now or [p.id for p in m.case.people.values() if p.get("role") == "duty"]
    return people[0] if len(set(people)) == 1 else None


def _during(start: str | None, end: str | None, at: datetime) -> bool:
    """Shifts are half-open (G-24)."""
    return (not start or moment(start) <= at) and (not end or at < moment(end))


def _steps(m: Matter, kind: str, *names: str) -> Iterator[Act]:
    for incident in m.case.of("incident"):
        if incident.get("kind") == kind:
            for name in names:
                yield step(m, incident, _on_site(m, incident.at), name)


@act("walk_out_first_steps", "通知现场负责人并保留证据", "tell whoever is in charge on site and keep the evidence")
def walk_out_first_steps(m: Matter) -> Iterator[Act]:
    """D16-2.2.1: two steps, from when a customer was found to have left without paying."""
    return _steps(m, "walked_out", "notified", "evidence_kept")


@act("walk_out_report", "向上级领导汇报跑单", "report the walk-out to the superiors")
def walk_out_report(m: Matter) -> Iterator[Act]:
    """D16-2.2.3: whoever is on site asks the superiors for instructions too."""
    return _steps(m, "walked_out", "reported_up")


@act("walk_out_follow_up", "调查跑单事件", "investigate the walk-out")
def walk_out_follow_up(m: Matter) -> Iterator[Act]:
    """D16-2.2.4: the employees involved are investigated; a task without a term."""
    return _steps(m, "walked_out", "investigated")


@act("walk_out_review", "总结跑单事件", "review the walk-out")
def walk_out_review(m: Matter) -> Iterator[Act]:
    """D16-2.3.1: causes are analysed and improvements set; a task without a term."""
    return _steps(m, "walked_out", "retrospective")


@act("accident_first_steps", "通知现场负责人并保留证据", "tell whoever is in charge on site and keep the evidence")
def accident_first_steps(m: Matter) -> Iterator[Act]:
    """D16-3.2.1: two steps, from when a traffic accident on site was discovered."""
    return _steps(m, "traffic_accident", "notified", "evidence_kept")


@act("accident_report", "向上级领导汇报交通事故", "report the accident to the superiors")
def accident_report(m: Matter) -> Iterator[Act]:
    """D16-3.2.3: whoever is on site asks the superiors for instructions too."""
    return _steps(m, "traffic_accident", "reported_up")


@act("accident_follow_up", "调查交通事故", "investigate the accident")
def accident_follow_up(m: Matter) -> Iterator[Act]:
    """D16-3.2.4: the employees involved are investigated; a task without a term."""
    return _steps(m, "traffic_accident", "investigated")


@act("accident_review", "总结交通事故", "review the accident")
def accident_review(m: Matter) -> Iterator[Act]:
    """D16-3.3.1: causes are analysed and improvements set; a task without a term."""
    return _steps(m, "traffic_accident", "retrospective")
