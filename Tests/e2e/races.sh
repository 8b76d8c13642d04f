#!/usr/bin/env bash
# Twenty clients against the same rows, at each isolation level: one customer's credit, the last pieces of stock, a hot
# account, the number series, and everything at once. The books must be right at the end, whoever waited or was repeated.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

if [ -z "${RACES_HERE:-}" ]; then
    ERP_CRON=off throwaway races
    "$ROOT/scripts/db.sh" >/dev/null
else
    load_env
fi
# People do these through events; here they do them at once.
super -c "GRANT EXECUTE ON FUNCTION erp.post_customer_invoice(bigint, date), erp.record_customer_payment(bigint, numeric, date, text, text, text) TO erp_operator"
CLIENTS=20
scripts=$(mktemp -d)
bench=$(pg_bin)/pgbench

# race LEVEL TIMES <SCRIPT: each client runs the script so often as erp_operator. Serialization failures and deadlocks are
# repeated, as a worker would; any other error ends the client and the race.
race() {
    cat >"$scripts/race.sql"
    PGUSER=erp_operator PGOPTIONS="-c default_transaction_isolation=${1// /\\ } -c client_min_messages=warning" \
        "$bench" -n -c "$CLIENTS" -j 4 -t "$2" --max-tries=1000 -f "$scripts/race.sql" erp >"$scripts/out" 2>&1 || {
        cat "$scripts/out"
        return 1
    }
    ! grep -q 'aborted' "$scripts/out" || { cat "$scripts/out" && return 1; }
}

# The world: one tax-free product a race, plenty of it unless said otherwise.
# world NAME LIMIT PIECES CUSTOMERS ORDERS QUANTITY MODE: orders NAME-0 … of 100 a piece, by turns of the customers.
world() {
    super -v name="$1" -v credit="$2" -v pieces="$3" -v customers="$4" -v orders="$5" -v quantity="$6" -v mode="$7" <<'SQL' >/dev/null
INSERT INTO erp.warehouses (facility_name) VALUES (:'name');
INSERT INTO erp.products (stock_keeping_unit, product_name, standard_sale_price, tax_class) VALUES (:'name', :'name', 100, 'untaxed');
INSERT INTO erp.customers (customer_name, customer_code, maximum_credit_limit)
SELECT :'name', :'name' || '-' || n, :credit FROM generate_series(0, :customers - 1) AS n;
SELECT erp.post_opening_stock(jsonb_build_array(jsonb_build_object(
    'sku', :'name', 'warehouse', :'name', 'quantity', :pieces, 'unit_cost', 33.333333)), erp.today());
SELECT count(erp.create_sales_order(jsonb_build_object(
    'customer_code', :'name' || '-' || n % :customers, 'reference', :'name' || '-' || n, 'fulfilment', :'mode',
    'lines', jsonb_build_array(jsonb_build_object('sku', :'name', 'quantity', :quantity)))))
FROM generate_series(0, :orders - 1) AS n;
SQL
}
# The script with @n standing for 0, 20, …: five orders for each of the clients.
five_times() {
    local script n
    script=$(cat)
    for n in 0 20 40 60 80; do printf '%s\n' "${script//@n/$n}"; done
}
released="order_status NOT IN ('draft', 'cancelled')"

