CREATE OR REPLACE FUNCTION erp.audit_transaction()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_key CONSTANT text := jsonb_build_array(NEW.transaction_id::text)::text;
    v_image CONSTANT bytea := erp.audit_journal(NEW.transaction_id);
BEGIN
    -- A leg whose journal has this image as its last leaf is in that leaf.
    IF TG_TABLE_NAME = 'journal_entries' AND v_image = (
        SELECT p.payload
        FROM erp.audit_ledger AS l
        INNER JOIN erp.audit_payloads AS p ON p.leaf_id = l.leaf_id
        WHERE l.table_name = 'erp.financial_transactions'
        AND l.record_key = v_key
        ORDER BY l.leaf_id DESC
        LIMIT 1
    ) THEN
        RETURN NULL;
    END IF;
    PERFORM erp.audit_write('transaction', 'erp.financial_transactions', v_key, 'INSERT', v_image, 'erp.financial_transactions');
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.audit_transaction() IS
'Deferred row trigger on headers and legs of journals: one leaf for a journal with all its legs.';
ALTER FUNCTION erp.audit_transaction() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_transaction() FROM PUBLIC;
