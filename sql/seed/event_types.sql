-- The vocabulary of events. Re-runnable.
INSERT INTO agent.event_types (event_type, target_agent, subject_path, tool_name, description)
VALUES
('ORDER_NEGOTIATION', 'sales_agent', 'sales_order_id', NULL, 'A customer wants goods: a draft order, or customer and lines.'),
('GOODS_SHIPPED', 'sales_agent', 'sales_order_id', 'issue_goods', 'The goods of a confirmed order that waited for it have been sent.'),
('INVOICE_CUSTOMER', 'finance_agent', 'sales_order_id', 'post_customer_invoice', 'Goods of an order have left and are to be invoiced.'),
('PAYMENT_RECEIVED', 'finance_agent', 'customer_id', 'record_customer_payment', 'A customer has paid.'),
('CREDIT_REVIEW', 'finance_agent', 'customer_id', 'review_customer_credit', 'A customer''s credit has changed: held orders are to be judged again.'),
('BANK_RECONCILIATION', 'finance_agent', NULL, 'reconcile_bank_statement', 'A bank statement is to be matched.'),
('SUPPLIER_INVOICE', 'finance_agent', 'purchase_order_id', 'enter_supplier_bill', 'A supplier has sent an invoice.'),
('REORDER_TRIGGERED', 'procurement_agent', 'product_id', 'create_purchase_order', 'A product has fallen to its reorder point.'),
('RFQ_REQUESTED', 'procurement_agent', 'product_id', NULL, 'Suppliers are to be asked for offers.'),
('GOODS_RECEIVED', 'procurement_agent', 'purchase_order_id', NULL, 'A supplier''s delivery has arrived.'),
('INVENTORY_CHECK', 'inventory_watcher', NULL, 'check_inventory_levels', 'Stock is to be compared with reorder points.'),
('PAYROLL_RUN', 'hr_payroll_agent', NULL, 'run_payroll_manifest', 'The month''s payroll is due.'),
('TIMESHEET_APPROVAL', 'hr_payroll_agent', 'timesheet_record_id', 'approve_timesheet', 'A timesheet is to be approved.'),
('AUDIT_FINDING', 'finance_agent', NULL, NULL, 'The audit chain does not hold: for a person, so it is stored as failed and stands in the inbox.')
ON CONFLICT (event_type) DO UPDATE
SET subject_path = excluded.subject_path,
    tool_name = excluded.tool_name,
    description = excluded.description;
