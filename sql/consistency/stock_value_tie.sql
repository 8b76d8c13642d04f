CREATE OR REPLACE VIEW erp.invariant_stock_value_tie AS
SELECT format('layers %s, moves %s, account 1200 %s', layers.total, moves.total, ledger.balance) AS detail
FROM (SELECT COALESCE(sum(value_remaining), 0) AS total FROM erp.cost_layers) AS layers
CROSS JOIN (SELECT COALESCE(sum(value), 0) AS total FROM erp.stock_moves) AS moves
CROSS JOIN (
    SELECT COALESCE(sum(j.signed_base_amount), 0) AS balance
    FROM erp.journal_entries AS j
    JOIN erp.accounts AS a USING (account_id)
    WHERE a.control_of = 'inventory'
) AS ledger
WHERE layers.total <> ledger.balance
OR moves.total <> ledger.balance;
COMMENT ON VIEW erp.invariant_stock_value_tie IS 'The value of the stock is the balance of the inventory account.';
ALTER VIEW erp.invariant_stock_value_tie OWNER TO erp_owner;
