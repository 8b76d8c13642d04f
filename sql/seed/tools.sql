-- The tool catalogue and who may call what. Re-runnable: descriptions and schemas follow the release, is_active stays
-- as a person has set it.
INSERT INTO agent.tools (
    tool_name, semantic_description, input_schema, target_endpoint, is_active, refusal_reason,
    is_read_only, is_idempotent, is_destructive, target_table, record_path
)
SELECT
    t.tool_name, t.semantic_description, t.input_schema::jsonb, 'agent.tool_' || t.tool_name, t.refusal_reason IS NULL,
    coalesce(t.refusal_reason, 'it is switched off'),
    t.hints ~ 'r', t.hints ~ 'i', t.hints ~ 'd', t.target_table, t.record_path
-- hints: r read-only, i idempotent, d destructive
FROM (VALUES
    (
        'submit_sales_order',
        'Drafts a sales order from a customer''s wish: customer (id, code, e-mail or name) and lines (SKU and quantity; items is a synonym). Prices and discounts not given come from price lists, agreements and the customer''s tier. An unknown customer becomes a prospect on hold.',
        $json${
            "type": "object",
            "anyOf": [
                {"required": ["customer_id"]}, {"required": ["customer_code"]},
                {"required": ["customer_email"]}, {"required": ["customer_name"]}
            ],
            "properties": {
                "customer_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991},
                "customer_code": {"type": "string", "minLength": 1, "maxLength": 100},
                "customer_email": {"type": "string", "maxLength": 320, "pattern": "^[^@\\s]+@[^@\\s]+$"},
                "customer_name": {"type": "string", "minLength": 1, "maxLength": 200},
                "sales_order_id": {"type": "null"},
                "lines": {
                    "type": "array", "minItems": 1, "maxItems": 1000,
                    "items": {
                        "type": "object",
                        "required": ["sku", "quantity"],
                        "properties": {
                            "sku": {"type": "string", "minLength": 1, "maxLength": 100},
                            "quantity": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1000000000000, "multipleOf": 0.0001},
                            "unit_price": {"type": "number", "minimum": 0, "exclusiveMaximum": 1000000000000, "multipleOf": 0.000001},
                            "discount_percent": {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.0001},
                            "warehouse": {"type": "string", "minLength": 1, "maxLength": 200}
                        },
                        "additionalProperties": false
                    }
                },
                "items": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"type": "object"}},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "order_date": {"type": "string", "format": "date"},
                "required_delivery_date": {"type": "string", "format": "date"},
                "delivery_date": {"type": "string", "format": "date"},
                "discount_percent": {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.0001},
                "shipping_address": {"type": "string", "maxLength": 1000},
                "ship_to_country": {"type": "string", "pattern": "^[A-Z]{2}$"},
                "fulfilment": {"enum": ["immediate", "on_request"]},
                "notes": {"type": "string", "maxLength": 4000},
                "reference": {"type": "string", "maxLength": 200}
            },
            "additionalProperties": false
        }$json$,
        NULL, '', 'erp.sales_orders', 'sales_order_id'
    ),
    (
        'confirm_sales_order',
        'Confirms a draft order: every rule is judged, stock is reserved, an order above the approval threshold waits for a person, else the goods are issued.',
        $json${
            "type": "object", "required": ["sales_order_id"],
            "properties": {"sales_order_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991}},
            "additionalProperties": false
        }$json$,
        NULL, 'id', 'erp.sales_orders', 'sales_order_id'
    ),
    (
        'hold_sales_order',
        'Keeps a draft order that cannot be confirmed, with the reason (the refusal''s SQLSTATE, message, detail and hint), until what was missing has changed.',
        $json${
            "type": "object", "required": ["sales_order_id", "reason_code", "message"],
            "properties": {
                "sales_order_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991},
                "reason_code": {"type": "string", "pattern": "^[0-9A-Z]{5}$"},
                "message": {"type": "string", "minLength": 1, "maxLength": 4000},
                "detail": {},
                "hint": {"type": ["string", "null"], "maxLength": 4000}
            },
            "additionalProperties": false
        }$json$,
        NULL, 'i', 'erp.sales_orders', 'sales_order_id'
    ),
    (
        'issue_goods',
        'Issues the reserved goods of a confirmed order that waited for its goods to be sent, and posts their cost.',
        $json${
            "type": "object", "required": ["sales_order_id"],
            "properties": {
                "sales_order_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991},
                "shipped_on": {"type": "string", "format": "date"}
            },
            "additionalProperties": false
        }$json$,
        NULL, 'd', 'erp.sales_orders', 'sales_order_id'
    ),
    (
        'post_customer_invoice',
        'Posts the customer invoice for what has been shipped of an order and not yet invoiced: gapless number, tax, journal.',
        $json${
            "type": "object", "required": ["sales_order_id"],
            "properties": {"sales_order_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991}},
            "additionalProperties": false
        }$json$,
        NULL, 'id', 'erp.sales_orders', 'sales_order_id'
    ),
    (
        'record_customer_payment',
        'Records money received from a customer and allocates it to open invoices, the named one first, then the oldest; the rest stays as the customer''s deposit.',
        $json${
            "type": "object", "required": ["amount"],
            "anyOf": [{"required": ["customer_id"]}, {"required": ["customer_code"]}, {"required": ["customer_email"]}],
            "properties": {
                "customer_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991},
                "customer_code": {"type": "string", "minLength": 1, "maxLength": 100},
                "customer_email": {"type": "string", "maxLength": 320, "pattern": "^[^@\\s]+@[^@\\s]+$"},
                "amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 99999999999, "multipleOf": 0.0001},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "received_on": {"type": "string", "format": "date"},
                "reference": {"type": "string", "maxLength": 200},
                "invoice_number": {"type": "string", "minLength": 1, "maxLength": 100}
            },
            "additionalProperties": false
        }$json$,
        NULL, 'd', 'erp.payments', 'payment_id'
    ),
    (
        'review_customer_credit',
        'Looks at a customer''s exposure, limit and open items, and queues each held order again, once.',
        $json${
            "type": "object", "required": ["customer_id"],
            "properties": {"customer_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991}},
            "additionalProperties": false
        }$json$,
        NULL, 'i', 'erp.customers', 'customer_id'
    ),
    (
        'post_journal_entry',
        'Posts a journal for the event at hand: at least two legs that balance in each currency. With source_type manual, write_off or accrual, and a reason, it is proposed and waits for a person. Control accounts are refused.',
        $json${
            "type": "object", "required": ["description", "entries"],
            "properties": {
                "description": {"type": "string", "minLength": 1, "maxLength": 1000},
                "source_type": {"type": "string", "enum": ["event", "manual", "write_off", "accrual"]},
                "reason": {"type": "string", "minLength": 1, "maxLength": 1000},
                "entries": {
                    "type": "array", "minItems": 2, "maxItems": 1000,
                    "items": {
                        "type": "object", "required": ["account_code", "amount", "is_credit"],
                        "properties": {
                            "account_code": {"type": "string", "pattern": "^[0-9]{4}$"},
                            "amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 99999999999, "multipleOf": 0.0001},
                            "is_credit": {"type": "boolean"},
                            "memo": {"type": "string", "maxLength": 1000},
                            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                            "base_amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 99999999999, "multipleOf": 0.0001},
                            "department": {"type": "string", "minLength": 1, "maxLength": 100},
                            "project": {"type": "string", "minLength": 1, "maxLength": 100}
                        },
                        "additionalProperties": false
                    }
                },
                "posted_on": {"type": "string", "format": "date"},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}
            },
            "additionalProperties": false
        }$json$,
        NULL, 'd', 'erp.financial_transactions', 'transaction_id'
    ),
    (
        'enter_supplier_bill',
        'Enters a supplier''s bill by its lines, net or gross with an input tax code; it waits for a person. State gross when the bill does, so that the lines are compared with it.',
        $json${
            "type": "object", "required": ["bill_number", "lines"],
            "anyOf": [{"required": ["supplier_id"]}, {"required": ["supplier_code"]}],
            "properties": {
                "supplier_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991},
                "supplier_code": {"type": "string", "minLength": 1, "maxLength": 100},
                "bill_number": {"type": "string", "minLength": 1, "maxLength": 100},
                "document_date": {"type": "string", "format": "date"},
                "delivery_date": {"type": "string", "format": "date"},
                "due_date": {"type": "string", "format": "date"},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "gross": {"type": "number", "exclusiveMinimum": 0, "maximum": 99999999999, "multipleOf": 0.0001},
                "lines": {
                    "type": "array", "minItems": 1, "maxItems": 1000,
                    "items": {
                        "type": "object", "required": ["description", "account_code", "tax_code"],
                        "properties": {
                            "description": {"type": "string", "minLength": 1, "maxLength": 1000},
                            "account_code": {"type": "string", "pattern": "^[0-9]{4}$"},
                            "net": {"type": "number", "exclusiveMinimum": 0, "maximum": 99999999999, "multipleOf": 0.0001},
                            "gross": {"type": "number", "exclusiveMinimum": 0, "maximum": 99999999999, "multipleOf": 0.0001},
                            "tax_code": {"type": "string", "pattern": "^[A-Z0-9_]{1,20}$"},
                            "department": {"type": "string", "minLength": 1, "maxLength": 100},
                            "project": {"type": "string", "minLength": 1, "maxLength": 100}
                        },
                        "additionalProperties": false
                    }
                }
            },
            "additionalProperties": false
        }$json$,
        NULL, '', 'erp.supplier_bills', 'bill_id'
    ),
    (
        'check_inventory_levels',
        'Lists stock on hand, reserved and available per product and warehouse; optionally of one SKU, one warehouse, or only at or below the reorder point.',
        $json${
            "type": "object",
            "properties": {
                "sku": {"type": "string", "minLength": 1, "maxLength": 100},
                "warehouse": {"type": "string", "minLength": 1, "maxLength": 200},
                "only_below_reorder_point": {"type": "boolean"}
            },
            "additionalProperties": false
        }$json$,
        NULL, 'ri', 'erp.inventory', NULL
    ),
    (
        'lookup_customer',
        'Finds customers by id, e-mail or part of the name, with tier, account status and credit.',
        $json${
            "type": "object",
            "anyOf": [{"required": ["customer_id"]}, {"required": ["customer_email"]}, {"required": ["customer_name"]}],
            "properties": {
                "customer_id": {"type": "integer", "minimum": 1, "maximum": 9007199254740991},
                "customer_email": {"type": "string", "minLength": 1, "maxLength": 320},
                "customer_name": {"type": "string", "minLength": 2, "maxLength": 200}
            },
            "additionalProperties": false
        }$json$,
        NULL, 'ri', 'erp.customers', 'customer_id'
    ),
    (
        'search_products',
        'Finds active products whose SKU, name or category contains a text, with price and what is available.',
        $json${
            "type": "object", "required": ["query"],
            "properties": {
                "query": {"type": "string", "minLength": 1, "maxLength": 200},
                "limit": {"type": "integer", "minimum": 1, "maximum": 100}
            },
            "additionalProperties": false
        }$json$,
        NULL, 'ri', 'erp.products', NULL
    ),
    (
        'create_purchase_order',
        'Orders goods from a supplier.',
        $json${"type": "object"}$json$,
        'purchasing is not part of this release', '', 'erp.purchase_orders', 'purchase_order_id'
    ),
    (
        'run_payroll_manifest',
        'Computes the payroll of a period.',
        $json${"type": "object"}$json$,
        'payroll is not part of this release', 'd', 'erp.payroll_manifests', 'manifest_id'
    ),
    (
        'approve_timesheet',
        'Approves a submitted timesheet.',
        $json${"type": "object"}$json$,
        'timesheets are not part of this release', '', 'erp.timesheets', 'timesheet_record_id'
    ),
    (
        'reconcile_bank_statement',
        'Matches the lines of a bank statement with payments.',
        $json${"type": "object"}$json$,
        'bank reconciliation is not part of this release', '', 'erp.bank_statements', NULL
    ),
    (
        'send_customer_invoice',
        'Sends a posted invoice to the customer.',
        $json${"type": "object"}$json$,
        'sending documents is not part of this release', 'd', 'erp.invoices', 'invoice_id'
    )
) AS t (tool_name, semantic_description, input_schema, refusal_reason, hints, target_table, record_path)
ON CONFLICT (tool_name) DO UPDATE
SET semantic_description = excluded.semantic_description,
    input_schema = excluded.input_schema,
    execution_handler = excluded.execution_handler,
    target_endpoint = excluded.target_endpoint,
    is_read_only = excluded.is_read_only,
    is_idempotent = excluded.is_idempotent,
    is_destructive = excluded.is_destructive,
    target_table = excluded.target_table,
    record_path = excluded.record_path;

INSERT INTO agent.tool_assignments (agent_id, tool_id)
SELECT a.agent_id, t.tool_id
FROM (VALUES
    ('sales_agent', ARRAY['submit_sales_order', 'confirm_sales_order', 'hold_sales_order', 'issue_goods',
        'check_inventory_levels', 'lookup_customer', 'search_products']),
    ('finance_agent', ARRAY['post_customer_invoice', 'record_customer_payment', 'review_customer_credit', 'post_journal_entry',
        'enter_supplier_bill',
        'reconcile_bank_statement', 'send_customer_invoice', 'lookup_customer']),
    ('procurement_agent', ARRAY['create_purchase_order', 'check_inventory_levels', 'search_products']),
    ('hr_payroll_agent', ARRAY['run_payroll_manifest', 'approve_timesheet']),
    ('inventory_watcher', ARRAY['check_inventory_levels']),
    ('concierge_agent', ARRAY['search_products', 'lookup_customer', 'check_inventory_levels'])
) AS w (role_name, tool_names)
INNER JOIN agent.agents AS a ON a.role_name = w.role_name
INNER JOIN agent.tools AS t ON t.tool_name = ANY (w.tool_names)
ON CONFLICT DO NOTHING;
