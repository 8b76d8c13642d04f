-- Who may do what in schemas erp and agent. Nothing is granted to PUBLIC; every privilege on a table, view or function of the
-- two schemas is given in this file and nowhere else: it takes all back first, so what is not written here is denied,
-- whatever was granted before. Own roles become members of the groups, or are granted theirs again after an upgrade.
-- Derived columns (totals, balances, quantities, holds) are granted to nobody: triggers keep them, as erp_owner.

-- 1. Take all back: from every role that holds anything, columns included.
DO $revoke$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT DISTINCT
            o.kind,
            o.object,
            CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS role_name
        FROM (
            SELECT
                'TABLE' AS kind,
                c.oid::regclass::text AS object,
                c.relowner AS owner,
                c.relacl AS acl
            FROM pg_catalog.pg_class AS c
            WHERE c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
                AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            UNION ALL
            SELECT
                'TABLE',
                c.oid::regclass::text,
                c.relowner,
                b.attacl
            FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_attribute AS b ON b.attrelid = c.oid
            WHERE c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
                AND b.attacl IS NOT NULL
            UNION ALL
            SELECT
                'ROUTINE',
                p.oid::regprocedure::text,
                p.proowner,
                -- Without any grant yet, PUBLIC may call a function.
                coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
            FROM pg_catalog.pg_proc AS p
            WHERE p.pronamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
        ) AS o
        CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) AS a
        WHERE a.grantee <> o.owner
            -- The owner of the audit chain writes a leaf of each of these commands and reads what he needs for it.
            AND NOT (o.kind = 'TABLE' AND a.grantee = 'erp_ledger'::regrole)
    LOOP
        -- Dynamic because REVOKE takes no parameters; regclass, regprocedure and regrole print quoted and qualified.
        EXECUTE format('REVOKE ALL ON %s %s FROM %s', held.kind, held.object, held.role_name);
    END LOOP;
END
$revoke$;

-- 2. People: read the business, keep masters and drafts. Pay is the controller's alone.
GRANT SELECT ON
    erp.companies, erp.people, erp.currencies, erp.accounts, erp.fiscal_periods, erp.exchange_rates,
    erp.financial_transactions, erp.journal_entries, erp.tax_codes, erp.tax_rates, erp.tax_determinations,
    erp.document_series, erp.invoices, erp.invoice_items, erp.payments, erp.payment_allocations, erp.bank_statements,
    erp.bank_statement_lines, erp.projects, erp.journal_types, erp.journal_drafts,
    erp.period_exceptions, erp.fiscal_year_closings, erp.supplier_bills,
    erp.products, erp.warehouses, erp.lots, erp.inventory, erp.stock_moves, erp.cost_layers,
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
    erp.products, erp.price_lists, erp.supplier_products, erp.suppliers, erp.market_intelligence
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
    INSERT (sales_order_id, line_number, product_id, warehouse_id, agreement_id, quantity, unit_price, discount_percent),
    UPDATE (product_id, warehouse_id, agreement_id, quantity, unit_price, discount_percent, quantity_cancelled),
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
-- A proposed journal may be corrected or withdrawn; what was asked about it is void then.
GRANT UPDATE (description, entries, reason, posted_on, source_reference, status) ON erp.journal_drafts TO erp_people;
GRANT UPDATE (supplier_id, bill_number, document_date, delivery_date, due_date, currency_code, lines, status) ON erp.supplier_bills TO erp_people;
-- Hours may be written down; approving them is a deed of its own.
GRANT
    INSERT (employee_id, date_of_labor, hours_worked, overtime_hours, work_description, approval_status),
    UPDATE (hours_worked, overtime_hours, work_description, approval_status)
ON erp.timesheets TO erp_people;
GRANT SELECT ON erp.order_progress, erp.refusals, erp.inbox TO erp_people;
-- What reports read beside the ledger.
GRANT SELECT ON erp.checkpoint_runs, erp.balance_checkpoints, erp.budgets TO erp_people, finance_agent;
GRANT INSERT (company_id, account_id, month, department_id, project_id, amount, note), UPDATE (amount, note), DELETE ON erp.budgets TO erp_controller;
GRANT UPDATE (cash_flow_section) ON erp.accounts TO erp_controller;

