#!/usr/bin/env bash
# erp-report prints what the functions answer, tells bad arguments and refusals apart, and the day's statements are
# confirmed by hledger and beancount, which notice a figure that is changed.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

ERP_CRON=off throwaway statements
"$ROOT/scripts/db.sh" >/dev/null
super -o /dev/null <<'SQL'
INSERT INTO erp.exchange_rates (from_currency, to_currency, rate_date, rate) VALUES ('JPY', 'EUR', '2026-01-01', 0.006), ('KWD', 'EUR', '2026-01-01', 3);
SELECT erp.post_journal_entry('yen; rent', '[{"account_code": "5200", "amount": 30000, "is_credit": false}, {"account_code": "1000", "amount": 30000, "is_credit": true}]', currency => 'JPY');
SELECT erp.post_journal_entry('dinar', '[{"account_code": "5200", "amount": 1.005, "is_credit": false}, {"account_code": "1000", "amount": 1.005, "is_credit": true}]', currency => 'KWD');
SELECT erp.take_balance_checkpoint();
SELECT erp.post_journal_entry('paper', '[{"account_code": "5200", "amount": 12.5, "is_credit": false, "memo": "a, b"}, {"account_code": "1000", "amount": 12.5, "is_credit": true}]');
SQL
report() { "$BIN_DIR/erp-report" "$@"; }
status() { "$@" >/dev/null 2>&1 && echo 0 || echo $?; }
csv() { psql -X -q -v ON_ERROR_STOP=1 -c "COPY (SELECT $1) TO STDOUT (FORMAT csv, HEADER)"; }

is "the trial balance as CSV is what SQL answers" "$(diff <(report trial-balance --format csv | tr -d '\r') \
    <(csv "account_code, account_name, debit, credit, balance FROM erp.trial_balance()"))" ""
is "so is the general ledger" "$(diff <(report general-ledger --account 5200 --format csv | tr -d '\r') \
    <(csv "posted_on, transaction_id, description, source_type, source_reference, debit, credit, balance FROM erp.general_ledger('5200', NULL, NULL)"))" ""
is "JSON is read by others, figures as strings" "$(report balance-sheet --format json |
    python3 -c 'import json, sys; print(sum(float(r["amount"]) * (1 if r["section"] == "Asset" else -1) for r in json.load(sys.stdin)["rows"]) < 0.001)')" True
is "SVG too" "$(report balance-sheet --format svg | python3 -c 'import sys, xml.dom.minidom; print(xml.dom.minidom.parse(sys.stdin).documentElement.tagName)')" svg
for name in trial-balance balance-sheet income-statement cash-flow receivables payables tax "open-items --direction customer" \
    "general-ledger --account 1000" "customer-statement --customer 1" "budget --from 2026-01-01 --to 2026-12-31" \
    "balance-sheet --as-of 2026-12-31 --compared-to 2025-12-31 --company 1" \
    "income-statement --from 2026-01-01 --to 2026-12-31 --compared-from 2025-01-01 --compared-to 2025-12-31"; do
    # shellcheck disable=SC2086  # words
    is "erp-report $name" "$(status report $name)" 0
done
is "a wrong date is a usage error" "$(status report trial-balance --as-of 2026-13-01)" 64
is "an unknown account is refused" "$(report general-ledger --account 1 2>&1 || true)" "erp-report: account: no account 1 (RP260)
hint: SELECT account_code, account_name FROM erp_accounts"
is "a role without the ledger too" "$(PGUSER=sales_agent status report trial-balance)" 1
is "without a server it says so" "$(PGPORT=1 status report trial-balance)" 69
is "what cannot be written is no success" "$(report trial-balance >/dev/full && echo 0 || echo $?)" 74

confirmed=$("$ROOT/scripts/statements.sh") || fail "the statements are confirmed"
is "hledger computes the same in three currencies" "$(grep -c '^==> hledger computes the same' <<<"$confirmed")" 1
is "beancount accepts the same legs" "$(grep -c '^==> beancount accepts' <<<"$confirmed")" 1
is "the statement for people has its total" "$(grep -c '^Asset total' <<<"$confirmed")" 1
# A check that cannot fail proves nothing: a minor unit more in the books than in the legs.
super -c "ALTER TABLE erp.balance_checkpoints DISABLE TRIGGER ALL" -c "UPDATE erp.balance_checkpoints SET debit = debit + 1 WHERE currency_code = 'JPY' AND debit > 0"
is "hledger notices one yen too many" "$(status "$ROOT/scripts/statements.sh")" 1
finish
