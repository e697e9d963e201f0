"""What the law of a place says of sanctions: data, one file each. Pure; what nobody has verified says so in its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

FOLDER = Path(__file__).parent
DEFAULT = "cn"  # where a project has not said otherwise: the strictest


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """The minimum monthly wage of a city, in fen, from–until (the first day on which it no longer holds)."""

    city: str
    name: Mapping[str, str]
    since: date
    until: date | None
    fen: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What a rule rests on, and whether somebody has looked it up."""

    text: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The rules of a place. Percentages are of the month's wage (`cap_percent`) and of the minimum wage (`floor_percent`)."""

    code: str
    names: Mapping[str, str]
    fines_payable: bool
    cap_percent: int
    floor_percent: int
    written_notice: bool
    answer_working_days: int
    appeal_days: int
    warnings: Mapping[str, str]
    minimum_wages: tuple[MinimumWage, ...]
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """What it is called in the reader's language."""
        return self.names[_language()]

    @property
    def warning(self) -> str:
        """What whoever enters a fine has to read."""
        return self.warnings[_language()]

    def minimum(self, city: str, day: date) -> int | None:
        """The minimum wage of a city on a day, in fen; None where the table does not know it."""
        held = (row for row in self.minimum_wages if row.city == city and row.since <= day)
        return next((row.fen for row in held if row.until is None or day < row.until), None)

    def cities(self) -> dict[str, str]:
        """The cities of the table, by code, with their names."""
        return {row.city: row.name[_language()] for row in self.minimum_wages}


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


@cache
def jurisdictions() -> dict[str, Jurisdiction]:
    """All of them, by code."""
    return {path.stem: _read(path.stem, yaml.safe_load(path.read_text())) for path in sorted(FOLDER.glob("*.yaml"))}


def jurisdiction(code: str) -> Jurisdiction:
    """One of them; the strictest for a code that no file has any more."""
    known = jurisdictions()
    return known.get(code, known[DEFAULT])


def _read(code: str, given: dict[str, Any]) -> Jurisdiction:
    wages = tuple(
        MinimumWage(row["city"], row["name"], row["since"], row.get("until"), row["yuan"] * 100, row["verified"])
        for row in given.pop("minimum_wages")
    )
    sources = tuple(Source(**row) for row in given.pop("sources"))
    return Jurisdiction(
        code=code, names=given.pop("name"), warnings=given.pop("warning"), minimum_wages=wages, sources=sources, **given
    )
