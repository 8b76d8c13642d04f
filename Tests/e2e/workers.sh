#!/usr/bin/env bash
# The worker programs against a real server: nothing happens without them, everything with them, and neither a worker
# killed between any two steps nor a killed backend nor a restarted server loses an order or does one twice.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"
export ERP_LEASE_SECONDS=5

throwaway e2e
"$ROOT/scripts/db.sh" >/dev/null
before=$(all_invoices)

order alone-1
order alone-2
is "without workers nothing is invoiced" "$(all_invoices)" "$before"
is "and the events wait" "$(ask "SELECT count(*) FROM agent.task_events WHERE idempotency_key LIKE 'alone-%' AND status = 'pending'")" 2
workers start
drained
is "with workers everything is" "$(orders alone-) $(invoices alone-)" "2 2"
is "an order by e-mail ends invoiced" "$(order_status alone-1)" invoiced

workers stop
order asleep-1
is "stopped again, the next order waits" "$(invoices asleep-)" 0
workers start
drained
is "and is invoiced after the start" "$(invoices asleep-)" 1
workers stop

for step in after_claim before_tool after_tool before_complete after_complete; do
    for victim in sales finance; do
        key=killed-$step-$victim
        order "$key"
        if [ "$victim" = finance ]; then
            WORKER=sales workers start
            await 30 "SELECT count(*) = 1 FROM agent.task_events WHERE event_type = 'INVOICE_CUSTOMER' AND status = 'pending'" ||
                fail "the sales worker asked for an invoice"
            workers stop
        fi
        # The shell's own word about the kill goes nowhere.
        status=$(
            exec 2>/dev/null
            PGUSER=${victim}_agent ERP_CRASH_AT=$step timeout 60 "$BIN_DIR/erp-$victim" >>"$ERP_DIR/log/crash.log" </dev/null
            echo $?
        )
        is "worker $victim is killed $step" "$status" 137
        workers start
        drained
        is "its order is done once" "$(orders "$key") $(invoices "$key")" "1 1"
        workers stop
    done
done

workers start
for n in 1 2 3 4 5 6 7 8 9 10; do order "restart-$n"; done
await 30 "SELECT count(*) > 0 FROM agent.task_events WHERE idempotency_key LIKE 'restart-%' AND status <> 'pending'" || fail "workers began"
as_server "$(pg_bin)/pg_ctl" -D "$(cat "$ERP_DIR/server")/data" -s -m immediate -w stop
"$ROOT/scripts/cluster.sh" start >/dev/null
drained
is "a server that crashes under the workers loses and doubles nothing" "$(orders restart-) $(invoices restart-)" "10 10"
is "the workers came back by themselves" "$("$ROOT/scripts/workers.sh" status | grep -c running)" 2

for n in 1 2 3 4 5 6 7 8 9 10; do order "backend-$n"; done
for _ in 1 2 3; do
    ask "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename IN ('sales_agent', 'finance_agent')" >/dev/null
done
drained
is "killed backends neither" "$(orders backend-) $(invoices backend-)" "10 10"

psql -X -q -v ON_ERROR_STOP=1 -c "INSERT INTO erp_task_events (event_type, idempotency_key, payload)
    VALUES ('ORDER_NEGOTIATION', 'hostile-1', '{\"lines\": \"'' OR 1=1; DROP TABLE x; --\"}')"
drained
is "a malformed event fails alone" "$(ask "SELECT status, left(error_message, 1) = '$' FROM agent.task_events WHERE idempotency_key = 'hostile-1'")" "failed|t"

check "pg_cron runs the reaper as erp_cron" await 90 "SELECT count(*) > 0 FROM cron.job_run_details WHERE username = 'erp_cron' AND status = 'succeeded'"
is "and no job failed" "$(ask "SELECT command, return_message FROM cron.job_run_details WHERE status = 'failed' AND return_message !~ 'starting up|shutting down|terminat'")" ""
workers stop
is "stop ends both workers" "$("$ROOT/scripts/workers.sh" status | grep -c stopped)" 2
is "the books are right after all of it" "$(inconsistencies)" ""
[ "$FAILED" = 0 ] || tail -n 15 "$ERP_DIR"/log/*.log
finish
