"""Who stands behind a token of a case file. Rebuilt from the rows each time and never stored in a snapshot."""

from dataclasses import dataclass, field
from typing import Any

from arbitration.shares import COMPANY, Key, Kind

FUND = "team_fund:"


@dataclass(slots=True)
class Tokens:
    """The order of asking gives the number, and the order of asking is that of the rows."""

    people: dict[int, str] = field(default_factory=dict)
    customers: dict[Any, str] = field(default_factory=dict)
    organisations: dict[int, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    teams: set[int] = field(default_factory=set)
    things: set[int] = field(default_factory=set)
    scopes: dict[tuple[str, str], str] = field(default_factory=dict)

    def person(self, pk: int) -> str:
        """The token of somebody who works here."""
        return self.people.setdefault(pk, f"P{len(self.people) + 1}")

    def customer(self, pk: Any) -> str:
        """The token of a customer."""
        return self.customers.setdefault(pk, f"C{len(self.customers) + 1}")

    def organisation(self, pk: int) -> str:
        """The token of an agency, or of the developer."""
        return self.organisations.setdefault(pk, f"O{pk}")

    def team(self, pk: int) -> str:
        """The token of a team; its fund is `team_fund:` and that."""
        self.teams.add(pk)
        return f"T{pk}"

    def scope(self, kind: str, word: str) -> str:
        """The token of a region or a trade."""
        return self.scopes.setdefault((kind, word), f"S{len(self.scopes) + 1}")

    def number(self, number: str) -> str:
        """A telephone number that never was one, the same for the same number: 169… for a mobile, 0169-… for any other."""
        place = len(self.numbers) + 1
        mobile = number.startswith("+861")
        return self.numbers.setdefault(number, f"169{place:08d}" if mobile else f"0169-{place:08d}")

    def user(self, token: str | None) -> int | None:
        """The user behind a token; None for what is no person (company, pool, a fund)."""
        return next((pk for pk, known in self.people.items() if known == token), None)

    def sharer(self, token: str) -> Key:
        """Who gets a share: a person, an agency, the fund of a team, or the company."""
        if token.startswith(FUND):
            return Key(Kind.TEAM_FUND, int(token.removeprefix(f"{FUND}T")))
        agency = next((pk for pk, known in self.organisations.items() if known == token), None)
        if agency:
            return Key(Kind.ORGANISATION, agency)
        person = self.user(token)
        return Key(Kind.PERSON, person) if person else COMPANY
