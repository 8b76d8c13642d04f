-- Sealing and verifying. What this test itself writes cannot be sealed, as its transaction is open: it seals what was committed
-- before, and what it does to that is undone with it.
BEGIN;
\ir _fixtures.sql
SELECT plan(38);
CREATE FUNCTION pg_temp.faults()
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(concat_ws(' ', f.kind, f.at_position, f.leaf_id, f.reason), '; ' ORDER BY f.at_position, f.leaf_id) FROM (
        SELECT * FROM erp.audit_check_chain() UNION ALL SELECT * FROM erp.audit_check_batches()
        UNION ALL SELECT * FROM erp.audit_check_unsealed() UNION ALL SELECT * FROM erp.audit_check_links()) AS f
$$;
SELECT erp.audit_seal(7) IS NOT NULL AS sealed, erp.audit_seal() AS rest \gset
SELECT size AS size FROM erp.audit_last_sealed() \gset
SELECT cmp_ok(:size::bigint, '>', 100::bigint, 'what was committed is sealed');
SELECT is((SELECT count(*) FROM erp.audit_positions), :size::bigint, 'without a gap');
SELECT is((SELECT max(position) FROM erp.audit_positions), :size::bigint, 'from one on');
SELECT is(erp.audit_seal(), 0::bigint, 'there is no more');
SELECT is(pg_temp.faults(), NULL, 'all is well');
SELECT is_empty(
    $$SELECT b.batch_id
    FROM erp.audit_batches AS b
    CROSS JOIN LATERAL (SELECT array_agg(l.leaf_hash ORDER BY p.position) AS leaves FROM erp.audit_positions AS p JOIN erp.audit_ledger AS l USING (leaf_id)
        WHERE p.position <= b.last_position) AS a
    CROSS JOIN LATERAL erp.audit_extend(0, decode(repeat('00', 32), 'hex'), '', a.leaves) AS x
    WHERE x.root <> b.root OR x.frontier <> b.frontier OR x.row_hashes[b.last_position] <> b.row_hash
    LIMIT 3$$, 'batches hold what one pass over all leaves gives');

-- What is not committed is not sealed, and nobody waits for it.
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('KWD', 'JPY', '1999-12-31', 400);
SELECT max(leaf_id) AS own FROM erp.audit_ledger \gset
SELECT is(erp.audit_seal(), 0::bigint, 'an open transaction''s leaf is not sealed');
SELECT cmp_ok((SELECT unsealed FROM erp.audit_status()), '>', 0::bigint, 'it waits');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.audit_wait(%s)', :own)), 'RP252', 'it cannot be waited for');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.audit_wait(-1)'), 'RP252', 'nor what is not there');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.audit_wait(%s)', (SELECT leaf_id FROM erp.audit_positions WHERE position = :size))), '', 'what is sealed can');

-- Who may what.
SELECT is(pg_temp.attempt('erp_controller', 'SELECT erp.audit_seal()'), '42501', 'people do not seal');
SELECT is(pg_temp.attempt('erp_auditor', 'SELECT erp.audit_seal()'), '0', 'the auditor does');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT erp.audit_export()'), '42501', 'people do not export');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT sealed FROM erp.audit_status()'), :'size', 'they see how far it is');

-- The export: header, layouts, leaves, batches, end.
CREATE TEMP TABLE exported AS SELECT r, row_number() OVER () AS n FROM erp.audit_export(1, :size) AS r;
SELECT is((SELECT string_agg(DISTINCT convert_from(substr(r, 1, 1), 'UTF8'), '' ORDER BY convert_from(substr(r, 1, 1), 'UTF8')) FROM exported), 'BEHLY', 'records of every kind');
SELECT is_empty('SELECT n FROM exported WHERE octet_length(r) <> 5 + (''x'' || encode(substr(r, 2, 4), ''hex''))::bit(32)::integer', 'each with its length');
SELECT is(
    (SELECT encode(substr(r, 6), 'hex') FROM exported ORDER BY n DESC LIMIT 1), encode(int8send((SELECT count(*) FROM exported WHERE substr(r, 1, 1) = 'L')), 'hex'),
    'the end counts the leaves');

