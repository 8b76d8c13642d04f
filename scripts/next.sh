#!/usr/bin/env bash
# The commands to try next, told after a run.
set -euo pipefail
. "$(dirname "$0")/common.sh"
place=$(printf '%q' "$ERP_DIR")
cat <<EOT

It keeps running. Next:
    . $place/env && psql        a session as erp_operator
    make status                   what runs, what waits
    tail -f $place/log/*.log    what the workers do
    make stop                     stop workers and server; the books stay
EOT
