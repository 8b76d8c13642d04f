-- Builders of journals: legs, postings, what an account holds.
CREATE FUNCTION pg_temp.legs(VARIADIC legs text[])
RETURNS jsonb
LANGUAGE sql
AS $$
    -- '5200 10' is a debit, '1000 -10' a credit; a third word is the currency, a fourth the base amount
    SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'account_code', split_part(l, ' ', 1), 'amount', abs(split_part(l, ' ', 2)::numeric),
        'is_credit', split_part(l, ' ', 2)::numeric < 0, 'currency', nullif(split_part(l, ' ', 3), ''),
        'base_amount', nullif(split_part(l, ' ', 4), '')::numeric)))
    FROM unnest(legs) AS l
$$;
-- Posts and judges at once; ok or the SQLSTATE.
CREATE FUNCTION pg_temp.post(legs jsonb, more text DEFAULT '', who name DEFAULT 'erp_controller')
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    answer CONSTANT text := pg_temp.attempt(who, format('SELECT erp.post_journal_entry(''rent'', %L%s)', legs, more));
BEGIN
    RETURN CASE WHEN EXISTS (SELECT FROM erp.financial_transactions WHERE transaction_id::text = answer) THEN 'ok' ELSE answer END;
END
$$;
-- The legs of a transaction as 'account amount currency base'.
CREATE FUNCTION pg_temp.legs_of(tx bigint)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(concat_ws(' ', account_code, trim_scale(signed_amount), j.currency_code, trim_scale(signed_base_amount)), ', ' ORDER BY entry_id)
    FROM erp.journal_entries AS j
    JOIN erp.accounts AS a USING (account_id)
    WHERE j.transaction_id = tx
$$;
-- The message of the last refusal.
CREATE FUNCTION pg_temp.said() RETURNS text LANGUAGE sql AS $$ SELECT current_setting('tap.message', true) $$;
