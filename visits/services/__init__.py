"""What people do with visits, duty and rotation. One function for each thing, called by page, API and command alike."""

from visits.services.announcing import announce_reported, call_announced, check_announced, tell_late
from visits.services.conduct import Reported, report_conduct
from visits.services.correcting import correct, may_correct
from visits.services.departures import ask_whether_left, still_here, sweep
from visits.services.desk import Arrival, check_in, keep_open_for_visitors
from visits.services.erasing import needs_visitor
from visits.services.establishing import answer_conduct, decide_conduct, heard
from visits.services.expected import arrived, expect, withdraw
from visits.services.gifts import add_gift, end_gift, move_stock
from visits.services.late import Past, ask_entry, enter_late, enter_visit
from visits.services.leaving import answer_gift, leave
from visits.services.paper import print_paper, void_paper
from visits.services.passing import pass_on, pass_on_due
from visits.services.permitting import allow, ask_leave, ask_receiver, end_permission
from visits.services.receiving import answer, hand_over
from visits.services.roster import add_shift, change_shift, copy_week, remove_shift
from visits.services.rotation import (
    add_to_rotation,
    adjust_turns,
    lift_suspension,
    move_place,
    owed_turns,
    remove_from_rotation,
    set_away,
    take_turn,
)
from visits.services.rules import change_rules
from visits.services.slips import admitted, issue_slip, sign_slip, ticket
from visits.services.texts import checked, save_texts
from visits.services.visitors import settle_visits
from visits.services.without_leave import look_at_deal, look_at_deposit

__all__ = [
    "Arrival", "Past", "Reported", "add_gift", "add_shift", "add_to_rotation", "adjust_turns", "admitted", "allow",
    "announce_reported", "answer", "answer_conduct", "answer_gift", "arrived", "ask_entry", "ask_leave", "ask_receiver",
    "ask_whether_left", "call_announced", "change_rules", "change_shift", "check_announced", "check_in", "checked",
    "copy_week", "correct", "decide_conduct", "end_gift", "end_permission", "enter_late", "enter_visit", "expect",
    "hand_over", "heard", "issue_slip", "keep_open_for_visitors", "leave", "lift_suspension", "look_at_deal", "look_at_deposit",
    "may_correct", "move_place", "move_stock", "needs_visitor", "owed_turns", "pass_on", "pass_on_due", "print_paper",
    "remove_from_rotation", "remove_shift", "report_conduct", "save_texts", "set_away", "settle_visits", "sign_slip", "still_here", "sweep",
    "take_turn", "tell_late", "ticket", "void_paper", "withdraw",
]  # fmt: skip
