"""Files that prove an accusation; what was brought is not rewritten."""

import django.db.models.deletion
from django.db import migrations, models

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("penalties", "0002_guards"), ("trail", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="AccusationFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="made by us, without what it was called", max_length=60)),
                ("media_type", models.CharField(help_text="by its content, never by its name", max_length=80)),
                ("size", models.PositiveIntegerField(help_text="bytes of the original")),
                ("sha256", models.BinaryField(help_text="of the original, as it was sent", max_length=32)),
                (
                    "step",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file",
                        to="penalties.accusationstep",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccusationFileContent",
            fields=[
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="penalties.accusationfile",
                    ),
                ),
                ("original", models.BinaryField()),
                ("shown", models.BinaryField(null=True)),
            ],
        ),
        AppendOnly("AccusationFile", marked=True),
    ]
