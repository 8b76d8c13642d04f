#!/usr/bin/env bash
# Random rules against both engines: the native kernel and its PL/pgSQL twin must give the same verdict or the same error, plain
# SQL the same where it can say the rule, and no rule may end a backend. SECONDS_TO_FUZZ (30) limits the time and SEED_OF_FUZZ
# repeats a run; CASES (a rule with a row each) judges that many instead, and counts what occurred.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"

seed=${SEED_OF_FUZZ:-$(date +%s)}
first=$seed
rules=1000
rows=${ROWS:-10}

# Outside ERP_DIR: findings outlive the clusters.
kept=$ROOT/.build/fuzz
mkdir -p "$kept"
# The portable engine has a cluster of its own, in which the native library is never loaded.
declare -A cluster=()
for mode in native portable; do
    export MODE=$mode
    ERP_CRON=off throwaway "fuzz-$mode"
    cluster[$mode]=$ERP_DIR
    PGUSER=postgres PGDATABASE=erp "$BIN_DIR/erp-migrate" apply --seed none --mode "$mode" --sql-dir "$ROOT/sql" >/dev/null
    super -c 'CREATE TABLE public.fuzz_rows (a numeric, b numeric, total numeric, "limit" numeric, missing numeric, name text,
        tier text, "ключ" text, flag boolean, day date, at timestamp, seen timestamptz, id uuid, doc jsonb);
        CREATE TABLE public.fuzz_small (c0_number numeric, c1_number numeric, c2_number numeric, c0_text text, c1_text text, c2_text text,
        c0_boolean boolean, c1_boolean boolean, c2_boolean boolean)'
done
work=${cluster[native]}
is "the portable cluster has no native library" "$(super -Atc "SELECT count(*) FROM pg_extension WHERE extname = 'headless_erp'")" 0
super -Atc 'SELECT spelling, op FROM erp.rule_operators()' >"$work/operators"

# judge ENGINE CASES: rule|row|outcome|outcome in SQL
judge() (
    export ERP_DIR=${cluster[$1]}
    load_env
    super -v "cases=$2" -v "engine=$1" -f "$ROOT/Tests/fuzz/judge.sql"
)

# both CASES: what differs, as rule|row|native|portable|SQL; the two halves of the file at the same time.
both() {
    local half failed=
    split -n l/2 "$1" "$1."
    for half in "$1.aa" "$1.ab"; do
        { judge native "$half" >"$half.native" && judge portable "$half" >"$half.portable"; } &
    done
    wait -n || failed=1
    wait -n || failed=1
    [ -z "$failed" ] || return 1
    cat "$1.aa.native" "$1.ab.native" >"$1.native"
    cat "$1.aa.portable" "$1.ab.portable" >"$1.portable"
    paste -d '|' "$1.native" "$1.portable" | awk -F '|' '
        $1 != $5 || $2 != $6 || $3 != $7 || ($4 != "" && $4 != $3) { print $1 "|" $2 "|" $3 "|" $7 "|" $4 }' >"$1.differences"
}

cases=0
differences=0
declare -A kinds=()

# Tells what a file of cases brought: one example of each kind of difference, kept as NAME.
report() {
    local number row native portable sql kind
    while IFS='|' read -r number row native portable sql; do
        differences=$((differences + 1))
        kind="native $native, portable $portable${sql:+, SQL $sql}"
        kinds[$kind]=$((${kinds[$kind]:-0} + 1))
        [ "${kinds[$kind]}" = 1 ] || continue
        echo "  $2, rule $number, row $row: $kind"
        grep "^$number," "$1" | cut -c 1-1200
        cp "$1" "$kept/$2.csv"
    done <"$1.differences"
    cases=$((cases + $(wc -l <"$1.native")))
}

if [ "${EXHAUSTIVE:-yes}" = yes ]; then
    started=$SECONDS
    python3 "$ROOT/Tests/fuzz/small.py" >"$work/small"
    if both "$work/small"; then report "$work/small" small; else fail "the small trees could not be judged"; fi
    is "$cases small rules with rows in $((SECONDS - started)) seconds: native and portable agree" "$differences" 0
    cases=0
    differences=0
fi

started=$SECONDS
until=$((SECONDS + ${SECONDS_TO_FUZZ:-30}))
while if [ -n "${CASES:-}" ]; then [ "$cases" -lt "$CASES" ]; else [ "$SECONDS" -lt "$until" ]; fi; do
    python3 "$ROOT/Tests/fuzz/rules.py" "$seed" "$rules" "$rows" >"$work/cases"
    if ! both "$work/cases"; then
        cp "$work/cases" "$kept/crash-$seed.csv"
        fail "seed $seed ended a backend or could not be judged: $kept/crash-$seed.csv"
        break
    fi
    report "$work/cases" "seed-$seed"
    python3 "$ROOT/Tests/fuzz/coverage.py" count "$work/operators" "$work/cases" "$work/cases.native" >>"$work/counts"
    seed=$((seed + 1))
done
for kind in "${!kinds[@]}"; do echo "  ${kinds[$kind]} times $kind"; done
is "$cases random rules with rows in $((SECONDS - started)) seconds: native, portable and SQL agree, seeds $first to $((seed - 1))" "$differences" 0
echo "  occurred:"
least=1
[ -z "${CASES:-}" ] || least=$((CASES < 100000 ? CASES / 100 : 1000))
python3 "$ROOT/Tests/fuzz/coverage.py" report "$work/operators" "$least" "$work/counts" 2>"$work/rare" || true
is "each operator, type, truth value and code occurred at least $least times" "$(cat "$work/rare")" ""
finish
