"""Tampering, as nobody but the owner of the database server can do it: with every guard off, and put back as it was afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings

from tests import database

# A row's columns by what may stand in them, the same for each number; of another number another value.
VALUES = {
    "bigint": "{n}", "integer": "{n}", "smallint": "{n}", "boolean": "{n} % 2 = 0", "uuid": "md5('{n}')::uuid",
    "character varying": "'t{n}'", "text": "'t{n}'", "bytea": "sha256('t{n}')", "jsonb": """'{{"a": {n}, "b": null}}'""",
    "timestamp with time zone": "'2025-04-01 10:00:00.000123+08'::timestamptz + interval '{n} seconds'",
    "date": "'2025-04-01'::date + {n}", "inet": "'10.0.0.{n}'", "ARRAY": "ARRAY[{n}]::{type}",
}  # fmt: skip
COLUMNS = """
SELECT column_name::text, data_type::text, coalesce(character_maximum_length, 999), is_nullable = 'YES',
  format_type(atttypid, NULL) FROM information_schema.columns
JOIN pg_attribute ON attrelid = %s::regclass AND attname = column_name WHERE table_schema = 'public' AND table_name = %s
ORDER BY ordinal_position
"""
# What stands between a table and any row at all: constraints, and triggers but those that guard and mark it.
BARE = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT conrelid::regclass AS t, conname FROM pg_constraint
             WHERE conrelid = '{table}'::regclass AND contype IN ('c', 'f') LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.t, one.conname);
  END LOOP;
  FOR one IN SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal
             AND tgname NOT IN ('append_only_rows', 'append_only_table', 'marked_rows') LOOP
    EXECUTE format('DROP TRIGGER %I ON {table}', one.tgname);
  END LOOP;
END $$
"""


class Master:
    """A connection that may do everything, on which no trigger fires and no foreign key is looked at."""

    def __init__(self) -> None:
        parts = urlsplit(database._admin_url())
        self.connection = database.connect(
            urlunsplit(parts._replace(path="/" + quote(settings.DATABASES["default"]["NAME"])))
        )
        self.connection.autocommit = True
        self.do("SET session_replication_role = replica; SET timezone = 'UTC'")

    def do(self, sql: str, *values: Any) -> list[Any]:
        """One statement, committed; its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def columns(self, table: str) -> list[tuple[str, str, int, bool, str]]:
        """Name, kind, length, whether it may be empty, and exact type."""
        return [row for row in self.do(COLUMNS, table, table) if row[0] != "id"]

    def value(self, column: tuple[str, str, int, bool, str], n: int) -> str:
        """An expression for a column, for row `n`."""
        _name, kind, length, _empty, exact = column
        text = VALUES[kind].format(n=n, type=exact)
        return f"left({text}, {length})" if kind == "character varying" else text

    def ids(self, table: str) -> list[int]:
        """The rows of a table, in order."""
        return [pk for (pk,) in self.do(f"SELECT id FROM {table} ORDER BY id")]

    def cut(self, table: str, rows: list[int]) -> None:
        """Take rows out, and their marks, as if they had never been."""
        named = ", ".join(str(row) for row in rows)
        self.do(f"DELETE FROM {table} WHERE id IN ({named})")
        self.do(f"DELETE FROM trail_mark WHERE table_name = '{table}' AND row_id IN ({named})")

    @contextmanager
    def tampering(self, *tables: str) -> Iterator[None]:
        """Whatever is done to these tables inside is undone after."""
        for table in tables:
            self.do(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")
        try:
            yield
        finally:
            for table in tables:
                self.do(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}")

    def fill(self, table: str, rows: int) -> None:
        """Any rows at all, each marked as it is written: what columns may hold is not asked, but that they hold it."""
        columns = self.columns(table)
        self.do(BARE.format(table=table))
        self.do("SET session_replication_role = origin")
        for n in range(1, rows + 1):
            filled = [column for column in columns if n % 2 or not column[3]]
            names, values = (
                ", ".join(f'"{column[0]}"' for column in filled),
                ", ".join(self.value(column, n) for column in filled),
            )
            self.do(f"INSERT INTO {table} ({names}) VALUES ({values})")
        self.do("SET session_replication_role = replica")

    def close(self) -> None:
        self.connection.close()
