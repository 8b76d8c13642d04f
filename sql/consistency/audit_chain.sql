-- The newest part of the chain; erp.audit_verify() takes all of it.
CREATE OR REPLACE VIEW erp.invariant_audit_chain AS
SELECT format('%s %s leaf %s: %s', f.kind, f.at_position, f.leaf_id, f.reason) AS detail
FROM (SELECT max(b.first_position) AS first_position FROM erp.audit_batches AS b) AS newest
CROSS JOIN LATERAL erp.audit_check_chain(newest.first_position) AS f
WHERE newest.first_position IS NOT NULL;
COMMENT ON VIEW erp.invariant_audit_chain IS 'The leaves that were sealed last are what their hashes say, and follow from those before them.';
ALTER VIEW erp.invariant_audit_chain OWNER TO erp_owner;
