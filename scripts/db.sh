#!/usr/bin/env bash
# Brings the database erp of a running cluster to the newest schema. Safe to repeat; MODE and SEED choose what is installed.
set -euo pipefail
. "$(dirname "$0")/common.sh"
load_env

super -d postgres -At <<'SQL' >/dev/null
SELECT 'CREATE DATABASE erp TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'erp') \gexec
SQL

"$ROOT/scripts/migrate-by-psql.sh"
"$ROOT/scripts/cluster.sh" logins
say "database erp is ready ($MODE mode, $SEED seed)"
