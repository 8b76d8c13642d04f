-- Dates and times of columns in rules: infinity, years outside 1 to 9999, the session's time zone, and what the gate tells of today.
BEGIN;
SELECT plan(19);

CREATE TABLE public.deadlines (id int PRIMARY KEY, due date, at timestamp, sent timestamptz, n numeric);
GRANT TRIGGER ON public.deadlines TO erp_gate;

-- The verdict over a record of the table, or the SQLSTATE.
CREATE FUNCTION pg_temp.verdict(ast jsonb, record jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN coalesce(erp.rule_evaluate(ast, record, '{}', 'public.deadlines') ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN
        RETURN SQLSTATE;
END
$$;

CREATE TEMP TABLE cases (name text, ast jsonb, record jsonb, wanted text);
INSERT INTO cases VALUES
    ('the year of infinity is an error', '{"==": [{"year": [{"var": "due"}]}, 2026]}', '{"due": "infinity"}', 'RP105'),
    ('infinity is compared', '{"<": [{"var": "due"}, "2026-01-01"]}', '{"due": "-infinity"}', 'true'),
    ('nothing is added to infinity', '{"is_null": [{"+": [{"var": "sent"}, {"duration": "P1D"}]}]}', '{"sent": "infinity"}', 'RP105'),
    ('no days lie between infinity and a date', '{"is_null": [{"days_between": [{"var": "due"}, "2026-01-01"]}]}', '{"due": "infinity"}', 'RP105'),
    ('nor between a date and infinity', '{"is_null": [{"-": [{"date": "2026-01-01"}, {"var": "due"}]}]}', '{"due": "infinity"}', 'RP105'),
    ('infinity has no date', '{"is_null": [{"date": [{"var": "sent"}, "UTC"]}]}', '{"sent": "-infinity"}', 'RP105'),
    ('a year before 1', '{"is_null": [{"month": [{"var": "due"}]}]}', '{"due": "0044-03-15 BC"}', 'RP105'),
    ('a year after 9999', '{"is_null": [{"timestamp": [{"var": "due"}]}]}', '{"due": "10000-01-01"}', 'RP105'),
    ('a year beyond all timestamps', '{"is_null": [{"day": [{"var": "due"}]}]}', '{"due": "5874897-12-31"}', 'RP105'),
    ('an error is absorbed', '{"or": [{"==": [{"year": [{"var": "due"}]}, 2026]}, true]}', '{"due": "infinity"}', 'true'),
    ('months are UTC', '{"==": [{"month": [{"var": "sent"}]}, 12]}', '{"sent": "2026-12-31T23:30:00Z"}', 'true'),
    ('days begin in UTC', '{"==": [{"datetime_truncate": [{"var": "sent"}, "day"]}, "2026-12-31T00:00:00Z"]}', '{"sent": "2026-12-31T23:30:00Z"}', 'true'),
    ('months are added in UTC', '{"==": [{"datetime_add": [{"var": "sent"}, 2, "month"]}, "2027-02-28T23:30:00Z"]}', '{"sent": "2026-12-31T23:30:00Z"}', 'true'),
    ('a date in a zone with summer time', '{"==": [{"date": [{"var": "sent"}, "Europe/Berlin"]}, "2026-07-01"]}', '{"sent": "2026-06-30T22:00:00Z"}', 'true'),
    ('a computed number of units', '{"==": [{"date_add": [{"var": "due"}, {"var": "n"}, "month"]}, "2026-02-28"]}', '{"due": "2026-01-31", "n": 1.00}', 'true'),
    ('a computed half of a unit', '{"==": [{"date_add": [{"var": "due"}, {"var": "n"}, "month"]}, "2026-02-28"]}', '{"due": "2026-01-31", "n": 0.5}', 'RP105');

SET LOCAL TimeZone = 'Asia/Kathmandu';
SELECT is(pg_temp.verdict(ast, record), wanted, name) FROM cases;

INSERT INTO erp_agent_constraints (rule_name, target_table, logic_ast, violation_message) VALUES
    ('in_time', 'public.deadlines', '{">=": [{"var": "due"}, {"today": []}]}', 'too late'),
    ('sent_before', 'public.deadlines', '{"<=": [{"var": "sent"}, {"now": []}]}', 'not sent yet');
SELECT lives_ok($$INSERT INTO public.deadlines VALUES (1, erp.today(), NULL, erp.now())$$, 'the gate tells the business date and moment');
SELECT throws_ok($$INSERT INTO public.deadlines VALUES (2, erp.today() - 1, NULL, erp.now())$$, 'RP110', 'too late', 'yesterday is before today');
SELECT throws_ok(
    $$INSERT INTO public.deadlines VALUES (3, erp.today(), NULL, erp.now() + interval '1 microsecond')$$, 'RP110', 'not sent yet', 'later is after now'
);

SELECT finish();
ROLLBACK;
