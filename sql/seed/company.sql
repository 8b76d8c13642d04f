-- The company whose books these are. Re-runnable; what a person has changed stays.
INSERT INTO erp.companies (company_id, legal_name, street_address, country_code, tax_identifier, base_currency, time_zone)
VALUES (1, 'Headless Trading GmbH', 'Hanauer Landstraße 1, 60314 Frankfurt am Main', 'DE', 'DE123456789', 'EUR', 'Europe/Berlin')
ON CONFLICT (company_id) DO NOTHING;
-- The row above names its key, so the sequence has to follow.
SELECT setval(pg_get_serial_sequence('erp.companies', 'company_id'), max(company_id)) FROM erp.companies;
