-- Settlement in any currency, and open items revalued at the end of a period.
ALTER TABLE erp.payments
ADD COLUMN exchange_rate numeric(19, 9) NOT NULL DEFAULT 1 CHECK (exchange_rate > 0 AND exchange_rate < 'Infinity');
COMMENT ON COLUMN erp.payments.exchange_rate IS 'Base currency units for one unit of its currency, of the posting date.';

-- Until now invoices were settled in base currency at a rate of 1, so what was settled is the amount.
ALTER TABLE erp.payment_allocations
ADD COLUMN base_settled numeric(19, 4) CHECK (base_settled >= 0),
ADD COLUMN base_paid numeric(19, 4) CHECK (base_paid >= 0),
ADD COLUMN transaction_id bigint UNIQUE REFERENCES erp.financial_transactions;
ALTER TABLE erp.payment_allocations DISABLE TRIGGER USER;
UPDATE erp.payment_allocations SET base_settled = amount, base_paid = amount;
ALTER TABLE erp.payment_allocations ENABLE TRIGGER USER;
ALTER TABLE erp.payment_allocations
ALTER COLUMN base_settled SET NOT NULL,
ALTER COLUMN base_paid SET NOT NULL;
COMMENT ON COLUMN erp.payment_allocations.base_settled IS 'What leaves the invoice, base currency at the invoice''s rate.';
COMMENT ON COLUMN erp.payment_allocations.base_paid IS 'What leaves the payment, base currency at the payment''s rate; the difference is the realised exchange result.';
COMMENT ON COLUMN erp.payment_allocations.transaction_id IS 'Journal of the exchange result; NULL when there is none.';

INSERT INTO erp.journal_types (source_type, description, area, is_by_hand) VALUES
('settlement', 'The exchange result of a payment that settles an invoice.', 'bank', true),
('revaluation', 'Open items in foreign currency at the rate of a period''s end, taken back the day after.', 'ledger', false);
