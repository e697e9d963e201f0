"""A sanction (处分) and its steps. What was proposed never changes; how far it is, the last of its numbered steps says (trust.md §4.2)."""

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from arbitration.sanctions import SanctionKind
from arbitration.shares import Key, Kind
from people.models import Organisation, Project, User


class Nature(models.TextChoices):
    """What a sanction is in law, and so whether it may ever become money.

    The allocation of a commission (分单、归公) is none: a ruling books it before anything accrues (trust.md §4.2).
    """

    VARIABLE_PAY = "variable_pay", _("绩效、提成系数")
    LOSS_COMPENSATION = "loss_compensation", _("赔偿损失")
    FINE = "fine", _("罚款（只记录）")
    CONTRACT_PENALTY = "contract_penalty", _("违约金（分销合同）")
    NON_MONETARY = "non_monetary", _("不涉及钱")


# Those for which an employee's wage is guarded (工资支付暂行规定 §16), cautiously all that are no contract between companies.
GUARDED = frozenset({Nature.VARIABLE_PAY, Nature.LOSS_COMPENSATION, Nature.FINE})


class Sanction(models.Model):
    """What is proposed against somebody, or an agency, with its clause and what it is for. Append-only.

    `act`: number of the ruling, of the accusation, or `conduct:<id>`; of one act the heaviest sanction remains (G-31). Amounts in
    fen; `amount_fen` is what the schedule says, from the range that the clause allows (G-17).
    """

    Kind = SanctionKind

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    to = models.ForeignKey(User, models.PROTECT, null=True, related_name="sanctions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="sanctions")
    kind = models.CharField(max_length=16, choices=SanctionKind)
    nature = models.CharField(max_length=20, choices=Nature)
    minimum_fen = models.BigIntegerField(null=True)
    maximum_fen = models.BigIntegerField(null=True)
    amount_fen = models.BigIntegerField(null=True)
    days = models.PositiveSmallIntegerField(
        null=True, help_text="of a suspension, calendar days; of 限期改正, until when"
    )
    clause = models.CharField(max_length=24, help_text="empty where the one who rules proposed it himself")
    policy = models.CharField(max_length=80, blank=True, help_text="the version of the rules, pack@version")
    act = models.CharField(max_length=40, help_text="what it is for")
    case = models.CharField(max_length=24, blank=True, help_text="number of the collision, where there is one")
    fact = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=300)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to__isnull=True, organisation__isnull=False)
                | Q(to__isnull=False, organisation__isnull=True),
                name="sanction_of_one",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="sanction_amount_is_positive"
            ),
            models.CheckConstraint(
                condition=~Q(nature="non_monetary") | Q(amount_fen__isnull=True), name="sanction_without_money_has_none"
            ),
            models.CheckConstraint(
                condition=Q(minimum_fen__isnull=True)
                | Q(maximum_fen__isnull=True)
                | Q(maximum_fen__gte=F("minimum_fen")),
                name="sanction_range_is_one",
            ),
            models.CheckConstraint(
                condition=~Q(nature="contract_penalty") | ~Q(clause=""), name="sanction_contract_penalty_has_its_clause"
            ),
            models.CheckConstraint(
                condition=~Q(kind="suspension") | Q(days__gte=3), name="sanction_suspends_for_three_days"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-at"], name="sanctions_of_project"),  # the list, newest first
            models.Index(fields=["act"], name="sanctions_for_act"),  # what was proposed for this ruling?
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def whom(self) -> User | Organisation | None:
        """Against whom; the database holds one of both."""
        return self.to or self.organisation

    @property
    def key(self) -> Key:
        """Against whom, by kind and id."""
        return Key(Kind.PERSON, self.to_id) if self.to_id else Key(Kind.ORGANISATION, self.organisation_id)

    @cached_property
    def timeline(self) -> list["SanctionStep"]:
        """Its steps, the first one first."""
        return sorted(self.steps.all(), key=lambda step: step.number)

    def step(self, *kinds: str) -> "SanctionStep | None":
        """The last step of one of these kinds."""
        return next((step for step in reversed(self.timeline) if step.kind in kinds), None)

    @property
    def last(self) -> "SanctionStep":
        """How far it is."""
        return self.timeline[-1]

    @property
    def standing(self) -> "SanctionStep":
        """The step that says what became of it: of what was reversed that one, though the money was given back after it."""
        return self.step(SanctionStep.Kind.REVERSED) or self.last

    @property
    def in_force_fen(self) -> int | None:
        """The amount that was decided, by the appeal where there was one; before that the proposed one."""
        said = [step.amount_fen for step in self.timeline if step.kind in ("decided", "appeal_decided")]
        return next((fen for fen in reversed(said) if fen is not None), self.amount_fen)

    @property
    def posted_fen(self) -> int:
        """What the ledger holds of it, less what was given back."""
        return sum(step.amount_fen or 0 for step in self.timeline if step.kind == SanctionStep.Kind.POSTED)

    @property
    def rest_fen(self) -> int:
        """What is still to be deducted; negative: what is to be given back, because it was reversed."""
        target = 0 if self.step(SanctionStep.Kind.REVERSED) else self.in_force_fen or 0
        return target - self.posted_fen


class SanctionStep(models.Model):
    """One step of a sanction. Append-only; two steps at once are one step and a refusal, because numbers are unique."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("step", "提出")
        NOTICED = "noticed", pgettext_lazy("step", "告知")
        ANSWERED = "answered", pgettext_lazy("step", "申辩")
        DECIDED = "decided", pgettext_lazy("step", "决定")
        DROPPED = "dropped", pgettext_lazy("step", "不办了")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("step", "签收")
        REFUSED_TO_SIGN = "refused_to_sign", pgettext_lazy("step", "拒签")
        APPEALED = "appealed", pgettext_lazy("step", "申诉")
        APPEAL_DECIDED = "appeal_decided", pgettext_lazy("step", "申诉有结果")
        PAYABLE = "payable", pgettext_lazy("step", "可入账")
        POSTED = "posted", pgettext_lazy("step", "入账")
        REVERSED = "reversed", pgettext_lazy("step", "撤销")

    sanction = models.ForeignKey(Sanction, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    amount_fen = models.BigIntegerField(null=True)
    entry_no = models.CharField(max_length=24, blank=True, help_text="of the ledger, where it was posted")
    text = models.CharField(max_length=1000, blank=True)
    due_at = models.DateTimeField(null=True, help_text="until when it may be answered, or appealed against; exclusive")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sanction", "number"], name="sanction_step_once"),
            models.CheckConstraint(
                condition=Q(kind="proposed", number=1) | (~Q(kind="proposed") & Q(number__gt=1)),
                name="sanction_begins_as_a_proposal",
            ),
            models.CheckConstraint(
                condition=Q(kind="posted", amount_fen__isnull=False) & ~Q(entry_no="") | ~Q(kind="posted"),
                name="sanction_posted_names_its_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sanction_id}/{self.number} {self.kind}"

    @property
    def name(self) -> str:
        """What people call it: a posting of less than nothing gives back."""
        back = self.amount_fen is not None and self.amount_fen < 0
        return pgettext("step", "退回") if back else str(self.get_kind_display())

    @property
    def size_fen(self) -> int | None:
        """How much it is about, whichever way it went."""
        return self.amount_fen if self.amount_fen is None else abs(self.amount_fen)
