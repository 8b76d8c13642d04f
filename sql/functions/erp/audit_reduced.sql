CREATE OR REPLACE FUNCTION erp.audit_reduced(p_image bytea, p_places integer[])
RETURNS bytea
LANGUAGE sql
IMMUTABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT 'RI1'::bytea || int2send(cardinality(p_places)::smallint) || string_agg(v.value, ''::bytea ORDER BY v.place)
FROM erp.audit_values(p_image) AS v
WHERE v.place = ANY (p_places)
$function$;
COMMENT ON FUNCTION erp.audit_reduced(bytea, integer[]) IS
'The image of a row with the columns of these places alone.';
ALTER FUNCTION erp.audit_reduced(bytea, integer[]) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_reduced(bytea, integer[]) FROM PUBLIC;
