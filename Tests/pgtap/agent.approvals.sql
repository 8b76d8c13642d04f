-- Approvals: who decides, once, within the limit. The effects of each kind have their own files.
\ir _as_role.sql
BEGIN;
\ir _people.sql
SELECT plan(38);
UPDATE agent.approvals SET status = 'void' WHERE status = 'pending';
-- Stand-ins, so that only the decision is looked at here.
CREATE OR REPLACE FUNCTION erp.approval_apply_sales_order(p_approval_id bigint) RETURNS void LANGUAGE sql SET search_path = pg_catalog AS
$$ INSERT INTO agent.sessions (agent_id, session_type, subject_type, subject_id) SELECT min(agent_id), 'chat', 'applied', p_approval_id FROM agent.agents $$;
CREATE OR REPLACE FUNCTION erp.approval_reject_sales_order(p_approval_id bigint) RETURNS void LANGUAGE sql SET search_path = pg_catalog AS
$$ INSERT INTO agent.sessions (agent_id, session_type, subject_type, subject_id) SELECT min(agent_id), 'chat', 'rejected', p_approval_id FROM agent.agents $$;
CREATE FUNCTION pg_temp.ask(amount numeric, requested_by name DEFAULT 'sales_agent', kind text DEFAULT 'sales_order')
RETURNS bigint
LANGUAGE sql
AS $$
    INSERT INTO agent.approvals (kind, subject_type, subject_id, amount, currency_code, summary, requested_by)
    VALUES (kind, kind, -nextval(pg_get_serial_sequence('agent.approvals', 'approval_id')), amount, CASE WHEN amount IS NOT NULL THEN 'EUR' END, 'please', requested_by)
    RETURNING approval_id
$$;
CREATE FUNCTION pg_temp.decide(who name, verb text, item bigint, reason text DEFAULT 'looked at it')
RETURNS jsonb
LANGUAGE sql
AS $$ SELECT pg_temp.as_role(who, format('SELECT erp.%I(%L, %L)', verb, item, reason))::jsonb $$;
CREATE TEMP TABLE a AS
SELECT
    pg_temp.ask(250000) AS at_limit, pg_temp.ask(250000.0001) AS over_limit, pg_temp.ask(1, 'erp_operator') AS own,
    pg_temp.ask(100) AS to_reject, pg_temp.ask(NULL) AS no_amount, pg_temp.ask(NULL, kind => 'rule_change') AS rule,
    pg_temp.ask(1, kind => 'something_else') AS odd;

SELECT throws_ok($$SELECT pg_temp.decide('sales_agent', 'approve', at_limit) FROM a$$, '42501', NULL, 'an agent approves nothing');
SELECT throws_ok($$SELECT erp.approve(at_limit, 'x') FROM a$$, 'RP512', NULL, 'nor does a login that is no person');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', at_limit, ' ') FROM a$$, 'RP511', NULL, 'a reason is needed');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', at_limit, NULL) FROM a$$, 'RP511', NULL, 'NULL is none');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', -5)$$, 'RP508', NULL, 'there is no such item');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', NULL)$$, 'RP508', NULL, 'nor an item NULL');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', own) FROM a$$, 'RP505', NULL, 'whoever asked cannot approve');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'reject', own) FROM a$$, 'RP505', NULL, 'nor reject');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', over_limit) FROM a$$, 'RP506', NULL, 'above the limit is refused');
SELECT is((SELECT status FROM agent.approvals JOIN a ON approval_id = over_limit), 'pending', 'and still waits');
UPDATE erp.people SET is_active = false WHERE database_role = 'erp_operator';
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', at_limit) FROM a$$, 'RP512', NULL, 'an inactive person decides nothing');
UPDATE erp.people SET is_active = true WHERE database_role = 'erp_operator';

SELECT is((SELECT pg_temp.decide('erp_operator', 'approve', at_limit) ->> 'status' FROM a), 'approved', 'the limit itself is within');
SELECT is(
    (SELECT concat_ws('|', status, decided_by, decision_reason, decided_xid = pg_current_xact_id(), decided_at IS NOT NULL)
        FROM agent.approvals JOIN a ON approval_id = at_limit),
    'approved|erp_operator|looked at it|t|t', 'who, why and in which transaction is kept');
