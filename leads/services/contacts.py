"""Being in touch with a customer (跟进): what to know before, and the record of it."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import Contact, Customer, Ownership, PreCheck, Profile, Registration, Task
from leads.nearness import same_buyers
from leads.screening import names
from leads.services.following import advance
from leads.services.protection import extend_on, why_of
from leads.signals import plan_contact
from people.models import User
from people.roles import SELLING, Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

CLAIMED_AT_MOST = timedelta(days=366)  # back
LOOKED = timedelta(hours=24)  # how long a look-up before a contact counts (D02-3.2)
SLA_PROMPT = timedelta(hours=24)  # D20-1a says no term
PAID_A_CALL = {Contact.Mode.SAMPLE, Contact.Mode.FIELD_VISIT}


class Warned(NamedTuple):
    """Something to know before being in touch; the record says that it was known."""

    code: str
    sentence: str


@transaction.atomic
def log_contact(
    *, here: Workplace, customer: Customer, mode: str, at: datetime, note: str = "", connected: bool = True,
    asked_first: bool | None = None, answer: str = "", claimed_at: datetime | None = None, confirmed: bool = False,
) -> Contact:  # fmt: skip
    """Somebody was in touch with the customer (跟进). `at` is the server's time; a time that they claim stands beside it.

    Raises Refusal (`confirm_contact`) with what there is to know before, unless `confirmed`: never a block (D02-3.3, D08-6.1);
    and where a policy wants the leave of whoever received the customer, without it (D18-7).
    """
    _check(mode, answer, claimed_at, at)
    plan_contact(Contact, project=here.project, customer=customer, by=here.user, claimed_at=claimed_at, at=at)
    owner = _other_owner(here, customer, at)
    warned = _warned(here, customer, mode, owner, at)
    if warned and not confirmed:
        raise Refusal("confirm_contact", " ".join(one.sentence for one in warned), field="confirmed", status=409)
    contact = Contact.objects.create(
        project=here.project, customer=customer, by=here.user, mode=mode, note=note.strip()[:200], connected=connected,
        asked_first=asked_first, answer=answer, owner=owner, claimed_at=claimed_at, at=at,
        unqueried=_unqueried(here, customer, at), sampled_before=any(one.code == "duplicate_sample" for one in warned),
    )  # fmt: skip
    _settle(here, contact)
    return contact


def _check(mode: str, answer: str, claimed_at: datetime | None, at: datetime) -> None:
    if mode not in Contact.Mode.values:
        raise Refusal("mode_unknown", _("选一种联系方式"), field="mode")
    if answer and answer not in Contact.Said.values:
        raise Refusal("answer_unknown", _("选一个回答"), field="answer")
    if claimed_at and claimed_at > at:
        raise Refusal("claimed_later", _("联系的时间不能比现在晚"), field="claimed_at")
    if claimed_at and claimed_at < at - CLAIMED_AT_MOST:
        raise Refusal("claimed_long_ago", _("联系的时间在一年以前，核对一下年份"), field="claimed_at")


def _warned(here: Workplace, customer: Customer, mode: str, owner: User | None, at: datetime) -> list[Warned]:
    """What somebody should know before they are in touch. An agency is told nothing of others, so nothing that others did."""
    warned = []
    if owner and not here.outside:
        named = here.project.terms.disclose_owner or here.may(Right.ALL_CUSTOMERS)
        told = _("归%(who)s跟进，先联系他。") % {"who": owner.name} if named else _("这位客户有人在跟进，先问主管。")
        warned.append(Warned("others_customer", told))
    sampled = _sampled_at(here, customer, at) if mode == Contact.Mode.SAMPLE else None
    if sampled:
        day = f"{localtime(sampled, here.project.zone):%Y-%m-%d}"
        warned.append(Warned("duplicate_sample", _("%(day)s 已经送过样，别送第二份。") % {"day": day}))
    return warned


def _other_owner(here: Workplace, customer: Customer, at: datetime) -> User | None:
    """Who follows the customer, where it is somebody else."""
    held = Ownership.objects.live_at(at).filter(project=here.project, customer=customer, user__isnull=False)
    other = held.exclude(user=here.user).select_related("user").first()
    return other.user if other else None


def _sampled_at(here: Workplace, customer: Customer, at: datetime) -> datetime | None:
    """When the same buyer was last sent a sample: the company counts, whoever of it was spoken to (D20-0.6)."""
    sent = Contact.objects.filter(
        project=here.project, customer__in=same_buyers([customer.pk])[customer.pk], mode=Contact.Mode.SAMPLE, at__lte=at
    )
    if here.outside:
        sent = sent.filter(by=here.user)
    return sent.order_by("-at").values_list("at", flat=True).first()


def _unqueried(here: Workplace, customer: Customer, at: datetime) -> bool:
    """Whether somebody who sells had neither a claim on the customer nor looked them up in the 24 hours before (D12-6.2a)."""
    if not here.roles & SELLING:
        return False
    mine = {"project": here.project, "customer": customer}
    if Ownership.objects.live_at(at).filter(user=here.user, **mine).exists():
        return False
    lately = {"project": here.project, "by": here.user, "at__gte": at - LOOKED, "at__lte": at}
    asked = Q(customer=customer) | Q(index__in=customer.phones.values("whole"))
    looked = PreCheck.objects.filter(asked, **lately).exists()
    return not looked and not Registration.objects.filter(customer=customer, **lately).exists()


def _settle(here: Workplace, contact: Contact) -> None:
    """What follows from having been in touch: the stage, the protection, a notice to the owner, the duty to register."""
    if contact.connected:
        to = Profile.Stage.QUOTE if contact.mode == Contact.Mode.QUOTE else Profile.Stage.FOLLOW
        advance(project=here.project, customer=contact.customer, to=to, by=here.user, at=contact.at)
        extend_on(
            project=here.project, customer=contact.customer, user=here.user, why=why_of(contact.mode),
            source=f"GJ-{contact.pk}", at=contact.at,
        )  # fmt: skip
    if contact.owner:
        _tell_owner(here, contact, contact.owner)
    if contact.mode in PAID_A_CALL:
        _register_it(here, contact)


def _tell_owner(here: Workplace, contact: Contact, owner: User) -> None:
    """The owner hears of it (D02-3.3); an agency does not hear who."""
    named = not here.outside and not _outside(here, owner, contact.at)
    facts: dict[str, Any] = {"name": names.hidden(contact.customer.name)} | ({"who": here.user.name} if named else {})
    trail.tell(
        to=owner.pk, kind="contact.other", project=here.project.code, link=f"/customers/{contact.customer_id}", at=contact.at,
        sentence=gettext_noop("%(who)s联系了你跟进的客户 %(name)s") if named else gettext_noop("有人联系了你跟进的客户 %(name)s"),
        **facts,
    )  # fmt: skip


def _outside(here: Workplace, user: User, at: datetime) -> bool:
    held = user.memberships.at(at).filter(project=here.project).select_related("organisation")
    return any(membership.organisation.outside for membership in held)


def _register_it(here: Workplace, contact: Contact) -> None:
    """Phoned and then sampled or visited, the first time: the customer is to be registered by whoever did (D20-1a)."""
    mine = {"project": here.project, "customer": contact.customer}
    before = Contact.objects.filter(by=here.user, connected=True, pk__lt=contact.pk, **mine)
    phoned, paid = before.filter(mode=Contact.Mode.CALL), before.filter(mode__in=PAID_A_CALL)
    if not phoned.exists() or paid.exists() or Registration.objects.filter(by=here.user, **mine).exists():
        return
    Task.objects.create(
        user=here.user, what=_("报备这位客户"), due_at=contact.at + SLA_PROMPT, created_by=here.user, created_at=contact.at, **mine,
    )  # fmt: skip
