"""The tables of trail, with their indexes and constraints."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from trail.operations import BeginAnew, OpenToApplication, RenewGuard


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BeginAnew(),
        OpenToApplication(),
        RenewGuard(),
        migrations.RunSQL("CREATE SEQUENCE trail_numbers", "DROP SEQUENCE trail_numbers"),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("used", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(help_text="user id, or the name of a job or command", max_length=64)),
                ("action", models.CharField(help_text="what was done, as object.verb", max_length=48)),
                ("subject", models.CharField(help_text="what it was done to, as kind:id", max_length=96)),
                ("project", models.CharField(blank=True, max_length=32)),
                ("detail", models.JSONField(default=dict)),
                ("address", models.GenericIPAddressField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "-at"], name="entry_of_subject"),
                    models.Index(fields=["project", "-at"], name="entry_of_project"),
                    models.Index(fields=["actor", "-at"], name="entry_of_actor"),
                    models.Index(fields=["action", "-at"], name="entry_of_action"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(help_text="whom, as kind:id", max_length=96)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("frozen", "taken out and kept, sealed"),
                            ("released", "put back as it was"),
                            ("erased", "gone for good"),
                        ],
                        max_length=8,
                    ),
                ),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("transaction", models.BigIntegerField(db_default=models.Func(function="trail_transaction"))),
            ],
            options={
                "indexes": [models.Index(fields=["transaction"], name="erasing_of_transaction")],
            },
        ),
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
                        help_text="of a change: the columns that changed, and what they held before; of texts the salted digest",
                        null=True,
                    ),
                ),
                (
                    "salt",
                    models.BinaryField(
                        help_text="of a row with texts that may be erased; gone with them", max_length=16, null=True
                    ),
                ),
                (
                    "erasing",
                    models.BigIntegerField(help_text="of texts taken out or put back: by which `Erasing`", null=True),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["table_name", "row_id"], name="mark_of_row")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(help_text="user id", max_length=64)),
                ("project", models.CharField(blank=True, max_length=32)),
                ("kind", models.CharField(max_length=48)),
                (
                    "sentence",
                    models.CharField(help_text="msgid of the sentence, translated for its reader", max_length=200),
                ),
                ("facts", models.JSONField(default=dict)),
                ("link", models.CharField(blank=True, max_length=200)),
                ("to_do", models.BooleanField(default=False, help_text="要我做; otherwise 知会")),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(help_text="when what it asks for was done, by whomever", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["to", "-at"], name="message_of_reader"),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("to_do", True)),
                        fields=["to", "-at"],
                        name="message_waits",
                    ),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("to_do", True)),
                        fields=["link"],
                        name="message_to_do",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Once",
            fields=[
                ("key", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("actor", models.CharField(max_length=64)),
                ("act", models.CharField(max_length=48)),
                ("answer", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "body",
                    models.BinaryField(
                        help_text="digest of what was asked for, where a program asked", max_length=32, null=True
                    ),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(help_text="HTTP status of the answer to a program", null=True),
                ),
                (
                    "sealed",
                    models.BinaryField(help_text="the answer to a program, sealed: it may name a customer", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Periodic",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("next_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Renaming",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was", models.CharField(max_length=64)),
                ("becomes", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("transaction", models.BigIntegerField(db_default=models.Func(function="trail_transaction"))),
            ],
            options={
                "indexes": [models.Index(fields=["transaction"], name="renaming_of_transaction")],
            },
        ),
        migrations.CreateModel(
            name="RetentionTerm",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("days", models.PositiveIntegerField()),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
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
        migrations.CreateModel(
            name="WorkerSign",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=80)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="trail.message"
                    ),
                ),
                ("to", models.CharField(help_text="user id, as in the message", max_length=64)),
                ("channel", models.CharField(max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("skipped", "not wanted, or no address"),
                            ("failed", "given up after the last try"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="not before: quiet hours, digest, back-off")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "why",
                    models.CharField(blank=True, help_text="what the last try said; no personal data", max_length=200),
                ),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["channel", "to", "id"],
                        name="delivery_waiting",
                    ),
                    models.Index(condition=models.Q(("state", "failed")), fields=["-done_at"], name="delivery_failed"),
                    models.Index(
                        condition=models.Q(("done_at__isnull", False)), fields=["-done_at"], name="delivery_settled"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("message", "channel"), name="delivery_once_a_channel")],
            },
        ),
    ]
