-- Reads one field. Each hop is one look-up by a referenced key under a fresh snapshot (VOLATILE), so that a rule
-- sees what committed while the statement waited for its locks.
CREATE OR REPLACE FUNCTION erp.rule_eval_ref(
    node jsonb,
    env jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source jsonb := CASE WHEN node ? 'scope' THEN env -> 'scopes' -> (node ->> 'scope') -> 'value' ELSE env -> (node ->> 'root') END;
    hop jsonb;
    found jsonb;
BEGIN
    IF env -> 'facts' ? (node ->> 'name') AND NOT node ? 'scope' THEN
        found := env -> 'facts' -> (node ->> 'name');
    ELSIF node -> 'hops' = '[]' THEN
        found := erp.rule_walk_json(source, ARRAY(SELECT jsonb_array_elements_text(node -> 'path')));
    ELSE
        found := source -> (node -> 'path' ->> 0);
        FOR hop IN SELECT jsonb_array_elements(node -> 'hops') LOOP
            EXIT WHEN found IS NULL OR found = 'null';
            -- Dynamic because the rule names the table; every part is an identifier read from the catalog.
            EXECUTE format(
                'SELECT ' || CASE
                    WHEN (hop ->> 'plain')::boolean THEN 'to_jsonb(t.%1$I)'
                    ELSE 'CASE WHEN num_nulls(t.%1$I) = 0 THEN to_jsonb(format(''%%s'', t.%1$I)) END'
                END || ' FROM %2$s AS t WHERE ' || CASE
                    WHEN hop ->> 'key_type' IS NOT NULL THEN 't.%3$I = $1::%4$s'
                    ELSE 'format(''%%s'', t.%3$I) = $1'
                END,
                hop ->> 'column', (hop ->> 'relation')::oid::regclass, hop ->> 'key', hop ->> 'key_type'
            ) INTO found USING found #>> '{}';
        END LOOP;
        found := erp.rule_walk_json(found, ARRAY(SELECT jsonb_array_elements_text(node -> 'inside')));
    END IF;
    found := coalesce(found, 'null');
    IF found <> 'null' AND (node ->> 'padded')::boolean THEN
        found := to_jsonb(rtrim(found #>> '{}', ' '));
    END IF;

    IF node ? 'read' THEN
        RETURN erp.rule_read_json(found, node ->> 'read', node ->> 'label');
    END IF;
    IF node ->> 'type' = 'number' AND found <> 'null' AND NOT erp.rule_number_fits((found #>> '{}')::numeric) THEN
        RETURN jsonb_build_object(
            'value', NULL,
            'error', jsonb_build_object('code', 'RP105', 'message', format('%s is no number of at most 38 digits', node ->> 'label'))
        );
    END IF;
    RETURN jsonb_build_object('value', found);
END
$$;

COMMENT ON FUNCTION erp.rule_eval_ref(jsonb, jsonb) IS 'The value of a field of a rule as {"value"}: given as a fact, in the row, or looked up by foreign key.';

ALTER FUNCTION erp.rule_eval_ref(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_eval_ref(jsonb, jsonb) FROM PUBLIC;
