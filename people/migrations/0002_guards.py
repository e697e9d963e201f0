"""Acknowledgements are on record for good."""

from django.db import migrations

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("people", "0001_tables"), ("trail", "0002_guards")]

    operations = [
        AppendOnly("Acknowledgement"),
    ]
