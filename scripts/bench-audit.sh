#!/usr/bin/env bash
# What the audit chain costs a posting, and how fast it is sealed and verified, on a throw-away cluster. Ends with 0 whether a
# goal is met or missed; STRICT=1 minds.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"
. "$ROOT/scripts/figures.sh"

[ -n "${PREPARED:-}" ] || "$ROOT/scripts/build.sh" erp-migrate
export ERP_CRON=off SEED=minimal ERP_FAST_AND_UNSAFE=${ERP_FAST_AND_UNSAFE-}
throwaway bench-audit
super -d postgres -c "ALTER SYSTEM SET shared_buffers = '512MB'" -c "ALTER SYSTEM SET max_wal_size = '4GB'"
"$ROOT/scripts/cluster.sh" stop >/dev/null
"$ROOT/scripts/cluster.sh" start >/dev/null
"$ROOT/scripts/db.sh" >/dev/null
machine ""
declare -A taken
while IFS='|' read -r name figure; do taken[$name]=$figure; done < <(super -At -f "$ROOT/bench/audit.sql")
[ "${taken[faults]}" = 0.0 ] || die "the chain has faults: ${taken[faults]}"

title "the audit chain"
printf '  µs a posting: off %s, on %s; µs a row of a bulk UPDATE: off %s, on %s; %s leaves\n' "${taken[post_off]}" "${taken[post_on]}" \
    "${taken[change_off]}" "${taken[change_on]}" "${taken[sealed]}"
row "posting, audit on against off" "$(ratio "${taken[post_on]}" "${taken[post_off]}")" "" "<=" 1.2
row "sealing" "${taken[seal]}" "leaves/s" ">=" 150000
row "verifying the chain with payloads" "${taken[verify]}" "leaves/s" ">=" 150000
row "comparing rows with their leaves" "${taken[rows]}" "rows/s" ">=" 50000
printf '  by processor time: posting %s against %s µs, sealing %s, verifying %s leaves/s, comparing %s rows/s\n' "${taken[post_processor_on]}" \
    "${taken[post_processor_off]}" "${taken[seal_processor]}" "${taken[verify_processor]}" \
    "${taken[rows_processor]}"
verdicts
