CREATE OR REPLACE FUNCTION erp.audit_key_sql(p_target regclass)
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT format('jsonb_build_array(%s)::text', string_agg(format('r.%I::text', a.attname), ', ' ORDER BY k.place))
FROM pg_index AS i
CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
INNER JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = p_target
AND i.indisprimary
$function$;
COMMENT ON FUNCTION erp.audit_key_sql(regclass) IS
'SQL of the key of a record over the row alias r: its primary key as a JSON array of texts.';
ALTER FUNCTION erp.audit_key_sql(regclass) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_key_sql(regclass) FROM PUBLIC;
