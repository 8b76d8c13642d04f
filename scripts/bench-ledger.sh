#!/usr/bin/env bash
# Reports over a long ledger: trial balance and statements by checkpoints, ageing of open items. LEGS and ITEMS say how many.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"
. "$ROOT/scripts/figures.sh"

# PREPARED=1: programs and extension are built and installed already.
[ -n "${PREPARED:-}" ] || "$ROOT/scripts/build.sh"
# Only reading is measured: the fixture need not wait for the disk.
export ERP_CRON=off SEED=minimal
LEGS=${LEGS:-10000000}
ITEMS=${ITEMS:-1000000}
throwaway bench-ledger
super -d postgres -c "ALTER SYSTEM SET shared_buffers = '1GB'" -c "ALTER SYSTEM SET max_wal_size = '8GB'"
"$ROOT/scripts/cluster.sh" stop >/dev/null
"$ROOT/scripts/cluster.sh" start >/dev/null
"$ROOT/scripts/db.sh" >/dev/null
machine ""

declare -A of
while IFS='|' read -r name figure; do [ -z "$name" ] || of[$name]=$figure; done < <(super -v legs="$LEGS" -v items="$ITEMS" -f "$ROOT/bench/ledger.sql")
[ "${of[same]:-}" = true ] || die "the trial balance is not the sum of the legs"

title "a ledger of $LEGS legs over ten years, 20,000 of them after the checkpoint"
printf '  without a checkpoint the trial balance takes %s ms; the first checkpoint takes %s s, the next one %s ms\n' \
    "${of[trial_bare]}" "${of[first_checkpoint]}" "${of[next_checkpoint]}"
row "trial balance of today" "${of[trial]}" ms "<=" 100
row "trial balance of a day in the past" "${of[trial_past]}" ms "<=" 100
row "trial balance of one company" "${of[trial_company]}" ms "<=" 100
row "balance sheet of a day in the past" "${of[sheet]}" ms "<=" 100
row "income statement of a year and a half" "${of[income]}" ms "<=" 100
title "ageing of $ITEMS open invoices, each tenth half paid"
row "today" "${of[ageing]}" ms "<=" 1000
row "of a day in the past" "${of[ageing_past]}" ms "<=" 1000
verdicts
