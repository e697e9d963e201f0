"""What nobody edits of registration; what a merge may move; and an ownership that has ended keeps its protection."""

from django.db import migrations

from trail.operations import AppendOnly

ENDED = """
CREATE OR REPLACE FUNCTION leads_ownership_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'leads_ownership.protected_until of an ended ownership' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER protection_of_open_only BEFORE UPDATE ON leads_ownership FOR EACH ROW
  WHEN (OLD.until IS NOT NULL AND OLD.protected_until IS DISTINCT FROM NEW.protected_until)
  EXECUTE FUNCTION leads_ownership_ended();
"""
NOT_ENDED = "DROP TRIGGER protection_of_open_only ON leads_ownership; DROP FUNCTION leads_ownership_ended()"


class Migration(migrations.Migration):
    dependencies = [("leads", "0005_registration"), ("trail", "0005_renaming")]

    operations = [
        AppendOnly("Registration", set_once=("bound_at",), moves=("customer_id",)),
        AppendOnly(
            "Ownership", set_once=("until", "ended_for"), free=("protected_until", "stage"), moves=("customer_id",)
        ),
        AppendOnly("NotebookEntry", set_once=("note", "noted_at"), moves=("customer_id",)),
        AppendOnly("PreCheck", moves=("customer_id",)),
        AppendOnly("Contact", moves=("customer_id",)),
        AppendOnly("Deed", moves=("customer_id",)),
        AppendOnly("ProtectionChange"),
        AppendOnly("Review"),
        AppendOnly(
            "IdentityQuestion",
            free=("why",),
            set_once=("answer", "answered_by_id", "answered_at"),
            moves=("customer_id", "answered_customer_id"),
        ),
        AppendOnly("Offer", set_once=("answer", "answered_at"), moves=("customer_id",)),
        AppendOnly("Merge", free=("undone_why",), set_once=("undone_by_id", "undone_at")),
        migrations.RunSQL(ENDED, NOT_ENDED),
    ]
