"""What would have changed the result: the smallest changes of the case, each put through the whole engine.

One change at a time first; two at once only where none suffices. Of the changes that lead to the same result the first is told,
and those that lead elsewhere before further ones that lead to the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from arbitration.engine.case import Case
from arbitration.engine.changes import Change, changes, further_changes
from arbitration.engine.ruling import Ruling

MOST = 5  # listed; more would bury the one that matters
SINGLES, FURTHER, PAIRS = 40, 20, 20  # tried at most, so that a case with many events stays quick


@dataclass(frozen=True)
class Tried:
    """Changes that led to another result, with the case that they make."""

    changes: Sequence[Change]
    case: Case
    ruling: Ruling

    @property
    def zh(self) -> str:
        return "，且".join(change.zh for change in self.changes)

    @property
    def en(self) -> str:
        return " and ".join(change.en for change in self.changes)

    @property
    def result(self) -> Any:
        """What it is told apart by."""
        answer = self.ruling.answer
        return self.ruling.status, answer.owner, tuple(sorted(answer.shares.items()))


def counterfactuals(ruling: Ruling) -> tuple[Mapping[str, Any], ...]:
    """At most five changes with the result that each would have had."""
    single = list(islice(changes(ruling), SINGLES))
    found = (
        _other(ruling, ([change] for change in single))
        or _other(ruling, ([change] for change in islice(further_changes(ruling), FURTHER)))
        or _other(ruling, islice(combinations(single, 2), PAIRS))
    )
    return tuple(_told(ruling, tried) for tried in islice(_telling(found), MOST))


def _other(ruling: Ruling, several: Iterable[Sequence[Change]]) -> list[Tried]:
    """Those of several changes that lead to another result."""
    return [tried for made in several if (tried := _try(ruling, made))]


def _try(ruling: Ruling, made: Sequence[Change]) -> Tried | None:
    from arbitration.engine.decide import answered

    case: Case = ruling.case
    for change in made:
        case = change.apply(case)
    other = answered(case, ruling.pack, traced=False)
    nothing_left = other.status == "decided" and not other.owner and not other.answer.shares  # and nobody would ask
    same = (other.status, other.answer) == (ruling.status, ruling.answer)
    return None if same or nothing_left else Tried(made, case, other)


def _telling(found: Iterable[Tried]) -> Iterator[Tried]:
    """One change for each result that is new, then the rest; nothing said twice."""
    results: set[Any] = set()
    words: set[str] = set()
    later = []
    for tried in found:
        if tried.zh in words:
            continue
        words.add(tried.zh)
        if tried.result in results:
            later.append(tried)
        else:
            results.add(tried.result)
            yield tried
    yield from later


def _told(ruling: Ruling, tried: Tried) -> Mapping[str, Any]:
    """The change in both languages, with the result and the rules that would have fired."""
    from arbitration.engine.decide import answered

    other = answered(tried.case, ruling.pack)
    return {
        "zh": tried.zh, "en": tried.en, "kind": tried.changes[0].kind, "status": other.status, "owner": other.owner,
        "shares": other.shares, "fired": list(other.fired),
    }  # fmt: skip
