CREATE OR REPLACE FUNCTION erp.bank_camt053(p_content text)
RETURNS TABLE (
    statement_reference text,
    currency_code text,
    opening_balance numeric,
    closing_balance numeric,
    statement_date date,
    bank_reference text,
    booked_on date,
    amount numeric,
    counterparty text,
    remittance text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- Versions differ in their namespace only, so elements are found by their local name.
    RETURN QUERY
    WITH statement AS (
        SELECT s.node, s.place
        FROM unnest(xpath('/*[local-name()="Document"]/*/*[local-name()="Stmt"]', xmlparse(DOCUMENT p_content)))
            WITH ORDINALITY AS s (node, place)
    ), balance AS (
        SELECT
            s.place, (xpath('string(/*/*[local-name()="Tp"]/*/*[local-name()="Cd"])', b.node))[1]::text AS code,
            (xpath('string(/*/*[local-name()="Amt"])', b.node))[1]::text::numeric
            * CASE (xpath('string(/*/*[local-name()="CdtDbtInd"])', b.node))[1]::text WHEN 'DBIT' THEN -1 ELSE 1 END AS amount,
            (xpath('string(/*/*[local-name()="Amt"]/@Ccy)', b.node))[1]::text AS currency_code,
            left((xpath('string(/*/*[local-name()="Dt"]/*)', b.node))[1]::text, 10)::date AS on_day
        FROM statement AS s
        CROSS JOIN LATERAL unnest(xpath('/*/*[local-name()="Bal"]', s.node)) AS b (node)
    ), entry AS (
        SELECT
            s.place,
            NULLIF((xpath('string(/*/*[local-name()="AcctSvcrRef"])', e.node))[1]::text, '') AS reference,
            left((xpath('string(/*/*[local-name()="BookgDt"]/*)', e.node))[1]::text, 10)::date AS booked_on,
            (xpath('string(/*/*[local-name()="Amt"])', e.node))[1]::text::numeric
            * CASE (xpath('string(/*/*[local-name()="CdtDbtInd"])', e.node))[1]::text WHEN 'DBIT' THEN -1 ELSE 1 END AS amount,
            -- The other side: who pays us, or whom we pay.
            NULLIF((xpath(format('string(//*[local-name()="RltdPties"]/*[local-name()="%s"]//*[local-name()="Nm"])',
                CASE (xpath('string(/*/*[local-name()="CdtDbtInd"])', e.node))[1]::text WHEN 'DBIT' THEN 'Cdtr' ELSE 'Dbtr' END), e.node))[1]::text, '') AS counterparty,
            NULLIF(array_to_string(xpath('//*[local-name()="RmtInf"]/*[local-name()="Ustrd"]/text()', e.node)::text[], ' '), '') AS remittance
        FROM statement AS s
        CROSS JOIN LATERAL unnest(xpath('/*/*[local-name()="Ntry"][*[local-name()="Sts"][.="BOOK" or *="BOOK"]]', s.node)) AS e (node)
    )
    SELECT
        (xpath('string(/*/*[local-name()="Id"])', s.node))[1]::text,
        o.currency_code, o.amount, c.amount, c.on_day,
        -- Without a reference of the bank, what the line says and its place among equals.
        COALESCE(e.reference, md5(concat_ws('|', e.booked_on, trim_scale(e.amount), e.counterparty, e.remittance)) || '-' || row_number() OVER (
            PARTITION BY s.place, e.reference, e.booked_on, e.amount, e.counterparty, e.remittance)),
        e.booked_on, e.amount, e.counterparty, e.remittance
    FROM statement AS s
    JOIN balance AS o ON o.place = s.place AND o.code IN ('OPBD', 'PRCD')
    JOIN balance AS c ON c.place = s.place AND c.code = 'CLBD'
    LEFT JOIN entry AS e ON e.place = s.place
    ORDER BY s.place;
END
$function$;
COMMENT ON FUNCTION erp.bank_camt053(text) IS
'The booked entries of a CAMT.053 file, with the references, balances and date of their statements; read by PostgreSQL''s own XML functions, in any version of the format. 2200M or 2200N for what is no XML, 0A000 where PostgreSQL was built without XML.';
ALTER FUNCTION erp.bank_camt053(text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.bank_camt053(text) FROM PUBLIC;
