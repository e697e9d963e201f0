"""What nobody rewrites: the log, its marks and seals."""

from django.db import migrations

from trail.operations import AppendOnly, MarksByOwner


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_tables")]

    operations = [
        AppendOnly("Entry", marked=True),
        AppendOnly("Erasing", marked=True),
        AppendOnly("Mark", erasable=("salt",)),
        AppendOnly("Renaming"),
        AppendOnly("Seal"),
        MarksByOwner(),  # last: it takes back what AppendOnly gave of marks
    ]
