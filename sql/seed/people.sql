-- The two people of a new installation. Re-runnable; limits and rights a person has changed stay.
INSERT INTO erp.people (full_name, email, database_role, approval_limit, may_approve_rules)
VALUES
('Olivia Operator', 'olivia@headless-trading.example', 'erp_operator', 250000, true),
('Carl Controller', 'carl@headless-trading.example', 'erp_controller', 1000000, true)
ON CONFLICT (database_role) DO NOTHING;
