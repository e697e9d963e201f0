"""What D01 asks of the front desk and of whoever keeps the notebooks: findings about each visit and entry, and duties."""

import re
from collections.abc import Iterator

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.desk import (
    QUESTIONS,
    at_desk,
    brought_by,
    entered_at,
    left_at,
    receivers,
    standing,
    term,
    told_at,
)
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import after_days
from arbitration.engine.facts.words import Act, Finding, Note, act, finding

# A mainland mobile number, or a landline with its area code; the country code may stand before it (D01-1.q2).
AREA = r"(?:10|2\d|[3-9]\d{2})"
PHONE = re.compile(rf"(?:\+?86|0086)?1[3-9]\d{{9}}|(?:0|\+86|0086){AREA}\d{{7,8}}")
FIELDS = {
    "name": ("姓名", "name"), "phones": ("电话", "phone"), "left_at": ("离开时间", "leave time"), "gift": ("领取礼品", "gift"),
    "invited_by": ("谁邀约", "who invited"), "asked_for": ("找哪位", "who is asked for"),
    "first_time": ("是否第一次", "first visit or not"),
    "amount": ("投资金额", "amount"), "term_months": ("期限", "term"), "note": ("详细记录", "detailed record"),
}  # fmt: skip


def _missing(keys: list[str]) -> Note:
    """Which fields an entry lacks, in words."""
    if not keys:
        return ("", "")
    return "缺：" + "、".join(FIELDS[k][0] for k in keys), "missing: " + ", ".join(FIELDS[k][1] for k in keys)


def _unnamed(m: Matter, customer: str) -> list[str]:
    """Of name and phone of a customer what is not on record."""
    return [key for key in ("name", "phones") if not m.case.customers[customer].get(key)]


# ── the visit log ──


@finding("desk.entered_by", "谁做的到访登记", "who entered the visit")
def entered_by(m: Matter) -> Iterator[Finding]:
    """D01-1: only the front desk enters visits (an administrator by correction); examined where the case says who did."""
    for visit in m.case.of("visit"):
        if visit.get("registered_by"):
            yield Finding(visit.ref, "allowed" if at_desk(m, visit) else "blocked", (visit.ref,))


@finding("desk.record", "到访登记是否完整", "whether the record of the visit is complete")
def record(m: Matter) -> Iterator[Finding]:
    """D01-1.f: name, phone, arrival, leave time and gift ("none" is an answer). A record is closed when the customer has left, or
    the day is over; before that it is pending. One who refused everything leaves none."""
    for visit in m.case.of("visit"):
        if standing(m, visit) == "void":
            continue
        lacks = [*_unnamed(m, visit["customer"]), *(["gift"] if not visit.get("gift") else [])]
        gone = told_at(m, visit, "left_at")
        closed = gone or m.case.ask >= after_days(visit.at, 0)
        lacks += [] if gone else ["left_at"]
        yield Finding(
            visit.ref, ("incomplete" if closed else "pending") if lacks else "valid", (visit.ref,), _missing(lacks)
        )


@finding("desk.plausible", "登记的信息是否可能真实", "whether what was entered can be true")
def plausible(m: Matter) -> Iterator[Finding]:
    """D01-1.q2: a phone is a mainland mobile number, or a landline with area code; a name has a letter. What was refused or left
    empty is not examined here."""
    for visit in m.case.of("visit"):
        customer = m.case.customers[visit["customer"]]
        phones, name = customer.get("phones", ()), customer.get("name", "")
        wrong = [p for p in phones if not PHONE.fullmatch(re.sub(r"[ ()-]", "", p))]
        wrong += [name] if name and not any(c.isalpha() for c in name) else []
        if phones and standing(m, visit) != "void":
            note = ("不可能有效：" + "、".join(wrong), "cannot be valid: " + ", ".join(wrong)) if wrong else ("", "")
            yield Finding(visit.ref, "flagged" if wrong else "not_flagged", (visit.ref,), note)


@finding("desk.refused", "拒绝登记的到访", "visits at which everything was refused")
def refused(m: Matter) -> Iterator[Finding]:
    """D01-1.n1: name, phone and registration all refused: the visit is void and gives nobody a claim."""
    for visit in m.case.of("visit"):
        yield Finding(visit.ref, "void" if standing(m, visit) == "void" else "valid", (visit.ref,))


def _late(m: Matter) -> Iterator[tuple[Event, str, Note]]:
    """(visit, what it is worth, how long the registration took) of visits that the customer would not register."""
    for visit in m.case.of("visit"):
        if visit.get("registration") == "late":
            minutes = int(((entered_at(m, visit) or m.case.ask) - left_at(m, visit)).total_seconds()) // 60
            limit = m.params["sla_prompt_h"]
            note = f"离开后 {minutes} 分钟，期限 {limit} 小时", f"{minutes} minutes after leaving, limit {limit} hours"
            yield visit, standing(m, visit), note


@finding("desk.late_registration", "离开后补登是否及时", "whether the visit was registered in time after leaving")
def late_registration(m: Matter) -> Iterator[Finding]:
    """D01-1.n2a: together with the desk, within `sla_prompt_h` hours after the customer left; `pending` while that runs."""
    said = {"registered": "valid", "pending": "pending", "lost": "late"}
    for visit, worth, note in _late(m):
        yield Finding(visit.ref, said[worth], (visit.ref,), note)


@finding("desk.late_claim", "补登的到访是否还算", "whether a visit registered afterwards still counts")
def late_claim(m: Matter) -> Iterator[Finding]:
    """D01-1.n2b: not registered in time, the visit gives no claim."""
    for visit, worth, note in _late(m):
        yield Finding(visit.ref, "does_not_count" if worth == "lost" else "counts", (visit.ref,), note)


