#!/usr/bin/env bash
# Random rules against both engines: the native kernel and its PL/pgSQL twin must give the same verdict or the same error,
# and no rule may end a backend. SECONDS_TO_FUZZ (30) limits the time; SEED_OF_FUZZ repeats a run.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"

seed=${SEED_OF_FUZZ:-$(date +%s)}
each=2000

ERP_CRON=off throwaway fuzz
# Outside ERP_DIR: findings outlive the cluster.
kept=$ROOT/.build/fuzz
mkdir -p "$kept"
install() { PGUSER=postgres PGDATABASE=$1 "$BIN_DIR/erp-migrate" apply --seed none --mode "$2" --sql-dir "$ROOT/sql" >/dev/null; }
super -d postgres -c "CREATE DATABASE twin TEMPLATE template0"
install erp native
install twin portable
for database in erp twin; do
    super -d "$database" -c 'CREATE TABLE public.fuzz_rows (a numeric, b numeric, total numeric, "limit" numeric, missing numeric, name text,
        tier text, "ключ" text, flag boolean, day date, at timestamp, seen timestamptz, id uuid, doc jsonb)'
done

# Every case of a file judged in one database: number and outcome.
judge() {
    super -d "$1" -At <<SQL
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
}

until=$((SECONDS + ${SECONDS_TO_FUZZ:-30}))
cases=0
differences=0
declare -A kinds=()
while [ "$SECONDS" -lt "$until" ]; do
    python3 "$ROOT/Tests/fuzz/rules.py" "$seed" "$each" >"$ERP_DIR/cases"
    if ! judge erp "$ERP_DIR/cases" >"$ERP_DIR/native"; then
        cp "$ERP_DIR/cases" "$kept/crash-$seed.csv"
        fail "seed $seed ended a backend or could not be judged: $kept/crash-$seed.csv"
        break
    fi
    judge twin "$ERP_DIR/cases" >"$ERP_DIR/portable"
    while IFS='|' read -r number native portable; do
        differences=$((differences + 1))
        kind="native $native, portable $portable"
        kinds[$kind]=$((${kinds[$kind]:-0} + 1))
        # One example of each kind.
        [ "${kinds[$kind]}" = 1 ] || continue
        echo "  seed $seed case $number: $kind"
        grep "^$number," "$ERP_DIR/cases" | cut -c 1-1500
        cp "$ERP_DIR/cases" "$kept/seed-$seed.csv"
    done < <(join -t '|' <(sort "$ERP_DIR/native") <(sort "$ERP_DIR/portable") | awk -F '|' '$2 != $3')
    cases=$((cases + $(wc -l <"$ERP_DIR/native")))
    seed=$((seed + 1))
done
for kind in "${!kinds[@]}"; do echo "  ${kinds[$kind]} times $kind"; done
is "$cases random rules: native and portable agree, from seed ${SEED_OF_FUZZ:-$((seed - cases / each))}" "$differences" 0
is "outcomes are of every kind" "$(cut -d '|' -f 2 "$ERP_DIR/native" 2>/dev/null | grep -xE 'true|false|unknown|RP10[1-5]' | sort -u | wc -l | awk '{ print ($1 >= 6) ? "yes" : "only " $1 }')" yes
finish
