"""Cases between agencies: evidence and steps as events of a case, and shares of agencies and team funds."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from trail.operations import AppendOnly

# Kind and id fit each other: only the company has no id. Rulings from before have no kinds, which stands for persons.
KINDS = """
CREATE FUNCTION arbitration_sharers(kinds varchar[], ids bigint[]) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT coalesce(bool_and((coalesce(kind, '') = 'company') = (id IS NULL)
                                 AND coalesce(kind, '') IN ('person', 'organisation', 'team_fund', 'company')), true)
        FROM unnest(kinds, ids) AS pair(kind, id) $$;
ALTER TABLE arbitration_ruling ADD CONSTRAINT ruling_sharers_are_named CHECK (
  cardinality(shares_kind) = 0
  OR (cardinality(shares_kind) = cardinality(shares_to) AND arbitration_sharers(shares_kind, shares_to)));
"""
NO_KINDS = """
ALTER TABLE arbitration_ruling DROP CONSTRAINT ruling_sharers_are_named;
DROP FUNCTION arbitration_sharers(varchar[], bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("arbitration", "0002_append_only"),
        ("trail", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="policyinforce", name="params", field=models.JSONField(db_default={}, default=dict)
        ),
        migrations.AddField(
            model_name="ruling",
            name="shares_kind",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), db_default=[], default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        ],
                        max_length=16,
                    ),
                ),
                ("payload", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "collision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="arbitration.collision"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["collision", "at"], name="case_event_of_case")],
            },
        ),
        AppendOnly("CaseEvent"),
        migrations.RunSQL(KINDS, NO_KINDS),
    ]
