CREATE OR REPLACE FUNCTION erp.mirrored_entries(p_transaction_id bigint)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT jsonb_agg(
            jsonb_build_object(
                'account_code', a.account_code, 'amount', j.absolute_amount, 'is_credit', NOT j.is_credit_entry,
                'currency', j.currency_code, 'base_amount', j.base_amount, 'memo', j.memo)
            || jsonb_strip_nulls(jsonb_build_object('department', d.department_code, 'project', p.project_code)) ORDER BY j.entry_id)
        FROM erp.journal_entries AS j
        JOIN erp.accounts AS a USING (account_id)
        LEFT JOIN erp.departments AS d USING (department_id)
        LEFT JOIN erp.projects AS p USING (project_id)
        WHERE j.transaction_id = p_transaction_id);
END
$function$;
COMMENT ON FUNCTION erp.mirrored_entries(bigint) IS
'The legs that reverse a transaction: the same accounts, amounts, rates and dimensions, debit for credit.';
ALTER FUNCTION erp.mirrored_entries(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.mirrored_entries(bigint) FROM PUBLIC;
