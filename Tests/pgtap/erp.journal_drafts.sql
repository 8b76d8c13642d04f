-- Manual journals take two people: proposed by one, approved by another, posted exactly as they stand.
BEGIN;
\ir _fixtures.sql
\ir _journals.sql
\ir _as_role.sql
SELECT plan(81);
CREATE FUNCTION pg_temp.propose(legs jsonb, more text DEFAULT '', who name DEFAULT 'erp_operator', reason text DEFAULT 'the auditor asks') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT erp.propose_journal_entry(''accrue'', %L, %L%s)', legs, reason, more)) $$;
CREATE FUNCTION pg_temp.approve(item text, who name DEFAULT 'erp_controller', verdict text DEFAULT 'approve') RETURNS text LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT erp.%s(%s, ''looked at it'') ->> ''status''', verdict, item)) $$;
-- The draft of an approval, and what became of it.
CREATE FUNCTION pg_temp.draft(item text) RETURNS erp.journal_drafts LANGUAGE sql
AS $$ SELECT d.* FROM erp.journal_drafts AS d JOIN agent.approvals AS a ON a.subject_id = d.draft_id WHERE a.approval_id = item::bigint AND a.kind = 'journal' $$;
CREATE FUNCTION pg_temp.state(item text) RETURNS text LANGUAGE sql
AS $$ SELECT a.status || ' ' || (pg_temp.draft(item)).status FROM agent.approvals AS a WHERE a.approval_id = item::bigint $$;

-- Who posts what at once.
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format(', source_type => %L', type), who), ending, format('%s posts a journal of type %s: %s', who, type, ending))
FROM unnest(ARRAY['erp_operator', 'erp_controller', 'postgres']) AS who
CROSS JOIN (VALUES ('adjustment', 'ok'), ('something_else', 'ok'), ('manual', 'RP221'), ('write_off', 'RP221'), ('accrual', 'RP221')) AS v (type, ending);
UPDATE erp.journal_types SET needs_second_person = true WHERE source_type = 'adjustment';
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10'), format(', source_type => %L', type)), 'RP221', format('a policy row makes %s a deed of two', type))
FROM unnest(ARRAY['adjustment', 'something_else']) AS type;
UPDATE erp.journal_types SET needs_second_person = false WHERE source_type = 'adjustment';
SELECT is(pg_temp.attempt(who, $$UPDATE erp_journal_types SET needs_second_person = false WHERE source_type = 'manual'$$), '42501', who || ' does not loosen it')
FROM unnest(ARRAY['erp_operator', 'erp_controller', 'finance_agent']) AS who;
SELECT is(
    pg_temp.attempt('erp_controller', format($$SELECT erp.post_journal_entries('[{"description": "x", "source_type": "manual", "entries": %s}]')$$, pg_temp.legs('5200 1', '1000 -1'))),
    'RP221', 'nor does a batch go around it');

-- Proposed, approved, posted.
SELECT count(*) AS before FROM erp.financial_transactions \gset
SELECT pg_temp.propose(pg_temp.legs('5200 100', '2100 -100')) AS item \gset
SELECT is(pg_temp.state(:'item'), 'pending proposed', 'a manual journal waits');
SELECT is((SELECT count(*) FROM erp.financial_transactions) - :before, 0::bigint, 'and is not posted meanwhile');
SELECT is(
    (SELECT waiting || ' ' || subject_type || ' ' || trim_scale(amount) || ' ' || from_whom FROM erp.inbox WHERE item = :item), 'approval journal_draft 100 erp_operator',
    'it stands in the inbox');
SELECT is(pg_temp.approve(:'item', who), ending, who || ' approves it: ' || ending)
FROM (VALUES ('erp_operator', 'RP505'), ('finance_agent', '42501'), ('erp_cron', '42501'), ('postgres', 'RP512'), ('erp_controller', 'approved')) AS v (who, ending);
SELECT (pg_temp.draft(:'item')).transaction_id AS tx \gset
SELECT is(pg_temp.state(:'item'), 'approved posted', 'approved, it is posted');
SELECT is(pg_temp.legs_of(:tx), '5200 100 EUR 100, 2100 -100 EUR -100', 'as it stood');
SELECT is(
    (SELECT concat_ws(' ', source_document_type, source_document_reference = (pg_temp.draft(:'item')).draft_id::text, posted_by) FROM erp.financial_transactions WHERE transaction_id = :tx),
    'manual t erp_controller', 'it names its draft and who approved');
SELECT is(pg_temp.approve(:'item'), 'RP508', 'once only');
SELECT is(pg_temp.approve(:'item', 'erp_controller', 'reject'), 'RP508', 'and finally');
SELECT is(pg_temp.post(pg_temp.legs('5200 10', '1000 -10')), 'ok', 'what is posted beside it is judged at its own time');

-- Rejected, withdrawn, changed.
SELECT pg_temp.propose(pg_temp.legs('5200 100', '2100 -100')) AS item \gset
SELECT is(pg_temp.approve(:'item', 'erp_controller', 'reject'), 'rejected', 'another person rejects one');
SELECT is(pg_temp.state(:'item'), 'rejected rejected', 'which is then never posted');
SELECT pg_temp.propose(pg_temp.legs('5200 100', '2100 -100')) AS item \gset
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_journal_drafts SET status = ''withdrawn'' WHERE draft_id = %s', (pg_temp.draft(:'item')).draft_id)), 'ok', 'who proposed may withdraw');
SELECT is(pg_temp.state(:'item'), 'void withdrawn', 'nothing is asked any more');
SELECT is(pg_temp.approve(:'item'), 'RP508', 'nor approved');
SELECT pg_temp.propose(pg_temp.legs('5200 100', '2100 -100')) AS item \gset
SELECT (pg_temp.draft(:'item')).draft_id AS draft \gset
SELECT is(pg_temp.attempt('erp_controller', format('UPDATE erp_journal_drafts SET entries = %L WHERE draft_id = %s', pg_temp.legs('5200 250', '2100 -250'), :draft)), 'ok', 'another person corrects one');
SELECT is(pg_temp.state(:'item'), 'void proposed', 'what was asked about its old content is void');
SELECT is(pg_temp.approve(:'item'), 'RP508', 'and cannot be approved');
SELECT approval_id AS item FROM agent.approvals WHERE kind = 'journal' AND subject_id = :draft AND status = 'pending' \gset
SELECT is((SELECT trim_scale(amount) || ' ' || requested_by FROM agent.approvals WHERE approval_id = :item), '250 erp_controller', 'the new content is asked for anew');
SELECT is(pg_temp.approve(:'item', who), 'RP505', who || ' wrote it and does not approve') FROM unnest(ARRAY['erp_controller', 'erp_operator']) AS who;
SELECT is(pg_temp.attempt('erp_operator', format('UPDATE erp_journal_drafts SET %s WHERE draft_id = %s', change, :draft)), code, code || ' for ' || change)
FROM (VALUES
    ('entries = ''[]''', 'RP202'), ('posted_on = ''0001-01-01''', 'RP204'), ('reason = '' ''', '23514'), ('status = ''posted''', '23514'),
    ('transaction_id = 1', '42501'), ('base_total = 1', '42501'), ('content_hash = ''x''', '42501'), ('proposed_by = ''postgres''', '42501')
) AS v (change, code);
SELECT is(pg_temp.attempt('postgres', format('UPDATE erp.journal_drafts SET entries = ''[]'' WHERE transaction_id = %s', :tx)), 'RP203', 'a posted draft does not change');
SELECT is(pg_temp.attempt('postgres', s), 'RP203', s) FROM unnest(ARRAY['DELETE FROM erp.journal_drafts', 'TRUNCATE erp.journal_drafts']) AS s;
SELECT is(pg_temp.attempt(who, 'INSERT INTO erp_journal_drafts (description) VALUES (''x'')'), '42501', who || ' writes none by hand') FROM unnest(ARRAY['erp_operator', 'finance_agent']) AS who;

