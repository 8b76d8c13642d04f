#!/usr/bin/env bash
# Waits until the running workers have nothing left to do. Fails when the deadline (seconds, first argument) passes.
set -euo pipefail
. "$(dirname "$0")/common.sh"
load_env
deadline=$((SECONDS + ${1:-300}))

# Only work that is due now or in a moment, and whose agent has a worker here; events for agents to come wait, visibly.
open_events() {
    psql -X -q -At -v ON_ERROR_STOP=1 -c "SELECT count(*) FROM erp_task_events
        WHERE status IN ('pending', 'processing') AND (run_at <= erp.now() + interval '10 seconds' OR attempts > 0)
        AND target_agent IN ('sales_agent', 'finance_agent')"
}

quiet=0
told=-1
while [ "$quiet" -lt 2 ]; do
    waiting=$(open_events)
    if [ "$waiting" != 0 ]; then quiet=0; else quiet=$((quiet + 1)); fi
    if [ "$waiting" != "$told" ] && [ $((SECONDS % 2)) = 0 ]; then
        say "$waiting events open"
        told=$waiting
    fi
    [ "$SECONDS" -lt "$deadline" ] || die "$waiting events are still open: see $ERP_DIR/log and 'make status'"
    sleep 0.2
done