-- Events and agents: people insert events, read everything, write procedures, rules and an agent's status. Approvals are
-- decided, tasks requeued and dismissed by functions.
GRANT SELECT ON
    agent.agents, agent.agent_skills, agent.tools, agent.tool_assignments, agent.event_types, agent.task_events,
    agent.tool_calls, agent.approvals, agent.authorization_logs, agent.sessions, agent.session_events, agent.agent_memory,
    agent.agent_message_history, agent.constraints, agent.constraint_versions, agent.constraint_dependencies,
    agent.constraint_shadow_log
TO erp_people;
GRANT INSERT ON agent.task_events TO erp_people;
GRANT UPDATE (display_name, avatar_emoji, system_prompt, operational_status) ON agent.agents TO erp_people;
GRANT UPDATE (is_active, refusal_reason) ON agent.tools TO erp_people;
GRANT UPDATE (domain_knowledge, activation_condition) ON agent.agent_skills TO erp_people;
GRANT INSERT, UPDATE, DELETE ON agent.constraints TO erp_people;

-- The controller besides: the frame of the books, taxes and rates, tiers, the numbers of procedures (thresholds), and pay.
GRANT INSERT, UPDATE ON
    erp.exchange_rates, erp.tax_codes, erp.tax_rates, erp.tax_determinations
TO erp_controller;
-- What an account is, and which sub-ledger posts to it, does not change: code and books refer to it.
GRANT
    INSERT (account_code, account_name, account_classification, parent_account_id, is_heading, currency_code, is_active, description),
    UPDATE (account_name, parent_account_id, is_active, description)
ON erp.accounts TO erp_controller;
GRANT
    INSERT (agent_id, skill_name, domain_knowledge, activation_condition, parameters),
    UPDATE (parameters)
ON agent.agent_skills TO erp_controller;
GRANT UPDATE (legal_name, street_address, tax_identifier, rounding_policy) ON erp.companies TO erp_controller;
GRANT UPDATE (status) ON erp.fiscal_periods TO erp_controller;
GRANT UPDATE (discount_percent) ON erp.customer_tiers TO erp_controller;
GRANT INSERT (company_id, account_id, statement_reference, currency_code, opening_balance, closing_balance, statement_date)
ON erp.bank_statements TO erp_controller;
GRANT INSERT (statement_id, bank_reference, booked_on, amount, counterparty, remittance)
ON erp.bank_statement_lines TO erp_controller;
GRANT SELECT ON erp.employees, erp.pay_rates, erp.payroll_manifests, erp.payroll_line_items TO erp_controller;
GRANT INSERT, UPDATE ON erp.departments, erp.employees, erp.pay_rates TO erp_controller;
GRANT INSERT (company_id, project_code, project_name, is_active), UPDATE (project_name, is_active) ON erp.projects TO erp_controller;

-- 3. Agents read their field, the catalogue and the rules. They write nothing: every effect comes through agent.call_tool.
GRANT SELECT ON
    agent.agents, agent.agent_skills, agent.tools, agent.tool_assignments, agent.event_types, agent.constraints,
    agent.constraint_versions
TO erp_agents;
GRANT SELECT ON erp.companies, erp.currencies TO erp_agents;
GRANT SELECT ON
    erp.customers, erp.customer_tiers, erp.customer_agreements, erp.price_lists, erp.products, erp.warehouses,
    erp.inventory, erp.market_intelligence, erp.sales_orders, erp.sales_order_items, erp.shipments, erp.shipment_items
TO sales_agent;
GRANT SELECT ON
    erp.accounts, erp.fiscal_periods, erp.exchange_rates, erp.financial_transactions, erp.journal_entries, erp.tax_codes,
    erp.tax_rates, erp.tax_determinations, erp.invoices, erp.invoice_items, erp.payments, erp.payment_allocations,
    erp.bank_statements, erp.bank_statement_lines, erp.customers, erp.customer_tiers, erp.suppliers, erp.sales_orders,
    erp.sales_order_items, erp.shipments, erp.shipment_items, erp.products, erp.departments, erp.projects,
    erp.journal_types, erp.journal_drafts, erp.supplier_bills
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

