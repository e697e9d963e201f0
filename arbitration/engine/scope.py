"""Which policies are about the same matters: two of them in force at once would contradict each other, whatever their rules."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from arbitration.engine.pack import Pack

OVERLAY = "overlay/"  # before the id of a policy that decides nothing


def scopes_of(pack: Pack) -> list[str]:
    """What a policy takes when it is put in force: the matters that it decides, each between one kind of parties; or, for one
    that decides nothing, only its own place. No two policies in force in a project may hold the same."""
    if pack.decides == "nothing":
        return [OVERLAY + pack.id]
    return [scope(pack.decides, party) for party in pack.parties]


def scope(decides: str, party: str) -> str:
    """One kind of matter between one kind of parties: `customer/staff`."""
    return f"{decides}/{party}"


def overlap(packs: Iterable[Pack]) -> Iterator[tuple[Pack, Pack, tuple[str, ...]]]:
    """The pairs that both decide on the same kind of thing, with the kinds of parties that both decide between.

    What decides nothing overlaps with nothing: it may be laid over any policy. Which packs are in force for one project at one
    time is for the caller to say.
    """
    deciding = [pack for pack in packs if pack.decides != "nothing"]
    for a, b in combinations(deciding, 2):
        common = tuple(party for party in a.parties if party in b.parties)
        if a.decides == b.decides and common:
            yield a, b, common