-- Checked when proposed, as if it were posted.
SELECT is(pg_temp.propose(legs), code, code || ' for ' || word)
FROM (VALUES
    (pg_temp.legs('5200 10', '2100 -11'), 'RP201', 'legs that do not balance'), (pg_temp.legs('5200 10'), 'RP202', 'one leg'),
    (pg_temp.legs('5200 10', '1100 -10'), 'RP207', 'a control account'), (pg_temp.legs('0520 10', '2100 -10'), 'RP206', 'a heading'),
    (pg_temp.legs('9999 10', '2100 -10'), 'RP210', 'an unknown account'), ('null', 'RP202', 'no legs')
) AS v (legs, code, word);
SELECT is(pg_temp.propose(pg_temp.legs('5200 10', '2100 -10'), reason => ' '), 'RP511', 'a reason is needed');
SELECT is(pg_temp.propose(pg_temp.legs('5200 10', '2100 -10'), ', source_type => ''nonsense'''), '23503', 'a kind that is not written down is none');
SELECT is(pg_temp.propose(pg_temp.legs('5200 10', '2100 -10'), who => 'finance_agent'), '42501', 'agents propose through their tool');
UPDATE erp.people SET approval_limit = 99.99 WHERE database_role = 'erp_controller';
SELECT pg_temp.propose(pg_temp.legs('5200 100', '2100 -100')) AS item \gset
SELECT is(pg_temp.approve(:'item'), 'RP506', 'a cent above the approver''s limit');
UPDATE erp.people SET approval_limit = 100 WHERE database_role = 'erp_controller';
SELECT is(pg_temp.approve(:'item'), 'approved', 'the limit itself is within it');

