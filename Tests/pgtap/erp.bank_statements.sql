-- Bank statements: imported once whatever file brings them (acceptance 21), proposed matches with a score, each line in one
-- reconciliation, frozen once another person has approved it.
BEGIN;
\ir _fixtures.sql
SELECT plan(35);
SELECT erp.ensure_fiscal_year(1, 2000);
SELECT pg_temp.make_customer('bank@tap.test'), pg_temp.make_product('bank-1', 10), pg_temp.make_stock('bank-1', 100, 4, 'tap ambient', '2000-01-01');
SELECT pg_temp.make_order('b1', 'bank@tap.test', 'bank-1', 10, '{"order_date": "2000-03-01"}'), pg_temp.make_order('b2', 'bank@tap.test', 'bank-1', 1, '{"order_date": "2000-03-02"}');
SELECT pg_temp.confirm('b1'), pg_temp.confirm('b2');
SELECT erp.post_customer_invoice(pg_temp.o('b1'), '2000-03-01'), erp.post_customer_invoice(pg_temp.o('b2'), '2000-03-02') AS second \gset
SELECT invoice_number AS number FROM erp.invoices WHERE invoice_id = :second \gset
SELECT erp.record_customer_payment(pg_temp.c('bank@tap.test'), 120, '2000-03-10', 'TRF-77') AS paid \gset
CREATE FUNCTION pg_temp.entry(reference text, amount numeric, day date, name text, told text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT format('<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%s</Dt></BookgDt>%s<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>%s</Nm></Dbtr><Cdtr><Nm>us</Nm></Cdtr></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>',
        abs(amount), CASE WHEN amount < 0 THEN 'DBIT' ELSE 'CRDT' END, day, '<AcctSvcrRef>' || reference || '</AcctSvcrRef>', name, told)
$$;
CREATE FUNCTION pg_temp.camt(id text, opening numeric, closing numeric, entries text, version text DEFAULT '02')
RETURNS text
LANGUAGE sql
AS $$
    SELECT format('<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.%s"><BkToCstmrStmt><Stmt><Id>%s</Id>'
        '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>2000-03-10</Dt></Dt></Bal>'
        '<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2000-03-11</Dt></Dt></Bal>%s</Stmt></BkToCstmrStmt></Document>',
        version, id, abs(opening), CASE WHEN opening < 0 THEN 'DBIT' ELSE 'CRDT' END, closing, entries)
$$;
CREATE TEMP TABLE file AS
SELECT
    pg_temp.camt('S1', 100, 220, pg_temp.entry('R1', 120, '2000-03-10', 'bank@tap.test', 'Transfer trf-77')) AS first,
    pg_temp.camt('S2', 100, 225, pg_temp.entry('R1', 120, '2000-03-10', 'bank@tap.test', 'Transfer trf-77') || pg_temp.entry('R2', 12, '2000-03-11', 'x', 'For ' || :'number')
        || pg_temp.entry(NULL, -7, '2000-03-11', 'y', 'fee'), '08') AS overlapping;
GRANT SELECT ON file TO PUBLIC;
CREATE FUNCTION pg_temp.import(which text, who name DEFAULT 'erp_operator')
RETURNS text
LANGUAGE sql
AS $$ SELECT pg_temp.attempt(who, format('SELECT string_agg(concat_ws('' '', statement_reference, new_lines, known_lines), '','') FROM erp.import_bank_statement((SELECT %I FROM pg_temp.file), ''1000'')', which)) $$;
SELECT is(pg_temp.import('first'), 'S1 1 0', 'a file');
SELECT is(pg_temp.import('first'), 'S1 0 1', 'again changes nothing');
SELECT is(pg_temp.import('overlapping'), 'S2 2 1', 'an overlapping one brings what is new, in another version of the format');
SELECT is(pg_temp.import('overlapping'), 'S2 0 3', 'and nothing the second time');
SELECT is((SELECT count(*) FROM erp.bank_statement_lines WHERE account_id = (SELECT account_id FROM erp.accounts WHERE account_code = '1000')), 3::bigint, 'three lines in all');
SELECT is(
    (SELECT string_agg(concat_ws(' ', l.bank_reference, trim_scale(l.amount), l.booked_on, l.counterparty, l.remittance), ', ' ORDER BY l.line_id) FROM erp.bank_statement_lines AS l WHERE bank_reference LIKE 'R%'),
    format('R1 120 2000-03-10 bank@tap.test Transfer trf-77, R2 12 2000-03-11 x For %s', :'number'), 'as the bank told them');
SELECT is((SELECT counterparty || trim_scale(amount) FROM erp.bank_statement_lines WHERE amount < 0), 'us-7', 'money that left has its receiver');
SELECT statement_id AS s1 FROM erp.bank_statements WHERE statement_reference = 'S1' \gset
SELECT statement_id AS s2 FROM erp.bank_statements WHERE statement_reference = 'S2' \gset
SELECT line_id AS l1 FROM erp.bank_statement_lines WHERE bank_reference = 'R1' \gset
SELECT line_id AS l2 FROM erp.bank_statement_lines WHERE bank_reference = 'R2' \gset

-- Proposals.
SELECT is((SELECT concat_ws(' ', payment_id, score, reason) FROM erp.propose_bank_matches(:s1) ORDER BY score DESC LIMIT 1), format('%s 1.00 payment with this reference', :paid), 'the exact reference comes first');
SELECT is((SELECT concat_ws(' ', invoice_number, score, reason) FROM erp.propose_bank_matches(:s2) WHERE line_id = :l2 ORDER BY score DESC LIMIT 1), format('%s 0.95 open invoice of this number and amount', :'number'), 'an invoice that is named');
SELECT is((SELECT count(*) FROM erp.propose_bank_matches(:s2) WHERE amount < 0), 0::bigint, 'nothing for a fee');

-- Matching.
SELECT pg_temp.balance('1000') AS bank, pg_temp.balance('1010') AS clearing \gset
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.match_bank_line(%s, %s)', :l2, :paid)), 'RP265', 'another amount does not match');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.match_bank_line(-1, %s)', :paid)), 'RP265', 'nor a line there is not');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.match_bank_line(%s, %s) > 0', :l1, :paid)), 'true', 'the payment does');
SELECT is(pg_temp.balance('1000') - :bank, 120.0000, 'the money is in the bank');
SELECT is(pg_temp.balance('1010') - :clearing, -120.0000, 'and no longer in clearing');
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.match_bank_line(%s, %s)', :l1, :paid)), 'RP265', 'a line is matched once');
SELECT is((SELECT status FROM erp.bank_statements WHERE statement_id = :s1), 'matched', 'a statement whose lines are matched');
SELECT is((SELECT count(*) FROM erp.propose_bank_matches(:s1)), 0::bigint, 'has nothing to propose');

