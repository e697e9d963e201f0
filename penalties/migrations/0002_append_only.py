"""Facts that nobody edits: they are superseded or reversed."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("penalties", "0001_first"), ("trail", "0001_first")]

    operations = [
        AppendOnly("SanctionProposal"),
    ]
