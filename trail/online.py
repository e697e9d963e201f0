"""Migration operations for tables that people are writing into (docs/running.md, "Changing the database while people work").

What needs a table for itself takes it for a moment only: `manage.py migrate` waits for a lock half a second and then begins the
migration anew, so that nobody queues behind it. What takes long, an index, is made beside who writes, waits as long as it must, and
belongs into a migration with `atomic = False`. Broken off, it is found half done the next time, and made again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, NotInTransactionMixin
from django.db.migrations.operations import AddConstraint

STATE = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


@contextmanager
def patient(schema_editor: Any) -> Iterator[None]:
    """No limit to how long we wait: we hold no lock that others would wait for meanwhile."""
    if schema_editor.collect_sql:  # `sqlmigrate` only shows what would be done
        yield
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        (before,) = cursor.fetchone()
        cursor.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("SET lock_timeout = %s", [before])


def whole(schema_editor: Any, name: str) -> bool:
    """Whether there is an index of this name that can be used; what is left of one that was broken off is taken away."""
    if schema_editor.collect_sql:
        return False
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(STATE, [name])
        found = cursor.fetchone()
        if found and not found[0]:
            cursor.execute(f'DROP INDEX CONCURRENTLY "{name}"')
    return bool(found and found[0])


class IndexBeside(AddIndexConcurrently):
    """An index, made while others write."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        with patient(schema_editor):
            if not whole(schema_editor, self.index.name):
                super().database_forwards(app_label, schema_editor, from_state, to_state)


class UniqueBeside(NotInTransactionMixin, AddConstraint):
    """A unique constraint of whole columns: its index is made while others write, then taken over, which takes a moment."""

    atomic = False
    constraint: Any

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._ensure_not_in_transaction(schema_editor)
        meta = to_state.apps.get_model(app_label, self.model_name)._meta
        columns = ", ".join(f'"{meta.get_field(name).column}"' for name in self.constraint.fields)
        table, name = meta.db_table, self.constraint.name
        with patient(schema_editor):
            if not whole(schema_editor, name):
                schema_editor.execute(f'CREATE UNIQUE INDEX CONCURRENTLY "{name}" ON "{table}" ({columns})')
        schema_editor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE USING INDEX "{name}"')

    def describe(self) -> str:
        return f"Make {self.constraint.name} on {self.model_name} beside who writes"
