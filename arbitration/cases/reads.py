"""What the pages of cases show: one case's timeline, the proposal made readable, the money at stake."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.cases.evidence import Notes, Tests, brief, tests_of, when
from arbitration.cases.history import History, history_of
from arbitration.cases.mentioned import mentioned_in
from arbitration.cases.precedence import in_order
from arbitration.cases.proposals import Proposal, findings_of, pack_of
from arbitration.engine.facts import FACTS
from arbitration.engine.pack import Rule
from arbitration.models import CaseEvent, Claim, Collision, Ruling, Statement
from arbitration.payees import Paid, payees
from arbitration.policies.offers import language
from arbitration.sanctions import SanctionKind
from arbitration.services import Decision
from arbitration.shares import key_of, label, sharers
from leads.models import Deal, Registration
from leads.money import split, yuan
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from visits.models import TurnChange, Visit

LOOKED_AT = (Collision.State.EVIDENCE, Collision.State.ESCALATED, Collision.State.RULED)  # by a person
NO_PERSON = {"company": gettext_lazy("公司"), "pool": gettext_lazy("公海"), "reassign": gettext_lazy("重新分配的人")}


def visible(here: Workplace) -> QuerySet[Collision]:
    """Cases that this person may open: who rules all, a party its own; an agency none that it is in by a report beyond its limit, before
    somebody has looked: at the report, or at the case.
    """
    rows = Collision.objects.filter(project=here.project).select_related(
        "customer", "subject", "project", "changed_by", "deal"
    )
    if here.may(Right.CASES):
        return rows
    mine = Claim.objects.filter(user=here.user)
    if here.outside:
        reports = Registration.objects.filter(project=here.project, by=here.user)
        held_back = Q(registration__in=reports.held_back().values("pk"))
        mine = mine.filter(Q(registration=None) | ~held_back | Q(collision__state__in=LOOKED_AT))
    return rows.filter(claims__in=mine).distinct()


def of_number(here: Workplace, no: str) -> Collision:
    """The case of this number, where this person may open it; else 404."""
    found: Collision = get_object_or_404(visible(here), no=no)
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened. `ref`: its id in the case file; `no`: of the report or visit, whose own page is the original."""

    at: datetime
    who: int | None
    title: Any
    note: str = ""
    ref: str = ""
    page: str = ""
    no: str = ""


