"""How long somebody has to answer, and to appeal: working days of the company, local days of the project (trust.md §4.2)."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from penalties.rules import rules_of
from people.calendar import company_calendar
from people.models import Project
from people.routines import midnight


def answer_until(project: Project, at: datetime) -> datetime:
    """The end of the term to answer, exclusive: so many whole working days after the day of the notice."""
    first = localtime(at, project.zone).date()
    last = company_calendar().after_working_days(first, rules_of(project).law.answer_working_days)
    return midnight(last + timedelta(days=1), project.zone)


def appeal_until(project: Project, at: datetime) -> datetime:
    """The end of the term to appeal, exclusive: so many whole days after the day of the decision."""
    first = localtime(at, project.zone).date() + timedelta(days=1)
    return midnight(first + timedelta(days=rules_of(project).law.appeal_days), project.zone)
