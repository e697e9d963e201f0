"""What the pages of cases show: the queue, one case's timeline, the proposal made readable, the money at stake."""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arbitration.models import Claim, Collision, Ruling, Statement
from arbitration.proposals import Proposal, pack_of
from leads.models import Contact, Deal, Deposit, PreCheck, Registration
from leads.money import split
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from visits.models import Visit

TABS = {
    "todo": (Collision.State.OPEN, Collision.State.ESCALATED),
    "evidence": (Collision.State.EVIDENCE,),
    "ruled": (Collision.State.RULED,),
}


def visible(here: Workplace) -> QuerySet[Collision]:
    """Cases that this person may open: who rules all, a party its own."""
    rows = Collision.objects.filter(project=here.project).select_related("customer", "project", "changed_by", "deal")
    return rows if here.may(Right.CASES) else rows.filter(claims__user=here.user).distinct()


def queue(here: Workplace, tab: str) -> QuerySet[Collision]:
    """One tab of the queue, the oldest first; of the ruled, the newest."""
    rows = visible(here).filter(state__in=TABS[tab]).prefetch_related("claims__user", "customer__phones")
    at_stake = Sum("customer__deals__commission_fen", filter=Q(customer__deals__project=here.project))
    return rows.annotate(at_stake=at_stake).order_by("-changed_at" if tab == "ruled" else "opened_at", "pk")


def counts(here: Workplace) -> dict[str, int]:
    """How many cases each tab holds."""
    by_state = dict(visible(here).values_list("state").annotate(n=Count("pk", distinct=True)))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


def language() -> str:
    """The language of the engine's texts for this reader."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def timeline(case: Collision, claims: list[Claim], *, only: User | None = None) -> list[dict[str, Any]]:
    """What happened, by server time; each item on the side of its party, or across where it concerns both.

    `only`: a party before the ruling sees the others' things as kind and time, without content.
    """
    letters = {claim.user_id: claim for claim in claims}
    mine = {"project": case.project, "customer": case.customer}
    rows: list[tuple[datetime, Any, str, str]] = []
    for report in Registration.objects.filter(**mine):
        note = _("%(no)s 收到") % {"no": report.no} + (f" · {report.agency}" if report.agency else "")
        rows.append((report.at, report.by_id, _("报备"), note))
    rows += [(c.at, c.by_id, c.get_mode_display(), c.note) for c in Contact.objects.filter(**mine)]
    rows += [
        (q.at, q.by_id, _("查过归属"), "")
        for q in PreCheck.objects.filter(**mine).exclude(found=None).exclude(found=F("by"))
    ]
    rows += [(d.at, d.by_id, _("收定金"), d.no) for d in Deposit.objects.filter(**mine)]
    rows += [
        (d.signed_at, None, _("签单"), f"{d.no} · {d.closer}")
        for d in Deal.objects.filter(**mine).select_related("closer")
    ]
    rows += [(s.at, s.by_id, _("陈述"), s.text) for s in Statement.objects.filter(collision=case)]
    visits = Visit.objects.filter(**mine).select_related("invited_by", "asked_for").prefetch_related("receptions__by")
    rows += [(v.arrived_at, None, _("到访"), _visit(v)) for v in visits]
    rows.sort(key=lambda row: row[0])
    return [_item(letters, row, only) for row in rows]


def _visit(visit: Visit) -> str:
    none = "—"
    received = " → ".join(r.by.name for r in visit.receptions.all()) or none
    return _("%(no)s · 邀约 %(invited)s · 找 %(asked)s · %(first)s · 接待 %(by)s") % {
        "no": visit.no, "invited": visit.invited_by or none, "asked": visit.asked_for or none,
        "first": visit.get_first_time_display() or none, "by": received,
    }  # fmt: skip


def _item(letters: dict[int, Claim], row: tuple[datetime, Any, str, str], only: User | None) -> dict[str, Any]:
    at, who, title, note = row
    claim = letters.get(who)
    hidden = only is not None and who not in (None, only.pk)
    return {
        "at": at, "claim": claim, "title": title, "note": "" if hidden else note,
        "side": "all" if claim is None else "l" if claim.letter == "A" else "r",
    }  # fmt: skip


def readable(proposal: Proposal) -> dict[str, Any]:
    """The proposal for the page: rules that fired with their words, owner, shares, why-not, what-if, duties."""
    lang = language()
    if proposal.ruling is None or proposal.pack is None:
        return {"lang": lang, "rules": [], "whatif": [], "text": "", "duties": []}
    ruling, rules = proposal.ruling, {rule.id: rule for rule in proposal.pack.rules}
    fired = [rules[id_] for id_ in ruling["fired"]]
    return {
        "lang": lang,
        "rules": [
            {"id": r.id, "title": r.title[lang], "says": r.says[lang], "quote": r.quote, "inferred": r.origin != "text"}
            for r in fired
        ],
        "owner": proposal.names.get(ruling["owner"], ruling["owner"]),
        "shares": [
            {"name": proposal.names.get(who, who), "bp": bp, "amount": ruling["amounts"].get(who)}
            for who, bp in ruling["shares"].items()
        ],
        "whatif": [_whatif(proposal, row, lang) for row in ruling["counterfactuals"]],
        "duties": [
            {"who": proposal.names.get(d["who"], d["who"]), "title": rules[d["clause"]].title[lang], "state": d["state"], "due": d["due"]}
            for d in ruling["duties"]
        ],
        "text": proposal.named(ruling["text"][lang]),
    }  # fmt: skip


def _whatif(proposal: Proposal, row: dict[str, Any], lang: str) -> dict[str, Any]:
    shares = [(proposal.names.get(who, who), bp) for who, bp in row["shares"].items()]
    return {
        "if": proposal.named(row[lang]), "owner": proposal.names.get(row["owner"], row["owner"]), "shares": shares,
        "status": row["status"], "fired": row["fired"],
    }  # fmt: skip


def money(case: Collision, shares: list[tuple[User | None, int]]) -> list[dict[str, Any]]:
    """What each would get of the customer's commissions, for the check page."""
    deals = Deal.objects.filter(project=case.project, customer=case.customer)
    total = [split(deal.commission_fen, [bp for _user, bp in shares]) for deal in deals] if shares else []
    sums = [sum(parts) for parts in zip(*total, strict=True)] or [None] * len(shares)
    return [{"user": user, "bp": bp, "fen": fen} for (user, bp), fen in zip(shares, sums, strict=True)]


def rulings(case: Collision) -> QuerySet[Ruling]:
    """Rulings of a case, the one in force first."""
    return case.rulings.select_related("by", "owner", "policy").order_by("-at", "-pk")


def ruled_by(ruling: Ruling) -> list[dict[str, Any]]:
    """The clauses that a ruling rests on, in words and as written, out of the policy that it pins."""
    lang, rules = language(), list(pack_of(ruling.policy).rules) if ruling.policy else []
    return [
        {"id": r.id, "says": r.says[lang], "quote": r.quote, "inferred": r.origin != "text"}
        for r in rules
        if r.id in ruling.rules
    ]


def ruled_shares(ruling: Ruling) -> list[tuple[Any, int]]:
    """(user or None, basis points) of a ruling, with names."""
    users = User.objects.in_bulk([pk for pk in ruling.shares_to if pk])
    return [(users.get(pk), bp) for pk, bp in zip(ruling.shares_to, ruling.shares_bp, strict=True)]
