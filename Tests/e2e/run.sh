#!/usr/bin/env bash
# The main job itself, twice: it ends in success, continues with the books there are, and stop ends what it started.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

throwaway run
check "the main job ends in success" "$ROOT/scripts/run.sh"
first=$(all_invoices)
is "it posted invoices" "$([ "$first" -gt 0 ] && echo yes || echo none)" yes
is "nothing failed but what must" "$(ask "SELECT count(*) FROM agent.task_events WHERE status = 'failed' AND failure_kind = 'technical'")" 0
is "every refusal carries its code" "$(ask "SELECT count(*) FROM agent.authorization_logs WHERE NOT was_authorized AND sqlstate IS NULL")" 0
is "the books are right" "$(inconsistencies)" ""
started=$(ask "SELECT min(created_at) FROM agent.task_events")
check "a second run ends in success" "$ROOT/scripts/run.sh"
is "and does not start from zero" "$(ask "SELECT min(created_at) FROM agent.task_events")" "$started"
is "nor deletes anything" "$([ "$(all_invoices)" -ge "$first" ] && echo kept)" kept
is "jobs are scheduled as erp_cron" "$(ask "SELECT count(*) FROM cron.job WHERE username = 'erp_cron' AND active")" 8
socket=$PGHOST/.s.PGSQL.$PGPORT
check "stop ends in success" "$ROOT/scripts/stop.sh"
is "no worker is left" "$("$ROOT/scripts/workers.sh" status | grep -c stopped)" 2
is "no server is left" "$([ -S "$socket" ] && echo left || echo gone)" gone
check "clean leaves the books" test -f "$ERP_DIR/server"
check "it starts again" "$ROOT/scripts/cluster.sh" start
is "with every invoice" "$([ "$(all_invoices)" -ge "$first" ] && echo kept)" kept
finish
