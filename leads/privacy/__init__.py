"""What the law gives a customer: to have everything about them handed out, put right, stopped from being used, and erased."""

from leads.models.customer import ERASED_NAME, FROZEN_NAME
from leads.privacy.correcting import correct
from leads.privacy.erasing import erase, freeze, release, state
from leads.privacy.exporting import export_person, export_person_html
from leads.privacy.hindrances import Hindrance, hindrances

__all__ = [
    "ERASED_NAME", "FROZEN_NAME", "Hindrance", "correct", "erase", "export_person", "export_person_html", "freeze", "hindrances",
    "release", "state",
]  # fmt: skip
