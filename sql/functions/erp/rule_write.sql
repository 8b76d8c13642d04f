CREATE OR REPLACE FUNCTION erp.rule_write(
    constraint_id bigint,
    change jsonb
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    -- Dynamic because the change names the columns; %I keeps each one an identifier.
    columns CONSTANT text := (SELECT string_agg(format('%I', key), ', ' ORDER BY key) FROM jsonb_object_keys(change) AS key);
    written bigint;
BEGIN
    IF constraint_id IS NULL THEN
        EXECUTE format(
            'INSERT INTO agent.constraints (%1$s) SELECT %1$s FROM jsonb_populate_record(NULL::agent.constraints, $1) RETURNING constraint_id',
            columns
        ) INTO written USING change;
    ELSE
        EXECUTE format(
            'UPDATE agent.constraints SET (%1$s) = (SELECT %1$s FROM jsonb_populate_record(NULL::agent.constraints, $1))
            WHERE constraint_id = $2 RETURNING constraint_id',
            columns
        ) INTO written USING change, constraint_id;
    END IF;
    RETURN written;
END
$function$;
COMMENT ON FUNCTION erp.rule_write(bigint, jsonb) IS
'Writes the named columns of a rule, or a new rule when there is no id; with the rights of its caller.';
ALTER FUNCTION erp.rule_write(bigint, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_write(bigint, jsonb) FROM PUBLIC;
