#!/usr/bin/env bash
# What runs, and what the ERP says about itself.
set -euo pipefail
. "$(dirname "$0")/common.sh"
"$ROOT/scripts/cluster.sh" status && running=yes || running=no
"$ROOT/scripts/workers.sh" status
[ "$running" = yes ] || exit 0
load_env
psql -X -q -v ON_ERROR_STOP=1 -c 'SELECT * FROM erp.status()'
