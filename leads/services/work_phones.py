"""Entering the numbers that people and agencies work with, before they speak for a call (D07-8.5)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from leads import vault
from leads.models import WorkPhone
from leads.screening import phones
from people.models import Membership, Organisation, User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal


@transaction.atomic
def enter_work_phone(*, here: Workplace, organisation: Organisation | None, number: str, at: datetime) -> WorkPhone:
    """One's own mobile, or an office telephone of an agency, entered by the site. Counts for calls from now on; stays.

    Raises Refusal for a number that is none, one that is somebody's already, and an agency of another project.
    """
    if organisation and not _may_enter_for(here, organisation):
        raise Refusal("not_yours_to_enter", _("公司座机由案场登记"), field="organisation", status=404)
    e164 = _own_number(number, office=organisation is not None)
    phone = WorkPhone.of(organisation or here.user, e164, by=here.user, at=at)
    try:
        with transaction.atomic():
            phone.save()
    except IntegrityError:
        raise Refusal("number_taken", _("这个号码已经登记过了"), field="number", status=409) from None
    subject = f"organisation:{organisation.pk}" if organisation else f"user:{here.user.pk}"
    trail.note(by=here.user.pk, action="work_phone.enter", subject=subject, at=at, project=here.project.code)
    return phone


def _may_enter_for(here: Workplace, organisation: Organisation) -> bool:
    there = Membership.objects.filter(project=here.project, organisation=organisation)
    return here.may(Right.EVIDENCE) and organisation.outside and there.exists()


def _own_number(text: str, *, office: bool) -> str:
    """A mobile; of an agency a landline, too."""
    read = phones.read(text)
    if read.e164 and read.kind in (("mobile", "landline") if office else ("mobile",)):
        return read.e164
    if read.kind == "masked":
        raise Refusal("phone_masked", _("自己的号码写整号，保存后只显示前三后四"), field="number")
    problem = phones.problem(read, text)
    raise Refusal(problem.code, _(problem.message) % problem.params, field="number")


def holders(here: Workplace, at: datetime) -> list[Organisation]:
    """The agencies for which this person may enter office telephones, by name."""
    if not here.may(Right.EVIDENCE):
        return []
    held = Membership.objects.at(at).filter(project=here.project, organisation__kind=Organisation.Kind.DISTRIBUTOR)
    return list(Organisation.objects.filter(pk__in=held.values("organisation")).order_by("name"))


def work_phones(here: Workplace, agencies: list[Organisation]) -> list[tuple[User | Organisation, WorkPhone]]:
    """One's own numbers, then those of these agencies."""
    rows = WorkPhone.objects.filter(user=here.user) | WorkPhone.objects.filter(organisation__in=agencies)
    found = rows.select_related("user", "organisation").order_by("organisation__name", "pk")
    return [(row.user or row.organisation, row) for row in found]


def work_phone_of(user: User) -> str:
    """The number under which somebody is reached at work, whole: the newest; empty when they entered none."""
    row = WorkPhone.objects.filter(user=user).order_by("-entered_at", "-pk").first()
    return vault.unseal(row.sealed) if row else ""
