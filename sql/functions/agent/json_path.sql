CREATE OR REPLACE FUNCTION agent.json_path(at text, key text)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN (
        SELECT CASE
            WHEN key ~ '^[A-Za-z_][A-Za-z0-9_]{0,62}$' THEN concat_ws('.', nullif(at, ''), key)
            ELSE format('%s[%s]', at, to_jsonb(left(key, 60)))
        END);
END
$function$;
COMMENT ON FUNCTION agent.json_path(text, text) IS 'The path of a key below a path, as lines[0].sku; a strange key is quoted and cut.';
ALTER FUNCTION agent.json_path(text, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION agent.json_path(text, text) FROM PUBLIC;
