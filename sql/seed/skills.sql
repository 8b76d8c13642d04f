-- Standard operating procedures: the words for a model, the numbers for policies and tools. Re-runnable; what a person
-- has changed stays.
INSERT INTO agent.agent_skills (agent_id, skill_name, domain_knowledge, activation_condition, parameters)
SELECT a.agent_id, s.skill_name, s.domain_knowledge, s.activation_condition::jsonb, s.parameters::jsonb
FROM (VALUES
    (
        'sales_agent', 'discount_authority_matrix',
        'A customer''s discount is the one of the tier (standard, silver, gold, platinum: erp.customer_tiers) or of an agreement recorded for the customer. Never grant more; a wish for more is held with its reason.',
        '{"event_types": ["ORDER_NEGOTIATION"]}', '{}'
    ),
    (
        'sales_agent', 'market_intelligence_price_validation',
        'Compare the agreed unit price with the market average of the last months. A price above it by more than the threshold is refused; without market data it is allowed and noted.',
        '{"event_types": ["ORDER_NEGOTIATION"], "threshold_pct": 10}', '{"threshold_pct": 10, "months": 3}'
    ),
    (
        'finance_agent', 'high_value_invoice_approval_gate',
        'An order whose gross value in base currency is above the threshold waits in pending_review: nothing leaves and nothing is invoiced until a person with a sufficient limit approves it.',
        '{"event_types": ["INVOICE_CUSTOMER"], "threshold_eur": 10000}', '{"threshold": 10000}'
    ),
    (
        'finance_agent', 'gaap_revenue_recognition',
        'Revenue is recognised when goods have left, never at order. What is billed before goes to 2200 Deferred revenue; what has left but is not billed at period end goes to 1150 Accrued revenue. Cost of goods is posted with the issue.',
        '{"event_types": ["INVOICE_CUSTOMER"]}', '{"deferred_revenue_account": "2200", "accrued_revenue_account": "1150"}'
    ),
    (
        'finance_agent', 'double_entry_enforcement',
        'Every transaction balances in each currency. Posted entries are never changed: a mistake is corrected by a reversing entry. Control accounts are posted by their sub-ledger only.',
        '{"always": true}', '{}'
    ),
    (
        'procurement_agent', 'vendor_negotiation_tactics',
        'Ask the preferred supplier first, then by reliability, then by lead time. A supplier that is not preferred needs a person''s consent.',
        '{"event_types": ["REORDER_TRIGGERED", "RFQ_REQUESTED"]}', '{"order_by": ["is_preferred", "reliability_score", "lead_time_days"]}'
    ),
    (
        'hr_payroll_agent', 'payroll_tax_computation',
        'Tax and contributions come from dated tables, never from memory. Net pay is gross less tax; every payslip is checked against the authority limit.',
        '{"event_types": ["PAYROLL_RUN"]}', '{}'
    )
) AS s (role_name, skill_name, domain_knowledge, activation_condition, parameters)
INNER JOIN agent.agents AS a ON a.role_name = s.role_name
ON CONFLICT (agent_id, skill_name) DO NOTHING;
