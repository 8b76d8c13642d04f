#!/usr/bin/env bash
# The main job: from a fresh machine to a posted, balanced day of orders. Repeating it continues with the books there are.
set -euo pipefail
. "$(dirname "$0")/common.sh"
DEADLINE_SECONDS=${DEADLINE_SECONDS:-300}

"$ROOT/scripts/packages.sh"
"$ROOT/scripts/build.sh"
"$ROOT/scripts/cluster.sh" start
"$ROOT/scripts/db.sh"
"$ROOT/scripts/workers.sh" start
WORKER=auditor "$ROOT/scripts/workers.sh" start
load_env

say "the day's events go in (sql/seed/sample/day.sql)"
psql -X -q -v ON_ERROR_STOP=1 -f "$ROOT/sql/seed/sample/day.sql"
"$ROOT/scripts/drain.sh" "$DEADLINE_SECONDS"
psql -X -q -v ON_ERROR_STOP=1 -P pager=off -f "$ROOT/scripts/summary.sql"
"$ROOT/scripts/statements.sh"
"$ROOT/scripts/audited.sh"
"$ROOT/scripts/next.sh"
