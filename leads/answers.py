"""What somebody who asks for a number, or reports it, is told: free, perhaps taken, taken, or theirs already."""

from dataclasses import dataclass
from datetime import datetime

from leads import vault
from leads.models import Customer, Ownership, Phone, Registration
from leads.models.register import Answer
from leads.screening import names, phones
from people.models import Organisation, Project, User
from people.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Finding:
    """What the records say of a number. `held` is for the house's eyes; `told_owner` is what this person may be told.

    `spent`: the day's answers are used up, and a person must look.
    """

    answer: str
    customer: Customer | None = None
    held: Ownership | None = None
    spent: bool = False

    def told_owner(self, here: Workplace) -> User | None:
        """The owner, if the policy lets this person know: in-house staff must be able to contact them at once."""
        allowed = self.held is not None and not here.outside and here.project.terms.disclose_owner
        return self.held.user if allowed and self.held else None


def of_whole(project: Project, e164: str, asker: User, at: datetime) -> Finding:
    """What is known of a whole number. An ownership that has run out no longer counts, though nobody ended it yet."""
    phone = Phone.objects.whole(e164).select_related("customer").first()
    customer = phone.customer if phone else None
    held = _live(project, customer, at) if customer else None
    if held is not None:
        return Finding(Answer.YOURS if held.user_id == asker.pk else Answer.TAKEN, customer, held)
    hidden = waiting_for(project, e164).exclude(by=asker)
    return Finding(Answer.CHECK if hidden.exists() else Answer.CLEAR, customer)


def of_masked(project: Project, masked: str, asker: User, at: datetime) -> Finding:
    """What is known of numbers that a masked one may be: it never identifies anybody, so the most is «perhaps»."""
    numbers = [phone.customer_id for phone in Phone.objects.fitting(masked)]
    others = Ownership.objects.live_at(at).filter(project=project, customer_id__in=numbers).exclude(user=asker)
    alike = Registration.objects.provisional().filter(project=project, ends33=vault.ends(masked[:3], masked[-3:]))
    perhaps = others.exists() or alike.exclude(by=asker).exists()
    return Finding(Answer.CHECK if perhaps else Answer.CLEAR)


def waiting_for(project: Project, e164: str):  # type: ignore[no-untyped-def]
    """Masked reports of this project that this whole number may belong to, whatever their name."""
    digits = phones.national(e164)
    waiting = Registration.objects.provisional().filter(project=project, ends33=vault.ends(digits[:3], digits[-3:]))
    fitting = [report.pk for report in waiting if phones.mask_fits(report.number, digits)]
    return Registration.objects.filter(pk__in=fitting).in_order()


def bindable(project: Project, e164: str, name: str, honorific: str) -> list[Registration]:
    """Masked reports that this visitor's whole number and surname fit (G-14). Two different names: none is picked."""
    fitting = [
        report
        for report in waiting_for(project, e164)
        if names.surnames_fit(report.name, name, report.honorific, honorific)
    ]
    different = {(report.name, report.honorific) for report in fitting}
    return fitting if len(different) <= 1 else []


def _live(project: Project, customer: Customer, at: datetime) -> Ownership | None:
    held: Ownership | None = (
        Ownership.objects.live_at(at).filter(project=project, customer=customer).select_related("user").first()
    )
    return held


def organisation_name(own: Organisation, written: str) -> str:
    """The reporting company: as written, else the reporter's own."""
    return written or own.name