-- 4. The gate: what tool handlers and the agent API do themselves, and no more. Documents, stock and books are written by
-- functions and triggers of erp_owner.
GRANT SELECT ON
    erp.people, erp.currencies, erp.customers, erp.products, erp.warehouses, erp.inventory, erp.sales_orders,
    erp.sales_order_items, erp.invoices, erp.payments, erp.payment_allocations, erp.journal_entries, erp.suppliers,
    erp.supplier_bills
TO erp_gate;
-- A prospect is made of an unknown address; updated_at is for the row lock that comes first in every order's work.
GRANT
    INSERT (customer_name, contact_email, account_status, is_prospect),
    UPDATE (updated_at)
ON erp.customers TO erp_gate;
GRANT UPDATE (order_status, hold_reason_code, hold_reason, hold_detail, held_at) ON erp.sales_orders TO erp_gate;
GRANT SELECT ON
    agent.agents, agent.agent_skills, agent.tools, agent.tool_assignments, agent.event_types, agent.constraints
TO erp_gate;
GRANT SELECT, INSERT, UPDATE ON agent.task_events, agent.sessions TO erp_gate;
GRANT SELECT, UPDATE (status, decided_by, decision_reason, decided_xid, decided_at) ON agent.approvals TO erp_gate;
GRANT SELECT, INSERT, UPDATE (forgotten_at) ON agent.tool_calls TO erp_gate;
GRANT SELECT, INSERT ON
    agent.authorization_logs, agent.session_events, agent.agent_memory, agent.agent_message_history
TO erp_gate;

-- 5. The clock, and the schedule: it inserts events unless the last one is still open; all else its functions do.
GRANT SELECT, UPDATE (clock_offset) ON erp.clock TO erp_clock;
GRANT SELECT, INSERT ON agent.task_events TO erp_cron;

-- 6. The audit chain: its owner reads what is audited; the auditor reads and seals the chain, payloads he gets by its export
-- alone; the books' own check reads its newest part.
DO $ledger$
DECLARE
    audited regclass;
BEGIN
    FOR audited IN
        SELECT c.oid
        FROM pg_catalog.pg_class AS c
        WHERE c.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
            AND c.relkind IN ('r', 'p')
            AND c.relowner <> 'erp_ledger'::regrole
    LOOP
        -- Dynamic because GRANT takes no parameters; a regclass prints quoted and qualified.
        EXECUTE format('GRANT SELECT ON %s TO erp_ledger', audited);
    END LOOP;
END
$ledger$;
GRANT SELECT ON
    erp.audit_identity, erp.audit_layouts, erp.audit_ledger, erp.audit_epochs, erp.audit_positions, erp.audit_batches
TO erp_auditor, erp_owner;

-- 7. The public views, like their tables.
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
            -- Views of one table of schema erp or agent.
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
            AND t.relnamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
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

