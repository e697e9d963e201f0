"""Facts that nobody edits: they are superseded or reversed."""

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


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0001_first"), ("trail", "0001_first")]

    operations = [
        AppendOnly("PolicyVersion"),
        AppendOnly("PolicyInForce", set_once=("until",)),
        AppendOnly("Statement"),
        AppendOnly("Ruling", set_once=("superseded_by",)),
        migrations.RunSQL(SHARES, NO_SHARES),
    ]
