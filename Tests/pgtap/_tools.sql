-- Tools for tests of the dispatcher, assigned to sales_agent; they vanish with the transaction.
CREATE FUNCTION agent.tool_test_note(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO agent.sessions (agent_id, session_type) VALUES ((context ->> 'agent_id')::bigint, 'chat');
    IF args ? 'sqlstate' THEN
        RAISE EXCEPTION '%', args ->> 'message'
            USING ERRCODE = args ->> 'sqlstate', DETAIL = '{"rule": "a_rule", "values": {"total_invoice_value": 25000.01}}', HINT = 'less';
    END IF;
    IF args ? 'raw' THEN
        EXECUTE args ->> 'raw';
    END IF;
    RETURN jsonb_build_object('context', context, 'amount', 12.5, 'sales_order_id', 77);
END
$$;
ALTER FUNCTION agent.tool_test_note(jsonb, jsonb) OWNER TO erp_gate;
INSERT INTO agent.tools (tool_name, semantic_description, input_schema, target_endpoint, target_table, record_path)
VALUES (
    'test_note', 'Leaves a session behind.',
    '{"type": "object", "properties": {"quantity": {"type": "number", "exclusiveMinimum": 0}}}',
    'agent.tool_test_note', 'agent.sessions', 'sales_order_id'
);
INSERT INTO agent.tool_assignments (agent_id, tool_id)
SELECT a.agent_id, t.tool_id
FROM agent.agents AS a
CROSS JOIN agent.tools AS t
WHERE a.role_name = 'sales_agent'
AND t.tool_name IN ('test_note', 'create_purchase_order')
ON CONFLICT DO NOTHING;
