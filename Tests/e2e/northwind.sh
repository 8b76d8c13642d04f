#!/usr/bin/env bash
# Northwind through the real workers: 830 orders in, and every figure of the books is the one of the CSV files.
# A second run finds nothing to do and changes nothing.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

data=${NORTHWIND_DIR:-$ROOT/../shared/data/northwind}
[ -f "$data/order_details.csv" ] || skip "the Northwind data are not in $data: set NORTHWIND_DIR"

export SEED=minimal
# The schedule has its own tests; here the clock is in the past.
export ERP_CRON=off
throwaway northwind
"$ROOT/scripts/db.sh" >/dev/null
northwind() { "$ROOT/scripts/northwind.sh" "$1" 2>&1; }
check "Northwind's masters, prices, agreements and stock are imported" northwind import
check "the workers start" northwind workers
if northwind orders >"$ERP_DIR/orders.log"; then pass "every order goes through"; else fail "every order goes through" && tail -n 5 "$ERP_DIR/orders.log"; fi

# Each line of the report that ends in a verdict is a test.
northwind check >"$ERP_DIR/report" || true
while IFS='|' read -r figure got verdict; do
    figure=$(sed -E 's/^ +| +$//g' <<<"$figure")
    case $verdict in *ok*) pass "$figure:$got" ;; *NOT*) fail "$figure:$got, must be$verdict" ;; esac
done < <(grep -E '\|' "$ERP_DIR/report")
while read -r line; do
    case $line in *ok) pass "$line" ;; *) fail "$line" ;; esac
done < <(grep -E '(: ok|, ok|NOT ok|NOT [0-9.]+)$' "$ERP_DIR/report" | grep -v '|')
is "all figures are compared" "$(grep -cE '\| (ok|NOT)' "$ERP_DIR/report")" 24
is "and so are hledger's" "$(grep -cE '^(hledger computes|hledger rejects|the same orders priced).* ok$' "$ERP_DIR/report")" 3
is "freight is left out, and said so" "$(grep -c '^Freight' "$ERP_DIR/report")" 1

books=$(ask "SELECT (SELECT count(*) FROM erp.journal_entries), (SELECT count(*) FROM agent.task_events), (SELECT count(*) FROM erp.customer_agreements)")
check "a second import succeeds" northwind import
check "a second run succeeds" northwind orders
is "and changes nothing" "$(ask "SELECT (SELECT count(*) FROM erp.journal_entries), (SELECT count(*) FROM agent.task_events),
    (SELECT count(*) FROM erp.customer_agreements)")" "$books"
is "the business clock runs with the real one again" "$(ask "SELECT clock_offset FROM erp.clock")" "00:00:00"
workers stop

# The same year once more, in other books, rounded per document.
throwaway northwind-per-document
"$ROOT/scripts/db.sh" >/dev/null
export ROUNDING=per_document
check "the books that round per document are set up" northwind import
workers start
northwind orders >"$ERP_DIR/orders.log" || { fail "every order goes through again" && tail -n 5 "$ERP_DIR/orders.log"; }
check "all figures are right" northwind check
is "net revenue rounded per document" "$(ask "SELECT sum(net_total)::numeric(19, 2), count(*) FROM erp.invoices WHERE rounding_policy = 'per_document'")" "1265793.22|830"
is "no data, a clear message" "$(NORTHWIND_DIR=/nonexistent northwind check | grep -c 'set NORTHWIND_DIR')" 1
finish
