-- Twelve employees in four departments, and what they are paid. Re-runnable; what a person has changed stays.
INSERT INTO erp.departments (department_name, department_code, cost_center, budget_annual, head_agent_id)
SELECT d.department_name, d.department_code, d.cost_center, d.budget_annual, a.agent_id
FROM (VALUES
    ('Sales', 'SAL', '4100', 320000, 'sales_agent'),
    ('Purchasing and logistics', 'LOG', '4200', 480000, 'procurement_agent'),
    ('Finance', 'FIN', '4300', 260000, 'finance_agent'),
    ('People and administration', 'ADM', '4400', 210000, 'hr_payroll_agent')
) AS d (department_name, department_code, cost_center, budget_annual, role_name)
LEFT JOIN agent.agents AS a USING (role_name)
ON CONFLICT (department_code) DO NOTHING;

CREATE TEMPORARY TABLE staff ON COMMIT DROP AS
SELECT *
FROM (VALUES
    ('Marta', 'Keller', 'SAL', 'Head of sales', 'full_time', 78000, NULL, '2016-03-01', NULL),
    ('Jonas', 'Brandt', 'SAL', 'Key account manager', 'full_time', 58000, NULL, '2019-09-01', 'Keller'),
    ('Aylin', 'Demir', 'SAL', 'Inside sales', 'part_time', 29000, NULL, '2022-05-15', 'Keller'),
    ('Stefan', 'Vogel', 'LOG', 'Head of logistics', 'full_time', 72000, NULL, '2014-01-15', NULL),
    ('Petra', 'Lang', 'LOG', 'Buyer', 'full_time', 54000, NULL, '2018-04-01', 'Vogel'),
    ('Emre', 'Kaya', 'LOG', 'Warehouse lead', 'full_time', 46000, NULL, '2017-10-01', 'Vogel'),
    ('Nina', 'Hoffmann', 'LOG', 'Cold chain technician', 'full_time', NULL, 22.50, '2021-02-01', 'Kaya'),
    ('Tomasz', 'Nowak', 'LOG', 'Order picker', 'part_time', NULL, 16.80, '2023-06-01', 'Kaya'),
    ('Claudia', 'Weiss', 'FIN', 'Head of finance', 'full_time', 81000, NULL, '2013-07-01', NULL),
    ('Felix', 'Roth', 'FIN', 'Accountant', 'full_time', 52000, NULL, '2020-11-01', 'Weiss'),
    ('Sabine', 'Krug', 'ADM', 'People partner', 'full_time', 56000, NULL, '2015-08-01', NULL),
    ('Ben', 'Albers', 'ADM', 'Intern', 'intern', NULL, 14.00, '2024-09-01', 'Krug')
) AS s (
    first_name, last_name, department_code, job_title, employment_type, annual_base_salary, hourly_rate, hired_on,
    manager_name
);

INSERT INTO erp.employees (
    department_id, first_name, last_name, email, job_title, employment_type, annual_base_salary, hourly_rate,
    official_hire_date
)
SELECT
    d.department_id,
    s.first_name,
    s.last_name,
    lower(s.first_name || '.' || s.last_name) || '@headless-trading.example',
    s.job_title,
    s.employment_type,
    s.annual_base_salary,
    s.hourly_rate,
    s.hired_on::date
FROM staff AS s
JOIN erp.departments AS d USING (department_code)
ON CONFLICT (email) DO NOTHING;

-- Only for those who have no pay yet, so that a second run does not undo a change of manager.
UPDATE erp.employees AS e
SET reporting_manager_id = m.employee_id
FROM staff AS s
JOIN erp.employees AS m ON m.last_name = s.manager_name
WHERE e.last_name = s.last_name
    AND e.first_name = s.first_name
    AND e.reporting_manager_id IS NULL
    AND NOT EXISTS (SELECT FROM erp.pay_rates AS r WHERE r.employee_id = e.employee_id);

INSERT INTO erp.pay_rates (employee_id, valid_from, annual_base_salary, hourly_rate, weekly_hours, currency_code)
SELECT
    e.employee_id,
    e.official_hire_date,
    e.annual_base_salary,
    e.hourly_rate,
    CASE e.employment_type WHEN 'part_time' THEN 20 ELSE 40 END,
    'EUR'
FROM erp.employees AS e
JOIN staff AS s USING (first_name, last_name)
WHERE NOT EXISTS (SELECT FROM erp.pay_rates AS r WHERE r.employee_id = e.employee_id);
