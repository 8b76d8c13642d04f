#!/usr/bin/env bash
# Managed PostgreSQL: who installs is no superuser, but a role with CREATEROLE that owns the database. Everything is made as a
# superuser would have made it, an order goes through to its invoice, and an upgrade and a restore work too.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

ERP_CRON=off throwaway managed
super -d postgres -c "CREATE ROLE manager LOGIN CREATEROLE CREATEDB" -c "DROP DATABASE erp" -c "CREATE DATABASE erp OWNER manager TEMPLATE template0" \
    -c "CREATE DATABASE other TEMPLATE template0"
"$ROOT/scripts/cluster.sh" logins

migrate() { PGOPTIONS=--client-min-messages=warning "$BIN_DIR/erp-migrate" "$@" --mode portable --seed sample; }
check "it installs without a superuser" env PGUSER=manager "$BIN_DIR/erp-migrate" apply --mode portable --seed sample --sql-dir "$ROOT/sql"
PGUSER=manager migrate status --sql-dir "$ROOT/sql" >/dev/null && again=0 || again=$?
is "there is nothing left to do" "$again" 0
is "nothing belongs to who installed" "$(ask "SELECT string_agg(format('%s %s', d.classid::regclass, d.objid), ', ') FROM pg_shdepend AS d
    WHERE d.refobjid = 'manager'::regrole AND d.deptype = 'o' AND d.dbid = (SELECT oid FROM pg_database WHERE datname = 'erp')
    AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE (e.classid, e.objid) = (d.classid, d.objid) AND e.deptype = 'e')
    AND d.classid <> 'pg_extension'::regclass")" ""

# Owners, grants and firing modes beside those of a superuser's installation.
objects() {
    super -At -d "$1" <<'SQL'
SELECT p.oid::regprocedure, p.proowner::regrole, p.prosecdef, array(SELECT a::text FROM unnest(p.proacl) AS a ORDER BY 1)
FROM pg_proc AS p WHERE p.pronamespace IN ('erp'::regnamespace, 'agent'::regnamespace) ORDER BY p.oid::regprocedure::text;
SELECT c.oid::regclass, c.relowner::regrole, array(SELECT a::text FROM unnest(c.relacl) AS a ORDER BY 1)
FROM pg_class AS c WHERE c.relkind IN ('r', 'v', 'S') AND c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace, 'public'::regnamespace) ORDER BY c.oid::regclass::text;
SELECT n.nspname, n.nspowner::regrole, array(SELECT a::text FROM unnest(n.nspacl) AS a ORDER BY 1) FROM pg_namespace AS n
WHERE n.nspname IN ('erp', 'agent', 'public') ORDER BY 1;
SELECT t.tgrelid::regclass, t.tgname, t.tgenabled FROM pg_trigger AS t WHERE NOT t.tgisinternal ORDER BY t.tgrelid::regclass::text, t.tgname;
SQL
}
PGUSER=postgres PGDATABASE=other migrate apply --sql-dir "$ROOT/sql" >/dev/null
is "owners, grants and triggers are what a superuser makes" "$(diff <(objects erp) <(objects other))" ""

"$ROOT/scripts/cluster.sh" logins
order before-1
workers start
drained
workers stop
is "an order is invoiced" "$(invoices before-)" 1
is "the books are right" "$(inconsistencies)" ""

# The next version brings a function of the agent API.
cp -r "$ROOT/sql" "$ERP_DIR/next"
cat >"$ERP_DIR/next/functions/agent/upgrade_probe.sql" <<'SQL'
CREATE OR REPLACE FUNCTION agent.upgrade_probe() RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''new''::text';
ALTER FUNCTION agent.upgrade_probe() OWNER TO erp_gate;
SQL
echo "functions/agent/upgrade_probe.sql" >>"$ERP_DIR/next/LOADORDER"
check "it upgrades without a superuser" env PGUSER=manager "$BIN_DIR/erp-migrate" apply --mode portable --seed sample --sql-dir "$ERP_DIR/next"
is "erp_gate owns the new function" "$(ask "SELECT proowner::regrole FROM pg_proc WHERE oid = 'agent.upgrade_probe()'::regprocedure")" erp_gate
is "erp_gate may create nothing" "$(ask "SELECT bool_or(has_schema_privilege('erp_gate', nspname, 'CREATE')) FROM pg_namespace
    WHERE nspname IN ('erp', 'agent', 'public')")" f

server() { env ERP_DIR=/nowhere PGUSER=manager "$@"; }
check "it imports without a superuser" server "$ROOT/scripts/import.sh" "$ROOT/Tests/e2e/import"
check "it backs up without a superuser" server "$ROOT/scripts/backup.sh" "$ERP_DIR/backup"
before=$(all_invoices)

# The commands of docs/operations.md.
restore() (
    export PGUSER=manager PGDATABASE=restored
    createdb -T template0 -E UTF8 --locale=C.UTF-8 restored
    psql -X -q -v ON_ERROR_STOP=1 -f "$ROOT/sql/bindings/roles.sql"
    psql -X -q -v ON_ERROR_STOP=1 <<'SQL'
GRANT CREATE ON SCHEMA erp, agent, public TO erp_gate;
GRANT CREATE ON SCHEMA erp TO erp_ledger;
GRANT CREATE ON SCHEMA public TO erp_owner;
SQL
    pg_restore -l "$ERP_DIR/backup/erp.dump" | grep -vE ' SCHEMA - (erp|agent) ' >"$ERP_DIR/list"
    pg_restore -d restored --single-transaction -L "$ERP_DIR/list" "$ERP_DIR/backup/erp.dump"
    psql -X -q -v ON_ERROR_STOP=1 -c "DELETE FROM erp.schema_parts WHERE part IN ('roles', 'bindings')"
    migrate apply --sql-dir "$ERP_DIR/next"
)
check "it restores without a superuser" restore
PGDATABASE=restored
is "with every invoice" "$(all_invoices)" "$before"
is "with the same owners and grants" "$(diff <(objects erp) <(objects restored))" ""
is "the restored books are right" "$(inconsistencies)" ""
finish
