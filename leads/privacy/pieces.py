"""What says who somebody is, taken out of every table as one piece, and put back as it was.

All is done by statements of our own over whole rows as JSON, so that nothing of a row is left out or read anew: a
column comes back as the database wrote it. What stands in its place meanwhile is part of the piece: what was changed
since is not overwritten.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models

from leads import vault
from leads.privacy.lines import Line, lines
from trail.history import guarded
from trail.personal import REMOVED, Them

BATCH = 500  # rows of one statement
FOUND = "SELECT {pk}, {columns} FROM {table} t WHERE {pk} = ANY(%s) ORDER BY {pk}"
CHANGE = "UPDATE {table} t SET {sets} FROM jsonb_populate_recordset(NULL::{table}, %s) r WHERE t.{pk} = r.{pk}"
BACK = """
UPDATE {table} t SET {sets}
FROM jsonb_populate_recordset(NULL::{table}, %s) r JOIN jsonb_populate_recordset(NULL::{table}, %s) now USING ({pk})
WHERE t.{pk} = r.{pk} AND NOT t.{pk} = ANY(%s) AND ({still})
"""
# What was erased for somebody else meanwhile stays erased.
LOST = """
SELECT row_id FROM trail_mark m JOIN trail_erasing e ON e.id = m.erasing
WHERE table_name = %s AND row_id = ANY(%s) AND e.kind = 'erased'
"""
AWAY = "DELETE FROM {table} WHERE {pk} = ANY(%s)"
AGAIN = "INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s)"


@dataclass(slots=True)
class Piece:
    """`changed`: by table, what rows held and what they hold instead; `gone`: by table, rows that are not there any more."""

    changed: dict[str, list[list[dict[str, Any]]]] = field(default_factory=dict)
    gone: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def seal(self) -> bytes:
        """As one sealed text."""
        text = json.dumps([self.changed, self.gone], ensure_ascii=False, separators=(",", ":"))
        return vault.seal_bytes(zlib.compress(text.encode()))

    @classmethod
    def open(cls, sealed: bytes | memoryview) -> "Piece":
        """The same again."""
        return cls(*json.loads(zlib.decompress(vault.unseal_bytes(sealed))))

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What every row held, by table."""
        for table, pairs in self.changed.items():
            yield from ((table, was) for was, _now in pairs)
        for table, rows in self.gone.items():
            yield from ((table, row) for row in rows)

    @property
    def size(self) -> int:
        """How many rows."""
        return sum(1 for _row in self.rows())


@cache
def by_table() -> dict[str, Line]:
    """The register by the name of the table."""
    return {line.name: line for line in lines()}


def take_out(them: Them, *, for_good: bool) -> Piece:
    """Take everything out of every table; what was taken. `for_good`: the marks of the rows keep no salt of the texts either."""
    piece = Piece()
    for line in lines():
        found = sorted(set(line.rows(them).order_by().values_list("pk", flat=True)), key=str)
        for start in range(0, len(found), BATCH):
            ids = found[start : start + BATCH]
            if line.table.goes or line.table.copy:
                rows = _found(line, ids, ["*"])
                _run(AWAY.format(table=line.name, pk=_pk(line)), _typed(line, ids))
                if not line.table.copy:
                    piece.gone.setdefault(line.name, []).extend(rows)
            elif line.table.columns:
                pairs = [[row, _instead(line, them, row)] for row in _found(line, ids, _columns(line))]
                touched = [pair for pair in pairs if pair[0] != pair[1] or (for_good and _salted(line))]
                _change(line, [now for _was, now in touched])
                piece.changed.setdefault(line.name, []).extend(pair for pair in touched if pair[0] != pair[1])
    piece.changed = {table: pairs for table, pairs in piece.changed.items() if pairs}
    return piece


