CREATE OR REPLACE FUNCTION erp.export_hledger(from_date date DEFAULT NULL, to_date date DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT format('; %s, amounts in minor units of the currency (cents)', (SELECT erp.plain_text(legal_name) FROM erp.companies ORDER BY company_id LIMIT 1))
    UNION ALL
    SELECT format(
        E'\n%s (%s) %s%s', t.posted_on, t.transaction_id, erp.plain_text(t.semantic_description),
        string_agg(format(
            E'\n    %s:%s  %s %s', lower(a.account_classification), a.account_code,
            trim_scale(j.signed_amount * power(10::numeric, c.minor_unit))::text, j.currency_code), '' ORDER BY j.entry_id))
    FROM erp.financial_transactions AS t
    JOIN erp.journal_entries AS j USING (transaction_id)
    JOIN erp.accounts AS a USING (account_id)
    JOIN erp.currencies AS c ON c.currency_code = j.currency_code
    WHERE t.posted_on BETWEEN COALESCE(from_date, '-infinity') AND COALESCE(to_date, 'infinity')
    GROUP BY t.transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.export_hledger(date, date) IS
'The journal legs between two days as an hledger journal, amounts as whole minor units: psql -Atc "SELECT erp.export_hledger()" | hledger -f - balance.';
ALTER FUNCTION erp.export_hledger(date, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.export_hledger(date, date) FROM PUBLIC;
