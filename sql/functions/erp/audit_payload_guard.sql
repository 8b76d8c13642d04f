CREATE OR REPLACE FUNCTION erp.audit_payload_guard()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF EXISTS (
        SELECT
        FROM erp.audit_ledger AS l
        WHERE l.table_name = 'erp.audit_payloads'
        AND l.record_key = jsonb_build_array(OLD.leaf_id::text)::text
        AND l.xid = pg_current_xact_id()
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a payload is erased by erp.audit_erase alone'
        USING ERRCODE = 'RP250',
        DETAIL = jsonb_build_object('leaf_id', OLD.leaf_id)::text,
        HINT = 'SELECT erp.audit_erase(leaf_id, reason)',
        TABLE = 'audit_payloads', SCHEMA = 'erp';
END
$function$;
COMMENT ON FUNCTION erp.audit_payload_guard() IS
'Row trigger before a payload goes: RP250 unless the leaf of its erasure was written in the same transaction.';
ALTER FUNCTION erp.audit_payload_guard() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_payload_guard() FROM PUBLIC;
