-- The arguments that say how an operator works are written into the rule, so they are judged when it is stored: the unit
-- of time, the pattern, the places and mode of round.
CREATE OR REPLACE FUNCTION erp.rule_parse_options(
    op text,
    args jsonb
)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    units text[] := CASE op
        WHEN 'date_add' THEN '{day,week,month,year}'::text[]
        ELSE '{second,minute,hour,day,week,month,year}'::text[]
    END;
    option jsonb := args -> CASE WHEN op IN ('date_add', 'datetime_add') THEN 2 ELSE 1 END;
    at text := option ->> 'at';
    word text := option ->> 'value';
    is_written boolean := option ->> 'op' = 'literal' AND option ->> 'type' IN ('quoted', 'number');
BEGIN
    IF option IS NULL THEN
        RETURN;
    ELSIF op = 'round' THEN
        IF NOT is_written OR word !~ '^[0-9]{1,9}([.]0+)?$' OR word::numeric > 18 THEN
            PERFORM erp.rule_fail('RP101', at, 'round needs its places written as a number of 0 to 18');
        END IF;
        option := args -> 2;
        IF option IS NOT NULL AND coalesce(option ->> 'op' <> 'literal' OR option ->> 'value' NOT IN ('half_up', 'half_even'), true) THEN
            PERFORM erp.rule_fail('RP101', option ->> 'at', 'round knows the modes "half_up" and "half_even"');
        END IF;
        RETURN;
    ELSIF NOT is_written THEN
        PERFORM erp.rule_fail('RP101', at, format('"%s" needs its %s written as a text', op, CASE WHEN op IN ('like', 'regextest') THEN 'pattern' ELSE 'unit' END));
    END IF;

    CASE op
        WHEN 'like' THEN
            IF word ~ '(^|[^\\])(\\\\)*\\$' THEN
                PERFORM erp.rule_fail('RP101', at, 'the pattern ends with an escape character');
            END IF;
        WHEN 'regextest' THEN
            IF octet_length(word) > 1000 THEN
                PERFORM erp.rule_fail('RP101', at, 'the pattern is longer than 1000 bytes');
            END IF;
            PERFORM '' COLLATE "C" ~ word;
        ELSE
            IF word <> ALL (units) THEN
                PERFORM erp.rule_fail(
                    'RP101', at, format('unknown unit "%s"', left(word, 64)), 'did you mean "' || erp.rule_nearest(word, units) || '"?'
                );
            END IF;
    END CASE;
EXCEPTION
    WHEN invalid_regular_expression THEN
        PERFORM erp.rule_fail('RP101', at, SQLERRM);
END
$$;

COMMENT ON FUNCTION erp.rule_parse_options(text, jsonb) IS
'Refuses (RP101) a unit, pattern or rounding that is not written out or not known.';

ALTER FUNCTION erp.rule_parse_options(text, jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_parse_options(text, jsonb) FROM PUBLIC;
