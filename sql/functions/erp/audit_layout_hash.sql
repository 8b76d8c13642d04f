CREATE OR REPLACE FUNCTION erp.audit_layout_hash(p_table text, p_columns text[], p_types text[])
RETURNS bytea
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT sha256(
    'LY1'::bytea || erp.audit_text(p_table) || int2send(cardinality(p_columns)::smallint)
    || string_agg(erp.audit_text(c.name) || erp.audit_text(c.type), ''::bytea ORDER BY c.place))
FROM unnest(p_columns, p_types) WITH ORDINALITY AS c (name, type, place)
$function$;
COMMENT ON FUNCTION erp.audit_layout_hash(text, text[], text[]) IS
'SHA-256 of a layout: what a leaf names.';
ALTER FUNCTION erp.audit_layout_hash(text, text[], text[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_layout_hash(text, text[], text[]) FROM PUBLIC;
