-- The protected controls, as data. A rule that exists is left alone, also when an approved change has switched it off;
-- changes go through erp.propose_rule_change. docs/rules.md tells the language and has the table of all seeded rules; of the
-- procedures, discount_authority_matrix is discount_limit and order_discount_limit here, the others are in rules_procedures.sql.
INSERT INTO agent.constraints (
    rule_name, target_table, logic_ast, violation_message, violation_code, on_unknown, protected
)
SELECT r.rule_name, r.target_table, r.logic_ast::jsonb, r.violation_message, r.violation_code, r.on_unknown, true
FROM (VALUES
    (
        -- Judged at release, at every change of what is released, and once more when the goods have left.
        'credit_limit', 'erp_sales_orders', 'RP301', 'reject',
        'the customer''s exposure would exceed the credit limit',
        '{"implies": [
            {"or": [
                {"in": [{"var": "order_status"}, ["confirmed", "pending_review"]]},
                {"and": [
                    {"==": [{"var": "order_status"}, "shipped"]},
                    {"!==": [{"var": "old.order_status"}, "shipped"]}
                ]}
            ]},
            {"<=": [{"var": "customer_id.credit_exposure"}, {"var": "customer_id.maximum_credit_limit"}]}
        ]}'
    ),
    (
        'cold_chain', 'erp_inventory', 'RP401', 'reject',
        'a product that needs refrigeration may only be kept in a climate controlled warehouse',
        '{"implies": [
            {"var": "product_id.requires_refrigeration"},
            {"var": "warehouse_id.is_climate_controlled"}
        ]}'
    ),
    (
        -- Who confirms commits the company, at the moment of confirming or of enlarging what is confirmed. An agent's order
        -- that waits for review counts as its own; the person who releases it answers with the person''s limit.
        'sales_authority', 'erp_sales_orders', 'RP504', 'reject',
        'the order, or what was confirmed for this customer within 24 hours, is above your authority',
        '{"implies": [
            {"and": [
                {"or": [
                    {"==": [{"var": "order_status"}, "confirmed"]},
                    {"and": [
                        {"==": [{"var": "order_status"}, "pending_review"]},
                        {"==": [{"var": "agent.kind"}, "agent"]}
                    ]}
                ]},
                {"or": [
                    {"!==": [{"var": "old.order_status"}, {"var": "order_status"}]},
                    {"!==": [{"var": "old.total_base_value"}, {"var": "total_base_value"}]}
                ]}
            ]},
            {"and": [
                {"<=": [{"var": "total_base_value"}, {"var": "agent.financial_authority_limit"}]},
                {"<=": [{"var": "committed_24h_base_value"}, {"var": "agent.financial_authority_limit"}]}
            ]}
        ]}'
    ),
    (
        -- approved and sent always; the later states when somebody jumps there or changes the total.
        'purchase_authority', 'erp_purchase_orders', 'RP504', 'reject',
        'the purchase order is above your authority',
        '{"implies": [
            {"or": [
                {"in": [{"var": "order_status"}, ["approved", "sent"]]},
                {"and": [
                    {"in": [{"var": "order_status"}, ["acknowledged", "partly_received", "received"]]},
                    {"or": [
                        {"is_null": [{"var": "old.order_status"}]},
                        {"in": [{"var": "old.order_status"}, ["draft", "pending_review", "cancelled"]]},
                        {"!==": [{"var": "old.total_base_value"}, {"var": "total_base_value"}]}
                    ]}
                ]}
            ]},
            {"<=": [{"var": "total_base_value"}, {"var": "agent.financial_authority_limit"}]}
        ]}'
    ),
    (
        -- Judged when a line is made or changed and when more of it is committed; shipping and invoicing what was agreed
        -- goes on after a tier was lowered.
        'discount_limit', 'erp_sales_order_items', 'RP304', 'reject',
        'the line''s discount is above the customer''s tier, and no agreement covers it',
        '{"implies": [
            {"or": [
                {"is_null": [{"var": "old.item_id"}]},
                {"!==": [{"var": "old.discount_percent"}, {"var": "discount_percent"}]},
                {"!==": [{"var": "old.agreement_id"}, {"var": "agreement_id"}]},
                {"!==": [{"var": "old.product_id"}, {"var": "product_id"}]},
                {"!==": [{"var": "old.sales_order_id"}, {"var": "sales_order_id"}]},
                {">": [
                    {"+": [{"var": "quantity_reserved"}, {"var": "quantity_shipped"}]},
                    {"+": [{"var": "old.quantity_reserved"}, {"var": "old.quantity_shipped"}]}
                ]}
            ]},
            {"or": [
                {"<=": [{"var": "discount_percent"}, {"var": "sales_order_id.customer_id.customer_tier.discount_percent"}]},
                {"and": [
                    {"is_not_null": [{"var": "agreement_id"}]},
                    {"==": [{"var": "agreement_id.customer_id"}, {"var": "sales_order_id.customer_id"}]},
                    {"or": [
                        {"is_null": [{"var": "agreement_id.product_id"}]},
                        {"==": [{"var": "agreement_id.product_id"}, {"var": "product_id"}]}
                    ]},
                    {"between": [
                        {"var": "sales_order_id.order_creation_date"},
                        {"var": "agreement_id.valid_from"},
                        {"var": "agreement_id.valid_to"}
                    ]},
                    {"<=": [{"var": "discount_percent"}, {"var": "agreement_id.discount_percent"}]}
                ]}
            ]}
        ]}'
    ),
    (
        'order_discount_limit', 'erp_sales_orders', 'RP304', 'reject',
        'the order''s discount is above the customer''s tier',
        '{"implies": [
            {"or": [
                {"is_null": [{"var": "old.sales_order_id"}]},
                {"!==": [{"var": "old.discount_percent"}, {"var": "discount_percent"}]},
                {"!==": [{"var": "old.customer_id"}, {"var": "customer_id"}]}
            ]},
            {"<=": [{"var": "discount_percent"}, {"var": "customer_id.customer_tier.discount_percent"}]}
        ]}'
    ),
    (
        -- Credit is authority too: who opens an account or raises its limit grants at most what this person may decide. An import
        -- has no actor: it may open accounts with their limits, as the old books had them, and raises none.
        'limit_authority', 'erp_customers', 'RP504', 'reject',
        'the credit limit is above your authority',
        '{"implies": [
            {"and": [
                {"!==": [{"var": "maximum_credit_limit"}, {"var": "old.maximum_credit_limit"}]},
                {">": [{"var": "maximum_credit_limit"}, {"coalesce": [{"var": "old.maximum_credit_limit"}, 0]}]}
            ]},
            {"or": [
                {"and": [{"==": [{"var": "tx.operation"}, "INSERT"]}, {"is_null": [{"var": "agent.kind"}]}]},
                {"<=": [{"var": "maximum_credit_limit"}, {"var": "agent.financial_authority_limit"}]}
            ]}
        ]}'
    )
) AS r (rule_name, target_table, violation_code, on_unknown, violation_message, logic_ast)
WHERE NOT EXISTS (SELECT FROM agent.constraints AS c WHERE c.rule_name = r.rule_name);
