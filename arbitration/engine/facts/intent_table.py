"""Facts of D18 (intent-customer table): who entered the customer first, who brought them to the site, who was first in touch with a
web or app customer, and what changes the shares."""

from arbitration.engine.case import Event
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.sales_office import COUNTS, discovery
from arbitration.engine.facts.time import after_days, days_before
from arbitration.engine.facts.words import Fact, fact, once, role

ONLINE = frozenset({"web", "app"})

# ── 1, 2a: the table ──


def entries(m: Matter) -> dict[str, Event]:
    """Consultant → their first entry in the table, earliest first. Notes elsewhere are no entries; a report that names no channel
    is one."""
    found: dict[str, Event] = {}
    for report in m.reports:
        if report.get("channel", "intent_table") == "intent_table":
            found.setdefault(report.by[0], report)
    return found


def first_entry(m: Matter) -> str | None:
    """Who entered the customer first; nobody, where two did at the same second; without an entry, whom the customer is assigned to."""
    found = list(entries(m).items())
    if len(found) > 1 and found[0][1].at == found[1][1].at:
        return None
    kept = (m.case.customers[c].get("assigned_to") for c in m.unit)
    return found[0][0] if found else next((str(who) for who in kept if m.sells(who)), None)


@fact("table.entries", "录入《意向客户信息统计表》的人数", "how many entered the customer in the table", values=COUNTS)
def table_entries(m: Matter) -> Fact:
    """How many consultants entered the customer or the household; two or more is a double entry (D18-2a)."""
    found = entries(m)
    note = (f"{len(found)} 人", f"{len(found)}")
    return Fact(
        ("none", "one")[len(found)] if len(found) < 2 else "several", tuple(e.ref for e in found.values()), note
    )


@fact("table.first", "表里查得到先录入的人", "the table shows who entered first")
def table_first(m: Matter) -> Fact:
    """D18-1: there is a first entry, or the customer is assigned; two entries at the same second show nobody."""
    return Fact(first_entry(m) is not None, tuple(e.ref for e in entries(m).values())[:2])


@role("table_first", "先录入的置业顾问", "the consultant who entered first")
def table_first_role(m: Matter) -> tuple[str, ...]:
    """The consultant who entered first (D18-1, 2a)."""
    who = first_entry(m)
    return (who,) if who else ()


# ── 2b: discovered after the visit ──


@fact("table.before_visit", "到访前发现撞单", "discovered before the visit")
def before_visit(m: Matter) -> Fact:
    """D18-2a: discovered strictly before the customer's first visit, or nobody came yet."""
    at, ref = discovery(m)
    visit = m.visits[0] if m.visits else None
    events = tuple(filter(None, (ref, visit.ref if visit else "")))
    return Fact(visit is None or at < visit.at, events)


def inviter(m: Matter) -> tuple[str, tuple[str, ...]] | None:
    """(for whom, events) the customer was invited to the first visit that somebody invited to, up to the discovery (D18-2b).

    Who invites for a colleague brings the customer for that colleague.
    """
    until, _ref = discovery(m)
    for visit in (v for v in m.visits if v.at <= until):
        found = _invited(m, visit)
        if found:
            return found
    return None


def _invited(m: Matter, visit: Event) -> tuple[str, tuple[str, ...]] | None:
    """Whose invitation a visit followed: the answer at the desk, else the last invitation in the `invite_days` days before; nobody's
    where two sent it in the same second."""
    asked = [e for e in m.of("invitation") if e.at <= visit.at and e.get("succeeded", True)]
    named = visit.get("invited_by")
    if named:
        own = next((e for e in reversed(asked) if named in e.by), None)
        who = own.get("for") or named if own else named
        return (who, (visit.ref, *((own.ref,) if own else ()))) if m.sells(who) else None
    if "invited_by" in visit or visit.get("initiative") in ("self", "brought"):
        return None
    days = int(m.params["invite_days"])
    recent = [(e.get("for") or next(iter(e.by), None), e) for e in asked if visit.at < after_days(e.at, days)]
    recent = [(who, e) for who, e in recent if m.sells(who)]
    last = {str(who): e for who, e in recent if e.at == recent[-1][1].at}
    return next(((who, (visit.ref, e.ref)) for who, e in last.items()), None) if len(last) == 1 else None


