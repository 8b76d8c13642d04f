-- The public face of schema erp: every table has its view, columns and comments agree, and privileges mirror the tables'.
BEGIN;
SELECT plan(13);

SELECT is_empty(
    $$SELECT c.relname
    FROM pg_class AS c
    WHERE c.relnamespace = 'erp'::regnamespace AND c.relkind IN ('r', 'p')
    AND c.relname NOT IN ('clock', 'schema_migrations', 'schema_parts', 'break_glass_grants', 'consistency_runs')
    AND c.relname NOT LIKE 'audit\_%'
    AND to_regclass('public.erp_' || c.relname) IS NULL$$,
    'every business table has a public view');
SELECT is_empty(
    $$SELECT v.relname, a.attname
    FROM pg_class AS v
    JOIN pg_class AS t ON t.relnamespace = 'erp'::regnamespace AND 'erp_' || t.relname = v.relname
    JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attribute AS b ON b.attrelid = v.oid AND b.attname = a.attname
    WHERE v.relnamespace = 'public'::regnamespace AND v.relkind = 'v' AND b.attname IS NULL$$,
    'a view has every column of its table');
SELECT is_empty(
    $$SELECT c.oid::regclass
    FROM pg_class AS c
    WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'erp\_%'
    AND (NOT coalesce(c.reloptions @> '{security_invoker=true}', false) OR pg_get_userbyid(c.relowner) <> 'erp_owner'
        OR obj_description(c.oid, 'pg_class') IS NULL)$$,
    'every public view runs as its reader, belongs to erp_owner and says what it is');
SELECT is_empty(
    $$SELECT c.oid::regclass, a.attname
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'erp'::regnamespace AND c.relkind = 'r' AND c.relname <> 'schema_migrations'
    AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL
        OR pg_get_userbyid(c.relowner) <> CASE WHEN c.relname LIKE 'audit\_%' THEN 'erp_ledger' ELSE 'erp_owner' END)$$,
    'every table and column of schema erp says what it is');
SELECT is_empty(
    $$SELECT n.view_name, n.column_name
    FROM (VALUES
        ('erp_accounts', '{account_id,account_code,account_name,account_classification,parent_account_id,currency_code,is_active,description,created_at}'),
        ('erp_financial_transactions', '{transaction_id,executing_agent_id,posted_timestamp,semantic_description,source_document_type,source_document_reference,currency_code,is_reversed,created_at}'),
        ('erp_journal_entries', '{entry_id,transaction_id,account_id,absolute_amount,is_credit_entry,memo,created_at}'),
        ('erp_products', '{product_id,stock_keeping_unit,product_name,category,standard_unit_cost,standard_sale_price,requires_refrigeration,unit_of_measure,is_active,description,created_at,updated_at}'),
        ('erp_warehouses', '{warehouse_id,facility_name,location_address,is_climate_controlled,maximum_capacity_volume,current_used_volume,is_active,created_at}'),
        ('erp_inventory', '{inventory_record_id,product_id,warehouse_id,current_quantity_available,reorder_point,calculated_safety_stock,max_stock_level,last_counted_at}'),
        ('erp_suppliers', '{supplier_id,company_name,contact_email,contact_phone,payment_terms,lead_time_days,reliability_score,is_preferred,is_active,notes,created_at,updated_at}'),
        ('erp_purchase_orders', '{purchase_order_id,supplier_id,executing_agent_id,order_status,expected_delivery_date,total_order_value,currency_code,notes,created_at,updated_at}'),
        ('erp_purchase_order_items', '{item_id,purchase_order_id,product_id,quantity_ordered,agreed_unit_price}'),
        ('erp_market_intelligence', '{product_sku,market_average_price,reference_period_start,reference_period_end}'),
        ('erp_customers', '{customer_id,customer_name,company_name,contact_email,contact_phone,billing_address,maximum_credit_limit,current_balance,account_status,customer_tier,created_at,updated_at}'),
        ('erp_sales_orders', '{sales_order_id,customer_id,closing_agent_id,order_status,total_invoice_value,discount_percent,currency_code,shipping_address,order_creation_date,required_delivery_date,notes,created_at,updated_at}'),
        ('erp_sales_order_items', '{item_id,sales_order_id,product_id,quantity,unit_price,line_total}'),
        ('erp_departments', '{department_id,department_name,department_code,parent_dept_id,cost_center,budget_annual,head_agent_id,created_at}'),
        ('erp_employees', '{employee_id,department_id,reporting_manager_id,first_name,last_name,email,job_title,employment_type,employment_status,annual_base_salary,hourly_rate,official_hire_date,termination_date,created_at,updated_at}'),
        ('erp_timesheets', '{timesheet_record_id,employee_id,date_of_labor,hours_worked,overtime_hours,work_description,approval_status,approved_by,created_at}'),
        ('erp_payroll_manifests', '{manifest_id,payroll_agent_id,pay_period_start,pay_period_end,total_gross_pay,total_tax_withheld,total_net_pay,employee_count,status,finance_tx_id,notes,created_at,disbursed_at}'),
        ('erp_payroll_line_items', '{line_item_id,manifest_id,employee_id,gross_pay,tax_deduction,net_pay}')
    ) AS l (view_name, columns)
    CROSS JOIN LATERAL (SELECT l.view_name, unnest(l.columns::text[]) AS column_name) AS n
    LEFT JOIN pg_attribute AS a ON a.attrelid = to_regclass('public.' || n.view_name) AND a.attname = n.column_name
    WHERE a.attname IS NULL$$,
    'the names of the contract are there');

