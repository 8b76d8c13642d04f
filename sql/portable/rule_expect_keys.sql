CREATE OR REPLACE FUNCTION erp.rule_expect_keys(
    node jsonb,
    at text,
    wanted text[]
)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key text;
BEGIN
    FOREACH key IN ARRAY wanted LOOP
        IF NOT node ? key THEN
            PERFORM erp.rule_fail('RP101', at, format('the node lacks "%s"', key));
        END IF;
    END LOOP;
    FOR key IN SELECT k FROM jsonb_object_keys(node) AS k WHERE k <> ALL (wanted) ORDER BY k LOOP
        PERFORM erp.rule_fail('RP101', at, format('unknown key "%s"', key));
    END LOOP;
END
$$;

COMMENT ON FUNCTION erp.rule_expect_keys(jsonb, text, text[]) IS
'Refuses a rule node (RP101) that lacks one of the wanted keys or has any other.';

ALTER FUNCTION erp.rule_expect_keys(jsonb, text, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_expect_keys(jsonb, text, text[]) FROM PUBLIC;
