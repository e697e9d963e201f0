"""What happened to one customer: when they were reported and by whom, and what came after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from config.demo.customers import GIVEN, SURNAMES
from config.seed.house import Seller
from leads.models import Contact, Customer

DAYS = 180  # that the reports are spread over, the last one some hours ago
REST = timedelta(hours=3)  # before now, in which nothing is reported and nobody comes
OPENS, OPEN_FOR = 9 * 3600, 9 * 3600  # seconds of the local day in which people work
CONTACT, VISIT, REPORT = "contact", "visit", "report"
KINDS = (CONTACT, VISIT, CONTACT, REPORT, CONTACT, VISIT, CONTACT, VISIT, CONTACT, REPORT)  # of ten events
SOURCES = (
    Customer.Source.FIELD,
    Customer.Source.WEB,
    Customer.Source.APP,
    Customer.Source.LIST,
    Customer.Source.REFERRAL,
)
MODES = Contact.Mode.values
SALUTATIONS = tuple(GIVEN)


@dataclass(frozen=True, slots=True)
class Event:
    """Something after the report, at a moment at which the customer is still protected."""

    kind: str
    at: datetime
    mode: str
    stays: timedelta


@dataclass(frozen=True, slots=True)
class Told:
    """One customer, whole."""

    name: str
    honorific: str
    source: str
    seller: Seller
    at: datetime
    events: list[Event]


class Calendar:
    """Moments of work between a first day and now, in the zone of the project, to the second."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.last, self.zone = now - REST, zone
        self.midnight = self.last.astimezone(zone).replace(hour=0, minute=0, second=0) - timedelta(days=DAYS)

    def reported(self, i: int, of: int) -> datetime:
        """When the i-th of so many customers is reported: one after the other, so that numbers follow the time."""
        days, rest = divmod(i * DAYS, of)
        local = self.midnight + timedelta(days=days, seconds=OPENS + rest * OPEN_FOR // of)
        return local.astimezone(self.last.tzinfo)

    def after(self, at: datetime, until: datetime | None, random: Random) -> datetime:
        """Some working moment after `at`, while the protection lasts."""
        end = min(self.last, until - REST) if until else self.last
        span = max(int((end - at).total_seconds()), 60)
        day = (at + timedelta(seconds=random.randrange(span))).astimezone(self.zone).replace(hour=0, minute=0, second=0)
        moment = (day + timedelta(seconds=OPENS + random.randrange(OPEN_FOR))).astimezone(at.tzinfo)
        return moment if at < moment <= end else at + timedelta(seconds=1 + random.randrange(span))


def kinds_of(i: int, customers: int, events: int) -> list[str]:
    """The events that customer `i` gets, so that all of them are spread evenly: no two customers share one."""
    first, behind = events * i // customers, events * (i + 1) // customers
    return [KINDS[e % len(KINDS)] for e in range(first, behind)]


def tell(
    calendar: Calendar, random: Random, seller: Seller, at: datetime, until: datetime | None, kinds: list[str]
) -> Told:
    """A customer of this person, reported at `at` and protected until then."""
    honorific = random.choice(SALUTATIONS)
    name = random.choice(SURNAMES) + random.choice(GIVEN[honorific])
    events = [
        Event(
            kind, calendar.after(at, until, random), random.choice(MODES), timedelta(minutes=random.randrange(20, 90))
        )
        for kind in kinds
    ]
    events.sort(key=lambda event: event.at)
    return Told(name, honorific, random.choice(SOURCES), seller, at, events)


def count_kinds(start: int, behind: int, customers: int, events: int) -> Iterator[str]:
    """The events of a range of customers."""
    for e in range(events * start // customers, events * behind // customers):
        yield KINDS[e % len(KINDS)]