-- Approving.
SELECT is(pg_temp.attempt('erp_operator', format('SELECT erp.approve_bank_statement(%s)', :s1)), 'RP266', 'not by who imported it');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.approve_bank_statement(%s)', :s2)), 'RP266', 'not with open lines');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.approve_bank_statement(%s) IS NOT NULL', :s1)), 'true', 'another person approves');
SELECT is_empty('SELECT * FROM erp.check_consistency()', 'and the books are right');
SELECT is((SELECT status || ' ' || approved_by FROM erp.bank_statements WHERE statement_id = :s1), 'approved erp_controller', 'and it is said who');
SELECT is(pg_temp.attempt('erp_controller', format('SELECT erp.approve_bank_statement(%s)', :s1)), 'RP266', 'once');
SELECT is(pg_temp.attempt('postgres', format(s, :s1)), 'RP263', 'frozen: ' || s)
FROM unnest(ARRAY['UPDATE erp.bank_statements SET closing_balance = 0 WHERE statement_id = %s', 'UPDATE erp.bank_statement_lines SET payment_id = NULL WHERE statement_id = %s',
    'DELETE FROM erp.bank_statement_lines WHERE statement_id = %s', 'INSERT INTO erp.bank_statement_lines (statement_id, bank_reference, booked_on, amount) VALUES (%s, ''new'', ''2000-03-11'', 1)']) AS s;
SELECT is(pg_temp.import('first'), 'S1 0 1', 'importing it again still changes nothing');

-- Bad files, and who may.
UPDATE file SET first = replace(first, '>220<', '>221<');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT count(*) FROM erp.import_bank_statement((SELECT first FROM pg_temp.file))'), 'RP264', 'a statement that does not add up');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT count(*) FROM erp.import_bank_statement(''<Document/>'')'), 'RP264', 'a file without a statement');
SELECT is(left(pg_temp.attempt('erp_operator', 'SELECT count(*) FROM erp.import_bank_statement(''no xml'')'), 2), '22', 'what is no XML');
SELECT is(pg_temp.attempt('erp_operator', 'SELECT count(*) FROM erp.import_bank_statement((SELECT overlapping FROM pg_temp.file), ''1100'')'), 'RP260', 'a control account is no bank account');
SELECT is(pg_temp.import('overlapping', 'finance_agent'), '42501', 'an agent imports nothing');
SELECT throws_ok(
    $$INSERT INTO erp.bank_statements (account_id, statement_reference, currency_code, opening_balance, closing_balance, statement_date)
    SELECT account_id, 'NaN', 'EUR', 'NaN', 'NaN', '2026-01-31' FROM erp.accounts WHERE account_code = '1000'$$,
    '23514', NULL, 'a balance is a number');
SELECT * FROM finish();
ROLLBACK;
