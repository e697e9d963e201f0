"""Terms: the typed parameters of the policy in force that registration and reception need.

They are written into the project when a policy is published (`arbitration.services.put_in_force`), so that nobody on the
left has to know arbitration.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    """What a project's policy lays down for the time before a collision.

    protection_days: local days that an ownership by registration lasts; None: no expiry (G-46).
    disclose_owner: whether in-house staff who ask for a taken customer are told the owner (agencies never are).
    routing: who receives a visitor, the first that applies (G-24, G-58).
    simultaneous_seconds: two reports that lie no further apart count as made at once (G-02).
    """

    protection_days: int | None = None
    disclose_owner: bool = True
    routing: tuple[str, ...] = field(default=("owner", "asked_for", "inviter", "previous", "on_duty", "rotation"))
    simultaneous_seconds: int = 60

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Terms":
        """Read what a project stores. Raises ValueError for a key that is no term: a typo must not become a default."""
        unknown = set(data) - {f.name for f in fields(cls)}
        if unknown:
            raise ValueError(f"no such term: {', '.join(sorted(unknown))}")
        values = dict(data)
        if "routing" in values:
            values["routing"] = tuple(values["routing"])
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """What a project stores."""
        return {**asdict(self), "routing": list(self.routing)}
