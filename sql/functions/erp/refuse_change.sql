CREATE OR REPLACE FUNCTION erp.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RAISE EXCEPTION '%.% is append-only: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = TG_ARGV[0],
        DETAIL = jsonb_build_object('table', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, 'operation', TG_OP)::text,
        HINT = 'correct it by a new, reversing entry',
        TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END
$function$;
COMMENT ON FUNCTION erp.refuse_change() IS
'Trigger for append-only tables: refuses UPDATE, DELETE and TRUNCATE for every role with the SQLSTATE given as its argument.';
ALTER FUNCTION erp.refuse_change() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.refuse_change() FROM PUBLIC;
