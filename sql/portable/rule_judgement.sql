-- As if the row were written now: by the rule's own operation, as an INSERT when it has none; old is then the row itself.
CREATE OR REPLACE FUNCTION erp.rule_judgement(
    constraint_id bigint,
    image anyelement
)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rule agent.constraints;
    operation text;
    record jsonb;
    refused_by text;
    code text;
    message text;
    detail text;
BEGIN
    SELECT c.* INTO rule
    FROM agent.constraints AS c
    WHERE c.constraint_id = rule_judgement.constraint_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rule %', constraint_id
            USING ERRCODE = '22023',
            DETAIL = jsonb_build_object('constraint_id', constraint_id)::text,
            HINT = 'SELECT constraint_id, rule_name FROM erp_agent_constraints';
    END IF;
    operation := CASE rule.triggering_operation WHEN '*' THEN 'INSERT' ELSE rule.triggering_operation END;
    record := erp.rule_record(rule.target_relation, image);
    rule.mode := 'enforce';
    -- one code to catch; its own is put in its place below
    refused_by := rule.violation_code;
    rule.violation_code := 'RP110';
    BEGIN
        PERFORM erp.rule_judge(
            to_jsonb(rule), record,
            jsonb_build_object(
                'old', CASE WHEN operation <> 'INSERT' THEN record END,
                'agent', erp.actor(),
                'tx', jsonb_build_object('now', erp.now(), 'today', erp.today(), 'operation', operation, 'user', session_user)
            ),
            rule.target_relation, n.nspname, r.relname
        )
        FROM pg_class AS r
        JOIN pg_namespace AS n ON n.oid = r.relnamespace
        WHERE r.oid = rule.target_relation;
        RETURN NULL;
    EXCEPTION
        WHEN SQLSTATE 'RP110' OR SQLSTATE 'RP111' OR SQLSTATE 'RP103' OR SQLSTATE 'RP104' OR SQLSTATE 'RP105' THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
            IF NOT detail::jsonb ? 'constraint_id' THEN
                RAISE;
            END IF;
    END;
    RETURN jsonb_build_object('code', CASE code WHEN 'RP110' THEN refused_by ELSE code END, 'message', message, 'detail', detail::jsonb);
END
$$;

COMMENT ON FUNCTION erp.rule_judgement(bigint, anyelement) IS
'Code, message and detail by which a stored rule would refuse to let this row be written now; NULL when it passes; with the rights of the caller.';

ALTER FUNCTION erp.rule_judgement(bigint, anyelement) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_judgement(bigint, anyelement) FROM PUBLIC;
