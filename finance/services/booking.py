"""Booking who gets what of a commission: when a contract is signed, and when a ruling changes it. Append-only."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from arbitration.appeals import pending
from arbitration.models import Appeal, Collision, Ruling
from arbitration.payees import Paid, payees
from finance.models import CommissionLine, payee_columns
from leads.models import Deal
from leads.money import split
from people.models import Membership
from people.roles import Role
from trail import services as trail


@transaction.atomic
def book_deal(*, deal: Deal, at: datetime) -> list[CommissionLine]:
    """A contract was signed: by the ruling in force for this customer, else to who signed. Held while a case is open."""
    if held_by_case(deal):
        return []
    ruling = _ruling_for(deal)
    return _book(deal, _paid(ruling, deal), ruling, at)


@transaction.atomic
def book_ruling(*, ruling: Ruling, at: datetime) -> list[CommissionLine]:
    """A ruling was signed: the deals of this customer are split by it; what was booked otherwise is reversed first."""
    case, lines = ruling.collision, []
    deals = Deal.objects.select_for_update().filter(project=case.project, customer=case.customer)
    for deal in deals.order_by("signed_at", "pk"):
        _reverse_all(deal, ruling, at)
        lines += _book(deal, _paid(ruling, deal), ruling, at)
    return lines


def held_by_case(deal: Deal) -> Collision | None:
    """The unruled case that keeps this deal's commission waiting."""
    case: Collision | None = (
        Collision.objects.unruled().filter(project=deal.project_id, customer=deal.customer_id).first()
    )
    return case


def _ruling_for(deal: Deal) -> Ruling | None:
    rulings = Ruling.objects.filter(
        collision__project=deal.project_id, collision__customer=deal.customer_id, superseded_by__isnull=True
    )
    return rulings.order_by("-at", "-pk").first()


def _paid(ruling: Ruling | None, deal: Deal) -> Paid:
    """Who is paid of this deal, by the rule that the check page showed before signing; without a ruling, who signed."""
    shares = ruling.shares() if ruling else []
    owner_kind, owner = (ruling.owner_kind, ruling.owner_id) if ruling else (Ruling.Owner.UNCHANGED, None)
    return payees(deal.project, shares, owner_kind=owner_kind, owner=owner, closers=[deal.closer_id])[0]


def _book(deal: Deal, shares: Paid, ruling: Ruling | None, at: datetime) -> list[CommissionLine]:
    amounts = split(deal.commission_fen, [bp for _who, bp in shares])
    basis = CommissionLine.Basis.RULING if ruling else CommissionLine.Basis.UNCONTESTED
    return [
        CommissionLine.objects.create(
            project=deal.project, period=period_of(deal, at), deal=deal, share_bp=bp, amount_fen=fen, **payee_columns(key),
            basis=basis, ruling=ruling.no if ruling else "", clauses=_clauses(ruling),
            at=at,
        )
        for (key, bp), fen in zip(shares, amounts, strict=True)
    ]  # fmt: skip


def _clauses(ruling: Ruling | None) -> str:
    """The clauses that a line rests on; of what was ruled otherwise there are none, only the reason of the ruling."""
    return ", ".join(ruling.rules)[:120] if ruling and ruling.kind == Ruling.Kind.AGREED else ""


def _reverse_all(deal: Deal, ruling: Ruling, at: datetime) -> None:
    standing = deal.lines.filter(reversed_by__isnull=True).exclude(basis=CommissionLine.Basis.REVERSAL)
    for line in standing.order_by("pk"):
        CommissionLine.objects.create(
            project=line.project, period=period_of(deal, at), deal=deal, user_id=line.user_id, share_bp=line.share_bp,
            organisation_id=line.organisation_id, team_id=line.team_id, amount_fen=-line.amount_fen,
            basis=CommissionLine.Basis.REVERSAL, ruling=ruling.no, reverses=line, at=at,
        )  # fmt: skip


def tell_paused(*, appeal: Appeal, at: datetime) -> None:
    """A ruling is under appeal: whoever pays hears that its splits wait (G-27)."""
    _tell_who_pays(appeal.ruling, "split.paused", gettext_noop("【分佣】%(no)s 申诉中，按它的分成先不付"), at)


def tell_resumed(*, appeal: Appeal, at: datetime) -> None:
    """An appeal is over: whoever pays hears that the splits may be paid, unless another appeal or the new hearing keeps them."""
    if not pending().filter(ruling=appeal.ruling).exists():
        _tell_who_pays(appeal.ruling, "split.resumed", gettext_noop("【分佣】%(no)s 申诉结束，按它的分成可以付了"), at)


def _tell_who_pays(ruling: Ruling, kind: str, sentence: str, at: datetime) -> None:
    line = CommissionLine.objects.filter(ruling=ruling.no).order_by("pk").first()
    if line is None:
        return
    project, link = ruling.collision.project, f"/period/{line.period}"
    for pk in Membership.objects.people(project, [Role.FINANCE], at):
        trail.tell(to=pk, kind=kind, project=project.code, link=link, at=at, sentence=sentence, no=ruling.no)


def period_of(deal: Deal, at: datetime) -> str:
    """The local month in which something booked at `at` is posted, yyyymm."""
    return f"{localtime(at, deal.project.zone):%Y%m}"
