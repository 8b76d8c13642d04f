CREATE OR REPLACE FUNCTION erp.check_control_accounts(p_entries jsonb)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_control record;
BEGIN
    IF jsonb_typeof(p_entries) IS DISTINCT FROM 'array' THEN
        RETURN;
    END IF;
    SELECT a.account_code, a.control_of INTO v_control
    FROM jsonb_array_elements(p_entries) AS e (entry)
    JOIN erp.accounts AS a ON a.account_code = e.entry ->> 'account_code'
    WHERE a.control_of IS NOT NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % is posted by its sub-ledger only', v_control.account_code
            USING ERRCODE = 'RP207',
            DETAIL = jsonb_build_object('account_code', v_control.account_code, 'control_of', v_control.control_of)::text,
            HINT = 'use the document''s own function (invoice, payment, stock), or another account';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_control_accounts(jsonb) IS
'Refuses legs on control accounts (RP207): their sub-ledgers alone post there, so that both always agree. What is no list of legs is left to erp.check_journal_entries.';
ALTER FUNCTION erp.check_control_accounts(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_control_accounts(jsonb) FROM PUBLIC;
