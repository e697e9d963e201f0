"""A transfer to another company keeps on what ground, how the customer was told and how they reach that company."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0005_first_number")]

    operations = [
        migrations.AddField(
            model_name="transfer",
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
            model_name="transfer",
            name="told",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="transfer",
            name="reached",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
    ]
