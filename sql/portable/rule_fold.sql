-- What the rows of a quantifier amount to, row by row. "decided": the rows that follow do not matter. "rank" tells how much
-- the row that tells most so far says about the outcome (1 unknown, 2 an error, 3 it decides), "telling" that it is this row.
CREATE OR REPLACE FUNCTION erp.rule_fold(
    node jsonb,
    state jsonb,
    entry jsonb
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    op CONSTANT text := node ->> 'op';
    is_logical CONSTANT boolean := op IN ('exists', 'forall', 'exists_one', 'all', 'some', 'none');
    value CONSTANT jsonb := entry -> 'value';
    rows int := coalesce((state ->> 'rows')::int, 0);
    rank int := 0;
BEGIN
    IF entry ? 'error' THEN
        rank := 2;
        state := jsonb_build_object('error', entry -> 'error', 'decided', NOT is_logical) || state;
    ELSIF op = 'lookup' THEN
        rank := 1;
        rows := rows + 1;
        state := state || jsonb_build_object('value', value);
        IF rows > 1 THEN
            rank := 2;
            state := state || '{"decided": true, "error": {"code": "RP105", "message": "lookup found more than one row"}}';
        END IF;
    ELSIF value = 'null' THEN
        IF op <> 'count' AND node ->> 'nulls' IS DISTINCT FROM 'skip' THEN
            rank := 1;
            state := state || '{"unknown": true}';
        END IF;
    ELSIF is_logical THEN
        rows := rows + (op IN ('forall', 'all') <> (value = 'true'))::int;
        IF rows > (op = 'exists_one')::int THEN
            rank := 3;
            state := state || '{"decided": true}';
        END IF;
    ELSE
        rows := rows + 1;
        IF NOT state ? 'unknown' THEN
            state := state || erp.rule_fold_value(op, node ->> 'of', state -> 'value', value);
        END IF;
    END IF;
    RETURN state || jsonb_build_object(
        'rows', rows,
        'telling', rank > coalesce((state ->> 'rank')::int, 0),
        'rank', greatest(rank, (state ->> 'rank')::int)
    );
END
$$;

COMMENT ON FUNCTION erp.rule_fold(jsonb, jsonb, jsonb) IS 'The state of a quantifier or aggregate after one more selected row.';

ALTER FUNCTION erp.rule_fold(jsonb, jsonb, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_fold(jsonb, jsonb, jsonb) FROM PUBLIC;
