-- Who may do what in schema erp. Nothing is granted to PUBLIC; every table privilege in schema erp is given in this file and
-- nowhere else: it takes all back first, so what is not written here is denied, whatever was granted before.
-- Derived columns (totals, balances, quantities, holds) are granted to nobody: triggers keep them, as erp_owner.

-- 1. Take all back: from every role that holds anything, columns included. Views of schema erp are their owners' matter.
DO $revoke$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT DISTINCT
            c.oid::regclass AS table_name,
            CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS role_name
        FROM pg_catalog.pg_class AS c
        CROSS JOIN LATERAL (
            SELECT t.grantee
            FROM pg_catalog.aclexplode(c.relacl) AS t
            UNION
            SELECT o.grantee
            FROM pg_catalog.pg_attribute AS b
            CROSS JOIN LATERAL pg_catalog.aclexplode(b.attacl) AS o
            WHERE b.attrelid = c.oid
        ) AS a
        WHERE c.relnamespace = 'erp'::regnamespace
            AND c.relkind IN ('r', 'p', 'S')
            AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', held.table_name, held.role_name);
    END LOOP;
END
$revoke$;
REVOKE ALL ON ALL ROUTINES IN SCHEMA erp, agent FROM PUBLIC;

-- 2. People: read the business, keep masters and drafts. Pay is the controller's alone.
GRANT SELECT ON
    erp.companies, erp.people, erp.currencies, erp.accounts, erp.fiscal_periods, erp.exchange_rates,
    erp.financial_transactions, erp.journal_entries, erp.tax_codes, erp.tax_rates, erp.tax_determinations,
    erp.document_series, erp.invoices, erp.invoice_items, erp.payments, erp.payment_allocations, erp.bank_statements,
    erp.bank_statement_lines, erp.products, erp.warehouses, erp.lots, erp.inventory, erp.stock_moves, erp.cost_layers,
    erp.cost_layer_issues, erp.market_intelligence, erp.suppliers, erp.supplier_products, erp.purchase_orders,
    erp.purchase_order_items, erp.goods_receipts, erp.goods_receipt_items, erp.customer_tiers, erp.customers,
    erp.customer_agreements, erp.price_lists, erp.sales_orders, erp.sales_order_items, erp.stock_reservations,
    erp.shipments, erp.shipment_items, erp.departments, erp.timesheets, erp.clock, erp.break_glass_grants,
    erp.consistency_runs, erp.schema_migrations
TO erp_people;
GRANT SELECT (
    employee_id, global_id, department_id, reporting_manager_id, first_name, last_name, email, job_title, employment_type,
    employment_status, official_hire_date, termination_date, created_at, updated_at
) ON erp.employees TO erp_people;

GRANT INSERT, UPDATE ON
    erp.products, erp.price_lists, erp.supplier_products, erp.suppliers, erp.market_intelligence, erp.exchange_rates,
    erp.tax_codes, erp.tax_rates, erp.tax_determinations
TO erp_people;
GRANT
    INSERT (
        customer_code, customer_name, company_name, contact_email, contact_phone, billing_address, country_code, tax_status,
        payment_terms_days, maximum_credit_limit, account_status, is_prospect, customer_tier
    ),
    UPDATE (
        customer_code, customer_name, company_name, contact_email, contact_phone, billing_address, country_code, tax_status,
        payment_terms_days, maximum_credit_limit, account_status, is_prospect, customer_tier
    )
ON erp.customers TO erp_people;
-- Who agreed is the session's role, not a word of the client.
GRANT
    INSERT (customer_id, product_id, discount_percent, valid_from, valid_to, reason),
    UPDATE (valid_to)
ON erp.customer_agreements TO erp_people;
GRANT
    INSERT (company_id, facility_name, location_address, is_climate_controlled, maximum_capacity_volume, is_active),
    UPDATE (facility_name, location_address, is_climate_controlled, maximum_capacity_volume, is_active)
ON erp.warehouses TO erp_people;
-- A place for a product may be made, empty; quantities come by moves only.
GRANT
    INSERT (product_id, warehouse_id, reorder_point, calculated_safety_stock, max_stock_level),
    UPDATE (reorder_point, calculated_safety_stock, max_stock_level, last_counted_at)
