-- An event is judged when its row version is still the live one; otherwise a later event is about it. But a row inserted and
-- then changed is new to everybody else, so the rules of INSERT judge what became of it.
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
        after := erp.rule_version_alive(TG_RELID, NEW, TG_OP = 'UPDATE');
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
'Deferred trigger function that judges a written row at commit by the rules of timing commit, unless a later event is about it.';

ALTER FUNCTION erp.rule_gate_commit() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_commit() FROM PUBLIC;
