"""Somebody did what the rules forbid, and it could not be prevented: it goes on record as reported; `establishing` says what follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import Customer
from people.models import Project, User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits import conduct as reads
from visits.models import Conduct, Visit
from visits.services.establishing import link_of

Kind = Conduct.Kind
AT_MOST = timedelta(days=366)  # back
# What there can be only while somebody receives (D18-6, D17-2.6a); the others happen at any time.
AT_A_RECEPTION = {Kind.INTERRUPTION}
OF_TWO = {Kind.QUARREL, Kind.INTERRUPTION, Kind.UNAUTHORISED_CONTACT, Kind.PRIVATE_NUMBER}


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody reports: what, who did it, whose customer it was, at which visit, when."""

    kind: str
    by: User
    happened_at: datetime
    against: User | None = None
    visit: Visit | None = None
    before_customer: bool = False
    stopped: bool | None = None
    what: str = ""


@transaction.atomic
def report_conduct(*, here: Workplace, report: Reported, at: datetime) -> Conduct:
    """Put conduct on record (D18-6, D18-7, D17-1.1, D17-2.6a, D01-1.q3): by the desk, a manager, or whose customer it was.

    Both are told, in neutral words, and whoever is said to have done it is asked for their side; a manager decides.
    Raises Refusal: not one's to report, or what cannot be.
    """
    _may_report(here, report, at)
    _judge(here.project, report, at)
    customer: Customer | None = report.visit.customer if report.visit else None
    row = Conduct.objects.create(
        project=here.project, customer=customer, visit=report.visit, kind=report.kind, by=report.by, against=report.against,
        before_customer=report.before_customer, stopped=report.stopped, what=report.what.strip()[:500],
        happened_at=report.happened_at, reported_by=here.user, reported_at=at,
    )  # fmt: skip
    trail.note(
        by=here.user.pk, action="conduct.report", subject=f"conduct:{row.pk}", at=at, project=here.project.code,
        kind=str(row.kind),
    )  # fmt: skip
    _tell(here, row, at)
    return row


def _may_report(here: Workplace, report: Reported, at: datetime) -> None:
    """The desk and managers; and of a customer whom they received, the harmed receiver themself."""
    if here.may(Right.CONDUCT):
        return
    received = report.visit is not None and any(
        here.user.pk in (row.by_id, row.stands_in_for_id) for row in report.visit.receptions.filter(unanswered=False)
    )
    if not received or report.against != here.user:
        raise Refusal("not_yours", _("由前台、主管或接待这位客户的人来记"), status=404)


def _judge(project: Project, report: Reported, at: datetime) -> None:
    if report.kind not in Kind.values:
        raise Refusal("conduct_kind", _("选一样"), field="kind")
    if not reads.colleagues(project, at).filter(pk=report.by.pk).exists():
        raise Refusal("doer_unknown", _("选在这个项目做销售的同事"), field="by")
    if report.kind in OF_TWO and (report.against is None or report.against == report.by):
        raise Refusal("conduct_of_two", _("选另一位：客户是谁在接待、谁跟进的"), field="against")
    if report.kind in OF_TWO and (report.visit is None or report.visit.customer_id is None):
        raise Refusal("conduct_visit", _("从那次到访的到访单来记，这样知道是哪位客户"))
    if report.happened_at > at:
        raise Refusal("conduct_later", _("时间不能比现在晚"), field="happened_at")
    if report.happened_at < at - AT_MOST:
        raise Refusal("conduct_long_ago", _("时间在一年以前，核对一下年份"), field="happened_at")
    _judge_time(report)


def _judge_time(report: Reported) -> None:
    visit = report.visit
    if visit is None:
        return
    if report.happened_at < visit.arrived_at:
        raise Refusal("conduct_before_visit", _("那时客户还没有到"), field="happened_at")
    if report.kind in AT_A_RECEPTION and visit.left_at and report.happened_at > visit.left_at:
        raise Refusal("conduct_after_visit", _("那时客户已经走了，选「没经允许联系客户」"), field="happened_at")


def _tell(here: Workplace, row: Conduct, at: datetime) -> None:
    """Those whom it names, in the same words and without whose fault it would be; and the managers."""
    link, told = link_of(row), {here.user.pk}
    for user in dict.fromkeys(filter(None, (row.by_id, row.against_id))):
        if user not in told:
            trail.tell(
                to=user, kind="conduct.named", project=here.project.code, link=link, at=at, to_do=user == row.by_id,
                sentence=gettext_noop("接待时的一件事记下了，提到了你。还没有认定，写下你看到的"),
            )  # fmt: skip
            told.add(user)
    for user in reads.managers(here.project, at):
        if user not in told:
            trail.tell(
                to=user, kind="conduct.reported", project=here.project.code, link=link, to_do=True, at=at,
                sentence=gettext_noop("%(who)s记了一件接待时的事，听了双方再认定"), who=here.user.name,
            )  # fmt: skip
