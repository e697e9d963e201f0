"""What people do with money: book what a deal or a ruling brings, and set the plans by which commission is measured."""

from finance.services.booking import book_deal, book_ruling, tell_paused, tell_resumed
from finance.services.plans import add_plan, change_plan, end_plan

__all__ = ["add_plan", "book_deal", "book_ruling", "change_plan", "end_plan", "tell_paused", "tell_resumed"]
