"""Each row of a guarded table leaves a mark, and marks are sealed; the chains that only customers had are gone."""

from django.db import migrations, models

from trail.operations import AppendOnly, MarksByOwner, RenewGuard


class Migration(migrations.Migration):
    dependencies = [("trail", "0005_renaming")]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table_name", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                ("digest", models.BinaryField(help_text="SHA-256 of the whole row", max_length=32)),
                (
                    "was",
                    models.JSONField(
                        help_text="of a change: the columns that changed, and what they held before", null=True
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["table_name", "row_id"], name="mark_of_row")]},
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("after", models.BigIntegerField(help_text="the marks behind this one …")),
                ("upto", models.BigIntegerField(help_text="… up to this one, by id")),
                ("count", models.PositiveIntegerField(help_text="how many; an act that was undone leaves a gap")),
                (
                    "rows",
                    models.TextField(
                        help_text="which rows they mark, such as `finance_entry 1-40 42`, a line for each table"
                    ),
                ),
                ("content", models.BinaryField(help_text="SHA-256 over the marks in order", max_length=32)),
                ("at", models.DateTimeField()),
                ("before", models.BinaryField(max_length=32)),
                (
                    "digest",
                    models.BinaryField(
                        help_text="SHA-256 over all this, and the digest of the seal before", max_length=32
                    ),
                ),
            ],
        ),
        AppendOnly("Mark"),
        AppendOnly("Seal"),
        MarksByOwner(),
        RenewGuard(),
        AppendOnly("Entry", marked=True),
        migrations.DeleteModel("Link"),
    ]
