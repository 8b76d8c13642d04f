#!/usr/bin/env bash
# Stand-in for erp-migrate until it exists: the same order, by psql.
set -euo pipefail
. "$(dirname "$0")/common.sh"
load_env
cd "$ROOT/sql"
run() { echo "    $1"; super -d erp -1 -f "$1"; }
lines() { grep -vE '^\s*(#|$)' "$1" 2>/dev/null || true; }

run bindings/roles.sql
super -d erp <<'SQL'
CREATE SCHEMA IF NOT EXISTS erp AUTHORIZATION erp_owner;
CREATE SCHEMA IF NOT EXISTS agent AUTHORIZATION erp_owner;
CREATE TABLE IF NOT EXISTS erp.schema_migrations (version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(), applied_by name NOT NULL DEFAULT session_user);
SQL
if [ "$MODE" = native ] && [ -f "/usr/share/postgresql/$(pg_major)/extension/headless_erp.control" ] && [ -z "${NO_EXTENSION:-}" ]; then
    super -d erp -c "CREATE EXTENSION IF NOT EXISTS headless_erp"
    super -d erp -c "ALTER EXTENSION headless_erp UPDATE"
else
    {
        echo "SET check_function_bodies = off;"
        while read -r file only; do
            [ -z "$only" ] || [ "$only" = portable ] || continue
            cat "$file"
        done < <(lines LOADORDER)
    } | super -d erp -1
fi
for file in migrations/[0-9]*.sql; do
    [ -f "$file" ] || continue
    name=$(basename "$file" .sql)
    version=$((10#${name%%_*}))
    done_before=$(super -d erp -Atc "SELECT count(*) FROM erp.schema_migrations WHERE version = $version")
    [ "$done_before" = 0 ] || continue
    echo "    $file"
    { cat "$file"; echo; echo "INSERT INTO erp.schema_migrations (version, name, checksum) VALUES ($version, '$name', '$(sha256sum <"$file" | cut -d' ' -f1)');"; } |
        super -d erp -1
done
for file in bindings/[0-9]*.sql; do [ ! -f "$file" ] || run "$file"; done
[ "$SEED" = none ] && exit
while read -r file; do run "seed/$file"; done < <(lines seed/LOADORDER)
[ "$SEED" = minimal ] || while read -r file; do run "seed/sample/$file"; done < <(lines seed/sample/LOADORDER)
