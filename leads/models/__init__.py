"""Customers, who registered them, and who follows them: the register (报备), the record of ownership (归属), the deals."""

from leads.models.customer import Contact, Customer, Phone, Relation
from leads.models.deal import Deal, DealChange, Deposit, Refund
from leads.models.following import Profile, Review, Task, Territory, VisitNote
from leads.models.identity import IdentityQuestion, Merge
from leads.models.inbound import ImportRow, ImportRun, InboundMessage, InboundSource
from leads.models.ownership import Deed, NotebookEntry, Offer, Ownership, ProtectionChange, Transfer
from leads.models.privacy import Basis, Erasure, Ground, NumberLeave, PersonRequest, PrivacyNotice, Provision, Withheld
from leads.models.register import ClaimKey, PreCheck, Registration
from leads.models.work_phone import WorkPhone

__all__ = [
    "Basis", "ClaimKey", "Contact", "Customer", "Deal", "DealChange", "Deed", "Deposit", "Erasure", "Ground",
    "IdentityQuestion", "ImportRow", "ImportRun", "InboundMessage", "InboundSource", "Merge", "NotebookEntry", "NumberLeave",
    "Offer", "Ownership", "PersonRequest", "Phone", "PreCheck", "PrivacyNotice", "Profile", "ProtectionChange", "Provision", "Refund",
    "Registration", "Relation", "Review", "Task", "Territory", "Transfer", "VisitNote", "Withheld", "WorkPhone",
]  # fmt: skip
