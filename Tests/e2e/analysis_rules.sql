-- Rules that the policy questions ask about beside the seeded ones.
INSERT INTO erp_agent_constraints (rule_name, target_table, triggering_operation, target_agent_role, polarity, on_unknown, violation_message, logic_ast)
SELECT r.rule_name, r.target_table, r.operation, r.role, r.polarity, r.on_unknown, r.rule_name, r.logic_ast::jsonb
FROM (VALUES
    ('invoice_cap', 'erp_invoices', 'INSERT', 'finance_agent', 'require', 'reject', '{"<=": [{"var": "gross_total"}, 50000]}'),
    ('invoice_currency', 'erp_invoices', '*', '*', 'require', 'reject', '{"in": [{"var": "currency_code"}, ["EUR", "USD", "GBP"]]}'),
    ('invoice_date', 'erp_invoices', 'INSERT', '*', 'require', 'reject', '{">=": [{"var": "document_date"}, "2026-01-01"]}'),
    (
        'payment_authority', 'erp_payments', 'INSERT', '*', 'forbid', 'allow',
        '{"and": [{"==": [{"var": "direction"}, "paid"]}, {">": [{"var": "amount"}, {"var": "agent.financial_authority_limit"}]}]}'
    ),
    (
        'platinum_has_credit', 'erp_customers', '*', '*', 'forbid', 'allow',
        '{"and": [
            {"!=": [{"var": "tx.operation"}, "DELETE"]},
            {"==": [{"var": "customer_tier"}, "platinum"]},
            {"<": [{"var": "maximum_credit_limit"}, 1000]}
        ]}'
    ),
    (
        'warehouse_capacity', 'erp_warehouses', '*', '*', 'require', 'reject',
        '{"<=": [{"var": "current_used_volume"}, {"coalesce": [{"var": "maximum_capacity_volume"}, 1000]}]}'
    ),
    (
        'margin', 'erp_sales_order_items', 'INSERT', '*', 'require', 'reject',
        '{"or": [
            {"!=": [{"var": "price_origin"}, "order"]},
            {">=": [{"/": [{"-": [{"var": "unit_price"}, {"var": "product_id.standard_unit_cost"}]}, {"var": "unit_price"}]}, 0.05]}
        ]}'
    )
) AS r (rule_name, target_table, operation, role, polarity, on_unknown, logic_ast);
