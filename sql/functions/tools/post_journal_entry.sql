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
    v_limit numeric := (erp.actor() ->> 'financial_authority_limit')::numeric;
BEGIN
    SELECT sum(base_amount) INTO v_amount FROM erp.journal_entries WHERE transaction_id = v_transaction_id AND NOT is_credit_entry;
    IF v_amount > COALESCE(v_limit, 0) THEN
        RAISE EXCEPTION 'journal of % is above the authority of %', v_amount, COALESCE(v_limit, 0)
            USING ERRCODE = 'RP504', DETAIL = jsonb_build_object('amount', v_amount, 'limit', v_limit, 'gap', v_amount - COALESCE(v_limit, 0))::text,
            HINT = 'ask a person to post it';
    END IF;
    RETURN jsonb_build_object('transaction_id', v_transaction_id, 'financial_amount', v_amount);
END
$function$;
COMMENT ON FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) IS
'Tool: posts a journal on ordinary accounts within the agent''s authority (RP504).';
ALTER FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.tool_post_journal_entry(jsonb, jsonb) FROM PUBLIC;
