"""Migration operations for tables that nobody may rewrite.

`AppendOnly` puts triggers on UPDATE, DELETE and TRUNCATE, and takes the rights away from the application's role.
Columns named in `set_once` may still be filled in one time, from NULL to a value (the end of an ownership); those in `free`
may change as often as they must (until when an ownership protects); those in `moves` may be made to name another thing
where a `trail.Renaming` of the same transaction says so (the customer of a row, when two records are merged).
"""

from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation

GUARD = """
CREATE OR REPLACE FUNCTION trail_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE col text; rule text; was jsonb; becomes jsonb;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    was := to_jsonb(OLD); becomes := to_jsonb(NEW);
    FOREACH col IN ARRAY TG_ARGV LOOP
      rule := left(col, 1); col := ltrim(col, '~>');
      IF rule <> '~' AND was -> col IS DISTINCT FROM becomes -> col AND was -> col <> 'null'::jsonb
         AND NOT (rule = '>' AND trail_renamed(was ->> col, becomes ->> col)) THEN
        RAISE EXCEPTION '%.% is set once', TG_TABLE_NAME, col USING ERRCODE = 'restrict_violation';
      END IF;
      was := was - col; becomes := becomes - col;
    END LOOP;
    IF was = becomes THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

RENAMED = """
CREATE OR REPLACE FUNCTION trail_transaction() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT pg_current_xact_id()::text::bigint
$$;
CREATE OR REPLACE FUNCTION trail_renamed(old_name text, new_name text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM trail_renaming WHERE transaction = trail_transaction() AND was = old_name AND becomes = new_name
  );
END $$;
"""

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


class RenewGuard(Operation):
    """The guard of append-only tables as it reads now; the triggers that call it stay."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(RENAMED + GUARD, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The newer guard keeps what the older one kept."""

    def describe(self) -> str:
        return "Renew the guard of append-only tables"


class AppendOnly(Operation):
    """Nobody rewrites this table any more, the application least of all."""

    reversible = True

    def __init__(
        self, model: str, set_once: tuple[str, ...] = (), free: tuple[str, ...] = (), moves: tuple[str, ...] = ()
    ) -> None:
        self.model, self.set_once, self.free, self.moves = model, set_once, free, moves

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        open_ = (*self.set_once, *self.free, *self.moves)
        columns = ", ".join(
            f"'{c}'" for c in (*self.set_once, *(f"~{c}" for c in self.free), *(f">{c}" for c in self.moves))
        )
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

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only_rows ON {table}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only_table ON {table}")

    def describe(self) -> str:
        return f"Make {self.model} append-only"
