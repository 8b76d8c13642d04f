-- The sample company's warehouses. Re-runnable; what a person has changed stays.
INSERT INTO erp.warehouses (facility_name, location_address, is_climate_controlled, maximum_capacity_volume)
VALUES
('Frankfurt Main Hub', 'Hanauer Landstraße 190, 60314 Frankfurt am Main', false, 12000),
('Berlin Cold Storage', 'Beusselstraße 44, 10553 Berlin', true, 6000),
('Munich Distribution', 'Thalkirchner Straße 81, 81371 München', false, 8000)
ON CONFLICT (facility_name) DO NOTHING;
