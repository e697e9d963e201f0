"""What becomes of a contract later: another price, money given back, cancelled. Its product, by which plans go."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from trail.operations import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0008_last_four_newest_first"),
        ("people", "0004_front_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DealChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("price", "改价"), ("refund", "部分退款"), ("cancel", "解约")], max_length=8
                    ),
                ),
                ("was_amount_fen", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField(help_text="the contract's amount from now on")),
                ("was_commission_fen", models.BigIntegerField()),
                ("commission_fen", models.BigIntegerField(help_text="the commission from now on")),
                ("reason", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="deal",
            name="deal_amount_is_positive",
        ),
        migrations.AddField(
            model_name="deal",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="deal",
            name="product",
            field=models.CharField(blank=True, help_text="as commission plans name it", max_length=60),
        ),
        migrations.AddField(
            model_name="historicaldeal",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicaldeal",
            name="product",
            field=models.CharField(blank=True, help_text="as commission plans name it", max_length=60),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_fen__gt", 0), models.Q(("amount_fen", 0), ("cancelled_at__isnull", False)), _connector="OR"
                ),
                name="deal_amount_is_positive",
            ),
        ),
        migrations.AddField(
            model_name="dealchange",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="dealchange",
            name="deal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="leads.deal"
            ),
        ),
        migrations.AddConstraint(
            model_name="dealchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("commission_fen__gte", 0)), name="deal_change_leaves_no_debt"
            ),
        ),
        migrations.AddConstraint(
            model_name="dealchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_fen__gt", 0), ("kind", "price")),
                    models.Q(("amount_fen__gt", 0), ("amount_fen__lt", models.F("was_amount_fen")), ("kind", "refund")),
                    models.Q(("amount_fen", 0), ("commission_fen", 0), ("kind", "cancel")),
                    _connector="OR",
                ),
                name="deal_change_fits_its_kind",
            ),
        ),
        AppendOnly("DealChange"),
    ]
