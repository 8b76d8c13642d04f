CREATE OR REPLACE FUNCTION erp.exchange_rate(p_from text, p_to text, p_on date)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_rate numeric;
BEGIN
    IF p_from = p_to THEN
        RETURN 1;
    END IF;
    SELECT rate INTO v_rate
    FROM erp.exchange_rates
    WHERE from_currency = p_from
    AND to_currency = p_to
    AND rate_date <= p_on
    ORDER BY rate_date DESC
    LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no exchange rate from % to % on %', p_from, p_to, p_on
            USING ERRCODE = 'RP212',
            DETAIL = jsonb_build_object('from', p_from, 'to', p_to, 'date', p_on)::text,
            HINT = 'insert the rate into erp_exchange_rates; a missing rate is never taken as 1';
    END IF;
    RETURN v_rate;
END
$function$;
COMMENT ON FUNCTION erp.exchange_rate(text, text, date) IS
'Units of the second currency for one of the first on that day: the latest dated rate not after it. RP212 when there is none.';
ALTER FUNCTION erp.exchange_rate(text, text, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.exchange_rate(text, text, date) FROM PUBLIC;
