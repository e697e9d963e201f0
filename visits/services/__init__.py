"""What people do with visits, duty and rotation. One function for each thing, called by page, API and command alike."""

from visits.services.desk import Arrival, check_in, enter_late, hand_over, keep_open_for_visitors, leave
from visits.services.roster import add_shift, change_shift, copy_week, remove_shift
from visits.services.rotation import (
    add_to_rotation,
    adjust_turns,
    move_place,
    owed_turns,
    remove_from_rotation,
    set_away,
    take_turn,
)
from visits.services.texts import checked, save_texts

__all__ = [
    "Arrival", "add_shift", "add_to_rotation", "adjust_turns", "change_shift", "check_in", "checked", "copy_week",
    "enter_late", "hand_over", "keep_open_for_visitors", "leave", "move_place", "owed_turns", "remove_from_rotation", "remove_shift",
    "save_texts", "set_away", "take_turn",
]  # fmt: skip
