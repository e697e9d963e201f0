"""Customers, who registered them, and who follows them: the register (报备), the record of ownership (归属), the deals."""

from leads.models.customer import Contact, Customer, Phone, Relation
from leads.models.deal import Deal, Deposit, Refund
from leads.models.ownership import NotebookEntry, Ownership
from leads.models.register import ClaimKey, PreCheck, Registration
from leads.models.work_phone import WorkPhone

__all__ = [
    "ClaimKey",
    "Contact",
    "Customer",
    "Deal",
    "Deposit",
    "NotebookEntry",
    "Ownership",
    "Phone",
    "PreCheck",
    "Refund",
    "Registration",
    "Relation",
    "WorkPhone",
]
