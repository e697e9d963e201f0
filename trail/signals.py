"""What the audit log tells the right. All connections are in config/wiring.py."""

from django.dispatch import Signal

# A line was written, inside the transaction of its act. Sends: entry. Lines that are written by the thousand (reports) send none.
noted = Signal()