@fact("table.invited", "有置业顾问约访到现场", "a consultant invited the customer to the site")
def table_invited(m: Matter) -> Fact:
    """D18-2b: somebody invited to a visit up to the discovery. Silence at the desk: an invitation in the week before."""
    found = inviter(m)
    return Fact(found is not None, found[1] if found else ())


@role("table_inviter", "约访到现场的置业顾问", "the consultant who invited")
def table_inviter(m: Matter) -> tuple[str, ...]:
    """D18-2b: of several visits, the first that somebody invited to."""
    found = inviter(m)
    return (found[0],) if found else ()


# ── 3: web and app customers ──


def first_contact(m: Matter) -> Event | None:
    """The first contact that reached a customer from a website or app; none, where two people's fell in the same second."""
    online = {c for c in m.unit if m.case.customers[c].get("source") in ONLINE}
    rows = [e for e in m.of("contact") if e["customer"] in online and e.get("connected", True) and m.sells(e.by[0])]
    tied = len(rows) > 1 and rows[0].at == rows[1].at and rows[0].by != rows[1].by
    return rows[0] if rows and not tied else None


@fact("table.contacted", "网络或手机 APP 客户，有第一个联系的人", "a web or app customer with a first contact")
def table_contacted(m: Matter) -> Fact:
    """D18-3: the customer's source is the web or an app, and somebody reached them. Other sources: no."""
    first = first_contact(m)
    return Fact(first is not None, (first.ref,) if first else ())


@role("table_contact", "第一个联系的置业顾问", "the consultant who was first in touch")
def table_contact(m: Matter) -> tuple[str, ...]:
    """The consultant who was first in touch (D18-3)."""
    first = first_contact(m)
    return (first.by[0],) if first else ()


# ── whose the customer is, and what changes the shares (4, 5) ──


@once
def holder(m: Matter) -> str | None:
    """Whose the customer is by 3, 2a, 2b and 1, in this order."""
    invited = () if before_visit(m).value else table_inviter(m)
    return next(iter((*table_contact(m), *invited, *table_first_role(m))), None)


def helpers(m: Matter) -> dict[str, tuple[str, ...]]:
    """Helper → events: invited at the holder's request for the holder, the customer came within `invite_days` days, and there is a
    contract (D18-4, G-39)."""
    owner, found = holder(m), dict[str, tuple[str, ...]]()
    for event in m.of("invitation"):
        who = next(iter(event.by), "")
        ours = event.get("for") == owner != who and event.get("succeeded", True) and m.sells(who)
        if not owner or not ours:
            continue
        asked, came = _requested(m, owner, who, event), _came(m, event)
        if asked and came and m.contract and m.contract.ref not in _cancelled(m) and m.contract.at >= came.at:
            found.setdefault(who, (asked.ref, event.ref, came.ref, m.contract.ref))
    return found


def _cancelled(m: Matter) -> set[str]:
    return {e["contract"] for e in m.case.of("cancellation")}


def _requested(m: Matter, owner: str, who: str, before: Event) -> Event | None:
    """The holder's request on record before the help."""
    given = (e for e in m.case.of("consent") if e["kind"] == "holder_request" and e.at <= before.at)
    return next(
        (e for e in given if owner in e.by and e.get("to") == who and e.get("customer") in (None, *m.unit)), None
    )


def _came(m: Matter, invitation: Event) -> Event | None:
    limit = after_days(invitation.at, int(m.params["invite_days"]))
    by = {None, *invitation.by, invitation.get("for")}
    return next((v for v in m.visits if invitation.at <= v.at < limit and v.get("invited_by") in by), None)


