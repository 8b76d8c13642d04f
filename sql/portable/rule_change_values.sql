CREATE OR REPLACE FUNCTION erp.rule_change_values(
    pair jsonb,
    name text,
    type text,
    column_scale int,
    env jsonb
)
RETURNS SETOF jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    word CONSTANT text := env -> 'row' ->> name;
    side CONSTANT text := CASE name WHEN pair -> 'left' -> 'path' ->> 0 THEN 'left' ELSE 'right' END;
    scale int := column_scale;
    here numeric;
    there numeric;
    factor numeric := 1;
    step numeric;
    other jsonb;
BEGIN
    IF type = 'boolean' THEN
        RETURN QUERY SELECT to_jsonb(NOT word::boolean);
        RETURN;
    END IF;
    IF pair ->> 'op' <> 'any' AND type NOT IN ('text', 'uuid') THEN
        here := erp.rule_change_gap(pair, env);
    END IF;
    IF here IS NOT NULL THEN
        IF type = 'number' THEN
            scale := coalesce(scale, CASE WHEN pair -> 'left' ->> 'type' = 'number' THEN greatest(
                scale((erp.rule_eval(pair -> 'left', env) ->> 'value')::numeric), scale((erp.rule_eval(pair -> 'right', env) ->> 'value')::numeric)
            ) ELSE 0 END);
            IF scale > 38 THEN
                RETURN;
            END IF;
            factor := ('1e' || scale)::numeric;
        END IF;
        step := CASE type WHEN 'number' THEN factor WHEN 'date' THEN 1 ELSE 86400000000 END;
        other := CASE type
            WHEN 'number' THEN to_jsonb(word::numeric + 1)
            ELSE erp.rule_from_units(type, erp.rule_units(type, word) + step, 0)
        END;
        there := erp.rule_change_gap(pair, erp.rule_change_env(env, name, other));
        RETURN QUERY
        SELECT erp.rule_from_units(type, line.units, scale)
        FROM unnest(erp.rule_change_line(pair, here, there, erp.rule_units(type, word) * factor, step)) WITH ORDINALITY AS line (units, n)
        ORDER BY line.n;
    ELSIF pair ->> 'op' = '==' AND pair -> side ->> 'op' = 'ref' AND pair -> side -> 'path' = jsonb_build_array(name) THEN
        other := erp.rule_eval(pair -> (CASE side WHEN 'left' THEN 'right' ELSE 'left' END), env);
        IF NOT other ? 'error' AND octet_length(other ->> 'value') <= 256 THEN
            RETURN QUERY SELECT other -> 'value';
        END IF;
    END IF;
END
$$;

COMMENT ON FUNCTION erp.rule_change_values(jsonb, text, text, int, jsonb) IS
'Values of one column with which a comparison may come out as it ought to, the nearest first.';

ALTER FUNCTION erp.rule_change_values(jsonb, text, text, int, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_change_values(jsonb, text, text, int, jsonb) FROM PUBLIC;
