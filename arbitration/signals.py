"""What a ruling sends to the right, inside its own transaction. All connections are in config/wiring.py."""

from django.dispatch import Signal

# A ruling was signed. Sends: ruling, sanctions [Sanction], at.
ruling_issued = Signal()
# A party has appealed against a ruling: nothing is paid or punished by it meanwhile. Sends: appeal, at.
appeal_opened = Signal()
# An appeal was decided or withdrawn; whether anything still waits, `arbitration.appeals.pending` says. Sends: appeal, at.
appeal_closed = Signal()
