#!/usr/bin/env bash
# A backup into a FRESH cluster (ERP_DIR): roles, database, logins, bindings, jobs. All of it or nothing; never over books.
set -euo pipefail
. "$(dirname "$0")/common.sh"
source=${1:?usage: ERP_DIR=new-path restore.sh BACKUP_FOLDER}
[ -f "$source/erp.dump" ] || die "$source is no backup: erp.dump is missing"
source=$(realpath "$source")
(cd "$source" && sha256sum --quiet -c SHA256SUMS) || die "$source is damaged: checksums differ"
manifest() { grep "^$1=" "$source/manifest" | cut -d = -f 2-; }
MODE=$(manifest mode)

"$ROOT/scripts/cluster.sh" start
load_env
[ "$(super -Atc "SELECT count(*) FROM pg_namespace WHERE nspname IN ('erp', 'agent')")" = 0 ] ||
    die "there are books under $ERP_DIR already: restore into a new ERP_DIR"
if [ "$MODE" = native ]; then
    "$ROOT/scripts/build.sh" none
fi

say "restoring roles"
super -1 -f "$source/roles.sql"

say "restoring the database"
# One transaction: jobs and workers see everything or nothing, and a failure leaves the cluster empty.
PGOPTIONS=--client-min-messages=warning "$(pg_bin)/pg_restore" -U postgres -d "$PGDATABASE" --single-transaction "$source/erp.dump"
super -c "ANALYZE"

# Wiring is asserted again: triggers, grants, jobs; and newer migrations run, if this is a newer version.
super -c "DELETE FROM erp.schema_parts WHERE part IN ('roles', 'bindings')"
SEED=none "$ROOT/scripts/db.sh"
say "restored from $source into $ERP_DIR; start the workers with scripts/workers.sh start"
