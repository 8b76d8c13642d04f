-- Triggers of purchase orders, and the stamps of masters.
CREATE OR REPLACE TRIGGER _100_intake
BEFORE INSERT OR UPDATE ON erp.purchase_orders
FOR EACH ROW EXECUTE FUNCTION erp.purchase_order_intake();
CREATE OR REPLACE TRIGGER _300_totals_insert
AFTER INSERT ON erp.purchase_order_items
REFERENCING NEW TABLE AS new_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.purchase_order_items_changed();
CREATE OR REPLACE TRIGGER _300_totals_update
AFTER UPDATE ON erp.purchase_order_items
REFERENCING OLD TABLE AS old_items NEW TABLE AS new_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.purchase_order_items_changed();
CREATE OR REPLACE TRIGGER _300_totals_delete
AFTER DELETE ON erp.purchase_order_items
REFERENCING OLD TABLE AS old_items
FOR EACH STATEMENT EXECUTE FUNCTION erp.purchase_order_items_changed();

CREATE OR REPLACE TRIGGER _100_touch
BEFORE UPDATE ON erp.products
FOR EACH ROW EXECUTE FUNCTION agent.touch();
CREATE OR REPLACE TRIGGER _100_touch
BEFORE UPDATE ON erp.suppliers
FOR EACH ROW EXECUTE FUNCTION agent.touch();
CREATE OR REPLACE TRIGGER _100_touch
BEFORE UPDATE ON erp.employees
FOR EACH ROW EXECUTE FUNCTION agent.touch();
-- Of customers only what people keep: balances change with every document and are no change of the master.
CREATE OR REPLACE TRIGGER _100_touch
BEFORE UPDATE OF
    customer_code, customer_name, company_name, contact_email, contact_phone, billing_address, country_code, tax_status,
    payment_terms_days, maximum_credit_limit, account_status, is_prospect, customer_tier
ON erp.customers
FOR EACH ROW EXECUTE FUNCTION agent.touch();
