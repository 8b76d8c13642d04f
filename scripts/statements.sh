#!/usr/bin/env bash
# The day's statements, and what programs that are not ours say of the same legs: hledger, and beancount where it is.
set -euo pipefail
. "$(dirname "$0")/common.sh"
load_env

ours() {
    psql -X -q -At -F ' ' -v ON_ERROR_STOP=1 -c "SELECT a.account_code, s.currency_code, trim_scale(sum(s.debit - s.credit) * power(10::numeric, c.minor_unit))
        FROM erp.account_sums(NULL, NULL, NULL) AS s JOIN erp_accounts AS a USING (account_id)
        JOIN erp_currencies AS c ON c.currency_code = s.currency_code
        GROUP BY a.account_code, s.currency_code, c.minor_unit HAVING sum(s.debit - s.credit) <> 0 ORDER BY 1, 2"
}
# A line for each account and currency: "expense:5200","EUR","7007".
theirs() { hledger -f "$1" balance --flat --no-total --layout=bare -O csv | sed -nE 's/^"[a-z]+:([0-9]+)","([A-Z]+)","(-?[0-9]+)"$/\1 \2 \3/p' | LC_ALL=C sort; }

legs=$(mktemp)
beans=$(mktemp)
trap 'rm -f "$legs" "$beans"' EXIT
echo
"$BIN_DIR/erp-report" balance-sheet
echo
psql -X -q -At -v ON_ERROR_STOP=1 -c "SELECT erp.export_hledger()" >"$legs"
hledger -f "$legs" check || die "hledger refuses the exported legs"
diff <(ours) <(theirs "$legs") || die "hledger computes other balances"
say "hledger computes the same balance for every account and currency from $(grep -cE '^    ' "$legs") exported legs"
if command -v bean-check >/dev/null; then
    psql -X -q -At -v ON_ERROR_STOP=1 -c "SELECT erp.export_beancount()" >"$beans"
    bean-check "$beans" || die "beancount refuses the exported legs"
    say "beancount accepts the same legs"
fi
