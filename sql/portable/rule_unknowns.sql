CREATE OR REPLACE FUNCTION erp.rule_unknowns(result jsonb)
RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text[] := '{}';
    child jsonb;
    path text;
BEGIN
    -- Only what lies under unknown nodes made the rule unknown: a known node has absorbed the nulls below it.
    IF result -> 'value' <> 'null' THEN
        RETURN found;
    ELSIF result ? 'path' THEN
        RETURN ARRAY[result ->> 'path'];
    END IF;
    FOR child IN SELECT jsonb_array_elements(result -> 'children') LOOP
        FOREACH path IN ARRAY erp.rule_unknowns(child) LOOP
            IF path <> ALL (found) THEN
                found := found || path;
            END IF;
        END LOOP;
    END LOOP;
    RETURN CASE WHEN found = '{}' AND result ? 'outside' THEN ARRAY[result ->> 'label'] ELSE found END;
END
$$;

COMMENT ON FUNCTION erp.rule_unknowns(jsonb) IS 'The fields whose being null left a rule unknown, in the order it reads them.';

ALTER FUNCTION erp.rule_unknowns(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_unknowns(jsonb) FROM PUBLIC;
