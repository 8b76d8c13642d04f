#!/usr/bin/env bash
# A superuser changes the books and the chain behind the triggers' back: every column of every audited table, taken from the
# catalog, rows, and leaves deleted, put in, swapped and forged. erp.audit_verify finds each and names it.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"

ERP_CRON=off throwaway tamper
"$ROOT/scripts/db.sh" >/dev/null
outcome=$(super -At -f "$ROOT/Tests/e2e/audit_tamper.sql")
tried=$(grep -oE '^[0-9]+$' <<<"$outcome" | tail -n 1)
columns=$(super -Atc "SELECT count(*) FROM erp.audited_tables AS t JOIN pg_attribute AS a ON a.attrelid = t.relation WHERE a.attnum > 0 AND NOT a.attisdropped")
check "every column was tried: $columns, and $((tried - columns)) other deeds" test "$tried" -gt "$columns"
is "everything was found and named" "$(grep '^not found' <<<"$outcome" || true)" ""
finish
