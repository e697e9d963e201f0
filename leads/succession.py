"""Who comes next (顺位递补) when a protection has run out: the earliest who had reported the customer too, before the public pool.

All of it follows from the rows and the moments in them, so that a job that comes late and somebody who looks meanwhile arrive
at the same. Whoever calls holds the customer's lock.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from leads.models import Customer, Offer, Ownership, Registration, Review, Transfer
from leads.models.register import Answer
from people.models import Membership, Project, User
from trail import services as trail

OFFERED = gettext_noop("你报备过的客户（%(no)s）现在没有人跟进，先问你：%(until)s 前接手，过了就问下一位")


def open_offer(project: Project, customer: Customer) -> Offer | None:
    """The offer that waits for an answer, or has run out and nobody has looked since."""
    return Offer.objects.filter(project=project, customer=customer, answer=None).select_related("to").first()


def offer_next(pool: Ownership, *, moment: datetime, at: datetime) -> None:
    """Offer a customer who came into the pool to the next in line, from `moment` on; nobody is told of what is over by now."""
    hours = pool.project.terms.offer_hours
    report = next_in_line(pool, moment) if hours else None
    if report is None:
        return
    offer = Offer.objects.create(
        project=pool.project, customer=pool.customer, to=report.by, registration=report, at=moment,
        until=moment + timedelta(hours=hours),
    )  # fmt: skip
    if offer.until > at:
        until = f"{localtime(offer.until, pool.project.zone):%Y-%m-%d %H:%M}"
        trail.tell(
            to=report.by_id, kind="protection.offer", project=pool.project.code, link=link(offer), to_do=True, at=at,
            sentence=OFFERED, no=report.no, until=until,
        )  # fmt: skip


def link(offer: Offer) -> str:
    """Where the offer is answered; a message is about one of them."""
    return f"/offers#{offer.pk}"


def next_in_line(pool: Ownership, moment: datetime) -> Registration | None:
    """The earliest report that met somebody else's claim, of a person who sells here now and had no chance since.

    Not of whoever has just lost the customer, nor a report that the department rejected (D08-5.2).
    """
    about = {"project": pool.project, "customer": pool.customer}
    since = {**about, "user": OuterRef("by"), "since__gte": OuterRef("at")}
    asked = Offer.objects.filter(**about, to=OuterRef("by"), at__gte=OuterRef("at"))
    selling = Membership.objects.at(moment).selling().filter(project=pool.project, user=OuterRef("by"))
    review = Review.objects.filter(registration=OuterRef("pk")).order_by("-at", "-pk").values("approved")[:1]
    waiting = Registration.objects.filter(Q(answer=Answer.TAKEN) | Q(masked=True), **about, at__lte=moment)
    waiting = waiting.filter(Exists(selling), ~Exists(asked), ~Exists(Ownership.objects.filter(**since)))
    waiting = waiting.annotate(approved=Subquery(review)).filter(Q(approved=True) | Q(approved=None))
    found: Registration | None = (
        waiting.filter(by__is_active=True).exclude(by=_lost_by(pool)).select_related("by").in_order().first()
    )
    return found


def _lost_by(pool: Ownership) -> int | None:
    """Who followed the customer before they came into the pool."""
    before = Ownership.objects.filter(project=pool.project, customer=pool.customer, until__lte=pool.since)
    last = before.exclude(pk=pool.pk).order_by("-until", "-pk").first()
    return last.user_id if last else None


def lapse(pool: Ownership, *, at: datetime) -> None:
    """End offers that nobody answered in time, each at its own moment, and make the next one from there."""
    while (offer := open_offer(pool.project, pool.customer)) and offer.until <= at:
        answer(offer, Offer.Answer.LAPSED, at=offer.until)
        offer_next(pool, moment=offer.until, at=at)


def answer(offer: Offer, said: str, *, at: datetime) -> None:
    """Write down, once, what came of an offer; it no longer waits for anybody."""
    offer.answer, offer.answered_at = said, at
    offer.save(update_fields=["answer", "answered_at"])
    trail.done(link=link(offer), at=at)


def close(project: Project, customer: Customer, *, taker: User | None, at: datetime) -> None:
    """Somebody follows the customer from now on: whoever was being asked took them, or need not answer any more."""
    if offer := open_offer(project, customer):
        mine = taker is not None and offer.to_id == taker.pk
        answer(offer, Offer.Answer.ACCEPTED if mine else Offer.Answer.LAPSED, at=at)


def withdraw_transfer(held: Ownership, *, at: datetime) -> None:
    """Whoever no longer follows a customer cannot hand them over: what waits for approval is taken back."""
    waiting = Transfer.objects.filter(project=held.project, customer=held.customer, state=Transfer.State.ASKED)
    for transfer in waiting:
        transfer.state, transfer.decided_at = Transfer.State.WITHDRAWN, at
        transfer.save(update_fields=["state", "decided_at"])
        trail.done(link=f"/transfers#{transfer.no}", at=at)
