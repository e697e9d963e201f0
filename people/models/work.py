"""Work that comes round by itself (例行工作), and the hand-over when somebody leaves (离职交接)."""

from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from people.models.organisation import Project
from people.models.user import User


class Routine(models.Model):
    """One piece of periodic work: of a person or of the project, for a period, due at a time; done once, with what came of it.

    `kind` is a code of `people.routines`; `figures` is what the period counted, without personal data.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="routines", help_text="none: the department's"
    )
    period_from = models.DateField()
    period_to = models.DateField(help_text="inclusive, local days")
    due_at = models.DateTimeField(help_text="exclusive: done at this moment is late")
    figures = models.JSONField(default=dict)
    note = models.CharField(max_length=1000, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="when whoever does it was told that it is due")
    objects: Any = models.Manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind", "user", "period_from"], nulls_distinct=False, name="routine_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="routine_done_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "due_at"], condition=Q(done_at__isnull=True), name="routine_waits"),
            models.Index(fields=["user", "-due_at"], name="routine_of_person"),
        ]


class RoutineStop(models.Model):
    """A kind of periodic work that a project does not do; without a row it does it. Going on again drops the row."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="routine_stopped_once")]


class Acknowledgement(models.Model):
    """Somebody signed that they have read a policy or took part in a training (签字认可, D09-9, D14-4.4). Append-only."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="acknowledgements")
    subject = models.CharField(max_length=80, help_text="policy:<hash>, or training:<routine id>")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user", "subject"], name="acknowledgement_once")]


class HandOver(models.Model):
    """Somebody leaves (D01-3.4 … 3.6): what they hold is counted, given to others, counted again, signed by two, archived.

    `before` and `after` are counts by kind: customers, the three notebooks, open cases, owed turns, unpaid splits. `books`
    says of each notebook that Finance has, when it got it (D01-3.4).
    """

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="hand_overs")
    reason = models.CharField(max_length=200, blank=True)
    last_day = models.DateField(help_text="the last working day; their sessions end at once when it is opened")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    books = models.JSONField(default=dict)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    finance_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    finance_at = models.DateTimeField(null=True)
    office_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="行政")
    office_at = models.DateTimeField(null=True)
    archived_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, help_text="they stay after all")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=Q(archived_at__isnull=True, withdrawn_at__isnull=True),
                name="hand_over_one_open",
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(finance_at__isnull=False, office_at__isnull=False),
                name="hand_over_signed_before_archived",
            ),
            models.CheckConstraint(
                condition=Q(finance_by__isnull=True) | Q(office_by__isnull=True) | ~Q(finance_by=models.F("office_by")),
                name="hand_over_signed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | Q(archived_at__isnull=True, finance_at__isnull=True, office_at__isnull=True),
                name="hand_over_withdrawn_before_signed",
            ),
        ]
