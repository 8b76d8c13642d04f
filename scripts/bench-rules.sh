#!/usr/bin/env bash
# What rules cost: few and many, one row and bulk, with nulls, refusing, for others; rows that must exist; replay; checking;
# memory. Measured side by side in one run on a throw-away cluster, the portable engine in a second database of it.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"
. "$ROOT/scripts/figures.sh"

# PREPARED=1: programs and extension are built and installed already.
[ -n "${PREPARED:-}" ] || "$ROOT/scripts/build.sh"
export ERP_FAST_AND_UNSAFE='' ERP_CRON=off SEED=minimal
throwaway bench-rules
"$ROOT/scripts/db.sh" >/dev/null
machine ""

declare -A of
read_figures() { while IFS='|' read -r name figure; do of[$name]=$figure; done; }
read_figures < <(super -f "$ROOT/bench/rules.sql")

title "overhead over the bare table, µs a row (one row / bulk)"
for many in 1 20 200; do
    printf '  %5s rules of two conditions: CHECK %s / %s, PL/pgSQL %s / %s, WHEN %s / %s, rules %s / %s\n' "$many" \
        "${of[one_checked_$many]}" "${of[bulk_checked_$many]}" "${of[one_coded_$many]}" "${of[bulk_coded_$many]}" \
        "${of[one_when_$many]}" "${of[bulk_when_$many]}" "${of[one_ruled_$many]}" "${of[bulk_ruled_$many]}"
done
printf '  10000 rules over the same hundred conditions: rules %s / %s\n' "${of[one_ruled_10000]}" "${of[bulk_ruled_10000]}"
printf '  a gate without rules %s / %s\n' "${of[one_gated]}" "${of[bulk_gated]}"
row "20 rules, one row, against CHECK" "$(ratio "${of[one_ruled_20]}" "${of[one_checked_20]}")" "" "<=" 0.05
row "20 rules, one row, against PL/pgSQL" "$(ratio "${of[one_ruled_20]}" "${of[one_coded_20]}")" "" "<=" 0.5
row "20 rules, bulk, against CHECK" "$(ratio "${of[bulk_ruled_20]}" "${of[bulk_checked_20]}")" "" "<=" 1
row "20 rules, bulk, against PL/pgSQL" "$(ratio "${of[bulk_ruled_20]}" "${of[bulk_coded_20]}")" "" "<=" 0.333
row "10,000 rules against 20, one row" "$(ratio "${of[one_ruled_10000]}" "${of[one_ruled_20]}")" "" "<=" 3
row "10,000 rules against 20, bulk" "$(ratio "${of[bulk_ruled_10000]}" "${of[bulk_ruled_20]}")" "" "<=" 3
row "storing 10,000 rules in one statement" "${of[store_many]}" s "<=" 30
row "storing one more rule beside them" "${of[store_one]}" ms "<=" 50
printf '  20 rules on rows half null %s / %s; beside 180 rules for another role %s / %s\n' \
    "${of[one_nulls_20]}" "${of[bulk_nulls_20]}" "${of[one_others_20]}" "${of[bulk_others_20]}"
printf '  a refusal, caught: the first of 20 CHECK %s, PL/pgSQL %s, rules %s; the last %s, %s, %s\n' \
    "${of[refused_checked_20_a]}" "${of[refused_coded_20_a]}" "${of[refused_ruled_20_a]}" \
    "${of[refused_checked_20_b]}" "${of[refused_coded_20_b]}" "${of[refused_ruled_20_b]}"

title "a row that must exist among 10,000, µs a row"
printf '  one row: PL/pgSQL %s, rule %s; bulk: PL/pgSQL %s, rule %s\n' \
    "${of[one_exists_coded]}" "${of[one_exists_ruled]}" "${of[bulk_exists_coded]}" "${of[bulk_exists_ruled]}"
row "one row, against PL/pgSQL" "$(ratio "${of[one_exists_ruled]}" "${of[one_exists_coded]}")" "" "<=" 0.5
row "bulk, against PL/pgSQL" "$(ratio "${of[bulk_exists_ruled]}" "${of[bulk_exists_coded]}")" "" "<=" 0.5

title "the portable engine, 20 rules"
super -d postgres -c "CREATE DATABASE twin TEMPLATE template0"
PGUSER=postgres PGDATABASE=twin "$BIN_DIR/erp-migrate" apply --seed minimal --mode portable --sql-dir "$ROOT/sql" >/dev/null
portable=$(super -d twin -At -f "$ROOT/bench/portable.sql")
printf '  one row: portable %s µs, native %s µs\n' "$portable" "${of[one_ruled_20]}"

title "checking and replaying"
read_figures < <(super -f "$ROOT/bench/replay.sql")
row "checking a rule of 4,096 nodes" "${of[check]}" ms "<=" 50
row "replaying a rule of fields over a million rows" "${of[replay]}" "rows/s" ">=" 1000000

title "ten million evaluations in one session"
memory=$(super -At -f "$ROOT/bench/memory.sql")
printf '  the process alone holds %s kB before, %s kB after\n' "${memory%|*}" "${memory#*|}"
row "growth of the process's own memory" "$((${memory#*|} - ${memory%|*}))" kB "<=" 1024
verdicts