ON erp.inventory TO erp_people;
GRANT INSERT (product_id, lot_number, expires_on), UPDATE (expires_on, status) ON erp.lots TO erp_people;

-- Orders: what a customer says and what a person decides. A plain UPDATE of order_status has every check and effect.
GRANT
    INSERT (
        company_id, customer_id, customer_reference, order_status, discount_percent, currency_code, rounding_policy,
        shipping_address, ship_to_country, order_creation_date, required_delivery_date, delivery_date, fulfilment_mode, notes
    ),
    UPDATE (
        customer_id, customer_reference, order_status, discount_percent, currency_code, rounding_policy, shipping_address,
        ship_to_country, order_creation_date, required_delivery_date, delivery_date, fulfilment_mode, notes
    ),
    DELETE
ON erp.sales_orders TO erp_people;
GRANT
    INSERT (
        sales_order_id, line_number, product_id, warehouse_id, agreement_id, quantity, unit_price, price_origin,
        discount_percent
    ),
    UPDATE (
        line_number, product_id, warehouse_id, agreement_id, quantity, unit_price, price_origin, discount_percent,
        quantity_cancelled
    ),
    DELETE
ON erp.sales_order_items TO erp_people;
GRANT
    INSERT (
        company_id, supplier_id, order_status, order_date, expected_delivery_date, total_order_value, tax_value,
        currency_code, notes
    ),
    UPDATE (order_status, order_date, expected_delivery_date, total_order_value, tax_value, notes)
ON erp.purchase_orders TO erp_people;
GRANT
    INSERT (purchase_order_id, product_id, warehouse_id, quantity_ordered, agreed_unit_price, tax_code, tax_rate),
    UPDATE (warehouse_id, quantity_ordered, agreed_unit_price, tax_code, tax_rate, quantity_cancelled)
ON erp.purchase_order_items TO erp_people;
-- Hours may be written down; approving them is a deed of its own.
GRANT
    INSERT (employee_id, date_of_labor, hours_worked, overtime_hours, work_description, approval_status),
    UPDATE (hours_worked, overtime_hours, work_description, approval_status)
ON erp.timesheets TO erp_people;

-- The controller besides: the frame of the books, tiers, and pay.
GRANT INSERT, UPDATE ON erp.accounts TO erp_controller;
GRANT UPDATE (legal_name, street_address, tax_identifier, rounding_policy) ON erp.companies TO erp_controller;
GRANT UPDATE (status) ON erp.fiscal_periods TO erp_controller;
GRANT UPDATE (discount_percent) ON erp.customer_tiers TO erp_controller;
GRANT INSERT (company_id, account_id, statement_reference, currency_code, opening_balance, closing_balance, statement_date)
ON erp.bank_statements TO erp_controller;
GRANT INSERT (statement_id, bank_reference, booked_on, amount, counterparty, remittance)
ON erp.bank_statement_lines TO erp_controller;
GRANT SELECT ON erp.employees, erp.pay_rates, erp.payroll_manifests, erp.payroll_line_items TO erp_controller;
GRANT INSERT, UPDATE ON erp.departments, erp.employees, erp.pay_rates TO erp_controller;

-- 3. Agents read their field. They write nothing: every effect comes through agent.call_tool.
GRANT SELECT ON erp.companies, erp.currencies TO erp_agents;
GRANT SELECT ON
    erp.customers, erp.customer_tiers, erp.customer_agreements, erp.price_lists, erp.products, erp.warehouses,
    erp.inventory, erp.market_intelligence, erp.sales_orders, erp.sales_order_items, erp.shipments, erp.shipment_items
TO sales_agent;
GRANT SELECT ON
    erp.accounts, erp.fiscal_periods, erp.exchange_rates, erp.financial_transactions, erp.journal_entries, erp.tax_codes,
    erp.tax_rates, erp.tax_determinations, erp.invoices, erp.invoice_items, erp.payments, erp.payment_allocations,
    erp.bank_statements, erp.bank_statement_lines, erp.customers, erp.customer_tiers, erp.suppliers, erp.sales_orders,
    erp.sales_order_items, erp.shipments, erp.shipment_items, erp.products
TO finance_agent;
GRANT SELECT ON
    erp.suppliers, erp.supplier_products, erp.purchase_orders, erp.purchase_order_items, erp.goods_receipts,
    erp.goods_receipt_items, erp.products, erp.warehouses, erp.inventory, erp.market_intelligence
