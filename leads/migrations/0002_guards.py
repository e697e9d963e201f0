"""What nobody rewrites of customers, claims and ownership; the database keeps one owner to a customer and project."""

from django.db import migrations

from trail.operations import AppendOnly, NamedOnce

ENDED = """
CREATE OR REPLACE FUNCTION leads_ownership_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'leads_ownership.protected_until of an ended ownership' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER protection_of_open_only BEFORE UPDATE ON leads_ownership FOR EACH ROW
  WHEN (OLD.until IS NOT NULL AND OLD.protected_until IS DISTINCT FROM NEW.protected_until)
  EXECUTE FUNCTION leads_ownership_ended();
"""
NOT_ENDED = """DROP TRIGGER protection_of_open_only ON leads_ownership; DROP FUNCTION leads_ownership_ended()"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_tables"), ("trail", "0002_guards")]

    operations = [
        migrations.RunSQL(ENDED, NOT_ENDED),
        NamedOnce("ClaimKey", "project"),
        NamedOnce("HistoricalCustomer", "history_user"),
        NamedOnce("NotebookEntry", "project", "customer", "user"),
        NamedOnce("Ownership", "project", "customer", "user"),
        NamedOnce("Phone", "customer", "entered_by"),
        NamedOnce("Registration", "project", "customer", "by", "organisation"),
        AppendOnly("Basis"),
        AppendOnly("Contact", moves=("customer_id",), erasable=("note",)),
        AppendOnly("DealChange", erasable=("reason",), marked=True),
        AppendOnly("Deed", moves=("customer_id",), erasable=("terms",)),
        AppendOnly("Erasure"),
        AppendOnly(
            "IdentityQuestion",
            set_once=("answer", "answered_by_id", "answered_at"),
            free=("why",),
            moves=("customer_id", "answered_customer_id"),
        ),
        AppendOnly(
            "Merge",
            set_once=("undone_by_id", "undone_at"),
            free=("undone_why",),
            erasable=("reason", "undone_why"),
            marked=True,
        ),
        AppendOnly("NotebookEntry", set_once=("note", "noted_at"), moves=("customer_id",), erasable=("note",)),
        AppendOnly("Offer", set_once=("answer", "answered_at"), moves=("customer_id",)),
        AppendOnly(
            "Ownership",
            set_once=("until", "ended_for"),
            free=("protected_until", "stage"),
            moves=("customer_id",),
            marked=True,
        ),
        AppendOnly("PreCheck", moves=("customer_id",), erasable=("index", "bucket")),
        AppendOnly("PrivacyNotice"),
        AppendOnly("ProtectionChange", erasable=("reason",), marked=True),
        AppendOnly("Refund"),
        AppendOnly(
            "Registration",
            set_once=("bound_at",),
            moves=("customer_id",),
            erasable=("name", "honorific", "sealed_number", "m34", "ends33", "sealed_text"),
        ),
        AppendOnly("Review", erasable=("why",)),
        AppendOnly("WorkPhone"),
    ]
