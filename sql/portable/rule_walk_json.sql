-- A document is only walked where the next name can be: a member of an object, or an index (from 0) of a list.
CREATE OR REPLACE FUNCTION erp.rule_walk_json(
    document jsonb,
    path text[]
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    segment text;
BEGIN
    FOREACH segment IN ARRAY path LOOP
        document := CASE
            WHEN jsonb_typeof(document) = 'object' THEN document -> segment
            WHEN jsonb_typeof(document) = 'array' AND segment ~ '^[0-9]{1,9}$' THEN document -> segment::int
        END;
    END LOOP;
    RETURN document;
END
$$;

COMMENT ON FUNCTION erp.rule_walk_json(jsonb, text[]) IS
'What a path leads to in a JSON document, or NULL.';

ALTER FUNCTION erp.rule_walk_json(jsonb, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_walk_json(jsonb, text[]) FROM PUBLIC;
