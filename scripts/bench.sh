#!/usr/bin/env bash
# Figures against goals (DESIGN: speed we hold ourselves to), on a throw-away cluster that waits for the disk as a real one
# does. Overheads are measured side by side in one run. Ends with 0 whether a goal is met or missed; STRICT=1 minds.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"
. "$ROOT/scripts/figures.sh"

# PREPARED=1: programs and extension are built and installed already.
[ -n "${PREPARED:-}" ] || "$ROOT/scripts/build.sh"
export ERP_FAST_AND_UNSAFE='' ERP_CRON=off SEED=minimal ERP_SLOTS=${ERP_SLOTS:-2}
BACKLOG=${BACKLOG:-2000}
throwaway bench
# The moment an invoice is there for others is its commit, which only the server knows.
super -d postgres -c "ALTER SYSTEM SET track_commit_timestamp = on" -c "ALTER SYSTEM SET shared_buffers = '256MB'"
"$ROOT/scripts/cluster.sh" stop >/dev/null
"$ROOT/scripts/cluster.sh" start >/dev/null
"$ROOT/scripts/db.sh" >/dev/null
machine ", $ERP_SLOTS slots a worker"

title "rule gate, 20 rules over 11 columns (overhead over bare)"
declare -A gate
while IFS='|' read -r name figure; do gate[$name]=$figure; done < <(super -f "$ROOT/bench/gate.sql")
printf '  µs a row: CHECK %s / %s, PL/pgSQL %s / %s, rules %s / %s (one row / bulk)\n' "${gate[one_checked]}" "${gate[bulk_checked]}" \
    "${gate[one_coded]}" "${gate[bulk_coded]}" "${gate[one_ruled]}" "${gate[bulk_ruled]}"
row "one row, against CHECK" "$(ratio "${gate[one_ruled]}" "${gate[one_checked]}")" "" "<=" 0.05
row "one row, against PL/pgSQL" "$(ratio "${gate[one_ruled]}" "${gate[one_coded]}")" "" "<=" 0.5
row "bulk, against CHECK" "$(ratio "${gate[bulk_ruled]}" "${gate[bulk_checked]}")" "" "<=" 1
row "bulk, against PL/pgSQL" "$(ratio "${gate[bulk_ruled]}" "${gate[bulk_coded]}")" "" "<=" 0.333

title "the library in a backend"
# The process's own memory: pages of files that all backends share cost once. Measured twice, as the first measurement
# itself brings in pages.
loaded=$(super -At -F ' ' <<'SQL'
CREATE FUNCTION pg_temp.resident() RETURNS int LANGUAGE sql AS $$
    SELECT sum((regexp_match(line, '[0-9]+'))[1]::int)::int
    FROM regexp_split_to_table(pg_read_file('/proc/self/smaps_rollup'), E'\n') AS line
    WHERE line ~ '^Private'
$$;
SELECT pg_temp.resident() AS memory, clock_timestamp() AS started \gset
SELECT pg_temp.resident() AS memory, clock_timestamp() AS started \gset
LOAD 'headless_erp';
SELECT round(extract(epoch FROM clock_timestamp() - :'started') * 1000, 2), pg_temp.resident() - :memory;
SQL
)
row "load" "${loaded% *}" ms "<=" 1
row "memory" "${loaded#* }" kB "<=" 1024

title "a worker"
started=$(date +%s%N)
WORKER=sales workers start
await 10 "SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'sales_agent'"
pid=$(cut -d ' ' -f 1 "$ERP_DIR/run/sales.pid")
connected=$(ask "SELECT round(extract(epoch FROM min(backend_start)) * 1e9)::bigint FROM pg_stat_activity WHERE usename = 'sales_agent'")
row "start to first connection" "$(((connected - started) / 1000000))" ms "<=" 50
WORKER=finance workers start
row "memory (RSS)" "$(awk '/VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status")" MB "<=" 20
ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'; }
before=$(ticks)
sleep 10
row "idle" "$(awk -v t="$(($(ticks) - before))" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.2f", t / hz / 10 * 100 }')" "% CPU" "<=" 0.1

super -o /dev/null -f "$ROOT/bench/fixture.sql" -f "$ROOT/bench/feed.sql"
# feed RUN EVENT-TYPE RATE COUNT: events one by one at a rate, then until the queue is empty.
feed() { super -c "CALL bench.feed('$1', '$2', $3, $4)" -c "CALL bench.drain(300)"; }
percentile() { ask "SELECT round((percentile_cont($1) WITHIN GROUP (ORDER BY ms))::numeric, 2) FROM bench.$2 WHERE run = '$3'"; }

for rate in 20 200; do
    title "just before INSERT of an event to claimed, $rate a second"
    feed "dispatch$rate" CREDIT_REVIEW "$rate" $((rate * 10))
    row "p50" "$(percentile 0.5 dispatched "dispatch$rate")" ms "<=" 2
    row "p99" "$(percentile 0.99 dispatched "dispatch$rate")" ms "<=" 10
done

title "just before INSERT of an order event to invoice committed"
feed warm ORDER_NEGOTIATION 20 60
feed latency ORDER_NEGOTIATION 20 400
row "p50 at 20 a second" "$(percentile 0.5 invoiced latency)" ms "<=" 25
printf '  p99 %s ms\n' "$(percentile 0.99 invoiced latency)"
super -c "INSERT INTO agent.task_events (event_type, payload, idempotency_key)
    SELECT 'ORDER_NEGOTIATION', bench.payload('ORDER_NEGOTIATION', n), format('backlog:%s:%s', n, extract(EPOCH FROM clock_timestamp()))
    FROM generate_series(1, $BACKLOG) AS n" -c "CALL bench.drain(900)"
[ "$(ask "SELECT count(*) FROM bench.invoiced WHERE run = 'backlog'")" = "$BACKLOG" ] || die "not every order of the backlog was invoiced"
rate=$(ask "SELECT round($BACKLOG / extract(EPOCH FROM max(i.committed_at) - (
        SELECT min(claimed_at) FROM agent.task_events WHERE idempotency_key LIKE 'backlog:%')), 1)
    FROM bench.invoiced AS i WHERE i.run = 'backlog'")
row "orders to invoices, a backlog of $BACKLOG" "$rate" "a second" ">=" 200
workers stop

inconsistent=$(inconsistencies)
[ -z "$inconsistent" ] || die "the books are not right after it: $inconsistent"
verdicts