def put_back(piece: Piece) -> None:
    """Put everything back, but for what was changed or erased meanwhile."""
    for table, rows in piece.gone.items():
        _run(AGAIN.format(table=table), json.dumps(rows))
    for table, pairs in piece.changed.items():
        line = by_table()[table]
        pk, columns = _pk(line), _columns(line)
        _as_sealed_now(line, pairs)
        sets = ", ".join(
            f'"{c}" = CASE WHEN t."{c}" IS NOT DISTINCT FROM now."{c}" THEN r."{c}" ELSE t."{c}" END' for c in columns
        )
        still = " OR ".join(
            f't."{c}" IS NOT DISTINCT FROM now."{c}" AND r."{c}" IS DISTINCT FROM now."{c}"' for c in columns
        )
        lost = _lost(line, [was[pk] for was, _now in pairs])
        whole = [json.dumps([pair[n] for pair in pairs]) for n in (0, 1)]
        _run(BACK.format(table=table, sets=sets, pk=pk, still=still), *whole, _typed(line, lost))


def _as_sealed_now(line: Line, pairs: list[list[dict[str, Any]]]) -> None:
    """A sealed text that stands in place of another may have been sealed anew meanwhile, under a new key: it is still the same."""
    sealed = [name for name in line.table.words if isinstance(line.field(name), models.BinaryField)]
    if not sealed:
        return
    held = {row[_pk(line)]: row for row in _found(line, [was[_pk(line)] for was, _now in pairs], _columns(line))}
    for _was, now in pairs:
        for column in (str(line.field(name).column) for name in sealed):
            there = held.get(now[_pk(line)], {}).get(column)
            if there and now[column] and _unsealed(there) == _unsealed(now[column]):
                now[column] = there


def _unsealed(value: str) -> bytes:
    return vault.unseal_bytes(bytes.fromhex(value[2:]))


def _lost(line: Line, ids: list[Any]) -> list[Any]:
    return [pk for (pk,) in _run(LOST, line.name, ids)] if _salted(line) else []


def _salted(line: Line) -> bool:
    """Whether marks speak of the texts of these rows."""
    rule = guarded().get(line.name)
    return rule is not None and bool(rule.erasable)


def _change(line: Line, rows: list[dict[str, Any]]) -> None:
    if rows:
        sets = ", ".join(f'"{column}" = r."{column}"' for column in _columns(line))
        _run(CHANGE.format(table=line.name, sets=sets, pk=_pk(line)), json.dumps(rows))


def _found(line: Line, ids: list[Any], columns: list[str]) -> list[dict[str, Any]]:
    """These rows as JSON: their key and these columns, or all."""
    pk = _pk(line)
    body = "to_jsonb(t)" if columns == ["*"] else "jsonb_build_object({})".format(
        ", ".join(f"'{column}', \"{column}\"" for column in [pk, *columns])
    )  # fmt: skip
    sql = FOUND.format(pk=pk, columns=f"({body})::text", table=line.name)
    return [json.loads(text) for _pk_value, text in _run(sql, _typed(line, ids))]


def _instead(line: Line, them: Them, row: dict[str, Any]) -> dict[str, Any]:
    """What the row holds from now on."""
    table, now = line.table, {_pk(line): row[_pk(line)]}
    for name in table.columns:
        column = str(line.field(name).column)
        held = row[column]
        if name in table.name:
            now[column] = them.stand_in if held else held
        elif name in table.text:
            now[column] = REMOVED[: line.field(name).max_length] if held else held
        elif name in table.words:
            now[column] = (
                _written(line.field(name), table.words[name](them, _read(line.field(name), held))) if held else held
            )
        else:
            now[column] = _nothing(line.field(name))
    return now


def _nothing(of: "models.Field[Any, Any]") -> str | None:
    if of.null:
        return None
    return "\\x" if isinstance(of, models.BinaryField) else ""


def _read(of: "models.Field[Any, Any]", held: Any) -> Any:
    return bytes.fromhex(held[2:]) if isinstance(of, models.BinaryField) else held


def _written(of: "models.Field[Any, Any]", value: Any) -> Any:
    return "\\x" + bytes(value).hex() if isinstance(of, models.BinaryField) else value


def _columns(line: Line) -> list[str]:
    return [str(line.field(name).column) for name in line.table.columns]


def _pk(line: Line) -> str:
    return str(line.model._meta.pk.column)  # type: ignore[union-attr]


def _typed(line: Line, ids: Iterable[Any]) -> list[Any]:
    """Keys as the database compares them."""
    pk: Any = line.model._meta.pk
    return [pk.get_db_prep_value(one, connection) for one in ids]


def _run(sql: str, *given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall() if cursor.description else []
