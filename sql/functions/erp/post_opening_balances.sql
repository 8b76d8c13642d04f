CREATE OR REPLACE FUNCTION erp.post_opening_balances(entries jsonb, posted_on date, company_id bigint DEFAULT 1)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_gap numeric;
    v_control text;
BEGIN
    PERFORM erp.check_journal_entries(entries, (SELECT m.base_currency FROM erp.companies AS m WHERE m.company_id = post_opening_balances.company_id));
    SELECT a.account_code INTO v_control
    FROM jsonb_array_elements(entries) AS e (entry)
    JOIN erp.accounts AS a ON a.account_code = e.entry ->> 'account_code'
    WHERE a.control_of IN ('receivable', 'payable', 'inventory')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % opens by its sub-ledger', v_control
            USING ERRCODE = 'RP207', DETAIL = jsonb_build_object('account_code', v_control)::text,
            HINT = 'use erp.post_opening_invoice or erp.post_opening_stock';
    END IF;
    SELECT sum(CASE WHEN (e.entry ->> 'is_credit')::boolean THEN -1 ELSE 1 END * (e.entry ->> 'amount')::numeric) INTO v_gap
    FROM jsonb_array_elements(entries) AS e (entry);
    RETURN erp.post_ledger(
        'Opening balances',
        CASE WHEN v_gap = 0 THEN entries
            ELSE entries || jsonb_build_object('account_code', '3900', 'amount', abs(v_gap), 'is_credit', v_gap > 0) END,
        posted_on, 'opening', NULL, NULL, NULL, company_id);
END
$function$;
COMMENT ON FUNCTION erp.post_opening_balances(jsonb, date, bigint) IS
'Opening balances of ordinary accounts; the difference goes to 3900. Receivables, payables and stock open by their own functions (RP207).';
ALTER FUNCTION erp.post_opening_balances(jsonb, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_opening_balances(jsonb, date, bigint) FROM PUBLIC;