for level in 'read committed' 'repeatable read' 'serializable'; do
    word=${level// /_}

    # 100 orders of 300 make five times the limit of 6,000.
    world "credit_$word" 6000 100000 1 100 3 immediate
    check "$level: $CLIENTS clients confirm five times the limit" race "$level" 1 < <(five_times <<SQL
DO \$\$ BEGIN
    UPDATE erp_sales_orders SET order_status = 'confirmed'
    WHERE customer_reference = 'credit_$word-' || (:client_id + @n) AND order_status = 'draft';
EXCEPTION WHEN SQLSTATE 'RP301' THEN NULL; END \$\$;
SQL
    )
    is "$level: exactly what fits was released" \
        "$(ask "SELECT count(*) || ' ' || sum(total_base_value)::integer FROM erp.sales_orders WHERE $released AND customer_reference LIKE 'credit\_$word-%'")" "20 6000"
    is "$level: the stored exposure is its sum" \
        "$(ask "SELECT credit_exposure::integer FROM erp.customers WHERE customer_name = 'credit_$word'")" 6000

    world "stock_$word" 1000000 10 20 20 1 immediate
    check "$level: $CLIENTS pickers of ten pieces" race "$level" 1 <<SQL
DO \$\$ BEGIN
    UPDATE erp_sales_orders SET order_status = 'confirmed' WHERE customer_reference = 'stock_$word-' || :client_id AND order_status = 'draft';
EXCEPTION WHEN SQLSTATE 'RP402' THEN NULL; END \$\$;
SQL
    is "$level: ten got one, none is left, none too many" \
        "$(ask "SELECT (SELECT count(*) FROM erp.sales_orders WHERE order_status = 'shipped' AND customer_reference LIKE 'stock\_$word-%')
            || ' ' || quantity_on_hand::integer || ' ' || quantity_reserved::integer
            FROM erp.inventory JOIN erp.products USING (product_id) WHERE stock_keeping_unit = 'stock_$word'")" "10 0 0"

    before=$(ask "SELECT COALESCE(sum(signed_base_amount), 0) FROM erp.journal_entries JOIN erp.accounts USING (account_id) WHERE account_code = '5200'")
    check "$level: $CLIENTS clients post to one account" race "$level" 20 <<'SQL'
SELECT erp.post_journal_entry('race', '[{"account_code": "5200", "amount": 1.01, "is_credit": false}, {"account_code": "1000", "amount": 1.01, "is_credit": true}]');
SQL
    is "$level: every one arrived" \
        "$(ask "SELECT COALESCE(sum(signed_base_amount), 0) - $before FROM erp.journal_entries JOIN erp.accounts USING (account_id) WHERE account_code = '5200'")" 404.0000

    # Acceptance check 1 under load: whoever comes late gets the first one's answer.
    check "$level: $CLIENTS clients post under one key" race "$level" 5 <<SQL
SELECT erp.post_journal_entry('one key', '[{"account_code": "5200", "amount": 7, "is_credit": false}, {"account_code": "1000", "amount": 7, "is_credit": true}]',
    idempotency_key => 'race $word');
SQL
    is "$level: one posting, two legs" \
        "$(ask "SELECT count(DISTINCT t.transaction_id) || ' ' || count(*) FROM erp.financial_transactions AS t
            JOIN erp.journal_entries USING (transaction_id) WHERE t.idempotency_key = 'race $word'")" "1 2"

    # Each tenth invoice is rolled back; all draw from one series.
    world "number_$word" 1000000 100000 20 100 1 immediate
    super -c "SET SESSION AUTHORIZATION erp_operator" -c "UPDATE erp_sales_orders SET order_status = 'confirmed' WHERE customer_reference LIKE 'number\_$word-%'"
    check "$level: $CLIENTS clients invoice, each tenth rolls back" race "$level" 1 < <(five_times <<SQL
\\set die random(1, 10)
BEGIN;
SELECT CASE WHEN o.order_status = 'shipped' THEN erp.post_customer_invoice(o.sales_order_id) END
FROM erp_sales_orders AS o WHERE o.customer_reference = 'number_$word-' || (:client_id + @n);
\\if :die = 1
ROLLBACK;
\\else
COMMIT;
\\endif
SQL
    )
    is "$level: the numbers have no gap and none twice" \
        "$(ask "SELECT count(*) = max(right(invoice_number, 6)::integer) AND count(*) = count(DISTINCT invoice_number)
            AND count(*) = (SELECT last_number FROM erp.document_series WHERE document_type = 'invoice' AND prefix = min(left(invoice_number, -6)))
            FROM erp.invoices WHERE invoice_number LIKE 'INV-%'")" t

    # Two customers, one product, every deed at once; whoever is refused goes on.
    world "chaos_$word" 3000 60 2 60 1 on_request
    check "$level: $CLIENTS clients do everything at once" race "$level" 15 <<SQL
\\set n random(0, 59)
\\set m random(1, 4)
\\set deed random(1, 8)
DO \$\$
DECLARE
    v_order erp_sales_orders;
BEGIN
    SELECT * INTO v_order FROM erp_sales_orders WHERE customer_reference = 'chaos_$word-' || :n;
    CASE :deed
        WHEN 1, 2, 3 THEN UPDATE erp_sales_orders SET order_status = 'confirmed' WHERE sales_order_id = v_order.sales_order_id AND order_status = 'draft';
        WHEN 4 THEN PERFORM erp.issue_goods(v_order.sales_order_id);
        WHEN 5 THEN PERFORM erp.post_customer_invoice(v_order.sales_order_id);
        WHEN 6 THEN PERFORM erp.record_customer_payment(v_order.customer_id, 100 * :m);
        WHEN 7 THEN UPDATE erp_sales_order_items SET quantity = :m WHERE sales_order_id = v_order.sales_order_id;
        ELSE UPDATE erp_sales_orders SET order_status = 'cancelled' WHERE sales_order_id = v_order.sales_order_id AND :m = 1;
    END CASE;
EXCEPTION
    WHEN OTHERS THEN
        IF SQLSTATE !~ '^RP[2-5]' THEN RAISE; END IF;
END \$\$;
SQL
    is "$level: no exposure above its limit" \
        "$(ask "SELECT count(*) FROM erp.customers WHERE customer_name LIKE '%\_$word' AND credit_exposure > maximum_credit_limit")" 0
    is "$level: the books are right" "$(ask "SELECT string_agg(invariant || ': ' || detail, '; ') FROM erp.check_consistency()")" ""
done

# Identity is the login: what a superuser's session may try is no test of it.
as() { PGUSER=$1 psql -X -At -v VERBOSITY=sqlstate -c "$2" 2>&1 | tail -n 1 || true; }
for who in sales_agent finance_agent erp_operator erp_cron; do
    for role in postgres erp_owner erp_gate erp_controller; do
        is "$who does not become $role" "$(as "$who" "SET SESSION AUTHORIZATION $role") $(as "$who" "SET ROLE $role")" "ERROR:  42501 ERROR:  42501"
    done
done
is "an agent's name for itself is its login" "$(as sales_agent "SELECT erp.actor() ->> 'role_name' FROM set_config('application_name', 'erp_operator', false)")" sales_agent
is "an agent turns no trigger off" "$(as sales_agent "SET session_replication_role = replica")" "ERROR:  42501"
is "nor does a person" "$(as erp_operator "ALTER TABLE erp.sales_orders DISABLE TRIGGER ALL")" "ERROR:  42501"
rm -r "$scripts"
finish
