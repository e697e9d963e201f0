"""What the left tells the right, inside its own transaction. All connections are in config/wiring.py."""

from django.dispatch import Signal

# Somebody's claim meets another's live one. Sends: project, customer, claimants [(user, ground, registration|None)],
# trigger ("registration" | "visit" | "deal" | "relation" | "deed"), source (number), deal (or None), at.
claim_contested = Signal()

# A contract was signed. Sends: deal, at. Sent after claim_contested where both apply.
deal_signed = Signal()

# Somebody is about to hand a customer over, or to take them out of the public pool. Sends: project, customer. A receiver that
# has a reason against it raises Refusal.
customer_moving = Signal()

# Two records of one customer were merged: what named `merged` names `kept` now. Sends: kept, merged, by, at.
customers_merged = Signal()

# A merge is being undone, before anything is put back. Sends: kept, merged, merge, by, at. A receiver that has built a
# decision on it raises Refusal.
customers_parted = Signal()

# A report turned out to be about somebody else than the customer whom it was put to. Sends: report, was (the customer), by, at.
report_moved = Signal()
