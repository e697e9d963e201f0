"""What people do with leads. One function for each thing, called by page, API and command alike."""

from leads.services.deals import give_deposit_back, sign_deal, take_deposit
from leads.services.looking import Told, look_first
from leads.services.ownership import bind_provisional, claim_walk_in, move_ownership, note_in_book
from leads.services.register import LeadInput, Receipt, precheck, register_lead
from leads.services.story import log_contact, other_customer, relate, reveal
from leads.services.work_phones import enter_work_phone, holders, work_phones

__all__ = [
    "LeadInput",
    "Receipt",
    "Told",
    "bind_provisional",
    "claim_walk_in",
    "enter_work_phone",
    "give_deposit_back",
    "holders",
    "log_contact",
    "look_first",
    "move_ownership",
    "note_in_book",
    "other_customer",
    "precheck",
    "register_lead",
    "relate",
    "reveal",
    "sign_deal",
    "take_deposit",
    "work_phones",
]
