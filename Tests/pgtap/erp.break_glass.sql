-- Break-glass: for owners, with a reason and an end, and logged.
BEGIN;
SELECT plan(13);

CREATE TABLE erp.gate_orders (total numeric(19, 4));
ALTER TABLE erp.gate_orders OWNER TO erp_owner;
INSERT INTO agent.constraints (rule_name, target_table, logic_ast, violation_message, protected)
VALUES ('gate_total', 'gate_orders', '{"<=": [{"var": "total"}, {"agent_attr": "financial_authority_limit"}]}', 'too much', true);

SELECT throws_ok(
    $$INSERT INTO erp.gate_orders VALUES (1)$$, 'RP111', 'cannot be established: agent.financial_authority_limit is null',
    'a superuser is bound by the rules'
);
SELECT throws_ok($$SELECT erp.break_glass('too short')$$, '22023', NULL, 'a reason of ten characters');
SELECT throws_ok($$SELECT erp.break_glass(NULL)$$, '22023', NULL, 'a reason at all');
SELECT throws_ok($$SELECT erp.break_glass('a reason long enough', '-1 min')$$, '22023', NULL, 'an end in the future');
SELECT throws_ok($$SELECT erp.break_glass('a reason long enough', '5 hours')$$, '22023', NULL, 'at most four hours away');
CREATE FUNCTION pg_temp.attempt(role_name name, statement text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    ending text := 'ok';
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', role_name);
        EXECUTE statement;
    EXCEPTION
        WHEN OTHERS THEN
            ending := SQLSTATE;
    END;
    RESET SESSION AUTHORIZATION;
    RETURN ending;
END
$$;
SELECT is(
    pg_temp.attempt('erp_controller', $$SELECT erp.break_glass('a reason long enough')$$), '42501', 'a person who is no owner breaks no glass'
);
SELECT is(
    pg_temp.attempt('sales_agent', $$SELECT erp.break_glass('a reason long enough')$$), '42501', 'nor does an agent'
);

SELECT lives_ok($$SELECT erp.break_glass('a reason long enough', '10 min')$$, 'an owner does');
SELECT is(erp.actor() ->> 'kind', 'break_glass', 'and acts as break-glass');
SELECT is(
    (
        SELECT jsonb_agg(jsonb_build_object('actor', actor, 'reason', reason, 'authorized', was_authorized))
        FROM agent.authorization_logs
        WHERE action_type = 'break_glass'
        AND created_at >= transaction_timestamp()
    ),
    jsonb_build_array(jsonb_build_object('actor', session_user, 'reason', 'a reason long enough', 'authorized', true)),
    'it is logged with its reason'
);
SELECT lives_ok($$INSERT INTO erp.gate_orders VALUES (1)$$, 'the gate lets pass');
SELECT lives_ok($$UPDATE agent.constraints SET is_active = false WHERE rule_name = 'gate_total'$$, 'protected rules give way');
UPDATE erp.break_glass_grants SET granted_at = granted_at - interval '1 hour', expires_at = expires_at - interval '1 hour' WHERE role_name = session_user;
SELECT throws_ok(
    $$UPDATE agent.constraints SET is_active = true WHERE rule_name = 'gate_total'$$, 'RP108', NULL, 'and not when it has expired'
);

SELECT finish();
ROLLBACK;
