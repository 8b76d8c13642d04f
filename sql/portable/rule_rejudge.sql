CREATE OR REPLACE FUNCTION erp.rule_rejudge(
    constraint_id bigint,
    target regclass,
    query text,
    through text
)
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    actor CONSTANT jsonb := erp.actor();
    rule record;
    image jsonb;
    context jsonb;
    place record;
BEGIN
    -- @plpgsql_check_options: security_warnings = off
    SELECT c.* INTO rule
    FROM agent.constraints AS c
    WHERE c.constraint_id = rule_rejudge.constraint_id
    AND c.target_agent_role IN ('*', actor ->> 'role_name')
    AND c.valid_from <= erp.now()
    AND c.valid_to > erp.now();
    IF NOT FOUND OR actor ->> 'kind' = 'break_glass' THEN
        RETURN;
    END IF;
    SELECT c.relname, c.relnamespace::regnamespace::text AS nspname INTO place
    FROM pg_class AS c
    WHERE c.oid = target;
    -- Dynamic because the query is made from the rule's tables and columns (erp.rule_candidates).
    FOR image IN EXECUTE format('SELECT erp.rule_record(%s, q.t) FROM (%s) AS q (t)', target::oid, query) LOOP
        IF rule.mode = 'enforce' THEN
            PERFORM erp.rule_lock_row(rule.constraint_id, image);
        END IF;
        context := jsonb_build_object(
            'old', image, 'agent', actor, 'through', through,
            'tx', jsonb_build_object('now', erp.now(), 'today', erp.today(), 'operation', 'UPDATE', 'user', session_user)
        );
        IF rule.mode = 'shadow' THEN
            PERFORM erp.rule_judge_shadow(to_jsonb(rule), image, context, target, place.nspname, place.relname);
        ELSE
            PERFORM erp.rule_judge(to_jsonb(rule), image, context, target, place.nspname, place.relname);
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION erp.rule_rejudge(bigint, regclass, text, text) IS
'Judges the rows that a query gives of a rule''s table by that rule, as an UPDATE that changes nothing.';

ALTER FUNCTION erp.rule_rejudge(bigint, regclass, text, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_rejudge(bigint, regclass, text, text) FROM PUBLIC;
