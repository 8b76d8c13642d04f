CREATE OR REPLACE FUNCTION erp.plain_text(value text)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT btrim(regexp_replace(left(value, 200), '[^[:alnum:] .,:#/()-]+', ' ', 'g'))
$function$;
COMMENT ON FUNCTION erp.plain_text(text) IS
'Text made harmless for other programs'' formats: letters, digits and plain punctuation only.';
ALTER FUNCTION erp.plain_text(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.plain_text(text) FROM PUBLIC;
