-- Ranges over the rows of a table (read under a fresh snapshot, VOLATILE: after the statement's own effects), rows given
-- with the record, or the elements of a list.
CREATE OR REPLACE FUNCTION erp.rule_eval_quantifier(
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
    source CONSTANT jsonb := node -> 'source';
    query text := 'SELECT value FROM jsonb_array_elements($1)';
    keys text[];
    list jsonb;
    entry jsonb;
    inner_env jsonb;
    outcome jsonb;
    state jsonb := '{}';
    outside jsonb;
    children jsonb := '[]';
    telling jsonb := '[]';
    witness jsonb;
BEGIN
    SELECT coalesce(jsonb_agg(erp.rule_eval(outer_ref, env)), '[]') INTO outside
    FROM (
        SELECT DISTINCT ON (ref -> 'name') ref AS outer_ref
        FROM jsonb_path_query(jsonb_build_array(node -> 'where', node -> 'body'), 'strict $.** ? (@.op == "ref")') AS ref
        WHERE NOT ref ? 'scope'
    ) AS outer_refs;
    IF source ? 'table' THEN
        SELECT q.query, q.keys INTO query, keys FROM erp.rule_relation_query(node, env) AS q;
    ELSIF NOT source ? 'op' THEN
        SELECT jsonb_agg(jsonb_build_object('value', given)) INTO list
        FROM jsonb_array_elements(env -> 'relations' -> (source ->> 'relation')) AS given;
    ELSE
        list := erp.rule_list(source, env);
        children := jsonb_build_array(list - 'entries');
        IF NOT list ? 'entries' THEN
            RETURN erp.rule_result(node, list, children);
        END IF;
        list := list -> 'entries';
    END IF;

    FOR entry IN EXECUTE query USING list, keys LOOP
        inner_env := env || jsonb_build_object('scopes', coalesce(env -> 'scopes', '{}') || jsonb_build_object(node ->> 'alias', entry));
        outcome := CASE WHEN entry ? 'error' THEN entry ELSE erp.rule_select(node -> 'where', inner_env) END;
        CONTINUE WHEN outcome -> 'value' = 'false';
        IF NOT outcome ? 'error' AND node ? 'body' THEN
            outcome := erp.rule_eval(node -> 'body', inner_env);
        END IF;
        state := erp.rule_fold(node, state, outcome);
        IF (state ->> 'telling')::boolean THEN
            telling := CASE WHEN node ? 'where' THEN jsonb_build_array(erp.rule_eval(node -> 'where', inner_env)) ELSE '[]' END
                || CASE WHEN outcome ? 'children' THEN outcome ELSE '[]' END;
            witness := erp.rule_witness(node, inner_env);
        END IF;
        EXIT WHEN (state ->> 'decided')::boolean;
    END LOOP;

    outcome := erp.rule_fold_result(node ->> 'op', state);
    -- "outside" is what it reads of the row judged, "shown" the name under which a refusal tells what it found
    RETURN erp.rule_result(node, outcome, children || telling) || jsonb_build_object('outside', outside)
        || CASE
            WHEN node ->> 'op' NOT IN ('exists', 'forall', 'exists_one', 'all', 'some', 'none') AND NOT env ? 'scopes' THEN jsonb_build_object('shown', node -> 'label')
            ELSE '{}'
        END
        || CASE
            WHEN node ->> 'op' = 'forall' AND outcome -> 'value' = 'false' THEN jsonb_build_object('witness', witness)
            ELSE '{}'
        END;
END
$$;

COMMENT ON FUNCTION erp.rule_eval_quantifier(jsonb, jsonb) IS
'Evaluates a quantifier or aggregate of a rule; its trace ends with the row that decided.';

ALTER FUNCTION erp.rule_eval_quantifier(jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_eval_quantifier(jsonb, jsonb) FROM PUBLIC;
