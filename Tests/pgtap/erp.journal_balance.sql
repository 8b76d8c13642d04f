-- The ledger's tables against everybody: unbalanced, one-legged and empty transactions, and any change of what is posted.
BEGIN;
\ir _fixtures.sql
SELECT plan(97);
CREATE FUNCTION pg_temp.a(code text) RETURNS bigint LANGUAGE sql AS $$ SELECT account_id FROM erp.accounts WHERE account_code = code $$;
CREATE FUNCTION pg_temp.header() RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO erp.financial_transactions (posted_on, semantic_description, currency_code) VALUES (erp.today(), 'by hand', 'EUR')
    RETURNING transaction_id
$$;
CREATE FUNCTION pg_temp.leg(tx bigint, code text, amount numeric) RETURNS void LANGUAGE sql AS $$
    INSERT INTO erp.journal_entries (transaction_id, account_id, absolute_amount, is_credit_entry, currency_code, base_amount)
    VALUES (tx, pg_temp.a(code), abs(amount), amount < 0, 'EUR', abs(amount))
$$;
-- Statements as the server's superuser, judged as at COMMIT.
CREATE FUNCTION pg_temp.judged(statement text) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.attempt('postgres', statement) $$;

SELECT is(pg_temp.judged('SELECT pg_temp.header()'), 'RP202', 'a header alone is refused at commit, for a superuser too');
SELECT is(
    pg_temp.judged('DO $d$ DECLARE t bigint := pg_temp.header(); BEGIN PERFORM pg_temp.leg(t, ''5200'', 10); END $d$'), 'RP202',
    'one leg is refused at commit');
SELECT is(
    pg_temp.judged('DO $d$ DECLARE t bigint := pg_temp.header(); BEGIN PERFORM pg_temp.leg(t, ''5200'', 10); PERFORM pg_temp.leg(t, ''1000'', -9.99); END $d$'),
    'RP201', 'a cent missing is refused at commit');
SELECT is(
    pg_temp.judged('DO $d$ DECLARE t bigint := pg_temp.header(); BEGIN PERFORM pg_temp.leg(t, ''5200'', 10); PERFORM pg_temp.leg(t, ''1000'', -10); END $d$'),
    'ok', 'equal legs are accepted');
SELECT is(
    pg_temp.judged('DO $d$ DECLARE t bigint; BEGIN SET CONSTRAINTS ALL IMMEDIATE; t := pg_temp.header(); END $d$'), 'RP202',
    'judged at once when constraints are immediate');
SELECT is(
    pg_temp.judged($$DO $d$ DECLARE t bigint := pg_temp.header();
    BEGIN
        PERFORM pg_temp.leg(t, '5200', 10); PERFORM pg_temp.leg(t, '1000', -10);
        SET CONSTRAINTS ALL IMMEDIATE;
        PERFORM pg_temp.leg(t, '1000', -1);
    END $d$ $$), 'RP201', 'a further leg after SET CONSTRAINTS ALL IMMEDIATE is refused');
SELECT is(
    pg_temp.judged($$DO $d$ DECLARE t bigint := pg_temp.header();
    BEGIN
        PERFORM pg_temp.leg(t, '5200', 10); PERFORM pg_temp.leg(t, '1000', -10);
        SET CONSTRAINTS ALL IMMEDIATE;
        SET CONSTRAINTS ALL DEFERRED;
        PERFORM pg_temp.leg(t, '1000', -1);
    END $d$ $$), 'RP201', 'and after deferring again');
SELECT is(
    pg_temp.judged(format('DO $d$ BEGIN PERFORM pg_temp.leg(pg_temp.header(), ''5200'', %L); END $d$', amount)), code, 'no leg of ' || amount)
FROM (VALUES ('NaN', '23514'), ('0', '23514'), ('Infinity', '22003'), ('1e15', '22003')) AS v (amount, code);
SELECT is(
    pg_temp.judged($$DO $d$ BEGIN INSERT INTO erp.journal_entries (transaction_id, account_id, absolute_amount, is_credit_entry, currency_code, base_amount)
    VALUES (pg_temp.header(), pg_temp.a('5200'), -1, false, 'EUR', -1); END $d$ $$), '23514', 'no negative leg');

-- A posted transaction: posted by another database transaction, which the test plays by its stamp.
SELECT erp.post_journal_entry('posted', '[{"account_code": "5200", "amount": 10, "is_credit": false}, {"account_code": "1000", "amount": 10, "is_credit": true}]') AS tx \gset
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(
    pg_temp.judged(format('UPDATE %s SET %s', t, change)), 'RP203', format('UPDATE %s SET %s is refused', t, change))
