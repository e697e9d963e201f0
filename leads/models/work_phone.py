"""Numbers that belong to the trade, not to a customer: an agent's own mobile, an agency's office telephone."""

from typing import Any

from django.db import models
from django.db.models import Q

from leads import vault
from leads.screening import phones
from people.models import Organisation, User


class WorkPhone(models.Model):
    """A number that somebody works with, or the office telephone of an agency (D07-8.5). Sealed; append-only.

    A number is one holder's. It speaks for a call only if it had been entered before the call: `entered_at` is the proof.
    """

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="work_phones")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="office_phones")
    sealed = models.BinaryField()
    whole = models.BinaryField(max_length=16)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whole"], name="work_phone_of_one_holder"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, organisation__isnull=True)
                | Q(user__isnull=True, organisation__isnull=False),
                name="work_phone_of_person_or_agency",
            ),
        ]

    @classmethod
    def of(cls, holder: User | Organisation, e164: str, *, by: User, at: Any) -> "WorkPhone":
        """A number of this holder, not saved yet."""
        whose = {"user": holder} if isinstance(holder, User) else {"organisation": holder}
        return cls(**whose, sealed=vault.seal(e164), whole=vault.whole(e164), entered_by=by, entered_at=at)

    @property
    def e164(self) -> str:
        """The number in clear; no page shows it."""
        return vault.unseal(self.sealed)

    @property
    def masked(self) -> str:
        """前三后四."""
        return phones.mask34(self.e164)
