"""A visitor for whom nobody could be called waits for whoever is free next."""

from django.db import migrations, models

WAITS = {"default": False, "help_text": "nobody could be called yet: whoever is free next is"}


class Migration(migrations.Migration):
    dependencies = [("visits", "0006_front_desk_guards")]

    operations = [
        migrations.AddField("historicalvisit", "waits", models.BooleanField(**WAITS)),
        migrations.AddField("visit", "waits", models.BooleanField(**WAITS)),
        migrations.AddIndex(
            "visit",
            models.Index(fields=["site"], condition=models.Q(left_at__isnull=True, waits=True), name="visit_waits"),
        ),
    ]
