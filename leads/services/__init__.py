"""What people do with leads. One function for each thing, called by page, API and command alike."""

from leads.services.answering import answer_question
from leads.services.contacting import contact_follower
from leads.services.contacts import log_contact
from leads.services.deal_changes import Change, change_deal, sums_after
from leads.services.deals import give_deposit_back, sign_deal, take_deposit
from leads.services.deeds import enter_deed
from leads.services.following import advance, grade, keep_profile
from leads.services.handing import (
    Targets,
    customers_held,
    hand_customers,
    held_by,
    lines_in,
    takers,
)
from leads.services.identity import ask, put_question
from leads.services.imports import begin_import, confirm_import, drop_import, start_import
from leads.services.looking import Told, look_first
from leads.services.merging import merge, unmerge
from leads.services.moving import move_visit, put_away, put_name_right
from leads.services.notebooks import write_note
from leads.services.number_looks import ask_leave, count_look, decide_leave, note_export
from leads.services.ownership import bind_provisional, claim_walk_in, move_ownership, note_in_book
from leads.services.pool import REASSIGN, allocate, answer_offer, claim_from_pool, release_to_pool
from leads.services.precheck import precheck
from leads.services.proof import add_number, prove_relation
from leads.services.protection import decide_protection, expire_due, extend_on, warn_ending, why_of
from leads.services.providing import unprovided
from leads.services.register import LeadInput, Receipt, register_lead, register_many
from leads.services.reviewing import review_report
from leads.services.story import other_customer, relate, reveal
from leads.services.tasks import add_task, finish_task
from leads.services.territories import end_territory, give_territory, warn_registered
from leads.services.transfers import ask_transfer, decide_transfer, refuse_private, withdraw_transfer
from leads.services.visit_notes import note_visits
from leads.services.work_phones import enter_work_phone, holders, work_phone_of, work_phones

__all__ = [
    "REASSIGN",
    "Change",
    "LeadInput",
    "Receipt",
    "Targets",
    "Told",
    "add_number",
    "add_task",
    "advance",
    "allocate",
    "answer_offer",
    "answer_question",
    "ask",
    "ask_leave",
    "ask_transfer",
    "begin_import",
    "bind_provisional",
    "change_deal",
    "claim_from_pool",
    "claim_walk_in",
    "confirm_import",
    "contact_follower",
    "count_look",
    "customers_held",
    "decide_leave",
    "decide_protection",
    "decide_transfer",
    "drop_import",
    "end_territory",
    "enter_deed",
    "enter_work_phone",
    "expire_due",
    "extend_on",
    "finish_task",
    "give_deposit_back",
    "give_territory",
    "grade",
    "hand_customers",
    "held_by",
    "holders",
    "keep_profile",
    "lines_in",
    "log_contact",
    "look_first",
    "merge",
    "move_ownership",
    "move_visit",
    "note_export",
    "note_in_book",
    "note_visits",
    "other_customer",
    "precheck",
    "prove_relation",
    "put_away",
    "put_name_right",
    "put_question",
    "refuse_private",
    "register_lead",
    "register_many",
    "relate",
    "release_to_pool",
    "reveal",
    "review_report",
    "sign_deal",
    "start_import",
    "sums_after",
    "take_deposit",
    "takers",
    "unmerge",
    "unprovided",
    "warn_ending",
    "warn_registered",
    "why_of",
    "withdraw_transfer",
    "work_phone_of",
    "work_phones",
    "write_note",
]
