"""What other companies were given of a customer, which nobody rewrites."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_lean_indexes"),
        ("people", "0003_lean_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Provision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.CharField(help_text="the company that got it", max_length=80)),
                (
                    "reached",
                    models.CharField(
                        help_text="how the customer reaches that company; no telephone number of anybody's",
                        max_length=80,
                    ),
                ),
                ("purpose", models.CharField(help_text="what they do with it, and how", max_length=100)),
                ("what", models.CharField(help_text="which kinds of data, not the data", max_length=100)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("consent", "本人单独同意"),
                            ("contract", "订立、履行合同所必需"),
                            ("duty", "法律规定要给"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "told",
                    models.CharField(
                        help_text="how the customer was told and agreed, such as the paper they signed", max_length=100
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="provisions", to="leads.customer"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "project", "-at"], name="provision_of_customer")],
            },
        ),
        AppendOnly("Provision", erasable=("purpose", "what", "told")),
    ]
