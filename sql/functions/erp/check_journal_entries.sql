CREATE OR REPLACE FUNCTION erp.check_journal_entries(p_entries jsonb, p_currency text)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_fault record;
BEGIN
    IF jsonb_typeof(p_entries) IS DISTINCT FROM 'array' OR jsonb_array_length(p_entries) = 0 THEN
        RAISE EXCEPTION 'entries: a non-empty array is needed'
            USING ERRCODE = 'RP202',
            DETAIL = jsonb_build_object('found', COALESCE(jsonb_typeof(p_entries), 'null'))::text,
            HINT = 'pass [{"account_code","amount","is_credit"}, ...] with at least one debit and one credit';
    END IF;
    SELECT e.ordinality - 1 AS entry_position, fault.* INTO v_fault
    FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e (entry, ordinality)
    LEFT JOIN erp.accounts AS a ON a.account_code = e.entry ->> 'account_code'
    LEFT JOIN erp.currencies AS c ON c.currency_code = COALESCE(e.entry ->> 'currency', p_currency)
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN jsonb_typeof(e.entry) <> 'object' THEN 'RP209'
            WHEN COALESCE(e.entry ->> 'amount', '') !~ '^[0-9]{1,15}(\.[0-9]+)?$' THEN 'RP209'
            WHEN COALESCE(e.entry ->> 'base_amount', '1') !~ '^[0-9]{1,15}(\.[0-9]+)?$' THEN 'RP209'
            WHEN jsonb_typeof(e.entry -> 'is_credit') IS DISTINCT FROM 'boolean' THEN 'RP209'
            WHEN (e.entry ->> 'amount')::numeric = 0 OR (e.entry ->> 'base_amount')::numeric = 0 THEN 'RP209'
            WHEN a.account_id IS NULL THEN 'RP210'
            WHEN c.currency_code IS NULL THEN 'RP209'
            WHEN scale(trim_scale((e.entry ->> 'amount')::numeric)) > c.minor_unit THEN 'RP211'
        END AS code,
        e.entry::text AS entry,
        c.minor_unit
    ) AS fault
    WHERE fault.code IS NOT NULL
    ORDER BY e.ordinality
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entries[%]: %', v_fault.entry_position, CASE v_fault.code
            WHEN 'RP210' THEN 'unknown account'
            WHEN 'RP211' THEN format('amount has more than %s decimals', v_fault.minor_unit)
            ELSE 'account_code, a positive amount, is_credit and a known currency are needed' END
            USING ERRCODE = v_fault.code,
            DETAIL = jsonb_build_object('entry', v_fault.entry)::text,
            HINT = 'correct this entry; SELECT account_code, account_name FROM erp_accounts lists the chart';
    END IF;
END
$function$;
COMMENT ON FUNCTION erp.check_journal_entries(jsonb, text) IS
'Refuses malformed legs before they are posted, naming the first by position: RP202 empty, RP209 malformed, RP210 unknown account, RP211 too many decimals for the currency.';
ALTER FUNCTION erp.check_journal_entries(jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.check_journal_entries(jsonb, text) FROM PUBLIC;
