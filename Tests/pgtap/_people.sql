-- The two people of the sample company, for databases without it.
INSERT INTO erp.people (full_name, email, database_role, approval_limit, may_approve_rules)
VALUES
('Olivia Operator', 'olivia@example.test', 'erp_operator', 250000, false),
('Carl Controller', 'carl@example.test', 'erp_controller', 1000000, true)
ON CONFLICT (database_role) DO UPDATE
SET approval_limit = excluded.approval_limit,
    may_approve_rules = excluded.may_approve_rules,
    is_active = true;