FROM (VALUES
    ('erp.journal_entries', 'memo = ''x'''), ('erp.journal_entries', 'absolute_amount = absolute_amount'),
    ('erp_journal_entries', 'memo = ''x'''), ('erp.financial_transactions', 'semantic_description = ''x'''),
    ('erp.financial_transactions', 'posted_on = posted_on'), ('erp_financial_transactions', 'posted_on = posted_on')
) AS v (t, change);
SELECT is(pg_temp.judged('DELETE FROM ' || t), 'RP203', 'DELETE FROM ' || t || ' is refused')
FROM unnest(ARRAY['erp.journal_entries', 'erp_journal_entries']) AS t;
SELECT is(pg_temp.judged('DELETE FROM erp.financial_transactions WHERE transaction_id = ' || :tx), 'RP203', 'a header is not deleted');
SELECT is(pg_temp.judged('TRUNCATE ' || t), 'RP203', 'TRUNCATE ' || t || ' is refused')
FROM unnest(ARRAY['erp.journal_entries', 'erp.financial_transactions CASCADE']) AS t;
SET LOCAL session_replication_role = replica;
SELECT is(pg_temp.judged(s), 'RP203', 'replica mode is no way round: ' || s)
FROM unnest(ARRAY['UPDATE erp.journal_entries SET memo = ''x''', 'DELETE FROM erp.journal_entries', 'TRUNCATE erp.journal_entries']) AS s;
SELECT is(pg_temp.judged('SELECT pg_temp.header()'), 'RP202', 'nor for an empty transaction');
SET LOCAL session_replication_role = origin;
SET LOCAL ROLE erp_owner;
SELECT throws_ok(s, 'RP203', NULL, 'the owner neither: ' || s)
FROM unnest(ARRAY[
    'UPDATE erp.journal_entries SET memo = ''x''', 'DELETE FROM erp.journal_entries', 'TRUNCATE erp.journal_entries',
    'UPDATE erp.financial_transactions SET posted_on = posted_on - 1', 'TRUNCATE erp.financial_transactions CASCADE'
]) AS s;
RESET ROLE;
SELECT is(pg_temp.attempt(role, s), '42501', role || ' lacks the privilege: ' || s)
FROM unnest(ARRAY[
    'sales_agent', 'finance_agent', 'procurement_agent', 'inventory_watcher', 'hr_payroll_agent', 'concierge_agent',
    'erp_operator', 'erp_controller', 'erp_cron'
]) AS role
CROSS JOIN unnest(ARRAY[
    'UPDATE erp.journal_entries SET memo = ''x''', 'DELETE FROM erp.journal_entries', 'TRUNCATE erp.journal_entries',
    'UPDATE erp_journal_entries SET memo = ''x''', 'DELETE FROM erp.financial_transactions',
    'INSERT INTO erp.financial_transactions (posted_on, semantic_description, currency_code) VALUES (''2026-01-01'', ''x'', ''EUR'')',
    'INSERT INTO erp.journal_entries (transaction_id, account_id, absolute_amount, is_credit_entry, currency_code, base_amount) VALUES (1, 1, 1, true, ''EUR'', 1)'
]) AS s;

-- Legs of somebody else's transaction: the stamp of an older database transaction.
ALTER TABLE erp.financial_transactions DISABLE TRIGGER _150_append_only;
UPDATE erp.financial_transactions SET created_xid = '3' WHERE transaction_id = :tx;
ALTER TABLE erp.financial_transactions ENABLE ALWAYS TRIGGER _150_append_only;
SELECT is(
    pg_temp.judged(format('DO $d$ BEGIN PERFORM pg_temp.leg(%1$s, ''5200'', 5); PERFORM pg_temp.leg(%1$s, ''1000'', -5); END $d$', :tx)), 'RP213',
    'balanced legs are not added to a posted transaction');
SELECT is(
    pg_temp.judged($$INSERT INTO erp.financial_transactions (posted_on, semantic_description, currency_code, created_xid, posted_by, created_at)
    VALUES (erp.today(), 'forged', 'EUR', '3', 'erp_controller', '2001-01-01')$$), 'RP202', 'a forged stamp is overwritten, the header judged');
SELECT * FROM finish();
ROLLBACK;
