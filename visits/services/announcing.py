"""An agent who cannot come announces the visit (D11-M2, D21-M2): it counts as theirs; the site's counterpart checks and calls.

Both tasks are due 30 minutes after the announcement was received (G-06, G-51); exactly then is in time.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import Customer, InboundSource, Registration
from leads.screening import names
from leads.services import review_report
from people.models import Membership, Organisation, Site
from people.roles import Right, Role, roles_with
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words
from visits import expected as reads
from visits.models import Expected, Visit

AT_ONCE = timedelta(minutes=30)
SMS = Registration.Channel.SMS
CHECK = "announced.check"  # the kinds of the two tasks
CALL = "announced.call"


def give_tasks(row: Expected, *, since: datetime) -> None:
    """Keep an announcement and give the counterpart both tasks at once. `since`: when it could be known."""
    row.due_at = since + AT_ONCE
    row.save()
    until = f"{localtime(row.due_at, row.project.zone):%H:%M}"
    check = gettext_noop("%(name)s今天到访，经纪人来不了：%(until)s 前到甲方处审客")
    call = gettext_noop("%(name)s今天到访，经纪人来不了：%(until)s 前电话追访")
    facts: dict[str, Any] = {"project": row.project.code, "link": f"/announced/{row.no}", "at": since, "until": until}
    facts["name"] = names.hidden(row.name)
    for user in _counterparts(row, since):
        trail.tell(to=user, kind=CHECK, sentence=check, to_do=True, **facts)
        trail.tell(to=user, kind=CALL, sentence=call, to_do=True, **facts)


def _counterparts(row: Expected, at: datetime) -> list[Any]:
    """The counterparts of the project; where there is none, whoever may do their work."""
    found = list(Membership.objects.people(row.project, [Role.COUNTERPART], at))
    return found or list(Membership.objects.people(row.project, roles_with(Right.ANNOUNCED), at))


def note_announced(row: Expected, *, by: int, at: datetime) -> None:
    """Put it into the audit log."""
    trail.note(by=by, action="expected.announce", subject=f"expected:{row.no}", at=at, project=row.project.code)


# ── by SMS ──


def announce_reported(message: Any, registrations: list[Registration]) -> None:
    """An agent's SMS said that the customer comes today: each report in it announces the visit."""
    if message.source.kind != InboundSource.Kind.SMS_HOOK or not reads.announces(message.text):
        return
    site = Site.objects.filter(project=message.source.project, closed_at__isnull=True).order_by("pk").first()
    for report in registrations:
        if site and report.organisation.outside:
            _announce(report, site)


def _announce(report: Registration, site: Site) -> None:
    """Once a person, customer and day; whoever said before that they would come along cannot. After the arrival: noted, late."""
    day = reads.local_day(report.project, report.at)
    mine = Expected.objects.filter(_of(report.customer, report), project=report.project, by=report.by, on=day)
    known = mine.filter(withdrawn_at__isnull=True).select_for_update(of=("self",)).first()
    if known and (known.visit_id or not known.present):
        return
    row = known or Expected(
        no=trail.next_number("YD", report.at),
        project=report.project,
        site=site,
        customer=report.customer,
        by=report.by,
        on=day,
    )
    row.registration, row.present, row.channel, row.at = report, False, report.channel, report.at
    row.visit = reads.came(report.project, report.customer, report.at)
    give_tasks(row, since=report.at)
    note_announced(row, by=report.by_id, at=report.at)


def _of(customer: Customer | None, report: Registration) -> Q:
    return Q(customer=customer) if customer else Q(registration=report)


def recognise_reports(visit: Visit, day: date, known: list[int]) -> list[Expected]:
    """Agents' reports by SMS of the day of a visit, before it, though the text said nothing of today: they announced it.

    Nobody could know so before; the tasks are due 30 minutes after the arrival was entered.
    """
    reports = Registration.objects.filter(
        project=visit.project, customer=visit.customer, channel=SMS, at__gte=visit.project.midnight(visit.arrived_at),
        at__lt=visit.arrived_at,
        organisation__kind=Organisation.Kind.DISTRIBUTOR,
    )  # fmt: skip
    said = Expected.objects.filter(project=visit.project, customer=visit.customer, on=day).values_list("by", flat=True)
    not_theirs = {*known, *said, visit.brought_by_id}
    found = []
    for report in reports.select_related("by").in_order():
        if report.by_id not in not_theirs:
            not_theirs.add(report.by_id)
            row = Expected(
                no=trail.next_number("YD", visit.registered_at), project=visit.project, site=visit.site,
                customer=visit.customer, registration=report, by=report.by, on=day, present=False, channel=report.channel,
                at=report.at, visit=visit,
            )  # fmt: skip
            give_tasks(row, since=visit.registered_at)
            note_announced(row, by=visit.registered_by_id, at=visit.registered_at)
            found.append(row)
    return found


