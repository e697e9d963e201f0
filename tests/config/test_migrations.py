"""Whether each migration can be run while people work (docs/running.md). The first two of each app made the tables when nobody did."""

import re

import pytest
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel, Migration, RenameField
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements

from trail.online import IndexBeside, UniqueBeside

BEGINNING = ("0001_", "0002_", "__")
LATER = sorted(
    (path.parent.parent.name, path.stem)
    for path in settings.BASE_DIR.glob("*/migrations/*.py")
    if not path.name.startswith(BEGINNING)
)
# What is found in a migration that was looked at, and may stay: (app, name): {code, …}, with the reason beside it.
LOOKED_AT: dict[tuple[str, str], set[str]] = {
    ("leads", "0003_lean_indexes"): {
        "DROP_INDEX"
    },  # of the old constraint: takes a moment, and waits no longer than `migrate` does
}
# What the linter does not know: all rows are read, or written anew, while nobody else may come in.
SLOW = {
    "CHECKED_UNDER_LOCK": r"(ADD CONSTRAINT (?!.* NOT VALID).*(CHECK \(|FOREIGN KEY))|(ADD COLUMN .* REFERENCES)",
    "REWRITTEN": r"ADD COLUMN .* DEFAULT .*(random|clock_timestamp|nextval|uuid)",
}


@pytest.fixture(autouse=True)
def _outside(django_db_setup, django_db_blocker):
    """Outside of a transaction, where indexes are made beside who writes. Nothing is written: all is only shown."""
    with django_db_blocker.unblock():
        yield


def found(statements):
    """The codes of what is wrong with them, by the linter's names and ours; a table that they make themselves is nobody's yet.

    A unique constraint whose index is made beside who writes is no fault, though the linter takes any for one.
    """
    statements = [one for one in statements if not re.search("UNIQUE (USING INDEX|INDEX CONCURRENTLY)", one)]
    new = [match[1] for one in statements if (match := re.match(r'CREATE TABLE "(\w+)"', one))]
    old = [one for one in statements if not re.search(rf'(TABLE|ON) "({"|".join(new)})"', one)] if new else statements
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, old)
    return {one.code for one in [*errors, *warnings]} | {
        code for code, pattern in SLOW.items() for one in old if re.search(pattern, one)
    }


def held_together(migration, statements):
    """The tables that are there already and are held until the last statement: while Django thinks about the next one, too."""
    new = set(re.findall(r'CREATE TABLE "(\w+)"', "\n".join(statements)))
    return set(re.findall(r'ALTER TABLE "(\w+)"', "\n".join(statements))) - new if migration.atomic else set()


def statements(migration):
    """What it would do, as `sqlmigrate` shows it."""
    return MigrationLoader(connection, replace_migrations=False).collect_sql([(migration, False)])


@pytest.mark.parametrize(("app", "name"), LATER)
def test_a_migration_keeps_nobody_waiting(app, name):
    migration = MigrationLoader(connection, replace_migrations=False).get_migration(app, name)
    assert found(statements(migration)) == LOOKED_AT.get((app, name), set())
    assert len(held_together(migration, statements(migration))) <= 1, "atomic = False, or a migration for each table"


def test_two_tables_are_not_held_at_once():
    """Seen: between two operations Django takes seconds, and who reports waits for a table while the migration waits for another."""
    both = ['ALTER TABLE "one" ADD COLUMN "n" integer NULL;', 'ALTER TABLE "other" ADD COLUMN "n" integer NULL;']
    whole, parts = (type("Migration", (Migration,), {"atomic": atomic})("trial", "leads") for atomic in (True, False))
    assert held_together(whole, both) == {"one", "other"}
    assert held_together(whole, ['CREATE TABLE "one" (id int);', *both]) == {"other"}
    assert held_together(parts, both) == set()


def test_none_is_excused_that_is_not_there():
    assert set(LOOKED_AT) <= set(LATER)


NO = models.UniqueConstraint(fields=["bound_at"], name="trial_once")
NAMED = models.CheckConstraint(condition=~models.Q(name=""), name="trial_named")
BY_NAME = models.Index(fields=["name"], name="trial_by_name")
PROJECT = models.ForeignKey("people.Project", models.PROTECT, null=True)
UUID = models.UUIDField(db_default=models.Func(function="gen_random_uuid"))
TRIALS = [
    (AddIndex("registration", BY_NAME), {"CREATE_INDEX"}),
    (IndexBeside("registration", BY_NAME), set()),
    (AddConstraint("registration", NO), {"ADD_UNIQUE"}),
    (UniqueBeside("registration", NO), set()),
    (AddConstraint("registration", NAMED), {"CHECKED_UNDER_LOCK"}),
    (AddConstraintNotValid("registration", NAMED), set()),
    (AddField("registration", "trial", models.TextField(null=True)), set()),
    (AddField("registration", "trial", models.IntegerField(db_default=0)), set()),
    (AddField("registration", "trial", models.IntegerField(default=0)), {"NOT_NULL"}),
    (AddField("registration", "trial", UUID), {"REWRITTEN"}),
    (AddField("registration", "trial", PROJECT), {"CHECKED_UNDER_LOCK"}),
    (AlterField("registration", "name", models.IntegerField()), {"ALTER_COLUMN"}),
    (RenameField("registration", "name", "trial"), {"RENAME_COLUMN"}),
    (
        CreateModel("Trial", [("id", models.BigAutoField(primary_key=True)), ("no", models.TextField(unique=True))]),
        set(),
    ),
]


@pytest.mark.parametrize(
    ("operation", "codes"), TRIALS, ids=[f"{one.__class__.__name__}-{n}" for n, (one, _) in enumerate(TRIALS)]
)
def test_what_would_keep_people_waiting_is_told_from_what_does_not(operation, codes):
    """A trial migration after the last one of leads, of a table with a row for each report that anybody made."""
    loader = MigrationLoader(connection, replace_migrations=False)
    state = loader.project_state(loader.graph.leaf_nodes("leads"))
    trial = type("Migration", (Migration,), {"operations": [operation], "atomic": operation.atomic})("trial", "leads")
    with connection.schema_editor(collect_sql=True, atomic=trial.atomic) as editor:
        trial.apply(state, editor, collect_sql=True)
    assert codes <= found(editor.collected_sql)
    assert codes or not found(editor.collected_sql)
