"""An accusation (举报) and its steps (D08-7.3, D11-M6). Who reported is told only to those who handle it."""

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Project, User


class Accusation(models.Model):
    """Somebody reports that another broke the rules. Append-only. The burden of proof is the reporter's (D11-M6b).

    `case`: the collision in which the reporter has a part, where it is about one. What is said in a case itself is an event of
    that case (arbitration, 举报) and ruled on there; a sanction for the same case counts for both (G-31).
    """

    class Kind(models.TextChoices):
        POACHING = "poaching", _("抢单")
        PRIVATE_NUMBER = "private_number", _("私下留电话、私下联系")
        REBATE = "rebate", _("许返点抢客户")
        PRIVACY_BREACH = "privacy_breach", _("泄露客户信息")
        INTERFERENCE = "interference", _("干扰别人的客户")
        PERSONAL_ATTACK = "personal_attack", _("人身攻击")
        DEFAMATION = "defamation", _("诋毁同事或公司")
        FALSE_REPORT = "false_report", _("虚假报备")
        OTHER = "other", _("其它违规")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    against = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    what = models.CharField(max_length=1000)
    happened_at = models.DateTimeField()
    known_at = models.DateTimeField(
        help_text="when the reporter found out; within 24 hours from then is prompt (D08-7.3)"
    )
    case = models.CharField(max_length=24, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(against=models.F("by")), name="accusation_of_another")]
        indexes = [models.Index(fields=["project", "-at"], name="accusations_of_project")]

    def __str__(self) -> str:
        return self.no

    @cached_property
    def timeline(self) -> list["AccusationStep"]:
        """Its steps, the first one first."""
        return sorted(self.steps.all(), key=lambda step: step.number)

    @property
    def last(self) -> "AccusationStep":
        """How far it is."""
        return self.timeline[-1]

    @property
    def finding(self) -> "AccusationStep | None":
        """What came of it; None while it is open."""
        return next((step for step in self.timeline if step.kind in CLOSING), None)

    @property
    def evidence(self) -> list["AccusationStep"]:
        """What the reporter brought, each with `accepted`: yes, no, or None while nobody has judged it."""
        judged = {step.about: step.kind == AccusationStep.Kind.ACCEPTED for step in self.timeline if step.about}
        brought = [step for step in self.timeline if step.kind == AccusationStep.Kind.EVIDENCE]
        for step in brought:
            step.accepted = judged.get(step.number)
        return brought

    @property
    def proven(self) -> bool:
        """Whether any evidence was accepted."""
        return any(step.accepted for step in self.evidence)


class AccusationStep(models.Model):
    """One step of an accusation. Append-only."""

    class Kind(models.TextChoices):
        FILED = "filed", pgettext_lazy("step", "提交举报")
        EVIDENCE = "evidence", pgettext_lazy("step", "交证据")
        ACCEPTED = "accepted", pgettext_lazy("step", "采信")
        REJECTED = "rejected", pgettext_lazy("step", "不采信")
        TAKEN = "taken", pgettext_lazy("step", "开始调查")
        ESTABLISHED = "established", pgettext_lazy("step", "属实")
        DISMISSED = "dismissed", pgettext_lazy("step", "不成立")
        WITHDRAWN = "withdrawn", pgettext_lazy("step", "撤回")

    class Severity(models.TextChoices):
        MINOR = "minor", _("轻微")
        NORMAL = "normal", _("一般")
        SERIOUS = "serious", _("严重")

    accusation = models.ForeignKey(Accusation, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    about = models.PositiveSmallIntegerField(null=True, help_text="number of the evidence that is judged")
    text = models.CharField(max_length=1000, blank=True)
    severity = models.CharField(max_length=8, choices=Severity, blank=True, help_text="where established (G-18)")
    stopped = models.BooleanField(null=True, help_text="whether they stopped when told, or withdrew (D17-1.h1)")
    customer_lost = models.BooleanField(default=False, help_text="another's customer was lost (D17-1.h3)")
    loss_fen = models.BigIntegerField(null=True, help_text="the proven loss of the company (D13-6.2)")
    malicious = models.BooleanField(default=False, help_text="knowingly false: only this may be sanctioned")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    accepted: bool | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["accusation", "number"], name="accusation_step_once"),
            models.UniqueConstraint(
                fields=["accusation", "about"], condition=Q(about__isnull=False), name="accusation_evidence_judged_once"
            ),
            models.CheckConstraint(
                condition=Q(loss_fen__isnull=True) | Q(loss_fen__gt=0), name="accusation_loss_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(malicious=False) | Q(kind="dismissed"), name="accusation_malicious_is_dismissed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accusation_id}/{self.number} {self.kind}"


CLOSING = (AccusationStep.Kind.ESTABLISHED, AccusationStep.Kind.DISMISSED, AccusationStep.Kind.WITHDRAWN)
