"""What people do about a message that came in: say whose it is, put right what was not registered, close it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from leads.inbound.mails import own_words
from leads.inbound.receiving import State, register_lines, tell_sender
from leads.models import InboundMessage
from people.models import Membership, User
from people.roles import Right, roles_with
from people.workplace import Workplace, workplace
from trail import services as trail
from trail.refusals import Refusal

WAITING = (State.PART, State.UNCLEAR, State.UNKNOWN)


def messages(here: Workplace) -> QuerySet[InboundMessage]:
    """The messages that this person may open: all of the project for whoever handles them, else their own; newest first."""
    rows = InboundMessage.objects.filter(source__project=here.project).select_related("source__project", "user")
    rows = rows if here.may(Right.INBOUND) else rows.filter(user=here.user)
    return rows.order_by("-at", "-pk")


def reporters(here: Workplace, at: datetime) -> QuerySet[User]:
    """Who may report customers in this project, so that a message can be theirs."""
    held = Membership.objects.at_work(at).filter(project=here.project, role__in=roles_with(Right.REGISTER))
    return User.objects.filter(memberships__in=held, is_active=True).distinct().order_by("name")


@transaction.atomic
def assign(*, here: Workplace, message: InboundMessage, user: User, at: datetime) -> InboundMessage:
    """It is from this person: their lines are registered, as received when the message was (G-51).

    Nobody says so of themselves. Raises Refusal: not_yours, handled_already, own_message, cannot_report.
    """
    row = _mine(here, message, State.UNKNOWN, all_=True)
    if user == here.user:
        raise Refusal("own_message", _("归到自己名下要让别人来办"), field="user")
    row.user, row.handled_by, row.handled_at = user, here.user, at
    register_lines(row, _sender(row, at), own_words(row.text), at=row.at)
    _noted(here, row, "inbound.assign", at, to=user.pk)
    tell_sender(row, at=at)
    return row


@transaction.atomic
def put_right(*, here: Workplace, message: InboundMessage, text: str, at: datetime) -> InboundMessage:
    """Register lines that could not be read as they came; they count from now on, the first receipt stands beside (D07-7.1).

    By the sender, or whoever handles messages, in the sender's name. Raises Refusal: not_yours, handled_already, cannot_report.
    """
    row = _mine(here, message, State.PART, State.UNCLEAR)
    row.handled_by, row.handled_at = here.user, at
    before = row.registrations.count()
    register_lines(row, _sender(row, at), text, at=at)
    _noted(here, row, "inbound.put_right", at, registered=row.registrations.count() - before)
    return row


@transaction.atomic
def close(*, here: Workplace, message: InboundMessage, at: datetime) -> None:
    """Nothing of it is to be registered (any more). Raises Refusal: not_yours, handled_already."""
    row = _mine(here, message, *WAITING)
    row.state, row.handled_by, row.handled_at = State.CLOSED, here.user, at
    row.save(update_fields=["state", "handled_by", "handled_at"])
    _noted(here, row, "inbound.close", at)


def _mine(here: Workplace, message: InboundMessage, *states: str, all_: bool = False) -> InboundMessage:
    """The message, locked, in one of these states. A stranger learns nothing of it."""
    own = Q() if here.may(Right.INBOUND) else Q(pk__isnull=True) if all_ else Q(user=here.user)
    rows = InboundMessage.objects.select_for_update(of=("self",)).select_related("source__project", "user")
    row: InboundMessage | None = rows.filter(own, pk=message.pk, source__project=here.project).first()
    if row is None:
        raise Refusal("not_yours", _("没有这一项，或不归你看"), status=404)
    if row.state not in states:
        raise Refusal("handled_already", _("这条已经处理过了，看最新的"), status=409)
    return row


def _sender(row: InboundMessage, at: datetime) -> Workplace:
    """Whose message it is, at work where it came in."""
    found = workplace(row.user, row.source.project, at) if row.user else None
    if found is None or not found.may(Right.REGISTER):
        raise Refusal("cannot_report", _("这个人现在不能在本项目报备"), field="user")
    return found


def _noted(here: Workplace, row: InboundMessage, action: str, at: datetime, **detail: Any) -> None:
    trail.note(by=here.user.pk, action=action, subject=f"message:{row.pk}", at=at, project=here.project.code, **detail)
    if row.state not in WAITING:
        trail.done(link=f"/inbound/{row.pk}", at=at)