-- The rate of the day binds as well, and so does the period.
DELETE FROM erp.exchange_rates WHERE from_currency = 'USD';
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('USD', 'EUR', '2020-01-01', 0.9);
SELECT pg_temp.propose(pg_temp.legs('5200 10', '2100 -10'), ', currency => ''USD''') AS item \gset
SELECT pg_temp.propose(pg_temp.legs('5200 10', '2100 -10'), format(', posted_on => %L', erp.today())) AS late \gset
UPDATE erp.exchange_rates SET rate = 0.8 WHERE from_currency = 'USD';
SELECT is(pg_temp.approve(:'item'), 'RP508', 'with another rate it is another journal');
UPDATE erp.exchange_rates SET rate = 0.9 WHERE from_currency = 'USD';
SELECT is(pg_temp.approve(:'item'), 'approved', 'with the rate it was asked at it is posted');
UPDATE erp.fiscal_periods SET status = 'soft_closed' WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on;
SELECT is(pg_temp.approve(:'late'), 'RP205', 'approved too late for its period, it is not posted');
SELECT is(pg_temp.state(:'late'), 'pending proposed', 'and waits on');
UPDATE erp.fiscal_periods SET status = 'open' WHERE company_id = 1 AND erp.today() BETWEEN starts_on AND ends_on;

-- Agents: at once for the event they handle, a proposal for anything manual.
INSERT INTO agent.task_events (event_type, payload) VALUES ('BANK_RECONCILIATION', '{}') RETURNING event_id AS task \gset
UPDATE agent.task_events SET run_at = '2000-01-01', sort_at = '2000-01-01' WHERE event_id = :task;
SELECT pg_temp.as_role('finance_agent', 'SELECT lease_token FROM agent.claim_task()') AS lease \gset
CREATE FUNCTION pg_temp.call(task bigint, lease bigint, more jsonb) RETURNS jsonb LANGUAGE sql
AS $$ SELECT pg_temp.as_role('finance_agent', format('SELECT agent.call_tool(%s, ''post_journal_entry'', %L, %s)', task,
    jsonb_build_object('description', 'tool', 'entries', pg_temp.legs('5200 12', '1000 -12')) || more, lease))::jsonb $$;
SELECT pg_temp.call(:task, :lease, '{}') AS answer \gset
SELECT is(
    (SELECT source_document_type || ' ' || (source_document_reference = :'task') FROM erp.financial_transactions
    WHERE transaction_id = (:'answer'::jsonb #>> '{result,transaction_id}')::bigint), 'event true', 'an agent''s journal is posted for its event');
SELECT pg_temp.call(:task, :lease, '{"source_type": "write_off", "reason": "gone"}') AS answer \gset
SELECT is(pg_temp.state(:'answer'::jsonb #>> '{result,waits_for_approval}'), 'pending proposed', 'its write-off waits for a person');
SELECT is((SELECT requested_by FROM agent.approvals WHERE approval_id = (:'answer'::jsonb #>> '{result,waits_for_approval}')::bigint), 'finance_agent'::name, 'asked in its name');
SELECT is(pg_temp.call(:task, :lease, '{"source_type": "manual"}') ->> 'sqlstate', 'RP511', 'without a reason it is refused');
SELECT is(pg_temp.call(:task, :lease, '{"source_type": "adjustment"}') ->> 'sqlstate', 'RP010', 'an agent adjusts nothing');
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.approve(:'answer'::jsonb #>> '{result,waits_for_approval}', 'erp_operator'), 'approved', 'a person approves it');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'the books are right after all this');
SELECT * FROM finish();
ROLLBACK;
