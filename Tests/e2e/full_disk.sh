#!/usr/bin/env bash
# A disk that fills up while orders flow: the server refuses what it cannot store and says so, then (no room for its log
# either) stops. With room again, and after its start, every accepted order is there and done once.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"
export ERP_LEASE_SECONDS=5 ERP_FAST_AND_UNSAFE=

# The disk of the cluster's data and log: memory, so that it is small, fast and nobody else's.
small_disk() {
    mkdir "$ERP_DIR/postgres"
    mount -t tmpfs -o size=512m,mode=755 erp-full-disk "$ERP_DIR/postgres"
}

[ "$(id -u)" = 0 ] || skip "a small disk is mounted by root only"
probe=$(mktemp -d)
if ! refusal=$(mount -t tmpfs -o size=1m erp-probe "$probe" 2>&1); then
    rmdir "$probe"
    skip "a small disk may not be mounted here: $refusal"
fi
umount "$probe"
rmdir "$probe"

throwaway full-disk small_disk
"$ROOT/scripts/db.sh" >/dev/null
# Otherwise the log alone would outgrow this disk.
super -d postgres -c "ALTER SYSTEM SET max_wal_size = '64MB'" -c "ALTER SYSTEM SET min_wal_size = '32MB'" -c "SELECT pg_reload_conf()" >/dev/null
workers start

# A shop that keeps sending orders until $ERP_DIR/shop is gone; it notes what the server said to each.
shop() {
    local n=0 said
    while [ -e "$ERP_DIR/shop" ]; do
        n=$((n + 1))
        if said=$(VERBOSITY=verbose PGOPTIONS="-c statement_timeout=10s" order "$1-$n-" 2>&1); then
            echo "$1-$n-" >>"$ERP_DIR/accepted"
        else
            printf '%s\n' "$said" >>"$ERP_DIR/refused"
            sleep 0.2
        fi
        sleep 0.05
    done
}
open_shop() {
    : >"$ERP_DIR/accepted"
    : >"$ERP_DIR/refused"
    touch "$ERP_DIR/shop"
    shop "$1" &
    SHOP=$!
}
close_shop() {
    rm "$ERP_DIR/shop"
    wait "$SHOP"
}

# Takes what is left of the disk, by ever smaller pieces.
fill() {
    local piece
    for piece in 1M 64k 4k; do dd if=/dev/zero bs=$piece status=none >>"$ERP_DIR/postgres/ballast" 2>/dev/null || true; done
}
# until_so SECONDS COMMAND...: repeats it until it succeeds.
until_so() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || { echo "in vain: $*" && return 1; }
        sleep 0.1
    done
}
# Refused are both: orders of the shop, and what the workers would write.
full_and_refused() {
    fill
    [ "$(grep -c 53100 "$ERP_DIR/refused")" -ge 3 ] && grep -q 53100 "$ERP_DIR/log/sales.log"
}
# What the shop was told is stored is there and done once; what was told otherwise may be there, and is done once then.
all_done_once() {
    local accepted stored
    accepted=$(sort "$ERP_DIR/accepted")
    stored=$(ask "SELECT idempotency_key FROM agent.task_events WHERE idempotency_key LIKE '$1-%'" | sort)
    is "$1: no accepted order is lost" "$(comm -23 <(echo "$accepted") <(echo "$stored"))" ""
    is "$1: each is one order, invoiced once" \
        "$(ask "SELECT count(*), count(DISTINCT customer_reference), count(*) FILTER (WHERE order_status = 'invoiced'), (
            SELECT count(*) FROM erp.invoices JOIN erp.sales_orders AS s USING (sales_order_id) WHERE s.customer_reference LIKE '$1-%')
            FROM erp.sales_orders WHERE customer_reference LIKE '$1-%'")" \
        "$(wc -l <<<"$stored" | awk '{ print $1 "|" $1 "|" $1 "|" $1 }')"
    is "$1: no event is left over or failed" \
        "$(ask "SELECT idempotency_key, status, error_message FROM agent.task_events WHERE status <> 'completed' AND target_agent IN ('sales_agent', 'finance_agent')")" ""
    is "$1: the books are right" "$(inconsistencies)" ""
}

open_shop full
check "orders flow" until_so 30 await 30 "SELECT count(*) >= 3 FROM erp.invoices AS i JOIN erp.sales_orders AS o USING (sales_order_id) WHERE o.customer_reference LIKE 'full-%'"
workers stop
await 30 "SELECT count(*) >= 20 FROM agent.task_events WHERE idempotency_key LIKE 'full-%' AND status = 'pending'"
fill
workers start
check "on a full disk orders and workers are refused" until_so 90 full_and_refused
rm "$ERP_DIR/postgres/ballast"
check "with room again orders flow" until_so 30 await 30 "SELECT max(processed_at) > clock_timestamp() - interval '2 seconds' FROM agent.task_events WHERE event_type = 'INVOICE_CUSTOMER'"
close_shop
is "$(grep -c '^ERROR' "$ERP_DIR/refused") refusals say what is wrong, $(wc -l <"$ERP_DIR/accepted") orders were accepted" \
    "$(sed -nE '/^ERROR/s/could not (extend|write to) file "[^"]*".*: /could not ... file: /p' "$ERP_DIR/refused" | sort -u)" \
    "ERROR:  53100: could not ... file: No space left on device"
is "and nothing else was refused" "$(grep '^ERROR' "$ERP_DIR/refused" | grep -v 53100)" ""
echo "  tool calls and claims that were refused and sent again: $(cat "$ERP_DIR"/log/{sales,finance}.log | grep -c 53100)"
check "everything is worked off" drained
all_done_once full
is "both workers outlived it" "$("$ROOT/scripts/workers.sh" status | grep -c running)" 2

open_shop stopped
await 30 "SELECT count(*) >= 3 FROM agent.task_events WHERE idempotency_key LIKE 'stopped-%'"
fill
# Each switch wants 16 MB for the log.
is_down() {
    fill
    super -d postgres -c "SELECT pg_switch_wal()" -c "CHECKPOINT" >/dev/null 2>&1 || true
    ! as_server "$(pg_bin)/pg_ctl" -D "$(cat "$ERP_DIR/server")/data" -s status >/dev/null 2>&1
}
check "without room for its log the server stops" until_so 90 is_down
rm "$ERP_DIR/postgres/ballast"
check "with room again it starts" "$ROOT/scripts/cluster.sh" start
check "orders flow once more" until_so 30 await 30 "SELECT max(processed_at) > clock_timestamp() - interval '2 seconds' FROM agent.task_events WHERE event_type = 'INVOICE_CUSTOMER'"
close_shop
check "everything is worked off" drained
all_done_once stopped
is "the workers came back by themselves" "$("$ROOT/scripts/workers.sh" status | grep -c running)" 2
workers stop
[ "$FAILED" = 0 ] || tail -n 15 "$ERP_DIR"/log/*.log
finish
