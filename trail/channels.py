"""The names of the ways out of the program: a message gets a delivery for each that takes its kind. Named once, in config/wiring.py."""

from collections.abc import Callable, Collection

_takes: dict[str, Callable[[str], bool]] = {}


def register(name: str, *, kinds: Collection[str] | None = None, but: Collection[str] = ()) -> None:
    """From now on, what somebody must hear of goes out this way too: messages of these kinds, or of all `but` some."""
    _takes.setdefault(name, lambda kind: kind not in but and (kinds is None or kind in kinds))


def names(kind: str) -> tuple[str, ...]:
    """The channels that take messages of this kind, in the order in which they were named."""
    return tuple(name for name, takes in _takes.items() if takes(kind))
