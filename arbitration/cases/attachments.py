"""Who sees what of the files of a case, and the links by which they are fetched.

A party sees its own whole, its agency's too. Of the other side's, only that there is one and when, until the ruling; after it a copy in
which something was covered, where there is one (trust.md §3: proof of kinship and call lists only for the case). Who rules or puts
evidence on record for the site, and is no party nor the leader of one, sees all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.core import signing
from django.db.models import QuerySet

from arbitration.cases.parties import agencies_of, led_by
from arbitration.models import Attachment, Collision
from people.models import User
from people.roles import Right, Role
from people.workplace import Workplace

State = Attachment.State
LINK_LIVES = timedelta(minutes=15)  # trust.md G18
SALT = "arbitration.attachments"
ORIGINAL, TAKEN = "original", "file"  # what a link leads to: what was sent, our copy; else the number of a page


class Sight(IntEnum):
    """How much somebody sees of a file."""

    NOTHING = 0
    EXISTS = 1  # that there is one, of which kind and since when
    PAGES = 2  # our copy
    WHOLE = 3  # and what was sent


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as somebody sees it: `copy` is what they are shown of it, itself or what was covered; `covered`: all such copies."""

    file: Attachment
    sight: Sight
    copy: Attachment | None
    covered: tuple[Attachment, ...] = ()

    @property
    def own(self) -> bool:
        """Whether what was sent is theirs to take."""
        return self.sight == Sight.WHOLE


class Viewer:
    """What one person sees in one case; a bounded number of queries for all its files."""

    def __init__(self, here: Workplace, case: Collision) -> None:
        self.here, self.case = here, case
        self.parties = {claim.user_id for claim in case.claims.all()}
        self.judges = self._judges()
        self.agencies = agencies_of(case)

    @property
    def may_bring(self) -> bool:
        """Whether they may bring files: a party its own, the site what it knows."""
        return self.here.user.pk in self.parties or self.here.may(Right.EVIDENCE)

    def _judges(self) -> bool:
        """Whether nothing is hidden from them: who rules or records, and stands on no side."""
        me = self.here.user
        if me.pk in self.parties or not (self.here.may(Right.EVIDENCE) or self.here.may(Right.RULE)):
            return False
        led = set() if Role.GENERAL_MANAGER in self.here.roles else led_by(me, self.case)
        return not 0 < len(led) < len(self.parties)

    def mine(self, user: int) -> bool:
        """Whether this is their own side: themselves, or a party of the same agency."""
        if user == self.here.user.pk:
            return True
        agency = self.agencies.get(user)
        return (
            agency is not None and self.here.user.pk in self.parties and agency == self.agencies.get(self.here.user.pk)
        )

    def sight(self, file: Attachment, covered: tuple[Attachment, ...] = ()) -> Sight:
        """How much they see of a file that is no covered copy."""
        if file.state == State.WITHDRAWN or (file.state == State.STAGED and file.by_id != self.here.user.pk):
            return Sight.NOTHING
        if self.judges or self.mine(file.by_id):
            return Sight.WHOLE
        return Sight.PAGES if covered and self.case.state == Collision.State.RULED else Sight.EXISTS

    def see(self, file: Attachment, covered: tuple[Attachment, ...]) -> Seen:
        """The same, with what is shown: to the other side never more than the last covered copy."""
        sight = self.sight(file, covered)
        copy = file if sight == Sight.WHOLE else covered[-1] if sight == Sight.PAGES else None
        return Seen(file, sight, copy, covered if sight == Sight.WHOLE else ())


def files_of(case: Collision) -> QuerySet[Attachment]:
    """The files of a case in order, the covered copies among them."""
    return Attachment.objects.filter(collision=case).select_related("by", "event").order_by("staged_at", "pk")


def seen_files(viewer: Viewer) -> list[Seen]:
    """The files of a case as somebody sees them."""
    rows = list(viewer.case.attachments.all() if viewer.case.known is not None else files_of(viewer.case))
    covered: dict[int, tuple[Attachment, ...]] = {}
    for row in rows:
        if row.redacted_of_id:
            covered[row.redacted_of_id] = (*covered.get(row.redacted_of_id, ()), row)
    seen = [viewer.see(row, covered.get(row.pk, ())) for row in rows if row.redacted_of_id is None]
    return [one for one in seen if one.sight > Sight.NOTHING]


def seen_file(viewer: Viewer, pk: int) -> Seen | None:
    """One of them by its id, a covered copy by that of its original; None where they see nothing of it."""
    found = files_of(viewer.case).filter(pk=pk, redacted_of=None).first()
    if found is None:
        return None
    seen = viewer.see(found, tuple(files_of(viewer.case).filter(redacted_of=found)))
    return seen if seen.sight > Sight.NOTHING else None


def link_to(file: Attachment, what: str, user: User, at: datetime) -> str:
    """The end of an address under which this person, and nobody else, gets this for a quarter of an hour."""
    until = int((at + LINK_LIVES).timestamp())
    return signing.dumps([file.pk, what, user.pk, until], salt=SALT)


def read_link(link: str, user: User, at: datetime) -> tuple[int, str] | None:
    """Which file, and what of it; None for a link that is another's, changed, or over."""
    try:
        pk, what, whose, until = signing.loads(link, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return (pk, what) if whose == user.pk and at.timestamp() < until else None
