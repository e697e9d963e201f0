"""What administrators set and no history is kept of: a digest of it is its version, so that the slower of two overwrites nothing."""

from hashlib import sha256
from typing import Any

from people.models import Hook, Provider, Robot, User
from people.services.guards import edited, locked
from trail.models import Entry

# What a form of each shows, and what it writes unseen: another secret is another state, too.
SET: dict[Any, tuple[str, ...]] = {
    Robot: ("kind", "name", "team_id", "managers", "wants", "sealed_address", "sealed_secret"),
    Hook: ("name", "address", "events"),
    Provider: ("name", "client", "agent", "address", "sealed_secret"),
}


def state(row: Any) -> str:
    """A digest of what is set, for `locked_unchanged`."""
    values = (getattr(row, name) for name in SET[type(row)])
    plain = [bytes(value).hex() if isinstance(value, bytes | memoryview) else value for value in values]
    return sha256(repr(plain).encode()).hexdigest()[:32]


def locked_unchanged(row: Any, seen: str) -> Any:
    """The row as it is now, locked. Refused (changed_meanwhile) where somebody has set it otherwise since `seen`; empty: not asked."""
    now = locked(row)
    if seen and seen != state(now):
        raise edited(_who(now))
    return now


def _who(row: Any) -> User | None:
    """Who changed it last, as the audit log has it."""
    kind = row._meta.model_name
    last = Entry.objects.filter(subject=f"{kind}:{row.pk}", action=f"{kind}.change").order_by("-pk").first()
    return User.objects.filter(pk=last.actor).first() if last and last.actor.isdigit() else None
