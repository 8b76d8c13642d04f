-- The standard operating procedures as protected rules, beside the controls of rules.sql; docs/rules.md has the table. Most say once
-- more, for every path of writing, what the state machine, the ledger or a CHECK says too. Like there, a rule that exists is left alone.
INSERT INTO agent.constraints (
    rule_name, target_table, triggering_operation, timing, mode, logic_ast, violation_message, violation_code, on_unknown,
    description, protected
)
SELECT
    r.rule_name, r.target_table, r.operation, r.timing, r.mode, r.logic_ast::jsonb, r.violation_message, r.violation_code, r.on_unknown,
    r.description, true
FROM (VALUES
    (
        -- The state machine sends such an order to pending_review; this stops it when its approval is gone or was for less.
        'high_value_gate', 'erp_sales_orders', '*', 'row', 'enforce', 'RP508', 'reject',
        'the order is above the approval threshold and no approval covers it',
        'SOP high_value_invoice_approval_gate: above its threshold nothing is released, issued or invoiced without a person''s approval.',
        '{"implies": [
            {"and": [
                {"in": [{"var": "order_status"}, ["confirmed", "shipped", "invoiced"]]},
                {"or": [
                    {"!==": [{"var": "old.order_status"}, {"var": "order_status"}]},
                    {"!==": [{"var": "old.total_base_value"}, {"var": "total_base_value"}]}
                ]},
                {">": [
                    {"var": "total_base_value"},
                    {"lookup": {
                        "in": "erp_agent_skills", "as": "s",
                        "where": {"==": [{"var": "s.skill_name"}, "high_value_invoice_approval_gate"]},
                        "of": {"number": {"var": "s.parameters.threshold"}}
                    }}
                ]}
            ]},
            {"exists": {
                "in": "agent.approvals", "as": "a",
                "where": {"and": [
                    {"==": [{"var": "a.subject_type"}, "sales_order"]},
                    {"==": [{"var": "a.subject_id"}, {"var": "sales_order_id"}]},
                    {"==": [{"var": "a.kind"}, "sales_order"]},
                    {"==": [{"var": "a.status"}, "approved"]}
                ]},
                "satisfies": {">=": [{"var": "a.amount"}, {"var": "total_base_value"}]}
            }}
        ]}'
    ),
    (
        -- Judged when more of a line is committed, or the price of what is committed changes. No market data: unknown, allowed.
        'market_price', 'erp_sales_order_items', '*', 'row', 'enforce', 'RP305', 'allow',
        'the price is above market by more than the procedure allows',
        'SOP market_intelligence_price_validation: net price in base currency against the average of the last months; without market data allowed.',
        '{"implies": [
            {"or": [
                {">": [
                    {"+": [{"var": "quantity_reserved"}, {"var": "quantity_shipped"}]},
                    {"coalesce": [{"+": [{"var": "old.quantity_reserved"}, {"var": "old.quantity_shipped"}]}, 0]}
                ]},
                {"and": [
                    {">": [{"+": [{"var": "quantity_reserved"}, {"var": "quantity_shipped"}]}, 0]},
                    {"or": [
                        {"!==": [{"var": "old.unit_price"}, {"var": "unit_price"}]},
                        {"!==": [{"var": "old.discount_percent"}, {"var": "discount_percent"}]},
                        {"!==": [{"var": "old.product_id"}, {"var": "product_id"}]}
                    ]}
                ]}
            ]},
            {"<=": [
                {"*": [
                    {"var": "unit_price"}, {"-": [100, {"var": "discount_percent"}]}, {"var": "sales_order_id.exchange_rate"}
                ]},
                {"*": [
                    {"avg": {
                        "in": "erp_market_intelligence", "as": "m",
                        "where": {"and": [
                            {"==": [{"var": "m.product_sku"}, {"var": "product_id.stock_keeping_unit"}]},
                            {">": [
                                {"var": "m.reference_period_end"},
                                {"date_add": [
                                    {"var": "sales_order_id.order_creation_date"},
                                    {"neg": [{"lookup": {
                                        "in": "erp_agent_skills", "as": "k",
                                        "where": {"==": [{"var": "k.skill_name"}, "market_intelligence_price_validation"]},
                                        "of": {"number": {"var": "k.parameters.months"}}
                                    }}]},
                                    "month"
                                ]}
                            ]},
                            {"<=": [{"var": "m.reference_period_start"}, {"var": "sales_order_id.order_creation_date"}]}
                        ]},
                        "of": {"var": "m.market_average_price"}
                    }},
                    {"+": [100, {"lookup": {
                        "in": "erp_agent_skills", "as": "s",
                        "where": {"==": [{"var": "s.skill_name"}, "market_intelligence_price_validation"]},
                        "of": {"number": {"var": "s.parameters.threshold_pct"}}
                    }}]}
                ]}
            ]}
        ]}'
    ),
    (
        -- The line counts what was invoiced before; a sum over the lines of all invoices would say it too, and take a lock for it.
        'revenue_recognition', 'erp_invoice_items', 'INSERT', 'row', 'enforce', 'RP230', 'reject',
        'revenue is recognised for issued goods only: the invoices of this line would exceed what was issued',
        'SOP gaap_revenue_recognition: all invoices of an order line together bill at most what has left. Lines without an order carry no such claim.',
        '{"implies": [
            {"and": [
                {"is_not_null": [{"var": "item_id"}]},
                {"==": [{"var": "invoice_id.document_type"}, "invoice"]}
            ]},
            {"<=": [
                {"+": [{"var": "item_id.quantity_invoiced"}, {"var": "quantity"}]},
                {"var": "item_id.quantity_shipped"}
            ]}
        ]}'
    ),
    (
        -- A rule that sums up its own table takes a lock by the value that connects the rows, one of 1,024: in force, orders of
        -- different customers could wait for each other.
        'double_entry', 'erp_journal_entries', '*', 'commit', 'off', 'RP201', 'reject',
        'debits and credits of the transaction differ',
        'SOP double_entry_enforcement as a rule. Off: the ledger''s own deferred trigger refuses the same, and this rule would take locks for every posting.',
        '{"and": [
            {"==": [
                {"sum": {
                    "in": "erp_journal_entries", "as": "c",
                    "where": {"and": [
                        {"==": [{"var": "c.transaction_id"}, {"var": "transaction_id"}]},
                        {"==": [{"var": "c.currency_code"}, {"var": "currency_code"}]}
                    ]},
                    "of": {"var": "c.signed_amount"}
                }},
                0
            ]},
            {"==": [
                {"sum": {
                    "in": "erp_journal_entries", "as": "b",
                    "where": {"==": [{"var": "b.transaction_id"}, {"var": "transaction_id"}]},
                    "of": {"var": "b.signed_base_amount"}
                }},
                0
            ]}
        ]}'
    ),
    (
        -- Judged at the step that commits, by whoever takes it; what a person approved an agent may send.
        'preferred_supplier', 'erp_purchase_orders', '*', 'row', 'enforce', 'RP512', 'reject',
        'a preferred supplier sells this product: a person must decide for another one',
        'SOP vendor_negotiation_tactics: a supplier that is not preferred needs a person''s consent where an active preferred one offers the product.',
        '{"implies": [
            {"and": [
                {"in": [{"var": "order_status"}, ["approved", "sent", "acknowledged", "partly_received", "received"]]},
                {"or": [
                    {"is_null": [{"var": "old.order_status"}]},
                    {"in": [{"var": "old.order_status"}, ["draft", "pending_review", "cancelled"]]},
                    {"!==": [{"var": "old.supplier_id"}, {"var": "supplier_id"}]},
                    {"!==": [{"var": "old.total_base_value"}, {"var": "total_base_value"}]}
                ]},
                {"!": [{"var": "supplier_id.is_preferred"}]}
            ]},
            {"or": [
                {"==": [{"var": "agent.kind"}, "person"]},
                {"!": [{"exists": {
                    "in": "erp_purchase_order_items", "as": "i",
                    "where": {"==": [{"var": "i.purchase_order_id"}, {"var": "purchase_order_id"}]},
                    "satisfies": {"exists": {
                        "in": "erp_supplier_products", "as": "o",
                        "where": {"and": [
                            {"==": [{"var": "o.product_id"}, {"var": "i.product_id"}]},
                            {"between": [{"var": "order_date"}, {"var": "o.valid_from"}, {"var": "o.valid_to"}]}
                        ]},
                        "satisfies": {"and": [{"var": "o.supplier_id.is_preferred"}, {"var": "o.supplier_id.is_active"}]}
                    }}
                }}]}
            ]}
        ]}'
    ),
    (
        'payslip_adds_up', 'erp_payroll_line_items', '*', 'row', 'enforce', 'RP110', 'reject',
        'net pay is gross pay less tax and deductions',
        'SOP payroll_tax_computation: what a payslip says adds up.',
        '{"==": [
            {"var": "net_pay"},
            {"-": [{"var": "gross_pay"}, {"var": "tax_deduction"}, {"var": "social_deduction"}, {"var": "other_deduction"}]}
        ]}'
    ),
    (
        'payslip_authority', 'erp_payroll_line_items', '*', 'row', 'enforce', 'RP504', 'reject',
        'the payslip is above your authority',
        'SOP payroll_tax_computation: every payslip is within the authority, 5,000 as seeded, of the agent or person that computes it.',
        '{"or": [
            {"==": [{"var": "tx.operation"}, "DELETE"]},
            {"<=": [{"var": "gross_pay"}, {"var": "agent.financial_authority_limit"}]}
        ]}'
    ),
    (
        -- Rejecting is withdrawing, which who wrote the order may.
        'four_eyes', 'agent.approvals', '*', 'row', 'enforce', 'RP505', 'reject',
        'an approval is given by a person who neither asked for it nor wrote or last changed the order',
        'Segregation of duties: a second person approves, whoever makes the entry.',
        '{"implies": [
            {"and": [
                {"==": [{"var": "status"}, "approved"]},
                {"!==": [{"var": "old.status"}, "approved"]}
            ]},
            {"and": [
                {"!==": [{"var": "decided_by"}, {"var": "requested_by"}]},
                {"exists": {
                    "in": "erp.people", "as": "p",
                    "where": {"==": [{"var": "p.database_role"}, {"var": "decided_by"}]},
                    "satisfies": {"var": "p.is_active"}
                }},
                {"forall": {
                    "in": "erp_sales_orders", "as": "o",
                    "where": {"and": [
                        {"==": [{"var": "subject_type"}, "sales_order"]},
                        {"is_not_null": [{"var": "subject_id"}]},
                        {"==": [{"var": "o.sales_order_id"}, {"var": "subject_id"}]}
                    ]},
                    "satisfies": {"and": [
                        {"!=": [{"var": "o.created_by"}, {"var": "decided_by"}]},
                        {"!=": [{"var": "o.edited_by"}, {"var": "decided_by"}]}
                    ]}
                }}
            ]}
        ]}'
    )
) AS r (
    rule_name, target_table, operation, timing, mode, violation_code, on_unknown, violation_message, description, logic_ast
)
WHERE NOT EXISTS (SELECT FROM agent.constraints AS c WHERE c.rule_name = r.rule_name);
