"""The ledger (台账): accounts, entries (分录) and their postings (明细). Double entry, integer fen, append-only.

An entry's postings sum to zero, always: the database refuses the commit otherwise, and refuses an entry in a closed month
(`finance/migrations/0006_ledger_guards.py`). A correction is a new entry that names the one it corrects or reverses.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arbitration.models import Ruling
from arbitration.shares import COMPANY, Key, Kind, Sharer, label
from leads.models import Deal, DealChange
from people.models import Organisation, Project, Team, User


class Account(models.Model):
    """An account (科目) of a project: what it is for, and whose: of a person, an organisation, a team's fund, else the company's."""

    class Kind(models.TextChoices):
        COMMISSION = "commission", _("待分佣金")  # the other side of what deals bring
        PAYABLE = (
            "payable",
            _("应付提成"),
        )  # of a person, an agency, a team's fund; of nobody: what stays with the company
        ACCRUED = "accrued", _("待甲方结佣")  # of an agency, until Party A settles (G-29)
        DEDUCTION = "deduction", _("扣款")  # of a person or an agency; never netted against their commission
        RECOVERED = "recovered", _("扣款收入")  # the other side of deductions
        BONUS = "bonus", _("奖励")  # of a person
        REWARDS = "rewards", _("奖励支出")  # the other side of bonuses

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="accounts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="accounts")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="accounts", help_text="its fund (营销经费)")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, organisation__isnull=True)
                | Q(user__isnull=True, team__isnull=True)
                | Q(organisation__isnull=True, team__isnull=True),
                name="account_of_one_holder",
            ),
            models.UniqueConstraint(
                fields=["project", "kind", "user", "organisation", "team"], name="account_once", nulls_distinct=False
            ),
        ]

    @property
    def holder(self) -> Sharer:
        """Whose it is; None for the company."""
        return self.user or self.organisation or self.team

    @property
    def key(self) -> Key:
        """Whose it is, by kind and id."""
        columns = {Kind.PERSON: self.user_id, Kind.ORGANISATION: self.organisation_id, Kind.TEAM_FUND: self.team_id}
        return next((Key(kind, pk) for kind, pk in columns.items() if pk), COMPANY)

    @property
    def holder_label(self) -> str:
        """What the holder is called."""
        return label(self.holder)


def holder_columns(key: Key) -> dict[str, int | None]:
    """The columns of an account that say whose it is."""
    columns = {"user_id": Kind.PERSON, "organisation_id": Kind.ORGANISATION, "team_id": Kind.TEAM_FUND}
    return {column: key.pk if key.kind == kind else None for column, kind in columns.items()}


class Entry(models.Model):
    """One thing that happened to money or credit, with its month, what it rests on, and what it corrects. Append-only."""

    class Book(models.TextChoices):
        COMMISSION = "commission", _("提成")
        CREDIT = "credit", _("业绩")  # apart from commission, split alike unless the clause says otherwise (G-29)

    class Kind(models.TextChoices):
        ACCRUAL = "accrual", _("计提")
        CORRECTION = "correction", _("调整")  # price, refund, cancellation: the same percentages of the new sum (G-16)
        REVERSAL = "reversal", _("冲销")
        SETTLEMENT = "settlement", _("甲方结佣")
        DEDUCTION = "deduction", _("扣款")
        REWARD = "reward", _("奖励")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    book = models.CharField(max_length=10, choices=Book)
    kind = models.CharField(max_length=10, choices=Kind)
    period = models.CharField(max_length=6, help_text="local month it is posted in, yyyymm")
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="entries")
    ruling = models.ForeignKey(Ruling, models.PROTECT, null=True, related_name="entries")
    clauses = models.CharField(max_length=120, blank=True)
    change = models.ForeignKey(DealChange, models.PROTECT, null=True, related_name="entries")
    source = models.CharField(
        max_length=60, blank=True, help_text="number of the sanction, the reward or the settlement slip"
    )
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="nobody: it follows by itself")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="entry_reversal_names_its_entry",
            ),
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | (~Q(kind="correction") & Q(corrects__isnull=True)),
                name="entry_correction_names_its_entry",
            ),
            models.CheckConstraint(
                condition=Q(deal__isnull=False) | Q(kind__in=("deduction", "reward")) | Q(kind="reversal"),
                name="entry_of_a_deal_or_a_person",
            ),
        ]
        indexes = [
            # A month's entries, in the order of posting.
            models.Index(fields=["project", "period", "id"], name="entry_of_period"),
            # What is booked for a deal already?
            models.Index(fields=["deal", "book"], name="entry_of_deal"),
        ]

    def __str__(self) -> str:
        return self.no


class Posting(models.Model):
    """One line of an entry: so many fen in favour of an account's holder, or against them where negative. Append-only."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    share_bp = models.IntegerField(null=True, help_text="basis points of the whole; none on the other side")
    amount_fen = models.BigIntegerField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share_bp__gte=0, share_bp__lte=10_000), name="posting_share_within_whole"
            ),
        ]
        indexes = [
            # What somebody gets, in the order of posting.
            models.Index(fields=["account", "id"], name="posting_of_account"),
        ]
