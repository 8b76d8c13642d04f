-- An invoice as UBL 2.1: its totals, lines and taxes are those of the stored document, whatever the names in it.
BEGIN;
\ir _fixtures.sql
SELECT plan(24);
SELECT pg_temp.make_customer('ubl@tap.test', 1000000, 'gold'), pg_temp.make_product('ubl-1', 10.01), pg_temp.make_product('ubl-<2>', 3.3333), pg_temp.make_stock('ubl-1', 100, 4), pg_temp.make_stock('ubl-<2>', 100, 1);
UPDATE erp.customers SET customer_name = 'Tom & "Jerry" <Ltd>', billing_address = 'Cheese Street 1' WHERE contact_email = 'ubl@tap.test';
SELECT pg_temp.make_order('u', 'ubl@tap.test', '[{"sku": "ubl-1", "quantity": 3}, {"sku": "ubl-<2>", "quantity": 7}]', format('{"discount_percent": 10, "rounding_policy": "%s"}', policy)::jsonb)
FROM (VALUES ('per_line')) AS v (policy);
SELECT pg_temp.confirm('u');
SELECT erp.post_customer_invoice(pg_temp.o('u')) AS invoice \gset
CREATE FUNCTION pg_temp.at(path text, id bigint)
RETURNS text[]
LANGUAGE sql
AS $$
    SELECT (xpath(path, erp.invoice_ubl(id), ARRAY[
        ARRAY['u', 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'],
        ARRAY['cac', 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'],
        ARRAY['cbc', 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2']]))::text[]
$$;
CREATE FUNCTION pg_temp.one(path text, id bigint) RETURNS numeric LANGUAGE sql AS $$ SELECT (pg_temp.at(path, id))[1]::numeric $$;
SELECT ok(xml_is_well_formed_document(erp.invoice_ubl(:invoice)::text), 'it is well-formed');
SELECT is((pg_temp.at('/u:Invoice/cbc:ID/text()', :invoice))[1], (SELECT invoice_number FROM erp.invoices WHERE invoice_id = :invoice), 'its number');
SELECT is(pg_temp.at('/u:Invoice/cbc:InvoiceTypeCode/text()', :invoice), '{380}', 'an invoice');
SELECT is(pg_temp.one('//cac:LegalMonetaryTotal/cbc:' || element || '/text()', :invoice), CASE field WHEN 'net' THEN net_total ELSE gross_total END, element || ' is the stored total')
FROM erp.invoices
CROSS JOIN (VALUES ('LineExtensionAmount', 'net'), ('TaxExclusiveAmount', 'net'), ('TaxInclusiveAmount', 'gross'), ('PayableAmount', 'gross')) AS v (element, field)
WHERE invoice_id = :invoice;
SELECT is(pg_temp.one('/u:Invoice/cac:TaxTotal/cbc:TaxAmount/text()', :invoice), tax_total, 'the stored tax') FROM erp.invoices WHERE invoice_id = :invoice;
SELECT is((SELECT sum(a::numeric) FROM unnest(pg_temp.at('//cac:TaxSubtotal/cbc:TaxAmount/text()', :invoice)) AS a), tax_total, 'which is the sum of its categories') FROM erp.invoices WHERE invoice_id = :invoice;
SELECT is((SELECT sum(a::numeric) FROM unnest(pg_temp.at('//cac:InvoiceLine/cbc:LineExtensionAmount/text()', :invoice)) AS a), net_total, 'the lines sum to the net') FROM erp.invoices WHERE invoice_id = :invoice;
SELECT is(pg_temp.at('//cac:InvoiceLine/cbc:InvoicedQuantity/text()', :invoice), '{3,7}', 'quantities');
SELECT is(
    (SELECT array_agg(q::numeric * p::numeric - coalesce(d::numeric, 0) - n::numeric) FROM unnest(
        pg_temp.at('//cac:InvoiceLine/cbc:InvoicedQuantity/text()', :invoice), pg_temp.at('//cac:InvoiceLine/cac:Price/cbc:PriceAmount/text()', :invoice),
        pg_temp.at('//cac:InvoiceLine/cac:AllowanceCharge/cbc:Amount/text()', :invoice), pg_temp.at('//cac:InvoiceLine/cbc:LineExtensionAmount/text()', :invoice)) AS l (q, p, d, n)
        WHERE abs(q::numeric * p::numeric - coalesce(d::numeric, 0) - n::numeric) >= 0.01), NULL, 'quantity by price less discount is the line, to the cent');
SELECT is(pg_temp.at('//cac:TaxCategory/cbc:ID/text()', :invoice), '{S}', 'standard rate');
SELECT is(pg_temp.at('//cac:TaxCategory/cbc:Percent/text()', :invoice), '{20}', 'of 20 %');
SELECT is(pg_temp.at('//@currencyID', :invoice) <@ '{EUR}', true, 'every amount has its currency');
SELECT is(pg_temp.at('//cac:AccountingCustomerParty/cac:Party/cac:PartyName/cbc:Name/text()', :invoice), '{"Tom &amp; \"Jerry\" &lt;Ltd&gt;"}', 'names stay text');
SELECT is(pg_temp.at('//cac:AccountingSupplierParty//cbc:RegistrationName/text()', :invoice), ARRAY[(SELECT legal_name FROM erp.companies WHERE company_id = 1)], 'the seller');
SELECT is(pg_temp.at('/u:Invoice/cbc:DueDate/text()', :invoice), ARRAY[(SELECT due_date::text FROM erp.invoices WHERE invoice_id = :invoice)], 'the due date');
SELECT is(
    (SELECT string_agg(local, ' ' ORDER BY n) FROM (SELECT n, regexp_replace(e, '^<(?:[a-z]+:)?([A-Za-z]+)[^>]*>.*$', '\1') AS local FROM unnest(pg_temp.at('/u:Invoice/*[position() < 15]', :invoice)) WITH ORDINALITY AS u (e, n)) AS x),
    'CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode DocumentCurrencyCode BuyerReference AccountingSupplierParty AccountingCustomerParty Delivery PaymentMeans TaxTotal LegalMonetaryTotal',
    'in the order that the schema asks for');
-- Exempt supplies say why.
UPDATE erp.tax_rates SET rate_percent = 0 WHERE tax_code = 'TAP20';
UPDATE erp.tax_codes SET einvoice_category = 'K', exemption_reason = 'Intra-community supply' WHERE tax_code = 'TAP20';
SELECT pg_temp.make_order('k', 'ubl@tap.test', 'ubl-1', 1);
SELECT pg_temp.confirm('k');
SELECT erp.post_customer_invoice(pg_temp.o('k')) AS exempt \gset
SELECT is(pg_temp.at('//cac:TaxCategory/*[not(*)]/text()', :exempt), '{K,0,"Intra-community supply"}', 'category, rate and reason');
SELECT throws_ok('SELECT erp.invoice_ubl(-1)', 'RP262', NULL, 'an invoice there is not');
SELECT is(pg_temp.attempt(who, format('SELECT erp.invoice_ubl(%s) IS NOT NULL', :invoice)), answer, format('%s: %s', who, answer))
FROM (VALUES ('erp_operator', 'true'), ('finance_agent', 'true'), ('sales_agent', '42501')) AS v (who, answer);
SELECT * FROM finish();
ROLLBACK;