TO procurement_agent;
GRANT SELECT ON
    erp.products, erp.warehouses, erp.inventory, erp.lots, erp.stock_moves, erp.stock_reservations, erp.purchase_orders,
    erp.purchase_order_items
TO inventory_watcher;
GRANT SELECT ON
    erp.departments, erp.employees, erp.pay_rates, erp.timesheets, erp.payroll_manifests, erp.payroll_line_items
TO hr_payroll_agent;
GRANT SELECT ON erp.products, erp.warehouses, erp.inventory TO concierge_agent;

-- 4. The gate: what tool handlers do, and no more. No DELETE but of reservations; journals, moves and posted lines are
-- never changed, of invoices and payments only what is still open.
GRANT SELECT ON
    erp.companies, erp.people, erp.currencies, erp.accounts, erp.fiscal_periods, erp.exchange_rates,
    erp.financial_transactions, erp.journal_entries, erp.tax_codes, erp.tax_rates, erp.tax_determinations,
    erp.document_series, erp.invoices, erp.invoice_items, erp.payments, erp.payment_allocations, erp.bank_statements,
    erp.bank_statement_lines, erp.products, erp.warehouses, erp.lots, erp.inventory, erp.stock_moves, erp.cost_layers,
    erp.cost_layer_issues, erp.market_intelligence, erp.suppliers, erp.supplier_products, erp.purchase_orders,
    erp.purchase_order_items, erp.goods_receipts, erp.goods_receipt_items, erp.customer_tiers, erp.customers,
    erp.customer_agreements, erp.price_lists, erp.sales_orders, erp.sales_order_items, erp.stock_reservations,
    erp.shipments, erp.shipment_items
TO erp_gate;
GRANT INSERT, UPDATE ON
    erp.customers, erp.sales_orders, erp.sales_order_items, erp.inventory, erp.cost_layers, erp.document_series,
    erp.purchase_orders, erp.purchase_order_items
TO erp_gate;
GRANT INSERT, UPDATE, DELETE ON erp.stock_reservations TO erp_gate;
GRANT INSERT ON
    erp.financial_transactions, erp.journal_entries, erp.stock_moves, erp.cost_layer_issues, erp.shipments,
    erp.shipment_items, erp.invoices, erp.invoice_items, erp.payments, erp.payment_allocations, erp.goods_receipts,
    erp.goods_receipt_items, erp.lots
TO erp_gate;
GRANT UPDATE (amount_open) ON erp.invoices TO erp_gate;
GRANT UPDATE (amount_unallocated) ON erp.payments TO erp_gate;

-- 5. The clock. The schedule reads and writes nothing here: its functions do.
GRANT SELECT, UPDATE (clock_offset) ON erp.clock TO erp_clock;

-- 6. The public views, like their tables.
DO $mirror$
DECLARE
    face record;
    given record;
