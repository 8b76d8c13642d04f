CREATE OR REPLACE FUNCTION erp.journal_type_by_hand(p_source_type text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_type record;
BEGIN
    SELECT k.needs_second_person, k.is_by_hand INTO v_type FROM erp.journal_types AS k WHERE k.source_type = p_source_type;
    IF NOT FOUND THEN
        SELECT k.needs_second_person, k.is_by_hand INTO v_type FROM erp.journal_types AS k WHERE k.source_type = 'adjustment';
    END IF;
    IF NOT v_type.is_by_hand THEN
        RAISE EXCEPTION 'journals of type % are made by their own function', p_source_type
            USING ERRCODE = 'RP222', DETAIL = jsonb_build_object('source_type', p_source_type)::text,
            HINT = 'choose another source_type; a year is closed by erp.close_fiscal_year, a period by erp.close_period';
    END IF;
    -- Who may choose the kind cannot choose one that needs nobody else; the event that an agent handles is its own.
    RETURN v_type.needs_second_person
        OR (erp.actor() ->> 'kind' IS DISTINCT FROM 'agent'
            AND (SELECT k.needs_second_person FROM erp.journal_types AS k WHERE k.source_type = 'adjustment'));
END
$function$;
COMMENT ON FUNCTION erp.journal_type_by_hand(text) IS
'Whether a kind of journal that people and programs may write needs a second person; a kind without a row is treated like adjustment. RP222 for kinds that only their own function makes.';
ALTER FUNCTION erp.journal_type_by_hand(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.journal_type_by_hand(text) FROM PUBLIC;
