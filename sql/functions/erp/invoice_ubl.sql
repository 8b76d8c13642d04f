CREATE OR REPLACE FUNCTION erp.invoice_ubl(invoice_id bigint)
RETURNS xml
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    v_invoice record;
    v_minor_unit integer;
    v_lines xml;
    v_subtotals xml;
BEGIN
    SELECT
        i.*, m.legal_name, m.street_address, m.country_code AS seller_country, m.tax_identifier, c.customer_name, c.company_name,
        c.billing_address, c.country_code AS buyer_country, c.contact_email, o.customer_reference, k.minor_unit
    INTO v_invoice
    FROM erp.invoices AS i
    JOIN erp.companies AS m USING (company_id)
    JOIN erp.currencies AS k ON k.currency_code = i.currency_code
    JOIN erp.customers AS c ON c.customer_id = i.customer_id
    LEFT JOIN erp.sales_orders AS o ON o.sales_order_id = i.sales_order_id
    WHERE i.invoice_id = invoice_ubl.invoice_id
    AND i.direction = 'customer'
    AND i.document_type = 'invoice'
    AND EXISTS (SELECT FROM erp.invoice_items AS x WHERE x.invoice_id = i.invoice_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'invoice_id: no customer invoice with lines has the number %', invoice_id
            USING ERRCODE = 'RP262', DETAIL = jsonb_build_object('invoice_id', invoice_id)::text,
            HINT = 'SELECT invoice_id, invoice_number FROM erp_invoices WHERE direction = ''customer'' AND document_type = ''invoice''';
    END IF;
    v_minor_unit := v_invoice.minor_unit;

    WITH line AS (
        SELECT
            x.line_number, x.description, trim_scale(x.quantity) AS quantity, trim_scale(x.unit_price) AS unit_price,
            round(x.net_amount, v_minor_unit) AS net_amount, round(x.tax_amount, v_minor_unit) AS tax_amount, trim_scale(x.tax_rate) AS rate,
            round(x.quantity * x.unit_price, v_minor_unit) - round(x.net_amount, v_minor_unit) AS discount, p.stock_keeping_unit,
            CASE p.unit_of_measure WHEN 'kg' THEN 'KGM' WHEN 'litre' THEN 'LTR' ELSE 'H87' END AS unit,
            COALESCE(t.einvoice_category, CASE WHEN x.tax_rate > 0 THEN 'S' ELSE 'Z' END) AS category, t.exemption_reason
        FROM erp.invoice_items AS x
        JOIN erp.tax_codes AS t USING (tax_code)
        LEFT JOIN erp.products AS p USING (product_id)
        WHERE x.invoice_id = invoice_ubl.invoice_id
    ), subtotal AS (
        SELECT l.category, l.rate, min(l.exemption_reason) AS reason, sum(l.net_amount) AS net_amount, sum(l.tax_amount) AS tax_amount
        FROM line AS l
        GROUP BY l.category, l.rate
    )
    SELECT
        (SELECT xmlagg(xmlelement(
            NAME "cac:InvoiceLine",
            xmlelement(NAME "cbc:ID", l.line_number),
            xmlelement(NAME "cbc:InvoicedQuantity", xmlattributes(l.unit AS "unitCode"), l.quantity),
            xmlelement(NAME "cbc:LineExtensionAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), l.net_amount),
            CASE WHEN l.discount <> 0 THEN xmlelement(
                NAME "cac:AllowanceCharge",
                xmlelement(NAME "cbc:ChargeIndicator", l.discount < 0),
                xmlelement(NAME "cbc:AllowanceChargeReason", CASE WHEN l.discount > 0 THEN 'Discount' ELSE 'Rounding' END),
                xmlelement(NAME "cbc:Amount", xmlattributes(v_invoice.currency_code AS "currencyID"), abs(l.discount))) END,
            xmlelement(
                NAME "cac:Item",
                xmlelement(NAME "cbc:Name", l.description),
                CASE WHEN l.stock_keeping_unit IS NOT NULL THEN xmlelement(
                    NAME "cac:SellersItemIdentification", xmlelement(NAME "cbc:ID", l.stock_keeping_unit)) END,
                xmlelement(
                    NAME "cac:ClassifiedTaxCategory",
                    xmlelement(NAME "cbc:ID", l.category),
                    CASE WHEN l.category <> 'O' THEN xmlelement(NAME "cbc:Percent", l.rate) END,
                    xmlelement(NAME "cac:TaxScheme", xmlelement(NAME "cbc:ID", 'VAT')))),
            xmlelement(
                NAME "cac:Price",
                xmlelement(NAME "cbc:PriceAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), l.unit_price)))
            ORDER BY l.line_number) FROM line AS l),
        (SELECT xmlagg(xmlelement(
            NAME "cac:TaxSubtotal",
            xmlelement(NAME "cbc:TaxableAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), s.net_amount),
            xmlelement(NAME "cbc:TaxAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), s.tax_amount),
            xmlelement(
                NAME "cac:TaxCategory",
                xmlelement(NAME "cbc:ID", s.category),
                CASE WHEN s.category <> 'O' THEN xmlelement(NAME "cbc:Percent", s.rate) END,
                CASE WHEN s.category NOT IN ('S', 'Z') THEN xmlelement(NAME "cbc:TaxExemptionReason", COALESCE(s.reason, 'Exempt')) END,
                xmlelement(NAME "cac:TaxScheme", xmlelement(NAME "cbc:ID", 'VAT'))))
            ORDER BY s.category, s.rate) FROM subtotal AS s)
    INTO v_lines, v_subtotals;

    RETURN xmlelement(
        NAME "Invoice",
        xmlattributes(
            'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' AS xmlns,
            'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2' AS "xmlns:cac",
            'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2' AS "xmlns:cbc"),
        xmlelement(NAME "cbc:CustomizationID", 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0'),
        xmlelement(NAME "cbc:ProfileID", 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0'),
        xmlelement(NAME "cbc:ID", v_invoice.invoice_number),
        xmlelement(NAME "cbc:IssueDate", v_invoice.document_date),
        xmlelement(NAME "cbc:DueDate", v_invoice.due_date),
        xmlelement(NAME "cbc:InvoiceTypeCode", 380),
        xmlelement(NAME "cbc:DocumentCurrencyCode", v_invoice.currency_code),
        xmlelement(NAME "cbc:BuyerReference", COALESCE(v_invoice.customer_reference, v_invoice.sales_order_id::text, v_invoice.customer_id::text)),
        xmlelement(
            NAME "cac:AccountingSupplierParty", xmlelement(
                NAME "cac:Party",
                xmlelement(NAME "cac:PartyName", xmlelement(NAME "cbc:Name", v_invoice.legal_name)),
                xmlelement(
                    NAME "cac:PostalAddress",
                    CASE WHEN v_invoice.street_address <> '' THEN xmlelement(NAME "cbc:StreetName", v_invoice.street_address) END,
                    xmlelement(NAME "cac:Country", xmlelement(NAME "cbc:IdentificationCode", v_invoice.seller_country))),
                CASE WHEN v_invoice.tax_identifier IS NOT NULL THEN xmlelement(
                    NAME "cac:PartyTaxScheme",
                    xmlelement(NAME "cbc:CompanyID", v_invoice.tax_identifier),
                    xmlelement(NAME "cac:TaxScheme", xmlelement(NAME "cbc:ID", 'VAT'))) END,
                xmlelement(NAME "cac:PartyLegalEntity", xmlelement(NAME "cbc:RegistrationName", v_invoice.legal_name)))),
        xmlelement(
            NAME "cac:AccountingCustomerParty", xmlelement(
                NAME "cac:Party",
                CASE WHEN v_invoice.contact_email IS NOT NULL THEN xmlelement(
                    NAME "cbc:EndpointID", xmlattributes('EM' AS "schemeID"), v_invoice.contact_email) END,
                xmlelement(NAME "cac:PartyName", xmlelement(NAME "cbc:Name", v_invoice.customer_name)),
                xmlelement(
                    NAME "cac:PostalAddress",
                    CASE WHEN v_invoice.billing_address <> '' THEN xmlelement(NAME "cbc:StreetName", v_invoice.billing_address) END,
                    xmlelement(NAME "cac:Country", xmlelement(NAME "cbc:IdentificationCode", v_invoice.buyer_country))),
                xmlelement(
                    NAME "cac:PartyLegalEntity",
                    xmlelement(NAME "cbc:RegistrationName", COALESCE(v_invoice.company_name, v_invoice.customer_name))))),
        xmlelement(NAME "cac:Delivery", xmlelement(NAME "cbc:ActualDeliveryDate", v_invoice.delivery_date)),
        xmlelement(
            NAME "cac:PaymentMeans",
            xmlelement(NAME "cbc:PaymentMeansCode", 30),
            xmlelement(NAME "cbc:PaymentID", v_invoice.invoice_number)),
        xmlelement(
            NAME "cac:TaxTotal",
            xmlelement(NAME "cbc:TaxAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), round(v_invoice.tax_total, v_minor_unit)),
            v_subtotals),
        xmlelement(
            NAME "cac:LegalMonetaryTotal",
            xmlelement(NAME "cbc:LineExtensionAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), round(v_invoice.net_total, v_minor_unit)),
            xmlelement(NAME "cbc:TaxExclusiveAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), round(v_invoice.net_total, v_minor_unit)),
            xmlelement(NAME "cbc:TaxInclusiveAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), round(v_invoice.gross_total, v_minor_unit)),
            xmlelement(NAME "cbc:PayableAmount", xmlattributes(v_invoice.currency_code AS "currencyID"), round(v_invoice.gross_total, v_minor_unit))),
        v_lines);
END
$function$;
COMMENT ON FUNCTION erp.invoice_ubl(bigint) IS
'An issued customer invoice as UBL 2.1 with the core fields of EN 16931 and Peppol BIS Billing 3; its totals are the stored ones. RP262 when there is no such invoice; 0A000 where PostgreSQL was built without XML.';
ALTER FUNCTION erp.invoice_ubl(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.invoice_ubl(bigint) FROM PUBLIC;
