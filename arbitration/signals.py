"""What a ruling sends to the right, inside its own transaction. All connections are in config/wiring.py."""

from django.dispatch import Signal

# A ruling was signed. Sends: ruling, sanctions [Sanction], at.
ruling_issued = Signal()
