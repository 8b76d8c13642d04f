-- What the rule high_value_gate, and the release of an order, look approvals up by.
CREATE INDEX approvals_of_subject ON agent.approvals (subject_type, subject_id);
