-- Who may do what is written in one place, and written there only: whatever else was granted is taken back.
BEGIN;
SELECT plan(11);
-- May that role do it to the table, wholly or to any of its columns?
CREATE FUNCTION pg_temp.may(who name, privilege text, tables regclass[])
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(t::text, ', ' ORDER BY t::text)
    FROM unnest(tables) AS t
    WHERE has_any_column_privilege(who, t, privilege)
$$;
SELECT is(pg_temp.may('erp_operator', 'INSERT, UPDATE', '{erp.exchange_rates,erp.tax_codes,erp.tax_rates,erp.tax_determinations}'), NULL, 'the operator writes neither taxes nor rates');
SELECT is(
    pg_temp.may('erp_controller', 'UPDATE', '{erp.exchange_rates,erp.tax_codes,erp.tax_rates,erp.tax_determinations}'),
    'erp.exchange_rates, erp.tax_codes, erp.tax_determinations, erp.tax_rates', 'the controller does');
SELECT is_empty(
    $$SELECT p.oid::regprocedure
    FROM pg_proc AS p
    WHERE p.pronamespace = 'erp'::regnamespace AND has_function_privilege('erp_gate', p.oid, 'EXECUTE')
    AND p.proname ~ '^(post_ledger|post_opening|receive_stock|next_document_number|check_|refresh_|reserve_|rule_write|ensure_)'$$,
    'the gate calls no internals of the books');
SELECT is_empty(
    $$SELECT c.oid::regclass
    FROM pg_class AS c
    WHERE c.relnamespace = 'erp'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('customers', 'sales_orders')
    AND (has_any_column_privilege('erp_gate', c.oid, 'INSERT, UPDATE') OR has_table_privilege('erp_gate', c.oid, 'DELETE, TRUNCATE'))$$,
    'it writes prospects and orders, all else the functions of erp_owner do');
SELECT is(
    (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
        WHERE attrelid = 'erp.sales_orders'::regclass AND attnum > 0 AND has_column_privilege('erp_gate', attrelid, attnum, 'UPDATE')),
    '{held_at,hold_detail,hold_reason,hold_reason_code,order_status}', 'of orders their status and hold');
SELECT is(has_any_column_privilege('erp_gate', 'agent.approvals', 'INSERT') OR has_column_privilege('erp_gate', 'agent.approvals', 'amount', 'UPDATE'), false, 'and of approvals the decision');

SELECT is(
    (SELECT string_agg(p.proname, ', ' ORDER BY p.proname) FROM pg_proc AS p
        WHERE p.pronamespace = 'agent'::regnamespace AND has_function_privilege('sales_agent', p.oid, 'EXECUTE')),
    'call_tool, claim_task, complete_task, fail_task, heartbeat, reap_expired_leases', 'workers have their door, and reap');
-- What somebody granted by hand is gone after the next run of the bindings.
CREATE ROLE tap_stranger;
GRANT SELECT ON agent.tool_calls, erp.order_progress, erp.sales_orders TO tap_stranger;
GRANT SELECT (payload) ON agent.task_events TO tap_stranger;
GRANT EXECUTE ON FUNCTION erp.post_journal_entry, agent.requeue(bigint, text) TO tap_stranger, PUBLIC;
SELECT isnt_empty($$SELECT FROM pg_shdepend WHERE refobjid = 'tap_stranger'::regrole AND deptype = 'a'$$, 'a stranger has got something');
\ir ../../sql/bindings/60_grants.sql
SELECT is_empty($$SELECT classid::regclass, objid FROM pg_shdepend WHERE refobjid = 'tap_stranger'::regrole AND deptype = 'a'$$, 'and loses all of it');
SELECT is(has_function_privilege('concierge_agent', 'agent.requeue(bigint, text)', 'EXECUTE'), false, 'PUBLIC too');
SELECT is(has_function_privilege('erp_operator', 'agent.requeue(bigint, text)', 'EXECUTE'), true, 'what is written there stays');

SELECT * FROM finish();
ROLLBACK;
