CREATE OR REPLACE FUNCTION erp.receive_stock(
    p_lines jsonb,
    p_move_type text,
    p_source_type text,
    p_source_id bigint,
    p_offset_account text,
    p_on date,
    p_company_id bigint
)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_fault record;
    v_value numeric;
    v_minor_unit integer;
    v_transaction_id bigint;
BEGIN
    SELECT k.minor_unit INTO v_minor_unit
    FROM erp.companies AS m
    JOIN erp.currencies AS k ON k.currency_code = m.base_currency
    WHERE m.company_id = p_company_id;
    SELECT l.ordinality - 1 AS line_position, l.line INTO v_fault
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l (line, ordinality)
    LEFT JOIN erp.products AS p ON p.stock_keeping_unit = l.line ->> 'sku'
    LEFT JOIN erp.warehouses AS w ON w.facility_name = l.line ->> 'warehouse'
    WHERE p.product_id IS NULL
    OR w.warehouse_id IS NULL
    OR COALESCE(l.line ->> 'quantity', '') !~ '^[0-9]{1,15}(\.[0-9]{1,4})?$'
    OR COALESCE(l.line ->> 'unit_cost', '') !~ '^[0-9]{1,12}(\.[0-9]{1,6})?$'
    OR (l.line ->> 'quantity')::numeric = 0
    ORDER BY l.ordinality
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'lines[%]: known sku and warehouse, positive quantity and unit_cost are needed', v_fault.line_position
            USING ERRCODE = 'RP010', DETAIL = v_fault.line::text, HINT = 'correct this line';
    END IF;
    SELECT sum(round((l.line ->> 'quantity')::numeric * (l.line ->> 'unit_cost')::numeric, v_minor_unit)) INTO v_value
    FROM jsonb_array_elements(p_lines) AS l (line);
    IF v_value > 0 THEN
        v_transaction_id := erp.post_ledger(
            format('Stock %s', p_move_type),
            jsonb_build_array(
                jsonb_build_object('account_code', '1200', 'amount', v_value, 'is_credit', false),
                jsonb_build_object('account_code', p_offset_account, 'amount', v_value, 'is_credit', true)),
            p_on, p_source_type, p_source_id::text, NULL, NULL, p_company_id);
    END IF;
    WITH moved AS (
        INSERT INTO erp.stock_moves (
            product_id, warehouse_id, move_type, quantity, value, source_document_type, source_document_id, transaction_id, moved_on)
        SELECT
            p.product_id, w.warehouse_id, p_move_type, (l.line ->> 'quantity')::numeric,
            round((l.line ->> 'quantity')::numeric * (l.line ->> 'unit_cost')::numeric, v_minor_unit),
            p_source_type, p_source_id, v_transaction_id, p_on
        FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l (line, ordinality)
        JOIN erp.products AS p ON p.stock_keeping_unit = l.line ->> 'sku'
        JOIN erp.warehouses AS w ON w.facility_name = l.line ->> 'warehouse'
        ORDER BY p.product_id, w.warehouse_id, l.ordinality
        RETURNING move_id, product_id, warehouse_id, quantity, value
    )
    INSERT INTO erp.cost_layers (
        product_id, warehouse_id, move_id, received_on, quantity_received, value_received, quantity_remaining, value_remaining)
    SELECT m.product_id, m.warehouse_id, m.move_id, p_on, m.quantity, m.value, m.quantity, m.value
    FROM moved AS m;
    RETURN v_transaction_id;
END
$function$;
COMMENT ON FUNCTION erp.receive_stock(jsonb, text, text, bigint, text, date, bigint) IS
'Takes stock in: lines [{"sku","warehouse","quantity","unit_cost"}] become moves and cost layers, valued against the given account. Returns the transaction_id, NULL for goods without value. RP010 names a bad line.';
ALTER FUNCTION erp.receive_stock(jsonb, text, text, bigint, text, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.receive_stock(jsonb, text, text, bigint, text, date, bigint) FROM PUBLIC;
