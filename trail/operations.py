"""Migration operations for tables that nobody may rewrite.

`AppendOnly` puts triggers on UPDATE, DELETE and TRUNCATE, and takes the rights away from the application's role.
Columns named in `set_once` may still be filled in one time, from NULL to a value (the end of an ownership).
"""

from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation

GUARD = """
CREATE OR REPLACE FUNCTION trail_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE col text; was jsonb; becomes jsonb;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    was := to_jsonb(OLD); becomes := to_jsonb(NEW);
    FOREACH col IN ARRAY TG_ARGV LOOP
      IF was -> col IS DISTINCT FROM becomes -> col AND was -> col <> 'null'::jsonb THEN
        RAISE EXCEPTION '%.% is set once', TG_TABLE_NAME, col USING ERRCODE = 'restrict_violation';
      END IF;
      was := was - col; becomes := becomes - col;
    END LOOP;
    IF was = becomes THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
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


class AppendOnly(Operation):
    """Nobody rewrites this table any more, the application least of all."""

    reversible = True

    def __init__(self, model: str, set_once: tuple[str, ...] = ()) -> None:
        self.model, self.set_once = model, set_once

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        columns = ", ".join(f"'{c}'" for c in self.set_once)
        schema_editor.execute(
            f"CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION trail_append_only({columns})"
        )
        schema_editor.execute(
            f"CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION trail_append_only()"
        )
        if role := _separate_role(schema_editor):
            schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
            if self.set_once:
                schema_editor.execute(f"GRANT UPDATE ({', '.join(self.set_once)}) ON {table} TO {role}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP TRIGGER append_only_rows ON {table}")
        schema_editor.execute(f"DROP TRIGGER append_only_table ON {table}")

    def describe(self) -> str:
        return f"Make {self.model} append-only"
