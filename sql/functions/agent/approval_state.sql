CREATE OR REPLACE FUNCTION agent.approval_state()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.status = 'pending' THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND (
        NEW.status = OLD.status
        OR OLD.status = 'pending'
        OR (OLD.status = 'approved' AND NEW.status IN ('void', 'expired'))
    ) AND (
        NEW.approval_id, NEW.kind, NEW.subject_type, NEW.subject_id, NEW.amount, NEW.currency_code, NEW.summary, NEW.details,
        NEW.requested_by, NEW.created_at)
    IS NOT DISTINCT FROM (
        OLD.approval_id, OLD.kind, OLD.subject_type, OLD.subject_id, OLD.amount, OLD.currency_code, OLD.summary, OLD.details,
        OLD.requested_by, OLD.created_at)
    THEN
        IF OLD.status = 'pending' AND NEW.status <> 'pending' THEN
            NEW.decided_at := coalesce(NEW.decided_at, clock_timestamp());
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an approval is asked, decided and kept; this change is none of that'
        USING ERRCODE = 'RP508',
            DETAIL = jsonb_build_object(
                'operation', TG_OP, 'item', CASE TG_OP WHEN 'INSERT' THEN NEW.approval_id ELSE OLD.approval_id END)::text,
            HINT = 'void a pending approval and ask anew; decide with erp.approve or erp.reject',
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$function$;
COMMENT ON FUNCTION agent.approval_state() IS
'BEFORE trigger of approvals: they begin pending, what they bind never changes, a decision is final except that an approval may become void, and none is deleted.';
ALTER FUNCTION agent.approval_state() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION agent.approval_state() FROM PUBLIC;
