-- Tax as a German trader owes it. Where no determination fits, the order is held: nothing is taxed at 0 % by accident.
-- Re-runnable; what a person has changed stays.
INSERT INTO erp.tax_codes (tax_code, tax_code_name, direction, account_id)
SELECT c.tax_code, c.tax_code_name, c.direction, a.account_id
FROM (VALUES
    ('DE19', 'Germany, standard rate', 'output', '2300'),
    ('DE7', 'Germany, reduced rate', 'output', '2300'),
    ('EU0', 'Intra-community supply, exempt', 'output', '2300'),
    ('EX0', 'Export, exempt', 'output', '2300'),
    ('UNTAXED', 'Outside the scope of tax', 'output', '2300'),
    ('DE19_IN', 'Germany, standard rate, purchases', 'input', '1350'),
    ('DE7_IN', 'Germany, reduced rate, purchases', 'input', '1350'),
    ('FOREIGN_IN', 'Purchases from abroad without German tax', 'input', '1350')
) AS c (tax_code, tax_code_name, direction, account_code)
JOIN erp.accounts AS a USING (account_code)
ON CONFLICT (tax_code) DO NOTHING;

-- The rates of 2020's second half were lowered for six months; documents of that time still need them.
INSERT INTO erp.tax_rates (tax_code, valid_from, valid_to, rate_percent)
SELECT c.tax_code, r.valid_from::date, r.valid_to::date, r.rate_percent
FROM (VALUES
    ('DE19', '2007-01-01', '2020-06-30', 19),
    ('DE19', '2020-07-01', '2020-12-31', 16),
    ('DE19', '2021-01-01', 'infinity', 19),
    ('DE7', '1983-07-01', '2020-06-30', 7),
    ('DE7', '2020-07-01', '2020-12-31', 5),
    ('DE7', '2021-01-01', 'infinity', 7)
) AS r (rate_code, valid_from, valid_to, rate_percent)
JOIN erp.tax_codes AS c ON c.tax_code IN (r.rate_code, r.rate_code || '_IN')
ON CONFLICT DO NOTHING;
INSERT INTO erp.tax_rates (tax_code, valid_from, rate_percent)
SELECT tax_code, '1900-01-01', 0
FROM erp.tax_codes
WHERE tax_code IN ('EU0', 'EX0', 'UNTAXED', 'FOREIGN_IN')
ON CONFLICT DO NOTHING;

-- Goods and services from other EU countries: the buyer owes the tax, and gets it back.
INSERT INTO erp.tax_codes (tax_code, tax_code_name, direction, account_id, is_reverse_charge)
SELECT 'EU19_RC', 'Purchases from the EU, tax owed by the buyer', 'input', a.account_id, true
FROM erp.accounts AS a
WHERE a.account_code = '1350'
ON CONFLICT (tax_code) DO NOTHING;
INSERT INTO erp.tax_rates (tax_code, valid_from, rate_percent)
SELECT tax_code, '2021-01-01', 19
FROM erp.tax_codes
WHERE tax_code = 'EU19_RC'
ON CONFLICT DO NOTHING;

-- Consumers in other EU countries are taxed at home: the company is below the distance-selling threshold. Above it, these
-- rows change to the countries' own codes.
WITH eu (country_code) AS (
    VALUES
    ('AT'), ('BE'), ('BG'), ('CY'), ('CZ'), ('DK'), ('EE'), ('ES'), ('FI'), ('FR'), ('GR'), ('HR'), ('HU'), ('IE'), ('IT'),
    ('LT'), ('LU'), ('LV'), ('MT'), ('NL'), ('PL'), ('PT'), ('RO'), ('SE'), ('SI'), ('SK')
), taxed (product_tax_class, tax_code) AS (
    VALUES
    ('standard', 'DE19'),
    ('reduced', 'DE7')
)
INSERT INTO erp.tax_determinations (product_tax_class, customer_tax_status, country_code, tax_code)
SELECT t.product_tax_class, s.customer_tax_status, 'DE', t.tax_code
FROM taxed AS t
CROSS JOIN (VALUES ('business'), ('consumer')) AS s (customer_tax_status)
UNION ALL
SELECT t.product_tax_class, 'business', e.country_code, 'EU0'
FROM taxed AS t
CROSS JOIN eu AS e
UNION ALL
SELECT t.product_tax_class, 'consumer', e.country_code, t.tax_code
FROM taxed AS t
CROSS JOIN eu AS e
UNION ALL
SELECT t.product_tax_class, s.customer_tax_status, '*', 'EX0'
FROM taxed AS t
CROSS JOIN (VALUES ('business'), ('consumer')) AS s (customer_tax_status)
UNION ALL
SELECT 'untaxed', s.customer_tax_status, '*', 'UNTAXED'
FROM (VALUES ('business'), ('consumer'), ('untaxed')) AS s (customer_tax_status)
UNION ALL
SELECT t.product_tax_class, 'untaxed', '*', 'UNTAXED'
FROM taxed AS t
ON CONFLICT (product_tax_class, customer_tax_status, country_code) DO NOTHING;

-- What electronic invoices say about them, unless a person has said so.
UPDATE erp.tax_codes AS t
SET einvoice_category = c.category,
    exemption_reason = c.reason
FROM (VALUES
    ('EU0', 'K', 'Intra-community supply'),
    ('EX0', 'G', 'Export outside the EU'),
    ('UNTAXED', 'O', 'Not subject to VAT')
) AS c (tax_code, category, reason)
WHERE t.tax_code = c.tax_code
AND t.einvoice_category IS NULL;
