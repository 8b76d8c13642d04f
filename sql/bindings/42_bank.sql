-- Triggers of bank statements and their lines.
CREATE OR REPLACE TRIGGER _150_frozen
BEFORE UPDATE OR DELETE ON erp.bank_statements
FOR EACH ROW EXECUTE FUNCTION erp.bank_statement_guard();
CREATE OR REPLACE TRIGGER _150_frozen
BEFORE INSERT OR UPDATE OR DELETE ON erp.bank_statement_lines
FOR EACH ROW EXECUTE FUNCTION erp.bank_line_guard();
CREATE OR REPLACE TRIGGER _150_frozen_truncate
BEFORE TRUNCATE ON erp.bank_statements
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_frozen_truncate
BEFORE TRUNCATE ON erp.bank_statement_lines
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
ALTER TABLE erp.bank_statements ENABLE ALWAYS TRIGGER _150_frozen;
ALTER TABLE erp.bank_statements ENABLE ALWAYS TRIGGER _150_frozen_truncate;
ALTER TABLE erp.bank_statement_lines ENABLE ALWAYS TRIGGER _150_frozen;
ALTER TABLE erp.bank_statement_lines ENABLE ALWAYS TRIGGER _150_frozen_truncate;
