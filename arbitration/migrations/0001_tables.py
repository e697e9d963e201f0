"""The tables of arbitration, with their indexes and constraints."""

import django.contrib.postgres.fields
import django.db.models.deletion
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
            name="EarlyWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="early_warnings", to="people.project"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.customer"
                    ),
                ),
                (
                    "about",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="leads.customer"
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
                    "cause",
                    models.CharField(
                        choices=[
                            ("whole", "号码一样，姓名不同"),
                            ("mask", "前三后四一样"),
                            ("company", "公司名相近"),
                            ("kin", "可能是一家人"),
                            ("unit", "同一家公司的人"),
                            ("contact", "已经联系"),
                            ("plan", "打算联系"),
                        ],
                        max_length=8,
                    ),
                ),
                ("times", models.PositiveIntegerField(default=1)),
                ("at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("dismissed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("dismissed_at__isnull", True)),
                        fields=["project", "-last_at"],
                        name="early_warning_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "customer", "by", "owner", "cause"), name="early_warning_once_a_cause"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeySettings",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="key_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("letters", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pack", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=16)),
                ("canonical", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pack", "version", "sha256"), name="policy_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="subjects", to="people.project"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("product", "产品"),
                            ("unit", "房号"),
                            ("media_slot", "媒体位"),
                            ("production_slot", "生产档期"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("area", models.CharField(blank=True, default="", max_length=40)),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        help_text="1 is the highest; none: it goes before nothing", null=True
                    ),
                ),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("project", "kind", "name"), name="subject_once")],
            },
        ),
        migrations.CreateModel(
            name="Collision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="collisions", to="people.project"
                    ),
                ),
                (
                    "matter",
                    models.CharField(
                        choices=[("customer", "客户"), ("slot", "媒体位"), ("order", "订单先后"), ("sale", "一物多卖")],
                        db_default="customer",
                        default="customer",
                        max_length=10,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collisions",
                        to="leads.customer",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        help_text="what is disputed, where it is no customer",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collisions",
                        to="arbitration.subject",
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("registration", "重复报备"),
                            ("visit", "到访不一致"),
                            ("deal", "签单不一致"),
                            ("relation", "家人关系"),
                            ("deed", "归属协议"),
                            ("merge", "合并客户"),
                            ("by_hand", "人工立案"),
                        ],
                        max_length=12,
                    ),
                ),
                ("source", models.CharField(help_text="the registration, visit or deal that opened it", max_length=24)),
                (
                    "deal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collisions",
                        to="leads.deal",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待裁定"),
                            ("evidence", "等证据"),
                            ("escalated", "已上报"),
                            ("ruled", "已裁定"),
                            ("moot", "不再成立"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "with_general_manager",
                    models.BooleanField(default=False, help_text="above the manager's level from now on"),
                ),
                ("evidence_due", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("postponed_until", models.DateTimeField(null=True)),
                ("proposal", models.CharField(blank=True, db_default="", default="", max_length=16)),
                (
                    "ripe_at",
                    models.DateTimeField(
                        help_text="before this nobody may rule, the policy says (D07-8.2a)", null=True
                    ),
                ),
                ("assessed", models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "state", "opened_at"], name="collision_queue"),
                    models.Index(fields=["project", "opened_at"], name="collision_of_time"),
                    models.Index(
                        condition=models.Q(
                            ("assessed__lt", models.F("version")),
                            models.Q(("state__in", ("ruled", "moot")), _negated=True),
                        ),
                        fields=["id"],
                        name="collision_changed",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("ripe_at__isnull", False), models.Q(("state__in", ("ruled", "moot")), _negated=True)
                        ),
                        fields=["ripe_at"],
                        name="collision_ripens",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("ruled", "moot")), _negated=True),
                        fields=("project", "customer"),
                        name="collision_one_unruled",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("ruled", "moot")), _negated=True),
                        fields=("project", "matter", "subject"),
                        name="collision_one_of_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("customer__isnull", False), ("matter", "customer"), ("subject__isnull", True)),
                            models.Q(
                                models.Q(("matter", "customer"), _negated=True),
                                ("customer__isnull", True),
                                ("subject__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="collision_is_about_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="policy_drafts", to="people.project"
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        help_text="the version it was begun from",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="arbitration.policyversion",
                    ),
                ),
                ("content", models.JSONField()),
                ("params", models.JSONField(db_default={}, default=dict)),
                ("why", models.TextField(blank=True, default="", max_length=2000)),
                (
                    "since",
                    models.DateTimeField(
                        help_text="from when it is to govern; null is from its publication on", null=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待发布"),
                            ("published", "已发布"),
                            ("dropped", "已作废"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policy_drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True)),
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
                ("decided_why", models.TextField(blank=True, default="", max_length=2000)),
                (
                    "published",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="arbitration.policyversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["project", "state"], name="policy_draft_open")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("published__isnull", False),
                                models.Q(("decided_by", models.F("submitted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="policy_draft_second_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyInForce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="policies", to="people.project"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="arbitration.policyversion"
                    ),
                ),
                ("scope", models.CharField(max_length=48)),
                ("params", models.JSONField(db_default={}, default=dict)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_early", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("project", "scope"),
                        name="policy_one_open_in_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="policy_ends_no_earlier_than_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_early__isnull", True),
                            models.Q(("ended_early__gte", models.F("since")), ("ended_early__lt", models.F("until"))),
                            _connector="OR",
                        ),
                        name="policy_ended_early_before_its_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="arbitration.collision"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("call_list", "通话清单"),
                            ("objection", "异议"),
                            ("slip", "到访确认单"),
                            ("bring", "带看"),
                            ("closing", "签约在场"),
                            ("proof", "关系证明"),
                            ("negotiation", "协商结果"),
                            ("evidence", "证据认定"),
                            ("offer", "报价"),
                            ("terms_fixed", "条件敲定"),
                            ("hold_request", "申请保留"),
                            ("effort", "付出"),
                            ("work_order", "生产订单"),
                            ("contract", "合同"),
                            ("cancellation", "解约"),
                            ("statement", "客户的话"),
                            ("invitation", "邀约"),
                            ("referral", "转介绍"),
                            ("reception", "接待"),
                            ("contact", "联系"),
                            ("accusation", "举报"),
                            ("escalation", "上报总经理"),
                            ("collision_known", "得知撞单"),
                            ("collision_reported", "上报撞单"),
                            ("notice", "告知"),
                            ("investigation", "调查"),
                            ("consent", "同意和批准"),
                            ("transfer", "转交"),
                            ("withdrawal", "放弃"),
                            ("conduct", "违规行为"),
                            ("loss", "损失"),
                            ("record_update", "更新记录"),
                            ("report", "线下报备"),
                            ("visit", "到访补记"),
                            ("customer", "客户情况"),
                            ("person", "人员情况"),
                        ],
                        max_length=20,
                    ),
                ),
                ("payload", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["collision", "at"], name="case_event_of_case")],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="arbitration.collision"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("letter", models.CharField(max_length=2)),
                (
                    "ground",
                    models.CharField(help_text="the registration, visit, deal or ownership it rests on", max_length=24),
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
                    "customer",
                    models.ForeignKey(
                        help_text="for whom, where the case is about no customer",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="leads.customer",
                    ),
                ),
                ("joined_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("collision", "user"), name="claim_once_a_person"),
                    models.UniqueConstraint(fields=("collision", "letter"), name="claim_letter_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="arbitration.collision"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("form", models.CharField(max_length=20)),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("collision", "by", "form"), name="draft_once")],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="arbitration.collision"
                    ),
                ),
                ("kind", models.CharField(choices=[("agreed", "同意建议"), ("otherwise", "改判")], max_length=10)),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[
                            ("person", "归一人"),
                            ("company", "归公"),
                            ("pool", "放回公海"),
                            ("reassign", "重新分配"),
                            ("unchanged", "不变"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shares_kind",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "shares_to",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(null=True), size=None),
                ),
                ("shares_bp", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("turns", models.JSONField(default=list)),
                ("reason", models.TextField(max_length=2000)),
                (
                    "policy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="arbitration.policyversion",
                    ),
                ),
                (
                    "rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16),
                        default=list,
                        help_text="ids of the rules that fired",
                        size=None,
                    ),
                ),
                ("case_canonical", models.BinaryField(null=True)),
                ("case_sha256", models.BinaryField(max_length=32, null=True)),
                ("proposal_canonical", models.BinaryField(null=True)),
                (
                    "facts",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="the facts that decided, canonical JSON: what a backtest runs rules over",
                    ),
                ),
                ("proposal_sha256", models.BinaryField(max_length=32, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
                ("superseded_by", models.CharField(max_length=24, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_by__isnull", True)),
                        fields=("collision",),
                        name="ruling_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner__isnull", False), ("owner_kind", "person")),
                            models.Q(models.Q(("owner_kind", "person"), _negated=True), ("owner__isnull", True)),
                            _connector="OR",
                        ),
                        name="ruling_owner_is_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Simulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="simulations",
                        to="arbitration.policydraft",
                    ),
                ),
                ("draft_version", models.PositiveIntegerField(help_text="of which state of the draft it speaks")),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("parameter", models.CharField(blank=True, default="", max_length=40)),
                ("values", models.JSONField(db_default=[], default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "排队"), ("running", "在算"), ("done", "算完"), ("failed", "没算成")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(db_default={}, default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="arbitration.collision",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "ruling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="arbitration.ruling"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("reason", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待处理"),
                            ("upheld", "维持原裁定"),
                            ("accepted", "重新审理"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
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
                ("decided_why", models.TextField(blank=True, default="", max_length=2000)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "at"], name="appeal_open")],
                "constraints": [
                    models.UniqueConstraint(fields=("ruling", "by"), name="appeal_once_a_party"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("open", "withdrawn")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="appeal_decided_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="arbitration.collision",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call_list", "通话清单"),
                            ("slip", "到访确认单"),
                            ("message", "聊天和短信"),
                            ("proof", "关系证明"),
                            ("contract", "合同"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                    ),
                ),
                ("says", models.CharField(max_length=200)),
                ("name", models.CharField(help_text="made by us, without what it was called", max_length=120)),
                ("media_type", models.CharField(help_text="by its content, never by its name", max_length=80)),
                ("size", models.PositiveIntegerField(help_text="bytes of the original")),
                ("sha256", models.BinaryField(help_text="of the original, as it was sent", max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[("staged", "没提交"), ("submitted", "已提交"), ("withdrawn", "已撤下")],
                        default="staged",
                        max_length=10,
                    ),
                ),
                ("staged_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "redacted_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redacted",
                        to="arbitration.attachment",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="arbitration.caseevent",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["collision", "state"], name="attachment_of_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "submitted"), ("submitted_at__isnull", False)),
                            models.Q(("state", "submitted"), _negated=True),
                            _connector="OR",
                        ),
                        name="attachment_submitted_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="arbitration.collision",
                    ),
                ),
                ("terms", models.TextField(max_length=2000)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("shares", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "等各方确认"),
                            ("confirmed", "各方已确认"),
                            ("rejected", "有人不同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="arbitration.caseevent",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("collision",), name="settlement_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AttachmentContent",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="arbitration.attachment",
                    ),
                ),
                ("original", models.BinaryField()),
                ("shown", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="arbitration.settlement",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("agrees", models.BooleanField()),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("settlement", "by"), name="confirmation_once")],
            },
        ),
    ]
