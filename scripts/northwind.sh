#!/usr/bin/env bash
# The public Northwind sample company as real input: masters imported, all 830 orders as events through the real workers,
# then every figure compared with the CSV files and with hledger. Repeating it goes on where it stopped.
#
#     northwind.sh [import|workers|orders|check]      one step; without a word all of them, after packages and build
#
# NORTHWIND_DIR holds the CSV files; ERP_DIR (.erp/northwind) the books; ROUNDING=per_document rounds per document.
set -euo pipefail
ERP_DIR=${ERP_DIR:-$(dirname "$0")/../.erp/northwind}
SEED=minimal
. "$(dirname "$0")/common.sh"
NORTHWIND_DIR=${NORTHWIND_DIR:-$ROOT/../shared/data/northwind}
ROUNDING=${ROUNDING:-per_line}
[ -f "$NORTHWIND_DIR/order_details.csv" ] ||
    die "no Northwind data in $NORTHWIND_DIR: set NORTHWIND_DIR to a folder with its CSV files (categories, customers, order_details, orders, products, suppliers)"
NORTHWIND_DIR=$(realpath "$NORTHWIND_DIR")
case $ROUNDING in per_line | per_document) ;; *) die "ROUNDING is per_line or per_document, not '$ROUNDING'" ;; esac
SQL=$ROOT/scripts/northwind

# psql beside the CSV files, with the data loaded as temporary tables; more comes from standard input.
northwind_sql() { (cd "$NORTHWIND_DIR" && super -d "$PGDATABASE" -f "$SQL/load.sql" "$@"); }

import() {
    load_env
    local folder=$ERP_DIR/csv name copies=
    mkdir -p "$folder"
    for name in company warehouses suppliers customers products supplier_products prices agreements opening_stock opening_balances; do
        copies+="\\copy (TABLE f_$name) TO '${folder//\'/\'\'}/$name.csv' WITH (FORMAT csv, HEADER true)"$'\n'
    done
    northwind_sql -v rounding_policy="$ROUNDING" -f "$SQL/masters.sql" -f - <<<"$copies"
    super -d "$PGDATABASE" -o /dev/null -c "SELECT erp.ensure_fiscal_year(1, y) FROM generate_series(1996, 1998) AS y"
    "$ROOT/scripts/import.sh" "$folder"
}

orders() {
    load_env
    say "830 orders go in, day by day from 1996-07-04 to 1998-05-06"
    local started=$SECONDS
    northwind_sql -f "$SQL/orders.sql"
    say "done in $((SECONDS - started)) s"
}

# Account and balance in cents, as the database has it and as hledger computes it from the exported legs.
our_balances() {
    super -d "$PGDATABASE" -At -F ' ' -c "SELECT account_code, (balance * 100)::bigint FROM erp.trial_balance() WHERE balance <> 0 ORDER BY 1"
}
hledger_balances() {
    hledger -f "$1" balance --flat --no-total --format '%(account) %(total)' |
        sed -E 's/^ *[a-z]+:([0-9]+) +(-?[0-9]+) USD$/\1 \2/' | sort
}

# Every order priced again by the function that prices documents, under the other policy; taken back at the end.
per_document() {
    super -d "$PGDATABASE" -At <<'SQL'
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE erp.sales_orders SET rounding_policy = 'per_document';
SELECT sum(p.net_amount)::numeric(19, 2)
FROM erp.sales_orders AS o
CROSS JOIN LATERAL erp.priced_lines(o.sales_order_id, 'ordered') AS p;
ROLLBACK;
SQL
}

check() {
    load_env
    local legs=$ERP_DIR/northwind.journal short=$ERP_DIR/short.journal beans=$ERP_DIR/northwind.beancount bad=0
    northwind_sql -P pager=off -f "$SQL/check.sql" -f - <<'SQL'
SELECT figure, got, CASE WHEN got = wanted THEN 'ok' ELSE 'NOT ' || wanted END AS verdict FROM n_figures;
SQL
    bad=$(northwind_sql -At -f "$SQL/check.sql" -c "SELECT count(*) FROM n_figures WHERE got IS DISTINCT FROM wanted")
    if [ "$(per_document)" = 1265793.22 ]; then
        echo "the same orders priced under the per-document policy: 1265793.22, ok"
    else
        echo "the same orders priced under the per-document policy: $(per_document), NOT 1265793.22" && bad=$((bad + 1))
    fi
    echo "Freight (64,942.69 in the data) is not part of the orders: it is neither invoiced nor posted here."

    super -d "$PGDATABASE" -At -c "SELECT erp.export_hledger()" >"$legs"
    echo "$(grep -cE '^    ' "$legs") legs exported to $legs"
    if [ "$(grep -cE '^    ' "$legs")" -gt 3000 ] && diff <(our_balances) <(hledger_balances "$legs"); then
        echo "hledger computes the same balance for every account: ok"
    else
        echo "hledger differs: NOT ok" && bad=$((bad + 1))
    fi
    # A check that cannot fail proves nothing: without its last leg the journal must be rejected.
    sed '$d' "$legs" >"$short"
    if hledger -f "$short" balance >/dev/null 2>&1; then
        echo "hledger accepts a journal with a dropped leg: NOT ok" && bad=$((bad + 1))
    else
        echo "hledger rejects the journal with one leg dropped: ok"
    fi
    if command -v bean-check >/dev/null; then
        super -d "$PGDATABASE" -At -c "SELECT erp.export_beancount()" >"$beans"
        if bean-check "$beans"; then echo "beancount accepts the same legs: ok"; else bad=$((bad + 1)); fi
    fi
    [ "$bad" = 0 ] || die "$bad figures are not what they must be"
}

case ${1:-all} in
import | orders | check) "$1" ;;
workers) "$ROOT/scripts/workers.sh" start ;;
all)
    "$ROOT/scripts/packages.sh"
    "$ROOT/scripts/build.sh"
    "$ROOT/scripts/cluster.sh" start
    "$ROOT/scripts/db.sh"
    import
    "$ROOT/scripts/workers.sh" start
    orders
    check
    "$ROOT/scripts/next.sh"
    ;;
*) die "usage: northwind.sh [import|workers|orders|check]" ;;
esac
