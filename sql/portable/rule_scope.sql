CREATE OR REPLACE FUNCTION erp.rule_scope(
    node jsonb,
    env jsonb
)
RETURNS text
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF node ->> 'root' = 'row' AND env ? 'scopes' THEN
        -- An alias hides a column and a member of the same name.
        IF node -> 'path' ->> 0 <> '' AND env -> 'scopes' ? (node -> 'path' ->> 0) THEN
            RETURN node -> 'path' ->> 0;
        ELSIF env -> 'scopes' ? '' THEN
            RETURN '';
        END IF;
    END IF;
    IF node -> 'path' = '[]' THEN
        PERFORM erp.rule_fail('RP101', node ->> 'at', 'a field needs a name');
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_scope(jsonb, jsonb) IS
'The alias of the quantifier whose row or element a name reads ('''' for an element without one), or NULL for the row judged.';

ALTER FUNCTION erp.rule_scope(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_scope(jsonb, jsonb) FROM PUBLIC;
