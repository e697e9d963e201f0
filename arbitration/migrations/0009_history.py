"""Whoever gets past the triggers is found out: rulings, and what they rest on, leave marks."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0008_manager_desk_guards"), ("trail", "0006_history")]

    operations = [
        AppendOnly("Ruling", set_once=("superseded_by",), marked=True),
        AppendOnly("CaseEvent", marked=True),
        AppendOnly("Statement", marked=True),
        AppendOnly("PolicyVersion", marked=True),
        AppendOnly("PolicyInForce", set_once=("until", "ended_early"), marked=True),
        AppendOnly("Confirmation", marked=True),
    ]
