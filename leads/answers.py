"""What somebody who asks for a number, or reports it, is told: free, perhaps taken, taken, or theirs already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from leads import vault
from leads.candidate_rows import Asked, Rows, kin, one_of, questions
from leads.candidates import Screened
from leads.models import Customer, Offer, Ownership, Registration
from leads.models.register import Answer
from leads.screening import names, phones
from people.models import Organisation, Project, User
from people.workplace import Workplace
from trail.together import given


@dataclass(frozen=True, slots=True)
class Known:
    """What the records hold of a number that is asked for: the rows that it meets, and who follows those customers, and their kin."""

    rows: Rows
    held: Mapping[UUID, Ownership]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the records say of a number. `held` is for the house's eyes; `told_owner` is what this person may be told.

    `spent`: the day's answers are used up, and a person must look. `screened` and `known`: whom the number and the name may mean.
    """

    answer: str
    customer: Customer | None = None
    held: Ownership | None = None
    spent: bool = False
    screened: Screened | None = None
    known: Known | None = None

    def told_owner(self, here: Workplace) -> User | None:
        """The owner, if the policy lets this person know: in-house staff must be able to contact them at once."""
        allowed = self.held is not None and not here.outside and here.project.terms.disclose_owner
        return self.held.user if allowed and self.held else None


def asked_first() -> dict[str, Any]:
    """What is read of a number that is asked for, whatever is known of it, so that time tells nothing (trust.md §2.3).

    An ownership that has run out no longer counts, though nobody ended it yet; a customer in the public pool is free to whoever
    registers them.
    """
    at, project = given("at"), given("project")
    people = one_of("SELECT customer_id FROM number UNION SELECT customer_id FROM kin UNION SELECT other_id FROM kin")
    live = Ownership.objects.live_at(at).filter(project=project, customer__in=people).select_related("user")
    offers = Offer.objects.filter(project=project, answer=None, until__gt=at)
    return questions() | {"kin": kin(), "held": live, "offers": offers.filter(customer__in=people)}


def of_whole(known: Known, asked: Asked, asker: User) -> Finding:
    """What is known of a whole number: of several who share it the one whose it was first counts."""
    phone = next(iter(known.rows.phones_of(asked)), None)
    customer = phone.customer if phone else None
    held = known.held.get(customer.pk) if customer else None
    if held is not None:
        return Finding(Answer.YOURS if held.user_id == asker.pk else Answer.TAKEN, customer, held)
    others = [one for one in known.offers if customer and one.customer_id == customer.pk and one.to_id != asker.pk]
    if others:  # somebody else is asked first: a report would wait
        return Finding(Answer.TAKEN, customer)
    digits = phones.national(asked.whole)
    waiting = (one for one in known.rows.waiting_of(asked) if phones.mask_fits(one.number, digits))
    hidden = [one for one in waiting if one.by_id != asker.pk]
    return Finding(Answer.CHECK if hidden else Answer.CLEAR, customer)


def of_masked(known: Known, asked: Asked, asker: User) -> Finding:
    """What is known of numbers that a masked one may be: it never identifies anybody, so the most is «perhaps»."""
    fitting = [p for p in known.rows.phones_of(asked) if phones.mask_fits(asked.masked, p.national)]
    held = (known.held.get(phone.customer_id) for phone in fitting)
    others = [one for one in held if one and one.user_id != asker.pk]
    alike = [report for report in known.rows.waiting_of(asked) if report.by_id != asker.pk]
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


def organisation_name(own: Organisation, written: str) -> str:
    """The reporting company: as written, else the reporter's own."""
    return written or own.name