-- Erasing: by a person, for a reason, never what a record still is.
UPDATE erp.exchange_rates SET rate = 401 WHERE from_currency = 'KWD' AND to_currency = 'JPY';
SELECT is(pg_temp.attempt('sales_agent', format('SELECT erp.audit_erase(%s, ''because'')', :own)), '42501', 'agents erase nothing');
SELECT is(pg_temp.attempt('postgres', format('SELECT erp.audit_erase(%s, ''because'')', :own)), 'RP512', 'nor does who is no person');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.audit_erase(%s, '' '')', :own)), 'RP511', 'a reason is needed');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.audit_erase((SELECT max(leaf_id) FROM erp.audit_ledger WHERE table_name = ''erp.exchange_rates''), ''because'')')), '42501', 'a leaf''s number is not looked up by people');
SELECT max(leaf_id) AS newest FROM erp.audit_ledger WHERE table_name = 'erp.exchange_rates' \gset
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.audit_erase(%s, ''because'')', :newest)), 'RP254', 'the last leaf of a record keeps its payload');
SELECT isnt(pg_temp.attempt('erp_controller', format('SELECT erp.audit_erase(%s, ''law'')', :own)), 'RP254', 'an older one may be erased');
SELECT is_empty(format('SELECT FROM erp.audit_payloads WHERE leaf_id = %s', :own), 'then payload and salt are gone');
SELECT is(pg_temp.faults(), NULL, 'and every proof stays valid');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.audit_erase(%s, ''law'')', :own)), 'RP254', 'once only');

-- Another server: a new epoch, and a leaf that says so.
SELECT is((SELECT count(*) FROM erp.audit_epochs), 1::bigint, 'one epoch so far');
ALTER TABLE erp.audit_epochs DISABLE TRIGGER USER;
ALTER TABLE erp.audit_ledger DISABLE TRIGGER USER;
UPDATE erp.audit_epochs SET system_identifier = 1;
UPDATE erp.audit_ledger SET system = 1 WHERE leaf_id IN (SELECT leaf_id FROM erp.audit_positions);
SELECT erp.audit_seal() AS after_restore \gset
SELECT is((SELECT string_agg(epoch::text, ',' ORDER BY epoch) FROM erp.audit_epochs), '1,2', 'a restored ledger goes on in a new one');
SELECT is((SELECT kind FROM erp.audit_ledger ORDER BY leaf_id DESC LIMIT 1), 'restore', 'with a restore leaf');

-- A leaf that is not what its hash says stops the sealer.
SAVEPOINT forged;
ALTER TABLE erp.audit_positions DISABLE TRIGGER USER;
ALTER TABLE erp.audit_batches DISABLE TRIGGER USER;
DELETE FROM erp.audit_batches;
DELETE FROM erp.audit_positions;
SELECT throws_ok('SELECT erp.audit_seal()', 'RP251', NULL, 'changed leaves are not sealed');
ROLLBACK TO forged;
ALTER TABLE erp.audit_positions DISABLE TRIGGER USER;
DELETE FROM erp.audit_ledger WHERE leaf_id = (SELECT leaf_id FROM erp.audit_positions WHERE position = :size);
SELECT throws_ok('SELECT erp.audit_seal()', 'RP251', NULL, 'nor anything behind a leaf that is gone');

-- Commands are leaves where event triggers can be made, and a new column a new layout.
ALTER TABLE erp.departments ADD COLUMN tap_kept text DEFAULT 'kept';
SELECT is(
    (SELECT count(*) FROM erp.audit_ledger WHERE kind = 'schema' AND operation = 'ALTER TABLE' AND record_key = '["table", "erp.departments"]'), 1::bigint, 'a command is a leaf');
SELECT is_empty($$SELECT * FROM erp.audit_check_rows('erp.departments')$$, 'rows older than a column are what their leaves say');
ALTER TABLE erp.departments DISABLE TRIGGER USER;
UPDATE erp.departments SET tap_kept = 'changed' WHERE department_id = (SELECT min(department_id) FROM erp.departments);
SELECT is(
    (SELECT concat_ws(' ', table_name, record_key, reason) FROM erp.audit_check_rows('erp.departments')),
    format('erp.departments ["%s"] the row is not what its leaf says: a column younger than the leaf', (SELECT min(department_id) FROM erp.departments)),
    'unless it holds something else in it');
ALTER TABLE erp.departments ENABLE ALWAYS TRIGGER _000_audit;
ALTER TABLE erp.departments DROP COLUMN tap_kept;
ALTER TABLE erp.departments RENAME COLUMN budget_annual TO tap_budget;
SELECT is_empty($$SELECT * FROM erp.audit_check_rows('erp.departments')$$, 'rows are compared by the columns that are left');
UPDATE erp.departments SET tap_budget = 5 WHERE department_id = (SELECT min(department_id) FROM erp.departments);
SELECT is_empty($$SELECT * FROM erp.audit_check_rows('erp.departments')$$, 'and have leaves by the new layout');
ALTER TABLE erp.departments DISABLE TRIGGER USER;
UPDATE erp.departments SET cost_center = 'x' WHERE department_id = (SELECT max(department_id) FROM erp.departments);
SELECT is(
    (SELECT reason FROM erp.audit_check_rows('erp.departments')), 'the row is not what its leaf says: cost_center', 'a change of a column that is left is found');
SELECT * FROM finish();
ROLLBACK;
