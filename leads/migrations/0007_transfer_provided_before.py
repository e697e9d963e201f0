"""The old versions of a transfer keep them, too: a migration of its own, so that it holds one table at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_transfer_provided")]

    operations = [
        migrations.AddField(
            model_name="historicaltransfer",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("consent", "本人单独同意"),
                    ("contract", "订立、履行合同所必需"),
                    ("duty", "法律规定要给"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="historicaltransfer",
            name="told",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="historicaltransfer",
            name="reached",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
    ]
