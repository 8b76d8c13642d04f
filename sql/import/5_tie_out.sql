-- Sub-ledgers must agree with their control accounts before an import may commit. RP204 to RP211 came earlier, from the ledger.
DO $tie$
DECLARE
    gap record;
BEGIN
    SELECT t.* INTO gap FROM erp.opening_tie_out() AS t WHERE t.difference <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% differs from the ledger by %', gap.control, gap.difference
            USING ERRCODE = 'RP902', DETAIL = to_jsonb(gap)::text,
            HINT = 'SELECT * FROM erp.opening_tie_out(); nothing of this import was written';
    END IF;
END
$tie$;
