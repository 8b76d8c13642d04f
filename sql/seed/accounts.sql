-- The chart of accounts. Headings have codes below 1000 and take no postings. Re-runnable; what a person has changed stays.
INSERT INTO erp.accounts (account_code, account_name, account_classification, is_heading, description)
VALUES
('0100', 'Assets', 'Asset', true, 'What the company owns and is owed.'),
('0200', 'Liabilities', 'Liability', true, 'What the company owes.'),
('0300', 'Equity', 'Equity', true, 'What belongs to the owners.'),
('0400', 'Revenue', 'Revenue', true, 'What was earned.'),
('0500', 'Expenses', 'Expense', true, 'What it cost.')
ON CONFLICT (account_code) DO NOTHING;

INSERT INTO erp.accounts (account_code, account_name, account_classification, is_heading, parent_account_id, description)
SELECT c.account_code, c.account_name, h.account_classification, true, h.account_id, c.description
FROM (VALUES
    ('0110', 'Current assets', '0100', 'Turned into money within a year.'),
    ('0140', 'Fixed assets', '0100', 'Kept for longer.'),
    ('0210', 'Current liabilities', '0200', 'Due within a year.'),
    ('0510', 'Cost of sales', '0500', 'What the goods sold had cost.'),
    ('0520', 'Operating expenses', '0500', 'Running the company.'),
    ('0540', 'Currency result', '0500', 'Gains and losses of exchange.')
) AS c (account_code, account_name, heading_code, description)
JOIN erp.accounts AS h ON h.account_code = c.heading_code
ON CONFLICT (account_code) DO NOTHING;

INSERT INTO erp.accounts (account_code, account_name, account_classification, parent_account_id, control_of, description)
SELECT c.account_code, c.account_name, h.account_classification, h.account_id, c.control_of, c.description
FROM (VALUES
    ('1000', 'Cash', '0110', NULL, 'Bank accounts and cash in hand.'),
    ('1010', 'Bank clearing', '0110', NULL, 'Receipts and payments until the bank statement confirms them.'),
    ('1020', 'Unmatched bank', '0110', NULL, 'Statement lines nobody has explained yet.'),
    ('1100', 'Accounts receivable', '0110', 'receivable', 'Open customer invoices: the sum of the customers'' balances.'),
    ('1150', 'Accrued revenue', '0110', NULL, 'Goods issued but not yet invoiced at the end of a period.'),
    ('1190', 'Receivables revaluation', '0110', NULL, 'Open receivables in foreign currency at the rate of a period''s end; nothing is left on it the day after.'),
    ('1200', 'Inventory', '0110', 'inventory', 'Stock at cost: the sum of the cost layers.'),
    ('1300', 'Prepaid expenses', '0110', NULL, 'Paid for later periods.'),
    ('1350', 'Input tax', '0110', NULL, 'Tax on purchases, to be got back.'),
    ('1400', 'Property, plant and equipment', '0140', NULL, 'At cost less depreciation.'),
    ('2000', 'Accounts payable', '0210', 'payable', 'Open supplier invoices.'),
    ('2050', 'Goods received not invoiced', '0210', 'goods_received', 'Deliveries whose bill is still to come.'),
    ('2090', 'Payables revaluation', '0210', NULL, 'Open payables in foreign currency at the rate of a period''s end; nothing is left on it the day after.'),
    ('2100', 'Accrued liabilities', '0210', NULL, 'Costs of the period without a bill.'),
    ('2200', 'Deferred revenue', '0210', NULL, 'Invoiced before the goods have left.'),
    ('2250', 'Customer deposits', '0210', NULL, 'Money of customers for orders to come.'),
    ('2300', 'Output tax', '0210', 'output_tax', 'Tax on sales, to be paid on.'),
    ('2400', 'Payroll liabilities', '0210', 'payroll', 'Pay, tax and social security not yet paid out.'),
    ('3000', 'Retained earnings', '0300', NULL, 'Results of earlier years.'),
    ('3100', 'Capital', '0300', NULL, 'Paid in by the owners.'),
    ('3900', 'Opening balances', '0300', NULL, 'Counter account of take-over; nothing is left on it afterwards.'),
    ('3950', 'Currency trading', '0300', NULL, 'What a transaction in two currencies passes through.'),
    ('4000', 'Product revenue', '0400', NULL, 'Goods sold, net.'),
    ('4050', 'Returns', '0400', NULL, 'Goods taken back, net; lowers revenue.'),
    ('4100', 'Service revenue', '0400', NULL, 'Services sold, net.'),
    ('4900', 'Cash discount and rounding', '0400', NULL, 'Discount taken for early payment, and rounding.'),
    ('5000', 'Cost of goods sold', '0510', NULL, 'Cost of what was issued, from the cost layers.'),
    ('5050', 'Inventory write-down', '0510', NULL, 'Stock worth less than its cost.'),
    ('5060', 'Stock adjustment', '0510', NULL, 'Differences found by counting.'),
    ('5100', 'Salaries', '0520', NULL, 'Gross pay and the employer''s share.'),
    ('5200', 'Operating expenses', '0520', NULL, 'Rent, energy, freight, services.'),
    ('5250', 'Bad debt', '0520', NULL, 'Receivables given up.'),
    ('5300', 'Price variance', '0510', NULL, 'Supplier''s bill against the price of receipt.'),
    ('5400', 'Realised exchange result', '0540', NULL, 'On settling items in foreign currency.'),
    ('5410', 'Unrealised exchange result', '0540', NULL, 'On revaluing open items.')
) AS c (account_code, account_name, heading_code, control_of, description)
JOIN erp.accounts AS h ON h.account_code = c.heading_code
ON CONFLICT (account_code) DO NOTHING;

-- Where the cash flow statement shows what moves on them, unless a person has said so.
UPDATE erp.accounts AS a
SET cash_flow_section = c.section
FROM (VALUES ('1000', 'cash'), ('1010', 'cash'), ('1020', 'cash'), ('1400', 'investing')) AS c (account_code, section)
WHERE a.account_code = c.account_code
AND a.cash_flow_section IS NULL;
