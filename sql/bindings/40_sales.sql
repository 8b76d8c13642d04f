-- Triggers of orders, stock, invoices and payments, numbered in the order in which they fire.
CREATE OR REPLACE TRIGGER _100_intake
BEFORE INSERT ON erp.sales_orders
FOR EACH ROW EXECUTE FUNCTION erp.sales_order_intake();
CREATE OR REPLACE TRIGGER _200_state
BEFORE UPDATE ON erp.sales_orders
FOR EACH ROW EXECUTE FUNCTION erp.sales_order_state();
CREATE OR REPLACE TRIGGER _250_delete_guard
BEFORE DELETE ON erp.sales_orders
FOR EACH ROW EXECUTE FUNCTION erp.sales_order_delete_guard();
-- Orders begin as drafts and only drafts are deleted, so exposure moves with updates alone.
CREATE OR REPLACE TRIGGER _400_exposure
AFTER UPDATE ON erp.sales_orders
FOR EACH ROW
WHEN (
    NEW.order_status IS DISTINCT FROM OLD.order_status
    OR NEW.uninvoiced_base_value IS DISTINCT FROM OLD.uninvoiced_base_value
)
EXECUTE FUNCTION erp.sales_order_exposure();
CREATE OR REPLACE TRIGGER _600_effects
AFTER UPDATE ON erp.sales_orders
FOR EACH ROW
WHEN (
    NEW.order_status IS DISTINCT FROM OLD.order_status
    -- What waits for approval may have changed without changing its total.
    OR NEW.order_status = 'pending_review'
)
EXECUTE FUNCTION erp.sales_order_effects();
CREATE OR REPLACE TRIGGER _600_moved
AFTER UPDATE ON erp.sales_orders
FOR EACH ROW
WHEN (
    (NEW.order_creation_date, NEW.ship_to_country, NEW.rounding_policy, NEW.delivery_date)
    IS DISTINCT FROM (OLD.order_creation_date, OLD.ship_to_country, OLD.rounding_policy, OLD.delivery_date)
)
EXECUTE FUNCTION erp.sales_order_moved();

CREATE OR REPLACE TRIGGER _100_intake
BEFORE INSERT OR UPDATE OF sales_order_id, product_id, warehouse_id, agreement_id, quantity, unit_price, discount_percent, quantity_cancelled
ON erp.sales_order_items
FOR EACH ROW EXECUTE FUNCTION erp.sales_order_item_intake();
CREATE OR REPLACE TRIGGER _250_delete_guard
BEFORE DELETE ON erp.sales_order_items
FOR EACH ROW EXECUTE FUNCTION erp.sales_order_delete_guard();
CREATE OR REPLACE TRIGGER _300_totals_insert
AFTER INSERT ON erp.sales_order_items
REFERENCING NEW TABLE AS new_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.sales_order_items_changed();
CREATE OR REPLACE TRIGGER _300_totals_update
AFTER UPDATE ON erp.sales_order_items
REFERENCING OLD TABLE AS old_items NEW TABLE AS new_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.sales_order_items_changed();
CREATE OR REPLACE TRIGGER _300_totals_delete
AFTER DELETE ON erp.sales_order_items
REFERENCING OLD TABLE AS old_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.sales_order_items_changed();

CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.stock_moves
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.stock_moves
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _300_inventory
AFTER INSERT ON erp.stock_moves
REFERENCING NEW TABLE AS new_moves
FOR EACH STATEMENT EXECUTE FUNCTION erp.stock_moved();
CREATE OR REPLACE TRIGGER _600_requeue
AFTER INSERT ON erp.stock_moves
REFERENCING NEW TABLE AS new_moves
FOR EACH STATEMENT EXECUTE FUNCTION erp.stock_received();

CREATE OR REPLACE TRIGGER _600_requeue
AFTER UPDATE OF maximum_credit_limit, account_status, customer_tier ON erp.customers
FOR EACH ROW EXECUTE FUNCTION erp.customer_changed();

CREATE OR REPLACE TRIGGER _600_approvals
AFTER INSERT OR UPDATE OR DELETE ON agent.constraints
FOR EACH STATEMENT EXECUTE FUNCTION erp.renew_release_approvals();

