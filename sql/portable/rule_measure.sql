CREATE OR REPLACE FUNCTION erp.rule_measure(
    op text,
    child jsonb
)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
WITH given AS (
    SELECT child -> 'value' AS value, child ->> 'value' AS word, jsonb_typeof(child -> 'value') AS type
),
measured AS (
    SELECT CASE
        WHEN op = 'length' THEN
            to_jsonb(CASE type WHEN 'string' THEN length(word) WHEN 'array' THEN jsonb_array_length(value) END)
        ELSE
            to_jsonb(CASE type
                WHEN 'boolean' THEN word::boolean
                WHEN 'number' THEN word::numeric <> 0
                WHEN 'string' THEN word <> ''
                WHEN 'array' THEN value <> '[]'
            END)
    END AS value
    FROM given
)
SELECT CASE
    WHEN value IS NOT NULL THEN jsonb_build_object('value', value)
    ELSE jsonb_build_object('value', NULL, 'error', jsonb_build_object(
        'code', 'RP104', 'message', (child ->> 'label') || CASE op
            WHEN 'length' THEN ' is not a text or list'
            ELSE ' is not a boolean, number, text or list'
        END
    ))
END
FROM measured
$$;

COMMENT ON FUNCTION erp.rule_measure(text, jsonb) IS
'Length, or whether there is anything (!!), of an evaluated value that is known; a JSON value tells its type only here.';

ALTER FUNCTION erp.rule_measure(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_measure(text, jsonb) FROM PUBLIC;
