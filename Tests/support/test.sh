#!/usr/bin/env bash
# `make test`: every check there is, in the order lint, build, swift test, planted faults, extension, pgTAP and isolation in
# both modes, restore, upgrade, end to end, fuzz. The last line tells how many passed and failed. ONLY="lint pgtap" runs some stages.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$(dirname "$0")/counting.sh"
cd "$ROOT"
unset PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS
. "$ROOT/Tests/support/throwaway.sh"
LOG=$ROOT/.build/test.log
SKIPPED=()
mkdir -p "$ROOT/.build"

# stage NAME COMMAND...: a command that ends with a COUNTS line; without one it is a single test.
stage() {
    local name=$1 status=0 counts started=$SECONDS
    shift
    case " ${ONLY:-$name} " in *" $name "*) ;; *) return 0 ;; esac
    say "$name"
    "$@" 2>&1 | tee "$LOG" | grep -vE '^COUNTS ' || true
    status=${PIPESTATUS[0]}
    counts=$(grep -E '^COUNTS [0-9]+ [0-9]+$' "$LOG" | tail -n 1 || true)
    if [ -n "$counts" ]; then
        # shellcheck disable=SC2086  # two numbers
        count ${counts#COUNTS }
    fi
    local reason
    while IFS= read -r reason; do SKIPPED+=("$name: $reason"); done < <(sed -n 's/^SKIPPED //p' "$LOG")
    if [ "$status" != 0 ] && [ "${counts##* }" = 0 ] || { [ "$status" != 0 ] && [ -z "$counts" ]; }; then
        fail "$name ended with status $status"
    elif [ -z "$counts" ]; then
        pass "$name"
    fi
    say "$name took $((SECONDS - started)) s"
}

swift_tests() {
    local log status=0
    log=$(mktemp)
    swift test --parallel 2>&1 | tee "$log" | grep -vE '^(\[[0-9]+/[0-9]+\]|✔|◇|↳|➜)|^"" to |^Test Case .* (started|passed)' || true
    status=${PIPESTATUS[0]}
    local total failed
    total=$(grep -oE 'Test run with [0-9]+ tests?' "$log" | grep -oE '[0-9]+' | paste -sd+ | sed 's/^$/0/')
    failed=$(grep -cE '^✘ Test .* failed after' "$log" || true)
    rm "$log"
    total=$((total))
    [ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
    [ "$total" -ge "$failed" ] || total=$failed
    echo "  $((total - failed)) of $total Swift tests passed"
    echo "COUNTS $((total - failed)) $failed"
    return "$status"
}

# One throw-away cluster of a mode, with the sample company: pgTAP, plpgsql_check, then races.
database_tests() {
    export MODE=$1
    # pg_cron's launcher would hold the database that isolation tests copy.
    ERP_CRON=off throwaway "$MODE"
    "$ROOT/scripts/db.sh"
    local status=0
    Tests/support/pgtap.sh || status=1
    Tests/support/isolation.sh || status=1
    return $status
}

# Two COUNTS lines make one.
added_up() { "$@" | awk '/^COUNTS / { passed += $2; failed += $3; next } { print } END { print "COUNTS", passed + 0, failed + 0 }'; }

stage lint Tests/support/lint.sh
stage build scripts/build.sh
stage swift swift_tests
stage faults Tests/fuzz/faults.sh
stage exports Tests/support/exports.sh
stage pgtap added_up database_tests native
stage portable added_up database_tests portable
for driver in Tests/restore/*.sh Tests/upgrade/*.sh Tests/e2e/*.sh; do
    [ ! -x "$driver" ] || stage "$(basename "$(dirname "$driver")")/$(basename "$driver" .sh)" "$driver"
done
stage portable/run env MODE=portable Tests/e2e/run.sh
stage portable/rule_races env MODE=portable TIMES=20 Tests/e2e/rule_races.sh
stage portable/restore env MODE=portable Tests/restore/restore.sh
stage portable/upgrade env MODE=portable Tests/upgrade/upgrade.sh
# Half a minute a target and 150,000 random rules with rows, from the same seed every time; make fuzz takes new ones.
stage fuzz env SEED_OF_FUZZ=1 SECONDS_TO_FUZZ=30 CASES=150000 scripts/fuzz.sh

echo
[ ${#SKIPPED[@]} = 0 ] || printf 'skipped: %s\n' "${SKIPPED[@]}"
echo "$PASSED passed, $FAILED failed, ${#SKIPPED[@]} skipped"
[ "$FAILED" = 0 ]
