-- The roles of Headless ERP. Run first at every installation and upgrade; creating what exists is harmless.
-- NOLOGIN roles own things, group roles carry grants, LOGIN roles are who one is: identity is session_user.
DO $roles$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT *
        FROM (VALUES
            ('erp_owner', false, 'owns every table and the integrity triggers'),
            ('erp_gate', false, 'owns the agent API; tool handlers run as it'),
            ('erp_ledger', false, 'owns the audit chain, which nobody else writes'),
            ('erp_agents', false, 'group of all agents'),
            ('erp_people', false, 'group of all people'),
            ('erp_clock', false, 'may move the business clock'),
            ('sales_agent', true, 'agent: takes orders'),
            ('finance_agent', true, 'agent: invoices, receipts, journals'),
            ('procurement_agent', true, 'agent: buys'),
            ('inventory_watcher', true, 'agent: watches stock'),
            ('hr_payroll_agent', true, 'agent: pays'),
            ('concierge_agent', true, 'agent: answers customers'),
            ('erp_operator', true, 'person: runs the day, approves up to a limit'),
            ('erp_controller', true, 'person: controls the books, second signature'),
            ('erp_auditor', true, 'seals and verifies the audit chain'),
            ('erp_cron', true, 'pg_cron jobs: insert events, call maintenance')
        ) AS r (role_name, may_login, description)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.role_name) THEN
            -- Dynamic because CREATE ROLE takes no parameters; both parts are literals of this file.
            EXECUTE pg_catalog.format(
                'CREATE ROLE %I %s', wanted.role_name,
                CASE WHEN wanted.may_login THEN 'LOGIN CONNECTION LIMIT 100' ELSE 'NOLOGIN' END);
        END IF;
        EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS %L', wanted.role_name, 'Headless ERP: ' || wanted.description);
    END LOOP;
END
$roles$;

-- A superuser may give things to any role; anybody else (managed PostgreSQL: CREATEROLE and owner of the database) only to
-- roles that he is a member of.
DO $member$
DECLARE
    owning text;
BEGIN
    FOREACH owning IN ARRAY ARRAY['erp_owner', 'erp_gate', 'erp_ledger', 'erp_clock'] LOOP
        IF NOT pg_catalog.pg_has_role(owning, 'USAGE') THEN
            EXECUTE pg_catalog.format('GRANT %I TO %I', owning, current_user);
        END IF;
    END LOOP;
END
$member$;

GRANT erp_agents TO sales_agent, finance_agent, procurement_agent, inventory_watcher, hr_payroll_agent, concierge_agent;
GRANT erp_people TO erp_operator, erp_controller;
-- Integrity trigger functions read and keep everything; the agent API only what bindings grant it.
CREATE SCHEMA IF NOT EXISTS erp AUTHORIZATION erp_owner;
CREATE SCHEMA IF NOT EXISTS agent AUTHORIZATION erp_owner;
COMMENT ON SCHEMA erp IS 'Business reality: masters, documents, stock, ledger.';
COMMENT ON SCHEMA agent IS 'Execution and memory of agents: tasks, tools, rules, approvals.';
GRANT USAGE ON SCHEMA erp, agent TO erp_gate, erp_ledger, erp_agents, erp_people, erp_auditor, erp_cron, erp_clock;

-- An agent never holds the database up: it waits for locks and idles in a transaction only briefly. Its statements are
-- short and find rows by key: compiling them costs more than it gains, and a plan that a long session keeps since a table
-- was empty must not read all of it when it is full (measured: 52 orders a second with such plans, 80 to 99 without).
DO $limits$
DECLARE
    agent_role text;
BEGIN
    FOREACH agent_role IN ARRAY ARRAY[
        'sales_agent', 'finance_agent', 'procurement_agent', 'inventory_watcher', 'hr_payroll_agent', 'concierge_agent', 'erp_cron']
    LOOP
        EXECUTE pg_catalog.format('ALTER ROLE %I SET lock_timeout = %L', agent_role, '5s');
        EXECUTE pg_catalog.format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', agent_role, '10s');
        EXECUTE pg_catalog.format('ALTER ROLE %I SET jit = off', agent_role);
        EXECUTE pg_catalog.format('ALTER ROLE %I SET enable_seqscan = off', agent_role);
        EXECUTE pg_catalog.format(
            'ALTER ROLE %I SET statement_timeout = %L', agent_role, CASE agent_role WHEN 'erp_cron' THEN '10min' ELSE '30s' END);
    END LOOP;
END
$limits$;
-- What is signed must be on disk.
ALTER ROLE erp_auditor SET synchronous_commit = on;
ALTER ROLE erp_auditor SET jit = off;
