"""The names of the ways out of the program: each message gets a delivery for each. Named once, in config/wiring.py."""

_names: list[str] = []


def register(name: str) -> None:
    """From now on, what somebody must hear of goes out this way too."""
    if name not in _names:
        _names.append(name)


def names() -> tuple[str, ...]:
    """The channels, in the order in which they were named."""
    return tuple(_names)
