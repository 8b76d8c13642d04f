CREATE OR REPLACE FUNCTION erp.priced_bill_lines(p_lines jsonb, p_currency text, p_on date)
RETURNS TABLE (
    line_number bigint,
    description text,
    account_code text,
    net_amount numeric,
    tax_code text,
    tax_rate numeric,
    tax_amount numeric,
    is_reverse_charge boolean,
    tax_account_code text,
    dimensions jsonb
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_fault record;
    v_minor_unit integer;
BEGIN
    IF jsonb_typeof(p_lines) IS DISTINCT FROM 'array' OR jsonb_array_length(p_lines) = 0 THEN
        RAISE EXCEPTION 'lines: a non-empty array is needed'
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('found', COALESCE(jsonb_typeof(p_lines), 'null'))::text,
            HINT = 'pass [{"description", "account_code", "net" or "gross", "tax_code"}, ...]';
    END IF;
    SELECT c.minor_unit INTO v_minor_unit FROM erp.currencies AS c WHERE c.currency_code = p_currency;
    SELECT l.ordinality - 1 AS line_position, l.line, fault.* INTO v_fault
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l (line, ordinality)
    LEFT JOIN erp.tax_codes AS k ON k.tax_code = l.line ->> 'tax_code' AND k.direction = 'input'
    LEFT JOIN erp.tax_rates AS r ON r.tax_code = k.tax_code AND p_on BETWEEN r.valid_from AND r.valid_to
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN jsonb_typeof(l.line) <> 'object' OR btrim(COALESCE(l.line ->> 'description', '')) = ''
                OR NOT l.line ? 'account_code' OR (l.line ? 'net') = (l.line ? 'gross')
                OR COALESCE(l.line ->> 'net', l.line ->> 'gross', '') !~ '^[0-9]{1,15}(\.[0-9]+)?$'
                THEN 'RP010'
            WHEN scale(trim_scale(COALESCE(l.line ->> 'net', l.line ->> 'gross')::numeric)) > v_minor_unit THEN 'RP211'
            WHEN r.tax_code IS NULL THEN 'RP220'
        END AS code
    ) AS fault
    WHERE fault.code IS NOT NULL
    ORDER BY l.ordinality
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'lines[%]: %', v_fault.line_position, CASE v_fault.code
            WHEN 'RP211' THEN format('the amount has more than %s decimals', v_minor_unit)
            WHEN 'RP220' THEN format('no input tax code with a rate on %s', p_on)
            ELSE 'description, account_code and either net or gross are needed' END
            USING ERRCODE = v_fault.code, DETAIL = v_fault.line::text,
            HINT = 'correct this line; SELECT tax_code FROM erp_tax_codes WHERE direction = ''input''';
    END IF;
    RETURN QUERY
    SELECT
        l.ordinality, l.line ->> 'description', l.line ->> 'account_code', n.net, k.tax_code, r.rate_percent,
        CASE
            WHEN l.line ? 'gross' AND NOT k.is_reverse_charge THEN (l.line ->> 'gross')::numeric - n.net
            ELSE round(n.net * r.rate_percent / 100, v_minor_unit)
        END,
        k.is_reverse_charge, a.account_code,
        jsonb_strip_nulls(jsonb_build_object('department', l.line -> 'department', 'project', l.line -> 'project'))
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l (line, ordinality)
    JOIN erp.tax_codes AS k ON k.tax_code = l.line ->> 'tax_code'
    JOIN erp.accounts AS a ON a.account_id = k.account_id
    JOIN erp.tax_rates AS r ON r.tax_code = k.tax_code AND p_on BETWEEN r.valid_from AND r.valid_to
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN l.line ? 'net' THEN (l.line ->> 'net')::numeric
            -- Where the buyer owes the tax, what is billed is net.
            WHEN k.is_reverse_charge THEN (l.line ->> 'gross')::numeric
            ELSE round((l.line ->> 'gross')::numeric / (1 + r.rate_percent / 100), v_minor_unit)
        END AS net
    ) AS n
    ORDER BY l.ordinality;
END
$function$;
COMMENT ON FUNCTION erp.priced_bill_lines(jsonb, text, date) IS
'The lines of a supplier''s bill with net and tax at the rate of the day of supply, rounded per line: exclusive (net) or inclusive (gross). RP010 malformed, RP211 too many decimals, RP220 no input tax code with a rate that day.';
ALTER FUNCTION erp.priced_bill_lines(jsonb, text, date) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.priced_bill_lines(jsonb, text, date) FROM PUBLIC;
