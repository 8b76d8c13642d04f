#!/usr/bin/env bash
# What needs a server: the Swift client's own tests, the row types against the catalog, erp-migrate, and how a worker
# starts and stops.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

throwaway client
migrate() { PGUSER=postgres "$BIN_DIR/erp-migrate" "$@"; }
# What a command answered, and its exit status.
answer() {
    local status=0
    "$@" 2>&1 || status=$?
    echo "status $status"
}

# A copy of the SQL that can be edited.
copy=$ERP_DIR/sql
cp -r "$ROOT/sql" "$copy"
MODE=${MODE:-native}
super -d postgres -c "CREATE DATABASE erp TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'" 2>/dev/null || true

is "status of an empty database says that all is pending" \
    "$(answer migrate status --mode "$MODE" --sql-dir "$copy" | grep -cE '^pending: (roles|migration 0001)|^status 3')" 3
is "a plan changes nothing" \
    "$(answer migrate plan --mode "$MODE" --sql-dir "$copy" | tail -n 1) $(ask "SELECT to_regnamespace('erp') IS NULL")" "status 0 t"
migrate apply --mode "$MODE" --seed sample --sql-dir "$copy" >"$ERP_DIR/first" 2>&1 &
first=$!
migrate apply --mode "$MODE" --seed sample --sql-dir "$copy" >"$ERP_DIR/second" 2>&1 && second=0 || second=$?
wait "$first" && first=0 || first=$?
is "two installers at once both succeed" "$first $second" "0 0"
is "and each migration is applied once" \
    "$(cat "$ERP_DIR/first" "$ERP_DIR/second" | grep -c '==> migration')" "$(find "$copy/migrations" -name '*.sql' | wc -l)"
is "after it there is nothing to do" "$(answer migrate status --seed sample --sql-dir "$copy" | grep -cE '^pending|status 0')" 1
checksum=$(sha256sum "$copy/migrations/0001_company.sql" | cut -d ' ' -f 1)
is "the checksum is the file's" "$(ask "SELECT checksum FROM erp.schema_migrations WHERE version = 1")" "$checksum"

echo "CREATE OR REPLACE FUNCTION erp.fresh() RETURNS integer LANGUAGE sql AS 'SELECT 1';" >"$copy/functions/erp/fresh.sql"
echo "functions/erp/fresh.sql" >>"$copy/LOADORDER"
is "changed functions are installed though the version is the same" \
    "$(answer migrate apply --seed sample --sql-dir "$copy" | tail -n 1) $(ask "SELECT erp.fresh()")" "status 0 1"
is "and belong to the extension, so that a dump leaves them out" \
    "$(ask "SELECT count(*) FROM pg_depend WHERE objid = 'erp.fresh()'::regprocedure AND deptype = 'e'")" \
    "$([ "$MODE" = portable ] && echo 0 || echo 1)"

echo '-- edited' >>"$copy/migrations/0001_company.sql"
is "an edited migration is refused by name" \
    "$(answer migrate apply --sql-dir "$copy" | grep -cE 'migration 0001_company was edited|^hint|status 4')" 3
cp "$ROOT/sql/migrations/0001_company.sql" "$copy/migrations/"
printf 'CREATE TABLE erp.half (x int);\nSELECT nonsense;\n' >"$copy/migrations/9999_broken.sql"
is "a broken migration names file and line" \
    "$(answer migrate apply --sql-dir "$copy" | grep -cE 'migrations/9999_broken.sql:2|42703|status 1')" 3
is "and leaves nothing behind" \
    "$(ask "SELECT to_regclass('erp.half') IS NULL AND NOT EXISTS (SELECT FROM erp.schema_migrations WHERE version = 9999)")" t
printf 'COMMIT;\n' >"$copy/migrations/9999_broken.sql"
is "a migration may not end its transaction" "$(answer migrate apply --sql-dir "$copy" | grep -c 'COMMIT is not allowed')" 1
rm "$copy/migrations/9999_broken.sql"
rm "$copy"/migrations/0002_*.sql
is "files older than the database are refused" "$(answer migrate apply --sql-dir "$copy" | grep -cE 'the database is newer|status 4')" 2
is "the other mode is refused" "$(answer migrate apply --mode portable | tail -n 1)" \
    "$([ "$MODE" = portable ] && echo "status 0" || echo "status 4")"

