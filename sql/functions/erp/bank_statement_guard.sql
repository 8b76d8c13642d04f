CREATE OR REPLACE FUNCTION erp.bank_statement_guard()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF OLD.status = 'approved' OR TG_OP = 'DELETE'
        OR to_jsonb(NEW) - '{status,approved_by,approved_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{status,approved_by,approved_at}'::text[]
    THEN
        RAISE EXCEPTION 'bank statement % cannot change', OLD.statement_reference
            USING ERRCODE = 'RP263', DETAIL = jsonb_build_object('statement_id', OLD.statement_id, 'status', OLD.status)::text,
            HINT = 'what the bank said stays; an approved reconciliation is corrected by a new posting', TABLE = 'bank_statements', SCHEMA = 'erp';
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.bank_statement_guard() IS
'Row trigger: of a bank statement only its state changes, and nothing once it is approved (RP263).';
ALTER FUNCTION erp.bank_statement_guard() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.bank_statement_guard() FROM PUBLIC;
