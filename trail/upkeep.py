"""Keeping the database tidy: what has done its service goes."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from trail import clock
from trail.jobs import job
from trail.models import Allowance, Once, WorkerSign

KEYS_KEPT = timedelta(days=7)  # a form may lie open over a holiday; a program asks again within minutes
ALLOWANCES_KEPT = timedelta(days=40)  # longer than any span that a limit counts
SIGNS_KEPT = timedelta(days=1)
TASKS_KEPT_DAYS, FAILED_KEPT_DAYS = 7, 90


@job(title=_("清理做完的任务和用过的表单键"))
def forget_old() -> None:
    """Drop finished tasks, keys of acts long done, allowances long over, and signs of workers long silent."""
    now = clock.now()
    Once.objects.filter(at__lt=now - KEYS_KEPT).delete()
    Allowance.objects.filter(since__lt=now - ALLOWANCES_KEPT).delete()
    WorkerSign.objects.filter(seen_at__lt=now - SIGNS_KEPT).delete()
    call_command(
        "prune_db_task_results", queue_name="*", min_age_days=TASKS_KEPT_DAYS, failed_min_age_days=FAILED_KEPT_DAYS,
        verbosity=0,
    )  # fmt: skip


@job(title=_("清理过期的登录"))
def clear_sessions() -> None:
    """Drop sessions that are over."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
