CREATE OR REPLACE FUNCTION erp.rule_gate_statement()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
    pair record;
BEGIN
    FOR pair IN EXECUTE erp.rule_pairs(TG_RELID, TG_OP) LOOP
        IF TG_OP = 'UPDATE' AND num_nulls(pair.before, pair.after) > 0 THEN
            RAISE EXCEPTION 'rows before and after the statement cannot be paired'
                USING ERRCODE = 'RP112',
                DETAIL = jsonb_build_object('table', TG_TABLE_NAME)::text,
                HINT = 'a trigger dropped a row that moved to another partition; move such rows by DELETE and INSERT';
        END IF;
        PERFORM erp.rule_judge_write(TG_RELID, TG_OP, 'statement', pair.before, pair.after);
    END LOOP;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_gate_statement() IS
'Trigger function that judges the rows of a statement, once it is done, by the rules of timing statement.';

ALTER FUNCTION erp.rule_gate_statement() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_statement() FROM PUBLIC;
