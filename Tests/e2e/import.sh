#!/usr/bin/env bash
# The CSV import: the example folder goes in and ties out, a second time adds nothing, and each kind of bad line is named by
# file and line and leaves nothing behind.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

export SEED=minimal
throwaway import
"$ROOT/scripts/db.sh" >/dev/null
import() { "$ROOT/scripts/import.sh" "$1" 2>&1; }
everything() {
    ask "SELECT (SELECT count(*) FROM erp.warehouses), (SELECT count(*) FROM erp.suppliers), (SELECT count(*) FROM erp.customers),
        (SELECT count(*) FROM erp.products), (SELECT count(*) FROM erp.supplier_products), (SELECT count(*) FROM erp.price_lists),
        (SELECT count(*) FROM erp.customer_agreements), (SELECT count(*) FROM erp.stock_moves), (SELECT count(*) FROM erp.invoices),
        (SELECT count(*) FROM erp.financial_transactions), (SELECT legal_name FROM erp.companies)"
}
empty=$(everything)

bad=$ERP_DIR/bad
# refused NAME FILE SED-EXPRESSION WANTED: the example with one edit is refused with these words, and writes nothing.
refused() {
    rm -rf "$bad"
    cp -r "$ROOT/Tests/e2e/import" "$bad"
    sed -i -E "$3" "$bad/$2"
    local output status=0
    output=$(import "$bad") || status=$?
    is "$1 is refused by line" "$status $(grep -cF -- "$4" <<<"$output") $(everything)" "1 1 $empty"
    [ "$(grep -cF -- "$4" <<<"$output")" = 1 ] || head -n 5 <<<"$output"
}
refused "a number that is none" customers.csv 's/2500\.50/plenty/' 'customers.csv line 4: maximum_credit_limit: a number'
refused "a negative number" products.csv 's/12\.50/-12.50/' 'products.csv line 3: standard_sale_price: a number'
refused "a missing value" customers.csv 's/^K-3,Anna Krug/K-3,/' 'customers.csv line 5: customer_name: a value is needed'
refused "a day that does not exist" agreements.csv 's/2026-12-31/2026-02-30/' 'agreements.csv line 2: valid_to: a date'
refused "an unknown tier" customers.csv 's/silver/bronze/' 'customers.csv line 2: customer_tier: one of standard, silver'
refused "an unknown product" opening_stock.csv 's/^CUP-1/CUP-9/' 'opening_stock.csv line 5: sku: unknown product'
refused "an unknown customer of an open item" open_items.csv 's/^customer,K-2/customer,K-9/' 'open_items.csv line 3: party_code: unknown customer'
refused "the same row twice" products.csv '4p' 'products.csv line 5: sku: the same as line 4'
refused "an overlapping price" prices.csv 's/2025-12-31/2026-06-30/' 'prices.csv line 3: valid_from: its period overlaps that of line 2'
refused "a cent too small" open_items.csv 's/1190\.00/1190.005/' 'open_items.csv line 2: gross: EUR has 2 decimals'
refused "an open item numbered like our own invoices" open_items.csv 's/ALT-1001/INV-2026-000001/' \
    'open_items.csv line 2: invoice_number: looks like a number of our own series'
refused "a control account" opening_balances.csv 's/^1000/1100/' 'opening_balances.csv line 2: account_code: opens by open_items.csv'
refused "debit and credit at once" opening_balances.csv 's/8000\.00,,/8000.00,1.00,/' 'opening_balances.csv line 3: debit: either'
refused "an unknown column" customers.csv '1s/tax_status/tax_state/' 'column "tax_state" of relation "import_customers" does not exist'
refused "a line with too many fields" warehouses.csv '2s/$/,surplus/' 'import_warehouses, line 2'
refused "a header that is SQL" warehouses.csv '1s/.*/facility_name); DROP TABLE x; --/' 'line 1: the header must be'
refused "cold goods for a warm warehouse" opening_stock.csv 's/Cold Hall/Dry Hall/' 'climate controlled warehouse'

check "the example folder goes in" import "$ROOT/Tests/e2e/import"
is "every file is in the books" "$(everything)" "2|2|3|3|2|3|1|4|3|5|Headless Trading GmbH"
is "sub-ledgers tie out, and nothing is left on 3900" "$(ask "SELECT sum(abs(difference)) FROM erp.opening_tie_out()
    UNION ALL SELECT balance FROM erp.trial_balance() WHERE account_code = '3900'" | sort -u | tr '\n' ' ')" "0.0000 "
is "a field may hold a line break" "$(ask "SELECT billing_address LIKE E'Kai 7\n%' FROM erp.customers WHERE customer_code = 'K-1'")" t
is "stock lies where the file says, at its cost" "$(ask "SELECT quantity_on_hand, (SELECT sum(value_remaining) FROM erp.cost_layers AS l
    WHERE l.product_id = i.product_id) FROM erp.inventory AS i JOIN erp.products USING (product_id) WHERE stock_keeping_unit = 'COF-1'")" \
    "350.0000|2234.6300"
before=$(everything)
check "the same folder again succeeds" import "$ROOT/Tests/e2e/import"
is "and adds nothing" "$(everything)" "$before"
is "the books are right" "$(inconsistencies)" ""
is "no folder is an error" "$(import "$ERP_DIR/none" | grep -c 'is no folder')" 1

mkdir "$ERP_DIR/usd"
printf 'legal_name,base_currency\nWest Inc,USD\n' >"$ERP_DIR/usd/company.csv"
is "the base currency is fixed once something is posted" "$(import "$ERP_DIR/usd" | grep -c 'company.csv line 2: base_currency: something is posted')" 1
finish
