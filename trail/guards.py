"""The guards themselves, as the database runs them: what may change in a row that nobody may rewrite, and the mark that each change leaves.

`trail/operations.py` puts them on tables.
"""

# Both functions write with their owner's rights: the application itself cannot write a mark. Times and bytes are written out in
# one way, whatever the session has set.
AS_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex'"

GUARD = """
CREATE OR REPLACE FUNCTION trail_append_only() RETURNS trigger LANGUAGE plpgsql AS_OWNER AS $$
DECLARE
  col text; rule text; marked boolean := false; changed jsonb;
  was jsonb; becomes jsonb; old_row jsonb; new_row jsonb;
  erasable text[]; act bigint; act_kind text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    old_row := to_jsonb(OLD); new_row := to_jsonb(NEW); was := old_row; becomes := new_row;
    erasable := ARRAY(SELECT ltrim(arg, '^') FROM unnest(TG_ARGV) arg WHERE left(arg, 1) = '^');
    IF erasable <> '{}' THEN
      SELECT id, kind INTO act, act_kind FROM trail_erasing WHERE transaction = trail_transaction() ORDER BY id DESC LIMIT 1;
    END IF;
    FOREACH col IN ARRAY TG_ARGV LOOP
      rule := left(col, 1); col := ltrim(col, '~>!^');
      IF rule = '!' THEN marked := true; CONTINUE; END IF;
      IF rule <> '~' AND was -> col IS DISTINCT FROM becomes -> col AND (was -> col <> 'null'::jsonb OR rule = '^')
         AND NOT (rule = '>' AND trail_renamed(was ->> col, becomes ->> col))
         AND NOT (act IS NOT NULL AND col = ANY(erasable)) THEN
        RAISE EXCEPTION '%.% is %', TG_TABLE_NAME, col,
          CASE rule WHEN '^' THEN 'append-only: only erasing somebody takes it out' ELSE 'set once' END
          USING ERRCODE = 'restrict_violation';
      END IF;
      was := was - col; becomes := becomes - col;
    END LOOP;
    IF was = becomes THEN
      SELECT jsonb_object_agg(key, value) INTO changed FROM jsonb_each(old_row) WHERE new_row -> key IS DISTINCT FROM value;
      IF marked AND erasable <> '{}' THEN
        PERFORM trail_mark_text(TG_TABLE_NAME, old_row, new_row, changed, erasable, act, act_kind);
      ELSIF marked AND changed IS NOT NULL THEN
        INSERT INTO trail_mark (table_name, row_id, digest, was)
        VALUES (TG_TABLE_NAME, (new_row ->> 'id')::bigint, trail_digest(new_row), changed);
      END IF;
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
""".replace("AS_OWNER", AS_OWNER)

# A statement marks all rows that it wrote: of a thousand that come by COPY, all at once. A text that may have to be erased is in the
# digest of its row only as the digest of itself and of a salt that no other row has, so that the mark can be checked without
# the text, and nobody can guess the text from the mark once the salt is gone.
MARKING = """
CREATE OR REPLACE FUNCTION trail_digest(body jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(body::text, 'UTF8'))
$$;
CREATE OR REPLACE FUNCTION trail_veil(body jsonb, salt bytea, texts text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN salt IS NULL THEN body ELSE body || coalesce((
    SELECT jsonb_object_agg(col, encode(sha256(salt || convert_to((body -> col)::text, 'UTF8')), 'hex'))
    FROM unnest(texts) col WHERE body -> col <> 'null'::jsonb
  ), '{}'::jsonb) END
$$;
CREATE OR REPLACE FUNCTION trail_mark_rows() RETURNS trigger LANGUAGE plpgsql AS_OWNER AS $$
BEGIN
  IF TG_NARGS = 0 THEN
    INSERT INTO trail_mark (table_name, row_id, digest) SELECT TG_TABLE_NAME, id, trail_digest(to_jsonb(fresh)) FROM fresh;
  ELSE
    INSERT INTO trail_mark (table_name, row_id, digest, salt)
    SELECT TG_TABLE_NAME, id, trail_digest(trail_veil(body, salt, TG_ARGV)), salt
    FROM (SELECT id, to_jsonb(fresh) AS body, uuid_send(gen_random_uuid()) AS salt FROM fresh) salted;
  END IF;
  RETURN NULL;
END $$;
""".replace("AS_OWNER", AS_OWNER)