-- 8. Functions, by name with all their signatures. One that is not installed is passed over: modes differ in their helpers.
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
            ('erp', '{now,today,actor,uuid_v7}', 'erp_people, erp_agents, erp_gate, erp_ledger, erp_cron, erp_clock'),
            -- Reports for people and for the agent that keeps the books.
            (
                'erp',
                '{trial_balance,balance_sheet,income_statement,ageing,ar_ageing,ap_ageing,export_hledger,export_beancount,plain_text,'
                || 'beancount_account}',
                'erp_people, finance_agent'
            ),
            (
                'erp',
                '{account_sums,general_ledger,compare_balance_sheet,compare_income_statement,cash_flow,open_items,tax_report,'
                || 'customer_statement,budget_report,invoice_ubl}',
                'erp_people, finance_agent'
            ),
            ('erp', '{take_balance_checkpoint}', 'erp_people, erp_cron'),
            ('erp', '{bank_camt053,propose_bank_matches}', 'erp_people, finance_agent'),
            ('erp', '{import_bank_statement,match_bank_line,approve_bank_statement}', 'erp_people'),
            ('erp', '{check_consistency,opening_tie_out,status,why,kernel_version}', 'erp_people'),
            -- What people do beside documents.
            ('erp', '{approve,reject,exchange_rate,list_price,close_blockers,close_period,first_open_day,period_takes,'
                || 'allocate_payment,propose_supplier_payment}', 'erp_people'),
            ('erp', '{enter_supplier_bill}', 'erp_people, erp_gate'),
            ('erp', '{post_journal_entry,post_journal_entries,propose_journal_entry,reverse_journal_entry,issue_goods}', 'erp_people, erp_gate'),
            -- Taking the books over and opening a year.
            ('erp', '{post_opening_balances,post_opening_stock,post_opening_invoice,ensure_fiscal_year}', 'erp_controller'),
            ('erp', '{reopen_period,grant_period_exception,close_fiscal_year,reopen_fiscal_year,revalue_open_items}', 'erp_controller'),
            -- What tool handlers and decisions call, as erp_gate.
            (
                'erp',
                '{create_sales_order,resolve_customer,payload_country,payload_currency,payload_date,payload_number,'
                || 'payload_order_id,order_content_hash,approval_apply_sales_order,approval_reject_sales_order,'
                || 'approval_apply_rule_change,approval_apply_journal,lock_draft,approval_apply_supplier_bill,'
                || 'approval_apply_supplier_payment,post_customer_invoice,record_customer_payment,'
                || 'record_supplier_payment,requeue_held_orders}',
                'erp_gate'
            ),
            ('agent', '{route_task,task_place}', 'erp_gate'),
            -- CREATE TRIGGER asks for EXECUTE on its function: erp_gate attaches the gate to tables of other owners.
            ('erp', '{rule_gate,rule_gate_statement,rule_gate_commit,rule_invariant_gate,rule_create_gate,rule_gate_triggers}', 'erp_gate'),
            ('erp', '{rule_attach_gate}', 'erp_owner'),
            ('erp', '{propose_rule_change}', 'erp_people, erp_agents'),
            -- The audit chain.
            ('erp', '{audit_status,audit_verify,audit_findings,audit_wait}', 'erp_people, erp_auditor'),
            ('erp', '{audit_erase}', 'erp_people'),
            (
                'erp',
                '{audit_seal,audit_export,audit_check_batches,audit_check_unsealed,audit_check_links,audit_check_rows}',
                'erp_auditor'
            ),
            ('erp', '{audit_check_chain}', 'erp_owner, erp_auditor'),
            ('erp', '{audit_layout}', 'erp_owner'),
            ('erp', '{report_audit_finding}', 'erp_auditor'),
            -- The schedule.
            ('erp', '{schedule_event,sweep_draft_orders,record_consistency,ensure_fiscal_years}', 'erp_cron, erp_people'),
            ('agent', '{reap_expired_leases}', 'erp_cron, erp_people, erp_agents'),
            -- The agents' door, and the way back into the queue for people.
            ('agent', '{claim_task,heartbeat,call_tool,complete_task,fail_task}', 'erp_agents'),
            ('agent', '{requeue,dismiss,validate_args,value_fault,json_path,is_date}', 'erp_people')
        ) AS l (schema_name, function_names, roles)
        JOIN pg_catalog.pg_proc AS p
            ON p.proname = ANY (l.function_names::name[])
                AND p.pronamespace = l.schema_name::regnamespace
        UNION ALL
        -- Judging a rule without storing it is free: it reads with the rights of its caller. The portable engine needs its
        -- helpers too, and they exist in that mode only.
        SELECT
            p.oid::regprocedure,
            'erp_people, erp_agents'
        FROM pg_catalog.pg_proc AS p
        WHERE p.pronamespace = 'erp'::regnamespace
            AND starts_with(p.proname, 'rule_')
            AND p.proname NOT IN ('rule_gate', 'rule_judge_shadow', 'rule_refuse_truncate', 'rule_create_gate', 'rule_attach_gate',
                'rule_write', 'rule_change_approval', 'rule_cache_invalidate', 'rule_expand_stored', 'rule_touch_dependents',
                'rule_dependents', 'rule_keep_referred',
                'rule_log_shadow', 'rule_guard_columns', 'rule_keep_reads', 'rule_keep_connections',
                'rule_gate_statement', 'rule_gate_commit',
                'rule_invariant_gate', 'rule_gate_triggers', 'rule_drop_gates', 'rule_wire', 'rule_rejudge', 'rule_lock',
                'rule_lock_row', 'rule_judge_write', 'rule_pairs', 'rule_row_now', 'rule_refuse_emptying',
                'rule_require_select', 'rule_candidates', 'rule_derive_reads')
    LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', given.signature, given.roles);
    END LOOP;
END
$functions$;
