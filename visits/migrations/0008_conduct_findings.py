"""A report of conduct is answered by whom it names, and decided by a manager; both append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from trail.operations import AppendOnly


def link(to, name, kind=models.ForeignKey):
    return kind(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to)


ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("visits", "0007_waiting"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "ConductAnswer",
            [
                ID,
                ("what", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("by", link(settings.AUTH_USER_MODEL, "+")),
                ("conduct", link("visits.conduct", "answers")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("conduct", "by"), name="conduct_answered_once_by_each")]
            },
        ),
        migrations.CreateModel(
            "ConductFinding",
            [
                ID,
                ("established", models.BooleanField()),
                ("reason", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("by", link(settings.AUTH_USER_MODEL, "+")),
                ("conduct", link("visits.conduct", "finding", models.OneToOneField)),
            ],
        ),
        AppendOnly("ConductAnswer"),
        AppendOnly("ConductFinding"),
    ]
