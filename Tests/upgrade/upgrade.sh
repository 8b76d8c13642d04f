#!/usr/bin/env bash
# From version N with books in it to N+1: a new function, a changed function and a new column arrive, nothing is lost, and
# the next order works. N+1 is made here: the same tree with the next number. In native mode the server finds it through
# Debian's extension_destdir, so that the installed extension stays as it is.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

throwaway upgrade
"$ROOT/scripts/db.sh" >/dev/null
order before-1
workers start
drained
workers stop
invoices_before=$(all_invoices)
version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$ROOT/extension/headless_erp.control")
next=$version.next

tree=$ERP_DIR/next
mkdir "$tree"
cp -r "$ROOT/sql" "$ROOT/extension" "$ROOT/Sources" "$tree/"
cat >"$tree/sql/functions/erp/upgrade_probe.sql" <<'SQL'
CREATE OR REPLACE FUNCTION erp.upgrade_probe() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''new''::text';
ALTER FUNCTION erp.upgrade_probe() OWNER TO erp_owner;
SQL
echo "functions/erp/upgrade_probe.sql" >>"$tree/sql/LOADORDER"
sed -i 's/^COMMENT ON FUNCTION erp.today/-- changed\n&/; s/The business/The business (changed)/' "$tree"/sql/functions/erp/{now,today}.sql
last=$(find "$tree/sql/migrations" -name '[0-9]*.sql' -printf '%f\n' | sort | tail -n 1)
migration=$(printf '%04d_upgrade_probe' $((10#${last%%_*} + 1)))
echo "ALTER TABLE erp.customers ADD COLUMN upgrade_probe text NOT NULL DEFAULT 'kept'" >"$tree/sql/migrations/$migration.sql"

if [ "$MODE" != portable ]; then
    share=$ERP_DIR/stage/usr/share/postgresql/$(pg_major)/extension
    make -s -C "$tree/extension" PG_CONFIG="$(pg_bin)/pg_config" DESTDIR="$ERP_DIR/stage" install >/dev/null
    sed -i "s/^default_version.*/default_version = '$next'/" "$share/headless_erp.control"
    "$tree/extension/script.sh" upgrade >"$share/headless_erp--$version--$next.sql"
    "$tree/extension/script.sh" install >"$share/headless_erp--$next.sql"
    super -c "ALTER SYSTEM SET extension_destdir = '$ERP_DIR/stage'" -c "SELECT pg_reload_conf()" >/dev/null
    await 10 "SELECT default_version = '$next' FROM pg_available_extensions WHERE name = 'headless_erp'" || fail "the server finds the new version"
fi

migrate() { PGUSER=postgres PGOPTIONS=--client-min-messages=warning "$BIN_DIR/erp-migrate" "$@"; }
workers start
check "upgrade with the workers running" migrate apply --seed sample --sql-dir "$tree/sql"
is "the new function is there" "$(ask "SELECT erp.upgrade_probe()")" new
is "the changed one too" "$(ask "SELECT obj_description('erp.now()'::regprocedure) LIKE '%(changed)%'")" t
is "the new column is filled" "$(ask "SELECT DISTINCT upgrade_probe FROM erp.customers")" kept
[ "$MODE" = portable ] || is "the extension has the new version" "$(ask "SELECT extversion FROM pg_extension WHERE extname = 'headless_erp'")" "$next"
is "no invoice was lost" "$(all_invoices)" "$invoices_before"
order after-1
drained
workers stop
is "the next order is invoiced" "$(invoices after-)" 1
is "the books are right" "$(inconsistencies)" ""
migrate status --seed sample --sql-dir "$tree/sql" >/dev/null && again=0 || again=$?
is "there is nothing left to do" "$again" 0
check "an older release refuses the newer database" sh -c "! PGUSER=postgres '$BIN_DIR/erp-migrate' apply --sql-dir '$ROOT/sql'"

# What a fresh installation of N+1 makes is what the upgrade made.
objects() {
    super -At -d "$1" <<'SQL'
SELECT p.oid::regprocedure::text, md5(p.prosrc), p.proowner::regrole, p.proacl::text FROM pg_proc AS p WHERE p.pronamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
ORDER BY 1;
SELECT format('%s.%s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod)) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'v') AND c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace) AND attnum > 0 AND NOT attisdropped ORDER BY 1;
SELECT format('%s %s', tgrelid::regclass, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text ~ '^(erp|agent)[.]' ORDER BY 1;
SQL
}
super -d postgres -c "CREATE DATABASE fresh TEMPLATE template0"
PGDATABASE=fresh migrate apply --seed sample --mode "${MODE:-native}" --sql-dir "$tree/sql" >/dev/null
is "an upgraded database has what a fresh one has" "$(diff <(objects erp) <(objects fresh))" ""
finish
