#!/usr/bin/env bash
# Brings the database erp of a running cluster to the newest schema. Safe to repeat; MODE and SEED choose what is installed.
set -euo pipefail
. "$(dirname "$0")/common.sh"
load_env

super -d postgres -At <<'SQL' >/dev/null
SELECT 'CREATE DATABASE erp TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'erp') \gexec
SQL

migrate=("$BIN_DIR/erp-migrate" apply --seed "$SEED" --sql-dir "$ROOT/sql")
[ -z "$MODE" ] || migrate+=(--mode "$MODE")
PGUSER=postgres PGOPTIONS=--client-min-messages=warning "${migrate[@]}"
"$ROOT/scripts/cluster.sh" logins
say "database erp is ready"