@fact(
    "table.helped", "应请求帮同事约访，约访成功并成交", "invited at a colleague's request, the customer came and signed"
)
def table_helped(m: Matter) -> Fact:
    """D18-4: all of it; without a request on record it is no help (G-39), without a visit or a contract there is nothing to split."""
    found = helpers(m)
    return Fact(bool(found), tuple(ref for refs in found.values() for ref in refs), _waited(m))


def _waited(m: Matter) -> tuple[str, str]:
    event = next((e for e in m.of("invitation") if e.get("for")), None)
    visit = next((v for v in m.visits if event and v.at >= event.at), None)
    if event is None or visit is None:
        return "没有代约后的到访", "no visit after an invitation for a colleague"
    days, limit = days_before(event.at, visit.at), m.params["invite_days"]
    return f"约后 {days} 天到访，期限 {limit} 天", f"came {days} days after the invitation, limit {limit}"


@role("table_helper", "帮同事约访的置业顾问", "the consultant who helped to invite")
def table_helper(m: Matter) -> tuple[str, ...]:
    """The consultant who helped to invite (D18-4)."""
    return tuple(sorted(helpers(m), key=m.rank))


@role("table_holder", "原置业顾问", "the consultant whose customer it is")
def table_holder(m: Matter) -> tuple[str, ...]:
    """D18-4, 5: ownership is unchanged."""
    who = holder(m)
    return (who,) if who else ()


def replacements(m: Matter) -> dict[str, tuple[str, ...]]:
    """New consultant → events: whom the customer demanded, or who took over after the customer demanded a change (D18-5)."""
    owner, found = holder(m), dict[str, tuple[str, ...]]()
    for said in (e for e in m.of("statement") if e["kind"] == "wants_change"):
        named = [who for who in said.get("people", ()) if who != owner and m.sells(who)]
        for who, ref in _took_over(m, said, named):
            if who != owner:
                found.setdefault(who, (said.ref, ref))
    return found


def _took_over(m: Matter, said: Event, named: list[str]) -> list[tuple[str, str]]:
    """Those named, unless there is a contract and they had no part in anything since; where nobody is named, who acts next."""
    since = [e for e in m.of("transfer", "reception", "contact", "contract") if e.at >= said.at]
    signed = m.contract is not None and m.contract.at >= said.at
    if named:
        done = {who: e.ref for e in reversed(since) for who in _doers(e)}
        return [(who, done.get(who, said.ref)) for who in named if who in done or not signed]
    taken = [(who, e.ref) for e in since if e.type != "contact" for who in _doers(e)]
    owner = holder(m)
    return [(who, ref) for who, ref in taken if who != owner and m.sells(who)][:1]


def _doers(event: Event) -> tuple[str, ...]:
    return (event["to"],) if event.type == "transfer" else event.by


@fact("table.changed", "客户要求更换置业顾问", "the customer demanded another consultant")
def table_changed(m: Matter) -> Fact:
    """D18-5: the customer's own demand; a change by the manager is none."""
    found = replacements(m)
    return Fact(bool(found), tuple(dict.fromkeys(ref for refs in found.values() for ref in refs)))


@role("table_sharing", "原置业顾问和更换后的置业顾问", "the consultant and those who replaced them")
def table_sharing(m: Matter) -> tuple[str, ...]:
    """D18-5: equal parts; after two changes thirds (G-09)."""
    return (*table_holder(m), *replacements(m))


@fact("table.more_than_two", "三人以上分成", "three or more share")
def table_more_than_two(m: Matter) -> Fact:
    """G-09: two changes, or two helpers."""
    return Fact(max(len(table_sharing(m)), 1 + len(helpers(m))) > 2)


@fact("table.uncovered", "前面各条都不适用", "none of the other clauses applies")
def table_uncovered(m: Matter) -> Fact:
    """D18-8: nobody entered first, was first in touch or invited; or there was both help and a change, which the text does not
    put together."""
    return Fact(holder(m) is None or bool(helpers(m) and replacements(m)))
