"""What nobody may rewrite: not the application, not by raw SQL, not even the owner without leaving a trace."""

import os
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tests import database, make

TABLES = {
    "trail_erasing", "trail_entry", "trail_mark", "trail_seal",
    "leads_registration", "leads_ownership", "leads_notebookentry", "leads_precheck",
    "leads_contact", "leads_refund", "visits_turnchange", "arbitration_policyversion", "arbitration_policyinforce",
    "arbitration_statement", "arbitration_ruling", "arbitration_caseevent", "penalties_sanction", "finance_entry",
    "finance_posting", "finance_periodevent", "finance_statementanswer", "leads_dealchange",
    "leads_workphone", "trail_renaming", "leads_deed", "leads_protectionchange", "leads_review", "leads_identityquestion", "leads_offer",
    "leads_merge", "people_acknowledgement", "visits_correction", "visits_giftmove", "visits_paperslip", "visits_slip",
    "visits_signature", "visits_permission", "visits_conduct", "leads_privacynotice", "leads_basis", "leads_provision", "leads_erasure",
    "penalties_sanctionstep", "penalties_accusation", "penalties_accusationstep", "penalties_accusationfile",
    "penalties_reward", "penalties_rewardstep",
    "penalties_projectrules", "penalties_wage",
    "arbitration_confirmation", "visits_conductanswer", "visits_conductfinding",
}  # fmt: skip


def sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall() if cursor.description else None


def refused(text):
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(text)


@pytest.mark.django_db
def test_the_application_owns_no_table_and_cannot_become_who_does():
    assert sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user") == [(0,)]
    refused(f"SET ROLE {urlsplit(os.environ['OWNER_DATABASE_URL']).username}")
    refused("SET session_replication_role = replica")
    refused("ALTER TABLE trail_entry DISABLE TRIGGER ALL")


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_application_can_only_add(table):
    refused(f"DELETE FROM {table}")
    refused(f"TRUNCATE {table} CASCADE")
    refused(f"UPDATE {table} SET id = id")


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_application_cannot_switch_a_guard_off(table):
    for guard in ("ALL", "USER", "append_only_rows", "append_only_table"):
        refused(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    refused(f"DROP TRIGGER append_only_rows ON {table}")
    refused(f"ALTER TABLE {table} ADD COLUMN more integer")
    refused(f"DROP TABLE {table} CASCADE")


@pytest.mark.django_db
def test_every_table_with_the_trigger_is_in_this_list_and_no_other():
    guarded = sql(
        "SELECT DISTINCT relname::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE tgname = 'append_only_rows'"
    )
    assert {name for (name,) in guarded} == TABLES
    assert {m._meta.db_table for m in apps.get_models()} >= TABLES


def test_even_the_owner_meets_the_trigger(committed):
    make.registered(make.store().li, make.at("2025-04-01 10:00"))
    owner = database.owner()
    for text in (
        "UPDATE leads_ownership SET user_id = user_id + 1", "DELETE FROM leads_ownership", "TRUNCATE leads_ownership CASCADE",
        "UPDATE leads_registration SET at = now()",
    ):  # fmt: skip
        with pytest.raises(Exception, match="append-only"), owner.cursor() as cursor:
            cursor.execute(text)
        owner.rollback()
    owner.close()


@pytest.mark.django_db
def test_an_ownership_ends_once(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    sql("UPDATE leads_ownership SET until = now()")
    refused("UPDATE leads_ownership SET until = now() + interval '1 day'")
    refused("UPDATE leads_ownership SET until = NULL")
