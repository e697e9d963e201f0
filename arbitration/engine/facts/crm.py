"""D05: who owns a customer by the CRM, by deed, by a valid transfer or by the first record; records in time; warnings."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from arbitration.engine.case import Event
from arbitration.engine.facts.collisions import ACTIVE, SELLING
from arbitration.engine.facts.dealings import dealings
from arbitration.engine.facts.handling import manages
from arbitration.engine.facts.keeping import NOBODY, Title, gives_up, held_by, title
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import month_of
from arbitration.engine.facts.words import Act, Fact, Finding, Note, act, fact, finding, once, role

# ── the customer, and entries that may be the same customer ──


def digits(phone: str) -> str:
    """A phone number for comparison: its digits, without the country's code."""
    plain = "".join(c for c in phone if c.isdigit())
    return plain[2:] if len(plain) == 13 and plain.startswith("86") else plain


@once
def lookalikes(m: Matter) -> tuple[str, ...]:
    """Customers beside the unit asked about that may be the same: one phone number (G-12), or companies of one full name (G-38).
    A person's name alone never matches (G-13)."""
    mine = [m.case.customers[c] for c in m.unit]
    phones = {digits(phone) for c in mine for phone in c.get("phones", ())}
    firms = {c.get("name") for c in mine if c.get("kind") == "company"} - {None}
    return tuple(
        c.id
        for c in m.case.customers.values()
        if c.id not in m.unit
        and (
            phones & {digits(p) for p in c.get("phones", ())} or (c.get("kind") == "company" and c.get("name") in firms)
        )
    )


@once
def scope(m: Matter) -> tuple[str, ...]:
    """The customer asked about and its look-alikes."""
    return (*m.unit, *lookalikes(m))


# ── records ──


def is_record(m: Matter, event: Event) -> bool:
    """Whether an event enters the customer in the CRM: a complete report in a channel that leads there, or an update."""
    if event.type == "report":
        return event.get("complete", True) and event.get("channel", "web") in m.params["crm_channels"]
    return event.type == "record_update"


def records(m: Matter) -> dict[str, Event]:
    """Everybody's first record of the customer, or of a look-alike, in order of time."""
    found: dict[str, Event] = {}
    for event in m.case.events:
        if event.get("customer") in scope(m) and is_record(m, event) and m.sells(next(iter(event.by), None)):
            found.setdefault(event.by[0], event)
    return found


def first_record(m: Matter) -> Event | None:
    """The first record of all; none where two people made theirs in the same second."""
    rows = list(records(m).values())
    tied = len(rows) > 1 and rows[1].at.replace(microsecond=0) == rows[0].at.replace(microsecond=0)
    return None if not rows or tied else rows[0]


# ── the title ──


def owner_at(m: Matter, at: datetime) -> Title:
    """Whose customer it is at a moment: by a deed, by a valid transfer, as kept, else by the first record (D05-4.2)."""
    first = first_record(m)

    def takes(event: Event, held: Title) -> Title | None:
        if event.type == "deed" and m.sells(event.by[0]) and not contradicted(m, event):
            return Title(event.by[0], "deed", event.at, event.ref)
        if event.type == "transfer" and transfer_allowed(m, event, held):
            to = event.get("to")
            return Title(to if m.sells(to) else NOBODY, "transfer", event.at, event.ref)
        if first is not None and event.ref == first.ref and not held.who:
            return Title(event.by[0], "record", event.at, event.ref)
        return gives_up(event, held) or _next_record(m, event, held)

    return title(m, takes, at, scope(m))


def contradicted(m: Matter, deed: Event) -> bool:
    """Whether another agreement of the same second names somebody else: the two prove nothing."""
    return any(d.at == deed.at and d.by != deed.by for d in m.of("deed"))


def _next_record(m: Matter, event: Event, held: Title) -> Title | None:
    """A customer whom the owner gave up is whoever records it next."""
    free = held.kind == "withdrawal" and is_record(m, event) and m.sells(next(iter(event.by), None))
    return Title(event.by[0], "record", event.at, event.ref) if free else None


def transfer_allowed(m: Matter, transfer: Event, held: Title) -> bool:
    """By the owner, and with the customer's consent or the department's approval given by then (D05-4.2b2). Giving a customer
    back to the company is no private hand-over."""
    if not held_by(m, transfer.get("from"), held):
        return False
    return not m.case.people.get(transfer.get("to") or "") or consent_to(m, transfer) is not None


