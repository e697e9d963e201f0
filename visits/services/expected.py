"""Who comes when (约到访): said by whoever follows the customer, seen by the desk on that day, linked when they arrive."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims
from leads.models import Customer, Registration
from leads.screening import names
from leads.signals import plan_contact
from people.models import Site
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits import expected as reads
from visits.models import Expected, Visit
from visits.services.announcing import give_tasks, note_announced, recognise_reports

AHEAD = timedelta(days=60)


@transaction.atomic
def expect(
    *, here: Workplace, customer: Customer, site: Site, on: date, about: time | None, present: bool, note: str, at: datetime,
    channel: str = Registration.Channel.WEB,
) -> Expected:  # fmt: skip
    """Say that a customer comes on a day, about when. Not `present`: an agent cannot come along and announces it (D11-M2a).

    One of a person, customer and day is open; who said they would come along may still say that they cannot. Raises Refusal:
    not_yours (404), site_closed, day_gone, day_far, announce_agent, announce_today, arrived_already, expected_already (409).
    """
    customer = claims.lock_customer(customer)
    if not reads.may_expect(here, customer):
        raise Refusal("not_yours", _("没有这一项，或不归你看"), status=404)
    plan_contact(Expected, project=here.project, customer=customer, by=here.user, at=at)
    _possible(here, site, on, at)
    mine = Expected.objects.filter(project=here.project, customer=customer, by=here.user, on=on)
    open_ = mine.filter(visit__isnull=True, withdrawn_at__isnull=True).select_for_update().first()
    if not present:
        _announceable(here, customer, on, at)
    if open_ and (present or not open_.present):
        raise Refusal("expected_already", _("这天已经约过了，编号 %(no)s") % {"no": open_.no}, status=409)
    row = open_ or Expected(
        no=trail.next_number("YD", at), project=here.project, customer=customer, by=here.user, on=on
    )
    row.registration = reads.own_report(here, customer)
    row.site, row.about, row.present, row.note = site, about, present, note.strip()[:120]
    row.channel, row.at = channel, at
    _keep(here, row, at)
    return row


def _possible(here: Workplace, site: Site, on: date, at: datetime) -> None:
    if site.project_id != here.project.pk or site.closed_at is not None:
        raise Refusal("site_closed", _("%(site)s关闭了，选别的案场") % {"site": site.name}, field="site")
    day = reads.local_day(here.project, at)
    if on < day:
        raise Refusal("day_gone", _("这天已经过去了"), field="on")
    if on > day + AHEAD:
        raise Refusal("day_far", _("最多约到 %(n)d 天后") % {"n": AHEAD.days}, field="on")


def _announceable(here: Workplace, customer: Customer, on: date, at: datetime) -> None:
    """Only an agent announces, on the day itself, before the arrival: later it secures nothing (D11-M2a)."""
    if not here.outside:
        raise Refusal("announce_agent", _("不陪同的到访只由经纪人报"), field="present")
    if on != reads.local_day(here.project, at):
        raise Refusal("announce_today", _("来不了的，客户到访当天再报"), field="present")
    if reads.came(here.project, customer, at):
        raise Refusal("arrived_already", _("客户已经到了，现在报不算带看"), status=409)


def _keep(here: Workplace, row: Expected, at: datetime) -> None:
    if not row.present:
        give_tasks(row, since=at)
        note_announced(row, by=here.user.pk, at=at)
        return
    row.save()
    trail.note(by=here.user.pk, action="expected.say", subject=f"expected:{row.no}", at=at, project=here.project.code)


@transaction.atomic
def withdraw(*, here: Workplace, expected: Expected, at: datetime) -> Expected:
    """The customer does not come after all. By whoever said so. Raises Refusal: not_yours (404), came_already, withdrawn (409)."""
    row = Expected.objects.select_for_update().filter(pk=expected.pk, project=here.project, by=here.user).first()
    if row is None:
        raise Refusal("not_yours", _("没有这一项，或不归你看"), status=404)
    if row.visit_id:
        raise Refusal("came_already", _("客户已经到了，不用撤回"), status=409)
    if row.withdrawn_at:
        raise Refusal("withdrawn", _("已经撤回了"), status=409)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    trail.done(link=f"/announced/{row.no}", at=at)
    trail.note(
        by=here.user.pk, action="expected.withdraw", subject=f"expected:{row.no}", at=at, project=here.project.code
    )
    return row


def arrived(visit: Visit) -> list[Expected]:
    """They came: link what was said of today, of masked reports too, at whichever site of the project. Locks are held.

    An agent who reported them by SMS before they came, on the same day, and is not with them, has announced them (D11-M2a).
    """
    day = reads.local_day(visit.project, visit.arrived_at)
    about = reads.named_by(visit)
    rows = list(reads.coming().filter(about, project=visit.project, on=day).select_for_update(of=("self",)))
    for row in rows:
        row.visit, row.customer = visit, visit.customer
        row.save(update_fields=["visit", "customer"])
        if not row.present:
            _tell_agent(row, visit)
    return rows + recognise_reports(visit, day, known=[row.by_id for row in rows])


def _tell_agent(row: Expected, visit: Visit) -> None:
    """Whoever could not come hears whether the visit counts as brought by them."""
    counts, late = gettext_noop("%(name)s到访了，算你带看"), gettext_noop("%(name)s到访了，报得晚，不算带看")
    if visit.brought_by_id != row.by_id:
        trail.tell(
            to=row.by_id, kind="expected.came", project=visit.project.code, link=f"/expected/{row.no}", at=visit.registered_at,
            sentence=counts if row.counts else late, name=names.hidden(row.name),
        )  # fmt: skip
