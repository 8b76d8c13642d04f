-- The public face: one updatable view for each table of schema erp, named in the one list below.
-- A view has every column of its table by name, in the table's order, its comments with it; `withheld` leaves columns out,
-- `derived` adds expressions over the table's alias t. Whoever reads a view needs the privilege on the table too
-- (security_invoker); 60_grants.sql gives both alike.
-- Columns added to a table appear here by OR REPLACE. One dropped or retyped makes the view anew: that fails loudly where
-- somebody built upon it, and never takes that with it.
DO $views$
DECLARE
    face record;
    columns text;
    is_extension boolean;
    note record;
BEGIN
    FOR face IN
        SELECT
            l.view_name,
            l.table_name,
            ('erp.' || l.table_name)::regclass AS base,
            coalesce(l.withheld, '{}')::text[] AS withheld,
            l.derived,
            l.description
        FROM (VALUES
            -- company
            ('erp_companies', 'companies', NULL, NULL, NULL),
            ('erp_people', 'people', NULL, NULL, NULL),
            -- finance
            ('erp_currencies', 'currencies', NULL, NULL, NULL),
            ('erp_accounts', 'accounts', NULL, NULL, NULL),
            ('erp_fiscal_periods', 'fiscal_periods', NULL, NULL, NULL),
            ('erp_period_exceptions', 'period_exceptions', NULL, NULL, NULL),
            ('erp_fiscal_year_closings', 'fiscal_year_closings', NULL, NULL, NULL),
            ('erp_exchange_rates', 'exchange_rates', NULL, NULL, NULL),
            (
                'erp_financial_transactions', 'financial_transactions', NULL,
                'EXISTS (SELECT FROM erp.financial_transactions AS r WHERE r.reverses_transaction_id = t.transaction_id) AS is_reversed',
                NULL
            ),
            ('erp_journal_entries', 'journal_entries', NULL, NULL, NULL),
            ('erp_projects', 'projects', NULL, NULL, NULL),
            ('erp_journal_types', 'journal_types', NULL, NULL, NULL),
            ('erp_journal_drafts', 'journal_drafts', NULL, NULL, NULL),
            ('erp_checkpoint_runs', 'checkpoint_runs', NULL, NULL, NULL),
            ('erp_balance_checkpoints', 'balance_checkpoints', NULL, NULL, NULL),
            ('erp_budgets', 'budgets', NULL, NULL, NULL),
            ('erp_tax_codes', 'tax_codes', NULL, NULL, NULL),
            ('erp_tax_rates', 'tax_rates', NULL, NULL, NULL),
            ('erp_tax_determinations', 'tax_determinations', NULL, NULL, NULL),
            ('erp_document_series', 'document_series', NULL, NULL, NULL),
            ('erp_invoices', 'invoices', NULL, NULL, NULL),
            ('erp_invoice_items', 'invoice_items', NULL, NULL, NULL),
            ('erp_payments', 'payments', NULL, NULL, NULL),
            ('erp_payment_allocations', 'payment_allocations', NULL, NULL, NULL),
            ('erp_bank_statements', 'bank_statements', NULL, NULL, NULL),
            ('erp_bank_statement_lines', 'bank_statement_lines', NULL, NULL, NULL),
            -- products and stock
            ('erp_products', 'products', NULL, NULL, NULL),
            ('erp_warehouses', 'warehouses', NULL, NULL, NULL),
            ('erp_lots', 'lots', NULL, NULL, NULL),
            ('erp_inventory', 'inventory', NULL, NULL, NULL),
            ('erp_stock_moves', 'stock_moves', NULL, NULL, NULL),
            ('erp_cost_layers', 'cost_layers', NULL, NULL, NULL),
            ('erp_cost_layer_issues', 'cost_layer_issues', NULL, NULL, NULL),
            ('erp_market_intelligence', 'market_intelligence', NULL, NULL, NULL),
            -- purchasing
            ('erp_suppliers', 'suppliers', NULL, NULL, NULL),
            ('erp_supplier_bills', 'supplier_bills', NULL, NULL, NULL),
            ('erp_supplier_products', 'supplier_products', NULL, NULL, NULL),
            ('erp_purchase_orders', 'purchase_orders', NULL, NULL, NULL),
            ('erp_purchase_order_items', 'purchase_order_items', NULL, NULL, NULL),
            ('erp_goods_receipts', 'goods_receipts', NULL, NULL, NULL),
            ('erp_goods_receipt_items', 'goods_receipt_items', NULL, NULL, NULL),
            -- sales
            ('erp_customer_tiers', 'customer_tiers', NULL, NULL, NULL),
            ('erp_customers', 'customers', NULL, NULL, NULL),
            ('erp_customer_agreements', 'customer_agreements', NULL, NULL, NULL),
            ('erp_price_lists', 'price_lists', NULL, NULL, NULL),
            ('erp_sales_orders', 'sales_orders', NULL, NULL, NULL),
            ('erp_sales_order_items', 'sales_order_items', NULL, NULL, NULL),
            ('erp_stock_reservations', 'stock_reservations', NULL, NULL, NULL),
            ('erp_shipments', 'shipments', NULL, NULL, NULL),
            ('erp_shipment_items', 'shipment_items', NULL, NULL, NULL),
            -- people and pay
            ('erp_departments', 'departments', NULL, NULL, NULL),
            ('erp_employees', 'employees', NULL, NULL, NULL),
            (
                'erp_employee_directory', 'employees', '{annual_base_salary,hourly_rate}', NULL,
                'Who works here, without their pay: for roles that may not see it.'
            ),
            ('erp_pay_rates', 'pay_rates', NULL, NULL, NULL),
            ('erp_timesheets', 'timesheets', NULL, NULL, NULL),
            ('erp_payroll_manifests', 'payroll_manifests', NULL, NULL, NULL),
            ('erp_payroll_line_items', 'payroll_line_items', NULL, NULL, NULL)
        ) AS l (view_name, table_name, withheld, derived, description)
    LOOP
        SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum)
        INTO columns
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = face.base
            AND a.attnum > 0
            AND NOT a.attisdropped
            AND a.attname <> ALL (face.withheld);
        -- Derived columns stand last; a column added to such a table moves them, and the view is made anew.
        columns := concat_ws(', ', columns, face.derived);

        -- OR REPLACE can only append: it may when the columns there are now begin the new list, name by name, type by type.
        -- A temporary view tells names and types of the new list, derived columns included.
        EXECUTE format('CREATE TEMPORARY VIEW erp_face AS SELECT %s FROM %s AS t', columns, face.base);
        SELECT NOT EXISTS (
            SELECT
            FROM pg_catalog.pg_attribute AS o
            LEFT JOIN pg_catalog.pg_attribute AS n
                ON n.attrelid = 'pg_temp.erp_face'::regclass
                    AND n.attnum = o.attnum
            WHERE o.attrelid = to_regclass('public.' || face.view_name)
                AND o.attnum > 0
                AND (n.attname, n.atttypid, n.atttypmod) IS DISTINCT FROM (o.attname, o.atttypid, o.atttypmod)
        )
        INTO is_extension;
        DROP VIEW pg_temp.erp_face;
        IF NOT is_extension THEN
            EXECUTE format('DROP VIEW public.%I', face.view_name);
        END IF;

        EXECUTE format(
            'CREATE OR REPLACE VIEW public.%I WITH (security_invoker = true) AS SELECT %s FROM %s AS t',
            face.view_name, columns, face.base);
        EXECUTE format('ALTER VIEW public.%I OWNER TO erp_owner', face.view_name);
        EXECUTE format(
            'COMMENT ON VIEW public.%I IS %L',
            face.view_name, coalesce(face.description, obj_description(face.base, 'pg_class')));
        FOR note IN
            SELECT
                v.attname,
                coalesce(col_description(face.base, b.attnum), 'Derived.') AS description
            FROM pg_catalog.pg_attribute AS v
            LEFT JOIN pg_catalog.pg_attribute AS b
                ON b.attrelid = face.base
                    AND b.attname = v.attname
            WHERE v.attrelid = ('public.' || face.view_name)::regclass
                AND v.attnum > 0
        LOOP
            EXECUTE format('COMMENT ON COLUMN public.%I.%I IS %L', face.view_name, note.attname, note.description);
        END LOOP;
    END LOOP;
END
$views$;

COMMENT ON COLUMN public.erp_financial_transactions.is_reversed IS 'Another transaction reverses this one.';
