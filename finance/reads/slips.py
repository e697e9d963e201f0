"""The body of a statement: its lines under their headings, each with what it rests on in words."""

from dataclasses import dataclass
from typing import Any

from arbitration.cases.reads import ruled_by, visible
from arbitration.models import Ruling
from arbitration.shares import Key
from finance.models import Posting
from finance.reads.splits import basis
from finance.reads.statements import SECTIONS, lines_of, section_of
from people.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Told:
    """A line. `clauses`: (id, what it is called); `reason`: of what was ruled otherwise; `case`: where the ruling may be read."""

    line: Posting
    basis: str
    clauses: list[tuple[str, str]]
    reason: str
    case: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one heading and their sum, in fen."""

    code: str
    title: Any
    lines: list[Told]

    @property
    def sum(self) -> int:
        """What they come to."""
        return sum(told.line.amount_fen for told in self.lines)


def slip(here: Workplace, period: str, key: Key) -> list[Section]:
    """A holder's lines of a month. Two queries, however many; the words of the clauses come from the policies that the rulings pin."""
    lines = list(lines_of(here.project, period, key))
    ruled = {line.entry.ruling.collision_id for line in lines if line.entry.ruling}
    cases = dict(visible(here).filter(pk__in=ruled).values_list("pk", "no")) if ruled else {}
    told = [(section_of(line), _told(line, cases)) for line in lines]
    sections = [Section(code, title, [one for of, one in told if of == code]) for code, title in SECTIONS.items()]
    return [section for section in sections if section.lines]


def _told(line: Posting, cases: dict[Any, str]) -> Told:
    ruling = line.entry.ruling
    if ruling is None:
        return Told(line, basis(line), [], "", "")
    clauses = [(rule["id"], rule["title"]) for rule in ruled_by(ruling)]
    reason = ruling.reason if ruling.kind == Ruling.Kind.OTHERWISE else ""
    return Told(line, basis(line), clauses, reason, cases.get(ruling.collision_id, ""))