"$ROOT/scripts/cluster.sh" logins
check "the row types match the catalog" env PGUSER=postgres "$ROOT/scripts/generate-rows.sh" --check
client_tests() {
    ERP_TEST_PGHOST=$PGHOST ERP_TEST_PGPORT=$PGPORT ERP_TEST_PGDATABASE=erp ERP_TEST_PGUSER=postgres \
        swift test --package-path "$ROOT" --filter ErpClientTests 2>&1 | tail -n 40
}
check "the Swift client against a server" client_tests

# worker SETTINGS... [-- ARGUMENTS...]: the sales worker in the foreground, and its exit status.
worker() {
    local settings=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do settings+=("$1") && shift; done
    [ $# = 0 ] || shift
    answer env PGUSER=sales_agent "${settings[@]}" timeout 20 "$BIN_DIR/erp-sales" "$@"
}
is "--once ends by itself" "$(worker -- --once | tail -n 1)" "status 0"
is "--version tells program and version" "$(worker -- --version | grep -cE '^erp-sales [0-9]+\.[0-9]+\.[0-9]+$')" 1
is "--help names every setting" "$(worker -- --help | grep -cE '^  (ERP_[A-Z_]+|PGHOST)')" 7
is "an unknown argument is refused" "$(worker -- --forever | tail -n 1)" "status 64"
is "a setting out of range is refused by name" "$(worker ERP_SLOTS=0 -- --once | grep -cE 'ERP_SLOTS must be|status 78')" 2
is "--once without a server fails" "$(worker PGHOST=/nonexistent -- --once | tail -n 1)" "status 69"
is "a password never reaches the log" "$(worker PGPASSWORD=hush-hush PGHOST=/nonexistent -- --once --log-level debug | grep -c hush)" 0

unit=$(mktemp -d)
cp "$ROOT/workers/systemd/erp-worker@.service" "$unit/erp-worker@sales.service"
check "the unit's sandbox leaves little exposed" systemd-analyze security --offline=true --threshold=15 "$unit/erp-worker@sales.service"
rm -r "$unit"

PGUSER=sales_agent "$BIN_DIR/erp-sales" --log-level debug 2>"$ERP_DIR/worker.log" &
pid=$!
await 10 "SELECT count(*) = 2 FROM pg_stat_activity WHERE usename = 'sales_agent'" || fail "the worker connects"
is "a worker needs no more than 20 MB" "$(awk '/VmRSS/ { print ($2 <= 20480) }' "/proc/$pid/status")" 1
super -d erp -c "UPDATE agent.agents SET operational_status = 'suspended' WHERE role_name = 'sales_agent'"
psql -X -q -c "INSERT INTO erp_task_events (event_type, payload, idempotency_key) VALUES ('ORDER_NEGOTIATION', '{}', 'suspended')"
deadline=$((SECONDS + 10))
until grep -q 'sqlstate=RP501' "$ERP_DIR/worker.log" || [ "$SECONDS" -ge "$deadline" ]; do sleep 0.1; done
is "a suspended agent's events wait" "$(ask "SELECT status FROM agent.task_events WHERE idempotency_key = 'suspended'")" pending
super -d erp -c "UPDATE agent.agents SET operational_status = 'active' WHERE role_name = 'sales_agent'"
await 60 "SELECT status = 'failed' FROM agent.task_events WHERE idempotency_key = 'suspended'" || fail "it goes on once active"
kill -TERM "$pid"
wait "$pid" && status=0 || status=$?
is "SIGTERM ends it in success" "$status $(tail -n 1 "$ERP_DIR/worker.log" | grep -c event=stopped)" "0 1"

# A worker that waits for a server must not eat the machine: ticks of 10 ms over two seconds.
PGHOST=/nonexistent ERP_SLOTS=4 "$BIN_DIR/erp-sales" 2>/dev/null &
lonely=$!
sleep 2
is "waiting for a server costs nothing" "$(awk '{ print ($14 + $15 <= 10) }' "/proc/$lonely/stat")" 1
kill -TERM "$lonely"
wait "$lonely" && status=0 || status=$?
is "and SIGTERM still ends it" "$status" 0
is "every line of its log is key=value" "$(grep -vcE '^(([a-z_]+=("([^"\\]|\\.)*"|[^ "=]+)) ?)+$' "$ERP_DIR/worker.log")" 0
finish
