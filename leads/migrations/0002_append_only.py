"""Facts that nobody edits: they are superseded or reversed."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_first"), ("trail", "0001_first")]

    operations = [
        AppendOnly("Registration", set_once=("customer_id", "bound_at")),
        AppendOnly("Ownership", set_once=("until", "ended_for")),
        AppendOnly("NotebookEntry"),
        AppendOnly("PreCheck"),
        AppendOnly("Contact"),
        AppendOnly("Refund"),
    ]
