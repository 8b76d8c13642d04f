CREATE OR REPLACE FUNCTION erp.rule_text_at(
    node jsonb,
    key text,
    at text
)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF jsonb_typeof(node -> key) IS DISTINCT FROM 'string' OR node ->> key = '' THEN
        PERFORM erp.rule_fail('RP101', at || '/' || key, format('"%s" must be a text', key));
    END IF;
    RETURN node ->> key;
END
$$;

COMMENT ON FUNCTION erp.rule_text_at(jsonb, text, text) IS 'The text under a key of a rule node; anything else is RP101.';

ALTER FUNCTION erp.rule_text_at(jsonb, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_text_at(jsonb, text, text) FROM PUBLIC;
