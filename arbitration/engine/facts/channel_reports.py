"""D07, article seven and the evidence of article eight: which reports are valid, which customers are one, which call lists are
taken. What a company shows is judged for each report, relation and list by itself."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from arbitration.engine.case import Event, moment
from arbitration.engine.facts.agency import agency_of, asked_about, brings, with_kin
from arbitration.engine.facts.kin import pair, proven_by
from arbitration.engine.facts.matter import Matter
from arbitration.engine.facts.time import days_before
from arbitration.engine.facts.words import Fact, Finding, Note, fact, finding, once, role

OPERATORS = frozenset({"china_telecom", "china_mobile", "china_unicom"})


# ── whose deal it is about (8.7) ──


def one_customer(m: Matter, customer: str) -> tuple[str, ...]:
    """A customer with the direct relatives whose relation a document proves (8.7, G-15); unproven they are strangers."""
    return with_kin(m, customer, lambda relation: proven_by(m, relation))


def reported_by(m: Matter, customer: str) -> int:
    """How many agencies reported a customer or their proven relatives."""
    about = one_customer(m, customer)
    return len({agency_of(m, r.by[0]) for r in m.case.of("report") if r["customer"] in about} - {None})


@role("buyers", "成交客户（含已证明的直系亲属）", "the customer of the deal, with proven direct relatives")
def buyers(m: Matter) -> tuple[str, ...]:
    """D07-8.7: whose deal it is; before a deal, whom most agencies reported."""
    customer = asked_about(m, lambda c: reported_by(m, c))
    return one_customer(m, customer) if customer else ()


def around(m: Matter, customer: str) -> tuple[str, ...]:
    """Those who count as one with a customer: the buyers, if the customer is one of them."""
    return m.role("buyers") if customer in m.role("buyers") else one_customer(m, customer)


@finding("proven_kin", "亲属是否算同一客户", "whether relatives count as one customer")
def proven_kin(m: Matter) -> Iterator[Finding]:
    """D07-8.7: direct relatives do, if a copy of a document that proves it has been filed by now."""
    for relation in m.relations:
        if {relation.get("a"), relation.get("b")} <= set(m.case.customers):
            direct, shown = relation.get("kind") in m.params["kin_list"], proven_by(m, relation)
            note = ("直系亲属" if direct else "不是直系亲属", "direct kin" if direct else "no direct kin")
            if direct and not shown:
                note = ("直系亲属，还没有证明", "direct kin, no proof filed")
            yield Finding(pair(relation), "same_customer" if direct and shown else "not_same_customer", (), note)


# ── reports (article seven) ──


def arrival(m: Matter, customer: str, agency: str | None) -> Event | None:
    """The arrival that reports and calls are measured by: the first one of the customer at this project, for every agency
    (G-61); with `arrival` set otherwise, the first one to which the agency itself brought them."""
    about = around(m, customer)
    visits = [v for v in m.case.of("visit") if v["customer"] in about]
    if m.params.get("arrival", "first_of_customer") != "first_of_customer":
        own = {b.visit for b in brings(m, about) if agency_of(m, b.who) == agency}
        visits = [v for v in visits if v.ref in own] or visits
    return next(iter(visits), None)


def written_whole(report: Event) -> bool:
    """7.1: company, surname with salutation, first three and last four digits. Silence: complete."""
    return bool(report.get("complete", True))


def by_channel(m: Matter, report: Event) -> bool:
    """7.2: by e-mail or SMS (`channels`). Silence: so."""
    return report.get("channel") is None or report["channel"] in m.params.get("channels", ())


def before_arrival(m: Matter, report: Event) -> bool:
    """7.3: received before the customer arrived; at the same second is not before. Nobody came yet: so."""
    came = arrival(m, report["customer"], agency_of(m, report.by[0]))
    return came is None or report.at < came.at


def agency_reports(m: Matter) -> list[Event]:
    """All reports by people of agencies, in order of time."""
    return [r for r in m.case.of("report") if agency_of(m, r.by[0])]


def project_of(m: Matter, subject: str | None) -> str | None:
    """The project of a unit or of itself: as entered, else the one of the same area; None where nobody says (G-49)."""
    row = m.case.subjects.get(subject or "")
    if row is None or row.get("kind") == "project":
        return row.id if row else None
    near = (s for s in m.case.subjects.values() if s.get("kind") == "project" and s.get("area") == row.get("area"))
    same = next(iter(sorted(s.id for s in near)), None) if row.get("area") else None
    return row.get("project") or same


@once
def recommendations(m: Matter) -> list[Event]:
    """Valid reports about the customer for this project, in order of time (7.1–7.3, 8.1); a rejected one is none."""
    about = m.role("buyers")
    found = [
        r for r in agency_reports(m)
        if r["customer"] in about and r.get("review") != "rejected"
        and written_whole(r) and by_channel(m, r) and before_arrival(m, r)
    ]  # fmt: skip
    project = _project(m, found)
    return [r for r in found if project_of(m, r.get("subject")) in (project, None) or project is None]


def _project(m: Matter, found: list[Event]) -> str | None:
    """The project of the deal; without one, which most agencies recommended, of these the latest."""
    if m.contract and (sold := project_of(m, m.contract.get("subject"))):
        return sold
    by: dict[str, list[Event]] = {}
    for report in found:
        if name := project_of(m, report.get("subject")):
            by.setdefault(name, []).append(report)
    return max(by, key=lambda p: (len({agency_of(m, r.by[0]) for r in by[p]}), by[p][-1].at, p), default=None)


@role("agencies", "先期推荐的分销公司", "the agencies that recommended the project before the arrival")
def agencies(m: Matter) -> tuple[str, ...]:
    """D07-8.1: those with a valid report, in the order of the first one (G-07)."""
    return tuple(dict.fromkeys(str(agency_of(m, r.by[0])) for r in recommendations(m)))


@fact("agencies.collide", "两家以上分销公司先期推荐", "two or more agencies recommended the project before")
def agencies_collide(m: Matter) -> Fact:
    """D07-8.1: at least two agencies have a valid report of the same customer for the same project from before the arrival."""
    n, events = len(m.role("agencies")), tuple(r.ref for r in recommendations(m))
    return Fact(n >= 2, events, (f"{n} 家的报备有效", f"{n} with a valid report"))


@role("sole_agency", "唯一先期推荐的分销公司", "the only agency that recommended the project before")
def sole_agency(m: Matter) -> tuple[str, ...]:
    """Who goes on where there is no collision."""
    return m.role("agencies") if len(m.role("agencies")) == 1 else ()


@finding("agency_collision", "是否构成撞单", "whether it is a collision")
def agency_collision(m: Matter) -> Iterator[Finding]:
    """D07-8.1: examined wherever an agency reported."""
    if agency_reports(m):
        found = m.fact("agencies.collide")
        yield Finding("case", "collision" if found.value else "no_collision", found.events, found.note)


@finding("report_format", "报备格式", "the format of the report")
def report_format(m: Matter) -> Iterator[Finding]:
    """The format of the report (D07-7.1)."""
    for report in agency_reports(m):
        yield Finding(report.ref, "valid" if written_whole(report) else "incomplete", (report.ref,))


@finding("report_channel", "报备方式", "the channel of the report")
def report_channel(m: Matter) -> Iterator[Finding]:
    """The channel of the report (D07-7.2)."""
    for report in agency_reports(m):
        yield Finding(report.ref, "valid" if by_channel(m, report) else "wrong_channel", (report.ref,))


@finding("report_before_arrival", "是否在到访前报备", "whether it was reported before the arrival")
def report_before_arrival(m: Matter) -> Iterator[Finding]:
    """Whether it was reported before the arrival (D07-7.3)."""
    for report in agency_reports(m):
        came = arrival(m, report["customer"], agency_of(m, report.by[0]))
        result = "valid" if before_arrival(m, report) else "late"
        yield Finding(report.ref, result, (report.ref, *([came.ref] if came else ())), _apart(report, came))


def _apart(report: Event, came: Event | None) -> Note:
    if came is None:
        return "客户还没有到访", "the customer has not arrived yet"
    seconds = int((came.at - report.at).total_seconds())
    zh, en = ("早于到访", "before the arrival") if seconds > 0 else ("晚于到访", "after the arrival")
    if seconds == 0:
        return "与到访同一秒", "in the second of the arrival"
    return f"{zh} {_span(abs(seconds), 0)}", f"{_span(abs(seconds), 1)} {en}"


def _span(seconds: int, english: int) -> str:
    units = ((86_400, "天", "days"), (3_600, "小时", "hours"), (60, "分钟", "minutes"), (1, "秒", "seconds"))
    size, *words = next(unit for unit in units if seconds >= unit[0])
    n = seconds // int(size)
    return f"{n} {words[english][: -1 if english and n == 1 else None]}"


# ── call lists (8.3–8.5) ──


def official(m: Matter, listed: Event) -> bool:
    """8.3: an official print-out of one of the three operators; what was rejected as evidence is none. Silence: official."""
    refused = any(e.get("about") == listed.ref and e.get("accepted") is False for e in m.case.of("evidence"))
    return listed["issuer"] in OPERATORS and bool(listed.get("official", True)) and not refused


def days_ahead(m: Matter, listed: Event) -> int | None:
    """8.4: how many local calendar days before the arrival the call was; 0 on its day. None: nobody came yet."""
    came = arrival(m, listed["customer"], agency_of(m, listed.by[0]))
    return days_before(moment(listed["call_at"]), came.at) if came else None


def in_window(m: Matter, listed: Event) -> bool:
    """8.4: on one of the `call_days` days before the arrival, its own day excluded."""
    ahead = days_ahead(m, listed)
    return ahead is not None and 1 <= ahead <= int(m.params["call_days"])


def own_numbers(m: Matter, listed: Event) -> bool:
    """8.5: one side is the salesperson's own mobile or an office telephone of the agency, the other the customer.

    A customer of whom no number is on record cannot be compared, and is not held against the list.
    """
    who, agency = m.case.people.get(listed.by[0]), m.case.orgs.get(agency_of(m, listed.by[0]) or "")
    own = [*(who.get("phones") or () if who else ()), *(agency.get("phones") or () if agency else ())]
    theirs = [number for c in around(m, listed["customer"]) for number in m.case.customers[c].get("phones") or ()]
    sides = listed.get("from_phone"), listed.get("to_phone")
    return any(
        _among(here, own) and (not theirs or _among(there, theirs)) for here, there in (sides, sides[::-1])
    )  # fmt: skip


def _among(number: str | None, known: Collection[str]) -> bool:
    return number is not None and any(same_number(number, one) for one in known)


@lru_cache(maxsize=4096)
def same_number(a: str, b: str) -> bool:
    """Whether two spellings are one number: blanks and dashes do not count, nor 86 before a mobile; a masked number is any that
    has its first and last digits (139****3333)."""
    masked, other = sorted((_plain(a), _plain(b)), key=lambda number: "*" not in number)
    return masked == other or bool(re.fullmatch(masked.replace("*", "[0-9]+"), other))


def _plain(number: str) -> str:
    """Digits only, and one star for what is masked."""
    return re.sub(r"^(00)?86(?=1[0-9]{2})", "", re.sub(r"[*]+", "*", re.sub(r"[^0-9*]", "", number)))


def admitted(m: Matter, agency: str) -> list[Event]:
    """The call lists of an agency about the customer that are taken as evidence, in the order in which they were filed."""
    about = m.role("buyers")
    filed = [e for e in m.case.of("call_list") if e["customer"] in about and agency_of(m, e.by[0]) == agency]
    return [e for e in filed if official(m, e) and in_window(m, e) and own_numbers(m, e)]


def _agency_lists(m: Matter) -> list[Event]:
    return [e for e in m.case.of("call_list") if agency_of(m, e.by[0])]


def _worth(ok: bool) -> str:
    return "admissible" if ok else "inadmissible"


@finding("list_official", "通话清单是否正规打印", "whether the call list is an official print-out")
def list_official(m: Matter) -> Iterator[Finding]:
    """Whether the call list is an official print-out (D07-8.3)."""
    for listed in _agency_lists(m):
        yield Finding(listed.ref, _worth(official(m, listed)), (listed.ref,))


@finding("list_in_window", "通话是否在到访前的期限内", "whether the call was within the days before the arrival")
def list_in_window(m: Matter) -> Iterator[Finding]:
    """D07-8.4: pending while the customer has not arrived."""
    for listed in _agency_lists(m):
        ahead = days_ahead(m, listed)
        result = "pending" if ahead is None else _worth(in_window(m, listed))
        yield Finding(listed.ref, result, (listed.ref,), _ahead(ahead, int(m.params["call_days"])))


def _ahead(ahead: int | None, limit: int) -> Note:
    """How far a call was from the arrival, and how far it may be."""
    if ahead is None:
        return "客户还没有到访", "the customer has not arrived yet"
    zh, en = ("前", "before") if ahead >= 0 else ("后", "after")
    days = f"{abs(ahead)} day{'s' * (abs(ahead) != 1)}"
    return f"到访{zh} {abs(ahead)} 天，期限为到访前 1–{limit} 天", f"{days} {en} arrival, limit 1–{limit} days before"


@finding("list_own_number", "通话双方的号码", "whose numbers the call was between")
def list_own_number(m: Matter) -> Iterator[Finding]:
    """Whose numbers the call was between (D07-8.5)."""
    for listed in _agency_lists(m):
        yield Finding(listed.ref, _worth(own_numbers(m, listed)), (listed.ref,))
