"""What somebody who asks for a number, or reports it, is told: free, perhaps taken, taken, or theirs already."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leads import vault
from leads.models import Customer, Offer, Ownership, Phone, Registration
from leads.models.ownership import OwnershipQuery
from leads.models.register import Answer
from leads.screening import names, phones
from people.models import Organisation, Project, User
from people.workplace import Workplace

NOBODY = UUID(int=0)  # a customer that there is not: to ask for, where nobody was found


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
    """What is known of a whole number. An ownership that has run out no longer counts, though nobody ended it yet.

    The database is asked the same questions whatever it knows, so that time tells nothing (trust.md §2.3).
    """
    phone = Phone.objects.whole(e164).select_related("customer").first()
    customer = phone.customer if phone else None
    held = _live(project, customer.pk if customer else NOBODY, at)
    hidden = [report for report in fitting_reports(project, e164) if report.by_id != asker.pk]
    others = Offer.objects.filter(project=project, customer=customer or NOBODY, answer=None, until__gt=at).exclude(
        to=asker
    )
    if others.exists() and held is None:  # somebody else is asked first: a report would wait
        return Finding(Answer.TAKEN, customer)
    if held is not None:
        return Finding(Answer.YOURS if held.user_id == asker.pk else Answer.TAKEN, customer, held)
    return Finding(Answer.CHECK if hidden else Answer.CLEAR, customer)


def of_masked(project: Project, masked: str, asker: User, at: datetime) -> Finding:
    """What is known of numbers that a masked one may be: it never identifies anybody, so the most is «perhaps»."""
    numbers = [NOBODY, *(phone.customer_id for phone in Phone.objects.fitting(masked))]
    others = _followed(project, at).filter(customer_id__in=numbers).exclude(user=asker).exists()
    waiting = Registration.objects.provisional().filter(project=project, ends33=vault.ends(masked[:3], masked[-3:]))
    alike = waiting.exclude(by=asker).exists()
    return Finding(Answer.CHECK if others or alike else Answer.CLEAR)


def fitting_reports(project: Project, e164: str) -> list[Registration]:
    """Masked reports of this project that this whole number may belong to, whatever their name, by server time."""
    digits = phones.national(e164)
    waiting = Registration.objects.provisional().filter(project=project, ends33=vault.ends(digits[:3], digits[-3:]))
    return [report for report in waiting.in_order() if phones.mask_fits(report.number, digits)]


def bindable(project: Project, e164: str, name: str, honorific: str) -> list[Registration]:
    """Masked reports that this visitor's whole number and surname fit (G-14); of two different names none is picked by a program."""
    return [
        report
        for report in fitting_reports(project, e164)
        if names.surnames_fit(report.name, name, report.honorific, honorific)
    ]


def _live(project: Project, customer: UUID, at: datetime) -> Ownership | None:
    held: Ownership | None = _followed(project, at).filter(customer=customer).select_related("user").first()
    return held


def _followed(project: Project, at: datetime) -> "OwnershipQuery":
    """Who follows whom. A customer in the public pool is free to whoever registers them."""
    live: OwnershipQuery = Ownership.objects.live_at(at).filter(project=project).exclude(holder=Ownership.Holder.POOL)
    return live


def organisation_name(own: Organisation, written: str) -> str:
    """The reporting company: as written, else the reporter's own."""
    return written or own.name
