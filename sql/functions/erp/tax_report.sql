CREATE OR REPLACE FUNCTION erp.tax_report(from_date date, to_date date, company bigint DEFAULT NULL)
RETURNS TABLE (
    period_start date,
    direction text,
    tax_code text,
    tax_code_name text,
    tax_rate numeric,
    documents bigint,
    net_amount numeric,
    tax_amount numeric
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    WITH taxed AS (
        SELECT
            i.invoice_id, i.posting_date, i.exchange_rate, b.minor_unit, x.tax_code, x.tax_rate, k.account_id, k.direction,
            k.tax_code_name, CASE i.document_type WHEN 'invoice' THEN 1 ELSE -1 END AS sign,
            sum(x.net_amount) AS net_amount, sum(x.tax_amount) AS tax_amount
        FROM erp.invoices AS i
        JOIN erp.invoice_items AS x USING (invoice_id)
        JOIN erp.tax_codes AS k USING (tax_code)
        JOIN erp.companies AS m USING (company_id)
        JOIN erp.currencies AS b ON b.currency_code = m.base_currency
        WHERE i.posting_date BETWEEN COALESCE(tax_report.from_date, '-infinity') AND COALESCE(tax_report.to_date, 'infinity')
        AND (tax_report.company IS NULL OR i.company_id = tax_report.company)
        GROUP BY i.invoice_id, b.minor_unit, x.tax_code, x.tax_rate, k.account_id, k.direction, k.tax_code_name
    ), running AS (
        -- A journal rounds the tax of an account once: the codes on that account share it without losing a cent.
        SELECT
            t.*,
            sum(t.tax_amount) OVER (PARTITION BY t.invoice_id, t.account_id ORDER BY t.tax_code, t.tax_rate) AS upto
        FROM taxed AS t
    )
    SELECT
        date_trunc('month', r.posting_date::timestamp)::date, r.direction, r.tax_code, r.tax_code_name, r.tax_rate,
        count(DISTINCT r.invoice_id),
        sum(r.sign * round(r.net_amount * r.exchange_rate, r.minor_unit)),
        sum(r.sign * (round(r.upto * r.exchange_rate, r.minor_unit) - round((r.upto - r.tax_amount) * r.exchange_rate, r.minor_unit)))
    FROM running AS r
    GROUP BY 1, r.direction, r.tax_code, r.tax_code_name, r.tax_rate
    ORDER BY 1, r.direction DESC, r.tax_code, r.tax_rate;
END
$function$;
COMMENT ON FUNCTION erp.tax_report(date, date, bigint) IS
'Net and tax of all posted documents by month, tax code and rate, base currency; credit notes count negative. The tax is what the documents'' journals posted to the accounts of the codes. Of one company (NULL = all).';
ALTER FUNCTION erp.tax_report(date, date, bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.tax_report(date, date, bigint) FROM PUBLIC;
