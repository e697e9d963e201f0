"""The tables of leads, with their indexes and constraints."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.project",
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("index", models.BinaryField(max_length=16)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "kind", "index"), name="claim_key_once_in_project")
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(choices=[("person", "个人"), ("company", "企业")], default="person", max_length=8),
                ),
                ("name", models.CharField(max_length=80, verbose_name="姓名")),
                ("honorific", models.CharField(blank=True, max_length=12, verbose_name="称呼")),
                ("pinyin", models.CharField(help_text="toneless, without blanks: zhangjianguo", max_length=200)),
                ("initials", models.CharField(help_text="zjg", max_length=80)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("walk_in", "自然到访"),
                            ("field", "外拓"),
                            ("web", "网络"),
                            ("app", "小程序"),
                            ("list", "名单"),
                            ("referral", "老客户介绍"),
                            ("agency", "分销"),
                        ],
                        default="field",
                        max_length=10,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="companies; another word for who it is (G-38)",
                        max_length=18,
                        verbose_name="统一社会信用代码",
                    ),
                ),
                (
                    "company_key",
                    models.CharField(
                        blank=True,
                        help_text="a company's full name for comparing (screening.companies.plain)",
                        max_length=80,
                    ),
                ),
                (
                    "company_core",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="the part of it that people use, without place: what a short form begins",
                        max_length=80,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="the record that stands for this one",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="leads.customer",
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["merged_into"],
                        name="customer_was_merged",
                    ),
                    models.Index(
                        condition=models.Q(("company_key", ""), _negated=True),
                        fields=["company_key"],
                        name="customer_by_company",
                        opclasses=["varchar_pattern_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("company_core", ""), _negated=True),
                        fields=["company_core"],
                        name="customer_by_company_core",
                        opclasses=["varchar_pattern_ops"],
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Collate("name", "C"),
                        models.F("id"),
                        name="customer_by_name",
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Collate("pinyin", "C"),
                        models.F("id"),
                        name="customer_by_pinyin",
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Collate("initials", "C"),
                        models.F("id"),
                        name="customer_by_initials",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("code", ""), _negated=True), ("merged_into__isnull", True)),
                        fields=("code",),
                        name="customer_code_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "company"), models.Q(("code", ""), ("company_key", "")), _connector="OR"
                        ),
                        name="customer_code_of_company",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalInboundSource",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4)),
                (
                    "kind",
                    models.CharField(
                        choices=[("email_hook", "邮件网关"), ("sms_hook", "短信网关"), ("mailbox", "邮箱（IMAP）")],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("sealed_secret", models.BinaryField()),
                ("host", models.CharField(blank=True, max_length=120)),
                ("port", models.PositiveIntegerField(blank=True, null=True)),
                ("tls", models.BooleanField(default=True)),
                ("username", models.CharField(blank=True, max_length=120)),
                ("folder", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
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
                    "created_by",
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
                "verbose_name": "historical inbound source",
                "verbose_name_plural": "historical inbound sources",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTerritory",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("region", models.CharField(blank=True, max_length=40)),
                ("industry", models.CharField(blank=True, max_length=40)),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="per mille (D03-2.3)",
                        validators=[django.core.validators.MaxValueValidator(1000)],
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
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
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.team",
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
                "verbose_name": "historical territory",
                "verbose_name_plural": "historical territorys",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                ("kind", models.CharField(choices=[("leads", "报备"), ("ownership", "已有的归属")], max_length=10)),
                ("file_name", models.CharField(max_length=120)),
                ("sealed_file", models.BinaryField(null=True)),
                (
                    "digest",
                    models.BinaryField(help_text="SHA-256 of the file: the same file twice is said so", max_length=32),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("tried", "试过了，还没导入"),
                            ("trying", "试导入中"),
                            ("running", "导入中"),
                            ("done", "导入完"),
                            ("failed", "停了"),
                            ("dropped", "不导入了"),
                        ],
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(null=True)),
                ("done_rows", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict, help_text="how many rows came to what")),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        help_text="of ownership, within 30 days",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["project", "-at"], name="import_run_of_project")],
            },
        ),
        migrations.CreateModel(
            name="InboundSource",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inbound_sources", to="people.project"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("email_hook", "邮件网关"), ("sms_hook", "短信网关"), ("mailbox", "邮箱（IMAP）")],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("sealed_secret", models.BinaryField()),
                ("host", models.CharField(blank=True, max_length=120)),
                ("port", models.PositiveIntegerField(blank=True, null=True)),
                ("tls", models.BooleanField(default=True)),
                ("username", models.CharField(blank=True, max_length=120)),
                ("folder", models.CharField(blank=True, max_length=80)),
                ("uid_validity", models.BigIntegerField(null=True)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "failures",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="looks in a row that failed: the next one waits longer"
                    ),
                ),
                (
                    "error",
                    models.CharField(blank=True, help_text="what the last look said; no personal data", max_length=200),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("project", "name"),
                        name="inbound_source_name_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberLeave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="number_leaves",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.CharField(help_text="no number, no name of a customer", max_length=200)),
                ("seen", models.PositiveIntegerField(help_text="how many in 30 days, when it was asked for")),
                ("upto", models.PositiveIntegerField()),
                ("wide", models.BooleanField(help_text="two people have to agree")),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "等批准"), ("given", "批准了"), ("refused", "没有批准")],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "first_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("first_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "-asked_at"], name="number_leave_of_project"),
                    models.Index(fields=["user", "until"], name="number_leave_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")), fields=("user",), name="number_leave_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "given"), _negated=True),
                            models.Q(("decided_by__isnull", False), ("until__isnull", False)),
                            _connector="OR",
                        ),
                        name="number_leave_given_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("first_by__isnull", True),
                                models.Q(("first_by", models.F("user")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("decided_by__isnull", True),
                                models.Q(("decided_by", models.F("user")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="number_leave_not_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "given"), ("wide", True), _negated=True),
                            models.Q(
                                ("first_by__isnull", False),
                                models.Q(("first_by", models.F("decided_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="number_leave_wide_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivacyNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="privacy_notices", to="people.project"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("text_en", models.TextField(blank=True, db_default="")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("consent", "本人同意"),
                            ("contract", "订立、履行合同所必需"),
                            ("withdrawn", "撤回同意"),
                        ],
                        db_default="consent",
                        default="consent",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(help_text="in force from now on")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "version"), name="privacy_notice_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Territory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="territories", to="people.project"
                    ),
                ),
                ("region", models.CharField(blank=True, max_length=40)),
                ("industry", models.CharField(blank=True, max_length=40)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="territories",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="territories",
                        to="people.team",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="per mille (D03-2.3)",
                        validators=[django.core.validators.MaxValueValidator(1000)],
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("team__isnull", True), ("user__isnull", False)),
                            models.Q(("team__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="territory_of_person_or_team",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("industry", ""), ("region", ""), _negated=True),
                        name="territory_of_something",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("project", "region", "industry", "user", "team"),
                        name="territory_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPhone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_phones",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="office_phones",
                        to="people.organisation",
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("whole", models.BinaryField(max_length=16)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("entered_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("whole",), name="work_phone_of_one_holder"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", True), ("user__isnull", False)),
                            models.Q(("organisation__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="work_phone_of_person_or_agency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Basis",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="bases", to="leads.customer"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("consent", "本人同意"),
                            ("contract", "订立、履行合同所必需"),
                            ("withdrawn", "撤回同意"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        help_text="what they were told",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.privacynotice",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("desk", "前台告知"),
                            ("slip", "到访单上签字"),
                            ("seller", "业务员告知"),
                            ("import", "名单带来的"),
                            ("request", "本人要求"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "project", "-at"], name="basis_of_customer")],
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="leads.customer"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("call", "电话"),
                            ("im", "微信"),
                            ("field_visit", "拜访"),
                            ("sample", "送样"),
                            ("quote", "报价"),
                            ("negotiate", "洽谈"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "connected",
                    models.BooleanField(db_default=True, default=True, help_text="whether the customer was reached"),
                ),
                (
                    "asked_first",
                    models.BooleanField(
                        help_text="whether they asked first if a colleague deals with the customer (D20-1d)", null=True
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "没有"),
                            ("phoned", "只通过电话"),
                            ("visited", "拜访过"),
                            ("sampled", "送过样"),
                            ("cooperating", "在合作"),
                            ("neglected", "很久没有人联系"),
                        ],
                        db_default="",
                        max_length=12,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="who followed the customer then, where it was somebody else",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unqueried",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="not theirs, and not looked up in the 24 hours before (D02-3.2)",
                    ),
                ),
                (
                    "sampled_before",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="a sample to a customer who had one already (D20-0.6)",
                    ),
                ),
                (
                    "claimed_at",
                    models.DateTimeField(help_text="when it was, as somebody says; `at` decides (G-35)", null=True),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "project", "at"], name="contact_of_customer"),
                    models.Index(fields=["by", "project", "at"], name="contact_of_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deals", to="people.project"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deals", to="leads.customer"
                    ),
                ),
                (
                    "closer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deals", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "designer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("commission_fen", models.BigIntegerField()),
                ("product", models.CharField(blank=True, help_text="as commission plans name it", max_length=60)),
                ("term_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("signed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["project", "signed_at"], name="deal_of_month")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gt", 0),
                            models.Q(("amount_fen", 0), ("cancelled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="deal_amount_is_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("commission_fen__gte", 0), ("commission_fen__lte", models.F("amount_fen"))),
                        name="deal_commission_within_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deed",
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deeds", to="leads.customer"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deeds", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("signed_at", models.DateTimeField(help_text="as on the paper")),
                ("terms", models.CharField(blank=True, max_length=500)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "project", "signed_at"], name="deed_of_customer")],
            },
        ),
        migrations.CreateModel(
            name="Deposit",
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deposits", to="leads.customer"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "designer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("refunded_fen", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="deposit_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("refunded_fen__gte", 0), ("refunded_fen__lte", models.F("amount_fen"))),
                        name="deposit_refunded_at_most_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCustomer",
            fields=[
                ("id", models.UUIDField(db_index=True, default=uuid.uuid4)),
                (
                    "kind",
                    models.CharField(choices=[("person", "个人"), ("company", "企业")], default="person", max_length=8),
                ),
                ("name", models.CharField(max_length=80, verbose_name="姓名")),
                ("honorific", models.CharField(blank=True, max_length=12, verbose_name="称呼")),
                ("pinyin", models.CharField(help_text="toneless, without blanks: zhangjianguo", max_length=200)),
                ("initials", models.CharField(help_text="zjg", max_length=80)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("walk_in", "自然到访"),
                            ("field", "外拓"),
                            ("web", "网络"),
                            ("app", "小程序"),
                            ("list", "名单"),
                            ("referral", "老客户介绍"),
                            ("agency", "分销"),
                        ],
                        default="field",
                        max_length=10,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="companies; another word for who it is (G-38)",
                        max_length=18,
                        verbose_name="统一社会信用代码",
                    ),
                ),
                (
                    "company_key",
                    models.CharField(
                        blank=True,
                        help_text="a company's full name for comparing (screening.companies.plain)",
                        max_length=80,
                    ),
                ),
                (
                    "company_core",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="the part of it that people use, without place: what a short form begins",
                        max_length=80,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="the record that stands for this one",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.customer",
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
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical customer",
                "verbose_name_plural": "historical customers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDeal",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("no", models.CharField(db_index=True, max_length=24)),
                ("amount_fen", models.BigIntegerField()),
                ("commission_fen", models.BigIntegerField()),
                ("product", models.CharField(blank=True, help_text="as commission plans name it", max_length=60)),
                ("term_months", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField()),
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
                    "closer",
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
                    "designer",
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
                "verbose_name": "historical deal",
                "verbose_name_plural": "historical deals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDeposit",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("no", models.CharField(db_index=True, max_length=24)),
                ("amount_fen", models.BigIntegerField()),
                ("refunded_fen", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
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
                    "designer",
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
                "verbose_name": "historical deposit",
                "verbose_name_plural": "historical deposits",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProfile",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("needs", models.CharField(blank=True, max_length=500, verbose_name="需求")),
                ("intent", models.CharField(blank=True, max_length=100, verbose_name="意向")),
                ("region", models.CharField(blank=True, max_length=40, verbose_name="区域")),
                ("industry", models.CharField(blank=True, max_length=40, verbose_name="行业")),
                (
                    "stage",
                    models.CharField(
                        choices=[("develop", "开发"), ("follow", "跟进"), ("quote", "报价"), ("sign", "签约")],
                        default="develop",
                        max_length=8,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "potential",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(1, "低"), (2, "中"), (3, "高")], null=True, verbose_name="潜力"
                    ),
                ),
                (
                    "importance",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(1, "低"), (2, "中"), (3, "高")], null=True, verbose_name="重要性"
                    ),
                ),
                ("loyalty_high", models.BooleanField(blank=True, null=True, verbose_name="忠诚度高")),
                ("profit_high", models.BooleanField(blank=True, null=True, verbose_name="利润贡献高")),
                ("changed_at", models.DateTimeField()),
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
                    "changed_by",
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
                "verbose_name": "historical profile",
                "verbose_name_plural": "historical profiles",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRelation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spouse", "配偶"),
                            ("parent_child", "父母子女"),
                            ("grandparent", "祖孙"),
                            ("sibling", "兄弟姐妹"),
                            ("other_kin", "其他亲戚"),
                            ("friend", "朋友"),
                            ("acquaintance", "熟人"),
                            ("contact", "公司的联系人"),
                            ("linked", "关联公司"),
                        ],
                        max_length=16,
                    ),
                ),
                ("declared_at", models.DateTimeField()),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("household_register", "户口本"),
                            ("marriage_certificate", "结婚证"),
                            ("statement", "客户共同声明"),
                        ],
                        max_length=20,
                        verbose_name="凭据",
                    ),
                ),
                (
                    "proof_at",
                    models.DateTimeField(
                        help_text="when the house saw it (D07-8.7); the copy itself belongs to a case", null=True
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
                    "other",
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
                    "staff",
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
                    "proof_by",
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
                "verbose_name": "historical relation",
                "verbose_name_plural": "historical relations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTransfer",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("no", models.CharField(db_index=True, max_length=24)),
                (
                    "consent",
                    models.CharField(choices=[("customer", "客户同意"), ("department", "部门批准")], max_length=10),
                ),
                ("reason", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等批准"),
                            ("done", "已转交"),
                            ("refused", "没有批准"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=200)),
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
                    "giver",
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
                    "taker",
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
                    "decided_by",
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
                "verbose_name": "historical transfer",
                "verbose_name_plural": "historical transfers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="leads.customer"
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.customer"
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("moved", models.JSONField(default=dict)),
                ("ended", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_why", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("merged",), name="merge_into_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("merged")), _negated=True), name="merge_of_two"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotebookEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.project",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notebook_entries",
                        to="leads.customer",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notebook_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "book",
                    models.CharField(
                        choices=[("collection", "收集本"), ("visit", "到访本"), ("signed", "已签单本")], max_length=12
                    ),
                ),
                ("source", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("note", models.CharField(help_text="what was talked about (D01-3.b2f)", max_length=500, null=True)),
                ("noted_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "project", "book", "-at"], name="notebook_of_person"),
                    models.Index(fields=["customer", "project", "book", "at"], name="notebook_of_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ownership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.project",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ownerships",
                        to="leads.customer",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[("person", "个人"), ("company", "公司"), ("pool", "公海")],
                        default="person",
                        max_length=8,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ownerships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("protected_until", models.DateTimeField(help_text="exclusive; null: no expiry (G-46)", null=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[("only", "一段保护"), ("visit", "到访前"), ("deal", "成交前")],
                        default="only",
                        max_length=8,
                    ),
                ),
                ("until", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("registered", "报备"),
                            ("walk_in", "到访接待"),
                            ("bound", "到访核对整号"),
                            ("ruling", "裁定"),
                            ("imported", "导入"),
                            ("transfer", "转交"),
                            ("expired", "到期"),
                            ("next", "顺位递补"),
                            ("pool", "公海认领"),
                            ("released", "放回公海"),
                            ("allocated", "分配"),
                            ("handover", "离职交接"),
                            ("merged", "合并客户"),
                            ("parted", "撤销合并"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(help_text="the registration, visit or ruling that it rests on", max_length=24),
                ),
                ("by", models.CharField(max_length=64)),
                (
                    "ended_for",
                    models.CharField(help_text="what ended it: a ruling, or `expired`", max_length=24, null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("protected_until__isnull", False), ("until__isnull", True)),
                        fields=["protected_until"],
                        name="ownership_runs_out",
                    ),
                    models.Index(
                        condition=models.Q(("holder", "pool"), ("until__isnull", True)),
                        fields=["project", "-since"],
                        name="ownership_in_pool",
                    ),
                    models.Index(
                        condition=models.Q(("until__isnull", True)),
                        fields=["user", "project", "protected_until"],
                        name="ownership_of_person",
                    ),
                    models.Index(fields=["customer", "project", "since"], name="ownership_story"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("project", "customer"),
                        name="ownership_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="ownership_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder", "person"), ("user__isnull", False)),
                            models.Q(models.Q(("holder", "person"), _negated=True), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="ownership_person_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="person_requests", to="people.project"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="leads.customer"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "查阅、复制"),
                            ("correct", "更正、补充"),
                            ("freeze", "停止使用"),
                            ("erase", "删除"),
                        ],
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "identified",
                    models.CharField(help_text="how we know that it is them; no number, no name", max_length=100),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待处理"),
                            ("approval", "待第二人同意"),
                            ("done", "办好了"),
                            ("refused", "没有办"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, help_text="what was done, or why not", max_length=300)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proposed_at", models.DateTimeField(null=True)),
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
                "indexes": [models.Index(fields=["project", "state", "due_at"], name="person_request_queue")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state__in", ["open", "approval"])),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("state__in", ["done", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="person_request_closed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "erase"), ("state", "done"), _negated=True),
                            models.Q(("closed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="person_request_erased_by_two",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "approval"])),
                        fields=("customer", "kind"),
                        name="person_request_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phones",
                        to="leads.customer",
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("whole", models.BinaryField(max_length=16)),
                ("m34", models.BinaryField(max_length=16)),
                ("ends33", models.BinaryField(max_length=16)),
                ("last4", models.BinaryField(max_length=16)),
                ("entered_at", models.DateTimeField(help_text="a link counts from its entry (G-13)")),
                (
                    "shared",
                    models.BooleanField(default=False, help_text="somebody else's number too; theirs came first"),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="of a number added later",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proof",
                    models.CharField(blank=True, help_text="what shows that an added number is theirs", max_length=100),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["m34"], name="phone_by_first3_last4"),
                    models.Index(fields=["ends33"], name="phone_by_ends"),
                    models.Index(fields=["last4", "id"], name="phone_by_last4"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("shared", False)), fields=("whole",), name="phone_of_one_customer"
                    ),
                    models.UniqueConstraint(fields=("whole", "customer"), name="phone_once_a_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PreCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prechecks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("index", models.BinaryField(max_length=16)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prechecks",
                        to="leads.customer",
                    ),
                ),
                (
                    "found",
                    models.ForeignKey(
                        help_text="the owner who was shown",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("clear", "可以报备"),
                            ("check", "需核实"),
                            ("taken", "不能报备"),
                            ("yours", "已是你的客户"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "bucket",
                    models.BinaryField(
                        help_text="前三后四 of a whole number, or of the mask: how often was it tried?",
                        max_length=16,
                        null=True,
                    ),
                ),
                (
                    "over",
                    models.BooleanField(default=False, help_text="over the quota: answered that a person must look"),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["by", "-at"], name="precheck_of_person"),
                    models.Index(fields=["project", "-at"], name="precheck_of_project"),
                    models.Index(fields=["customer", "at"], name="precheck_of_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Profile",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="profiles", to="leads.customer"
                    ),
                ),
                ("needs", models.CharField(blank=True, max_length=500, verbose_name="需求")),
                ("intent", models.CharField(blank=True, max_length=100, verbose_name="意向")),
                ("region", models.CharField(blank=True, max_length=40, verbose_name="区域")),
                ("industry", models.CharField(blank=True, max_length=40, verbose_name="行业")),
                (
                    "stage",
                    models.CharField(
                        choices=[("develop", "开发"), ("follow", "跟进"), ("quote", "报价"), ("sign", "签约")],
                        default="develop",
                        max_length=8,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "potential",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(1, "低"), (2, "中"), (3, "高")], null=True, verbose_name="潜力"
                    ),
                ),
                (
                    "importance",
                    models.PositiveSmallIntegerField(
                        blank=True, choices=[(1, "低"), (2, "中"), (3, "高")], null=True, verbose_name="重要性"
                    ),
                ),
                ("loyalty_high", models.BooleanField(blank=True, null=True, verbose_name="忠诚度高")),
                ("profit_high", models.BooleanField(blank=True, null=True, verbose_name="利润贡献高")),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "customer"), name="profile_once_in_project")
                ],
            },
        ),
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="people.project",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="leads.customer",
                    ),
                ),
                (
                    "bound_at",
                    models.DateTimeField(help_text="when the whole number of a masked report was keyed", null=True),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "agency",
                    models.CharField(
                        blank=True, help_text="the reporting company as written, never the customer's", max_length=80
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("honorific", models.CharField(blank=True, max_length=12)),
                ("sealed_number", models.BinaryField(help_text="the number as understood, whole or masked, encrypted")),
                ("masked", models.BooleanField()),
                ("m34", models.BinaryField(max_length=16)),
                ("ends33", models.BinaryField(max_length=16)),
                ("sealed_text", models.BinaryField(help_text="the report as it was pasted, encrypted", null=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "网页"),
                            ("email", "邮件"),
                            ("sms", "短信"),
                            ("im", "微信/钉钉"),
                            ("form", "表格"),
                            ("phone", "电话"),
                            ("api", "接口"),
                            ("import", "导入"),
                        ],
                        default="web",
                        max_length=8,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("clear", "可以报备"),
                            ("check", "需核实"),
                            ("taken", "不能报备"),
                            ("yours", "已是你的客户"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "arrived_at",
                    models.DateTimeField(
                        help_text="the customer had already arrived then: the report came late", null=True
                    ),
                ),
                ("at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "project", "at"], name="registration_of_customer"),
                    models.Index(fields=["project", "-at"], name="registration_of_project"),
                    models.Index(fields=["by", "-at"], name="registration_of_person"),
                    models.Index(
                        condition=models.Q(("customer__isnull", True)),
                        fields=["project", "m34"],
                        name="registration_waiting_m34",
                    ),
                    models.Index(
                        condition=models.Q(("customer__isnull", True)),
                        fields=["project", "ends33"],
                        name="registration_waiting_ends",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("customer__isnull", False), ("masked", True), _connector="OR"),
                        name="registration_whole_number_has_customer",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="relations", to="leads.customer"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.customer"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spouse", "配偶"),
                            ("parent_child", "父母子女"),
                            ("grandparent", "祖孙"),
                            ("sibling", "兄弟姐妹"),
                            ("other_kin", "其他亲戚"),
                            ("friend", "朋友"),
                            ("acquaintance", "熟人"),
                            ("contact", "公司的联系人"),
                            ("linked", "关联公司"),
                        ],
                        max_length=16,
                    ),
                ),
                ("declared_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("household_register", "户口本"),
                            ("marriage_certificate", "结婚证"),
                            ("statement", "客户共同声明"),
                        ],
                        max_length=20,
                        verbose_name="凭据",
                    ),
                ),
                (
                    "proof_at",
                    models.DateTimeField(
                        help_text="when the house saw it (D07-8.7); the copy itself belongs to a case", null=True
                    ),
                ),
                (
                    "proof_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proof", ""), ("proof_at__isnull", True), ("proof_by__isnull", True)),
                            models.Q(
                                models.Q(("proof", ""), _negated=True),
                                ("proof_at__isnull", False),
                                ("proof_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="relation_proof_seen_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("other__isnull", False), ("staff__isnull", True)),
                            models.Q(("other__isnull", True), ("staff__isnull", False)),
                            _connector="OR",
                        ),
                        name="relation_to_customer_or_staff",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="leads.customer"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customer_tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("what", models.CharField(max_length=120)),
                ("due_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(help_text="when its time had come and a message said so", null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_note", models.CharField(blank=True, max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("told_at__isnull", True)),
                        fields=["due_at"],
                        name="task_comes_due",
                    ),
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["user", "project", "due_at"],
                        name="task_waits",
                    ),
                    models.Index(fields=["customer", "project"], name="task_of_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="leads.customer"
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "consent",
                    models.CharField(choices=[("customer", "客户同意"), ("department", "部门批准")], max_length=10),
                ),
                ("reason", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "等批准"),
                            ("done", "已转交"),
                            ("refused", "没有批准"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [models.Index(fields=["project", "state", "-at"], name="transfer_queue")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("project", "customer"),
                        name="transfer_one_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("taker")), _negated=True),
                        name="transfer_to_somebody_else",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="withheld", to="leads.customer"
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("why", models.CharField(help_text="code: asked, retention, withdrawn", max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        help_text="none: a job",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(
                        help_text="when it is erased; none while a case or a deal needs it", null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DealChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="leads.deal"
                    ),
                ),
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
                        condition=models.Q(("commission_fen__gte", 0)), name="deal_change_leaves_no_debt"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("kind", "price")),
                            models.Q(
                                ("amount_fen__gt", 0),
                                ("amount_fen__lt", models.F("was_amount_fen")),
                                ("kind", "refund"),
                            ),
                            models.Q(("amount_fen", 0), ("commission_fen", 0), ("kind", "cancel")),
                            _connector="OR",
                        ),
                        name="deal_change_fits_its_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasure", to="leads.customer"
                    ),
                ),
                ("why", models.CharField(help_text="code: asked, retention", max_length=40)),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.personrequest",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalVisitNote",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("purpose", models.CharField(blank=True, max_length=60, verbose_name="拜访目的")),
                ("result", models.CharField(blank=True, max_length=200, verbose_name="结果")),
                (
                    "entered_at",
                    models.DateTimeField(
                        help_text="when the result was first written: the platform is up to date from then on (D12-6.3a)",
                        null=True,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="leads.contact",
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
                "verbose_name": "historical visit note",
                "verbose_name_plural": "historical visit notes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="IdentityQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="leads.registration",
                    ),
                ),
                (
                    "visit",
                    models.CharField(
                        blank=True, help_text="the number of the visit where the desk found out", max_length=24
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.customer"
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        choices=[
                            ("whole", "整号一致"),
                            ("mask", "仅前三后四一致"),
                            ("name", "仅姓名相似"),
                            ("company", "公司名相近"),
                            ("kin", "亲属关系"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(choices=[("same", "是同一位"), ("other", "是另一位")], max_length=8, null=True),
                ),
                (
                    "answered_customer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.customer"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
                ("candidates", models.ManyToManyField(related_name="identity_questions", to="leads.customer")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer__isnull", True)),
                        fields=["project", "at"],
                        name="identity_question_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__isnull", True), ("answered_at__isnull", True), ("answered_by__isnull", True)
                            ),
                            models.Q(
                                ("answer__isnull", False),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="identity_question_answered_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="leads.importrun"
                    ),
                ),
                ("line", models.PositiveIntegerField(help_text="as the file counts, with its head line")),
                ("outcome", models.CharField(help_text="wrong, taken, check, twice, yours", max_length=12)),
                ("code", models.CharField(blank=True, max_length=40)),
                ("sealed_cells", models.BinaryField(help_text="the row as it stood, for the error file", null=True)),
                (
                    "registration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.registration",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "line"), name="import_row_once")],
            },
        ),
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="leads.inboundsource"
                    ),
                ),
                ("external_id", models.CharField(max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbound_messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sealed_sender", models.BinaryField()),
                ("sealed_text", models.BinaryField()),
                (
                    "claimed_at",
                    models.DateTimeField(help_text="the sender's own time; beside the server's (G-35)", null=True),
                ),
                ("at", models.DateTimeField(help_text="the server's receipt: it decides")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("done", "已报备"),
                            ("part", "有几行没报上"),
                            ("unclear", "没看懂"),
                            ("unknown", "不认识发件人"),
                            ("closed", "不用处理"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sealed_left", models.BinaryField(help_text="the lines that were not registered", null=True)),
                (
                    "handled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("handled_at", models.DateTimeField(null=True)),
                ("registrations", models.ManyToManyField(related_name="+", to="leads.registration")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source", "-at"], name="inbound_message_of_source"),
                    models.Index(fields=["user", "-at"], name="inbound_message_of_person"),
                    models.Index(
                        condition=models.Q(("state__in", ("unknown", "part", "unclear"))),
                        fields=["source"],
                        name="inbound_message_waits",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("source", "external_id"), name="inbound_message_once")],
            },
        ),
        migrations.CreateModel(
            name="Offer",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="leads.customer"
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.registration"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="exclusive")),
                (
                    "answer",
                    models.CharField(
                        choices=[("accepted", "接手"), ("declined", "不要"), ("lapsed", "没有答复")],
                        max_length=8,
                        null=True,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("answer__isnull", True)), fields=["until"], name="offer_runs_out"),
                    models.Index(condition=models.Q(("answer__isnull", True)), fields=["to"], name="offer_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer__isnull", True)),
                        fields=("project", "customer"),
                        name="offer_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtectionChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ownership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="leads.ownership"
                    ),
                ),
                ("was", models.DateTimeField(null=True)),
                ("becomes", models.DateTimeField(null=True)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("visit", "到访"),
                            ("follow_up", "跟进"),
                            ("sample", "送样"),
                            ("decided", "主管决定"),
                            ("stage", "进入下一段"),
                        ],
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(blank=True, help_text="the visit or contact", max_length=24)),
                ("reason", models.CharField(blank=True, max_length=100)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["ownership", "at"], name="protection_change_story")],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="leads.deposit"
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
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
                    models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="refund_is_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="leads.registration"
                    ),
                ),
                ("approved", models.BooleanField()),
                ("why", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["registration", "-at"], name="review_of_registration")],
            },
        ),
        migrations.CreateModel(
            name="VisitNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visit_note", to="leads.contact"
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=60, verbose_name="拜访目的")),
                ("result", models.CharField(blank=True, max_length=200, verbose_name="结果")),
                (
                    "entered_at",
                    models.DateTimeField(
                        help_text="when the result was first written: the platform is up to date from then on (D12-6.3a)",
                        null=True,
                    ),
                ),
            ],
        ),
    ]
