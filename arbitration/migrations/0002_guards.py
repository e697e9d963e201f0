"""What nobody rewrites of cases, rulings and policies; shares come to 10,000."""

from django.db import migrations

from trail.operations import AppendOnly

SHARES = """
CREATE FUNCTION arbitration_sum(parts integer[]) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT coalesce(sum(part), 0) FROM unnest(parts) AS part $$;
ALTER TABLE arbitration_ruling ADD CONSTRAINT ruling_shares_sum_to_10000 CHECK (
  cardinality(shares_to) = cardinality(shares_bp)
  AND 0 <= ALL (shares_bp)
  AND (cardinality(shares_bp) = 0 OR arbitration_sum(shares_bp) = 10000));
"""
NO_SHARES = """
ALTER TABLE arbitration_ruling DROP CONSTRAINT ruling_shares_sum_to_10000;
DROP FUNCTION arbitration_sum(integer[]);
"""
SHARERS = """
CREATE FUNCTION arbitration_sharers(kinds varchar[], ids bigint[]) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT coalesce(bool_and((coalesce(kind, '') = 'company') = (id IS NULL)
                                 AND coalesce(kind, '') IN ('person', 'organisation', 'team_fund', 'company')), true)
        FROM unnest(kinds, ids) AS pair(kind, id) $$;
ALTER TABLE arbitration_ruling ADD CONSTRAINT ruling_sharers_are_named CHECK (
  cardinality(shares_kind) = 0
  OR (cardinality(shares_kind) = cardinality(shares_to) AND arbitration_sharers(shares_kind, shares_to)));
"""
NO_SHARERS = """
ALTER TABLE arbitration_ruling DROP CONSTRAINT ruling_sharers_are_named;
DROP FUNCTION arbitration_sharers(varchar[], bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0001_tables"), ("trail", "0002_guards")]

    operations = [
        migrations.RunSQL(SHARES, NO_SHARES),
        migrations.RunSQL(SHARERS, NO_SHARERS),
        AppendOnly("CaseEvent", erasable=("payload",), marked=True),
        AppendOnly("Confirmation", erasable=("why",), marked=True),
        AppendOnly("PolicyInForce", set_once=("until", "ended_early"), marked=True),
        AppendOnly("PolicyVersion", marked=True),
        AppendOnly("Ruling", set_once=("superseded_by",), erasable=("reason",), marked=True),
        AppendOnly("Statement", erasable=("text",), marked=True),
    ]
