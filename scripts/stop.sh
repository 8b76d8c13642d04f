#!/usr/bin/env bash
# Ends the workers and the server of one ERP_DIR, and nothing else. The books stay.
set -euo pipefail
. "$(dirname "$0")/common.sh"
"$ROOT/scripts/workers.sh" stop
"$ROOT/scripts/cluster.sh" stop
