CREATE OR REPLACE FUNCTION erp.rule_check_given(
    node jsonb,
    given jsonb,
    wanted text
)
RETURNS void
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE coalesce(jsonb_typeof(given), 'null')
        WHEN 'null' THEN
            RETURN;
        WHEN 'number' THEN
            IF wanted IN ('number', 'text') THEN
                RETURN;
            END IF;
        WHEN 'string' THEN
            IF wanted = 'text' THEN
                RETURN;
            END IF;
            BEGIN
                PERFORM erp.rule_adapt(jsonb_build_object('type', 'quoted', 'value', given, 'label', node -> 'label', 'at', node -> 'at'), wanted);
                RETURN;
            EXCEPTION
                WHEN SQLSTATE 'RP105' THEN
                    -- too long a number is the value's error, not the rule's
                    RETURN;
                WHEN SQLSTATE 'RP104' THEN
                    NULL;
            END;
        ELSE
            NULL;
    END CASE;
    PERFORM erp.rule_fail('RP104', node ->> 'at', format('the value given for %s is not of its type', node ->> 'label'));
END
$$;

COMMENT ON FUNCTION erp.rule_check_given(jsonb, jsonb, text) IS
'Refuses (RP104) a value of the actor or transaction that is not of the type its name has.';

ALTER FUNCTION erp.rule_check_given(jsonb, jsonb, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_check_given(jsonb, jsonb, text) FROM PUBLIC;
