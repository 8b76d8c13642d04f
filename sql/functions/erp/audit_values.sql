CREATE OR REPLACE FUNCTION erp.audit_values(p_payload bytea)
RETURNS TABLE (part integer, place integer, value bytea)
LANGUAGE plpgsql
IMMUTABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_is_journal CONSTANT boolean := substr(p_payload, 1, 3) = 'TX1';
    v_at integer := CASE WHEN v_is_journal THEN 36 ELSE 1 END;
    v_parts integer := 0;
    v_count integer;
    v_length integer;
BEGIN
    part := 0;
    LOOP
        EXIT WHEN substr(p_payload, v_at, 3) <> 'RI1';
        v_count := (get_byte(p_payload, v_at + 2) << 8) + get_byte(p_payload, v_at + 3);
        v_at := v_at + 5;
        FOR n IN 1..v_count LOOP
            v_length := ('x' || encode(substr(p_payload, v_at + 1, 4), 'hex'))::bit(32)::integer;
            place := n;
            value := substr(p_payload, v_at, 5 + v_length);
            RETURN NEXT;
            v_at := v_at + 5 + v_length;
        END LOOP;
        IF v_is_journal AND part = 0 THEN
            v_parts := ('x' || encode(substr(p_payload, v_at, 4), 'hex'))::bit(32)::integer;
            v_at := v_at + 4;
        END IF;
        EXIT WHEN part >= v_parts;
        part := part + 1;
        v_at := v_at + 32;
    END LOOP;
END
$function$;
COMMENT ON FUNCTION erp.audit_values(bytea) IS
'The values of an image: place in its row, and row: 0, or the number of the leg of a journal.';
ALTER FUNCTION erp.audit_values(bytea) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_values(bytea) FROM PUBLIC;