def timeline(
    case: Collision, claims: list[Claim], events: list[CaseEvent], tests: Tests, *, only: User | None = None,
    outside: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    """What happened, by server time; each item on the side of its party, or across where it concerns both.

    `tests` are what events are worth. `only`: a party before the ruling sees the others' things as kind and time, without content;
    one of an agency (`outside`) visits and contracts, too: who of the house received or signed is not its to read.
    """
    letters = {claim.user_id: claim for claim in claims}
    said = [_said(s, letters) for s in case.statements.all()]
    history = history_of(case)
    rows = [
        *_dealings(history),
        *_money(history),
        *said,
        *(Row(*row) for row in Notes(events, mentioned_in(case)).rows()),
    ]
    if only and outside:
        rows = [replace(row, note=row.no) if row.page == "visit" or row.ref[:1] == "k" else row for row in rows]
    return [_item(letters, row, only, tests) for row in sorted(rows, key=lambda row: row.at)]


def _dealings(history: History) -> Iterator[Row]:
    """Reports, contacts, questions and visits."""
    for report in history.reports:
        note = _("%(no)s 收到") % {"no": report.no} + (f" · {report.agency}" if report.agency else "")
        yield Row(report.at, report.by_id, _("报备"), note, f"r{report.pk}", "receipt", report.no)
    for row in history.contacts:
        said = _("自己说是 %(at)s") % {"at": when(row.claimed_at)} if row.claimed_at else ""
        yield Row(row.at, row.by_id, row.get_mode_display(), " · ".join(filter(None, [said, row.note])), f"t{row.pk}")
    for asked in history.asked:
        yield Row(asked.at, asked.by_id, _("查过归属"))
    for visit in history.visits:
        received = [row.by.name for row in history.receptions if row.visit_id == visit.pk]
        yield Row(visit.arrived_at, None, _("到访"), _visit(visit, received), page="visit", no=visit.no)


def _money(history: History) -> Iterator[Row]:
    """Deposits, refunds and contracts."""
    for paid in history.deposits:
        yield Row(paid.at, paid.by_id, _("收定金"), f"{paid.no} · {yuan(paid.amount_fen)}")
    for back in history.refunds:
        yield Row(back.at, back.by_id, _("退定"), f"{back.deposit.no} · {yuan(back.amount_fen)}")
    for deal in history.deals:
        yield Row(deal.signed_at, None, _("签单"), f"{deal.no} · {deal.closer}", f"k{deal.pk}", no=deal.no)


def _said(row: Statement, letters: dict[int, Claim]) -> Row:
    """A party's statement is its own; what the one who decides says is for everybody."""
    if row.by_id in letters:
        return Row(row.at, row.by_id, _("陈述"), row.text)
    return Row(row.at, None, _("%(who)s说明") % {"who": row.by.name}, row.text)


def _visit(visit: Visit, received: list[str]) -> str:
    none = "—"
    story = _("%(no)s · 邀约 %(invited)s · 找 %(asked)s · %(first)s · 接待 %(by)s") % {
        "no": visit.no, "invited": visit.invited_by or none, "asked": visit.asked_for or none,
        "first": visit.get_first_time_display() or none, "by": " → ".join(received) or none,
    }  # fmt: skip
    return story + (" · " + _("%(who)s 带看") % {"who": visit.brought_by} if visit.brought_by else "")


def _item(letters: dict[int, Claim], row: Row, only: User | None, tests: Tests) -> dict[str, Any]:
    claim = letters.get(row.who) if row.who else None
    hidden = only is not None and row.who not in (None, only.pk)
    return {
        "at": row.at, "claim": claim, "title": row.title, "note": "" if hidden else row.note,
        "side": "all" if claim is None else "l" if claim.letter == "A" else "r", "tests": brief(tests.get(row.ref, [])),
        "original": reverse(row.page, args=[row.no]) if row.page and only is None else "",
    }  # fmt: skip


def readable(proposal: Proposal) -> dict[str, Any]:
    """The proposal for the page: rules that fired with their words, owner, shares, why-not, what-if."""
    lang = language()
    if proposal.ruling is None or proposal.pack is None:
        return {"lang": lang, "rules": [], "further": [], "whatif": [], "text": "", "until": None}
    ruling, rules, name = proposal.ruling, proposal.rules, proposal.names
    deciding = {stage.id for stage in proposal.pack.deciding}
    fired = [_rule(rules[id_], lang) | {"decides": rules[id_].stage in deciding} for id_ in ruling["fired"]]
    return {
        "lang": lang,
        "rules": [row for row in fired if row["decides"]],
        "further": [row for row in fired if not row["decides"]],
        "proposed": [(name.get(who, who), bp) for who, bp in ruling.get("proposal", {}).get("shares", {}).items()],
        "turns": [_turn(name, row) for row in ruling["turns"]],
        "sanctions": [(name.get(s["to"], s["to"]), SanctionKind(s["kind"]).label, _yuan(s.get("amount"))) for s in ruling["sanctions"]],
        "owner": _owner(proposal, ruling["owner"]), "reassign": ruling["owner"] == "reassign",
        "until": datetime.fromisoformat(ruling["until"]) if ruling.get("until") else None,
        "shares": [
            {"name": name.get(who, who), "bp": bp, "amount": _yuan(ruling["amounts"].get(who))}
            for who, bp in ruling["shares"].items()
        ],
        **_whatif(proposal, ruling["counterfactuals"], lang),
        "missing": [getattr(FACTS[fact], lang) for fact in ruling.get("missing", []) if fact in FACTS],
        "text": proposal.named(ruling["text"][lang], lang),
    }  # fmt: skip


def _rule(rule: Rule, lang: str) -> dict[str, Any]:
    """A rule in words: what it says, as written, and whether the text says it or it closes a gap of the text (推定)."""
    inferred = rule.origin != "text"
    return {
        "id": rule.id, "title": rule.title[lang], "says": rule.says[lang], "quote": rule.quote, "inferred": inferred,
    }  # fmt: skip


def _turn(name: dict[str, str], row: dict[str, Any]) -> tuple[str, Any, int, str]:
    """Who, what, how much; of a suspension from when until when."""
    span = [f"{datetime.fromisoformat(row[key]):%Y-%m-%d %H:%M}" for key in ("from", "until") if row.get(key)]
    return name.get(row["to"], row["to"]), TurnChange.Kind(row["kind"]).label, row["count"], " – ".join(span)


def _owner(proposal: Proposal, owner: str | None) -> str | None:
    """Who is to follow the customer, in words; the company, the pool and «reassign» are no person."""
    if owner in NO_PERSON:
        return str(NO_PERSON[owner])
    return proposal.names.get(owner, owner) if owner else owner


def _yuan(amount: str | None) -> str:
    """¥20,000.00 of the engine's 20000.00."""
    return yuan(int(amount.replace(".", ""))) if amount else ""


def _whatif(proposal: Proposal, rows: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    """What would change the result: a row for each fact, a column for each party; and the clauses that would decide then."""
    parties = list(dict.fromkeys(who for row in rows for who in row["shares"]))
    told = [
        {
            "if": proposal.named(row[lang], lang), "owner": _owner(proposal, row["owner"]), "shares": row["shares"],
            "status": row["status"], "cells": [row["shares"].get(who) for who in parties],
            "rules": [_rule(proposal.rules[id_], lang) for id_ in row["fired"] if id_ in proposal.rules],
        }
        for row in rows
    ]  # fmt: skip
    return {"whatif": told, "parties": [proposal.names.get(who, who) for who in parties]}


def money(case: Collision, decision: Decision) -> list[dict[str, Any]]:
    """Who would get how much of the customer's commissions, for the check page: as finance will book it.

    One row for each payee of each contract; before any contract, without money.
    """
    deals = list(_standing(case).order_by("signed_at", "pk"))
    known = decision.shares or decision.owner_kind in (Ruling.Owner.PERSON, Ruling.Owner.COMPANY)
    booked: list[Deal | None] = [*deals] or ([None] if known else [])  # who is not known before somebody signs
    paid = payees(
        case.project, [(key_of(who), bp) for who, bp in in_order(case, decision)], owner_kind=decision.owner_kind,
        owner=decision.owner.pk if decision.owner else None, closers=[deal.closer_id if deal else 0 for deal in booked],
    )  # fmt: skip
    return _rows(list(zip(booked, paid, strict=True)))


def _standing(case: Collision) -> QuerySet[Deal]:
    return Deal.objects.filter(project=case.project, customer=case.customer, cancelled_at__isnull=True)


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


def ruled_by(ruling: Ruling) -> list[dict[str, Any]]:
    """The clauses that a ruling rests on, in words and as written, out of the policy that it pins.

    None where it was ruled otherwise than proposed: then it rests on its reason.
    """
    if ruling.kind != Ruling.Kind.AGREED:
        return []
    lang, rules = language(), list(pack_of(ruling.policy).rules) if ruling.policy else []
    return [_rule(rule, lang) for rule in rules if rule.id in ruling.rules]


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
