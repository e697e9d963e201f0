"""What a pack's deciding stages come to where it is known of each row whether it applies, or of enough of them.

The same resolution as in `stages.py` and `decide.py`, on bits of rows instead of a matter: consequences stay in the words of the pack.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from arbitration.engine.check.boxes import Box, Space, settled
from arbitration.engine.check.grounds import disputed
from arbitration.engine.pack import Pack, Rule, Stage
from arbitration.engine.stages import ends

Then = Mapping[str, Any]
CONFLICT: Then = {"conflict": True}
NOTHING: Then = {}


@dataclass(frozen=True)
class Line:
    """One row: its bit, the bits of the rules that beat it, and what it does. `says`: all of this but its bits, comparable."""

    bit: int
    beaters: int
    then: Then
    says: str


@dataclass(frozen=True)
class Lines:
    """One stage."""

    stage: Stage
    asked: Line | None  # the condition that there is anything to decide
    rules: tuple[Line, ...]
    others: tuple[Line, ...]

    def __iter__(self) -> Iterator[Line]:
        return iter((*((self.asked,) if self.asked else ()), *self.rules, *self.others))

    def comes_to(self, applying: int, open_: int) -> Then | None:
        """The consequence where these rows apply and those may; None if that is not plain yet."""
        if self.asked and open_ & self.asked.bit:
            return None
        if self.asked and not applying & self.asked.bit:
            return self.asked.then
        ruled = self._first(self.rules, applying, open_) if self.stage.hit == "first" else self._unique(applying, open_)
        return self._first(self.others, applying, open_) if ruled is NOTHING else ruled

    def alive(self, rows: int) -> tuple[str, ...]:
        """What the stage still comes down to where only these rows may apply; nothing, if it then decides nothing."""
        if self.asked and not self.asked.bit & rows:
            return ("quiet", self.asked.says)
        says = tuple(line.says for line in self if line.bit & rows)
        return (self.stage.hit, *says) if says else ()

    def _first(self, lines: tuple[Line, ...], applying: int, open_: int) -> Then | None:
        line = next((line for line in lines if (applying | open_) & line.bit), None)
        if line is None:
            return NOTHING
        return line.then if applying & line.bit else None

    def _unique(self, applying: int, open_: int) -> Then | None:
        unbeaten = [line for line in self.rules if (applying | open_) & line.bit and not applying & line.beaters]
        if any(open_ & (line.bit | line.beaters) for line in unbeaten):
            return None
        if any(line.then != unbeaten[0].then for line in unbeaten):
            return CONFLICT
        return unbeaten[0].then if unbeaten else NOTHING


@dataclass(frozen=True)
class Version:
    """A pack's deciding stages, with the boxes of their rows in the order of their bits."""

    stages: tuple[Lines, ...]
    boxes: tuple[Box, ...]

    def outcome(self, applying: int, open_: int) -> Then | None:
        """What the pack comes to where these rows apply and those may; None if that is not plain yet."""
        so_far = NOTHING
        for lines in self.stages:
            then = lines.comes_to(applying, open_)
            if then is None or then is CONFLICT:
                return then
            if ends(then):
                return then if "escalate" in then else {**_kept(so_far, "owner", "split"), **then}
            if then is not NOTHING and "applies" not in then:
                so_far = then if "owner" in then or "sole" in then else {**_kept(so_far, "owner"), **then}
        return so_far

    def alive(self, rows: int) -> tuple[Any, ...]:
        """What the pack still comes down to where only these rows may apply: equal for versions that cannot differ."""
        return tuple(told for lines in self.stages if (told := lines.alive(rows)))

    @property
    def lines(self) -> Iterator[Line]:
        """All rows that may apply, in the order of their bits."""
        return (line for lines in self.stages for line in lines if line.bit)


def _kept(so_far: Then, *keys: str) -> Then:
    """What a later stage leaves of an answer; whoever had no rival is then simply the owner."""
    answer = {"owner": so_far["sole"]} if so_far.get("sole") else so_far
    return {key: answer[key] for key in keys if key in answer}


def version(pack: Pack, space: Space, start: int) -> Version:
    """A pack laid over a space; its rows have the bits from `start` on. Rows that never apply are left out."""
    boxes: list[Box] = []

    def bit(box: Box | None) -> int:
        if box is None:
            return 0
        boxes.append(box)
        return 1 << start + len(boxes) - 1

    stages = tuple(_lines(pack, stage, space, bit) for stage in pack.deciding)
    return Version(stages, tuple(boxes))


def _lines(pack: Pack, stage: Stage, space: Space, bit: Callable[[Box | None], int]) -> Lines:
    box = lambda when: space.box(settled(when, pack.values))  # noqa: E731
    asked = box(disputed(stage, True)) if stage.contested else None
    sole = None if asked is None else Line(bit(asked), 0, {"sole": stage.sole}, repr((asked, stage.sole)))
    places = {rule.id: bit(box(rule.when)) for rule in stage.rules}
    rules = tuple(_rule(rule, stage, pack, box(rule.when), places) for rule in stage.rules)
    rows = ((box(row.when), resolved(row.then, pack)) for row in stage.otherwise)
    return Lines(stage, sole, rules, tuple(Line(bit(where), 0, then, repr((where, then))) for where, then in rows))


def _rule(rule: Rule, stage: Stage, pack: Pack, box: Box | None, places: Mapping[str, int]) -> Line:
    beaters = sum(places[other.id] for other in stage.rules if rule.id in other.beats)
    then = resolved(rule.then, pack)
    return Line(places[rule.id], beaters, then, repr((rule.id, box, then, sorted(rule.beats))))


def resolved(then: Then, pack: Pack) -> Then:
    """A consequence with the values of the parameters in place of their names."""
    if set(then) == {"param"}:
        return pack.values[then["param"]]  # type: ignore[no-any-return]
    return {key: resolved(value, pack) if isinstance(value, Mapping) else value for key, value in then.items()}
