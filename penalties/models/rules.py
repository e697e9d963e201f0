"""What the law of the place and a project's own rules say of sanctions, and wages: both needed to guard what is deducted."""

from typing import Any

from django.db import models
from django.db.models import Q

from people.models import Project, User


class ProjectRules(models.Model):
    """Under which law a project punishes (penalties/jurisdictions/), and how its rules came about. Append-only: the last one counts.

    `fines_payable` is the switch of the legal owner; it does nothing where the law of the place does not allow fines. Rules about
    pay bind only after staff were consulted (`adopted_on`) and told (`published_on`): 劳动合同法 §4.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    jurisdiction = models.CharField(max_length=20)
    city = models.CharField(max_length=20, blank=True)
    minimum_wage_fen = models.BigIntegerField(
        null=True, help_text="a month, in fen, where the built-in table has no newer one"
    )
    fines_payable = models.BooleanField(default=False)
    adopted_on = models.DateField(null=True, help_text="discussed with the staff (民主程序)")
    published_on = models.DateField(null=True, help_text="made known (公示)")
    basis = models.CharField(max_length=300, blank=True, help_text="where that is on file")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_wage_fen__isnull=True) | Q(minimum_wage_fen__gt=0), name="rules_wage_is_positive"
            ),
        ]
        indexes = [models.Index(fields=["project", "-id"], name="rules_of_project")]  # the last one


class Wage(models.Model):
    """What somebody earns in a month, in fen, as Finance entered it. Append-only: the last one entered counts."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    month = models.CharField(max_length=6, help_text="local month, yyyymm")
    wage_fen = models.BigIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(wage_fen__gte=0), name="wage_not_negative")]
        indexes = [models.Index(fields=["project", "month", "user"], name="wages_of_month")]
