"""What the left tells the right, inside its own transaction. All connections are in config/wiring.py."""

from django.dispatch import Signal

# Somebody's claim meets another's live one. Sends: project, customer, claimants [(user, ground, registration|None)],
# trigger ("registration" | "visit" | "deal" | "relation"), source (number), deal (or None), at.
claim_contested = Signal()

# A contract was signed. Sends: deal, at. Sent after claim_contested where both apply.
deal_signed = Signal()
