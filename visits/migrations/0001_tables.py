"""The tables of visits, with their indexes and constraints."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("leads", "0001_tables"),
        ("people", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="people.site"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duties", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["site", "since"], name="duty_at_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="duty_ends_after_it_begins"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Gift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="gifts", to="people.site"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("stock", models.IntegerField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "name"), name="gift_once_at_site"),
                    models.CheckConstraint(
                        condition=models.Q(("stock__isnull", True), ("stock__gte", 0), _connector="OR"),
                        name="gift_stock_not_below_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDuty",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical duty",
                "verbose_name_plural": "historical dutys",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalGift",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("stock", models.IntegerField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical gift",
                "verbose_name_plural": "historical gifts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPlace",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("position", models.IntegerField()),
                ("away", models.BooleanField(default=False)),
                ("owed", models.PositiveSmallIntegerField(default=0)),
                ("skips", models.PositiveSmallIntegerField(default=0, help_text="turns to be passed over (错过一轮)")),
                ("suspended_since", models.DateTimeField(null=True)),
                ("suspended_until", models.DateTimeField(help_text="exclusive", null=True)),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical place",
                "verbose_name_plural": "historical places",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSiteRules",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "answer_seconds",
                    models.PositiveSmallIntegerField(
                        default=60, help_text="0: nobody else is called", verbose_name="几秒没人应答就叫下一位"
                    ),
                ),
                (
                    "ask_left_minutes",
                    models.PositiveSmallIntegerField(
                        default=120, help_text="0: nobody is asked", verbose_name="多少分钟没记离开就问接待人"
                    ),
                ),
                ("sweep", models.BooleanField(default=True, verbose_name="闭店时把没记离开的补上")),
                (
                    "slip_size",
                    models.CharField(
                        choices=[("a5", "A5 纸"), ("80mm", "80 毫米小票")],
                        default="a5",
                        max_length=8,
                        verbose_name="确认单的纸",
                    ),
                ),
                (
                    "signing",
                    models.CharField(
                        choices=[("paper", "纸上签"), ("phone", "客户在自己手机上签"), ("none", "不用签")],
                        default="paper",
                        max_length=8,
                        verbose_name="客户怎么签",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical site rules",
                "verbose_name_plural": "historical site ruless",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSiteTexts",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("greeting", models.TextField(blank=True, max_length=500)),
                ("farewell", models.TextField(blank=True, max_length=500)),
                ("slip_heading", models.CharField(blank=True, max_length=60)),
                ("slip_note", models.TextField(blank=True, max_length=500)),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical site texts",
                "verbose_name_plural": "historical site textss",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Permission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="permissions", to="leads.customer"
                    ),
                ),
                ("kind", models.CharField(choices=[("join", "一起接待"), ("contact", "联系客户")], max_length=8)),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permissions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ground", models.CharField(choices=[("holder", "接待人允许"), ("manager", "主管指派")], max_length=8)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "to"], name="permission_of_customer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to", models.F("by")), _negated=True), name="permission_of_somebody_else"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="people.site"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("position", models.IntegerField()),
                ("away", models.BooleanField(default=False)),
                ("owed", models.PositiveSmallIntegerField(default=0)),
                ("skips", models.PositiveSmallIntegerField(default=0, help_text="turns to be passed over (错过一轮)")),
                ("suspended_since", models.DateTimeField(null=True)),
                ("suspended_until", models.DateTimeField(help_text="exclusive", null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["site", "position"], name="place_in_order")],
                "constraints": [models.UniqueConstraint(fields=("site", "user"), name="place_once_in_rotation")],
            },
        ),
        migrations.CreateModel(
            name="SiteRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="people.site"
                    ),
                ),
                (
                    "answer_seconds",
                    models.PositiveSmallIntegerField(
                        default=60, help_text="0: nobody else is called", verbose_name="几秒没人应答就叫下一位"
                    ),
                ),
                (
                    "ask_left_minutes",
                    models.PositiveSmallIntegerField(
                        default=120, help_text="0: nobody is asked", verbose_name="多少分钟没记离开就问接待人"
                    ),
                ),
                ("sweep", models.BooleanField(default=True, verbose_name="闭店时把没记离开的补上")),
                (
                    "slip_size",
                    models.CharField(
                        choices=[("a5", "A5 纸"), ("80mm", "80 毫米小票")],
                        default="a5",
                        max_length=8,
                        verbose_name="确认单的纸",
                    ),
                ),
                (
                    "signing",
                    models.CharField(
                        choices=[("paper", "纸上签"), ("phone", "客户在自己手机上签"), ("none", "不用签")],
                        default="paper",
                        max_length=8,
                        verbose_name="客户怎么签",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteTexts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="people.site"
                    ),
                ),
                ("greeting", models.TextField(blank=True, max_length=500)),
                ("farewell", models.TextField(blank=True, max_length=500)),
                ("slip_heading", models.CharField(blank=True, max_length=60)),
                ("slip_note", models.TextField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="TurnChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.site"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turn_changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("taken", "接待一位"),
                            ("make_up", "补接"),
                            ("skip", "错过一轮"),
                            ("suspend", "停接"),
                            ("lifted", "停接撤销"),
                            ("missed", "轮空"),
                            ("made_up", "补接一位"),
                            ("passed", "跳过一轮"),
                        ],
                        max_length=8,
                    ),
                ),
                ("count", models.PositiveSmallIntegerField(help_text="turns; days for a suspension")),
                ("source", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["site", "at"], name="turn_log")],
            },
        ),
        migrations.CreateModel(
            name="GiftMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "gift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="visits.gift"
                    ),
                ),
                ("count", models.SmallIntegerField(help_text="in: above zero; out: below")),
                ("visit_no", models.CharField(blank=True, max_length=24)),
                ("note", models.CharField(blank=True, max_length=120)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalVisit",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("no", models.CharField(db_index=True, max_length=24)),
                (
                    "name",
                    models.CharField(blank=True, help_text="as given at the desk", max_length=80, verbose_name="姓名"),
                ),
                ("arrived_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "left_how",
                    models.CharField(
                        blank=True,
                        choices=[("desk", "前台记的"), ("receiver", "接待人记的"), ("sweep", "闭店补记")],
                        max_length=8,
                    ),
                ),
                (
                    "asked_left_at",
                    models.DateTimeField(
                        help_text="when the receiver was asked whether the visitor has left", null=True
                    ),
                ),
                (
                    "asked",
                    models.BooleanField(
                        default=True, help_text="whether the customer was asked at all: nobody is also an answer"
                    ),
                ),
                (
                    "unsure",
                    models.JSONField(
                        default=list, help_text="of invited_by and asked_for what the customer could not tell"
                    ),
                ),
                (
                    "first_time",
                    models.CharField(
                        blank=True,
                        choices=[("first", "第一次"), ("again", "来过"), ("unsure", "说不清")],
                        help_text="三问, the customer's answer",
                        max_length=8,
                    ),
                ),
                ("known_before", models.BooleanField(default=False, help_text="三问, what the records say")),
                (
                    "registered",
                    models.CharField(
                        choices=[("registered", "已登记"), ("refused", "不肯留信息"), ("late", "补登")],
                        default="registered",
                        max_length=12,
                    ),
                ),
                ("registered_at", models.DateTimeField()),
                (
                    "party",
                    models.CharField(
                        blank=True, help_text="one batch of people: the number of its first visit", max_length=24
                    ),
                ),
                (
                    "companions",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="who came along without a record", verbose_name="随行人数"
                    ),
                ),
                ("gift", models.CharField(blank=True, max_length=60, verbose_name="礼品")),
                (
                    "gift_asked",
                    models.BooleanField(
                        default=False, help_text="whether the gift was answered: «none» is an answer (G-34)"
                    ),
                ),
                (
                    "waits",
                    models.BooleanField(default=False, help_text="nobody could be called yet: whoever is free next is"),
                ),
                (
                    "revision",
                    models.PositiveSmallIntegerField(default=0, help_text="how often the record was corrected"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.project",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.customer",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="一问",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_for",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="二问",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "brought_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="带看: the agent who came along, in person",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "gift_item",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="visits.gift",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical visit",
                "verbose_name_plural": "historical visits",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="people.site"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="leads.customer",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, help_text="as given at the desk", max_length=80, verbose_name="姓名"),
                ),
                ("arrived_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                (
                    "left_how",
                    models.CharField(
                        blank=True,
                        choices=[("desk", "前台记的"), ("receiver", "接待人记的"), ("sweep", "闭店补记")],
                        max_length=8,
                    ),
                ),
                (
                    "asked_left_at",
                    models.DateTimeField(
                        help_text="when the receiver was asked whether the visitor has left", null=True
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        help_text="一问",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_for",
                    models.ForeignKey(
                        help_text="二问",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "brought_by",
                    models.ForeignKey(
                        help_text="带看: the agent who came along, in person",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked",
                    models.BooleanField(
                        default=True, help_text="whether the customer was asked at all: nobody is also an answer"
                    ),
                ),
                (
                    "unsure",
                    models.JSONField(
                        default=list, help_text="of invited_by and asked_for what the customer could not tell"
                    ),
                ),
                (
                    "first_time",
                    models.CharField(
                        blank=True,
                        choices=[("first", "第一次"), ("again", "来过"), ("unsure", "说不清")],
                        help_text="三问, the customer's answer",
                        max_length=8,
                    ),
                ),
                ("known_before", models.BooleanField(default=False, help_text="三问, what the records say")),
                (
                    "registered",
                    models.CharField(
                        choices=[("registered", "已登记"), ("refused", "不肯留信息"), ("late", "补登")],
                        default="registered",
                        max_length=12,
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("registered_at", models.DateTimeField()),
                (
                    "party",
                    models.CharField(
                        blank=True, help_text="one batch of people: the number of its first visit", max_length=24
                    ),
                ),
                (
                    "companions",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="who came along without a record", verbose_name="随行人数"
                    ),
                ),
                ("gift", models.CharField(blank=True, max_length=60, verbose_name="礼品")),
                (
                    "gift_item",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="visits.gift"
                    ),
                ),
                (
                    "gift_asked",
                    models.BooleanField(
                        default=False, help_text="whether the gift was answered: «none» is an answer (G-34)"
                    ),
                ),
                (
                    "waits",
                    models.BooleanField(default=False, help_text="nobody could be called yet: whoever is free next is"),
                ),
                (
                    "revision",
                    models.PositiveSmallIntegerField(default=0, help_text="how often the record was corrected"),
                ),
                ("sealed_number", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("left_at__isnull", True)), fields=["site"], name="visit_on_site"),
                    models.Index(
                        condition=models.Q(("left_at__isnull", True), ("waits", True)),
                        fields=["site"],
                        name="visit_waits",
                    ),
                    models.Index(fields=["project", "-arrived_at"], name="visit_log"),
                    models.Index(fields=["customer", "arrived_at"], name="visit_of_customer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True), ("left_at__gte", models.F("arrived_at")), _connector="OR"
                        ),
                        name="visit_leaves_after_it_arrives",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("customer__isnull", False), ("registered", "refused"), _connector="OR"),
                        name="visit_without_customer_was_refused",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("left_at__isnull", True), ("left_how", "")),
                            models.Q(("left_at__isnull", False), models.Q(("left_how", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="visit_left_somehow",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Conduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conducts",
                        to="leads.customer",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conducts",
                        to="visits.visit",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("interruption", "接待时插嘴"),
                            ("unauthorised_contact", "没经允许联系客户"),
                            ("private_number", "代接时私下留电话"),
                            ("quarrel", "在客户面前争执"),
                            ("non_cooperation", "不配合前台登记"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        help_text="who did it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conducts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "against",
                    models.ForeignKey(
                        help_text="whose customer it was",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("before_customer", models.BooleanField(default=False, help_text="in front of the customer")),
                (
                    "stopped",
                    models.BooleanField(help_text="whether they stopped when told; unknown: nobody said", null=True),
                ),
                ("what", models.CharField(blank=True, max_length=500)),
                ("happened_at", models.DateTimeField()),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("reported_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "-happened_at"], name="conduct_log"),
                    models.Index(fields=["customer"], name="conduct_of_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="visits.visit"
                    ),
                ),
                ("field", models.CharField(max_length=16)),
                (
                    "old",
                    models.CharField(blank=True, help_text="as a reader may see it: numbers masked", max_length=200),
                ),
                ("new", models.CharField(blank=True, max_length=200)),
                ("sealed_old", models.BinaryField(help_text="the whole number that stood there", null=True)),
                ("reason", models.CharField(max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Expected",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="expected", to="people.site"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expected",
                        to="leads.customer",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.registration",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expected",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("on", models.DateField()),
                ("about", models.TimeField(null=True, verbose_name="大约几点")),
                ("present", models.BooleanField(default=True)),
                ("channel", models.CharField(help_text="as of a registration", max_length=12)),
                ("note", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField(help_text="when it was received, by the server's clock")),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expected",
                        to="visits.visit",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "due_at",
                    models.DateTimeField(help_text="of what the counterpart does; exactly then is in time", null=True),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("check_note", models.CharField(blank=True, max_length=200)),
                ("called_at", models.DateTimeField(null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("call_note", models.CharField(blank=True, max_length=200)),
                (
                    "told_late_at",
                    models.DateTimeField(help_text="when the counterpart was told that a task is late", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("visit__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=["site", "on"],
                        name="expected_at_site",
                    ),
                    models.Index(
                        condition=models.Q(("present", False)), fields=["project", "-at"], name="expected_announced"
                    ),
                    models.Index(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("called_at__isnull", True), _connector="OR"),
                            ("present", False),
                            ("told_late_at__isnull", True),
                        ),
                        fields=["due_at"],
                        name="expected_task_late",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("customer__isnull", False), ("registration__isnull", False), _connector="OR"
                        ),
                        name="expected_is_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("present", True),
                            models.Q(("due_at__isnull", False), ("registration__isnull", False)),
                            _connector="OR",
                        ),
                        name="expected_announced_of_a_report",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalExpected",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("no", models.CharField(db_index=True, max_length=24)),
                ("on", models.DateField()),
                ("about", models.TimeField(null=True, verbose_name="大约几点")),
                ("present", models.BooleanField(default=True)),
                ("channel", models.CharField(help_text="as of a registration", max_length=12)),
                ("note", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField(help_text="when it was received, by the server's clock")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "due_at",
                    models.DateTimeField(help_text="of what the counterpart does; exactly then is in time", null=True),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                ("check_note", models.CharField(blank=True, max_length=200)),
                ("called_at", models.DateTimeField(null=True)),
                ("call_note", models.CharField(blank=True, max_length=200)),
                (
                    "told_late_at",
                    models.DateTimeField(help_text="when the counterpart was told that a task is late", null=True),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.project",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.customer",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.registration",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="visits.visit",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "called_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical expected",
                "verbose_name_plural": "historical expecteds",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncident",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("no", models.CharField(db_index=True, max_length=24)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("complaint", "客户投诉"),
                            ("walkout", "顾客跑单"),
                            ("traffic", "交通事故"),
                            ("double_sale", "同一套卖了两次"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("late_delivery", "交付延迟"),
                            ("no_after_sales", "售后服务缺失"),
                            ("not_as_expected", "产品不符合需求"),
                            ("defect", "产品缺陷"),
                            ("damaged", "产品损坏"),
                            ("communication", "沟通障碍"),
                            ("service", "服务质量"),
                            ("changed_needs", "客户需求变化"),
                            ("other", "其他"),
                        ],
                        max_length=16,
                    ),
                ),
                ("what", models.CharField(max_length=1000)),
                ("happened_at", models.DateTimeField(help_text="discovered or complained about: terms run from here")),
                ("entered_at", models.DateTimeField()),
                ("found", models.CharField(blank=True, help_text="what came of it, for the review", max_length=1000)),
                (
                    "left_undone",
                    models.CharField(
                        blank=True, help_text="why it was closed with steps undone that must be done", max_length=300
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.project",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.site",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.customer",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="visits.visit",
                    ),
                ),
                (
                    "in_charge",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="现场负责人",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical incident",
                "verbose_name_plural": "historical incidents",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.site"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("complaint", "客户投诉"),
                            ("walkout", "顾客跑单"),
                            ("traffic", "交通事故"),
                            ("double_sale", "同一套卖了两次"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("late_delivery", "交付延迟"),
                            ("no_after_sales", "售后服务缺失"),
                            ("not_as_expected", "产品不符合需求"),
                            ("defect", "产品缺陷"),
                            ("damaged", "产品损坏"),
                            ("communication", "沟通障碍"),
                            ("service", "服务质量"),
                            ("changed_needs", "客户需求变化"),
                            ("other", "其他"),
                        ],
                        max_length=16,
                    ),
                ),
                ("what", models.CharField(max_length=1000)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="leads.customer",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="visits.visit",
                    ),
                ),
                (
                    "in_charge",
                    models.ForeignKey(
                        help_text="现场负责人",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("happened_at", models.DateTimeField(help_text="discovered or complained about: terms run from here")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("found", models.CharField(blank=True, help_text="what came of it, for the review", max_length=1000)),
                (
                    "left_undone",
                    models.CharField(
                        blank=True, help_text="why it was closed with steps undone that must be done", max_length=300
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "-happened_at"], name="incident_log"),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)), fields=["project"], name="incident_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("entered_at__gte", models.F("happened_at"))),
                        name="incident_after_it_happened",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperSlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper_slips", to="people.site"
                    ),
                ),
                ("no", models.CharField(max_length=24, unique=True)),
                ("printed_on", models.DateField(help_text="the local day for which it was printed")),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("printed_at", models.DateTimeField()),
                (
                    "visit",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_slip",
                        to="visits.visit",
                    ),
                ),
                (
                    "void_note",
                    models.CharField(
                        blank=True, help_text="why it will not be used: spoilt, thrown away", max_length=120
                    ),
                ),
                ("voided_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["site", "printed_on"], name="paper_slip_of_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("visit__isnull", True), ("voided_at__isnull", True), _connector="OR"),
                        name="paper_slip_used_or_void",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reception",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receptions", to="visits.visit"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("in_turn", "轮接"),
                            ("asked_for", "指名"),
                            ("stand_in", "代接"),
                            ("on_duty", "值班"),
                            ("assigned", "指派"),
                            ("out_of_turn", "插队"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("owner", "客户由 TA 跟进"),
                            ("asked_for", "客户找 TA"),
                            ("inviter", "TA 邀约的"),
                            ("previous", "上次由 TA 接待"),
                            ("on_duty", "今天值班"),
                            ("rotation", "轮到 TA"),
                            ("desk", "前台安排"),
                            ("unanswered", "前一位没有应答"),
                            ("party", "同行的由 TA 接待"),
                            ("nobody", "没有可接的人"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "stands_in_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "arranged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(help_text="when the receiver said that they come", null=True)),
                (
                    "unanswered",
                    models.BooleanField(default=False, help_text="called, did not answer in time, the next was called"),
                ),
                (
                    "queue_before",
                    models.JSONField(default=list, help_text="user ids in rotation order when this was decided"),
                ),
                ("queue_after", models.JSONField(default=list, help_text="the same once it was decided")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True), ("until__isnull", True)),
                        fields=["since"],
                        name="reception_unanswered",
                    ),
                    models.Index(fields=["by", "since"], name="reception_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("visit",), name="reception_one_at_a_time"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="visits.visit"
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(help_text="the visit's when this was issued")),
                ("code", models.CharField(help_text="what the QR code leads to; random", max_length=16, unique=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("issued_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("visit", "revision"), name="slip_once_a_revision")],
            },
        ),
        migrations.CreateModel(
            name="ConductAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "conduct",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="visits.conduct"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("what", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("conduct", "by"), name="conduct_answered_once_by_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConductFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "conduct",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="finding", to="visits.conduct"
                    ),
                ),
                ("established", models.BooleanField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="IncidentStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="visits.incident"
                    ),
                ),
                ("code", models.CharField(max_length=24)),
                (
                    "due_at",
                    models.DateTimeField(help_text="exactly then is in time; none: no term in the text", null=True),
                ),
                ("done_at", models.DateTimeField(help_text="as its doer says; never in the future", null=True)),
                ("noted_at", models.DateTimeField(help_text="when that was entered", null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=2000)),
                (
                    "evidence",
                    models.JSONField(default=list, help_text="kinds of evidence kept: video, cashier_record, photo"),
                ),
                ("told_late_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("told_late_at__isnull", True)),
                        fields=["due_at"],
                        name="incident_step_late",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "code"), name="incident_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="incident_step_done_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slip",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signature", to="visits.slip"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
