"""Indexes that no look-up needs are gone. One table after the other: none is held while the next is waited for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("finance", "0002_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalcommissionplan",
            name="history_date",
            field=models.DateTimeField(),
        ),
    ]