CREATE OR REPLACE TRIGGER _150_posted
BEFORE UPDATE ON erp.invoices
FOR EACH ROW EXECUTE FUNCTION erp.invoice_guard();
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE DELETE ON erp.invoices
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _400_balance
AFTER INSERT ON erp.invoices
FOR EACH ROW EXECUTE FUNCTION erp.invoice_posted();
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.invoice_items
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_posted
BEFORE UPDATE ON erp.payments
FOR EACH ROW EXECUTE FUNCTION erp.payment_guard();
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE DELETE ON erp.payments
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _400_balance
AFTER INSERT ON erp.payments
FOR EACH ROW EXECUTE FUNCTION erp.payment_recorded();
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.payment_allocations
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _200_priced
BEFORE INSERT ON erp.payment_allocations
FOR EACH ROW EXECUTE FUNCTION erp.payment_allocation_priced();
CREATE OR REPLACE TRIGGER _400_settle
AFTER INSERT ON erp.payment_allocations
FOR EACH ROW EXECUTE FUNCTION erp.payment_allocated();

CREATE OR REPLACE TRIGGER _150_append_only
BEFORE DELETE ON erp.supplier_bills
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.supplier_bills
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _200_state
BEFORE INSERT OR UPDATE ON erp.supplier_bills
FOR EACH ROW EXECUTE FUNCTION erp.supplier_bill_state();
CREATE OR REPLACE TRIGGER _600_asked_insert
AFTER INSERT ON erp.supplier_bills
FOR EACH ROW EXECUTE FUNCTION erp.supplier_bill_asked();
CREATE OR REPLACE TRIGGER _600_asked_update
AFTER UPDATE ON erp.supplier_bills
FOR EACH ROW
WHEN ((NEW.content_hash, NEW.status) IS DISTINCT FROM (OLD.content_hash, OLD.status))
EXECUTE FUNCTION erp.supplier_bill_asked();

-- Nothing is dated into a closed period, whether a journal goes with it or not.
CREATE OR REPLACE TRIGGER _170_period
BEFORE INSERT OR UPDATE OF posting_date, company_id ON erp.invoices
FOR EACH ROW EXECUTE FUNCTION erp.period_guard('posting_date', 'sales');
CREATE OR REPLACE TRIGGER _170_period
BEFORE INSERT OR UPDATE OF paid_on, company_id ON erp.payments
FOR EACH ROW EXECUTE FUNCTION erp.period_guard('paid_on', 'bank');
CREATE OR REPLACE TRIGGER _170_period
BEFORE INSERT OR UPDATE OF allocated_on, payment_id ON erp.payment_allocations
FOR EACH ROW EXECUTE FUNCTION erp.period_guard('allocated_on', 'bank');
CREATE OR REPLACE TRIGGER _170_period
BEFORE INSERT OR UPDATE OF moved_on, warehouse_id ON erp.stock_moves
FOR EACH ROW EXECUTE FUNCTION erp.period_guard('moved_on', 'inventory');
CREATE OR REPLACE TRIGGER _170_period
BEFORE INSERT OR UPDATE OF received_on, warehouse_id ON erp.cost_layers
FOR EACH ROW EXECUTE FUNCTION erp.period_guard('received_on', 'inventory');
CREATE OR REPLACE TRIGGER _170_period
BEFORE INSERT OR UPDATE OF received_on, purchase_order_id ON erp.goods_receipts
FOR EACH ROW EXECUTE FUNCTION erp.period_guard('received_on', 'purchasing');

-- What is evidence is not emptied either, by anybody, in any replication role.
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.shipment_items
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.cost_layer_issues
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE DELETE ON erp.cost_layers
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE DELETE ON erp.shipments
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.shipment_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.shipments
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.cost_layer_issues
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.cost_layers
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP403');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.invoices
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.invoice_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.payments
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.payment_allocations
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
DO $always$
DECLARE
    guard record;
BEGIN
    FOR guard IN
        SELECT t.tgrelid::regclass AS table_name, t.tgname
        FROM pg_catalog.pg_trigger AS t
        WHERE t.tgrelid IN (
            'erp.stock_moves'::regclass, 'erp.invoices'::regclass, 'erp.invoice_items'::regclass, 'erp.payments'::regclass,
            'erp.payment_allocations'::regclass, 'erp.shipments'::regclass, 'erp.shipment_items'::regclass,
            'erp.cost_layers'::regclass, 'erp.cost_layer_issues'::regclass, 'erp.goods_receipts'::regclass,
            'erp.supplier_bills'::regclass)
        AND t.tgname ~ '^_1[57]0_'
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.table_name, guard.tgname);
    END LOOP;
END
$always$;
