"""The sales department looks at a report: true and accurate, or not (审核, D08-5.2). Only approved reports rank under D08."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import Registration, Review
from people.calendar import Calendar, company_calendar
from people.models import Project
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

WITHIN = 2  # working days after the report
LOOKED_BACK = timedelta(days=90)  # older ones are nobody's work any more


def unreviewed(project: Project, at: datetime) -> QuerySet[Registration]:
    """Reports that nobody looked at yet, the newest first. What was imported had been reviewed before, elsewhere."""
    rows: QuerySet[Registration] = Registration.objects.filter(project=project, at__gt=at - LOOKED_BACK, at__lte=at)
    waiting = rows.exclude(channel=Registration.Channel.IMPORT).filter(
        ~Exists(Review.objects.filter(registration=OuterRef("pk")))
    )
    return waiting.select_related("project", "by", "customer", "organisation").order_by("-at", "-pk")


def due_at(report: Registration, calendar: Calendar | None = None) -> datetime:
    """Until when the review of a report is due: the end of the second working day after it, exclusive (D08-5.2)."""
    local = localtime(report.at, report.project.zone)
    day = (calendar or company_calendar()).after_working_days(local.date(), WITHIN) + timedelta(days=1)
    return local.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def review_report(*, here: Workplace, report: Registration, approved: bool, why: str, at: datetime) -> Review:
    """Say that a report is true and accurate, or that it is not and why. The last review counts.

    The reporter is told. Raises Refusal: own_report, why_missing, reviewed_so.
    """
    row = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("by")
        .get(pk=report.pk, project=here.project)
    )
    if row.by_id == here.user.pk:
        raise Refusal("own_report", _("自己的报备要让别人审核"), status=409)
    why = why.strip()
    if not approved:
        need_words(why, "why_missing", _("退回要写明哪里不对"), field="why")
    last = row.reviews.order_by("-at", "-pk").first()
    if last is not None and last.approved == approved:
        raise Refusal("reviewed_so", _("这条报备已经审核过了，看最新的"), status=409)
    review = Review.objects.create(registration=row, approved=approved, why=why[:200], by=here.user, at=at)
    action = "registration.approve" if approved else "registration.reject"
    trail.note(by=here.user.pk, action=action, subject=f"registration:{row.no}", at=at, project=here.project.code)
    passed, back = gettext_noop("报备 %(no)s 审核通过了"), gettext_noop("报备 %(no)s 审核没通过，打开看原因")
    trail.tell(
        to=row.by_id, kind="lead.reviewed", project=here.project.code, link=f"/register/{row.no}", at=at,
        sentence=passed if approved else back, no=row.no,
    )  # fmt: skip
    return review
