"""What people do with money: book what deals, rulings and sanctions bring, close months, answer statements, set commission plans."""

from finance.services.booking import book_deal, book_free, book_ruling, correct_deal, tell_paused, tell_resumed
from finance.services.erasing import drop_files, owes_for
from finance.services.periods import close_period, look_over, may_close, reopen_period, tell_blocked
from finance.services.plans import add_plan, change_plan, end_plan
from finance.services.settling import settle_deal
from finance.services.settling_up import post_due
from finance.services.statements import answer_statement, reply_statement, send_statements

__all__ = [
    "add_plan", "answer_statement", "book_deal", "book_free", "book_ruling", "change_plan", "close_period",
    "correct_deal", "drop_files", "end_plan", "look_over", "may_close", "owes_for", "post_due", "reopen_period",
    "reply_statement", "send_statements", "settle_deal", "tell_blocked", "tell_paused", "tell_resumed",
]  # fmt: skip
