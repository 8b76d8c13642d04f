-- Triggers of what reports stand on: checkpoints are only inserted.
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.checkpoint_runs
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.checkpoint_runs
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
ALTER TABLE erp.checkpoint_runs ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE erp.checkpoint_runs ENABLE ALWAYS TRIGGER _150_append_only_truncate;
CREATE OR REPLACE TRIGGER _150_append_only
BEFORE UPDATE OR DELETE ON erp.balance_checkpoints
FOR EACH ROW EXECUTE FUNCTION erp.refuse_change('RP203');
CREATE OR REPLACE TRIGGER _150_append_only_truncate
BEFORE TRUNCATE ON erp.balance_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION erp.refuse_change('RP203');
ALTER TABLE erp.balance_checkpoints ENABLE ALWAYS TRIGGER _150_append_only;
ALTER TABLE erp.balance_checkpoints ENABLE ALWAYS TRIGGER _150_append_only_truncate;
