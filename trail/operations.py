"""Migration operations for tables that nobody may rewrite.

`AppendOnly` puts triggers on UPDATE, DELETE and TRUNCATE, and takes the rights away from the application's role.
Columns named in `set_once` may still be filled in one time, from NULL to a value (the end of an ownership); those in `free`
may change as often as they must (until when an ownership protects); those in `moves` may be made to name another thing
where a `trail.Renaming` of the same transaction says so (the customer of a row, when two records are merged).

Of a table that is `marked`, each row leaves its digest in `trail.Mark` when it is written and whenever it is changed, so that
whoever gets past the triggers is found out (trail/history.py). Rows that are there already are marked as they are. A column
that is added later changes the digest of rows that were marked without it: `later` names it, with what it holds in them. The trigger that
lets a change pass is the one that marks it: neither can be switched off without the other.
"""

from typing import Any

from django.conf import settings
from django.db.migrations.operations.base import Operation

# Both functions write with their owner's rights: the application itself cannot write a mark. Times and bytes are written out in
# one way, whatever the session has set.
AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex'"

GUARD = """
CREATE OR REPLACE FUNCTION trail_append_only() RETURNS trigger LANGUAGE plpgsql AS_OWNER AS $$
DECLARE
  col text; rule text; marked boolean := false; changed jsonb;
  was jsonb; becomes jsonb; old_row jsonb; new_row jsonb;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    old_row := to_jsonb(OLD); new_row := to_jsonb(NEW); was := old_row; becomes := new_row;
    FOREACH col IN ARRAY TG_ARGV LOOP
      rule := left(col, 1); col := ltrim(col, '~>!');
      IF rule = '!' THEN marked := true; CONTINUE; END IF;
      IF rule <> '~' AND was -> col IS DISTINCT FROM becomes -> col AND was -> col <> 'null'::jsonb
         AND NOT (rule = '>' AND trail_renamed(was ->> col, becomes ->> col)) THEN
        RAISE EXCEPTION '%.% is set once', TG_TABLE_NAME, col USING ERRCODE = 'restrict_violation';
      END IF;
      was := was - col; becomes := becomes - col;
    END LOOP;
    IF was = becomes THEN
      SELECT jsonb_object_agg(key, value) INTO changed FROM jsonb_each(old_row) WHERE new_row -> key IS DISTINCT FROM value;
      IF marked AND changed IS NOT NULL THEN
        INSERT INTO trail_mark (table_name, row_id, digest, was)
        VALUES (TG_TABLE_NAME, (new_row ->> 'id')::bigint, trail_digest(new_row), changed);
      END IF;
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
""".replace("AS_OWNER", AS_OWNER)

# A statement marks all rows that it wrote: of a thousand that come by COPY, all at once.
MARKING = """
CREATE OR REPLACE FUNCTION trail_digest(body jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(body::text, 'UTF8'))
$$;
CREATE OR REPLACE FUNCTION trail_mark_rows() RETURNS trigger LANGUAGE plpgsql AS_OWNER AS $$
BEGIN
  INSERT INTO trail_mark (table_name, row_id, digest) SELECT TG_TABLE_NAME, id, trail_digest(to_jsonb(fresh)) FROM fresh;
  RETURN NULL;
END $$;
""".replace("AS_OWNER", AS_OWNER)

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

MARK = """
CREATE OR REPLACE TRIGGER marked_rows AFTER INSERT ON {table}
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION trail_mark_rows();
SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex';
INSERT INTO trail_mark (table_name, row_id, digest) SELECT '{table}', id, trail_digest(to_jsonb(t)) FROM {table} t
  WHERE NOT EXISTS (SELECT FROM trail_mark WHERE table_name = '{table}' AND row_id = t.id) ORDER BY id;
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


class MarksByOwner(Operation):
    """Marks are written by the triggers alone: the application may read them."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if role := _separate_role(schema_editor):
            schema_editor.execute(f"REVOKE INSERT ON trail_mark FROM {role}")

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
        schema_editor.execute(RENAMED + MARKING + GUARD, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The newer guard keeps what the older one kept."""

    def describe(self) -> str:
        return "Renew the guard of append-only tables"


class AppendOnly(Operation):
    """Nobody rewrites this table any more, the application least of all."""

    reversible = True

    def __init__(
        self, model: str, set_once: tuple[str, ...] = (), free: tuple[str, ...] = (), moves: tuple[str, ...] = (),
        marked: bool = False, later: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.model, self.set_once, self.free, self.moves = model, set_once, free, moves
        self.marked, self.later = marked, later or {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        open_ = (*self.set_once, *self.free, *self.moves)
        rules = (*self.set_once, *(f"~{c}" for c in self.free), *(f">{c}" for c in self.moves), *("!" * self.marked))
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
            schema_editor.execute(MARK.format(table=table))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only_rows ON {table}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS append_only_table ON {table}")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS marked_rows ON {table}")

    def describe(self) -> str:
        return f"Make {self.model} append-only"
