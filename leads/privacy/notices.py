"""What customers are told before they are written down (个人信息告知, PIPL 17), and on what basis they are kept (PIPL 13).

Publishing makes a new version; what somebody was told is the version that was in force then. Nobody has to agree to be served
(PIPL 16): a visitor without name and number needs no basis, and no step waits for one. Of customers who came by a list the basis is
read off the run that brought them, so that an import writes nothing more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads.models import Basis, Customer, Ground, PrivacyNotice, Registration
from leads.privacy.requests import take_request
from leads.services.register import LeadInput, register_lead
from people.models import Project, User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

LONGEST = 8_000
Way = Basis.Way


@dataclass(frozen=True, slots=True)
class Held:
    """On what basis somebody is kept, as it is shown: from when, what they were told, how and by whom."""

    ground: str
    way: str
    at: datetime
    by: User | None
    version: int | None

    @property
    def ground_label(self) -> Any:
        """In words."""
        return Ground(self.ground).label

    @property
    def way_label(self) -> Any:
        """In words."""
        return Way(self.way).label


def notice_rows(project: Project) -> QuerySet[PrivacyNotice]:
    """All versions, the one in force first."""
    return PrivacyNotice.objects.filter(project=project).order_by("-version")


def notice_of(project: Project) -> PrivacyNotice | None:
    """The one in force; None before anything was published."""
    return notice_rows(project).first()


@transaction.atomic
def publish_notice(*, here: Workplace, text: str, text_en: str, ground: str, at: datetime) -> PrivacyNotice:
    """Put a new version in force. Raises Refusal without a text, for one that is the same, and for a ground that is none."""
    said = need_words(text, "notice_text", _("写告知的内容"), field="text", least=20)
    if len(said) > LONGEST or len(text_en) > LONGEST:
        raise Refusal("notice_long", _("最多 8,000 字，现在更长"), field="text")
    if ground not in (Ground.CONSENT, Ground.CONTRACT):
        raise Refusal("ground_unknown", _("选根据什么留客户的资料"), field="ground")
    Project.objects.select_for_update(no_key=True).get(pk=here.project.pk)
    last = notice_of(here.project)
    if last and (last.text, last.text_en, last.ground) == (said, text_en.strip(), ground):
        raise Refusal("notice_same", _("和现在的一样，没有要发布的"), status=409)
    version = last.version + 1 if last else 1
    row = PrivacyNotice.objects.create(
        project=here.project, version=version, text=said, text_en=text_en.strip(), ground=ground, at=at, by=here.user
    )
    trail.note(
        by=here.user.pk, action="notice.publish", subject=f"notice:{here.project.code}-{version}", at=at, project=here.project.code
    )  # fmt: skip
    return row


def record(*, here: Workplace, customer: Customer, way: str, at: datetime) -> Basis | None:
    """The customer was told what is in force, and is kept on its ground. Written once for each version; None where there is none.

    Called inside the transaction of the act: a registration, a visit.
    """
    notice = notice_of(here.project)
    if notice is None:
        return None
    last = last_basis(here.project, customer)
    if last and last.notice_id == notice.pk and last.ground == notice.ground:
        return last
    row = Basis.objects.create(
        project=here.project, customer=customer, ground=notice.ground, notice=notice, way=way, at=at, by=here.user
    )
    trail.note(
        by=here.user.pk, action="basis.record", subject=f"customer:{customer.pk}", at=at, project=here.project.code,
        version=notice.version, way=way,
    )  # fmt: skip
    return row


def register_told(*, here: Workplace, lead: LeadInput, told: bool, at: datetime) -> Registration:
    """Register a customer who was told, or not: both at once. Raises Refusal as `register_lead` does."""
    if not told:
        return register_lead(here=here, lead=lead, at=at).registration
    with transaction.atomic():
        report = register_lead(here=here, lead=lead, at=at).registration
        if report.customer:
            record(here=here, customer=report.customer, way=Way.SELLER, at=at)
    return report


@transaction.atomic
def tell_now(*, here: Workplace, customer: Customer, at: datetime) -> Basis:
    """Somebody told them later. Raises Refusal where nothing is in force."""
    way = Way.DESK if here.may(Right.DESK) else Way.SELLER
    row = record(here=here, customer=customer, way=way, at=at)
    if row is None:
        raise Refusal("no_notice", _("还没有发布告知：先在设置里发布"), status=409)
    return row


@transaction.atomic
def withdraw_consent(*, here: Workplace, customer: Customer, identified: str, at: datetime) -> Basis:
    """The customer takes their consent back: on record, and asked to be frozen. Raises Refusal as `take_request` does."""
    last = last_basis(here.project, customer)
    if last and last.ground == Ground.WITHDRAWN:
        raise Refusal("withdrawn_already", _("这位客户已经撤回同意了"), status=409)
    take_request(here=here, customer=customer, kind="freeze", identified=identified, note=_("撤回同意"), at=at)
    row = Basis.objects.create(
        project=here.project, customer=customer, ground=Ground.WITHDRAWN, notice=last.notice if last else None, way=Way.REQUEST,
        at=at, by=here.user,
    )  # fmt: skip
    trail.note(
        by=here.user.pk, action="basis.withdraw", subject=f"customer:{customer.pk}", at=at, project=here.project.code
    )
    return row


def basis_rows(project: Project, customer: Customer) -> QuerySet[Basis]:
    """What is on record of it, the newest first."""
    rows = Basis.objects.filter(project=project, customer=customer)
    return rows.select_related("notice", "by").order_by("-at", "-pk")


def brought_rows(project: Project, customer: Customer) -> QuerySet[Registration]:
    """The lists that brought this customer, the first one first."""
    rows = Registration.objects.filter(project=project, customer=customer, channel=Registration.Channel.IMPORT)
    return rows.select_related("by").order_by("at")


def last_basis(project: Project, customer: Customer) -> Basis | None:
    """The newest on record; None where nobody wrote one."""
    return basis_rows(project, customer).first()


def basis_of(project: Project, customer: Customer) -> Held | None:
    """On what basis this customer is kept here: the newest on record; else that of the list that brought them."""
    return held(project, basis_rows(project, customer)[:1], brought_rows(project, customer)[:1])


def held(project: Project, bases: Iterable[Basis], lists: Iterable[Registration]) -> Held | None:
    """The same, of rows that were read already."""
    if last := next(iter(bases), None):
        return Held(last.ground, last.way, last.at, last.by, last.notice.version if last.notice else None)
    brought = next(iter(lists), None)
    if brought is None:
        return None
    notice = PrivacyNotice.objects.filter(project=project, at__lte=brought.at).order_by("-version").first()
    return Held(notice.ground if notice else Ground.CONTRACT, Way.IMPORT, brought.at, brought.by, None)