-- Privileges.
SELECT is_empty(
    $$SELECT c.oid::regclass
    FROM pg_class AS c
    CROSS JOIN LATERAL aclexplode(c.relacl) AS a
    WHERE c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace) AND a.grantee = 0$$,
    'nothing is granted to PUBLIC');
SELECT is_empty(
    $$SELECT p.oid::regprocedure
    FROM pg_proc AS p
    CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
    WHERE p.pronamespace IN ('erp'::regnamespace, 'agent'::regnamespace) AND a.grantee = 0$$,
    'no function may be called by PUBLIC');
SELECT is_empty(
    $$SELECT c.relname, r.rolname
    FROM pg_class AS c
    CROSS JOIN pg_roles AS r
    WHERE c.relnamespace = 'erp'::regnamespace AND c.relkind = 'r'
    AND pg_has_role(r.oid, 'erp_agents', 'MEMBER') AND NOT r.rolsuper
    AND (has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER'))$$,
    'agents write no table of schema erp');
SELECT is_empty(
    $$SELECT c.relname, r.rolname
    FROM pg_class AS c
    CROSS JOIN pg_roles AS r
    WHERE c.relname IN ('payroll_manifests', 'payroll_line_items', 'pay_rates') AND c.relkind = 'r' AND r.rolname LIKE ANY ('{erp\_%,%\_agent,inventory\_watcher}')
    AND r.rolname NOT IN ('erp_owner', 'erp_ledger', 'erp_controller', 'hr_payroll_agent') AND NOT r.rolsuper
    AND has_any_column_privilege(r.oid, c.oid, 'SELECT')$$,
    'pay is seen by the controller and the payroll agent only');
SELECT is_empty(
    $$SELECT c.relname, r.rolname
    FROM pg_class AS c
    CROSS JOIN pg_roles AS r
    WHERE c.oid IN ('erp.financial_transactions'::regclass, 'erp.journal_entries'::regclass, 'erp.stock_moves'::regclass)
    AND r.rolname IN ('erp_gate', 'erp_operator', 'erp_controller', 'finance_agent', 'erp_cron', 'erp_clock')
    AND (has_any_column_privilege(r.oid, c.oid, 'UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE')
        OR has_any_column_privilege(r.oid, c.oid, 'INSERT'))$$,
    'journals and moves are written by nobody but the functions of their owner');
SELECT is_empty(
    $$SELECT v.oid::regclass, r.rolname, p.privilege
    FROM pg_class AS v
    JOIN pg_class AS t ON t.relnamespace = 'erp'::regnamespace AND 'erp_' || t.relname = v.relname
    CROSS JOIN (SELECT oid, rolname FROM pg_roles WHERE NOT rolsuper AND rolname LIKE ANY ('{erp\_%,%\_agent,inventory\_watcher}')) AS r
    CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS p (privilege)
    WHERE v.relnamespace = 'public'::regnamespace
    AND has_table_privilege(r.oid, v.oid, p.privilege) IS DISTINCT FROM has_table_privilege(r.oid, t.oid, p.privilege)$$,
    'a view grants what its table grants');
SET LOCAL SESSION AUTHORIZATION erp_operator;
SELECT throws_ok('SELECT annual_base_salary FROM erp_employees', '42501', NULL, 'the operator sees no salary');
SELECT lives_ok('SELECT last_name, job_title FROM erp_employee_directory', 'but who works here');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
