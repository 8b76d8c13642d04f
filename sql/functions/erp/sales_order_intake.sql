CREATE OR REPLACE FUNCTION erp.sales_order_intake()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_customer record;
    v_company record;
BEGIN
    IF NEW.order_status <> 'draft' THEN
        RAISE EXCEPTION 'an order begins as draft, not as %', NEW.order_status
            USING ERRCODE = 'RP310', DETAIL = jsonb_build_object('order_status', NEW.order_status)::text,
            HINT = 'insert it as draft with its lines, then UPDATE order_status to confirmed',
            TABLE = 'sales_orders', SCHEMA = 'erp';
    END IF;
    SELECT c.country_code, t.discount_percent INTO v_customer
    FROM erp.customers AS c
    JOIN erp.customer_tiers AS t USING (customer_tier)
    WHERE c.customer_id = NEW.customer_id;
    SELECT base_currency, rounding_policy INTO v_company FROM erp.companies WHERE company_id = NEW.company_id;
    NEW.order_creation_date := COALESCE(NEW.order_creation_date, erp.today(NEW.company_id));
    PERFORM erp.check_document_date(NEW.company_id, NEW.order_creation_date);
    NEW.currency_code := COALESCE(NEW.currency_code, v_company.base_currency);
    NEW.exchange_rate := erp.exchange_rate(NEW.currency_code, v_company.base_currency, NEW.order_creation_date);
    NEW.rounding_policy := COALESCE(NEW.rounding_policy, v_company.rounding_policy);
    NEW.ship_to_country := COALESCE(NEW.ship_to_country, v_customer.country_code);
    NEW.discount_percent := COALESCE(NEW.discount_percent, v_customer.discount_percent);
    NEW.net_value := 0;
    NEW.tax_value := 0;
    NEW.total_invoice_value := 0;
    NEW.total_base_value := 0;
    NEW.uninvoiced_base_value := 0;
    NEW.committed_24h_base_value := 0;
    NEW.confirmed_at := NULL;
    NEW.confirmed_by := NULL;
    NEW.created_by := session_user;
    NEW.edited_by := session_user;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.sales_order_intake() IS
'Row trigger before an order is inserted: it begins as draft (RP310), dates, currency, rate and tier discount get their defaults, totals follow from the lines.';
ALTER FUNCTION erp.sales_order_intake() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.sales_order_intake() FROM PUBLIC;