def consent_to(m: Matter, transfer: Event) -> Event | None:
    """The customer's consent, or the approval of whoever manages, to this transfer."""
    given = (e for e in m.case.of("consent") if e.at <= transfer.at and e.get("to") in (None, transfer.get("to")))
    return next((e for e in given if e.get("customer") in (None, *scope(m)) and _suffices(m, e)), None)


def _suffices(m: Matter, consent: Event) -> bool:
    by_department = consent["kind"] in ("department_approval", "manager_assignment")
    return consent["kind"] == "customer_consent" or (by_department and (not consent.by or manages(m, consent.by[0])))


TITLES = {
    "deed": ("客户所有权协议", "an ownership agreement"), "transfer": ("有效的转交", "a valid transfer"),
    "kept": ("系统已登记的负责人", "as kept in the CRM"), "record": ("最先登记", "the first record"),
    "none": ("没有", "none"),
}  # fmt: skip


@fact("crm.title", "客户所有权的来源", "what gives the ownership", values=TITLES)
def crm_title(m: Matter) -> Fact:
    """D05-4.2: what the present owner's title rests on."""
    held = owner_at(m, m.case.ask)
    return Fact(held.kind if held.who else "none", (held.ref,) if held.ref else ())


@role("crm_owner", "客户所有权人", "the owner by the CRM")
def crm_owner(m: Matter) -> tuple[str, ...]:
    """D05-4.2: who owns the customer now."""
    held = owner_at(m, m.case.ask)
    return (held.who,) if held.who else ()


@role("crm_owner_or_sole", "客户所有权人，否则唯一跟进的人", "the owner by the CRM, else the only one who follows")
def crm_owner_or_sole(m: Matter) -> tuple[str, ...]:
    """Who goes on following where nobody competes."""
    return crm_owner(m) or m.claimants[:1]


@fact("crm.several", "涉及两人以上", "two or more people are concerned")
def crm_several(m: Matter) -> Fact:
    """Claimants, those to whom the customer was handed, and those who follow an entry that may be the same customer."""
    handed = {e.get("to") for e in m.of("transfer")}
    recorded = {who for who, e in records(m).items() if e.get("customer") not in m.unit}
    kept = {m.case.customers[c].get("assigned_to") for c in lookalikes(m)}
    people = {who for who in {*m.claimants, *handed, *recorded, *kept} if m.sells(who)}
    return Fact(len(people) >= 2, note=(f"{len(people)} 人", f"{len(people)} people"))


@fact("crm.lookalike", "另有电话相同或同名企业的客户", "another entry has the same phone, or company name")
def crm_lookalike(m: Matter) -> Fact:
    """G-12: until somebody confirms whether two entries are one customer, the earlier record keeps its priority."""
    return Fact(bool(lookalikes(m)), lookalikes(m))


# ── what each thing is worth ──


@finding("ownership_deed", "客户所有权协议是否有效", "whether the ownership agreement is valid")
def ownership_deed(m: Matter) -> Iterator[Finding]:
    """D05-4.2c: signed by somebody who follows customers; the latest holds where several name different people, and none of
    those of one second."""
    deeds = list(m.of("deed"))
    for deed in deeds:
        later = any(d.by != deed.by for d in deeds if d.at > deed.at)
        valid = m.sells(deed.by[0]) and not later and not contradicted(m, deed)
        yield Finding(deed.ref, "valid" if valid else "void", (deed.ref,))


@finding("private_transfer", "转交是否经同意或批准", "whether the transfer was consented to or approved")
def private_transfer(m: Matter) -> Iterator[Finding]:
    """D05-4.2b2: allowed by the owner with the customer's consent or the department's approval, else blocked."""
    for transfer in m.of("transfer"):
        consent = consent_to(m, transfer)
        allowed = transfer_allowed(m, transfer, owner_at(m, transfer.at - timedelta(microseconds=1)))
        events = (consent.ref, transfer.ref) if consent else (transfer.ref,)
        note = ("", "") if consent else ("没有客户同意，也没有部门批准", "neither consent of the customer nor approval")
        yield Finding(transfer.ref, "allowed" if allowed else "blocked", events, note)


def first_touches(m: Matter) -> dict[str, Event]:
    """Everybody's first contact with the customer."""
    found: dict[str, Event] = {}
    for dealing in dealings(m, ("contact", "reception"), SELLING):
        found.setdefault(dealing.who, dealing.event)
    return found


