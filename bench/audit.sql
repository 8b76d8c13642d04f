-- What the audit chain costs and how fast it is sealed and verified. Printed as name|figure. Needs native mode and a seed.
\set QUIET on
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS bench;
-- The flush of the commit is the same with and without, and not what is asked.
SET synchronous_commit = off;
-- Processor time of this session in seconds: on a machine that does other work too it is the steadier measure.
CREATE OR REPLACE FUNCTION bench.processor()
RETURNS numeric
LANGUAGE sql
VOLATILE
AS $$
    SELECT (split_part(s, ' ', 12)::numeric + split_part(s, ' ', 13)::numeric) / 100
    FROM (SELECT regexp_replace(pg_read_file('/proc/self/stat'), '^.*\) ', '') AS s) AS stat
$$;
-- Microseconds a posting of header and two legs with every guard, each in a transaction of its own.
CREATE OR REPLACE PROCEDURE bench.post(p_name text, p_count integer)
LANGUAGE plpgsql
AS $$
DECLARE
    v_start timestamptz := clock_timestamp();
    v_processor numeric := bench.processor();
BEGIN
    FOR n IN 1..p_count LOOP
        PERFORM erp.post_ledger('bench', '[{"account_code": "1000", "amount": 5, "is_credit": false}, {"account_code": "3100", "amount": 5, "is_credit": true}]',
            NULL, 'adjustment', NULL, NULL, NULL, 1);
        COMMIT;
    END LOOP;
    INSERT INTO bench.taken VALUES
        ('post_' || p_name, extract(EPOCH FROM clock_timestamp() - v_start) * 1000000 / p_count),
        ('post_processor_' || p_name, (bench.processor() - v_processor) * 1000000 / p_count);
END
$$;
-- Microseconds a row of a bulk UPDATE.
CREATE OR REPLACE FUNCTION bench.change(p_rate numeric)
RETURNS numeric
LANGUAGE plpgsql
AS $$
DECLARE
    v_start timestamptz := clock_timestamp();
    v_rows bigint;
BEGIN
    UPDATE erp.exchange_rates SET rate = p_rate WHERE rate_date < '1950-01-01';
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    RETURN extract(EPOCH FROM clock_timestamp() - v_start) * 1000000 / v_rows;
END
$$;
CREATE TABLE bench.taken (name text, figure numeric);
INSERT INTO erp.fiscal_periods (company_id, fiscal_year, period_number, starts_on, ends_on)
SELECT 1, extract(YEAR FROM erp.today())::integer, 1, date_trunc('year', erp.today()), date_trunc('year', erp.today()) + interval '1 year - 1 day'
WHERE NOT EXISTS (SELECT FROM erp.fiscal_periods WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on);
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate)
SELECT 'KWD', 'JPY', '1900-01-01'::date + n, 1 FROM generate_series(1, 5000) AS n;
DO $$
BEGIN
    CALL bench.post('warm', 300);
    FOR round IN 1..5 LOOP
        CALL bench.post('on', 2000);
        INSERT INTO bench.taken SELECT 'change_on', bench.change(round);
        ALTER TABLE erp.financial_transactions DISABLE TRIGGER _000_audit;
        ALTER TABLE erp.journal_entries DISABLE TRIGGER _000_audit;
        ALTER TABLE erp.exchange_rates DISABLE TRIGGER _000_audit;
        COMMIT;
        CALL bench.post('off', 2000);
        INSERT INTO bench.taken SELECT 'change_off', bench.change(round + 0.5);
        ALTER TABLE erp.financial_transactions ENABLE ALWAYS TRIGGER _000_audit;
        ALTER TABLE erp.journal_entries ENABLE ALWAYS TRIGGER _000_audit;
        ALTER TABLE erp.exchange_rates ENABLE ALWAYS TRIGGER _000_audit;
        COMMIT;
    END LOOP;
END
$$;
-- What the triggers did not see would be findings of every row below.
UPDATE erp.exchange_rates SET rate = 7 WHERE rate_date < '1950-01-01';
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate)
SELECT c.a, c.b, '1900-01-01'::date + n, 1
FROM generate_series(1, 40000) AS n, (VALUES ('EUR', 'KWD'), ('USD', 'KWD'), ('GBP', 'KWD'), ('CHF', 'KWD'), ('JPY', 'KWD')) AS c (a, b);
VACUUM ANALYZE;
DO $$
DECLARE
    v_start timestamptz := clock_timestamp();
    v_processor numeric := bench.processor();
    v_leaves bigint := 0;
    v_now bigint;
BEGIN
    LOOP
        v_now := erp.audit_seal();
        EXIT WHEN v_now = 0;
        v_leaves := v_leaves + v_now;
        COMMIT;
    END LOOP;
    INSERT INTO bench.taken VALUES ('sealed', v_leaves), ('seal', v_leaves / extract(EPOCH FROM clock_timestamp() - v_start)),
        ('seal_processor', v_leaves / (bench.processor() - v_processor));
END
$$;
VACUUM ANALYZE erp.audit_positions, erp.audit_ledger, erp.audit_payloads;
DO $$
DECLARE
    v_start timestamptz := clock_timestamp();
    v_processor numeric := bench.processor();
    v_faults bigint;
BEGIN
    SELECT count(*) INTO v_faults FROM erp.audit_check_chain();
    INSERT INTO bench.taken
    SELECT 'verify', max(position) / extract(EPOCH FROM clock_timestamp() - v_start) FROM erp.audit_positions
    UNION ALL
    SELECT 'verify_processor', max(position) / (bench.processor() - v_processor) FROM erp.audit_positions;
    v_start := clock_timestamp();
    v_processor := bench.processor();
    INSERT INTO bench.taken VALUES ('faults', v_faults + (SELECT count(*) FROM erp.audit_check_rows('erp.exchange_rates')));
    INSERT INTO bench.taken
    SELECT 'rows', count(*) / extract(EPOCH FROM clock_timestamp() - v_start) FROM erp.exchange_rates
    UNION ALL
    SELECT 'rows_processor', count(*) / (bench.processor() - v_processor) FROM erp.exchange_rates;
END
$$;
SELECT name || '|' || round(CASE WHEN name ~ '_(on|off)$' THEN min(figure) ELSE max(figure) END, 1) FROM bench.taken GROUP BY name ORDER BY 1;
