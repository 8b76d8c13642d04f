-- The books at take-over, on the first day of this month: stock, open items, balances. Whatever is left on 3900 is what
-- earlier years earned, so it ends at zero and the balance sheet balances before the first order. Done once.
DO $opening$
DECLARE
    first_day date := date_trunc('month', erp.today());
    item record;
    carried numeric;
BEGIN
    IF EXISTS (SELECT FROM erp.financial_transactions WHERE source_document_type = 'opening') THEN
        RETURN;
    END IF;

    -- Cold goods lie in the cold store; ambient ones in the hub and, most of them, in the south as well.
    PERFORM erp.post_opening_stock(
        (
            SELECT jsonb_agg(
                jsonb_build_object('sku', s.sku, 'warehouse', s.facility_name, 'quantity', s.quantity, 'unit_cost', s.unit_cost)
                ORDER BY s.product_id, s.facility_name)
            FROM (
                SELECT
                    p.product_id,
                    p.stock_keeping_unit AS sku,
                    place.facility_name,
                    -- Dear goods are kept in smaller numbers.
                    CASE
                        WHEN p.stock_keeping_unit = 'SAF-THR-1G' THEN 60
                        WHEN p.stock_keeping_unit = 'OIL-OLV-5L' THEN 8000
                        ELSE round(place.share * (200 + 4000 / p.standard_unit_cost), -1)
                    END AS quantity,
                    p.standard_unit_cost AS unit_cost
                FROM erp.products AS p
                JOIN (VALUES
                    (true, 'Berlin Cold Storage', 1.5),
                    (false, 'Frankfurt Main Hub', 1.0),
                    (false, 'Munich Distribution', 0.5)
                ) AS place (is_cold, facility_name, share)
                    ON place.is_cold = p.requires_refrigeration
                WHERE p.stock_keeping_unit NOT IN ('SAF-THR-1G', 'OIL-OLV-5L')
                    OR place.facility_name = 'Frankfurt Main Hub'
            ) AS s
        ),
        first_day);
    UPDATE erp.inventory
    SET reorder_point = round(quantity_on_hand * 0.15),
        calculated_safety_stock = round(quantity_on_hand * 0.08),
        max_stock_level = round(quantity_on_hand * 1.2),
        last_counted_at = first_day;

    FOR item IN
        SELECT
            c.customer_id,
            o.invoice_number,
            first_day - o.age AS document_date,
            first_day - o.age + c.payment_terms_days AS due_date,
            o.gross
        FROM (VALUES
            ('C-1002', 'OB-0001', 40, 642.18),
            ('C-1004', 'OB-0002', 75, 1280.40),
            ('C-1006', 'OB-0003', 12, 388.95),
            ('C-1008', 'OB-0004', 33, 1115.00),
            ('C-2001', 'OB-0005', 8, 2420.75),
            ('C-2003', 'OB-0006', 21, 1876.30),
            ('C-2007', 'OB-0007', 50, 990.00),
            ('C-3001', 'OB-0008', 28, 5230.10),
            ('C-3004', 'OB-0009', 95, 3344.80),
            ('C-3006', 'OB-0010', 16, 6120.00),
            ('C-4001', 'OB-0011', 30, 18450.60),
            ('C-4003', 'OB-0012', 5, 9870.25)
        ) AS o (customer_code, invoice_number, age, gross)
        JOIN erp.customers AS c USING (customer_code)
        ORDER BY o.invoice_number
    LOOP
        PERFORM erp.post_opening_invoice(
            'customer', item.customer_id, item.invoice_number, item.document_date, item.due_date, item.gross, first_day);
    END LOOP;

    FOR item IN
        SELECT
            s.supplier_id,
            o.invoice_number,
            first_day - o.age AS document_date,
            first_day - o.age + s.payment_terms_days AS due_date,
            o.gross
        FROM (VALUES
            ('S-01', 'F-2291', 20, 14880.00),
            ('S-02', 'RE-51022', 11, 3390.50),
            ('S-04', 'HK-7719', 25, 6480.00),
            ('S-06', 'MW-30418', 6, 8215.75),
            ('S-08', 'BR-1207', 9, 5140.20)
        ) AS o (supplier_code, invoice_number, age, gross)
        JOIN erp.suppliers AS s USING (supplier_code)
        ORDER BY o.invoice_number
    LOOP
        PERFORM erp.post_opening_invoice(
            'supplier', item.supplier_id, item.invoice_number, item.document_date, item.due_date, item.gross, first_day);
    END LOOP;

    PERFORM erp.post_opening_balances(
        '[
            {"account_code": "1000", "amount": 185400, "is_credit": false},
            {"account_code": "1300", "amount": 14200, "is_credit": false},
            {"account_code": "1400", "amount": 238000, "is_credit": false},
            {"account_code": "2100", "amount": 21650, "is_credit": true},
            {"account_code": "3100", "amount": 250000, "is_credit": true}
        ]',
        first_day);
    SELECT sum(e.signed_base_amount)
    INTO carried
    FROM erp.journal_entries AS e
    JOIN erp.accounts AS a USING (account_id)
    WHERE a.account_code = '3900';
    IF carried <> 0 THEN
        PERFORM erp.post_opening_balances(
            jsonb_build_array(
                jsonb_build_object('account_code', '3000', 'amount', abs(carried), 'is_credit', carried < 0)),
            first_day);
    END IF;
END
$opening$;
