"""What people say to whoever stands on the right. Receivers are named in `config/wiring.py`."""

from django.dispatch import Signal

# A site is about to close (`site=`), inside its transaction. A receiver that knows why it cannot raises a Refusal.
site_closing = Signal()
# Somebody is about to leave a project (`project=`, `user=`, `at=`), inside its transaction. As above: a Refusal keeps them.
person_leaving = Signal()
