CREATE OR REPLACE FUNCTION erp.purchase_order_intake()
RETURNS trigger
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_total record;
BEGIN
    NEW.order_date := COALESCE(NEW.order_date, erp.today(NEW.company_id));
    NEW.exchange_rate := erp.exchange_rate(
        NEW.currency_code,
        (SELECT m.base_currency FROM erp.companies AS m WHERE m.company_id = NEW.company_id),
        NEW.order_date);
    NEW.updated_at := clock_timestamp();
    SELECT count(*) AS lines, COALESCE(sum(l.net), 0) AS net, COALESCE(sum(round(l.net * l.tax_rate / 100, l.minor_unit)), 0) AS tax
    INTO v_total
    FROM (
        SELECT
            round((i.quantity_ordered - i.quantity_cancelled) * i.agreed_unit_price, k.minor_unit) AS net,
            COALESCE(i.tax_rate, 0) AS tax_rate,
            k.minor_unit
        FROM erp.purchase_order_items AS i
        CROSS JOIN erp.currencies AS k
        WHERE i.purchase_order_id = NEW.purchase_order_id
        AND k.currency_code = NEW.currency_code
    ) AS l;
    IF v_total.lines > 0 THEN
        NEW.tax_value := v_total.tax;
        NEW.total_order_value := v_total.net + v_total.tax;
    END IF;
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION erp.purchase_order_intake() IS
'Row trigger before a purchase order is written: the rate of the day, and the total of its lines once it has any, so that nobody can state another one. RP212 without a rate.';
ALTER FUNCTION erp.purchase_order_intake() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.purchase_order_intake() FROM PUBLIC;
