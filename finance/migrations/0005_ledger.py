"""The ledger in double entry, accounting months, answers to statements, and files handed out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("arbitration", "0008_manager_desk_guards"),
        ("finance", "0004_groundwork"),
        ("leads", "0009_deal_changes"),
        ("people", "0004_front_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.organisation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
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
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
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
                ("clauses", models.CharField(blank=True, max_length=120)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="number of the sanction, the reward or the settlement slip", max_length=60
                    ),
                ),
                ("at", models.DateTimeField()),
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
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="finance.entry",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="leads.deal"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
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
                    "ruling",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="arbitration.ruling",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
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
                ("at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExportPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="finance.export"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(help_text="yyyymm", max_length=6)),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True, help_text="when people were last asked to confirm their statements", null=True
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="periods", to="people.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeriodEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("close", "关账"), ("reopen", "重新打开")], max_length=8)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("entries", models.PositiveIntegerField(help_text="how many entries the month had")),
                (
                    "payable_fen",
                    models.BigIntegerField(help_text="what they come to in favour of people, agencies and funds"),
                ),
                ("digest", models.BinaryField(help_text="SHA-256 over the month's postings in order", max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="finance.period"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "share_bp",
                    models.IntegerField(help_text="basis points of the whole; none on the other side", null=True),
                ),
                ("amount_fen", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="finance.account"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="finance.entry"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatementAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(help_text="yyyymm", max_length=6)),
                (
                    "kind",
                    models.CharField(
                        choices=[("confirm", "确认"), ("question", "有疑问"), ("reply", "答复")], max_length=8
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=500)),
                ("total_fen", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
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
            ],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", True), ("user__isnull", True)),
                    models.Q(("team__isnull", True), ("user__isnull", True)),
                    models.Q(("organisation__isnull", True), ("team__isnull", True)),
                    _connector="OR",
                ),
                name="account_of_one_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("project", "kind", "user", "organisation", "team"), name="account_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["project", "period", "id"], name="entry_of_period"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["deal", "book"], name="entry_of_deal"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "reversal"), ("reverses__isnull", False)),
                    models.Q(models.Q(("kind", "reversal"), _negated=True), ("reverses__isnull", True)),
                    _connector="OR",
                ),
                name="entry_reversal_names_its_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", False), ("kind", "correction")),
                    models.Q(models.Q(("kind", "correction"), _negated=True), ("corrects__isnull", True)),
                    _connector="OR",
                ),
                name="entry_correction_names_its_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deal__isnull", False),
                    ("kind__in", ("deduction", "reward")),
                    ("kind", "reversal"),
                    _connector="OR",
                ),
                name="entry_of_a_deal_or_a_person",
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["project", "-at"], name="export_of_project"),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("form", "beancount"), _negated=True), ("kind", "ledger"), _connector="OR"),
                name="export_beancount_is_the_ledger",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("whole", False), ("kind", "splits"), _connector="OR"),
                name="export_whole_numbers_of_splits",
            ),
        ),
        # A file goes in and out once: to compress it in the database took longer than to write it.
        migrations.RunSQL(
            "ALTER TABLE finance_exportpart ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE finance_exportpart ALTER COLUMN content SET STORAGE EXTENDED",
        ),
        migrations.AddConstraint(
            model_name="exportpart",
            constraint=models.UniqueConstraint(fields=("export", "number"), name="export_part_once"),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.UniqueConstraint(fields=("project", "month"), name="period_once"),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__regex", "^20\\d{2}(0[1-9]|1[0-2])$")), name="period_is_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="periodevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "reopen"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="reopening_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["account", "id"], name="posting_of_account"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_bp__gte", 0), ("share_bp__lte", 10000)), name="posting_share_within_whole"
            ),
        ),
        migrations.AddIndex(
            model_name="statementanswer",
            index=models.Index(fields=["project", "month", "id"], name="statement_answer_of_month"),
        ),
        migrations.AddConstraint(
            model_name="statementanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("user__isnull", True)),
                    models.Q(("organisation__isnull", True), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="statement_of_one_payee",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "confirm"), models.Q(("text", ""), _negated=True), _connector="OR"),
                name="statement_question_has_words",
            ),
        ),
    ]
