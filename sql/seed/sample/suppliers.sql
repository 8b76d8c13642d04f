-- Ten suppliers and what they sell: each product has a preferred one and another. Re-runnable; what a person has changed
-- stays.
INSERT INTO erp.suppliers (
    supplier_code, company_name, contact_email, street_address, country_code, tax_identifier, payment_terms, lead_time_days,
    reliability_score, is_preferred
)
VALUES
('S-01', 'Olivar del Sur SL', 'ventas@olivar-del-sur.example', 'Camino Real 4, 23001 Jaén', 'ES', 'ESB12345678', 'net 45', 12, 0.93, true),
('S-02', 'Mühle Hartmann GmbH', 'verkauf@muehle-hartmann.example', 'Mühlbach 1, 97421 Schweinfurt', 'DE', 'DE811111111', 'net 30', 4, 0.97, true),
('S-03', 'Pasta Fratelli Rossi SpA', 'ordini@fratelli-rossi.example', 'Via Emilia 210, 43126 Parma', 'IT', 'IT01234567890', 'net 30', 8, 0.95, true),
('S-04', 'Rösterei Hafenkontor GmbH', 'b2b@hafenkontor.example', 'Am Sandtorkai 30, 20457 Hamburg', 'DE', 'DE822222222', 'net 30', 5, 0.96, true),
('S-05', 'Brauhaus und Quelle AG', 'gastro@brauhaus-quelle.example', 'Brauereistraße 12, 36037 Fulda', 'DE', 'DE833333333', 'net 14', 3, 0.98, true),
('S-06', 'Molkerei Wiesental eG', 'verkauf@molkerei-wiesental.example', 'Talstraße 3, 87435 Kempten', 'DE', 'DE844444444', 'net 14', 2, 0.98, true),
('S-07', 'Kaashandel De Vries BV', 'verkoop@devries-kaas.example', 'Markt 8, 2801 Gouda', 'NL', 'NL855555555B01', 'net 30', 4, 0.94, true),
('S-08', 'Fleischerei Brenner KG', 'versand@fleischerei-brenner.example', 'Schlachthofstraße 5, 70188 Stuttgart', 'DE', 'DE866666666', 'net 14', 2, 0.96, true),
('S-09', 'Nordfisk Handel AS', 'salg@nordfisk.example', 'Fiskebrygga 2, 5003 Bergen', 'NO', NULL, 'net 14', 5, 0.91, true),
('S-10', 'Großmarkt Allerlei GmbH', 'order@grossmarkt-allerlei.example', 'Großmarkt 1, 60314 Frankfurt am Main', 'DE', 'DE877777777', 'net 0', 1, 0.82, false)
ON CONFLICT DO NOTHING;

WITH source (category, supplier_code) AS (
    VALUES
    ('oils', 'S-01'), ('baking', 'S-02'), ('dry goods', 'S-03'), ('spices', 'S-03'), ('preserves', 'S-03'),
    ('hot drinks', 'S-04'), ('drinks', 'S-05'), ('dairy', 'S-06'), ('cheese', 'S-07'), ('meat', 'S-08'), ('fish', 'S-09'),
    ('fresh', 'S-06')
), offer AS (
    SELECT
        s.supplier_id,
        p.product_id,
        p.stock_keeping_unit,
        p.standard_unit_cost AS unit_cost,
        10 AS order_multiple
    FROM erp.products AS p
    JOIN source USING (category)
    JOIN erp.suppliers AS s USING (supplier_code)
    UNION ALL
    -- The wholesale market has everything at once, at a price.
    SELECT
        s.supplier_id,
        p.product_id,
        p.stock_keeping_unit,
        round(p.standard_unit_cost * 1.12, 2),
        1
    FROM erp.products AS p
    JOIN source USING (category)
    JOIN erp.suppliers AS s ON s.supplier_code = 'S-10'
)
INSERT INTO erp.supplier_products (
    supplier_id, product_id, supplier_sku, unit_cost, currency_code, minimum_order_quantity, order_multiple
)
SELECT
    o.supplier_id,
    o.product_id,
    'A' || lpad(o.product_id::text, 5, '0'),
    o.unit_cost,
    'EUR',
    o.order_multiple,
    o.order_multiple
FROM offer AS o
WHERE NOT EXISTS (
    SELECT
    FROM erp.supplier_products AS k
    WHERE k.supplier_id = o.supplier_id
        AND k.product_id = o.product_id
);
