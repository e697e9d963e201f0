"""Dividing a sum: who ought to have how much on which account, and what is missing to it. Arithmetic only, in fen."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from arbitration.payees import Paid
from arbitration.shares import Key, Kind
from finance.models import Account, Entry
from leads.money import apportion, split

Place = tuple[Account.Kind, Key]
Balance = Mapping[Place, int]


def place_of(key: Key, book: Entry.Book) -> Account.Kind:
    """An agency's money is only accrued until Party A settles (G-29); credit is no money, and nobody settles it."""
    waits = key.kind == Kind.ORGANISATION and book == Entry.Book.COMMISSION
    return Account.Kind.ACCRUED if waits else Account.Kind.PAYABLE


def due(total_fen: int, paid: Paid, book: Entry.Book, settled: Mapping[Key, int]) -> dict[Place, int]:
    """What ought to stand of a sum. Of an agency's share that much is payable which Party A has settled, the rest accrued (D07)."""
    stands: dict[Place, int] = {}
    for (key, _bp), fen in zip(paid, split(total_fen, [bp for _key, bp in paid]), strict=True):
        place = place_of(key, book)
        got = min(settled.get(key, 0), fen) if place == Account.Kind.ACCRUED else 0
        stands[place, key] = fen - got
        if got:
            stands[Account.Kind.PAYABLE, key] = got
    return stands


def missing(due_: Balance, stands: Balance) -> dict[Place, int]:
    """What has to be booked so that `stands` becomes `due_`; nothing where it is so already."""
    places = dict.fromkeys([*due_, *stands])
    moves = {place: due_.get(place, 0) - stands.get(place, 0) for place in places}
    return {place: fen for place, fen in moves.items() if fen}


def settled_of(stands: Balance) -> dict[Key, int]:
    """What Party A has settled so far, for each agency."""
    payable = Account.Kind.PAYABLE
    return {
        key: fen for (kind, key), fen in stands.items() if kind == payable and key.kind == Kind.ORGANISATION and fen
    }


def waiting(stands: Balance) -> int:
    """What Party A has still to settle."""
    return sum(fen for (kind, _key), fen in stands.items() if kind == Account.Kind.ACCRUED)


def settle(stands: Balance, received_fen: int) -> dict[Key, int]:
    """How much of a sum received each agency gets: in proportion to what it is to have in all, by largest remainder over
    everything received so far, so that instalments end at the same fen as one payment.
    """
    got = settled_of(stands)
    whole: dict[Key, int] = {}
    for (_kind, key), fen in stands.items():
        if key.kind == Kind.ORGANISATION and fen:
            whole[key] = whole.get(key, 0) + fen
    in_all = sum(whole.values())
    so_far = apportion(sum(got.values()) + received_fen, _parts(list(whole.values()), in_all))
    return {key: fen - got.get(key, 0) for key, fen in zip(whole, so_far, strict=True)}


def _parts(amounts: Sequence[int], total: int) -> list[Fraction]:
    return [Fraction(amount, total) for amount in amounts]
