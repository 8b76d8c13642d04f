-- Judges the cases of a file (rules.py): psql -v cases=FILE -v engine=native|portable. Prints rule|row|outcome|outcome in SQL.
\set QUIET on
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE cases (number int, ast jsonb, context jsonb, target text, sql text, records jsonb);
\set copy '\\copy cases FROM ' :'cases' ' WITH (FORMAT csv)'
:copy
SET client_min_messages = error;

-- What plain SQL says of a row, where the rule has such a twin.
CREATE FUNCTION pg_temp.plain(condition text, record jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said boolean;
BEGIN
    EXECUTE format('SELECT %s FROM jsonb_populate_record(NULL::public.fuzz_rows, $1)', condition) INTO said USING record;
    RETURN coalesce(said::text, 'unknown');
END
$$;

CREATE FUNCTION pg_temp.native(ast jsonb, record jsonb, context jsonb, target regclass) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce(erp.rule_evaluate(ast, record, context, target) ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN RETURN SQLSTATE;
END
$$;

-- As erp.rule_evaluate of the portable engine, but binds a rule once for all its records, which have one shape.
CREATE FUNCTION pg_temp.portable(ast jsonb, context jsonb, target regclass, records jsonb)
RETURNS TABLE (row_number bigint, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    record jsonb;
    env jsonb;
    bound jsonb;
    result jsonb;
    refused text;
BEGIN
    FOR record, row_number IN SELECT e.value, e.ordinality FROM jsonb_array_elements(records) WITH ORDINALITY AS e LOOP
        BEGIN
            env := erp.rule_environment(record, context, target) || jsonb_build_object('reader', session_user);
            IF bound IS NULL AND refused IS NULL THEN
                BEGIN
                    bound := erp.rule_bind_top(erp.rule_expand(ast), target, NULL, env);
                EXCEPTION
                    WHEN OTHERS THEN refused := SQLSTATE;
                END;
            END IF;
            IF refused IS NULL THEN
                result := erp.rule_eval(bound, env);
                outcome := coalesce(result -> 'error' ->> 'code', result ->> 'value', 'unknown');
            ELSE
                outcome := refused;
            END IF;
        EXCEPTION
            WHEN OTHERS THEN outcome := SQLSTATE;
        END;
        RETURN NEXT;
    END LOOP;
END
$$;

SELECT :'engine' = 'native' AS is_native \gset
\if :is_native
SELECT c.number, e.ordinality, pg_temp.native(c.ast, e.value, c.context, c.target::regclass),
    CASE WHEN c.sql <> '' THEN pg_temp.plain(c.sql, e.value) END
FROM cases AS c CROSS JOIN LATERAL jsonb_array_elements(c.records) WITH ORDINALITY AS e
ORDER BY 1, 2;
\else
SELECT c.number, e.row_number, e.outcome, NULL
FROM cases AS c CROSS JOIN LATERAL pg_temp.portable(c.ast, c.context, c.target::regclass, c.records) AS e
ORDER BY 1, 2;
\endif
