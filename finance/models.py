"""Commission lines: who gets what of which deal, to the fen. Append-only; a correction is a reversal and a new line."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from arbitration.shares import Key, Kind, Sharer, label
from leads.models import Deal
from people.models import Organisation, Project, Team, User
from people.roles import Role


class CommissionLine(models.Model):
    """One share of one deal's commission: of a person, an agency or a team's fund; of none of them, the company's.

    Reversals carry the opposite sign.
    """

    class Basis(models.TextChoices):
        UNCONTESTED = "uncontested", _("无撞单，归签单人")
        RULING = "ruling", _("裁定")
        REVERSAL = "reversal", _("冲销")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    period = models.CharField(max_length=6, help_text="local month it is posted in, yyyymm")
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="lines")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="commission_lines")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="commission_lines", help_text="an agency's share"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="commission_lines", help_text="the share of its fund (营销经费)"
    )
    share_bp = models.IntegerField(help_text="basis points of the commission")
    amount_fen = models.BigIntegerField()
    basis = models.CharField(max_length=12, choices=Basis)
    ruling = models.CharField(max_length=24, blank=True)
    clauses = models.CharField(max_length=120, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, organisation__isnull=True)
                | Q(user__isnull=True, team__isnull=True)
                | Q(organisation__isnull=True, team__isnull=True),
                name="line_of_one_payee",
            ),
            models.CheckConstraint(condition=Q(share_bp__gte=0, share_bp__lte=10_000), name="line_share_within_whole"),
            models.CheckConstraint(
                condition=Q(basis="reversal", reverses__isnull=False)
                | (~Q(basis="reversal") & Q(reverses__isnull=True)),
                name="line_reversal_names_its_line",
            ),
        ]
        indexes = [
            # A month's splits, in the order of posting.
            models.Index(fields=["project", "period", "id"], name="line_of_period"),
            # What is booked for a deal already?
            models.Index(fields=["deal"], name="line_of_deal"),
        ]

    @property
    def payee(self) -> Sharer:
        """Who gets it; None for the company."""
        return self.user or self.organisation or self.team

    @property
    def payee_label(self) -> str:
        """What the payee is called."""
        return label(self.payee)


def payee_columns(key: Key) -> dict[str, int | None]:
    """The columns of a line that say whose it is."""
    columns = {"user_id": Kind.PERSON, "organisation_id": Kind.ORGANISATION, "team_id": Kind.TEAM_FUND}
    return {column: key.pk if key.kind == kind else None for column, kind in columns.items()}


class CommissionPlan(models.Model):
    """What commission a deal brings (提成方案): basis points of the contract amount, for whom and what, from–to in local days.

    Of the plans that fit a deal the most particular counts: an agency's own before a role's, a product's before all products.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="commission_plans")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role, blank=True)
    product = models.CharField(max_length=60, blank=True)
    rate_bp = models.PositiveIntegerField(help_text="basis points of the contract amount")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the first day on which it no longer counts")
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate_bp__lte=10_000), name="plan_rate_within_whole"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")), name="plan_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | Q(role=""), name="plan_for_an_agency_or_a_role"
            ),
            models.UniqueConstraint(
                fields=["project", "organisation", "role", "product"], condition=Q(until__isnull=True),
                name="plan_one_open", nulls_distinct=False,
            ),
        ]  # fmt: skip
