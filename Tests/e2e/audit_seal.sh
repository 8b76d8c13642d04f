#!/usr/bin/env bash
# Many writers, some of whom roll back or take long, and a sealer beside them: every committed leaf gets one position, without
# a gap, and all is well afterwards. The sealer is ended in the middle of its work several times.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

ERP_CRON=off throwaway audit-seal
SEED=minimal "$ROOT/scripts/db.sh" >/dev/null
super -c "INSERT INTO erp.exchange_rates SELECT 'KWD', 'JPY', '1900-01-01'::date + n, 1 FROM generate_series(1, 50) AS n"
scripts=$(mktemp -d)
cat >"$scripts/write.sql" <<'SQL'
\set day random(1, 50)
\set end random(1, 5)
BEGIN;
UPDATE erp.exchange_rates SET rate = rate + 1 WHERE from_currency = 'KWD' AND to_currency = 'JPY' AND rate_date = '1900-01-01'::date + :day;
\if :end = 1
SELECT pg_sleep(0.02);
\endif
\if :end = 2
ROLLBACK;
\else
COMMIT;
\endif
SQL
echo "SELECT erp.audit_seal(100);" >"$scripts/seal.sql"
bench() { "$(pg_bin)/pgbench" -n -U postgres "$@" "$PGDATABASE" >/dev/null 2>&1; }
bench -c 8 -j 2 -t 250 -f "$scripts/write.sql" &
writers=$!
while kill -0 "$writers" 2>/dev/null; do
    bench -c 2 -j 1 -t 20 -f "$scripts/seal.sql" || true
    super -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%audit_seal%' AND pid <> pg_backend_pid()" >/dev/null
done
check "the writers came through" wait "$writers"
rm -r "$scripts"
check "what is left is sealed" super -c "SELECT erp.audit_seal()"
is "every leaf has one position" "$(ask "SELECT count(*) = count(p.leaf_id) AND count(p.leaf_id) = count(DISTINCT p.leaf_id) AND count(*) = max(p.position)
    FROM erp.audit_ledger AS l LEFT JOIN erp.audit_positions AS p USING (leaf_id)")" t
is "in more than one batch" "$(ask "SELECT count(*) > 3 FROM erp.audit_batches")" t
is "and all is well" "$(ask "SELECT ok, reason FROM erp.audit_verify()")" "t|"
finish
