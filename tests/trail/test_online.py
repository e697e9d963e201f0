"""Tables are changed while people write into them: nobody queues behind a change, and what was broken off is taken up again."""

import os
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, models
from django.db.migrations.state import ModelState, ProjectState

from config.management.commands import migrate
from tests import database
from trail.online import IndexBeside, UniqueBeside

pytestmark = pytest.mark.usefixtures("committed")

ONCE = UniqueBeside("Parcel", models.UniqueConstraint(fields=["no"], name="parcel_number_once"))
BY_WEIGHT = IndexBeside("Parcel", models.Index(fields=["weight"], name="parcel_by_weight"))


@pytest.fixture
def parcels():
    """A table of ours, as who made it changes it; with the state before."""
    owner, address = connection.copy(), urlsplit(os.environ["ADMIN_DATABASE_URL"])
    owner.settings_dict = {**owner.settings_dict, "USER": address.username, "PASSWORD": address.password or ""}
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("no", models.TextField()),
        ("weight", models.IntegerField()),
    ]
    state = ProjectState()
    state.add_model(ModelState("trail", "Parcel", fields))
    ask(owner, "CREATE TABLE trail_parcel (id bigserial PRIMARY KEY, no text NOT NULL, weight int NOT NULL)")
    ask(owner, "INSERT INTO trail_parcel (no, weight) SELECT n, n % 7 FROM generate_series(1, 500) n")
    yield owner, state
    owner.close()


def ask(owner, sql):
    with owner.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def apply(operation, owner, state):
    after = state.clone()
    operation.state_forwards("trail", after)
    with owner.schema_editor(atomic=False) as editor:
        operation.database_forwards("trail", editor, state, after)
    return after


def valid(owner, name):
    return ask(owner, f"SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('{name}')")


@pytest.mark.parametrize(("operation", "name"), [(ONCE, "parcel_number_once"), (BY_WEIGHT, "parcel_by_weight")])
def test_one_that_was_broken_off_is_made_again(parcels, operation, name):
    owner, state = parcels
    ask(owner, f"CREATE INDEX {name} ON trail_parcel (no)")
    server = database.administrator()
    with server, server.cursor() as cursor:  # as an index is left that was broken off
        cursor.execute(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{name}'::regclass")
    server.close()
    apply(operation, owner, state)
    assert valid(owner, name) == [(True,)]


def test_what_it_makes_is_the_constraint_and_goes_again(parcels):
    owner, state = parcels
    after = apply(ONCE, owner, state)
    there = "SELECT contype FROM pg_constraint WHERE conname = 'parcel_number_once'"
    assert ask(owner, there) == [("u",)]
    with owner.schema_editor(atomic=False) as editor:
        ONCE.database_backwards("trail", editor, after, state)
    assert ask(owner, there) == []


def test_an_index_waits_as_long_as_it_must_for_who_is_writing(parcels):
    """A wait that is limited for all else would break it off each time somebody works for long."""
    owner, state = parcels
    ask(owner, "SET lock_timeout = '100ms'")
    writing = database.administrator()
    writing.cursor().execute("INSERT INTO trail_parcel (no, weight) VALUES ('x', 1)")
    done = threading.Timer(0.6, writing.commit)
    done.start()
    apply(BY_WEIGHT, owner, state)
    done.join()
    writing.close()
    assert valid(owner, "parcel_by_weight") == [(True,)]
    assert ask(owner, "SHOW lock_timeout") == [("100ms",)]


@pytest.fixture
def migrating(monkeypatch):
    """`migrate`, that finds a table held at its first tries; what it said, and how often it tried."""
    tried = []

    def run(free_after):
        holder = database.owner()
        holder.cursor().execute("LOCK TABLE trail_periodic IN ACCESS EXCLUSIVE MODE")

        def change(*_args, **_options):
            tried.append(time.monotonic())
            if len(tried) > free_after:
                holder.rollback()
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM trail_periodic")

        monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", change)
        monkeypatch.setattr(migrate, "WAIT", "50ms")
        monkeypatch.setattr(migrate, "PAUSE", 0)
        monkeypatch.setattr(migrate, "TRIES", 3)
        try:
            call_command("migrate", verbosity=0, skip_checks=True)
        finally:
            holder.close()
        return len(tried)

    return run


def test_a_migration_that_gets_no_lock_lets_others_through_and_begins_anew(migrating):
    assert migrating(free_after=2) == 3
    assert ask(connection, "SHOW lock_timeout") == [("0",)]


def test_in_the_end_it_gives_up(migrating):
    with pytest.raises(OperationalError, match="lock timeout"):
        migrating(free_after=9)
