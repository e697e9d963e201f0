"""Profiles and the map of regions and trades → what a customer is, and whose scope they are in.

A region and a trade are words that people typed, so they are tokens, too (S1, S2 …): the same word, the same token.
"""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from arbitration.casefile.tokens import Tokens
from leads import territories
from leads.models import Profile, Territory
from people.models import Project

LEVEL = {True: "high", False: "low"}


class Scopes:
    """What was known of these customers at a moment, and who held what then."""

    def __init__(self, project: Project, customers: list[UUID], tokens: Tokens, at: datetime) -> None:
        self.project, self.customers, self.tokens, self.at = project, customers, tokens, at
        self.areas: set[str] = set()  # of things that somebody wants
        self.map: Any = territories.in_force(project, at).select_related(None)
        then = Profile.history.filter(project=project, customer__in=customers, changed_at__lte=at)
        self.profiles: Any = then.order_by("changed_at", "history_id")

    @cached_property
    def _profiles(self) -> dict[UUID, Any]:
        """Each profile as it was then: later words decide nothing."""
        return {row.customer_id: row for row in self.profiles}

    def customer(self, pk: UUID) -> dict[str, Any]:
        """Region, trade and tier of a customer, as far as they are known."""
        row = self._profiles.get(pk)
        if row is None:
            return {}
        keys: dict[str, Any] = {
            name: self._token(name, word) for name in ("region", "industry") if (word := getattr(row, name))
        }
        if row.loyalty_high is not None and row.profit_high is not None:
            keys["tier"] = {"loyalty": LEVEL[row.loyalty_high], "profit": LEVEL[row.profit_high]}
        return keys

    def area(self, word: str) -> str:
        """Where a thing is: a region like a customer's, which is somebody's (D03-3.1b)."""
        self.areas.add(word)
        return self._token("region", word)

    def _token(self, kind: str, word: str) -> str:
        return self.tokens.scope(kind, word)

    @cached_property
    def held(self) -> dict[int, list[str]]:
        """By person, the scopes that they hold, of the customers and things of the case: the rows that decide (leads/territories.py)."""
        wanted = [(p.region, p.industry) for p in self._profiles.values()] + [(area, "") for area in sorted(self.areas)]
        found: dict[int, list[str]] = {}
        for region, industry in wanted:
            for row in territories.holding(self.map, region, industry):
                for user in territories.holders(self.project, [row], self.at):
                    scopes = found.setdefault(user.pk, [])
                    scopes += [] if (token := self._scope(row)) in scopes else [token]
        return found

    def _scope(self, row: Territory) -> str:
        return self._token("region", row.region) if row.region else self._token("industry", row.industry)
