# shellcheck shell=bash
# Words for end-to-end stories: an order goes in as an event, and what came of it is asked of the books.

# One value, asked by the superuser so that no policy hides anything.
ask() { super -Atc "$1"; }

# order KEY: an event with a customer's e-mail and one cheap line that nothing speaks against; the key is its reference.
order() {
    psql -X -q -At -v ON_ERROR_STOP=1 -v VERBOSITY="${VERBOSITY:-default}" -v key="$1" <<'SQL'
INSERT INTO erp_task_events (event_type, idempotency_key, payload)
SELECT 'ORDER_NEGOTIATION', :'key', jsonb_build_object(
    'customer_email', c.contact_email,
    'reference', :'key',
    'lines', jsonb_build_array(jsonb_build_object('sku', p.stock_keeping_unit, 'quantity', 1)))
FROM (
    SELECT contact_email
    FROM erp_customers
    WHERE account_status = 'active'
    ORDER BY maximum_credit_limit - current_balance DESC, customer_id
    LIMIT 1
) AS c, (
    SELECT p.stock_keeping_unit
    FROM erp_products AS p
    JOIN erp_inventory AS i USING (product_id)
    WHERE NOT p.requires_refrigeration AND p.is_active AND p.standard_sale_price < 200
    ORDER BY i.current_quantity_available DESC, p.product_id
    LIMIT 1
) AS p
SQL
}

order_status() { ask "SELECT string_agg(order_status, ',') FROM erp.sales_orders WHERE customer_reference = '$1'"; }

# How many orders and invoices came of the references that begin so.
orders() { ask "SELECT count(*) FROM erp.sales_orders WHERE customer_reference LIKE '$1%'"; }
invoices() {
    ask "SELECT count(*) FROM erp.invoices JOIN erp.sales_orders AS o USING (sales_order_id) WHERE o.customer_reference LIKE '$1%'"
}
all_invoices() { ask "SELECT count(*) FROM erp.invoices"; }

# Every invariant, told as text; empty when the books are right.
inconsistencies() { ask "SELECT invariant, detail FROM erp.check_consistency()"; }

# await SECONDS SQL: waits until the query answers true.
await() {
    local deadline=$((SECONDS + $1))
    until [ "$(ask "$2")" = t ]; do
        [ "$SECONDS" -lt "$deadline" ] || { echo "waited $1 s in vain for: $2" && return 1; }
        sleep 0.1
    done
}

workers() { "$ROOT/scripts/workers.sh" "$@" >/dev/null; }
drained() { "$ROOT/scripts/drain.sh" 90 >/dev/null; }