# ── what the counterpart does ──


@transaction.atomic
def check_announced(*, here: Workplace, expected: Expected, passed: bool, note: str, at: datetime) -> Expected:
    """Party A's responsible person has looked the customer up (审客, D11-M2b): passed, or not and why. Once.

    It is the review of the report. Raises Refusal: note_missing, done_already (409), and what a review refuses.
    """
    row = _locked(here, expected)
    if row.checked_at:
        raise Refusal("done_already", _("已经审过客了，看最新的"), status=409)
    if not passed:
        need_words(note, "note_missing", _("没通过要写明甲方怎么说"), field="note")
    last = row.registration.reviews.order_by("-at", "-pk").first()
    if last is None or last.approved != passed:
        review_report(here=here, report=row.registration, approved=passed, why=note, at=at)
    row.checked_at, row.checked_by, row.check_note = at, here.user, note.strip()[:200]
    row.save(update_fields=["checked_at", "checked_by", "check_note"])
    _done(here, row, CHECK, at)
    return row


@transaction.atomic
def call_announced(*, here: Workplace, expected: Expected, note: str, at: datetime) -> Expected:
    """The customer was reached by telephone (电话追访, D11-M2c), and what they said. Once. Raises Refusal: note_missing, done_already."""
    row = _locked(here, expected)
    if row.called_at:
        raise Refusal("done_already", _("已经追访过了，看最新的"), status=409)
    note = need_words(note, "note_missing", _("写明客户怎么说"), field="note")
    row.called_at, row.called_by, row.call_note = at, here.user, note[:200]
    row.save(update_fields=["called_at", "called_by", "call_note"])
    _done(here, row, CALL, at)
    return row


def _locked(here: Workplace, expected: Expected) -> Any:
    row = Expected.objects.select_for_update(of=("self",)).select_related("registration").get(pk=expected.pk)
    if row.project_id != here.project.pk or row.present:
        raise Refusal("not_yours", _("没有这一项，或不归你看"), status=404)
    if row.withdrawn_at:
        raise Refusal("withdrawn", _("经纪人撤回了，不用办"), status=409)
    return row


def _done(here: Workplace, row: Expected, kind: str, at: datetime) -> None:
    trail.done(link=f"/announced/{row.no}", kind=kind, at=at)
    if row.checked_at and row.called_at:
        trail.done(link=f"/announced/{row.no}", at=at)
    trail.note(by=here.user.pk, action=kind, subject=f"expected:{row.no}", at=at, project=here.project.code)


# ── what is late ──


def tell_late(*, at: datetime) -> int:
    """Tell whoever may do it that a check or a call is late, once an announcement; gives how many. A second past the time is late."""
    undone = Q(checked_at__isnull=True) | Q(called_at__isnull=True)
    late = Expected.objects.filter(undone, present=False, told_late_at__isnull=True, due_at__lt=at)
    count = 0
    for pk in list(late.filter(withdrawn_at__isnull=True).order_by("due_at").values_list("pk", flat=True)[:500]):
        count += _tell_late(pk, at)
    return count


@transaction.atomic
def _tell_late(pk: int, at: datetime) -> int:
    rows = Expected.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "project", "customer", "registration"
    )
    row = rows.filter(pk=pk, told_late_at__isnull=True).first()
    if row is None or (row.checked_at and row.called_at):
        return 0
    row.told_late_at = at
    row.save(update_fields=["told_late_at"])
    for user in Membership.objects.people(row.project, roles_with(Right.ANNOUNCED), at):
        trail.tell(
            to=user, kind="announced.late", project=row.project.code, link=f"/announced/{row.no}", to_do=True, at=at,
            sentence=gettext_noop("%(name)s的审客或追访超时了，马上补办"), name=names.hidden(row.name),
        )  # fmt: skip
    return 1
