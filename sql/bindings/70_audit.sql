-- The audit chain: which tables are audited, their triggers, and the guards of the chain itself.
-- Every table of erp and agent is audited but those named here with their reason; a new table is audited by itself.
CREATE OR REPLACE VIEW erp.audit_exceptions AS
SELECT
    l.table_name,
    l.reason
FROM (VALUES
    ('erp.schema_migrations', 'written by the installer; what a migration does to objects is a leaf of its own'),
    ('erp.schema_parts', 'written by the installer at every start'),
    ('agent.task_events', 'the queue: rows change several times a second; decisions about a task are leaves'),
    ('agent.tool_calls', 'answers kept for repeated steps; the call is a leaf by its authorization log'),
    ('agent.sessions', 'execution of agents, no business state'),
    ('agent.session_events', 'execution of agents, append-only by itself'),
    ('agent.agent_memory', 'memory of agents, no business state'),
    ('agent.agent_message_history', 'conversations, no business state'),
    ('agent.constraint_shadow_log', 'what rules on trial would have refused, append-only by itself'),
    ('agent.constraint_dependencies', 'derived from the rules'),
    ('agent.constraint_reads', 'derived from the rules'),
    ('agent.constraint_locks', 'derived from the rules'),
    ('erp.consistency_runs', 'results of checks, made anew every night'),
    ('erp.audit_identity', 'the chain itself'),
    ('erp.audit_layouts', 'the chain itself'),
    ('erp.audit_ledger', 'the chain itself'),
    ('erp.audit_payloads', 'the chain itself; an erasure is a leaf'),
    ('erp.audit_epochs', 'the chain itself'),
    ('erp.audit_positions', 'the chain itself'),
    ('erp.audit_batches', 'the chain itself')
) AS l (table_name, reason);
COMMENT ON VIEW erp.audit_exceptions IS 'Tables of erp and agent that are not audited, and why.';
CREATE OR REPLACE VIEW erp.audited_tables AS
SELECT
    c.oid::regclass AS relation,
    n.nspname || '.' || c.relname AS table_name
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname IN ('erp', 'agent')
AND c.relkind IN ('r', 'p')
AND NOT EXISTS (SELECT FROM erp.audit_exceptions AS e WHERE e.table_name = n.nspname || '.' || c.relname);
COMMENT ON VIEW erp.audited_tables IS 'Tables whose every change is a leaf of the audit chain.';
ALTER VIEW erp.audit_exceptions OWNER TO erp_ledger;
ALTER VIEW erp.audited_tables OWNER TO erp_ledger;

-- Append-only, in every replication role. What is wired is left alone, here and below: its lock would wait for writers, who wait for
-- what this transaction did before.
DO $guards$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['audit_identity', 'audit_layouts', 'audit_ledger', 'audit_epochs', 'audit_positions', 'audit_batches', 'audit_payloads'] LOOP
        CONTINUE WHEN (
            SELECT count(*)
            FROM pg_catalog.pg_trigger AS t
            WHERE t.tgrelid = format('erp.%I', guarded)::regclass
            AND t.tgname IN ('_150_append_only', '_150_append_only_truncate')
            AND t.tgenabled = 'A'
        ) = 2;
        -- A payload may go by its own guard.
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER _150_append_only BEFORE %s ON erp.%I FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change(''RP250'')',
            CASE guarded WHEN 'audit_payloads' THEN 'UPDATE' ELSE 'UPDATE OR DELETE' END, guarded);
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER _150_append_only_truncate BEFORE TRUNCATE ON erp.%I FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change(''RP250'')',
            guarded);
        EXECUTE format('ALTER TABLE erp.%I ENABLE ALWAYS TRIGGER _150_append_only', guarded);
        EXECUTE format('ALTER TABLE erp.%I ENABLE ALWAYS TRIGGER _150_append_only_truncate', guarded);
    END LOOP;
END
$guards$;
DO $erasure$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_trigger AS t
        WHERE t.tgrelid = 'erp.audit_payloads'::regclass
        AND t.tgname = '_160_erasure'
        AND t.tgenabled = 'A'
    ) THEN
        CREATE OR REPLACE TRIGGER _160_erasure
        BEFORE DELETE ON erp.audit_payloads
        FOR EACH ROW EXECUTE FUNCTION erp.audit_payload_guard();
        ALTER TABLE erp.audit_payloads ENABLE ALWAYS TRIGGER _160_erasure;
    END IF;
END
$erasure$;

-- The first of the AFTER triggers, so that what later ones change gets its leaf later. Journals have one leaf with their legs,
-- written when all legs are there. A table that comes under audit with rows in it has them adopted, once.
DO $attach$
DECLARE
    audited record;
    is_new boolean;
    is_journal boolean;
BEGIN
    FOR audited IN SELECT a.relation, a.table_name FROM erp.audited_tables AS a ORDER BY a.table_name LOOP
        is_journal := audited.table_name IN ('erp.financial_transactions', 'erp.journal_entries');
        PERFORM erp.audit_layout(audited.relation);
        CONTINUE WHEN (
            SELECT count(*)
            FROM pg_catalog.pg_trigger AS t
            WHERE t.tgrelid = audited.relation
            AND t.tgname IN ('_000_audit', '_160_audited')
            AND t.tgenabled = 'A'
        ) = 2;
        is_new := NOT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = audited.relation AND t.tgname = '_000_audit');
        IF NOT is_journal THEN
            EXECUTE format(
                'CREATE OR REPLACE TRIGGER _000_audit AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION erp.audit_row(%s)',
                audited.relation, CASE audited.table_name WHEN 'agent.authorization_logs' THEN '''call'', ''sqlstate''' ELSE '''row''' END);
        ELSIF is_new THEN
            EXECUTE format(
                'CREATE CONSTRAINT TRIGGER _000_audit AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp.audit_transaction()',
                audited.relation);
        END IF;
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER _000_audit', audited.relation);
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER _160_audited BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change(''RP250'')',
            audited.relation);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER _160_audited', audited.relation);
        IF is_new AND audited.table_name <> 'erp.journal_entries' THEN
            PERFORM erp.audit_adopt(audited.relation);
        END IF;
    END LOOP;
END
$attach$;

-- Who changes objects and privileges. Only a superuser makes event triggers: elsewhere such changes are no leaves.
DO $ddl$
BEGIN
    IF (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger AS t WHERE t.evtname = 'erp_audit_ddl')
    THEN
        CREATE EVENT TRIGGER erp_audit_ddl ON ddl_command_end EXECUTE FUNCTION erp.audit_ddl();
        CREATE EVENT TRIGGER erp_audit_drop ON sql_drop EXECUTE FUNCTION erp.audit_ddl();
        ALTER EVENT TRIGGER erp_audit_ddl ENABLE ALWAYS;
        ALTER EVENT TRIGGER erp_audit_drop ENABLE ALWAYS;
    END IF;
END
$ddl$;
