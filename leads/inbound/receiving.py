"""One message, once: kept, its sender found, its lines registered. All in one transaction, so a crash loses and doubles nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from leads import pasting, vault
from leads.inbound.mails import own_words
from leads.models import InboundMessage, InboundSource, Registration, WorkPhone
from leads.numbers import read_number
from leads.pasting import Line
from leads.screening.report_text import read_report
from leads.services import register_many
from leads.signals import message_registered
from people.models import Membership, User
from people.roles import Right, roles_with
from people.workplace import Workplace, workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal

Kind, State = InboundSource.Kind, InboundMessage.State
CHANNELS = {Kind.SMS_HOOK: Registration.Channel.SMS}  # all others are mail


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came in. `id` is the source's own; `machine`: nobody wrote it; `forged`: not from whom it says."""

    id: str
    sender: str
    text: str
    sent_at: datetime | None = None
    subject: str = ""
    machine: bool = False
    forged: bool = False


def receive(*, source: InboundSource, given: Incoming, at: datetime, read: bool = True) -> InboundMessage:
    """Keep a message and do what it asks for; the message that it was where it came in before.

    The server's time decides (`at`), the sender's stands beside it (G-35, G-51). Two at the same instant: one waits and gets
    the other's. Without `read` it is kept only, and a person reads it.
    """
    try:
        with transaction.atomic():
            return _take(source, given, at, read)
    except IntegrityError:
        known = InboundMessage.objects.filter(source=source, external_id=given.id).first()
        if known is None:
            raise
        return known


def _take(source: InboundSource, given: Incoming, at: datetime, read: bool) -> InboundMessage:
    user = None if given.forged else sender_of(source, given.sender)
    here = workplace(user, source.project, at) if user else None
    known = here is not None and here.may(Right.REGISTER)
    message = InboundMessage.objects.create(
        source=source, external_id=given.id, user=user if known else None, sealed_sender=vault.seal(given.sender),
        sealed_text=vault.seal(_whole(given)), claimed_at=given.sent_at, at=at,
        state=State.CLOSED if given.machine else State.UNKNOWN,
    )  # fmt: skip
    if not given.machine:
        if here is not None and known:
            asked = own_words(message.text)
            register_lines(message, here, asked, at=at) if read else settle(message, asked, done=False)
            tell_sender(message, at=at)
        elif _readable(message):
            tell_helpers(message, at=at)
    return message


def _whole(given: Incoming) -> str:
    """What is kept: the text, its subject below it; the subject alone where nothing else was written."""
    text = given.text if own_words(given.text) else given.subject
    return f"{text}\n\n-- \n{given.subject}" if given.subject and text != given.subject else text


def sender_of(source: InboundSource, sender: str) -> User | None:
    """Whose address or telephone this is; None where nobody knows it."""
    if source.kind != Kind.SMS_HOOK:
        return User.objects.filter(email__iexact=sender, is_active=True).first() if sender else None
    try:
        number, masked = read_number(sender)
    except Refusal:
        return None
    phone = None if masked else WorkPhone.objects.filter(whole=vault.whole(number), user__is_active=True).first()
    return phone.user if phone else None


def register_lines(message: InboundMessage, here: Workplace, text: str, *, at: datetime) -> None:
    """Register every line that can be, as reported at `at`; the others stay with the message.

    At most as many customers as in a paste; whoever sends more puts the rest right on the page.
    """
    lines = list(_without_own_number(pasting.read_lines(text, here), here))
    ready = [line for line in lines if line.lead][: pasting.MOST]
    channel = CHANNELS.get(Kind(message.source.kind), Registration.Channel.EMAIL)
    leads = [line.lead._replace(channel=channel, claimed_at=message.claimed_at) for line in ready if line.lead]
    wrong = [line for line in lines if line not in ready and not line.twice]
    stored = []
    for line, one in zip(ready, register_many(here=here, leads=leads, at=at) if leads else [], strict=True):
        if isinstance(one, Refusal):
            wrong.append(line.refused(one))
        else:
            stored.append(one.registration)
    message.registrations.add(*stored)
    settle(message, pasting.left_over(wrong), done=bool(stored))
    message_registered.send(sender=InboundMessage, message=message, registrations=stored)


def _without_own_number(lines: list[Line], here: Workplace) -> Iterator[Line]:
    """A signature often ends with one's own number: nobody reports themselves."""
    own = {phone.e164 for phone in here.user.work_phones.all()}
    yield from (line for line in lines if line.entry.phone not in own or not line.entry.phone)


def settle(message: InboundMessage, left: str, *, done: bool) -> None:
    """What is left to be put right, and so how far the message is."""
    message.sealed_left = vault.seal(left) if left else None
    message.state = State.PART if left and done else State.DONE if done else State.UNCLEAR
    message.save(update_fields=["sealed_left", "state", "user", "handled_by", "handled_at"])


def tell_sender(message: InboundMessage, *, at: datetime) -> None:
    """What came of their message: the numbers of the receipts, and whether something is left to put right."""
    numbers = list(message.registrations.in_order().values_list("no", flat=True))
    said = {
        State.DONE: gettext_noop("你发来的报备收到了，报上 %(done)s 位：%(numbers)s"),
        State.PART: gettext_noop("你发来的报备收到了，报上 %(done)s 位：%(numbers)s；有几行没报上，补全再报"),
    }.get(State(message.state), gettext_noop("你发来的报备没看懂，一位也没报上，打开改好再报"))
    shown = "、".join(numbers[:3]) + ("…" if len(numbers) > 3 else "")
    trail.tell(
        to=message.user_id, kind="inbound.received", project=message.source.project.code, at=at, sentence=said,
        link=f"/inbound/{message.pk}", to_do=message.state != State.DONE, done=len(numbers), numbers=shown,
    )  # fmt: skip


def tell_helpers(message: InboundMessage, *, at: datetime) -> None:
    """Nobody knows the sender of what may be a report: whoever handles what comes in hears of it, once an hour."""
    project = message.source.project
    if not limits.take(f"inbound-unknown:{message.source_id}", limit=1, within=timedelta(hours=1), at=at):
        return
    for user in Membership.objects.people(project, roles_with(Right.INBOUND), at):
        trail.tell(
            to=user, kind="inbound.unknown", project=project.code, at=at, link="/inbound?state=unknown", to_do=True,
            sentence=gettext_noop("有不认识的发件人发来报备。看是谁发的，归到人名下"),
        )  # fmt: skip


def _readable(message: InboundMessage) -> bool:
    """Whether somebody is named in it who might be a customer: most of what strangers send is not a report."""
    return any(entry.number for entry in read_report(own_words(message.text)))
