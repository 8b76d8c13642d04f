#!/usr/bin/env bash
# Isolation specs: each runs in a copy of the database of its own, and its output must equal Tests/isolation/expected/.
# Accept a new output on purpose with ACCEPT=1.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$(dirname "$0")/counting.sh"
load_env
cd "$ROOT/Tests/isolation"
tester=$("$(pg_bin)/pg_config" --pgxs)
tester=$(dirname "$(dirname "$(dirname "$tester")")")/src/test/isolation/isolationtester
[ -x "$tester" ] || die "isolationtester is missing: install postgresql-server-dev-$(pg_major)"

one() {
    local spec=$1 name output
    name=$(basename "$spec" .spec)
    output=$(mktemp)
    super -d postgres -c "DROP DATABASE IF EXISTS erp_isolation WITH (FORCE)" -c "CREATE DATABASE erp_isolation TEMPLATE erp"
    "$tester" "dbname=erp_isolation user=postgres" <"$spec" >"$output" 2>&1 || true
    [ -z "${ACCEPT:-}" ] || cp "$output" "expected/$name.out"
    diff -u "expected/$name.out" "$output"
    local result=$?
    rm "$output"
    return $result
}

# Specs under native/ or portable/ are for that mode alone.
for spec in *.spec "$MODE"/*.spec; do
    [ -f "$spec" ] || continue
    check "isolation $spec ($MODE)" one "$spec"
done
super -d postgres -c "DROP DATABASE IF EXISTS erp_isolation WITH (FORCE)"
finish
