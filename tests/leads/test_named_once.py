"""Whom the rows of an import name is looked up once a statement, and a name holds as a foreign key does (decision 0020)."""

from uuid import UUID

import psycopg2
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from leads.models import ClaimKey, Customer, NotebookEntry, Ownership, Phone, Registration
from people.models import Project
from tests import database, make

History = Customer.history.model
NOBODY = UUID(int=7)
NAMES = {
    ClaimKey: ("project",),
    History: ("history_user",),
    NotebookEntry: ("project", "customer", "user"),
    Ownership: ("project", "customer", "user"),
    Phone: ("customer", "entered_by"),
    Registration: ("project", "customer", "by", "organisation"),
}
ANEW = {  # what a second row of the kind must have for itself
    ClaimKey: {"kind": "other"},
    Ownership: {"until": make.MOMENT},
    Phone: {"whole": b"another"},
    Registration: {"no": "BB-250428-0000"},
}
EACH = [(model, name) for model, names in NAMES.items() for name in names]


def sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.rowcount


def again(model, **other):
    """The newest row of the kind once more, but for this."""
    row = model.objects.order_by("pk").last()
    for name, value in {"pk": None, **ANEW.get(model, {}), **other}.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(("model", "name"), EACH, ids=[f"{model.__name__}.{name}" for model, name in EACH])
def test_who_is_not_there_cannot_be_named(store, model, name):
    make.registered(store.li, make.MOMENT)
    field = model._meta.get_field(name)
    nobody = NOBODY if field.related_model is Customer else -7
    with pytest.raises(IntegrityError, match=f"{field.column} names {nobody}"), transaction.atomic():
        again(model, **{field.attname: nobody}).save(force_insert=True)


def test_nobody_who_is_there_is_refused(store):
    make.registered(store.li, make.MOMENT)
    for model in NAMES:
        again(model).save(force_insert=True)


def test_a_name_cannot_be_changed_to_that_of_nobody(store):
    make.registered(store.li, make.MOMENT)
    with pytest.raises(IntegrityError, match="names -7"), transaction.atomic():
        Phone.objects.update(entered_by=-7)


@pytest.mark.parametrize("change", ["DELETE FROM {table}", "UPDATE {table} SET id = '{other}'"])
@pytest.mark.parametrize("name", NAMES[Registration])
def test_who_is_named_stays_and_keeps_their_id(store, name, change):
    one = getattr(make.registered(store.li, make.MOMENT).registration, name)
    statement = change.format(table=one._meta.db_table, other=NOBODY if name == "customer" else 7_000_000)
    with pytest.raises(IntegrityError, match="is still named by leads_"), transaction.atomic():
        sql(f"{statement} WHERE id = '{one.pk}'")


def test_who_is_not_named_any_more_may_go(db):
    project = Project.objects.create(code="brief", name="一日")
    key = ClaimKey.objects.create(project=project, kind="ends33", index=b"1")
    key.delete()
    assert sql(f"DELETE FROM people_project WHERE id = {project.pk}") == 1


@pytest.fixture
def elsewhere(committed):
    """Somebody with a connection of their own, who does not wait."""
    other = database.owner()
    other.autocommit = False
    with other.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
        yield cursor
    other.close()


def test_whoever_deletes_waits_for_those_who_are_naming(elsewhere):
    project = Project.objects.create(code="brief", name="一日")
    with transaction.atomic():
        ClaimKey.objects.create(project=project, kind="ends33", index=b"1")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            elsewhere.execute("DELETE FROM people_project WHERE id = %s", [project.pk])
        elsewhere.connection.rollback()
    with pytest.raises(psycopg2.errors.ForeignKeyViolation, match="is still named by leads_claimkey"):
        elsewhere.execute("DELETE FROM people_project WHERE id = %s", [project.pk])


def test_whoever_names_waits_for_those_who_are_deleting(elsewhere):
    project = Project.objects.create(code="brief", name="一日")
    elsewhere.execute("DELETE FROM people_project WHERE id = %s", [project.pk])
    with transaction.atomic():
        sql("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            ClaimKey.objects.create(project=project, kind="ends33", index=b"1")
    elsewhere.connection.commit()
    with pytest.raises(IntegrityError, match=f"names {project.pk}"):
        ClaimKey.objects.create(project=project, kind="ends33", index=b"1")
