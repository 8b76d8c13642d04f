CREATE OR REPLACE FUNCTION agent.tool_post_journal_entry(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_type CONSTANT text := COALESCE(args ->> 'source_type', 'event');
    v_transaction_id bigint;
    v_item bigint;
BEGIN
    IF v_type <> 'event' THEN
        v_item := erp.propose_journal_entry(
            description => args ->> 'description', entries => args -> 'entries', reason => args ->> 'reason',
            posted_on => erp.payload_date(args, 'posted_on'), source_type => v_type, source_id => context ->> 'task_id',
            currency => erp.payload_currency(args));
        RETURN (
            SELECT jsonb_build_object('waits_for_approval', a.approval_id, 'financial_amount', a.amount)
            FROM agent.approvals AS a
            WHERE a.approval_id = v_item);
    END IF;
    v_transaction_id := erp.post_journal_entry(
        description => args ->> 'description', entries => args -> 'entries', posted_on => erp.payload_date(args, 'posted_on'),
        source_type => v_type, source_id => context ->> 'task_id', currency => erp.payload_currency(args),
        idempotency_key => context ->> 'idempotency_key');
    RETURN (
        SELECT jsonb_build_object('transaction_id', v_transaction_id, 'financial_amount', sum(j.base_amount))
        FROM erp.journal_entries AS j
        WHERE j.transaction_id = v_transaction_id
        AND NOT j.is_credit_entry);
END
$function$;
COMMENT ON FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) IS
'Tool: posts a journal on ordinary accounts for the event at hand; above the agent''s authority it is refused (RP504). A manual journal, write-off or accrual is proposed and waits for a person.';
ALTER FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) FROM PUBLIC;
