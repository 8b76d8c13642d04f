-- A superuser edits a customer and makes the whole chain agree with it: payload, leaf, positions, batches.
SET client_min_messages = warning;
ALTER EVENT TRIGGER erp_audit_ddl DISABLE;
ALTER EVENT TRIGGER erp_audit_drop DISABLE;
ALTER TABLE erp.customers DISABLE TRIGGER ALL;
ALTER TABLE erp.audit_payloads DISABLE TRIGGER ALL;
ALTER TABLE erp.audit_ledger DISABLE TRIGGER ALL;
ALTER TABLE erp.audit_positions DISABLE TRIGGER ALL;
ALTER TABLE erp.audit_batches DISABLE TRIGGER ALL;
UPDATE erp.customers SET maximum_credit_limit = maximum_credit_limit + 1000000 WHERE customer_id = 5;
SELECT max(leaf_id) AS leaf FROM erp.audit_ledger WHERE table_name = 'erp.customers' AND record_key = '["5"]' \gset
UPDATE erp.audit_payloads SET payload = (SELECT erp.audit_image(c) FROM erp.customers AS c WHERE customer_id = 5) WHERE leaf_id = :leaf;
UPDATE erp.audit_ledger AS l SET payload_hash = (SELECT sha256(p.salt || p.payload) FROM erp.audit_payloads AS p WHERE p.leaf_id = l.leaf_id) WHERE leaf_id = :leaf;
UPDATE erp.audit_ledger AS l
SET leaf_hash = sha256('\x00'::bytea || erp.audit_leaf(
    (SELECT ledger FROM erp.audit_identity), l.system, l.xid, l.leaf_id, l.kind, l.table_name, l.record_key, l.operation,
    (SELECT y.layout_hash FROM erp.audit_layouts AS y WHERE y.layout_id = l.layout_id), l.previous, l.payload_hash, l.session_name,
    l.current_name, l.agent_id, l.rules, l.claimed_at, l.outcome))
WHERE leaf_id = :leaf;
SELECT string_agg(last_position::text, ',' ORDER BY last_position) AS ends FROM erp.audit_batches \gset
DELETE FROM erp.audit_positions;
DELETE FROM erp.audit_batches;
-- The same batches as before.
SELECT erp.audit_seal((e - lag(e, 1, 0::bigint) OVER (ORDER BY e))::integer) AS sealed
FROM unnest(string_to_array(:'ends', ',')::bigint[]) AS e
ORDER BY e;
ALTER TABLE erp.audit_batches ENABLE TRIGGER ALL;
ALTER TABLE erp.audit_positions ENABLE TRIGGER ALL;
ALTER TABLE erp.audit_ledger ENABLE TRIGGER ALL;
ALTER TABLE erp.audit_payloads ENABLE TRIGGER ALL;
ALTER TABLE erp.customers ENABLE TRIGGER ALL;
ALTER TABLE erp.customers ENABLE ALWAYS TRIGGER _000_audit;
