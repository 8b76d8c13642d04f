-- Bank statements: a line is known by its account and reference, whatever file brings it; approval freezes.
ALTER TABLE erp.bank_statements
ADD COLUMN known_amount numeric(19, 4) NOT NULL DEFAULT 0,
ADD COLUMN imported_by name NOT NULL DEFAULT session_user,
ADD COLUMN approved_by name,
ADD COLUMN approved_at timestamptz,
ADD CONSTRAINT bank_statements_balances_finite CHECK (abs(opening_balance) < 'Infinity' AND abs(closing_balance) < 'Infinity'),
ADD CONSTRAINT bank_statements_approved_by_another CHECK (approved_by <> imported_by),
ADD CONSTRAINT bank_statements_approved_whole CHECK ((status = 'approved') = (approved_by IS NOT NULL) AND (approved_by IS NULL) = (approved_at IS NULL));
COMMENT ON COLUMN erp.bank_statements.known_amount IS 'Sum of the lines of the file that an earlier statement had brought already.';
COMMENT ON COLUMN erp.bank_statements.imported_by IS 'Who imported it; another person approves.';
COMMENT ON COLUMN erp.bank_statements.approved_by IS 'Who approved the reconciliation; nothing of it changes afterwards.';
COMMENT ON COLUMN erp.bank_statements.approved_at IS 'When it was approved.';

ALTER TABLE erp.bank_statement_lines
ADD CONSTRAINT bank_statement_lines_amount_finite CHECK (abs(amount) < 'Infinity'),
ADD COLUMN account_id bigint REFERENCES erp.accounts,
ADD COLUMN transaction_id bigint UNIQUE REFERENCES erp.financial_transactions;
UPDATE erp.bank_statement_lines AS l
SET account_id = s.account_id
FROM erp.bank_statements AS s
WHERE s.statement_id = l.statement_id;
ALTER TABLE erp.bank_statement_lines
ALTER COLUMN account_id SET NOT NULL,
ADD UNIQUE (account_id, bank_reference);
COMMENT ON COLUMN erp.bank_statement_lines.account_id IS 'Account of its statement; kept by a trigger.';
COMMENT ON COLUMN erp.bank_statement_lines.transaction_id IS 'Journal that moves the money from bank clearing to the account, once it is matched.';

INSERT INTO erp.journal_types (source_type, description, area, is_by_hand) VALUES
('bank_statement', 'A line of a bank statement, matched with its payment.', 'bank', false);
