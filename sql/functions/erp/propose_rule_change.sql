-- The change is tried out as a rule beside the old one, in a subtransaction that is always rolled back: so it meets
-- now every check that it will meet when it is approved.
CREATE OR REPLACE FUNCTION erp.propose_rule_change(
    constraint_id bigint,
    change jsonb,
    reason text
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $function$
DECLARE
    status CONSTANT text := coalesce(erp.actor() ->> 'operational_status', 'active');
    keys CONSTANT text[] := ARRAY(SELECT jsonb_object_keys(CASE jsonb_typeof(change) WHEN 'object' THEN change ELSE '{}' END));
    changeable CONSTANT jsonb := erp.rule_content(to_jsonb(jsonb_populate_record(NULL::agent.constraints, '{}')));
    rule agent.constraints;
    before jsonb := '{}';
    after jsonb;
    proposal bigint;
BEGIN
    IF status <> 'active' THEN
        RAISE EXCEPTION '% may not propose', session_user
            USING ERRCODE = '42501',
            DETAIL = format('the status of %s is %s', session_user, status),
            HINT = 'ask a person who is active';
    END IF;
    IF keys = '{}' OR btrim(coalesce(reason, '')) = ''
        OR NOT changeable ?& keys THEN
        RAISE EXCEPTION 'a rule change names columns of the rule and has a reason'
            USING ERRCODE = '22023',
            DETAIL = jsonb_build_object('change', change, 'reason', reason)::text,
            HINT = format('change some of: %s', (SELECT string_agg(key, ', ') FROM jsonb_object_keys(changeable) AS key));
    END IF;
    IF constraint_id IS NOT NULL THEN
        SELECT c.* INTO rule
        FROM agent.constraints AS c
        WHERE c.constraint_id = propose_rule_change.constraint_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no rule %', constraint_id
                USING ERRCODE = '22023',
                DETAIL = jsonb_build_object('constraint_id', constraint_id)::text,
                HINT = 'SELECT constraint_id, rule_name FROM erp_agent_constraints';
        END IF;
        before := erp.rule_content(to_jsonb(rule));
    END IF;

    -- the values as the columns will hold them
    SELECT jsonb_object_agg(key, to_jsonb(jsonb_populate_record(rule, change)) -> key) INTO after
    FROM unnest(keys) AS key;
    IF before @> after THEN
        RAISE EXCEPTION 'the change changes nothing'
            USING ERRCODE = '22023',
            DETAIL = change::text,
            HINT = 'name a column and another value';
    END IF;
    IF coalesce((before || after ->> 'is_active')::boolean, true) AND before || after ->> 'mode' IS DISTINCT FROM 'off' THEN
        BEGIN
            PERFORM erp.rule_write(NULL, before - 'rule_name' || after);
            RAISE SQLSTATE 'RP9TR';
        EXCEPTION
            WHEN SQLSTATE 'RP9TR' THEN
                NULL;
        END;
    END IF;
    -- the trial had no name that others could refer to
    PERFORM erp.rule_expand_stored(rule.rule_name, (before || after ->> 'protected')::boolean, before || after -> 'logic_ast');

    INSERT INTO agent.approvals (kind, subject_type, subject_id, summary, details)
    VALUES (
        'rule_change', 'rule', constraint_id,
        format(
            '%s: %s — %s',
            coalesce(rule.rule_name, 'rule_' || constraint_id, 'new rule ' || (after ->> 'rule_name'), 'new rule'),
            left(after::text, 200), reason
        ),
        jsonb_build_object('version', rule.version, 'change', after, 'before', before, 'reason', reason)
    )
    RETURNING approval_id INTO proposal;
    RETURN proposal;
END
$function$;
COMMENT ON FUNCTION erp.propose_rule_change(bigint, jsonb, text) IS
'Asks for a change of a rule ({"column": value, …}; a NULL id proposes a new rule): checked now, applied when a second person approves the returned item.';
ALTER FUNCTION erp.propose_rule_change(bigint, jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.propose_rule_change(bigint, jsonb, text) FROM PUBLIC;
