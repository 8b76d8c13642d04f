#!/usr/bin/env bash
# Random rules against both engines: the native kernel and its PL/pgSQL twin must give the same verdict or the same error,
# and no rule may end a backend. SECONDS_TO_FUZZ (30) limits the time; SEED_OF_FUZZ repeats a run.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"

seed=${SEED_OF_FUZZ:-$(date +%s)}
each=2000

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
        tier text, "ключ" text, flag boolean, day date, at timestamp, seen timestamptz, id uuid, doc jsonb)'
done
work=${cluster[native]}
is "the portable cluster has no native library" "$(super -Atc "SELECT count(*) FROM pg_extension WHERE extname = 'headless_erp'")" 0

# Every case of a file judged by one engine: number and outcome.
judge() (
    export ERP_DIR=${cluster[$1]}
    load_env
    super -At <<SQL
CREATE TEMP TABLE cases (number int, ast jsonb, record jsonb, context jsonb, target text);
\\copy cases FROM '$2' WITH (FORMAT csv)
CREATE FUNCTION pg_temp.outcome(ast jsonb, record jsonb, context jsonb, target text) RETURNS text LANGUAGE plpgsql AS \$\$
BEGIN
    RETURN coalesce(erp.rule_evaluate(ast, record, context, target::regclass) ->> 'verdict', 'unknown');
EXCEPTION
    WHEN OTHERS THEN RETURN SQLSTATE;
END
\$\$;
SELECT number, pg_temp.outcome(ast, record, context, target) FROM cases ORDER BY number;
SQL
)

until=$((SECONDS + ${SECONDS_TO_FUZZ:-30}))
cases=0
differences=0
declare -A kinds=()
while [ "$SECONDS" -lt "$until" ]; do
    python3 "$ROOT/Tests/fuzz/rules.py" "$seed" "$each" >"$work/cases"
    if ! judge native "$work/cases" >"$work/native"; then
        cp "$work/cases" "$kept/crash-$seed.csv"
        fail "seed $seed ended a backend or could not be judged: $kept/crash-$seed.csv"
        break
    fi
    judge portable "$work/cases" >"$work/portable"
    while IFS='|' read -r number native portable; do
        differences=$((differences + 1))
        kind="native $native, portable $portable"
        kinds[$kind]=$((${kinds[$kind]:-0} + 1))
        # One example of each kind.
        [ "${kinds[$kind]}" = 1 ] || continue
        echo "  seed $seed case $number: $kind"
        grep "^$number," "$work/cases" | cut -c 1-1500
        cp "$work/cases" "$kept/seed-$seed.csv"
    done < <(join -t '|' <(sort "$work/native") <(sort "$work/portable") | awk -F '|' '$2 != $3')
    cases=$((cases + $(wc -l <"$work/native")))
    seed=$((seed + 1))
done
for kind in "${!kinds[@]}"; do echo "  ${kinds[$kind]} times $kind"; done
is "$cases random rules: native and portable agree, from seed ${SEED_OF_FUZZ:-$((seed - cases / each))}" "$differences" 0
is "outcomes are of every kind" "$(cut -d '|' -f 2 "$work/native" 2>/dev/null | grep -xE 'true|false|unknown|RP10[1-5]' | sort -u | wc -l | awk '{ print ($1 >= 6) ? "yes" : "only " $1 }')" yes
finish
