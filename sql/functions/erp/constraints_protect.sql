CREATE OR REPLACE FUNCTION erp.constraints_protect()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $function$
DECLARE
    rule_name text;
    constraint_id bigint;
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        PERFORM erp.rule_require_active();
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        SELECT c.rule_name, c.constraint_id INTO rule_name, constraint_id
        FROM agent.constraints AS c
        WHERE c.protected
        ORDER BY c.constraint_id
        LIMIT 1;
        IF NOT FOUND OR erp.actor() ->> 'kind' = 'break_glass' THEN
            RETURN NULL;
        END IF;
    ELSE
        IF NOT OLD.protected
            OR (TG_OP = 'UPDATE' AND erp.rule_content(to_jsonb(OLD)) = erp.rule_content(to_jsonb(NEW)) AND NEW.constraint_id = OLD.constraint_id)
            OR (TG_OP = 'UPDATE' AND NEW.constraint_id = OLD.constraint_id AND erp.rule_change_approval(to_jsonb(OLD), to_jsonb(NEW)) IS NOT NULL)
            OR erp.actor() ->> 'kind' = 'break_glass' THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        rule_name := OLD.rule_name;
        constraint_id := OLD.constraint_id;
    END IF;

    RAISE EXCEPTION 'rule % is protected', coalesce(rule_name, 'rule_' || constraint_id)
        USING ERRCODE = 'RP108',
        DETAIL = jsonb_build_object('rule', rule_name, 'constraint_id', constraint_id, 'operation', TG_OP)::text,
        HINT = format(
            'SELECT erp.propose_rule_change(%s, %L, ''why''); a second person then decides with erp.approve',
            constraint_id, CASE TG_OP WHEN 'UPDATE' THEN '{"column": "value"}' ELSE '{"is_active": false}' END
        ),
        CONSTRAINT = coalesce(rule_name, 'rule_' || constraint_id),
        SCHEMA = TG_TABLE_SCHEMA,
        TABLE = TG_TABLE_NAME;
END
$function$;
COMMENT ON FUNCTION erp.constraints_protect() IS
'Refuses (RP108) UPDATE, DELETE and TRUNCATE of protected rules for every role, unless an approval of this change was decided in this transaction or a break-glass grant is open.';
ALTER FUNCTION erp.constraints_protect() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.constraints_protect() FROM PUBLIC;