SELECT is((SELECT subject_type FROM agent.sessions JOIN a ON subject_id = at_limit), 'applied', 'what waited goes on');
SELECT is(
    (SELECT concat_ws('|', actor, action_type, record_id, was_authorized, financial_amount, reason) FROM agent.authorization_logs ORDER BY log_id DESC LIMIT 1),
    (SELECT format('erp_operator|approve|%s|t|250000.0000|looked at it', subject_id) FROM agent.approvals JOIN a ON approval_id = at_limit),
    'and is logged');
SELECT throws_ok($$SELECT pg_temp.decide('erp_controller', 'reject', at_limit) FROM a$$, 'RP508', NULL, 'what is decided is decided');
SELECT is((SELECT pg_temp.decide('erp_controller', 'approve', over_limit) ->> 'status' FROM a), 'approved', 'a higher limit decides the higher amount');
SELECT is((SELECT pg_temp.decide('erp_operator', 'reject', to_reject) ->> 'status' FROM a), 'rejected', 'a person rejects');
SELECT is((SELECT subject_type FROM agent.sessions JOIN a ON subject_id = to_reject), 'rejected', 'what waited is freed');
SELECT is((SELECT pg_temp.decide('erp_operator', 'approve', no_amount) ->> 'status' FROM a), 'approved', 'without an amount no limit is asked');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', rule) FROM a$$, 'RP513', NULL, 'rules need the right to decide about rules');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', odd) FROM a$$, 'RP508', NULL, 'a kind without an effect cannot be decided');
SELECT is((SELECT count(*) FROM erp.inbox JOIN a ON item IN (own, rule, odd)), 3::bigint, 'what waits is in the inbox');
SELECT is((SELECT count(*) FROM erp.inbox JOIN a ON item IN (at_limit, over_limit, to_reject)), 0::bigint, 'what is decided is not');

-- Kept as they were.
SELECT throws_ok(
    format($$UPDATE agent.approvals SET %s FROM a WHERE approval_id = own$$, change), 'RP508', NULL, 'what an approval binds never changes: ' || change)
FROM unnest(ARRAY['amount = 2', 'subject_id = 1', 'currency_code = ''USD''', 'summary = ''harmless''', 'details = ''{"a": 1}''',
    'requested_by = ''sales_agent''', 'created_at = now()']) AS change;

-- Whoever wrote the document does not approve it, whoever asked.
INSERT INTO erp.customers (customer_name, contact_email) VALUES ('approvals', 'approvals@tap.test');
CREATE FUNCTION pg_temp.ask_about(created_by name, edited_by name)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    item bigint := pg_temp.ask(1);
BEGIN
    -- Its triggers would stamp the session's role; only the columns matter here.
    ALTER TABLE erp.sales_orders DISABLE TRIGGER _100_intake;
    INSERT INTO erp.sales_orders (
        sales_order_id, customer_id, created_by, edited_by, order_creation_date, discount_percent, currency_code,
        rounding_policy, ship_to_country
    )
    SELECT
        a.subject_id, c.customer_id, ask_about.created_by, ask_about.edited_by, erp.today(), 0, 'EUR', 'per_line', 'DE'
    FROM agent.approvals AS a, erp.customers AS c
    WHERE a.approval_id = item AND c.contact_email = 'approvals@tap.test';
    ALTER TABLE erp.sales_orders ENABLE TRIGGER _100_intake;
    RETURN item;
END
$$;
CREATE TEMP TABLE b AS
SELECT
    pg_temp.ask_about('erp_operator', 'sales_agent') AS created, pg_temp.ask_about('sales_agent', 'erp_operator') AS edited,
    pg_temp.ask_about('sales_agent', 'sales_agent') AS theirs;
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', created) FROM b$$, 'RP505', NULL, 'not what one created');
SELECT throws_ok($$SELECT pg_temp.decide('erp_operator', 'approve', edited) FROM b$$, 'RP505', NULL, 'nor what one edited last');
SELECT is((SELECT pg_temp.decide('erp_operator', 'approve', theirs) ->> 'status' FROM b), 'approved', 'but what others wrote');
SELECT is((SELECT pg_temp.decide('erp_operator', 'reject', created) ->> 'status' FROM b), 'rejected', 'one may withdraw the own');
SELECT is((SELECT pg_temp.decide('erp_controller', 'approve', edited) ->> 'status' FROM b), 'approved', 'and another person approves it');
SELECT throws_ok($$UPDATE agent.approvals SET status = 'pending' FROM a WHERE approval_id = at_limit$$, 'RP508', NULL, 'a decision is final');
SELECT throws_ok($$DELETE FROM agent.approvals$$, 'RP508', NULL, 'none is deleted');

SELECT * FROM finish();
ROLLBACK;
