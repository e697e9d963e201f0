"""Indexes that no look-up needs are gone; a report's number is held unique by one index, not two."""

from django.conf import settings
from django.db import migrations, models

from trail.online import UniqueBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("leads", "0002_guards"),
        ("people", "0003_lean_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalcustomer",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicaldeal",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicaldeposit",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicalinboundsource",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicalprofile",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicalrelation",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicalterritory",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicaltransfer",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicalvisitnote",
            name="history_date",
            field=models.DateTimeField(),
        ),
        # The new one stands before the old one goes: no number is given twice in between.
        UniqueBeside(
            model_name="registration",
            constraint=models.UniqueConstraint(fields=("no",), name="registration_number_once"),
        ),
        migrations.AlterField(
            model_name="registration",
            name="no",
            field=models.CharField(max_length=24),
        ),
    ]
