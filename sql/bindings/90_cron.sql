-- The schedule. Jobs run in the database as role erp_cron, and only insert events or call maintenance functions.
-- pg_cron runs in one database of the server; anywhere else, and where it is not installed, there is a notice and no job.
-- Times are UTC. An operator may switch a job off (cron.alter_job); that survives this file.
DO $cron$
DECLARE
    job record;
BEGIN
    IF NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user) THEN
        RAISE NOTICE 'only a superuser gives pg_cron jobs that run as another role: nothing is scheduled'
            USING HINT = 'Call the commands of sql/bindings/90_cron.sql as role erp_cron from another scheduler.';
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pg_cron')
        OR pg_catalog.current_setting('cron.database_name', true) IS DISTINCT FROM pg_catalog.current_database()
    THEN
        RAISE NOTICE 'pg_cron does not run in this database: nothing is scheduled'
            USING HINT = 'Preload pg_cron and set cron.database_name, or call the commands of sql/bindings/90_cron.sql from another scheduler.';
        RETURN;
    END IF;
    CREATE EXTENSION IF NOT EXISTS pg_cron;

    FOR job IN
        SELECT *
        FROM (VALUES
            ('erp: reap expired leases', '* * * * *', 'SELECT agent.reap_expired_leases()'),
            ('erp: sweep draft orders', '*/5 * * * *', 'SELECT erp.sweep_draft_orders()'),
            ('erp: take a balance checkpoint', '30 1 * * *', 'SELECT erp.take_balance_checkpoint()'),
            ('erp: take a balance checkpoint early', '*/5 * * * *', 'SELECT erp.take_balance_checkpoint(20000)'),
            ('erp: record consistency', '0 2 * * *', 'SELECT erp.record_consistency()'),
            ('erp: keep fiscal years ahead', '15 1 * * *', 'SELECT erp.ensure_fiscal_years()'),
            ('erp: inventory check', '*/30 * * * *', 'SELECT erp.schedule_event(''INVENTORY_CHECK'')'),
            ('erp: payroll run', '0 8 25 * *', 'SELECT erp.schedule_event(''PAYROLL_RUN'')')
        ) AS wanted (job_name, schedule, command)
    LOOP
        PERFORM cron.schedule_in_database(
            job.job_name, job.schedule, job.command, pg_catalog.current_database()::text, 'erp_cron');
    END LOOP;
END
$cron$;
