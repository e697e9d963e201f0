"""Who is who: the questions that only a person can answer, and what was merged because of the answers."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models.customer import Customer
from leads.models.register import Registration
from people.models import Project, User


class QuestionQuery(models.QuerySet["IdentityQuestion"]):
    """Questions, composed."""

    def waiting(self) -> "QuestionQuery":
        """Those that somebody has to answer; not of a masked report whose whole number was keyed meanwhile."""
        return self.filter(answer=None).exclude(registration__masked=True, registration__customer__isnull=False)


class IdentityQuestion(models.Model):
    """Screening found whom a newcomer may be, and may not decide it (G-12 … G-15). Answered once; the report keeps its time.

    `reason` is a code of docs/screening.md. `customer` is the record that the report was put to meanwhile, none for a masked one.
    """

    class Strength(models.TextChoices):
        WHOLE = "whole", _("整号一致")
        MASK = "mask", _("仅前三后四一致")
        NAME = "name", _("仅姓名相似")
        COMPANY = "company", _("公司名相近")
        KIN = "kin", _("亲属关系")

    class Answer(models.TextChoices):
        SAME = "same", _("是同一位")
        OTHER = "other", _("是另一位")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, related_name="questions")
    visit = models.CharField(max_length=24, blank=True, help_text="the number of the visit where the desk found out")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    candidates: Any = models.ManyToManyField(Customer, related_name="identity_questions")
    strength = models.CharField(max_length=8, choices=Strength)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, null=True)  # noqa: DJ001
    answered_customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)
    objects: Any = QuestionQuery.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__isnull=True, answered_at__isnull=True, answered_by__isnull=True)
                | Q(answer__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="identity_question_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "at"], condition=Q(answer__isnull=True), name="identity_question_open")
        ]


class Merge(models.Model):
    """Two records were one customer: what named `merged` names `kept` since. It can be undone: `moved` says what to put back.

    `moved` maps a model's label to the ids of its rows; `ended` names the ownerships that ended because two met.
    """

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    moved = models.JSONField(default=dict)
    ended = models.JSONField(default=list)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_into_one"),
            models.CheckConstraint(condition=~Q(kept=models.F("merged")), name="merge_of_two"),
        ]
