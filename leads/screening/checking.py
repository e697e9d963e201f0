"""Checks the readers of registration against files of expected results: phones, report texts, matches (tests/spec/data)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from leads.screening import phones
from leads.screening.matching import Kin, Newcomer, Record, match
from leads.screening.report_text import read_report


@dataclass(slots=True)
class Outcome:
    """What a file came to: its name, how many of how many entries, and each difference in words."""

    name: str
    passed: int = 0
    total: int = 0
    differences: list[str] = field(default_factory=list)


def check(folder: Path) -> Iterator[Outcome]:
    """Every file of this folder that is known, in turn. Raises ValueError for an entry that cannot be read."""
    for name, answer in ANSWERS.items():
        path = folder / name
        if path.exists():
            yield _check(path, answer)


def _check(path: Path, answer: Callable[[dict[str, Any]], Any]) -> Outcome:
    outcome = Outcome(path.name)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            got, wanted = answer(entry), entry["expect"]
        except (KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"{path.name}, line {number}: {problem!r}") from problem
        outcome.total += 1
        outcome.passed += got == wanted
        if got != wanted:
            outcome.differences.append(f"{entry.get('id', number)}: expected {_short(wanted)}, got {_short(got)}")
    return outcome


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _phone(entry: dict[str, Any]) -> dict[str, Any]:
    read = phones.read(entry["input"])
    return {"kind": read.kind, "e164": read.e164, "ext": read.ext, "masked": read.masked, "reason": read.reason}


def _report(entry: dict[str, Any]) -> list[dict[str, Any]]:
    columns = ("company", "name", "honorific", "phone", "masked_phone", "problem")
    return [{column: getattr(person, column) or None for column in columns} for person in read_report(entry["text"])]


def _match(entry: dict[str, Any]) -> dict[str, Any]:
    new = entry["new"]
    newcomer = Newcomer(
        kind=new.get("kind", "person"), name=new.get("name") or "", honorific=new.get("honorific") or "",
        number=new.get("phone") or "", code=new.get("uscc") or "", at_desk=new.get("source") == "visitor",
    )  # fmt: skip
    stock = [_record(row) for row in entry["stock"]]
    kin = [_kin(row) for row in entry.get("relations") or []]
    finding = match(newcomer, stock, datetime.fromisoformat(entry["at"]), kin)
    return {"result": finding.result, "with": list(finding.records), "reason": finding.reason}


def _record(row: dict[str, Any]) -> Record:
    links = tuple((x["phone"], datetime.fromisoformat(x["entered_at"])) for x in row.get("links") or [])
    return Record(
        id=row["id"], kind=row.get("kind", "person"), name=row.get("name") or "", honorific=row.get("honorific") or "",
        phones=tuple(row.get("phones") or []), links=links, code=row.get("uscc") or "",
        linked_companies=tuple(row.get("linked_companies") or []),
    )  # fmt: skip


def _kin(row: dict[str, Any]) -> Kin:
    proof = row.get("proof") or {}
    proved_at = datetime.fromisoformat(proof["at"]) if proof.get("at") else None
    return Kin(row["b"] if row["a"] == "new" else row["a"], row["kind"], proof.get("doc") or "", proved_at)


ANSWERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "phones.jsonl": _phone, "report-texts.jsonl": _report, "matches.jsonl": _match,
}  # fmt: skip
