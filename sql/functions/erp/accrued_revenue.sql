CREATE OR REPLACE FUNCTION erp.accrued_revenue(p_period_id bigint)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT COALESCE(sum(j.signed_base_amount), 0)
        FROM erp.fiscal_periods AS p
        JOIN erp.financial_transactions AS t
            ON t.source_document_type = 'period_accrual'
            AND t.source_document_reference = p.fiscal_year || '/' || p.period_number
            AND t.company_id = p.company_id
            AND t.posted_on = p.ends_on
        JOIN erp.journal_entries AS j USING (transaction_id)
        JOIN erp.accounts AS a USING (account_id)
        WHERE p.period_id = p_period_id
        AND a.account_code = '1150');
END
$function$;
COMMENT ON FUNCTION erp.accrued_revenue(bigint) IS
'What the accruals of a period say had been issued and not invoiced at its end.';
ALTER FUNCTION erp.accrued_revenue(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.accrued_revenue(bigint) FROM PUBLIC;
