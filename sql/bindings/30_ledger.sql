-- Triggers of the ledger. ENABLE ALWAYS: they also fire for replicated and replica-role sessions.
CREATE OR REPLACE TRIGGER _100_header_check
BEFORE INSERT ON erp.financial_transactions
FOR EACH ROW EXECUTE FUNCTION erp.journal_header_check();
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.financial_transactions
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.financial_transactions
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.journal_entries
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.journal_entries
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _300_legs_check
AFTER INSERT ON erp.journal_entries
REFERENCING NEW TABLE AS new_legs
FOR EACH STATEMENT EXECUTE FUNCTION erp.journal_legs_check();

CREATE OR REPLACE TRIGGER _150_append_only
BEFORE DELETE ON erp.journal_drafts
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.journal_drafts
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _200_state
BEFORE INSERT OR UPDATE ON erp.journal_drafts
FOR EACH ROW EXECUTE FUNCTION erp.journal_draft_state();
CREATE OR REPLACE TRIGGER _600_asked_insert
AFTER INSERT ON erp.journal_drafts
FOR EACH ROW EXECUTE FUNCTION erp.journal_draft_asked();
CREATE OR REPLACE TRIGGER _600_asked_update
AFTER UPDATE ON erp.journal_drafts
FOR EACH ROW
WHEN ((NEW.content_hash, NEW.status) IS DISTINCT FROM (OLD.content_hash, OLD.status))
EXECUTE FUNCTION erp.journal_draft_asked();

CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.period_exceptions
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.period_exceptions
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _200_state
BEFORE UPDATE ON erp.fiscal_periods
FOR EACH ROW EXECUTE FUNCTION erp.fiscal_period_state();

-- Constraint triggers cannot be replaced in place, so they are made where missing.
DO $bind$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = 'erp.financial_transactions'::regclass AND tgname = '_200_balance') THEN
        CREATE CONSTRAINT TRIGGER _200_balance
        AFTER INSERT ON erp.financial_transactions
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION erp.journal_balance_check();
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = 'erp.journal_entries'::regclass AND tgname = '_200_balance') THEN
        CREATE CONSTRAINT TRIGGER _200_balance
        AFTER INSERT OR UPDATE OR DELETE ON erp.journal_entries
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION erp.journal_balance_check();
    END IF;
END
$bind$;
ALTER TABLE erp.financial_transactions ENABLE ALWAYS TRIGGER _100_header_check;
ALTER TABLE erp.financial_transactions ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE erp.financial_transactions ENABLE ALWAYS TRIGGER _150_append_only_truncate;
ALTER TABLE erp.financial_transactions ENABLE ALWAYS TRIGGER _200_balance;
ALTER TABLE erp.fiscal_periods ENABLE ALWAYS TRIGGER _200_state;
ALTER TABLE erp.period_exceptions ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE erp.period_exceptions ENABLE ALWAYS TRIGGER _150_append_only_truncate;
ALTER TABLE erp.journal_drafts ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE erp.journal_drafts ENABLE ALWAYS TRIGGER _150_append_only_truncate;
ALTER TABLE erp.journal_drafts ENABLE ALWAYS TRIGGER _200_state;
ALTER TABLE erp.journal_entries ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE erp.journal_entries ENABLE ALWAYS TRIGGER _150_append_only_truncate;
ALTER TABLE erp.journal_entries ENABLE ALWAYS TRIGGER _200_balance;
ALTER TABLE erp.journal_entries ENABLE ALWAYS TRIGGER _300_legs_check;
