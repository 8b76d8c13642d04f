CREATE OR REPLACE FUNCTION erp.rule_replay(
    constraint_id bigint,
    from_time timestamptz DEFAULT '-infinity',
    to_time timestamptz DEFAULT 'infinity'
)
RETURNS TABLE (
    row_key jsonb,
    operation text,
    code text,
    message text,
    detail jsonb
)
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    rule agent.constraints;
    written_at name;
    image jsonb;
    judged jsonb;
BEGIN
    SELECT c.* INTO rule
    FROM agent.constraints AS c
    WHERE c.constraint_id = rule_replay.constraint_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rule %', constraint_id
            USING ERRCODE = '22023',
            DETAIL = jsonb_build_object('constraint_id', constraint_id)::text,
            HINT = 'SELECT constraint_id, rule_name FROM erp_agent_constraints';
    END IF;
    SELECT a.attname INTO written_at
    FROM pg_attribute AS a
    WHERE a.attrelid = rule.target_relation
    AND a.attname IN ('created_at', 'updated_at')
    AND a.atttypid = 'timestamptz'::regtype
    AND NOT a.attisdropped
    ORDER BY a.attname
    LIMIT 1;
    IF written_at IS NULL AND (from_time <> '-infinity' OR to_time <> 'infinity') THEN
        RAISE EXCEPTION '% does not tell when its rows were written', rule.target_relation
            USING ERRCODE = '22023',
            DETAIL = jsonb_build_object('table', rule.target_relation::text)::text,
            HINT = 'leave the times out: every row is judged then';
    END IF;

    -- Dynamic because the rule names its table; the row goes to a function that judges it compiled, and only what it
    -- refuses becomes JSON.
    FOR image, judged IN EXECUTE format(
        'SELECT to_jsonb(t.*), erp.rule_judgement($3, t.*) FROM %s AS t WHERE %s erp.rule_holds($3, t.*) IS NOT NULL',
        rule.target_relation,
        CASE WHEN written_at IS NOT NULL THEN format('t.%1$I >= $1 AND t.%1$I < $2 AND', written_at) END
    ) USING from_time, to_time, constraint_id
    LOOP
        row_key := erp.rule_row_key(rule.target_relation, image);
        operation := judged -> 'detail' ->> 'operation';
        code := judged ->> 'code';
        message := judged ->> 'message';
        detail := judged -> 'detail';
        RETURN NEXT;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.rule_replay(bigint, timestamptz, timestamptz) IS
'The rows of its table that a stored rule, in whatever mode, would refuse if they were written now; by created_at, else updated_at, where a time is given.';
ALTER FUNCTION erp.rule_replay(bigint, timestamptz, timestamptz) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_replay(bigint, timestamptz, timestamptz) FROM PUBLIC;
