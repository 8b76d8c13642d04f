-- What the catalogue alone promises of every value in a column: type, NOT NULL, the range of its type or typmod, its length, the
-- labels of its enum, its CHECKs and those of its domain.
CREATE OR REPLACE FUNCTION erp.rule_relation_facts(
    relation oid,
    columns text[]
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    all_facts jsonb := '{}';
    facts jsonb;
    said jsonb;
    col record;
    digits int;
    places int;
    top numeric;
BEGIN
    FOR col IN
        SELECT
            a.attnum,
            a.attname,
            a.attnotnull OR t.typnotnull OR coalesce(d.typnotnull, false) AS not_null,
            b.oid AS base,
            b.typtype,
            b.typname,
            CASE WHEN t.typtype <> 'd' THEN a.atttypmod WHEN d.oid IS NULL THEN t.typtypmod ELSE d.typtypmod END AS typmod,
            format_type(a.atttypid, a.atttypmod) AS spelled,
            f.confrelid AS referenced,
            f.confkey[1] AS referenced_column,
            f.convalidated AND NOT f.condeferrable AS reference_holds,
            ARRAY(
                SELECT erp.rule_check_facts(pg_get_expr(c.conbin, c.conrelid), quote_ident(a.attname))
                FROM pg_constraint AS c
                WHERE c.conrelid = relation
                AND c.contypid = 0
                AND c.contype = 'c'
                AND c.convalidated
                AND c.conkey = ARRAY[a.attnum]
                UNION ALL
                SELECT erp.rule_check_facts(pg_get_expr(c.conbin, 0), 'VALUE')
                FROM pg_constraint AS c
                WHERE t.typtype = 'd'
                AND c.contypid IN (t.oid, d.oid)
                AND c.contype = 'c'
                AND c.convalidated
            ) AS checks
        FROM pg_attribute AS a
        JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_type AS d ON t.typtype = 'd' AND d.oid = t.typbasetype AND d.typtype = 'd'
        JOIN pg_type AS b ON b.oid = CASE WHEN d.oid IS NOT NULL THEN d.typbasetype WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        LEFT JOIN LATERAL (
            SELECT k.*
            FROM pg_constraint AS k
            WHERE k.conrelid = relation
            AND k.contype = 'f'
            AND k.conkey = ARRAY[a.attnum]
            ORDER BY k.conname
            LIMIT 1
        ) AS f ON true
        WHERE a.attrelid = relation
        AND a.attname = ANY (columns)
        AND a.attnum > 0
        AND NOT a.attisdropped
    LOOP
        facts := jsonb_build_object(
            'column', col.attname, 'attnum', col.attnum, 'not_null', col.not_null, 'spelled', col.spelled,
            'referenced', col.referenced, 'referenced_column', col.referenced_column, 'reference_holds', col.reference_holds,
            'is_float', col.typname IN ('float4', 'float8'),
            'type', CASE
                WHEN col.typtype = 'e' OR col.typname IN ('text', 'varchar', 'bpchar', 'name') THEN 'text'
                WHEN col.typname IN ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8') THEN 'number'
                WHEN col.typname = 'bool' THEN 'boolean'
                WHEN col.typname IN ('json', 'jsonb') THEN 'json'
                WHEN col.typname IN ('date', 'timestamp', 'timestamptz', 'uuid') THEN col.typname
                ELSE 'other'
            END
        );
        top := CASE col.typname WHEN 'int2' THEN 32767 WHEN 'int4' THEN 2147483647 WHEN 'int8' THEN 9223372036854775807 END;
        IF top IS NOT NULL THEN
            facts := facts || jsonb_build_object('lo', -top - 1, 'hi', top);
        ELSIF col.typname = 'numeric' AND col.typmod > 0 THEN
            digits := ((col.typmod - 4) >> 16) & 65535;
            places := (((col.typmod - 4) & 2047) # 1024) - 1024;
            top := trim_scale((10::numeric ^ (digits - places)) - (10::numeric ^ -places));
            facts := facts || jsonb_build_object('lo', -top, 'hi', top);
        ELSIF col.typname IN ('varchar', 'bpchar') AND col.typmod > 4 THEN
            facts := facts || jsonb_build_object('longest', col.typmod - 4);
        ELSIF col.typtype = 'e' THEN
            facts := facts || jsonb_build_object('values', (
                SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = col.base
            ));
        END IF;
        FOREACH said IN ARRAY col.checks LOOP
            facts := facts || (said - '{lo,lo_open,hi,hi_open}'::text[]);
            IF coalesce((said ->> 'lo')::numeric >= coalesce((facts ->> 'lo')::numeric, (said ->> 'lo')::numeric), false) THEN
                facts := facts || jsonb_build_object('lo', said -> 'lo', 'lo_open', said -> 'lo_open', 'checked', true);
            END IF;
            IF coalesce((said ->> 'hi')::numeric <= coalesce((facts ->> 'hi')::numeric, (said ->> 'hi')::numeric), false) THEN
                facts := facts || jsonb_build_object('hi', said -> 'hi', 'hi_open', said -> 'hi_open', 'checked', true);
            END IF;
        END LOOP;
        all_facts := all_facts || jsonb_build_object(col.attname, jsonb_strip_nulls(facts));
    END LOOP;
    RETURN all_facts;
END
$function$;
COMMENT ON FUNCTION erp.rule_relation_facts(oid, text[]) IS
'What the catalogue promises of the values in columns of a relation, by column name.';
ALTER FUNCTION erp.rule_relation_facts(oid, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_relation_facts(oid, text[]) FROM PUBLIC;
