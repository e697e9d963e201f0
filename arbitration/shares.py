"""Who may get a share of a commission: somebody, an agency, the fund of a team (营销经费), or the company.

A ruling and the ledger keep a share by kind and id, so that a name that changes later changes no ruling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from people.models import Organisation, Team, User

Sharer = User | Organisation | Team | None  # None: the company
Shares = Sequence[tuple[Sharer, int]]  # with basis points


class Kind(StrEnum):
    """As the database keeps it."""

    PERSON = "person"
    ORGANISATION = "organisation"
    TEAM_FUND = "team_fund"
    COMPANY = "company"


MODELS: dict[str, Any] = {Kind.PERSON: User, Kind.ORGANISATION: Organisation, Kind.TEAM_FUND: Team}


@dataclass(frozen=True, slots=True)
class Key:
    """A sharer by kind and id; the company has no id."""

    kind: str
    pk: int | None = None


COMPANY = Key(Kind.COMPANY)


def key_of(sharer: Sharer) -> Key:
    """How a sharer is kept."""
    kind = next((kind for kind, model in MODELS.items() if isinstance(sharer, model)), None)
    return Key(kind, sharer.pk) if kind and sharer else COMPANY


def sharers(keys: Sequence[Key]) -> list[Sharer]:
    """The sharers behind keys, in their order; one query for each kind."""
    rows = {kind: model.objects.in_bulk([k.pk for k in keys if k.kind == kind]) for kind, model in MODELS.items()}
    return [rows[key.kind].get(key.pk) if key.kind in rows else None for key in keys]


def label(sharer: Sharer) -> str:
    """What to call a sharer on a page or in an export."""
    if sharer is None:
        return _("公司")
    return fund_of(sharer.name) if isinstance(sharer, Team) else sharer.name


def fund_of(team: str) -> str:
    """What the fund of a team is called."""
    return _("%(team)s的营销经费") % {"team": team}
