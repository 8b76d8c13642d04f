-- Each row is judged once, by what all its writes come to. Its events fire in the order of its writes: the first has the row as
-- it was when the transaction began, or when it was last judged (SET CONSTRAINTS); what became of it is found along its
-- versions. An event whose version was replaced in turn leaves a note, by which the event that replaced it knows that the row
-- is judged. The notes are a table's, as a setting could be forged.
CREATE OR REPLACE FUNCTION erp.rule_gate_commit()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
    operation text := TG_OP;
    is_first boolean := true;
    after jsonb;
    is_replaced boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM agent.constraint_replaced AS r
        WHERE r.transaction_id = pg_current_xact_id()
        AND r.relation = TG_RELID
        AND r.version = OLD.ctid;
        is_first := NOT found;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT n.image, n.is_replaced INTO after, is_replaced
        FROM erp.rule_row_now(TG_RELID, NEW.ctid) AS n;
        IF is_replaced THEN
            INSERT INTO agent.constraint_replaced (transaction_id, relation, version)
            VALUES (pg_current_xact_id(), TG_RELID, NEW.ctid)
            ON CONFLICT DO NOTHING;
        END IF;
        IF after IS NULL THEN
            is_first := is_first AND TG_OP = 'UPDATE';
            operation := 'DELETE';
        END IF;
    END IF;
    IF is_first THEN
        PERFORM erp.rule_judge_write(
            TG_RELID, operation, 'commit',
            CASE WHEN TG_OP <> 'INSERT' THEN erp.rule_record(TG_RELID, OLD) END, after
        );
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION erp.rule_gate_commit() IS
'Deferred trigger function that judges a written row at commit by the rules of timing commit, by the net effect of the transaction on it.';

ALTER FUNCTION erp.rule_gate_commit() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_gate_commit() FROM PUBLIC;
