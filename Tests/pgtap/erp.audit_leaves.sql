-- A leaf of every change, in the transaction that makes it: of which tables, by whom, after which, with what.
\ir _as_role.sql
BEGIN;
\ir _fixtures.sql
\ir _tools.sql
SELECT plan(51);

-- Every table is audited, or excepted for a reason.
SELECT is_empty(
    $$SELECT c.oid::regclass
    FROM pg_class AS c
    WHERE c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace) AND c.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = '_000_audit' AND t.tgenabled = 'A')
    AND NOT EXISTS (SELECT FROM erp.audit_exceptions AS e WHERE to_regclass(e.table_name) = c.oid AND length(e.reason) > 10)$$,
    'every table of erp and agent writes leaves, or is excepted by name with its reason');
SELECT is_empty(
    $$SELECT e.table_name FROM erp.audit_exceptions AS e WHERE to_regclass(e.table_name) IS NULL$$, 'no exception is of a table that is gone');
SELECT is_empty(
    $$SELECT a.table_name FROM erp.audited_tables AS a WHERE erp.audit_key_sql(a.relation) IS NULL$$, 'every audited table has a key');
-- The first of the AFTER triggers: what later ones change gets its leaf later.
SELECT is_empty(
    $$SELECT t.tgrelid::regclass, t.tgname
    FROM pg_trigger AS t
    JOIN erp.audited_tables AS a ON a.relation = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgname < '_000_audit' AND t.tgtype & 2 = 0$$, 'no trigger of ours fires before it after a write');

