"""Whether a project keeps a log of complaints and incidents; a hand-over that was withdrawn."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_routines"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalproject",
            name="keeps_incidents",
            field=models.BooleanField(
                default=False, help_text="客户投诉、跑单、交通事故的记录本；不影响归属和钱", verbose_name="记投诉和事件"
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="keeps_incidents",
            field=models.BooleanField(
                default=False, help_text="客户投诉、跑单、交通事故的记录本；不影响归属和钱", verbose_name="记投诉和事件"
            ),
        ),
        migrations.RemoveConstraint(
            model_name="handover",
            name="hand_over_one_open",
        ),
        migrations.AddField(
            model_name="handover",
            name="withdrawn_at",
            field=models.DateTimeField(help_text="they stay after all", null=True),
        ),
        migrations.AddField(
            model_name="handover",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalhandover",
            name="withdrawn_at",
            field=models.DateTimeField(help_text="they stay after all", null=True),
        ),
        migrations.AddField(
            model_name="historicalhandover",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("project", "user"),
                name="hand_over_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True),
                    models.Q(("archived_at__isnull", True), ("finance_at__isnull", True), ("office_at__isnull", True)),
                    _connector="OR",
                ),
                name="hand_over_withdrawn_before_signed",
            ),
        ),
    ]
