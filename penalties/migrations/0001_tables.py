"""The tables of penalties, with their indexes and constraints."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Accusation",
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
                    "against",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("poaching", "抢单"),
                            ("private_number", "私下留电话、私下联系"),
                            ("rebate", "许返点抢客户"),
                            ("privacy_breach", "泄露客户信息"),
                            ("interference", "干扰别人的客户"),
                            ("personal_attack", "人身攻击"),
                            ("defamation", "诋毁同事或公司"),
                            ("false_report", "虚假报备"),
                            ("other", "其它违规"),
                        ],
                        max_length=16,
                    ),
                ),
                ("what", models.CharField(max_length=1000)),
                ("happened_at", models.DateTimeField()),
                (
                    "known_at",
                    models.DateTimeField(
                        help_text="when the reporter found out; within 24 hours from then is prompt (D08-7.3)"
                    ),
                ),
                ("case", models.CharField(blank=True, max_length=24)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["project", "-at"], name="accusations_of_project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("against", models.F("by")), _negated=True), name="accusation_of_another"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.project"
                    ),
                ),
                ("jurisdiction", models.CharField(max_length=20)),
                ("city", models.CharField(blank=True, max_length=20)),
                (
                    "minimum_wage_fen",
                    models.BigIntegerField(
                        help_text="a month, in fen, where the built-in table has no newer one", null=True
                    ),
                ),
                ("fines_payable", models.BooleanField(default=False)),
                ("adopted_on", models.DateField(help_text="discussed with the staff (民主程序)", null=True)),
                ("published_on", models.DateField(help_text="made known (公示)", null=True)),
                ("basis", models.CharField(blank=True, help_text="where that is on file", max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["project", "-id"], name="rules_of_project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_wage_fen__isnull", True), ("minimum_wage_fen__gt", 0), _connector="OR"
                        ),
                        name="rules_wage_is_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reward",
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
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rewards", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("commendation", "表扬"), ("bonus", "奖金"), ("both", "表扬和奖金")], max_length=12
                    ),
                ),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("case", models.CharField(help_text="the collision in which they cooperated", max_length=24)),
                ("cooperation", models.CharField(max_length=300)),
                ("results", models.CharField(max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["project", "-at"], name="rewards_of_project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__isnull", True), ("kind", "commendation")),
                            models.Q(models.Q(("kind", "commendation"), _negated=True), ("amount_fen__gt", 0)),
                            _connector="OR",
                        ),
                        name="reward_bonus_has_an_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to", models.F("by")), _negated=True), name="reward_of_another"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sanction",
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
                    "to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sanctions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sanctions",
                        to="people.organisation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("criticism", "批评"),
                            ("rectify", "限期改正"),
                            ("warning", "警告"),
                            ("written_warning", "书面警告"),
                            ("suspension", "停接"),
                            ("fine", "罚款（只记录，不扣款）"),
                            ("compensation", "赔偿损失"),
                            ("dismissal", "解除"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("variable_pay", "绩效、提成系数"),
                            ("loss_compensation", "赔偿损失"),
                            ("fine", "罚款（只记录）"),
                            ("contract_penalty", "违约金（分销合同）"),
                            ("non_monetary", "不涉及钱"),
                        ],
                        max_length=20,
                    ),
                ),
                ("minimum_fen", models.BigIntegerField(null=True)),
                ("maximum_fen", models.BigIntegerField(null=True)),
                ("amount_fen", models.BigIntegerField(null=True)),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        help_text="of a suspension, calendar days; of 限期改正, until when", null=True
                    ),
                ),
                (
                    "clause",
                    models.CharField(help_text="empty where the one who rules proposed it himself", max_length=24),
                ),
                (
                    "policy",
                    models.CharField(blank=True, help_text="the version of the rules, pack@version", max_length=80),
                ),
                ("act", models.CharField(help_text="what it is for", max_length=40)),
                (
                    "case",
                    models.CharField(
                        blank=True, help_text="number of the collision, where there is one", max_length=24
                    ),
                ),
                ("fact", models.CharField(blank=True, max_length=500)),
                ("reason", models.CharField(max_length=300)),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="penalties.sanction",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "-at"], name="sanctions_of_project"),
                    models.Index(fields=["act"], name="sanctions_for_act"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", False), ("to__isnull", True)),
                            models.Q(("organisation__isnull", True), ("to__isnull", False)),
                            _connector="OR",
                        ),
                        name="sanction_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__isnull", True), ("amount_fen__gt", 0), _connector="OR"),
                        name="sanction_amount_is_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("nature", "non_monetary"), _negated=True),
                            ("amount_fen__isnull", True),
                            _connector="OR",
                        ),
                        name="sanction_without_money_has_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum_fen__isnull", True),
                            ("maximum_fen__isnull", True),
                            ("maximum_fen__gte", models.F("minimum_fen")),
                            _connector="OR",
                        ),
                        name="sanction_range_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("nature", "contract_penalty"), _negated=True),
                            models.Q(("clause", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="sanction_contract_penalty_has_its_clause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "suspension"), _negated=True), ("days__gte", 3), _connector="OR"
                        ),
                        name="sanction_suspends_for_three_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wage",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("month", models.CharField(help_text="local month, yyyymm", max_length=6)),
                ("wage_fen", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["project", "month", "user"], name="wages_of_month")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("wage_fen__gte", 0)), name="wage_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="AccusationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "accusation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="penalties.accusation"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("filed", "提交举报"),
                            ("evidence", "交证据"),
                            ("accepted", "采信"),
                            ("rejected", "不采信"),
                            ("taken", "开始调查"),
                            ("established", "属实"),
                            ("dismissed", "不成立"),
                            ("withdrawn", "撤回"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "about",
                    models.PositiveSmallIntegerField(help_text="number of the evidence that is judged", null=True),
                ),
                ("text", models.CharField(blank=True, max_length=1000)),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[("minor", "轻微"), ("normal", "一般"), ("serious", "严重")],
                        help_text="where established (G-18)",
                        max_length=8,
                    ),
                ),
                (
                    "stopped",
                    models.BooleanField(help_text="whether they stopped when told, or withdrew (D17-1.h1)", null=True),
                ),
                (
                    "customer_lost",
                    models.BooleanField(default=False, help_text="another's customer was lost (D17-1.h3)"),
                ),
                ("loss_fen", models.BigIntegerField(help_text="the proven loss of the company (D13-6.2)", null=True)),
                (
                    "malicious",
                    models.BooleanField(default=False, help_text="knowingly false: only this may be sanctioned"),
                ),
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
                    models.UniqueConstraint(fields=("accusation", "number"), name="accusation_step_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("about__isnull", False)),
                        fields=("accusation", "about"),
                        name="accusation_evidence_judged_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("loss_fen__isnull", True), ("loss_fen__gt", 0), _connector="OR"),
                        name="accusation_loss_is_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("malicious", False), ("kind", "dismissed"), _connector="OR"),
                        name="accusation_malicious_is_dismissed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="penalties.reward"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("proposed", "提出"), ("approved", "批准"), ("dropped", "不办了"), ("posted", "入账")],
                        max_length=8,
                    ),
                ),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("entry_no", models.CharField(blank=True, max_length=24)),
                ("text", models.CharField(blank=True, max_length=300)),
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
                    models.UniqueConstraint(fields=("reward", "number"), name="reward_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_fen__isnull", False),
                                ("kind", "posted"),
                                models.Q(("entry_no", ""), _negated=True),
                            ),
                            models.Q(("kind", "posted"), _negated=True),
                            _connector="OR",
                        ),
                        name="reward_posted_names_its_entry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SanctionStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sanction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="penalties.sanction"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("proposed", "提出"),
                            ("noticed", "告知"),
                            ("answered", "申辩"),
                            ("decided", "决定"),
                            ("dropped", "不办了"),
                            ("acknowledged", "签收"),
                            ("refused_to_sign", "拒签"),
                            ("appealed", "申诉"),
                            ("appeal_decided", "申诉有结果"),
                            ("payable", "可入账"),
                            ("posted", "入账"),
                            ("reversed", "撤销"),
                        ],
                        max_length=16,
                    ),
                ),
                ("amount_fen", models.BigIntegerField(null=True)),
                (
                    "entry_no",
                    models.CharField(blank=True, help_text="of the ledger, where it was posted", max_length=24),
                ),
                ("text", models.CharField(blank=True, max_length=1000)),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="until when it may be answered, or appealed against; exclusive", null=True
                    ),
                ),
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
                    models.UniqueConstraint(fields=("sanction", "number"), name="sanction_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "proposed"), ("number", 1)),
                            models.Q(models.Q(("kind", "proposed"), _negated=True), ("number__gt", 1)),
                            _connector="OR",
                        ),
                        name="sanction_begins_as_a_proposal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_fen__isnull", False),
                                ("kind", "posted"),
                                models.Q(("entry_no", ""), _negated=True),
                            ),
                            models.Q(("kind", "posted"), _negated=True),
                            _connector="OR",
                        ),
                        name="sanction_posted_names_its_entry",
                    ),
                ],
            },
        ),
    ]