@act("desk.register_late", "客户离开后和前台补登", "register with the desk after the customer has left")
def register_late(m: Matter) -> Iterator[Act]:
    """D01-1.n2a: whoever obtained the customer's data: who received them, else who is claimed to have brought them."""
    for visit, _worth, _note in _late(m):
        who = next(iter(receivers(m, visit)), None) or brought_by(m, visit)
        if who and (told_at(m, visit, "left_at") or m.case.ask > term(m, visit)):
            yield Act(who, "register", visit.ref, left_at(m, visit), entered_at(m, visit), (visit.ref,))


# ── the arrival ──


@finding("desk.questions", "三问是否问清", "whether the three questions were asked")
def questions(m: Matter) -> Iterator[Finding]:
    """D01-2: who invited, who is asked for, first visit or not; "nobody" and "does not know" are answers. Without all three
    the visitor cannot be routed."""
    for visit in m.case.of("visit"):
        open_ = [key for key in QUESTIONS if key not in visit]
        yield Finding(visit.ref, "blocked" if open_ else "allowed", (visit.ref,), _missing(open_))


@act("desk.contact", "马上联系业务员", "contact the salesperson at once")
def contact(m: Matter) -> Iterator[Act]:
    """D01-2.s2: whoever invited or is asked for, if still here. Done by a notice to them, or when they receive the visitor."""
    desk = next((p.id for p in m.case.people.values() if p.get("role") == "front_desk"), None)
    for visit in m.case.of("visit"):
        who = visit.get("registered_by") if at_desk(m, visit) else None
        for wanted in dict.fromkeys((visit.get("asked_for"), visit.get("invited_by"))):
            if m.sells(wanted):
                done = _reached(m, visit, wanted)
                events = (visit.ref, done.ref) if done else (visit.ref,)
                yield Act(who or desk, "contact", visit.ref, visit.at, done.at if done else None, events)


def _reached(m: Matter, visit: Event, who: str) -> Event | None:
    """What shows that somebody knows of a visitor who came for them."""
    for event in m.case.of("notice", "reception"):
        about = event.get("customer") in (None, visit["customer"]) and event.at >= visit.at
        if about and (event.get("to") == who or (event.type == "reception" and who in event.by)):
            return event
    return None


# ── the three notebooks ──


def _entries(m: Matter, book: str) -> Iterator[Event]:
    return (e for e in m.case.of("notebook") if e.get("book") == book)


@finding("desk.collection_entry", "收集本记录是否完整", "whether an entry of the collection book is complete")
def collection_entry(m: Matter) -> Iterator[Finding]:
    """D01-3.b1f: the phone and the name that were left."""
    for entry in _entries(m, "collection"):
        lacks = _unnamed(m, entry["customer"])
        yield Finding(entry.ref, "incomplete" if lacks else "valid", (entry.ref,), _missing(lacks))


@finding("desk.visit_entry", "到访本记录是否完整", "whether an entry of the visit book is complete")
def visit_entry(m: Matter) -> Iterator[Finding]:
    """D01-3.b2f: time and a detailed record; examined where the case has the entry's text, even an empty one."""
    for entry in _entries(m, "visit"):
        if "note" in entry:
            lacks = [] if str(entry["note"]).strip() else ["note"]
            yield Finding(entry.ref, "incomplete" if lacks else "valid", (entry.ref,), _missing(lacks))


@finding("desk.signed_entry", "已签单本记录是否完整", "whether an entry of the signed book is complete")
def signed_entry(m: Matter) -> Iterator[Finding]:
    """D01-3.b3f: name, phone, amount and term; examined where the case has the contract that the entry is about."""
    for entry in _entries(m, "signed"):
        deals = [k for k in m.case.of("contract") if k["customer"] == entry["customer"] and set(k.by) & set(entry.by)]
        if deals:
            deal = max((k for k in deals if k.at <= entry.at), key=lambda k: k.at, default=deals[0])
            lacks = [*_unnamed(m, entry["customer"]), *(key for key in ("amount", "term_months") if not deal.get(key))]
            yield Finding(entry.ref, "incomplete" if lacks else "valid", (entry.ref, deal.ref), _missing(lacks))


# ── who leaves ──


def _hand_over(m: Matter, what: str, to: str) -> Iterator[Act]:
    """Whoever has left owed a hand-over to holders of a role by the end of the last day (G-10)."""
    holders = {p.id for p in m.case.people.values() if p.get("role") == to}
    for person in m.case.people.values():
        gone = moment(person.get("resigned_at")) if person.get("resigned_at") else None
        if gone and gone <= m.case.ask and person.get("org", "own") == "own":
            given = (n for n in m.case.of("notice") if n.get("kind") == "handover" and n.get("to") in holders)
            done = next((n for n in given if not n.by or person.id in n.by), None)
            yield Act(person.id, what, person.id, gone, done.at if done else None, (done.ref,) if done else ())


@act("desk.to_finance", "离职上交客户信息到财务", "a leaver hands all customer information to Finance")
def to_finance(m: Matter) -> Iterator[Act]:
    """D01-3.4: a hand-over to finance, at the latest on the last day."""
    yield from _hand_over(m, "hand_in", "finance")


@act("desk.to_admin", "离职和行政交接", "a leaver hands over to Administration")
def to_admin(m: Matter) -> Iterator[Act]:
    """D01-3.5: a hand-over to administration, at the latest on the last day."""
    yield from _hand_over(m, "hand_over", "admin")
