CREATE OR REPLACE FUNCTION erp.rule_change_element(
    node jsonb,
    wanted boolean,
    env jsonb
)
RETURNS jsonb
LANGUAGE sql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT element.value
FROM jsonb_array_elements(node -> 'args' -> 1 -> 'args') WITH ORDINALITY AS element
CROSS JOIN LATERAL erp.rule_eval(element.value, env) AS found
CROSS JOIN LATERAL jsonb_build_object('left', node -> 'args' -> 0, 'right', element.value) AS pair
WHERE found ->> 'value' IS NOT NULL
AND erp.rule_eval(node -> 'args' -> 0, env) ->> 'value' IS NOT NULL
AND (wanted OR erp.rule_compare('==', node ->> 'of', erp.rule_eval(node -> 'args' -> 0, env), found) -> 'value' = 'true')
ORDER BY abs(erp.rule_change_gap(pair, env)), element.ordinality
LIMIT 1
$$;

COMMENT ON FUNCTION erp.rule_change_element(jsonb, boolean, jsonb) IS
'Of the list of an "in" the element nearest to the needle, or the first where there is no distance; where it ought not to be in it, its own.';

ALTER FUNCTION erp.rule_change_element(jsonb, boolean, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_element(jsonb, boolean, jsonb) FROM PUBLIC;
