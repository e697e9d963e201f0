"""What would have changed the result: the smallest changes of the case, each put through the whole engine.

One change at a time first; two at once only where none suffices. Of the changes that lead to the same result the first is told,
and those that lead elsewhere before further ones that lead to the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Any

from arbitration.engine.case import Case
from arbitration.engine.changes import Change, changes, further_changes
from arbitration.engine.ruling import Ruling

MOST = 5  # listed; more would bury the one that matters
SINGLES, PAIRS = 60, 60  # tried at most, so that a case with many events stays quick


def counterfactuals(ruling: Ruling) -> tuple[Mapping[str, Any], ...]:
    """At most five changes with the result that each would have had."""
    single = list(islice(changes(ruling), SINGLES))
    found = [told for change in single if (told := _try(ruling, [change]))]
    if not found:
        further = islice(further_changes(ruling), SINGLES)
        found = [told for change in further if (told := _try(ruling, [change]))]
    if not found:
        pairs = islice(combinations(single, 2), PAIRS)
        found = [told for pair in pairs if (told := _try(ruling, pair))]
    return tuple(_telling(found))[:MOST]


def _telling(found: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """One change for each result that is new, then the rest; nothing said twice."""
    results: set[str] = set()
    words: set[str] = set()
    later = []
    for told in found:
        result = repr((told["status"], told["owner"], sorted(told["shares"].items())))
        if told["zh"] in words:
            continue
        words.add(told["zh"])
        if result in results:
            later.append(told)
        else:
            results.add(result)
            yield told
    yield from later


def _try(ruling: Ruling, tried: Sequence[Change]) -> Mapping[str, Any] | None:
    """The result under these changes, if it is another one."""
    from arbitration.engine.decide import answered

    case: Case = ruling.case
    for change in tried:
        case = change.apply(case)
    other = answered(case, ruling.pack)
    nothing_left = other.status == "decided" and not other.owner and not other.shares  # and nobody would ask
    if nothing_left or other.outcome() == ruling.outcome():
        return None
    return {
        "zh": "，且".join(change.zh for change in tried), "en": " and ".join(change.en for change in tried),
        "kind": tried[0].kind, "status": other.status, "owner": other.owner, "shares": other.shares, "fired": list(other.fired),
    }  # fmt: skip
