"""What nobody rewrites of the ledger: it balances at the commit, and closed is closed."""

from django.db import migrations

from trail.operations import AppendOnly

BALANCED_AND_OPEN = """
CREATE FUNCTION finance_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE number bigint; total numeric; many integer;
BEGIN
  number := CASE TG_TABLE_NAME WHEN 'finance_entry' THEN (to_jsonb(NEW) ->> 'id')::bigint ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
  SELECT coalesce(sum(amount_fen), 0), count(*) INTO total, many FROM finance_posting WHERE entry_id = number;
  IF total <> 0 OR many < 2 THEN
    RAISE EXCEPTION 'entry % does not balance: % fen in % postings', number, total, many USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON finance_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_balanced();
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON finance_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_balanced();

CREATE FUNCTION finance_month_open(of_project bigint, of_month text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE closed timestamptz;
BEGIN
  INSERT INTO finance_period (project_id, month) VALUES (of_project, of_month) ON CONFLICT DO NOTHING;
  SELECT closed_at INTO closed FROM finance_period WHERE project_id = of_project AND month = of_month FOR SHARE;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'month % is closed', of_month USING ERRCODE = 'restrict_violation';
  END IF;
END $$;
CREATE FUNCTION finance_entry_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM finance_month_open(NEW.project_id, NEW.period);
  RETURN NEW;
END $$;
CREATE FUNCTION finance_posting_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM finance_month_open(project_id, period) FROM finance_entry WHERE id = NEW.entry_id;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_in_open_month BEFORE INSERT ON finance_entry FOR EACH ROW EXECUTE FUNCTION finance_entry_open();
CREATE TRIGGER posting_in_open_month BEFORE INSERT ON finance_posting FOR EACH ROW EXECUTE FUNCTION finance_posting_open();
"""
UNDO = """
DROP TRIGGER entry_balances ON finance_entry; DROP TRIGGER posting_balances ON finance_posting;
DROP TRIGGER entry_in_open_month ON finance_entry; DROP TRIGGER posting_in_open_month ON finance_posting;
DROP FUNCTION finance_balanced; DROP FUNCTION finance_entry_open; DROP FUNCTION finance_posting_open;
DROP FUNCTION finance_month_open;
"""
# A piece of a file is written and read once: compressing it costs more than it saves.
AS_THEY_ARE = "ALTER TABLE finance_exportpart ALTER COLUMN content SET STORAGE EXTERNAL"
COMPRESSED = "ALTER TABLE finance_exportpart ALTER COLUMN content SET STORAGE EXTENDED"


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_tables"), ("trail", "0002_guards")]

    operations = [
        migrations.RunSQL(BALANCED_AND_OPEN, UNDO),
        migrations.RunSQL(AS_THEY_ARE, COMPRESSED),
        AppendOnly("Entry", marked=True),
        AppendOnly("PeriodEvent", marked=True),
        AppendOnly("Posting", marked=True),
        AppendOnly("StatementAnswer", marked=True),
    ]
