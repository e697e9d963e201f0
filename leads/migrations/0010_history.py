"""Whoever gets past the triggers is found out: ownerships, what moved them, merges and changes of contracts leave marks."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_deal_changes"), ("trail", "0006_history")]

    operations = [
        AppendOnly(
            "Ownership", set_once=("until", "ended_for"), free=("protected_until", "stage"), moves=("customer_id",),
            marked=True,
        ),
        AppendOnly("ProtectionChange", marked=True),
        AppendOnly("Merge", free=("undone_why",), set_once=("undone_by_id", "undone_at"), marked=True),
        AppendOnly("DealChange", marked=True),
    ]  # fmt: skip
