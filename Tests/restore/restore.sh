#!/usr/bin/env bash
# Backup and restore into a fresh cluster: the same catalog, rows, logins and jobs, the books right, and the next order works.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

schema() { "$(pg_bin)/pg_dump" -U postgres --schema-only | grep -vE '^(--|\\(un)?restrict|SELECT pg_catalog.set_config|SET )' | sort; }
# Every table of both schemas with its number of rows and a hash of them; but for the one that tells when wiring was last run.
# That it was run again are leaves behind the last one of the backup.
rows() {
    super -At -v last="$last_leaf" <<'SQL'
SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(t::text, %L ORDER BY t::text), %L)) FROM %s AS t%s', c.oid::regclass, '|', '', c.oid::regclass,
    CASE WHEN c.oid IN ('erp.audit_ledger'::regclass, 'erp.audit_payloads'::regclass) THEN format(' WHERE leaf_id <= %s', :last) END)
FROM pg_class AS c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
    AND c.oid <> 'erp.schema_parts'::regclass
ORDER BY c.oid::regclass::text \gexec
SQL
}
roles() { ask "SELECT r.rolname, r.rolcanlogin, r.rolconnlimit, array(SELECT m.roleid::regrole::text FROM pg_auth_members AS m WHERE m.member = r.oid ORDER BY 1) FROM pg_roles AS r WHERE r.rolname !~ '^pg_' ORDER BY 1"; }
jobs() { ask "SELECT jobname, schedule, command, database, username, active FROM cron.job ORDER BY 1"; }

throwaway origin
origin=$ERP_DIR
"$ROOT/scripts/db.sh" >/dev/null
for n in 1 2 3; do order "before-$n"; done
workers start
drained
workers stop
# A job that an operator switched off stays off. All but the reaper are: one of them would insert its event between two looks
# at the rows when its minute comes.
super -c "SELECT cron.alter_job(jobid, active => false) FROM cron.job WHERE command NOT LIKE '%reap_expired_leases%'" >/dev/null
is "leaves are sealed" "$(ask "SELECT erp.audit_seal() > 0")" t
backup=$origin/backup/one
check "backup" "$ROOT/scripts/backup.sh" "$backup"
check "a backup is never overwritten" sh -c "! '$ROOT/scripts/backup.sh' '$backup'"
last_leaf=$(ask "SELECT max(leaf_id) FROM erp.audit_ledger")
before="$(schema)" before_rows="$(rows)" before_roles="$(roles)" before_jobs="$(jobs)" before_invoices=$(all_invoices)
check "restore over books is refused" sh -c "! '$ROOT/scripts/restore.sh' '$backup'"

throwaway restored
cp -r "$backup" "$ERP_DIR/damaged"
echo x >>"$ERP_DIR/damaged/erp.dump"
check "a damaged backup is refused" sh -c "! '$ROOT/scripts/restore.sh' '$ERP_DIR/damaged'"
check "restore into a fresh cluster" "$ROOT/scripts/restore.sh" "$backup"
is "the schema is the same" "$(diff <(echo "$before") <(schema))" ""
is "every row of every table is the same" "$(diff <(echo "$before_rows") <(rows))" ""
is "roles and memberships are the same" "$(diff <(echo "$before_roles") <(roles))" ""
is "jobs are the same" "$(diff <(echo "$before_jobs") <(jobs))" ""
is "the books are right" "$(inconsistencies)" ""
is "and every row is what its leaf says" "$(ask "SELECT erp.audit_seal() > 0, ok, reason FROM erp.audit_verify()")" "t|t|"
check "the operator can log in" psql -X -At -c "SELECT count(*) FROM erp_task_events"
order after-1
workers start
drained
is "the next order is invoiced" "$(invoices after-)" 1
is "no invoice was lost" "$(all_invoices)" "$((before_invoices + 1))"
workers stop
is "the books are still right" "$(inconsistencies)" ""
is "the chain goes on in a new epoch" "$(ask "SELECT erp.audit_seal() > 0, (SELECT max(epoch) FROM erp.audit_epochs), ok FROM erp.audit_verify()")" "t|2|t"
finish
