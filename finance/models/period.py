"""Accounting months (结算期), and what people say to their statements (分成单)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Organisation, Project, User


class Period(models.Model):
    """A local month of a project. Closed is closed: the database refuses entries in it. A late one goes to its own month, or the next."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="periods")
    month = models.CharField(max_length=6, help_text="yyyymm")
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="when people were last asked to confirm their statements"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "month"], name="period_once"),
            models.CheckConstraint(condition=Q(month__regex=r"^20\d{2}(0[1-9]|1[0-2])$"), name="period_is_a_month"),
        ]

    def __str__(self) -> str:
        return self.month


class PeriodEvent(models.Model):
    """That a month was closed or opened again: by whom, why, and what the ledger was then. Append-only."""

    class Kind(models.TextChoices):
        CLOSE = "close", _("关账")
        REOPEN = "reopen", _("重新打开")

    period = models.ForeignKey(Period, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    entries = models.PositiveIntegerField(help_text="how many entries the month had")
    payable_fen = models.BigIntegerField(help_text="what they come to in favour of people, agencies and funds")
    digest = models.BinaryField(max_length=32, help_text="SHA-256 over the month's postings in order")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind="reopen") | ~Q(reason=""), name="reopening_has_a_reason"),
        ]


class StatementAnswer(models.Model):
    """What somebody said to their statement of a month, or finance to their question. Append-only; the latest counts.

    `digest` is that of the lines they saw: with another line the statement is unconfirmed again.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("确认")
        QUESTION = "question", _("有疑问")
        REPLY = "reply", _("答复")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    month = models.CharField(max_length=6, help_text="yyyymm")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="whose statement")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", help_text="or an agency's"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=500, blank=True)
    total_fen = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, organisation__isnull=False)
                | Q(user__isnull=False, organisation__isnull=True),
                name="statement_of_one_payee",
            ),
            models.CheckConstraint(condition=Q(kind="confirm") | ~Q(text=""), name="statement_question_has_words"),
        ]
        indexes = [models.Index(fields=["project", "month", "id"], name="statement_answer_of_month")]
