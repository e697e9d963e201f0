"""Migration operations for tables that nobody may rewrite.

`AppendOnly` puts triggers on UPDATE, DELETE and TRUNCATE, and takes the rights away from the application's role.
Columns named in `set_once` may still be filled in one time, from NULL to a value (the end of an ownership); those in `free`
may change as often as they must (until when an ownership protects); those in `moves` may be made to name another thing
where a `trail.Renaming` of the same transaction says so (the customer of a row, when two records are merged). What somebody typed
and may have to be `erasable` can be taken out, and put back, where a `trail.Erasing` of the same transaction says so; it may be
`set_once` or `free` as well.

Of a table that is `marked`, each row leaves its digest in `trail.Mark` when it is written and whenever it is changed, so that
whoever gets past the triggers is found out (trail/history.py). Rows that are there already are marked as they are. A column
that is added later changes the digest of rows that were marked without it: `later` names it, with what it holds in them. The trigger that
lets a change pass is the one that marks it: neither can be switched off without the other.

`NamedOnce` keeps foreign keys of tables that are written by the thousand: a statement looks each thing up once that its rows name.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db.migrations.operations.base import Operation

from trail.guards import AS_OWNER, GUARD, MARK, MARKING, RENAMED, TEXTS

# What a foreign key does, for all rows of a statement: whom they name is there, and stays until they are committed.
NAMED = """
CREATE OR REPLACE FUNCTION {table}_named() RETURNS trigger LANGUAGE plpgsql AS_OWNER SET enable_seqscan = off AS $$
DECLARE lacking text;
BEGIN
{lookups}
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER named_by_new AFTER INSERT ON {table}
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_named();
CREATE OR REPLACE TRIGGER named_by_changed AFTER UPDATE ON {table}
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {table}_named();
""".replace("AS_OWNER", AS_OWNER)
LOOKUP = """
  SELECT id INTO lacking FROM (SELECT DISTINCT {column} AS id FROM fresh WHERE {column} IS NOT NULL) named
    WHERE NOT EXISTS (SELECT FROM {other} o WHERE o.id = named.id FOR KEY SHARE) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '{table}.{column} names %, and {other} has none such', lacking USING ERRCODE = 'foreign_key_violation';
  END IF;
"""
STILL_NAMED = """
CREATE OR REPLACE FUNCTION trail_still_named() RETURNS trigger LANGUAGE plpgsql AS_OWNER AS $$
DECLARE named boolean;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN RETURN NEW; END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1]) INTO named USING OLD.id;
  IF named THEN
    RAISE EXCEPTION '% % is still named by %.%', TG_TABLE_NAME, OLD.id, TG_ARGV[0], TG_ARGV[1]
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;
  RETURN OLD;
END $$;
""".replace("AS_OWNER", AS_OWNER)

GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
"""


def _separate_role(schema_editor: Any) -> str:
    """The application's role, quoted; empty where one role does everything (docs/running.md warns of that)."""
    connection = schema_editor.connection
    role: str = settings.APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [role])
        owner, exists = cursor.fetchone()
    return connection.ops.quote_name(role) if exists and role != owner else ""


class BeginAnew(Operation):
    """The history of migrations begins with version 0.8 (docs/decisions/0026): a database of before is told so, and left as it is."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM django_migrations WHERE app = 'trail' AND name = '0001_first')")
            if cursor.fetchone()[0]:
                raise CommandError(
                    "This database was made by a version before 0.8, which this one cannot read. Nothing was changed. "
                    "Start with an empty database (of the demo: ./guishu stop, then remove .local/demo)."
                )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing was done."""

    def describe(self) -> str:
        return "Begin the history of migrations"