BEGIN
    FOR face IN
        SELECT
            v.oid::regclass AS view_name,
            v.oid AS view_oid,
            v.relacl AS view_acl,
            v.relowner,
            t.oid AS table_oid,
            t.relacl AS table_acl
        FROM (
            -- Views of one table of schema erp.
            SELECT
                r.ev_class AS view_oid,
                min(d.refobjid) AS table_oid
            FROM pg_catalog.pg_rewrite AS r
            JOIN pg_catalog.pg_depend AS d
                ON d.classid = 'pg_catalog.pg_rewrite'::regclass
                    AND d.objid = r.oid
                    AND d.refclassid = 'pg_catalog.pg_class'::regclass
                    AND d.refobjid <> r.ev_class
            GROUP BY r.ev_class
            HAVING min(d.refobjid) = max(d.refobjid)
        ) AS pair
        JOIN pg_catalog.pg_class AS v ON v.oid = pair.view_oid
        JOIN pg_catalog.pg_class AS t ON t.oid = pair.table_oid
        WHERE v.relnamespace = 'public'::regnamespace
            AND v.relname LIKE 'erp\_%'
            AND v.reloptions @> '{security_invoker=true}'
            AND v.relowner = 'erp_owner'::regrole
            AND t.relnamespace = 'erp'::regnamespace
    LOOP
        FOR given IN
            SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS role_name
            FROM (
                SELECT x.grantee
                FROM pg_catalog.aclexplode(face.view_acl) AS x
                UNION
                SELECT x.grantee
                FROM pg_catalog.pg_attribute AS b
                CROSS JOIN LATERAL pg_catalog.aclexplode(b.attacl) AS x
                WHERE b.attrelid = face.view_oid
            ) AS a
            WHERE a.grantee <> face.relowner
        LOOP
            EXECUTE format('REVOKE ALL ON %s FROM %s', face.view_name, given.role_name);
        END LOOP;

        FOR given IN
            SELECT
                a.grantee::regrole AS role_name,
                a.privilege_type AS privileges
            FROM pg_catalog.aclexplode(face.table_acl) AS a
            WHERE a.grantee <> face.relowner
            UNION ALL
            SELECT
                a.grantee::regrole,
                format('%s (%s)', a.privilege_type, string_agg(quote_ident(b.attname), ', ' ORDER BY b.attnum))
            FROM pg_catalog.pg_attribute AS b
            JOIN pg_catalog.pg_attribute AS c
                ON c.attrelid = face.view_oid
                    AND c.attname = b.attname
            CROSS JOIN LATERAL pg_catalog.aclexplode(b.attacl) AS a
            WHERE b.attrelid = face.table_oid
                AND b.attnum > 0
            GROUP BY a.grantee, a.privilege_type
        LOOP
            EXECUTE format('GRANT %s ON %s TO %s', given.privileges, face.view_name, given.role_name);
        END LOOP;
    END LOOP;
END
$mirror$;

-- 7. Functions, by name with all their signatures. One that is not installed is passed over: modes differ in their helpers.
DO $functions$
DECLARE
    given record;
BEGIN
    FOR given IN
        SELECT
            p.oid::regprocedure AS signature,
            l.roles
        FROM (VALUES
            -- Harmless to all, and called by defaults and triggers on behalf of all.
            ('erp', '{now,today,actor,uuid_v7}', 'erp_people, erp_agents, erp_gate, erp_cron, erp_clock'),
            -- Reports for people and for the agent that keeps the books.
            (
                'erp',
                '{trial_balance,balance_sheet,income_statement,ar_ageing,ap_ageing,export_hledger,export_beancount,plain_text,'
                || 'beancount_account}',
                'erp_people, finance_agent'
            ),
            ('erp', '{check_consistency,opening_tie_out,status,why,audit_verify,kernel_version}', 'erp_people'),
            -- Rules may be tried by everybody; they are data, not secrets.
            ('erp', '{rule_evaluate,rule_check}', 'erp_people, erp_agents, erp_gate'),
            -- What people do beside documents.
            ('erp', '{approve,reject,propose_rule_change,exchange_rate,list_price}', 'erp_people'),
            ('erp', '{post_journal_entry,reverse_journal_entry,issue_goods}', 'erp_people, erp_gate'),
            -- Taking the books over and opening a year.
            ('erp', '{post_opening_balances,post_opening_stock,post_opening_invoice,ensure_fiscal_year}', 'erp_controller'),
            -- What tool handlers and decisions call, as erp_gate.
            (
                'erp',
                '{create_sales_order,resolve_customer,payload_country,payload_currency,payload_date,payload_number,'
                || 'payload_order_id,priced_lines,order_content_hash,approval_apply_sales_order,approval_reject_sales_order,'
                || 'post_customer_invoice,record_customer_payment,requeue_held_orders,post_ledger,check_journal_entries,'
                || 'priced_journal_entries,exchange_rate,next_document_number,receive_stock,sop_number}',
                'erp_gate'
            ),
            -- The schedule.
            ('erp', '{schedule_event,sweep_draft_orders,record_consistency}', 'erp_cron, erp_people'),
            ('agent', '{reap_expired_leases}', 'erp_cron, erp_people'),
            -- The agents' door, and the way back into the queue for people.
            ('agent', '{claim_task,heartbeat,call_tool,complete_task,fail_task}', 'erp_agents'),
            ('agent', '{requeue,dismiss}', 'erp_people')
        ) AS l (schema_name, function_names, roles)
        JOIN pg_catalog.pg_proc AS p
            ON p.proname = ANY (l.function_names::name[])
                AND p.pronamespace = l.schema_name::regnamespace
    LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', given.signature, given.roles);
    END LOOP;
END
$functions$;
