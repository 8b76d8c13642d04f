-- The gate: judges the stored rules of a table after each written row. AFTER, because a BEFORE gate can be bypassed by
-- any later BEFORE trigger and does not see generated columns. A path may lead to a table with policies of its owner,
-- which must not run as erp_owner: row security is off, which refuses the look-up.
CREATE OR REPLACE FUNCTION erp.rule_gate()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM erp.rule_refuse_truncate(TG_RELID);
        RETURN NULL;
    END IF;
    PERFORM erp.rule_judge_write(
        TG_RELID, TG_OP, 'row',
        CASE WHEN TG_OP <> 'INSERT' THEN erp.rule_record(TG_RELID, OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN erp.rule_record(TG_RELID, NEW) END
    );
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_gate() IS
'Trigger _500_rule_gate: refuses a written row, and TRUNCATE, that breaks a stored rule; for everyone but an open break-glass grant.';

ALTER FUNCTION erp.rule_gate() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate() FROM PUBLIC;
