"""The tables of finance, with their indexes and constraints."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("arbitration", "0001_tables"),
        ("leads", "0001_tables"),
        ("people", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commission", "待分佣金"),
                            ("payable", "应付提成"),
                            ("accrued", "待甲方结佣"),
                            ("deduction", "扣款"),
                            ("recovered", "扣款收入"),
                            ("bonus", "奖励"),
                            ("rewards", "奖励支出"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        help_text="its fund (营销经费)",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", True), ("user__isnull", True)),
                            models.Q(("team__isnull", True), ("user__isnull", True)),
                            models.Q(("organisation__isnull", True), ("team__isnull", True)),
                            _connector="OR",
                        ),
                        name="account_of_one_holder",
                    ),
                    models.UniqueConstraint(
                        fields=("project", "kind", "user", "organisation", "team"),
                        name="account_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commission_plans",
                        to="people.project",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("front_desk", "前台"),
                            ("salesperson", "业务员"),
                            ("agent", "外部经纪人"),
                            ("secretary", "销售秘书"),
                            ("designer", "设计师"),
                            ("counterpart", "对接人"),
                            ("manager", "主管"),
                            ("general_manager", "总经理"),
                            ("finance", "财务"),
                            ("administrator", "管理员"),
                        ],
                        max_length=20,
                    ),
                ),
                ("product", models.CharField(blank=True, max_length=60)),
                ("rate_bp", models.PositiveIntegerField(help_text="basis points of the contract amount")),
                ("since", models.DateField()),
                (
                    "until",
                    models.DateField(blank=True, help_text="the first day on which it no longer counts", null=True),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rate_bp__lte", 10000)), name="plan_rate_within_whole"),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                        name="plan_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("organisation__isnull", True), ("role", ""), _connector="OR"),
                        name="plan_for_an_agency_or_a_role",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("project", "organisation", "role", "product"),
                        name="plan_one_open",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                ("book", models.CharField(choices=[("commission", "提成"), ("credit", "业绩")], max_length=10)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("accrual", "计提"),
                            ("correction", "调整"),
                            ("reversal", "冲销"),
                            ("settlement", "甲方结佣"),
                            ("deduction", "扣款"),
                            ("reward", "奖励"),
                        ],
                        max_length=10,
                    ),
                ),
                ("period", models.CharField(help_text="local month it is posted in, yyyymm", max_length=6)),
                (
                    "deal",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="leads.deal"
                    ),
                ),
                (
                    "ruling",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="arbitration.ruling",
                    ),
                ),
                ("clauses", models.CharField(blank=True, max_length=120)),
                (
                    "change",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="leads.dealchange",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="number of the sanction, the reward or the settlement slip", max_length=60
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="finance.entry",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="finance.entry",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        help_text="nobody: it follows by itself",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "period", "id"], name="entry_of_period"),
                    models.Index(fields=["deal", "book"], name="entry_of_deal"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "reversal"), ("reverses__isnull", False)),
                            models.Q(models.Q(("kind", "reversal"), _negated=True), ("reverses__isnull", True)),
                            _connector="OR",
                        ),
                        name="entry_reversal_names_its_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects__isnull", False), ("kind", "correction")),
                            models.Q(models.Q(("kind", "correction"), _negated=True), ("corrects__isnull", True)),
                            _connector="OR",
                        ),
                        name="entry_correction_names_its_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deal__isnull", False),
                            ("kind__in", ("deduction", "reward")),
                            ("kind", "reversal"),
                            _connector="OR",
                        ),
                        name="entry_of_a_deal_or_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("splits", "分成明细"),
                            ("statements", "分成单"),
                            ("ledger", "台账"),
                            ("penalties", "处分"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("csv", "CSV"), ("xlsx", "Excel"), ("beancount", "Beancount")], max_length=10
                    ),
                ),
                ("month", models.CharField(help_text="yyyymm", max_length=6)),
                ("whole", models.BooleanField(default=False, help_text="telephone numbers in clear")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "排队中"), ("running", "导出中"), ("done", "好了"), ("failed", "没导成")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, help_text="how many lines there are")),
                ("done_rows", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(help_text="bytes", null=True)),
                ("sha256", models.BinaryField(max_length=32, null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["project", "-at"], name="export_of_project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("form", "beancount"), _negated=True), ("kind", "ledger"), _connector="OR"
                        ),
                        name="export_beancount_is_the_ledger",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("whole", False), ("kind", "splits"), _connector="OR"),
                        name="export_whole_numbers_of_splits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCommissionPlan",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("front_desk", "前台"),
                            ("salesperson", "业务员"),
                            ("agent", "外部经纪人"),
                            ("secretary", "销售秘书"),
                            ("designer", "设计师"),
                            ("counterpart", "对接人"),
                            ("manager", "主管"),
                            ("general_manager", "总经理"),
                            ("finance", "财务"),
                            ("administrator", "管理员"),
                        ],
                        max_length=20,
                    ),
                ),
                ("product", models.CharField(blank=True, max_length=60)),
                ("rate_bp", models.PositiveIntegerField(help_text="basis points of the contract amount")),
                ("since", models.DateField()),
                (
                    "until",
                    models.DateField(blank=True, help_text="the first day on which it no longer counts", null=True),
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
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.organisation",
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
                "verbose_name": "historical commission plan",
                "verbose_name_plural": "historical commission plans",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="periods", to="people.project"
                    ),
                ),
                ("month", models.CharField(help_text="yyyymm", max_length=6)),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True, help_text="when people were last asked to confirm their statements", null=True
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "month"), name="period_once"),
                    models.CheckConstraint(
                        condition=models.Q(("month__regex", "^20\\d{2}(0[1-9]|1[0-2])$")), name="period_is_a_month"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                ("month", models.CharField(help_text="yyyymm", max_length=6)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="whose statement",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        help_text="or an agency's",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("confirm", "确认"), ("question", "有疑问"), ("reply", "答复")], max_length=8
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=500)),
                ("total_fen", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["project", "month", "id"], name="statement_answer_of_month")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", False), ("user__isnull", True)),
                            models.Q(("organisation__isnull", True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="statement_of_one_payee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "confirm"), models.Q(("text", ""), _negated=True), _connector="OR"),
                        name="statement_question_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="finance.export"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("export", "number"), name="export_part_once")],
            },
        ),
        migrations.CreateModel(
            name="PeriodEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="finance.period"
                    ),
                ),
                ("kind", models.CharField(choices=[("close", "关账"), ("reopen", "重新打开")], max_length=8)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("entries", models.PositiveIntegerField(help_text="how many entries the month had")),
                (
                    "payable_fen",
                    models.BigIntegerField(help_text="what they come to in favour of people, agencies and funds"),
                ),
                ("digest", models.BinaryField(help_text="SHA-256 over the month's postings in order", max_length=32)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "reopen"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reopening_has_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="finance.entry"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="finance.account"
                    ),
                ),
                (
                    "share_bp",
                    models.IntegerField(help_text="basis points of the whole; none on the other side", null=True),
                ),
                ("amount_fen", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["account", "id"], name="posting_of_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("share_bp__gte", 0), ("share_bp__lte", 10000)),
                        name="posting_share_within_whole",
                    )
                ],
            },
        ),
    ]