CREATE FUNCTION pg_temp.leaves(p_table text, p_key text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(concat_ws(' ', l.kind, l.operation, CASE WHEN l.previous IS NULL THEN 'first' ELSE 'next' END, l.outcome), ', ' ORDER BY l.leaf_id)
    FROM erp.audit_ledger AS l
    WHERE l.table_name = p_table AND l.record_key = p_key
$$;
-- Insert, update, delete; a key of three columns.
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('KWD', 'JPY', '1999-12-31', 400);
SELECT is(pg_temp.leaves('erp.exchange_rates', '["KWD", "JPY", "1999-12-31"]'), 'row INSERT first ok', 'an insert is a leaf');
UPDATE erp.exchange_rates SET rate = rate WHERE from_currency = 'KWD' AND to_currency = 'JPY';
SELECT is(pg_temp.leaves('erp.exchange_rates', '["KWD", "JPY", "1999-12-31"]'), 'row INSERT first ok', 'an update that changes nothing is none');
UPDATE erp.exchange_rates SET rate = 401 WHERE from_currency = 'KWD' AND to_currency = 'JPY';
SELECT is(
    (SELECT encode(p.payload, 'hex') FROM erp.audit_payloads AS p ORDER BY p.leaf_id DESC LIMIT 1),
    (SELECT encode(erp.audit_image(r), 'hex') FROM erp.exchange_rates AS r WHERE r.from_currency = 'KWD' AND r.to_currency = 'JPY'),
    'its payload is the image of the row');
UPDATE erp.exchange_rates SET rate_date = '1999-12-30' WHERE from_currency = 'KWD' AND to_currency = 'JPY';
SELECT is(
    pg_temp.leaves('erp.exchange_rates', '["KWD", "JPY", "1999-12-31"]') || '; ' || pg_temp.leaves('erp.exchange_rates', '["KWD", "JPY", "1999-12-30"]'),
    'row INSERT first ok, row UPDATE next ok, row DELETE next ok; row UPDATE first ok', 'a new key ends one record and begins another');
DELETE FROM erp.exchange_rates WHERE from_currency = 'KWD' AND to_currency = 'JPY';
SELECT is(pg_temp.leaves('erp.exchange_rates', '["KWD", "JPY", "1999-12-30"]'), 'row UPDATE first ok, row DELETE next ok', 'a delete is a leaf');
SELECT is(
    (SELECT count(*) FROM erp.audit_ledger AS l JOIN erp.audit_payloads AS p USING (leaf_id)
        WHERE l.payload_hash <> sha256(p.salt || p.payload) OR octet_length(p.salt) <> 16), 0::bigint, 'payload hashes are of salt and payload');
SELECT is_empty('SELECT * FROM erp.audit_check_unsealed()', 'and leaf hashes of the leaves');

-- What was done in a subtransaction that is rolled back has no leaf.
SELECT count(*) AS before FROM erp.audit_ledger \gset
SAVEPOINT undone;
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('KWD', 'JPY', '1999-12-31', 400);
ROLLBACK TO undone;
SELECT is((SELECT count(*) FROM erp.audit_ledger), :before::bigint, 'what is undone leaves none');

-- An order's effects change it several times; the last leaf is the row as it stays.
SELECT pg_temp.make_product('TAP-AUD', 10);
SELECT pg_temp.make_customer('audit@tap.example');
SELECT pg_temp.make_stock('TAP-AUD', 100);
SELECT pg_temp.make_order('story', 'audit@tap.example', 'TAP-AUD', 3);
SELECT is(pg_temp.confirm('story'), 'shipped', 'an order is confirmed and issued');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is_empty(
    $$SELECT r.* FROM erp.audited_tables AS a CROSS JOIN LATERAL erp.audit_check_rows(a.relation) AS r WHERE a.table_name <> 'erp.journal_entries'$$,
    'every row of every table is what its last leaf says');
SELECT is_empty('SELECT * FROM erp.audit_check_links()', 'every leaf names the one before it of its record');
SELECT cmp_ok(
    (SELECT count(*) FROM erp.audit_ledger WHERE table_name = 'erp.sales_orders' AND record_key = jsonb_build_array(pg_temp.o('story')::text)::text), '>', 2::bigint,
    'the states between are leaves, too');

-- Who: session user, role, agent.
SELECT pg_temp.as_role('erp_operator', format('UPDATE erp_customers SET contact_phone = ''1'' WHERE customer_id = %s RETURNING 1', pg_temp.c('audit@tap.example')));
CREATE FUNCTION pg_temp.last_leaf() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', l.table_name, l.operation, l.session_name, l.current_name, (SELECT a.role_name FROM agent.agents AS a WHERE a.agent_id = l.agent_id), l.outcome)
    FROM erp.audit_ledger AS l ORDER BY l.leaf_id DESC LIMIT 1
$$;
SELECT is(pg_temp.last_leaf(), 'erp.customers UPDATE erp_operator erp_operator ok', 'the session user is named, not who owns the trigger');
SET LOCAL ROLE erp_owner;
UPDATE erp.customers SET contact_phone = '2' WHERE contact_email = 'audit@tap.example';
RESET ROLE;
SELECT is(pg_temp.last_leaf(), format('erp.customers UPDATE %s erp_owner ok', session_user), 'and the role that was set');
SELECT is((SELECT rules FROM erp.audit_ledger ORDER BY leaf_id DESC LIMIT 1), (SELECT max(version_id) FROM agent.constraint_versions), 'and the newest version of a rule');

-- Calls: one leaf after the effects, refused ones too.
CREATE TEMP TABLE task AS
WITH made AS (
    INSERT INTO agent.task_events (event_type, payload, run_at, priority) VALUES ('ORDER_NEGOTIATION', '{"sales_order_id": 4711}', '-infinity', 10) RETURNING event_id
)
SELECT event_id AS id FROM made;
UPDATE agent.task_events SET status = 'completed', processed_at = now(), lease_until = NULL, claimed_by_pid = NULL, failure_kind = NULL
WHERE event_id <> (SELECT id FROM task) AND status <> 'completed';
SELECT is(pg_temp.as_role('sales_agent', 'SELECT event_id FROM agent.claim_task()')::bigint, (SELECT id FROM task), 'claimed');
CREATE FUNCTION pg_temp.call(args jsonb, step text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.as_role('sales_agent', format('SELECT agent.call_tool(%s, %L, %L, 1, %L)', (SELECT id FROM pg_temp.task), 'test_note', args, step))::jsonb
$$;
SELECT is(pg_temp.verdict(pg_temp.call('{"quantity": 1, "raw": "INSERT INTO erp.customers (customer_name, contact_email, account_status, is_prospect) VALUES (''x'', ''prospect@tap.example'', ''on_hold'', true)"}', 'one')::text), 'ok', 'a call has an effect');
SELECT is(pg_temp.last_leaf(), 'agent.authorization_logs INSERT sales_agent sales_agent sales_agent ok', 'its leaf is the last of the transaction');
SELECT is((SELECT kind FROM erp.audit_ledger ORDER BY leaf_id DESC LIMIT 1), 'call', 'and of kind call');
SELECT is(pg_temp.verdict(pg_temp.call('{"sqlstate": "RP301", "message": "no"}', 'two')::text), 'RP301', 'a call is refused');
SELECT is(pg_temp.last_leaf(), 'agent.authorization_logs INSERT sales_agent sales_agent sales_agent RP301', 'the refusal is a leaf with its code');
SELECT is(
    (SELECT concat_ws(' ', step, encode(args_hash, 'hex'), sop_versions) FROM agent.authorization_logs ORDER BY log_id DESC LIMIT 1),
    (SELECT concat_ws(' ', 'two', encode(sha256(convert_to('{"message": "no", "sqlstate": "RP301"}', 'UTF8')), 'hex'), jsonb_object_agg(s.skill_name, s.version))
        FROM agent.agent_skills AS s JOIN agent.agents AS a USING (agent_id) WHERE a.role_name = 'sales_agent'),
    'which says step, arguments'' hash and versions of the procedures');

-- A journal is one leaf with its legs, and no leg is outside of one.
SET CONSTRAINTS ALL DEFERRED;
SELECT erp.post_ledger('audit', '[{"account_code": "1000", "amount": 5, "is_credit": false}, {"account_code": "3100", "amount": 5, "is_credit": true}]', NULL, 'adjustment', NULL, NULL, NULL, 1) AS journal \gset
SELECT is(pg_temp.leaves('erp.financial_transactions', format('["%s"]', :journal)), NULL, 'no leaf before all legs are there');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.leaves('erp.financial_transactions', format('["%s"]', :journal)), 'transaction INSERT first ok', 'then one');
SELECT is(
    (SELECT max(v.part) FROM erp.audit_ledger AS l JOIN erp.audit_payloads AS p USING (leaf_id) CROSS JOIN LATERAL erp.audit_values(p.payload) AS v
        WHERE l.record_key = format('["%s"]', :journal) AND l.table_name = 'erp.financial_transactions'), 2, 'with two legs');
SELECT is_empty($$SELECT * FROM erp.audit_ledger WHERE table_name = 'erp.journal_entries'$$, 'legs have none of their own');
INSERT INTO erp.journal_entries (transaction_id, account_id, absolute_amount, is_credit_entry, currency_code, base_amount)
SELECT :journal, account_id, 1, account_code = '3100', 'EUR', 1 FROM erp.accounts WHERE account_code IN ('1000', '3100');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(
    pg_temp.leaves('erp.financial_transactions', format('["%s"]', :journal)), 'transaction INSERT first ok, transaction INSERT next ok', 'legs that come later make another');
SELECT is_empty($$SELECT * FROM erp.audit_check_rows('erp.financial_transactions')$$, 'which holds them');

-- The chain is written by nobody.
SELECT is(pg_temp.attempt('postgres', s), 'RP250', s || ' is refused')
FROM unnest(ARRAY[
    'UPDATE erp.audit_ledger SET outcome = ''x''', 'DELETE FROM erp.audit_positions', 'TRUNCATE erp.audit_ledger', 'DELETE FROM erp.audit_payloads',
    'UPDATE erp.audit_batches SET root = ''''', 'TRUNCATE erp.exchange_rates']) AS s;
SET LOCAL session_replication_role = replica;
SELECT throws_ok('DELETE FROM erp.audit_ledger', 'RP250', NULL, 'replica mode is no way round');
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('KWD', 'JPY', '1999-12-31', 400);
SET LOCAL session_replication_role = origin;
SELECT is(pg_temp.leaves('erp.exchange_rates', '["KWD", "JPY", "1999-12-31"]'), 'row INSERT first ok, row UPDATE next ok, row DELETE next ok, row INSERT next ok', 'leaves are written in it, too');
SELECT is(pg_temp.attempt('erp_controller', 'SELECT count(*) FROM erp.audit_ledger'), '42501', 'the controller does not read leaves');
SELECT is(pg_temp.attempt('erp_auditor', 'SELECT count(*) FROM erp.audit_payloads'), '42501', 'the auditor reads no payload');
SELECT is(pg_temp.attempt('erp_auditor', 'INSERT INTO erp.audit_epochs VALUES (99, 99)'), '42501', 'and writes nothing');
SELECT is(pg_temp.attempt('sales_agent', 'SELECT erp.audit_write(''row'', NULL, NULL, ''INSERT'', NULL)'), '42501', 'an agent forges no leaf');

-- A layout that this transaction made is not remembered beyond what rolls it back, and a filled column is what it was filled with.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE erp.price_lists ADD COLUMN is_agreed boolean NOT NULL DEFAULT false;
SELECT is_empty($$SELECT * FROM erp.audit_check_rows('erp.price_lists')$$, 'rows with a new column filled with false are as their leaves say');
SAVEPOINT before_rows;
UPDATE erp.price_lists SET unit_price = unit_price + 1 WHERE price_id IN (SELECT price_id FROM erp.price_lists ORDER BY price_id LIMIT 2);
ROLLBACK TO before_rows;
UPDATE erp.price_lists SET unit_price = unit_price + 1 WHERE price_id = (SELECT max(price_id) FROM erp.price_lists);
SELECT is_empty(
    $$SELECT l.leaf_id
    FROM erp.audit_ledger AS l
    WHERE l.table_name = 'erp.price_lists' AND NOT EXISTS (SELECT FROM erp.audit_layouts AS y WHERE y.layout_id = l.layout_id)$$,
    'no leaf is of a layout that was rolled back');

-- A change inside the change of a row takes its leaf over, even when it changes nothing more.
SELECT min(pay_rate_id) AS rate FROM erp.pay_rates \gset
CREATE FUNCTION pg_temp.touched(p_rate bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    UPDATE erp.pay_rates SET weekly_hours = weekly_hours WHERE pay_rate_id = p_rate;
    RETURN p_rate;
END
$$;
UPDATE erp.pay_rates SET weekly_hours = weekly_hours + 1 WHERE pay_rate_id = :rate RETURNING pg_temp.touched(pay_rate_id);
SELECT is_empty($$SELECT * FROM erp.audit_check_rows('erp.pay_rates')$$, 'a change within a change leaves a leaf');

-- How a session wants names quoted is not part of a row.
SET LOCAL quote_all_identifiers = on;
SELECT is_empty($$SELECT * FROM erp.audit_check_rows('agent.constraints')$$, 'quoted names are no other rows');
SET LOCAL quote_all_identifiers = off;

-- Erasing.
SELECT min(leaf_id) AS first_rate FROM erp.audit_ledger WHERE table_name = 'erp.pay_rates' AND record_key = format('["%s"]', :rate) \gset
SELECT is(
    pg_temp.attempt('erp_operator', format('SELECT erp.audit_erase(%s, ''a request'')', :first_rate)), '42501',
    'who may not read pay erases none of it');
SELECT matches(
    pg_temp.attempt('erp_controller', format('SELECT erp.audit_erase(%s, ''a request'')', :first_rate)), '^[0-9]+$', 'who may, does');
SELECT is(
    pg_temp.attempt('erp_controller', format('SELECT erp.audit_erase(%s, ''no reason'')', max(leaf_id))), 'RP254', 'the reason of an erasure stays')
FROM erp.audit_ledger
WHERE table_name = 'erp.audit_payloads';

SELECT * FROM finish();
ROLLBACK;
