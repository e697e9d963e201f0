"""Terms: the typed parameters of the policy in force that registration and reception need.

They are written into the project when a policy is published (`arbitration.services.put_in_force`), so that nobody on the
left has to know arbitration.
"""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trail.refusals import Refusal

LISTS = {"routing", "extend_on", "warn_hours"}
RENEWS = [("visit", _("到访或上门拜访")), ("sample", _("送样")), ("follow_up", _("其他跟进，打电话也算"))]
LONGEST_DAYS, LONGEST_HOURS, MOST = 3650, 720, 10_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a project's policy lays down for the time before a collision.

    protection_days: local days that an ownership by registration lasts; None: no expiry (G-46).
    disclose_owner: whether in-house staff who ask for a taken customer are told the owner (agencies never are).
    routing: who receives a visitor, the first that applies (G-24, G-58).
    simultaneous_seconds: two reports that lie no further apart count as made at once (G-02).

    protection_min, protection_max: the days within which a manager may decide for one customer (7–10 of D11-M1a); None: no range.
    deal_days: the second stage, from the first visit until the contract; the first one is then `protection_days`. None: one stage.
    sample_days: how long a sample or a personal visit holds the customer (D20-1c); None: it does not.
    extend_days, extend_on, extend_limit: until how many days after what the protection lasts, and how often that counts (G-23:
    a telephone call is a follow-up, and renews only where that is named).
    warn_hours: so long before the end its owner is told, once each.
    offer_hours: so long the next in line may take a customer whose protection ran out; 0: straight to the public pool.
    pool_holding_limit, pool_claims_a_day: how many customers of the pool somebody may hold, and take a day; None: any number.
    pool_cooldown_days: so long whoever lost a customer may not take them back from the pool.
    questions_a_day: how many customers somebody may ask for a day (查重), before a person must look.
    ask_receiver: whether colleagues need the leave of whoever receives, or last received, a customer (D18-6, D18-7).
    sign_limit_yuan: the commission at stake above which only the general manager signs a ruling (X-13); None: no limit.
    """

    protection_days: int | None = None
    disclose_owner: bool = True
    routing: tuple[str, ...] = field(default=("owner", "asked_for", "inviter", "previous", "on_duty", "rotation"))
    simultaneous_seconds: int = 60
    protection_min: int | None = None
    protection_max: int | None = None
    deal_days: int | None = None
    sample_days: int | None = None
    extend_days: int | None = None
    extend_on: tuple[str, ...] = ()
    extend_limit: int = 1
    warn_hours: tuple[int, ...] = (24, 3)
    offer_hours: int = 24
    pool_holding_limit: int | None = None
    pool_claims_a_day: int | None = None
    pool_cooldown_days: int = 0
    questions_a_day: int = 60
    ask_receiver: bool = False
    sign_limit_yuan: int | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Terms":
        """Read what a project stores. Raises ValueError for a key that is no term: a typo must not become a default."""
        unknown = set(data) - {f.name for f in fields(cls)}
        if unknown:
            raise ValueError(f"no such term: {', '.join(sorted(unknown))}")
        values = dict(data)
        for name in LISTS & set(values):
            values[name] = tuple(values[name])
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """What a project stores."""
        return {**asdict(self), **{name: list(getattr(self, name)) for name in sorted(LISTS)}}


# What may be written, from–to, and what may also be left empty.
DAYS = ("protection_days", "protection_min", "protection_max", "deal_days", "sample_days", "extend_days")
OPTIONAL = {*DAYS, "pool_holding_limit", "pool_claims_a_day"}
BOUNDS = {
    **dict.fromkeys(DAYS, (1, LONGEST_DAYS)), "extend_limit": (1, MOST), "offer_hours": (0, LONGEST_HOURS),
    "pool_holding_limit": (1, MOST), "pool_claims_a_day": (1, MOST), "pool_cooldown_days": (0, LONGEST_DAYS),
    "questions_a_day": (1, MOST),
}  # fmt: skip


def judge_protection(terms: Terms) -> None:
    """Raises Refusal, at its field, for a protection or a pool that cannot be."""
    for name, (low, high) in BOUNDS.items():
        value = getattr(terms, name)
        empty = value is None and name in OPTIONAL
        if not empty and not (type(value) is int and low <= value <= high):
            raise _wrong(name, gettext("填 %(min)s 到 %(max)s 之间的整数") % {"min": low, "max": high})
    if any(not 1 <= hours <= LONGEST_HOURS for hours in terms.warn_hours):
        raise _wrong("warn_hours", gettext("填 %(min)s 到 %(max)s 之间的整数") % {"min": 1, "max": LONGEST_HOURS})
    if not set(terms.extend_on) <= {way for way, _label in RENEWS}:
        raise _wrong("extend_on", gettext("选列出来的一个"))
    _judge_together(terms)


def _judge_together(terms: Terms) -> None:
    low, high, days = terms.protection_min, terms.protection_max, terms.protection_days
    if (low is None) != (high is None):
        raise _wrong("protection_max" if high is None else "protection_min", gettext("最少和最多要么都填，要么都空着"))
    if low is not None and high is not None and not (days is not None and low <= days <= high):
        raise _wrong("protection_days", gettext("保护天数要在最少和最多之间"))
    if terms.deal_days is not None and days is None:
        raise _wrong("protection_days", gettext("分两段保护，报备后保护几天也要填"))
    if (terms.extend_days is None) != (not terms.extend_on):
        raise _wrong("extend_on" if terms.extend_days else "extend_days", gettext("延长几天和什么算数要一起填"))
    if terms.sample_days is not None and "sample" in terms.extend_on:
        raise _wrong("extend_on", gettext("送样已经占着客户，不用再延长"))


def _wrong(field_: str, sentence: str) -> Refusal:
    return Refusal("term_wrong", sentence, field=field_)
