#!/usr/bin/env bash
# The whole ERP into one new folder: roles, database (with pg_cron's jobs), and what it was made from. Runs beside the work.
# Of the private cluster, or of the server that PGHOST and PGPORT name (as a system user who may be postgres there, or as
# PGUSER). Only a superuser reads passwords, so without one they are left out.
set -euo pipefail
. "$(dirname "$0")/common.sh"
load_env_or_server
target=${1:-$ERP_DIR/backup/$(date -u +%Y%m%dT%H%M%SZ)}
[ ! -e "$target" ] || die "$target exists already: a backup is never overwritten"
umask 077
mkdir -p "$target"
bin=$(pg_bin)

# The superuser and pg_* roles are the new server's own; a role that exists already is not made again.
passwords=()
[ "$(super -Atc "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")" = t ] || passwords=(--no-role-passwords)
"$bin/pg_dumpall" -U "$INSTALLER" -l "$PGDATABASE" --roles-only "${passwords[@]}" |
    grep -vE '^(CREATE|ALTER) ROLE (postgres|pg_[a-z_]+)\b|^\\(un)?restrict ' |
    sed -E 's/^(CREATE ROLE .*);$/DO $$ BEGIN \1; EXCEPTION WHEN duplicate_object THEN NULL; END $$;/' >"$target/roles.sql"
"$bin/pg_dump" -U "$INSTALLER" -Fc -f "$target/erp.dump" "$PGDATABASE"
super -At -F= <<SQL >"$target/manifest"
SELECT 'made_at', pg_catalog.to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
UNION ALL SELECT 'server', pg_catalog.current_setting('server_version')
UNION ALL SELECT 'mode', CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'headless_erp') THEN 'native' ELSE 'portable' END
UNION ALL SELECT 'extension ' || extname, extversion FROM pg_extension
UNION ALL SELECT 'schema', max(version)::text FROM erp.schema_migrations;
SQL
(cd "$target" && sha256sum roles.sql erp.dump manifest >SHA256SUMS)
say "backup written to $target"
