"""The front desk: what was corrected, gifts, who is expected, paper, slips, leave and conduct, complaints and incidents."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0006_registration_guards"),
        ("people", "0004_front_desk"),
        ("visits", "0004_groundwork"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Conduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("before_customer", models.BooleanField(default=False, help_text="in front of the customer")),
                (
                    "stopped",
                    models.BooleanField(help_text="whether they stopped when told; unknown: nobody said", null=True),
                ),
                ("what", models.CharField(blank=True, max_length=500)),
                ("happened_at", models.DateTimeField()),
                ("reported_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=16)),
                (
                    "old",
                    models.CharField(blank=True, help_text="as a reader may see it: numbers masked", max_length=200),
                ),
                ("new", models.CharField(blank=True, max_length=200)),
                ("sealed_old", models.BinaryField(help_text="the whole number that stood there", null=True)),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Expected",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
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
            ],
        ),
        migrations.CreateModel(
            name="Gift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("stock", models.IntegerField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GiftMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.SmallIntegerField(help_text="in: above zero; out: below")),
                ("visit_no", models.CharField(blank=True, max_length=24)),
                ("note", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
            ],
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
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
            name="HistoricalGift",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("stock", models.IntegerField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
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
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
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
            ],
        ),
        migrations.CreateModel(
            name="IncidentStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=24)),
                (
                    "due_at",
                    models.DateTimeField(help_text="exactly then is in time; none: no term in the text", null=True),
                ),
                ("done_at", models.DateTimeField(help_text="as its doer says; never in the future", null=True)),
                ("noted_at", models.DateTimeField(help_text="when that was entered", null=True)),
                ("note", models.CharField(blank=True, max_length=2000)),
                (
                    "evidence",
                    models.JSONField(default=list, help_text="kinds of evidence kept: video, cashier_record, photo"),
                ),
                ("told_late_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PaperSlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                ("printed_on", models.DateField(help_text="the local day for which it was printed")),
                ("printed_at", models.DateTimeField()),
                (
                    "void_note",
                    models.CharField(
                        blank=True, help_text="why it will not be used: spoilt, thrown away", max_length=120
                    ),
                ),
                ("voided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Permission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("join", "一起接待"), ("contact", "联系客户")], max_length=8)),
                ("ground", models.CharField(choices=[("holder", "接待人允许"), ("manager", "主管指派")], max_length=8)),
                ("note", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SiteRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveSmallIntegerField(help_text="the visit's when this was issued")),
                ("code", models.CharField(help_text="what the QR code leads to; random", max_length=16, unique=True)),
                ("issued_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="historicalvisit",
            name="asked_left_at",
            field=models.DateTimeField(help_text="when the receiver was asked whether the visitor has left", null=True),
        ),
        migrations.AddField(
            model_name="historicalvisit",
            name="companions",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="who came along without a record", verbose_name="随行人数"
            ),
        ),
        migrations.AddField(
            model_name="historicalvisit",
            name="gift_asked",
            field=models.BooleanField(
                default=False, help_text="whether the gift was answered: «none» is an answer (G-34)"
            ),
        ),
        migrations.AddField(
            model_name="historicalvisit",
            name="left_how",
            field=models.CharField(
                blank=True,
                choices=[("desk", "前台记的"), ("receiver", "接待人记的"), ("sweep", "闭店补记")],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="historicalvisit",
            name="revision",
            field=models.PositiveSmallIntegerField(default=0, help_text="how often the record was corrected"),
        ),
        migrations.AddField(
            model_name="reception",
            name="answered_at",
            field=models.DateTimeField(help_text="when the receiver said that they come", null=True),
        ),
        migrations.AddField(
            model_name="reception",
            name="queue_after",
            field=models.JSONField(default=list, help_text="the same once it was decided"),
        ),
        migrations.AddField(
            model_name="reception",
            name="unanswered",
            field=models.BooleanField(default=False, help_text="called, did not answer in time, the next was called"),
        ),
        migrations.AddField(
            model_name="visit",
            name="asked_left_at",
            field=models.DateTimeField(help_text="when the receiver was asked whether the visitor has left", null=True),
        ),
        migrations.AddField(
            model_name="visit",
            name="companions",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="who came along without a record", verbose_name="随行人数"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="gift_asked",
            field=models.BooleanField(
                default=False, help_text="whether the gift was answered: «none» is an answer (G-34)"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="left_how",
            field=models.CharField(
                blank=True,
                choices=[("desk", "前台记的"), ("receiver", "接待人记的"), ("sweep", "闭店补记")],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="revision",
            field=models.PositiveSmallIntegerField(default=0, help_text="how often the record was corrected"),
        ),
        migrations.AddField(
            model_name="historicalvisit",
            name="unsure",
            field=models.JSONField(
                default=list, help_text="of invited_by and asked_for what the customer could not tell"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="unsure",
            field=models.JSONField(
                default=list, help_text="of invited_by and asked_for what the customer could not tell"
            ),
        ),
        migrations.AlterField(
            model_name="reception",
            name="why",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="turnchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("taken", "接待一位"),
                    ("make_up", "补接"),
                    ("skip", "错过一轮"),
                    ("suspend", "停接"),
                    ("missed", "轮空"),
                    ("made_up", "补接一位"),
                    ("passed", "跳过一轮"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="turnchange",
            index=models.Index(fields=["site", "at"], name="turn_log"),
        ),
        migrations.AddField(
            model_name="historicalplace", name="suspended_since", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(model_name="place", name="suspended_since", field=models.DateTimeField(null=True)),
        migrations.AlterField(
            model_name="historicalplace",
            name="suspended_until",
            field=models.DateTimeField(help_text="exclusive", null=True),
        ),
        migrations.AlterField(
            model_name="place",
            name="suspended_until",
            field=models.DateTimeField(help_text="exclusive", null=True),
        ),
        migrations.AlterField(
            model_name="reception",
            name="mode",
            field=models.CharField(
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
        migrations.AddIndex(
            model_name="reception",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True), ("until__isnull", True)),
                fields=["since"],
                name="reception_unanswered",
            ),
        ),
        migrations.AddField(
            model_name="conduct",
            name="against",
            field=models.ForeignKey(
                help_text="whose customer it was",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="conduct",
            name="by",
            field=models.ForeignKey(
                help_text="who did it",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conducts",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="conduct",
            name="customer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="conducts", to="leads.customer"
            ),
        ),
        migrations.AddField(
            model_name="conduct",
            name="project",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"),
        ),
        migrations.AddField(
            model_name="conduct",
            name="reported_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conduct",
            name="visit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="conducts", to="visits.visit"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="visits.visit"
            ),
        ),
        migrations.AddField(
            model_name="expected",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="expected", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="expected",
            name="called_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="expected",
            name="checked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="expected",
            name="customer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="expected", to="leads.customer"
            ),
        ),
        migrations.AddField(
            model_name="expected",
            name="project",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"),
        ),
        migrations.AddField(
            model_name="expected",
            name="registration",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.registration"
            ),
        ),
        migrations.AddField(
            model_name="expected",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="expected", to="people.site"
            ),
        ),
        migrations.AddField(
            model_name="expected",
            name="visit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="expected", to="visits.visit"
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="gifts", to="people.site"
            ),
        ),
        migrations.AddField(
            model_name="historicalvisit",
            name="gift_item",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="visits.gift",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="gift_item",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="visits.gift"
            ),
        ),
        migrations.RunSQL(  # whoever was received before there was an answer is not called again
            "UPDATE visits_reception SET answered_at = since", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            "UPDATE visits_visit SET left_how = 'desk' WHERE left_at IS NOT NULL", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at__isnull", True), ("left_how", "")),
                    models.Q(("left_at__isnull", False), models.Q(("left_how", ""), _negated=True)),
                    _connector="OR",
                ),
                name="visit_left_somehow",
            ),
        ),
        migrations.AddField(
            model_name="giftmove",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="giftmove",
            name="gift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="visits.gift"
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="called_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.customer",
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.project",
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="registration",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.registration",
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="site",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.site",
            ),
        ),
        migrations.AddField(
            model_name="historicalexpected",
            name="visit",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="visits.visit",
            ),
        ),
        migrations.AddField(
            model_name="historicalgift",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalgift",
            name="site",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.site",
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.customer",
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="in_charge",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="现场负责人",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.project",
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="site",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.site",
            ),
        ),
        migrations.AddField(
            model_name="historicalincident",
            name="visit",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="visits.visit",
            ),
        ),
        migrations.AddField(
            model_name="historicalsiterules",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalsiterules",
            name="site",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.site",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="closed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="customer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="incidents", to="leads.customer"
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="in_charge",
            field=models.ForeignKey(
                help_text="现场负责人",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incidents",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="project",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"),
        ),
        migrations.AddField(
            model_name="incident",
            name="site",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.site"
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="visit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="incidents", to="visits.visit"
            ),
        ),
        migrations.AddField(
            model_name="incidentstep",
            name="done_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="incidentstep",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="visits.incident"
            ),
        ),
        migrations.AddField(
            model_name="paperslip",
            name="printed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="paperslip",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="paper_slips", to="people.site"
            ),
        ),
        migrations.AddField(
            model_name="paperslip",
            name="visit",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="paper_slip", to="visits.visit"
            ),
        ),
        migrations.AddField(
            model_name="permission",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="permission",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="permissions", to="leads.customer"
            ),
        ),
        migrations.AddField(
            model_name="permission",
            name="project",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"),
        ),
        migrations.AddField(
            model_name="permission",
            name="to",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="permissions", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="siterules",
            name="site",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="people.site"
            ),
        ),
        migrations.AddField(
            model_name="slip",
            name="issued_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="slip",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="visits.visit"
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="slip",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="signature", to="visits.slip"
            ),
        ),
        migrations.AddIndex(
            model_name="conduct",
            index=models.Index(fields=["project", "-happened_at"], name="conduct_log"),
        ),
        migrations.AddIndex(
            model_name="conduct",
            index=models.Index(fields=["customer"], name="conduct_of_customer"),
        ),
        migrations.AddIndex(
            model_name="expected",
            index=models.Index(
                condition=models.Q(("visit__isnull", True), ("withdrawn_at__isnull", True)),
                fields=["site", "on"],
                name="expected_at_site",
            ),
        ),
        migrations.AddIndex(
            model_name="expected",
            index=models.Index(
                condition=models.Q(("present", False)), fields=["project", "-at"], name="expected_announced"
            ),
        ),
        migrations.AddIndex(
            model_name="expected",
            index=models.Index(
                condition=models.Q(
                    models.Q(("checked_at__isnull", True), ("called_at__isnull", True), _connector="OR"),
                    ("present", False),
                    ("told_late_at__isnull", True),
                ),
                fields=["due_at"],
                name="expected_task_late",
            ),
        ),
        migrations.AddConstraint(
            model_name="expected",
            constraint=models.CheckConstraint(
                condition=models.Q(("customer__isnull", False), ("registration__isnull", False), _connector="OR"),
                name="expected_is_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="expected",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("present", True),
                    models.Q(("due_at__isnull", False), ("registration__isnull", False)),
                    _connector="OR",
                ),
                name="expected_announced_of_a_report",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.UniqueConstraint(fields=("site", "name"), name="gift_once_at_site"),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(("stock__isnull", True), ("stock__gte", 0), _connector="OR"),
                name="gift_stock_not_below_zero",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["project", "-happened_at"], name="incident_log"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["project"], name="incident_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("entered_at__gte", models.F("happened_at"))), name="incident_after_it_happened"
            ),
        ),
        migrations.AddIndex(
            model_name="incidentstep",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True), ("told_late_at__isnull", True)),
                fields=["due_at"],
                name="incident_step_late",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentstep",
            constraint=models.UniqueConstraint(fields=("incident", "code"), name="incident_step_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="incident_step_done_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="paperslip",
            index=models.Index(fields=["site", "printed_on"], name="paper_slip_of_day"),
        ),
        migrations.AddConstraint(
            model_name="paperslip",
            constraint=models.CheckConstraint(
                condition=models.Q(("visit__isnull", True), ("voided_at__isnull", True), _connector="OR"),
                name="paper_slip_used_or_void",
            ),
        ),
        migrations.AddIndex(
            model_name="permission",
            index=models.Index(fields=["customer", "to"], name="permission_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="permission",
            constraint=models.CheckConstraint(
                condition=models.Q(("to", models.F("by")), _negated=True), name="permission_of_somebody_else"
            ),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.UniqueConstraint(fields=("visit", "revision"), name="slip_once_a_revision"),
        ),
    ]
