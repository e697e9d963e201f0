"""A reward (奖励) and its steps (D04-5.1)."""

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Project, User


class Reward(models.Model):
    """Somebody cooperated in a collision and has outstanding results (both: D04-5.1): a commendation, a bonus or both. Append-only."""

    class Kind(models.TextChoices):
        COMMENDATION = "commendation", _("表扬")
        BONUS = "bonus", _("奖金")
        BOTH = "both", _("表扬和奖金")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    to = models.ForeignKey(User, models.PROTECT, related_name="rewards")
    kind = models.CharField(max_length=12, choices=Kind)
    amount_fen = models.BigIntegerField(null=True)
    case = models.CharField(max_length=24, help_text="the collision in which they cooperated")
    cooperation = models.CharField(max_length=300)
    results = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="commendation", amount_fen__isnull=True)
                | (~Q(kind="commendation") & Q(amount_fen__gt=0)),
                name="reward_bonus_has_an_amount",
            ),
            models.CheckConstraint(condition=~Q(to=models.F("by")), name="reward_of_another"),
        ]
        indexes = [models.Index(fields=["project", "-at"], name="rewards_of_project")]

    def __str__(self) -> str:
        return self.no

    @cached_property
    def timeline(self) -> list["RewardStep"]:
        """Its steps, the first one first."""
        return sorted(self.steps.all(), key=lambda step: step.number)

    @property
    def last(self) -> "RewardStep":
        """How far it is."""
        return self.timeline[-1]

    @property
    def rest_fen(self) -> int:
        """What is still to be paid."""
        posted = sum(step.amount_fen or 0 for step in self.timeline if step.kind == RewardStep.Kind.POSTED)
        return (self.amount_fen or 0) - posted


class RewardStep(models.Model):
    """One step of a reward. Append-only."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("step", "提出")
        APPROVED = "approved", pgettext_lazy("step", "批准")
        DROPPED = "dropped", pgettext_lazy("step", "不办了")
        POSTED = "posted", pgettext_lazy("step", "入账")

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    amount_fen = models.BigIntegerField(null=True)
    entry_no = models.CharField(max_length=24, blank=True)
    text = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reward", "number"], name="reward_step_once"),
            models.CheckConstraint(
                condition=Q(kind="posted", amount_fen__isnull=False) & ~Q(entry_no="") | ~Q(kind="posted"),
                name="reward_posted_names_its_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reward_id}/{self.number} {self.kind}"