# A change in a row that holds such texts. Taken out, a text leaves its salted digest; put back, it has to come to that again. Once
# somebody is erased the salt is gone, and the row has another for what is left. A row from before there were salts is marked anew first.
TEXTS = """
CREATE OR REPLACE FUNCTION trail_mark_text(
  name text, old_row jsonb, new_row jsonb, changed jsonb, texts text[], act bigint, act_kind text
) RETURNS void LANGUAGE plpgsql AS_OWNER AS $$
DECLARE
  row_no bigint := (new_row ->> 'id')::bigint; known bytea; fresh bytea; held jsonb; col text;
BEGIN
  IF changed IS NULL AND act_kind IS DISTINCT FROM 'erased' THEN RETURN; END IF;
  SELECT m.salt INTO known FROM trail_mark m WHERE m.table_name = name AND m.row_id = row_no AND m.salt IS NOT NULL;
  IF act IS NOT NULL AND known IS NULL THEN
    known := uuid_send(gen_random_uuid());
    INSERT INTO trail_mark (table_name, row_id, digest, was, salt, erasing)
    VALUES (name, row_no, trail_digest(trail_veil(old_row, known, texts)), '{}', known, act);
  END IF;
  changed := trail_veil(coalesce(changed, '{}'), known, texts);
  IF act_kind = 'released' THEN
    SELECT m.was INTO held FROM trail_mark m
    WHERE m.table_name = name AND m.row_id = row_no AND m.erasing IS NOT NULL AND m.was <> '{}' ORDER BY m.id DESC LIMIT 1;
    FOREACH col IN ARRAY texts LOOP
      IF changed ? col AND held -> col IS DISTINCT FROM trail_veil(new_row, known, texts) -> col THEN
        RAISE EXCEPTION '%.% is not what was taken out', name, col USING ERRCODE = 'restrict_violation';
      END IF;
    END LOOP;
  ELSIF act_kind = 'erased' THEN
    changed := changed || (SELECT jsonb_object_agg(t, trail_veil(old_row, known, texts) -> t) FROM unnest(texts) t);
    UPDATE trail_mark SET salt = NULL WHERE table_name = name AND row_id = row_no AND salt IS NOT NULL;
    known := uuid_send(gen_random_uuid()); fresh := known;
  END IF;
  INSERT INTO trail_mark (table_name, row_id, digest, was, salt, erasing)
  VALUES (name, row_no, trail_digest(trail_veil(new_row, known, texts)), changed, fresh, act);
END $$;
""".replace("AS_OWNER", AS_OWNER)

RENAMED = """
CREATE OR REPLACE FUNCTION trail_transaction() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT pg_current_xact_id()::text::bigint
$$;
CREATE OR REPLACE FUNCTION trail_renamed(old_name text, new_name text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM trail_renaming WHERE transaction = trail_transaction() AND was = old_name AND becomes = new_name
  );
END $$;
"""

MARK = """
CREATE OR REPLACE TRIGGER marked_rows AFTER INSERT ON {table}
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION trail_mark_rows({texts});
SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex';
INSERT INTO trail_mark (table_name, row_id, digest) SELECT '{table}', id, trail_digest(to_jsonb(t)) FROM {table} t
  WHERE NOT EXISTS (SELECT FROM trail_mark WHERE table_name = '{table}' AND row_id = t.id) ORDER BY id;
"""
