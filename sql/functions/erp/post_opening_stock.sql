CREATE OR REPLACE FUNCTION erp.post_opening_stock(lines jsonb, posted_on date, company_id bigint DEFAULT 1)
RETURNS bigint
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT erp.receive_stock(lines, 'opening', 'opening', NULL, '3900', posted_on, company_id)
$function$;
COMMENT ON FUNCTION erp.post_opening_stock(jsonb, date, bigint) IS
'Opening stock: lines [{"sku","warehouse","quantity","unit_cost"}] as moves and cost layers, 1200 against 3900.';
ALTER FUNCTION erp.post_opening_stock(jsonb, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_opening_stock(jsonb, date, bigint) FROM PUBLIC;
