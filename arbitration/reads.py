"""What the pages of cases show: the queue, one case's timeline, the proposal made readable, the money at stake."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from arbitration.evidence import Notes, Tests, brief, tests_of
from arbitration.models import CLOSED, CaseEvent, Claim, Collision, Ruling, Statement
from arbitration.offers import language
from arbitration.payees import Paid, payees
from arbitration.proposals import Proposal, findings_of, pack_of
from arbitration.sanctions import SanctionKind
from arbitration.services import Decision
from arbitration.shares import key_of, label, sharers
from leads.models import Contact, Deal, Deposit, PreCheck, Refund, Registration
from leads.money import split, yuan
from people.models import Membership, User
from people.roles import Right, Role
from people.workplace import Workplace
from visits.models import TurnChange, Visit

TABS = ("todo", "others", "evidence", "ruled")


def visible(here: Workplace) -> QuerySet[Collision]:
    """Cases that this person may open: who rules all, a party its own."""
    rows = Collision.objects.filter(project=here.project).select_related("customer", "project", "changed_by", "deal")
    return rows if here.may(Right.CASES) else rows.filter(claims__user=here.user).distinct()


def _tab(here: Workplace, tab: str, now: datetime) -> Q:
    """What a tab holds. A case whose time for evidence is over is due for ruling again, without any job that moves it."""
    over = Q(state=Collision.State.EVIDENCE, evidence_due__lte=now)
    if tab == "ruled":
        return Q(state__in=CLOSED)
    if tab == "evidence":
        return Q(state=Collision.State.EVIDENCE) & ~over
    due = Q(state__in=(Collision.State.OPEN, Collision.State.ESCALATED)) | over
    return due & (_mine(here) if tab == "todo" else ~_mine(here))


def _mine(here: Workplace) -> Q:
    """Cases that this person can move: who rules or may pass them up; of who does not rule, all that take evidence."""
    if Role.GENERAL_MANAGER in here.roles:
        return ~Q(pk__in=Claim.objects.filter(user=here.user).values("collision"))
    return Q(with_general_manager=False) if here.may(Right.RULE) else Q(pk__isnull=False)


def queue(here: Workplace, tab: str, now: datetime) -> QuerySet[Collision]:
    """One tab of the queue, the oldest first; of the ruled, the newest."""
    rows = visible(here).filter(_tab(here, tab, now)).prefetch_related("claims__user", "customer__phones")
    at_stake = Sum("customer__deals__commission_fen", filter=Q(customer__deals__project=here.project))
    return rows.annotate(at_stake=at_stake).order_by("-changed_at" if tab == "ruled" else "opened_at", "pk")


def counts(here: Workplace, now: datetime) -> dict[str, int]:
    """How many cases each tab holds; one query."""
    held = {tab: Count("pk", filter=_tab(here, tab, now), distinct=True) for tab in TABS}
    found: dict[str, int] = visible(here).aggregate(**held)
    return found


def only_to_pass_up(here: Workplace, cases: Iterable[Collision]) -> set[int]:
    """Of these cases, those on which this person may not rule, only pass them up; one query. As `services.recused`."""
    if not here.may(Right.RULE) or Role.GENERAL_MANAGER in here.roles:
        return set()
    led = set(Membership.objects.filter(project=here.project, team__leader=here.user).values_list("user", flat=True))
    parties = {case.pk: {claim.user_id for claim in case.claims.all()} for case in cases}
    return {pk for pk, who in parties.items() if here.user.pk in who or 0 < len(who & led) < len(who)}


def at_stake(case: Collision) -> int | None:
    """The commissions that hang on a case, in fen: of all contracts of the customer here, whenever they were signed."""
    deals = Deal.objects.filter(project=case.project_id, customer=case.customer_id)
    total: int | None = deals.aggregate(fen=Sum("commission_fen"))["fen"]
    return total


def timeline(
    case: Collision, claims: list[Claim], events: list[CaseEvent], tests: Tests, *, only: User | None = None
) -> list[dict[str, Any]]:
    """What happened, by server time; each item on the side of its party, or across where it concerns both.

    `tests` are what events are worth. `only`: a party before the ruling sees the others' things as kind and time, without content.
    """
    letters = {claim.user_id: claim for claim in claims}
    mine = {"project": case.project, "customer": case.customer}
    rows: list[tuple[datetime, Any, str, str, str]] = []
    for report in Registration.objects.filter(**mine):
        note = _("%(no)s 收到") % {"no": report.no} + (f" · {report.agency}" if report.agency else "")
        rows.append((report.at, report.by_id, _("报备"), note, f"r{report.pk}"))
    rows += [(c.at, c.by_id, c.get_mode_display(), c.note, "") for c in Contact.objects.filter(**mine)]
    rows += [
        (q.at, q.by_id, _("查过归属"), "", "")
        for q in PreCheck.objects.filter(**mine).exclude(found=None).exclude(found=F("by"))
    ]
    rows += [(d.at, d.by_id, _("收定金"), f"{d.no} · {yuan(d.amount_fen)}", "") for d in Deposit.objects.filter(**mine)]
    backs = Refund.objects.filter(deposit__project=case.project, deposit__customer=case.customer).select_related(
        "deposit"
    )
    rows += [(f.at, f.by_id, _("退定"), f"{f.deposit.no} · {yuan(f.amount_fen)}", "") for f in backs]
    rows += [
        (d.signed_at, None, _("签单"), f"{d.no} · {d.closer}", f"k{d.pk}")
        for d in Deal.objects.filter(**mine).select_related("closer")
    ]
    rows += [_said(s, letters) for s in Statement.objects.filter(collision=case).select_related("by")]
    visits = Visit.objects.filter(**mine).select_related("invited_by", "asked_for", "brought_by")
    rows += [(v.arrived_at, None, _("到访"), _visit(v), "") for v in visits.prefetch_related("receptions__by")]
    rows += Notes(events).rows()
    rows.sort(key=lambda row: row[0])
    return [_item(letters, row, only, tests) for row in rows]


def _said(row: Statement, letters: dict[int, Claim]) -> tuple[datetime, Any, str, str, str]:
    """A party's statement is its own; what the one who decides says is for everybody."""
    if row.by_id in letters:
        return row.at, row.by_id, _("陈述"), row.text, ""
    return row.at, None, _("%(who)s说明") % {"who": row.by.name}, row.text, ""