@finding("recorded_after_contact", "初次接触后是否登记", "whether the first contact was recorded")
def recorded_after_contact(m: Matter) -> Iterator[Finding]:
    """D05-4.2a: within `sla_prompt_h` hours a record is in time. Of those in time the first to record is protected, later ones
    are not; a late one counts from its own time; a contact that nobody recorded protects nobody."""
    touches, made, limit = first_touches(m), records(m), _prompt(m)
    for who in dict.fromkeys((*touches, *made)):
        touch, record = touches.get(who), made.get(who)
        if record is None and touch and m.case.ask > touch.at + limit:
            yield Finding(touch.ref, "unprotected", (touch.ref,), ("没有登记", "not recorded"))
        elif record is not None:
            late = touch is not None and record.at > touch.at + limit
            mine = owner_at(m, record.at).who == who
            yield Finding(
                record.ref,
                "late" if late else "protected" if mine else "unprotected",
                (record.ref,),
                _after(m, touch, record),
            )


def _prompt(m: Matter) -> timedelta:
    return timedelta(hours=int(m.params["sla_prompt_h"]))


def _after(m: Matter, touch: Event | None, record: Event) -> Note:
    if touch is None or record.at < touch.at:
        return "", ""
    seconds, limit = int((record.at - touch.at).total_seconds()), m.params["sla_prompt_h"]
    hours, rest = divmod(seconds, 3600)
    return (
        f"接触后 {hours} 小时 {rest // 60} 分 {rest % 60} 秒，期限 {limit} 小时",
        f"{hours} h {rest // 60} min {rest % 60} s after the contact, limit {limit} h",
    )


@act("record_customer", "初次接触后登记客户", "record the customer after the first contact")
def record_customer(m: Matter) -> Iterator[Act]:
    """D05-4.2a: everybody who had a first contact; a record made before it will do."""
    made = records(m)
    for who, touch in first_touches(m).items():
        record = made.get(who)
        done = max(record.at, touch.at) if record else None
        yield Act(who, "record", touch.ref, touch.at, done, (touch.ref, *((record.ref,) if record else ())))


@act("update_monthly", "每月更新客户信息并报备", "update and report the customer every month")
def update_monthly(m: Matter) -> Iterator[Act]:
    """D05-4.1c, G-06: for the last month that is over, whoever owned the customer before it began has both updated the record and
    reported to the department in it."""
    begins, ends = month_of(month_of(m.case.ask)[0] - timedelta(days=1))
    owner = owner_at(m, begins - timedelta(microseconds=1))
    if owner.who and m.unit:
        inside = [e for e in m.of("report", "record_update") if owner.who in e.by and begins <= e.at < ends]
        done = [min((e.at for e in inside if e.type == kind), default=None) for kind in ("report", "record_update")]
        last = ends - timedelta(days=1)
        both = max(at for at in done if at) if all(done) else None
        yield Act(owner.who, "update", m.customer, last, both, tuple(e.ref for e in inside))


@finding("collision_warning", "是否预警撞单", "whether a collision warning is due")
def collision_warning(m: Matter) -> Iterator[Finding]:
    """D05-4.3a: at each record, and each first contact, whether another already keeps, recorded or sells to this customer or a
    look-alike; the warning goes to both and to the manager."""
    kept = {who for c in scope(m) if m.sells(who := m.case.customers[c].get("assigned_to"))}
    seen: set[str] = {str(who) for who in kept}
    begun: set[str] = set()
    for event in m.case.events:
        who = next(iter(event.by), "")
        if event.get("customer") in scope(m) and m.sells(who) and _sells_or_records(m, event):
            others = [o for o in sorted(seen, key=m.rank) if o != who]
            if event.type == "report" or who not in begun:
                yield Finding(event.ref, "flagged" if others else "not_flagged", (event.ref,), _already(m, others))
            seen |= {who}
            begun |= {who}


def _sells_or_records(m: Matter, event: Event) -> bool:
    sells = event.type in ACTIVE and (event.type != "contact" or event.get("mode") in SELLING)
    return sells or is_record(m, event)


def _already(m: Matter, others: list[str]) -> Note:
    names = [m.case.name(who) for who in others]
    return (f"已有：{'、'.join(names)}", f"already {', '.join(names)}") if names else ("", "")
