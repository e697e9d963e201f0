"""Facts that nobody edits: they are superseded or reversed."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_first")]

    operations = [
        AppendOnly("Entry"),
        AppendOnly("Link"),
    ]