class OpenToApplication(Operation):
    """What the owner has created and will create, the application's role may read and write, and never own."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(GUARD, params=None)  # its % are plpgsql's own
        if role := _separate_role(schema_editor):
            schema_editor.execute(GRANTS.format(role=role))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute("DROP FUNCTION IF EXISTS trail_append_only()")

    def describe(self) -> str:
        return "Open what follows to the application's role"


class MarksByOwner(Operation):
    """Marks are written by the triggers alone: the application may read them."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if role := _separate_role(schema_editor):
            schema_editor.execute(f"REVOKE INSERT ON trail_mark FROM {role}")
            if "salt" in {field.column for field in to_state.apps.get_model("trail", "Mark")._meta.fields}:
                schema_editor.execute(f"REVOKE UPDATE (salt) ON trail_mark FROM {role}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The table goes with its migration."""

    def describe(self) -> str:
        return "Leave the writing of marks to the triggers"


class RenewGuard(Operation):
    """The guard of append-only tables as it reads now; the triggers that call it stay."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(RENAMED + MARKING + TEXTS + GUARD, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The newer guard keeps what the older one kept."""

    def describe(self) -> str:
        return "Renew the guard of append-only tables"


class AppendOnly(Operation):
    """Nobody rewrites this table any more, the application least of all."""

    reversible = True

    def __init__(
        self, model: str, set_once: tuple[str, ...] = (), free: tuple[str, ...] = (), moves: tuple[str, ...] = (),
        erasable: tuple[str, ...] = (), marked: bool = False, later: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.model, self.set_once, self.free, self.moves, self.erasable = model, set_once, free, moves, erasable
        self.marked, self.later = marked, later or {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        open_ = dict.fromkeys((*self.set_once, *self.free, *self.moves, *self.erasable))
        rules = (
            *self.set_once, *(f"~{c}" for c in self.free), *(f">{c}" for c in self.moves), *(f"^{c}" for c in self.erasable),
            *("!" * self.marked),
        )  # fmt: skip
        columns = ", ".join(f"'{rule}'" for rule in rules)
        schema_editor.execute(
            f"CREATE OR REPLACE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION trail_append_only({columns})"
        )
        schema_editor.execute(
            f"CREATE OR REPLACE TRIGGER append_only_table BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION trail_append_only()"
        )
        if role := _separate_role(schema_editor):
            schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
            if open_:
                schema_editor.execute(f"GRANT UPDATE ({', '.join(open_)}) ON {table} TO {role}")
        if self.marked:
            texts = ", ".join(f"'{column}'" for column in self.erasable)
            schema_editor.execute(MARK.format(table=table, texts=texts))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only_rows ON {table}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only_table ON {table}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS marked_rows ON {table}")

    def describe(self) -> str:
        return f"Make {self.model} append-only"


class NamedOnce(Operation):
    """Foreign keys (`db_constraint=False`) that are looked up once a statement, not once a row (docs/decisions/0020-named-once.md)."""

    reversible = True

    def __init__(self, model: str, *fields: str) -> None:
        self.model, self.fields = model, fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, named = self._named(app_label, to_state)
        lookups = "".join(LOOKUP.format(table=table, column=column, other=other) for column, other in named.items())
        schema_editor.execute(STILL_NAMED + NAMED.format(table=table, lookups=lookups), params=None)
        for column, other in named.items():
            schema_editor.execute(
                f"CREATE OR REPLACE TRIGGER named_by_{table}_{column} BEFORE DELETE OR UPDATE OF id ON {other}"
                f" FOR EACH ROW EXECUTE FUNCTION trail_still_named('{table}', '{column}')"
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, named = self._named(app_label, from_state)
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_named() CASCADE")
        for column, other in named.items():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS named_by_{table}_{column} ON {other}")

    def _named(self, app_label: str, state: Any) -> tuple[str, dict[str, str]]:
        """The table, and of each column that names something the table where that is."""
        meta = state.apps.get_model(app_label, self.model)._meta
        fields = (meta.get_field(name) for name in self.fields)
        return meta.db_table, {field.column: field.related_model._meta.db_table for field in fields}

    def describe(self) -> str:
        return f"Look up what {self.model} names once a statement"
