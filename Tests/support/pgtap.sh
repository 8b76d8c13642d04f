#!/usr/bin/env bash
# pgTAP files against the running cluster of ERP_DIR, through pg_prove; then plpgsql_check over every function.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$(dirname "$0")/counting.sh"
load_env
cd "$ROOT"

MODE=$(super -Atc "SELECT CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'headless_erp') THEN 'native' ELSE 'portable' END")
super -c "CREATE SCHEMA IF NOT EXISTS tap; GRANT USAGE ON SCHEMA tap TO PUBLIC;
    CREATE EXTENSION IF NOT EXISTS pgtap SCHEMA tap; CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA tap"
export PGOPTIONS="-c search_path=public,tap -c client_min_messages=warning"
export PGUSER=postgres

# Files under native/ and portable/ are for that mode alone; the mode is told to psql as well.
mapfile -t files < <(find Tests/pgtap -name '*.sql' ! -name '_*' ! -path "*/$([ "$MODE" = native ] && echo portable || echo native)/*" | sort)
[ ${#files[@]} -gt 0 ] || { echo "no pgTAP file" && files=(); }
log=$(mktemp)
status=0
for file in "${files[@]}"; do
    pg_prove --verbose --set MODE="$MODE" --set ON_ERROR_STOP=1 "$file" >"$log" 2>&1 || status=$?
    good=$(grep -cE '^ok ' "$log" || true)
    bad=$(grep -E '^not ok ' "$log" | grep -vcE '# TODO' || true)
    # A file that breaks off, or runs another number of tests than planned, is a failure by itself.
    if [ "$status" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    count "$good" "$bad"
    if [ "$bad" = 0 ]; then
        echo "  ok      $file ($good)"
    else
        echo "  NOT OK  $file ($bad of $((good + bad)))"
        grep -vE '^ok ' "$log" | head -n "${CHECK_LINES:-60}" | sed 's/^/          /'
    fi
    status=0
done
rm "$log"

check "plpgsql_check over every function ($MODE)" Tests/support/plpgsql_check.sh
check "docs/tools.md is the catalogue ($MODE)" scripts/generate-tools-doc.sh --check
finish
