-- An event is judged by what became of its row, so that steps that each pass do not add up to a change that does not; a row
-- that is gone is left to the event that took it away.
CREATE OR REPLACE FUNCTION erp.rule_gate_commit()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
    after jsonb;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        after := erp.rule_version_alive(TG_RELID, NEW);
        IF after IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM erp.rule_judge_write(
        TG_RELID, TG_OP, 'commit', CASE WHEN TG_OP <> 'INSERT' THEN erp.rule_record(TG_RELID, OLD) END, after
    );
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_gate_commit() IS
'Deferred trigger function that judges a written row at commit by the rules of timing commit, as far as it is still there.';

ALTER FUNCTION erp.rule_gate_commit() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_commit() FROM PUBLIC;
