CREATE OR REPLACE FUNCTION erp.journal_balance_check()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_transaction_id bigint;
    v_legs bigint;
    v_base_gap numeric;
    v_gaps jsonb;
BEGIN
    FOREACH v_transaction_id IN ARRAY CASE
        WHEN TG_OP = 'INSERT' THEN ARRAY[NEW.transaction_id]
        WHEN TG_OP = 'DELETE' THEN ARRAY[OLD.transaction_id]
        ELSE ARRAY[OLD.transaction_id, NEW.transaction_id] END
    LOOP
        IF NOT EXISTS (SELECT FROM erp.financial_transactions WHERE transaction_id = v_transaction_id) THEN
            CONTINUE;
        END IF;
        SELECT sum(legs), sum(base_gap), jsonb_object_agg(currency_code, gap) FILTER (WHERE gap <> 0)
        INTO v_legs, v_base_gap, v_gaps
        FROM (
            SELECT currency_code, count(*) AS legs, sum(signed_amount) AS gap, sum(signed_base_amount) AS base_gap
            FROM erp.journal_entries
            WHERE transaction_id = v_transaction_id
            GROUP BY currency_code
        ) AS per_currency;
        IF COALESCE(v_legs, 0) < 2 THEN
            RAISE EXCEPTION 'transaction % has % legs, at least two are needed', v_transaction_id, COALESCE(v_legs, 0)
                USING ERRCODE = 'RP202',
                DETAIL = jsonb_build_object('transaction_id', v_transaction_id, 'legs', COALESCE(v_legs, 0))::text,
                HINT = 'post debit and credit legs in the same transaction as the header',
                TABLE = 'journal_entries', SCHEMA = 'erp', CONSTRAINT = 'double_entry';
        ELSIF v_gaps IS NOT NULL OR v_base_gap <> 0 THEN
            RAISE EXCEPTION 'transaction % does not balance', v_transaction_id
                USING ERRCODE = 'RP201',
                DETAIL = jsonb_build_object('transaction_id', v_transaction_id, 'gap', COALESCE(v_gaps, '{}'), 'base_gap', v_base_gap)::text,
                HINT = 'debits and credits must be equal in each currency and in base currency; gap = debits - credits',
                TABLE = 'journal_entries', SCHEMA = 'erp', CONSTRAINT = 'double_entry';
        END IF;
    END LOOP;
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION erp.journal_balance_check() IS
'Deferred constraint trigger on headers and legs, for INSERT, UPDATE and DELETE: at least two legs (RP202), debits = credits in every currency and in base (RP201). Owned by erp_owner, so that it sees all rows.';
ALTER FUNCTION erp.journal_balance_check() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.journal_balance_check() FROM PUBLIC;
