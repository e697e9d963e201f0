"""算例: the worked cases of the specification, kept with each shipped policy, as the tests that a draft of it is put to.

`packs/examples/<pack>.json` holds each case by its name, without what the specification expects of it: a draft may mean to change
that. So a draft is held against what is in force, case by case, with the facts found anew under each.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from arbitration.engine import Case, Pack
from arbitration.engine.case import build
from arbitration.engine.pack import PACKS, pack_ids
from arbitration.engine.simulation import Outcome, came_to

FOLDER = PACKS / "examples"


@dataclass(frozen=True)
class Example:
    """One worked case under both: `same` where the people of the case notice no difference."""

    name: str
    was: Outcome
    now: Outcome

    @property
    def same(self) -> bool:
        """Whether status, owner and shares are the same."""
        return self.was.same(self.now)


@dataclass(frozen=True)
class Trial:
    """All worked cases, and the rules of the draft that take effect in none of them."""

    cases: int
    different: tuple[Example, ...]
    silent: tuple[str, ...]


def stem(pack: str, version: str) -> str:
    """Which shipped pack a version descends from, as its file is called: `channel-project@2` for 2.3."""
    own = f"{pack}@{version.partition('.')[0]}"
    return own if own in pack_ids() else pack


@lru_cache(maxsize=32)
def cases(name: str) -> Mapping[str, Case]:
    """The worked cases of a shipped pack; none where it has none."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        return {}
    return {case: build(given) for case, given in json.loads(path.read_text("utf-8")).items()}


@lru_cache(maxsize=32)
def trial(name: str, before: Pack, after: Pack) -> Trial:
    """Both policies over the worked cases of a shipped pack."""
    tried = list(_tried(name, before, after))
    fired = frozenset(rule for example in tried for rule in example.now.fired)
    silent = tuple(rule.id for rule in after.rules if rule.id not in fired) if tried else ()
    return Trial(len(tried), tuple(example for example in tried if not example.same), silent)


def _tried(name: str, before: Pack, after: Pack) -> Iterator[Example]:
    differ = {key for key, value in after.values.items() if before.values.get(key) != value}
    for title, case in cases(name).items():
        settings = {key: value for key, value in case.params.items() if key not in differ}
        yield Example(title, *(came_to(replace(case, params=settings), pack, settings) for pack in (before, after)))
