CREATE OR REPLACE FUNCTION erp.constraints_check()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $function$
DECLARE
    problem record;
    known text[];
    is_touched boolean;
BEGIN
    PERFORM erp.rule_require_active();
    PERFORM erp.rule_require_words(to_jsonb(NEW));
    IF TG_OP = 'UPDATE' THEN
        NEW.constraint_id := OLD.constraint_id;
        NEW.created_at := OLD.created_at;
        NEW.version := OLD.version;
        NEW.author := OLD.author;
        NEW.updated_at := OLD.updated_at;
        NEW.target_relation := OLD.target_relation;
        NEW.compiled_ast := OLD.compiled_ast;
        -- the same content compiles to something else when a rule it refers to has changed
        is_touched := erp.rule_content(to_jsonb(OLD)) = erp.rule_content(to_jsonb(NEW));
        IF is_touched AND (
            NOT NEW.is_active OR NEW.mode = 'off'
            OR erp.rule_expand_stored(NEW.rule_name, NEW.protected, NEW.logic_ast) = OLD.compiled_ast
        ) THEN
            RETURN NEW;
        END IF;
        NEW.version := OLD.version + 1;
    ELSE
        NEW.created_at := clock_timestamp();
        NEW.version := 1;
    END IF;
    NEW.author := session_user;
    NEW.updated_at := clock_timestamp();

    -- A rule that broke under it (a column went) can still be switched off; everything else must compile.
    IF TG_OP = 'UPDATE' AND (NOT NEW.is_active OR NEW.mode = 'off')
        AND (NEW.target_table, NEW.logic_ast, NEW.triggering_operation) = (OLD.target_table, OLD.logic_ast, OLD.triggering_operation) THEN
        RETURN NEW;
    END IF;
    NEW.target_relation := erp.rule_target(NEW.target_table);
    NEW.compiled_ast := erp.rule_expand_stored(NEW.rule_name, NEW.protected, NEW.logic_ast);
    IF NEW.target_agent_role <> '*' THEN
        known := ARRAY(
            SELECT a.role_name FROM agent.agents AS a
            UNION
            SELECT p.database_role::text FROM erp.people AS p
        );
        IF NEW.target_agent_role <> ALL (known) THEN
            RAISE EXCEPTION 'no agent or person is called "%"', left(NEW.target_agent_role, 64)
                USING ERRCODE = 'RP102',
                DETAIL = jsonb_build_object('target_agent_role', left(NEW.target_agent_role, 64))::text,
                HINT = 'use an agent''s role_name, a person''s database role, or * for everyone';
        END IF;
    END IF;
    FOR problem IN
        SELECT f.*
        FROM erp.rule_findings(NEW.target_relation, NEW.triggering_operation, NEW.compiled_ast, NEW.polarity) AS f
        WHERE f.severity <> 'info'
    LOOP
        IF problem.severity = 'error' THEN
            RAISE EXCEPTION '%', problem.message
                USING ERRCODE = problem.code,
                DETAIL = jsonb_build_object('rule', NEW.rule_name, 'table', NEW.target_relation::text, 'path', problem.path)::text,
                HINT = 'SELECT * FROM erp.rule_check(target, operation, ast) judges a rule without storing it; see docs/rules.md',
                CONSTRAINT = coalesce(NEW.rule_name, 'rule_' || NEW.constraint_id),
                SCHEMA = TG_TABLE_SCHEMA,
                TABLE = TG_TABLE_NAME;
        END IF;
        RAISE WARNING 'rule "%" at "%": % (%)', coalesce(NEW.rule_name, NEW.constraint_id::text), problem.path, problem.message, problem.code;
    END LOOP;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.constraints_check() IS
'Before a rule is stored: its author is active; finds its table, replaces what it refers to, checks role, names, types and limits, and keeps version, author and times.';
ALTER FUNCTION erp.constraints_check() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.constraints_check() FROM PUBLIC;