def _visit(visit: Visit) -> str:
    none = "—"
    received = " → ".join(r.by.name for r in visit.receptions.all()) or none
    story = _("%(no)s · 邀约 %(invited)s · 找 %(asked)s · %(first)s · 接待 %(by)s") % {
        "no": visit.no, "invited": visit.invited_by or none, "asked": visit.asked_for or none,
        "first": visit.get_first_time_display() or none, "by": received,
    }  # fmt: skip
    return story + (" · " + _("%(who)s 带看") % {"who": visit.brought_by} if visit.brought_by else "")


def _item(
    letters: dict[int, Claim], row: tuple[datetime, Any, str, str, str], only: User | None, tests: Tests
) -> dict[str, Any]:
    at, who, title, note, ref = row
    claim = letters.get(who)
    hidden = only is not None and who not in (None, only.pk)
    return {
        "at": at, "claim": claim, "title": title, "note": "" if hidden else note,
        "side": "all" if claim is None else "l" if claim.letter == "A" else "r", "tests": brief(tests.get(ref, [])),
    }  # fmt: skip


def readable(proposal: Proposal) -> dict[str, Any]:
    """The proposal for the page: rules that fired with their words, owner, shares, why-not, what-if, duties."""
    lang = language()
    if proposal.ruling is None or proposal.pack is None:
        return {"lang": lang, "rules": [], "whatif": [], "text": "", "duties": [], "until": None}
    ruling, rules, name = proposal.ruling, proposal.rules, proposal.names
    deciding = {stage.id for stage in proposal.pack.deciding}
    fired = [
        {
            "id": r.id,
            "title": r.title[lang],
            "says": r.says[lang],
            "quote": r.quote,
            "inferred": r.origin != "text",
            "decides": r.stage in deciding,
        }
        for r in (rules[id_] for id_ in ruling["fired"])
    ]
    return {
        "lang": lang,
        "rules": [row for row in fired if row["decides"]],
        "further": [row for row in fired if not row["decides"]],
        "proposed": [(name.get(who, who), bp) for who, bp in ruling.get("proposal", {}).get("shares", {}).items()],
        "turns": [(name.get(t["to"], t["to"]), TurnChange.Kind(t["kind"]).label, t["count"]) for t in ruling["turns"]],
        "sanctions": [(name.get(s["to"], s["to"]), SanctionKind(s["kind"]).label, _yuan(s.get("amount"))) for s in ruling["sanctions"]],
        "owner": proposal.names.get(ruling["owner"], ruling["owner"]),
        "until": datetime.fromisoformat(ruling["until"]) if ruling.get("until") else None,
        "shares": [
            {"name": proposal.names.get(who, who), "bp": bp, "amount": _yuan(ruling["amounts"].get(who))}
            for who, bp in ruling["shares"].items()
        ],
        "whatif": [_whatif(proposal, row, lang) for row in ruling["counterfactuals"]],
        "duties": [
            {"who": proposal.names.get(d["who"], d["who"]), "title": rules[d["clause"]].title[lang], "state": d["state"], "due": d["due"]}
            for d in ruling["duties"]
        ],
        "text": proposal.named(ruling["text"][lang], lang),
    }  # fmt: skip


