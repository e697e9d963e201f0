"""Looking first (查重): what somebody who asks for a number is told, on the page and by the API alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic, sleep
from typing import NamedTuple

from leads import claims, identity
from leads.answers import Finding
from leads.models.register import Answer
from leads.numbers import read_number
from leads.services.precheck import precheck
from people.models import User
from people.workplace import Workplace

# Seconds: an agency is answered after a full one or two of them. A customer whom the records know takes some milliseconds longer
# to be read, and who asks often enough could tell that (trust.md, G13).
BEAT = 0.1


class Told(NamedTuple):
    """The answer, and what goes with it for whoever may know. `until`: how long a report made now would protect, or how long
    the owner is protected.

    An agency is told the answer and nothing else, whatever it is.
    """

    answer: str
    owner: User | None = None
    spent: bool = False
    masked: bool = False
    until: datetime | None = None
    arrived: datetime | None = None
    finding: Finding | None = None


def look_first(*, here: Workplace, number: str, at: datetime, name: str = "", honorific: str = "") -> Told:
    """Is this customer free? Stored and counted; with a `name`, `finding` says whom the house may mean by it, too.

    Raises Refusal for a number that cannot be one.
    """
    digits, masked = read_number(number)
    with _on_the_beat(here):
        finding, owner = precheck(here=here, number=digits, at=at, name=name, honorific=honorific)
    told = Told(finding.answer, owner, finding.spent, masked, finding=None if here.outside else finding)
    if owner and finding.held:  # whoever is told the owner is told how long they are protected
        return told._replace(until=finding.held.protected_until)
    if here.outside or masked or finding.answer != Answer.CLEAR:
        return told
    arrived = identity.arrived_before(here.project, finding.customer, at) if finding.customer else None
    return told._replace(until=claims.protected_until(here.project, at), arrived=arrived)


@contextmanager
def _on_the_beat(here: Workplace) -> Iterator[None]:
    """What is done within lasts a whole number of beats where an outside agency asks; nothing is locked while it waits."""
    begun = monotonic()
    yield
    if here.outside:
        sleep(BEAT - (monotonic() - begun) % BEAT)
