CREATE OR REPLACE FUNCTION agent.tool_post_journal_entry(args jsonb, context jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_transaction_id bigint := erp.post_journal_entry(
        description => args ->> 'description', entries => args -> 'entries', posted_on => erp.payload_date(args, 'posted_on'),
        currency => erp.payload_currency(args), idempotency_key => context ->> 'idempotency_key');
    v_amount numeric;
BEGIN
    SELECT sum(base_amount) INTO v_amount FROM erp.journal_entries WHERE transaction_id = v_transaction_id AND NOT is_credit_entry;
    RETURN jsonb_build_object('transaction_id', v_transaction_id, 'financial_amount', v_amount);
END
$function$;
COMMENT ON FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) IS
'Tool: posts a journal on ordinary accounts; above the agent''s authority it is refused (RP504).';
ALTER FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) FROM PUBLIC;
