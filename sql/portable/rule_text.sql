-- Text is compared by bytes and its letters are ASCII, so that a rule means the same on every server: collation C.
CREATE OR REPLACE FUNCTION erp.rule_text(
    op text,
    operands text[]
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    t text := operands[1];
    part text := operands[2];
    start numeric;
    count numeric;
BEGIN
    CASE op
        WHEN 'cat' THEN
            IF octet_length(array_to_string(operands, '')) > 1048576 THEN
                RETURN '{"value": null, "error": {"code": "RP103", "message": "the text is longer than 1 MiB"}}';
            END IF;
            RETURN jsonb_build_object('value', array_to_string(operands, ''));
        WHEN 'lower' THEN
            RETURN jsonb_build_object('value', lower(t COLLATE "C"));
        WHEN 'upper' THEN
            RETURN jsonb_build_object('value', upper(t COLLATE "C"));
        WHEN 'trim' THEN
            RETURN jsonb_build_object('value', btrim(t, E' \t\n\r'));
        WHEN 'startswith' THEN
            RETURN jsonb_build_object('value', starts_with(t, part));
        WHEN 'endswith' THEN
            RETURN jsonb_build_object('value', right(t, length(part)) = part COLLATE "C");
        WHEN 'contains' THEN
            RETURN jsonb_build_object('value', strpos(t COLLATE "C", part) > 0);
        WHEN 'like' THEN
            RETURN jsonb_build_object('value', t COLLATE "C" LIKE part);
        WHEN 'regextest' THEN
            IF length(t) > 10000 THEN
                RETURN '{"value": null, "error": {"code": "RP103", "message": "the text is longer than 10000 characters"}}';
            END IF;
            RETURN jsonb_build_object('value', t COLLATE "C" ~ part);
        WHEN 'substr' THEN
            start := part::numeric;
            count := coalesce(operands[3]::numeric, length(t));
            IF start <> trunc(start) OR count <> trunc(count) THEN
                RETURN '{"value": null, "error": {"code": "RP105", "message": "substr needs whole numbers"}}';
            END IF;
            start := CASE WHEN start < 0 THEN greatest(length(t) + start, 0) ELSE least(start, length(t)) END;
            count := CASE WHEN count < 0 THEN length(t) - start + count ELSE count END;
            RETURN jsonb_build_object('value', substr(t, start::int + 1, greatest(0, least(count, length(t)))::int));
    END CASE;
END
$$;

COMMENT ON FUNCTION erp.rule_text(text, text[]) IS
'The operators of text over operands that are known.';

ALTER FUNCTION erp.rule_text(text, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_text(text, text[]) FROM PUBLIC;
