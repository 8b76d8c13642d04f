-- Portable mode only: rules of timing commit judge a row once, by what all its writes come to.
CREATE TABLE agent.constraint_replaced (
    transaction_id xid8 NOT NULL,
    relation oid NOT NULL,
    version tid NOT NULL,
    PRIMARY KEY (transaction_id, relation, version)
);
COMMENT ON TABLE agent.constraint_replaced IS
'While rules of timing commit are judged in portable mode: versions of rows that a later write of the transaction replaced. Empty after it.';
COMMENT ON COLUMN agent.constraint_replaced.transaction_id IS 'The transaction that is judged.';
COMMENT ON COLUMN agent.constraint_replaced.relation IS 'The table.';
COMMENT ON COLUMN agent.constraint_replaced.version IS 'Where the version lies.';
ALTER TABLE agent.constraint_replaced OWNER TO erp_owner;
