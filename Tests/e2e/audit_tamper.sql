-- What a superuser may do to the books behind the triggers' back, one thing at a time and undone each time. Prints what was not
-- found; the first line tells how much was tried.
SET client_min_messages = warning;
SET session_replication_role = replica;
CREATE SCHEMA tamper;
CREATE TABLE tamper.tried (what text, found text);

-- Another value of a type.
CREATE FUNCTION tamper.other(p_type text, p_column text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT format(CASE p_type
        WHEN 'bool' THEN 'NOT coalesce(%1$I, false)'
        WHEN 'int2' THEN 'coalesce(%1$I, 0) + 1'
        WHEN 'int4' THEN 'coalesce(%1$I, 0) + 7777777'
        WHEN 'int8' THEN 'coalesce(%1$I, 0) + 7777777'
        WHEN 'numeric' THEN 'coalesce(%1$I, 0) + 1'
        WHEN 'text' THEN 'coalesce(%1$I, '''') || ''x'''
        WHEN 'name' THEN '(coalesce(%1$I, '''') || ''x'')::name'
        WHEN 'date' THEN 'CASE WHEN isfinite(%1$I) THEN %1$I + 1 ELSE ''2026-01-01'' END'
        WHEN 'timestamptz' THEN 'CASE WHEN isfinite(%1$I) THEN %1$I + interval ''1 microsecond'' ELSE ''2026-01-01'' END'
        WHEN 'interval' THEN 'coalesce(%1$I, ''0'') + interval ''1 microsecond'''
        WHEN 'uuid' THEN 'gen_random_uuid()'
        WHEN 'jsonb' THEN 'jsonb_build_array(%1$I)'
        WHEN 'bytea' THEN 'set_byte(coalesce(nullif(%1$I, ''''), ''\x00''), 0, 255 - get_byte(coalesce(nullif(%1$I, ''''), ''\x00''), 0))'
        WHEN 'xid8' THEN '''7777777''::xid8'
        WHEN 'regclass' THEN '''pg_class''::regclass'
        ELSE 'array_append(%1$I, NULL)'
    END, p_column)
$$;
CREATE FUNCTION tamper.sample(p_type text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT CASE
        WHEN p_type IN ('int2', 'int4', 'int8', 'numeric', 'xid8') THEN '''1'''
        WHEN p_type IN ('text', 'name') THEN '''x'''
        WHEN p_type = 'bool' THEN 'true'
        WHEN p_type IN ('date', 'timestamptz') THEN '''2026-01-01'''
        WHEN p_type = 'uuid' THEN 'gen_random_uuid()'
        WHEN p_type = 'jsonb' THEN '''{}'''
        WHEN p_type = 'interval' THEN '''0'''
        WHEN p_type = 'regclass' THEN '''erp.customers'''
        ELSE '''{}'''
    END
$$;
CREATE VIEW tamper.columns AS
SELECT t.relation, t.table_name, a.attname::text AS name, erp.audit_type_name(a.atttypid) AS type, a.attnotnull, a.atthasdef, a.attidentity, a.attgenerated
FROM (
    SELECT relation, table_name FROM erp.audited_tables
    UNION ALL
    SELECT to_regclass(e.table_name), e.table_name FROM erp.audit_exceptions AS e WHERE e.table_name LIKE 'erp.audit\_%'
) AS t
JOIN pg_attribute AS a ON a.attrelid = t.relation
WHERE a.attnum > 0 AND NOT a.attisdropped;

-- No constraint and no other trigger stands in the way, and every audited table has a row. Leaves are still written here.
DO $$
DECLARE
    v record;
    v_empty boolean;
BEGIN
    FOR v IN
        SELECT c.conrelid::regclass AS relation, c.conname
        FROM pg_constraint AS c
        WHERE c.contype IN ('c', 'x', 'f') AND c.conrelid IN (SELECT relation FROM tamper.columns)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', v.relation, v.conname);
    END LOOP;
    FOR v IN
        SELECT t.tgrelid::regclass AS relation, t.tgname
        FROM pg_trigger AS t
        JOIN erp.audited_tables AS a ON a.relation = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgname <> '_000_audit'
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', v.relation, v.tgname);
    END LOOP;
    FOR v IN
        SELECT relation,
            string_agg(quote_ident(name), ', ') FILTER (WHERE attnotnull AND NOT atthasdef AND attidentity = '') AS names,
            string_agg(tamper.sample(type), ', ') FILTER (WHERE attnotnull AND NOT atthasdef AND attidentity = '') AS samples
        FROM tamper.columns
        WHERE table_name NOT LIKE 'erp.audit\_%'
        GROUP BY relation
    LOOP
        EXECUTE format('SELECT NOT EXISTS (SELECT FROM %s)', v.relation) INTO v_empty;
        CONTINUE WHEN NOT v_empty;
        EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', v.relation, v.names, v.samples);
    END LOOP;
END
$$;
SELECT erp.audit_seal(400) > 0 AS sealed, erp.audit_seal(300) > 0 AS more \gset
SELECT erp.audit_seal() > 0 AS rest \gset
INSERT INTO tamper.tried SELECT 'nothing', CASE WHEN v.ok THEN 'well' END FROM erp.audit_verify() AS v;

-- Now no trigger fires.
DO $$
DECLARE
    v record;
BEGIN
    ALTER EVENT TRIGGER erp_audit_ddl DISABLE;
    ALTER EVENT TRIGGER erp_audit_drop DISABLE;
    FOR v IN SELECT DISTINCT relation FROM tamper.columns LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', v.relation);
    END LOOP;
    FOR v IN SELECT relation, name FROM tamper.columns WHERE attgenerated = 's' LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP EXPRESSION', v.relation, v.name);
    END LOOP;
    FOR v IN SELECT relation, name FROM tamper.columns WHERE attidentity = 'a' LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', v.relation, v.name);
    END LOOP;
END
$$;

-- Every column of every audited table, in one row; the finding names table, key and column.
DO $$
DECLARE
    v record;
    v_key text;
    v_journal CONSTANT regclass := 'erp.financial_transactions';
    v_finding text;
BEGIN
    FOR v IN SELECT c.*, erp.audit_key_sql(c.relation) AS key_sql FROM tamper.columns AS c WHERE c.table_name NOT LIKE 'erp.audit\_%' LOOP
        BEGIN
            EXECUTE format('SELECT %s FROM %s AS r WHERE ctid = (SELECT min(ctid) FROM %2$s)',
                CASE v.table_name WHEN 'erp.journal_entries' THEN 'jsonb_build_array(r.transaction_id::text)::text' ELSE v.key_sql END, v.relation) INTO v_key;
            EXECUTE format('UPDATE %s SET %I = %s WHERE ctid = (SELECT min(ctid) FROM %1$s)', v.relation, v.name, tamper.other(v.type, v.name));
            SELECT f.reason INTO v_finding
            FROM erp.audit_check_rows(CASE v.table_name WHEN 'erp.journal_entries' THEN v_journal ELSE v.relation END) AS f
            WHERE f.record_key = v_key
            AND f.table_name = CASE v.table_name WHEN 'erp.journal_entries' THEN v_journal::text ELSE v.table_name END
            AND (strpos(f.reason, v.name) > 0 OR (f.reason = 'the row is gone' AND strpos(v.key_sql, v.name) > 0)
                OR (v.name = 'transaction_id' AND strpos(f.reason, 'leg 1') > 0));
            RAISE EXCEPTION USING ERRCODE = 'TAMPR';
        EXCEPTION WHEN SQLSTATE 'TAMPR' THEN
            INSERT INTO tamper.tried VALUES (v.table_name || '.' || v.name, v_finding);
        END;
    END LOOP;
END
$$;

-- Whole rows of audited tables: one gone, one that nobody wrote.
DO $$
DECLARE
    v record;
    v_key text;
    v_finding text;
BEGIN
    FOR v IN SELECT a.relation, a.table_name, erp.audit_key_sql(a.relation) AS key_sql FROM erp.audited_tables AS a LOOP
        BEGIN
            EXECUTE format('DELETE FROM %s AS r WHERE ctid = (SELECT max(ctid) FROM %1$s) RETURNING %s', v.relation,
                CASE v.table_name WHEN 'erp.journal_entries' THEN 'jsonb_build_array(r.transaction_id::text)::text' ELSE v.key_sql END) INTO v_key;
            SELECT f.reason INTO v_finding
            FROM erp.audit_check_rows(CASE v.table_name WHEN 'erp.journal_entries' THEN 'erp.financial_transactions'::regclass ELSE v.relation END) AS f
            WHERE f.record_key = v_key;
            RAISE EXCEPTION USING ERRCODE = 'TAMPR';
        EXCEPTION WHEN SQLSTATE 'TAMPR' THEN
            INSERT INTO tamper.tried VALUES (v.table_name || ': a row deleted', v_finding);
        END;
    END LOOP;
END
$$;

-- The chain. Each deed is a statement; @n@ stands for a position, @m@ for another, @z@ for the last. The finding names what is
-- expected of it.
CREATE FUNCTION tamper.deed(p_what text, p_statement text, p_expected text)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_last CONSTANT bigint := (SELECT max(position) FROM erp.audit_positions);
    v_statement text;
    v_findings text;
    v_verdict record;
BEGIN
    BEGIN
        v_statement := replace(replace(replace(p_statement, '@n@', '450'), '@m@', '500'), '@z@', v_last::text);
        EXECUTE v_statement;
        SELECT * INTO v_verdict FROM erp.audit_verify();
        SELECT string_agg(concat_ws(' ', f.kind, f.position, f.table_name, f.record_key, f.reason), E'\n') INTO v_findings
        FROM erp.audit_findings() AS f
        WHERE f.kind <> 'trigger';
        RAISE EXCEPTION USING ERRCODE = 'TAMPR';
    EXCEPTION WHEN SQLSTATE 'TAMPR' THEN
        INSERT INTO tamper.tried VALUES (p_what,
            CASE WHEN NOT v_verdict.ok AND v_findings ~ replace(replace(replace(p_expected, '@n@', '450'), '@m@', '500'), '@z@', v_last::text) THEN 'found' END);
    END;
END
$$;
CREATE FUNCTION tamper.id(p_position bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT leaf_id FROM erp.audit_positions WHERE position = p_position $$;
-- Recomputes the hash of a leaf, as a forger would.
CREATE FUNCTION tamper.rehash(p_leaf bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE erp.audit_ledger AS l
    SET leaf_hash = sha256('\x00'::bytea || erp.audit_leaf(
        i.ledger, l.system, l.xid, l.leaf_id, l.kind, l.table_name, l.record_key, l.operation,
        (SELECT y.layout_hash FROM erp.audit_layouts AS y WHERE y.layout_id = l.layout_id),
        l.previous, l.payload_hash, l.session_name, l.current_name, l.agent_id, l.rules, l.claimed_at, l.outcome))
    FROM erp.audit_identity AS i
    WHERE l.leaf_id = p_leaf
$$;
SELECT tamper.deed('deleted in the middle', 'DELETE FROM erp.audit_ledger WHERE leaf_id = tamper.id(@n@)', 'leaf @n@ its leaf is gone');
SELECT tamper.deed('deleted in the middle with its position', $$DELETE FROM erp.audit_ledger WHERE leaf_id = tamper.id(@n@);
    DELETE FROM erp.audit_positions WHERE position = @n@$$, 'chain @n@ .*the position is missing');
SELECT tamper.deed('deleted in the middle and closed up', $$DELETE FROM erp.audit_payloads WHERE leaf_id = tamper.id(@n@); DELETE FROM erp.audit_ledger WHERE leaf_id = tamper.id(@n@);
    DELETE FROM erp.audit_positions WHERE position = @n@; UPDATE erp.audit_positions SET position = -position WHERE position > @n@;
    UPDATE erp.audit_positions SET position = -position - 1 WHERE position < 0$$, 'chain @n@ .*row hash');
SELECT tamper.deed('deleted tail', 'DELETE FROM erp.audit_ledger WHERE leaf_id = tamper.id(@z@)', 'leaf @z@ its leaf is gone');
SELECT tamper.deed('deleted tail with positions', $$DELETE FROM erp.audit_ledger WHERE leaf_id = tamper.id(@z@); DELETE FROM erp.audit_positions WHERE position = @z@$$, 'chain @z@ .*the position is missing');
SELECT tamper.deed('deleted tail with payload, position and batch', $$DELETE FROM erp.audit_payloads WHERE leaf_id > tamper.id(@m@);
    DELETE FROM erp.audit_ledger WHERE leaf_id > tamper.id(@m@); DELETE FROM erp.audit_positions WHERE position > @m@; DELETE FROM erp.audit_batches WHERE last_position > @m@$$,
    'row .*the row has no leaf');
SELECT tamper.deed('a position taken away', 'DELETE FROM erp.audit_positions WHERE position = @n@', 'has no position');
SELECT tamper.deed('a batch taken away', 'DELETE FROM erp.audit_batches WHERE first_position = 1', 'batch .*does not begin where');
SELECT tamper.deed('the last batch taken away', 'DELETE FROM erp.audit_batches WHERE last_position = @z@', 'the position is of no batch');
SELECT tamper.deed('swapped', $$UPDATE erp.audit_positions AS p SET leaf_id = tamper.id(@n@ + @m@ - p.position) WHERE p.position IN (@n@, @m@)$$, 'leaf (@n@|451|@m@) .*out of the order');
SELECT tamper.deed('put in', $$INSERT INTO erp.audit_ledger SELECT l.leaf_id + 1000000, l.system, l.xid, l.layout_id, l.previous, l.agent_id, l.rules, l.claimed_at, l.kind,
    l.operation, l.table_name, l.record_key, l.session_name, l.current_name, l.outcome, l.payload_hash, l.leaf_hash FROM erp.audit_ledger AS l WHERE l.leaf_id = tamper.id(@n@);
    SELECT tamper.rehash(tamper.id(@n@) + 1000000)$$, 'has no position, although|names leaf');
SELECT tamper.deed('a payload changed', $$UPDATE erp.audit_payloads SET payload = payload || '\x00' WHERE leaf_id = tamper.id(@n@)$$, 'leaf @n@ .*the payload is not what');
SELECT tamper.deed('a payload taken away', $$DELETE FROM erp.audit_payloads WHERE leaf_id = tamper.id(@n@)$$, 'leaf @n@ .*gone without a leaf of its erasure');
SELECT tamper.deed('a payload and its hash changed', $$UPDATE erp.audit_payloads SET payload = payload || '\x00' WHERE leaf_id = tamper.id(@n@);
    UPDATE erp.audit_ledger AS l SET payload_hash = sha256(p.salt || p.payload) FROM erp.audit_payloads AS p WHERE p.leaf_id = l.leaf_id AND l.leaf_id = tamper.id(@n@)$$,
    'leaf @n@ .*the leaf is not what');
SELECT tamper.deed('a payload, its hash and the leaf''s hash changed', $$UPDATE erp.audit_payloads SET payload = payload || '\x00' WHERE leaf_id = tamper.id(@n@);
    UPDATE erp.audit_ledger AS l SET payload_hash = sha256(p.salt || p.payload) FROM erp.audit_payloads AS p WHERE p.leaf_id = l.leaf_id AND l.leaf_id = tamper.id(@n@);
    SELECT tamper.rehash(tamper.id(@n@))$$, 'chain @n@ .*row hash');
SELECT tamper.deed('a payload without a leaf', $$INSERT INTO erp.audit_payloads VALUES (9999999, '\x00', '\x00')$$, 'a payload without its leaf');
SELECT tamper.deed('column ' || c.table_name || '.' || c.name,
    format('UPDATE %s SET %I = %s WHERE ctid = (SELECT max(ctid) FROM %1$s)', c.relation, c.name, tamper.other(c.type, c.name)), '.')
FROM tamper.columns AS c
WHERE c.table_name LIKE 'erp.audit\_%'
-- What no proof is about: when a batch was sealed and a layout first seen, which number a batch has.
AND (c.table_name, c.name) NOT IN (
    ('erp.audit_batches', 'batch_id'), ('erp.audit_batches', 'sealed_at'), ('erp.audit_epochs', 'started_at'), ('erp.audit_layouts', 'first_seen'),
    ('erp.audit_layouts', 'fills'), ('erp.audit_identity', 'is_singleton'), ('erp.audit_identity', 'created_at'));
-- The verdict names what is wrong, also that no leaf would be written now.
UPDATE erp.customers SET maximum_credit_limit = 1e9 WHERE customer_id = (SELECT min(customer_id) FROM erp.customers);
INSERT INTO tamper.tried
SELECT 'the verdict', CASE WHEN NOT v.ok AND v.reason LIKE 'row leaf % erp.customers ["%"]: % maximum_credit_limit' THEN 'found' END FROM erp.audit_verify() AS v;
INSERT INTO tamper.tried
SELECT 'triggers disabled', CASE WHEN count(*) = (SELECT count(*) FROM erp.audited_tables) THEN 'found' END FROM erp.audit_findings() AS f WHERE f.kind = 'trigger';
SELECT count(*) FROM tamper.tried;
SELECT 'not found: ' || what FROM tamper.tried WHERE found IS NULL ORDER BY 1;