def _yuan(amount: str | None) -> str:
    """¥20,000.00 of the engine's 20000.00."""
    return yuan(int(amount.replace(".", ""))) if amount else ""


def _whatif(proposal: Proposal, row: dict[str, Any], lang: str) -> dict[str, Any]:
    shares = [(proposal.names.get(who, who), bp) for who, bp in row["shares"].items()]
    return {
        "if": proposal.named(row[lang], lang), "owner": proposal.names.get(row["owner"], row["owner"]), "shares": shares,
        "status": row["status"], "fired": row["fired"],
    }  # fmt: skip


def money(case: Collision, decision: Decision) -> list[dict[str, Any]]:
    """Who would get how much of the customer's commissions, for the check page: as finance will book it.

    One row for each payee of each contract; before any contract, without money.
    """
    deals = list(Deal.objects.filter(project=case.project, customer=case.customer).order_by("signed_at", "pk"))
    known = decision.shares or decision.owner_kind in (Ruling.Owner.PERSON, Ruling.Owner.COMPANY)
    booked: list[Deal | None] = [*deals] or ([None] if known else [])  # who is not known before somebody signs
    paid = payees(
        case.project, [(key_of(who), bp) for who, bp in decision.shares], owner_kind=decision.owner_kind,
        owner=decision.owner.pk if decision.owner else None, closers=[deal.closer_id if deal else 0 for deal in booked],
    )  # fmt: skip
    return _rows(list(zip(booked, paid, strict=True)))


def _rows(booked: list[tuple[Deal | None, Paid]]) -> list[dict[str, Any]]:
    rows = [
        (deal, key, bp, fen) for deal, paid in booked for (key, bp), fen in zip(paid, _fens(deal, paid), strict=True)
    ]
    names = sharers([key for _deal, key, _bp, _fen in rows])
    return [
        {"deal": deal if len(booked) > 1 else None, "name": label(who), "bp": bp, "fen": fen}
        for who, (deal, _key, bp, fen) in zip(names, rows, strict=True)
    ]


def _fens(deal: Deal | None, paid: Paid) -> list[int] | list[None]:
    return split(deal.commission_fen, [bp for _key, bp in paid]) if deal else [None] * len(paid)


def rulings(case: Collision) -> QuerySet[Ruling]:
    """Rulings of a case, the one in force first."""
    return case.rulings.select_related("by", "owner", "policy").order_by("-at", "-pk")


def ruled_by(ruling: Ruling) -> list[dict[str, Any]]:
    """The clauses that a ruling rests on, in words and as written, out of the policy that it pins.

    None where it was ruled otherwise than proposed: then it rests on its reason.
    """
    if ruling.kind != Ruling.Kind.AGREED:
        return []
    lang, rules = language(), list(pack_of(ruling.policy).rules) if ruling.policy else []
    return [
        {"id": r.id, "says": r.says[lang], "quote": r.quote, "inferred": r.origin != "text"}
        for r in rules
        if r.id in ruling.rules
    ]


def ruled_shares(ruling: Ruling) -> list[tuple[str, int]]:
    """(name, basis points) of a ruling."""
    shares = ruling.shares()
    whom = sharers([key for key, _bp in shares])
    return [(label(who), bp) for who, (_key, bp) in zip(whom, shares, strict=True)]


def tests(case: Collision, proposal: Proposal | None, ruled: list[Ruling]) -> Tests:
    """What the evidence is worth: by the ruling in force, out of what it pinned; before one, by the proposal."""
    last = next((r for r in ruled if r.proposal_canonical and not r.superseded_by), None)
    if proposal is not None:
        findings, pack = proposal.findings(), proposal.pack
    elif last is not None and last.policy:
        findings, pack = findings_of(json.loads(bytes(last.proposal_canonical or b""))), pack_of(last.policy)
    else:
        return {}
    lang = language()
    return tests_of(findings, {rule.id: rule.title[lang] for rule in pack.rules} if pack else {}, lang)
