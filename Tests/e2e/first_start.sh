#!/usr/bin/env bash
# A first start that is broken off at any moment: the next one makes the cluster whole. A start of a cluster with books that is
# broken off keeps them. SEED_OF_KILLS repeats a run's moments.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"
ROUNDS=${ROUNDS:-6}
RANDOM=${SEED_OF_KILLS:=$$}

# Signals the whole group after so many milliseconds, as ^C at a terminal does; KILL alone lets the server's own processes live.
broken_off() {
    env --default-signal=INT setsid "$ROOT/scripts/cluster.sh" start >/dev/null 2>&1 &
    local group=$!
    sleep "$(printf '%d.%03d' $(($2 / 1000)) $(($2 % 1000)))"
    kill "-$1" -- "$3$group" 2>/dev/null || true
    # Waits for the signalled processes, but not for a server that is up already.
    wait "$group" 2>/dev/null || true
}

milliseconds() { echo $((${EPOCHREALTIME/./} / 1000)); }
began=$(milliseconds)
throwaway first-start
whole=$(($(milliseconds) - began))
signals=(INT TERM KILL)
for ((round = 0; round < ROUNDS; round++)); do
    signal=${signals[round % 3]}
    moment=$((whole * round / ROUNDS + RANDOM % (whole / ROUNDS)))
    group=-
    [ $((RANDOM % 3)) != 0 ] || group=
    throwaway first-start broken_off "$signal" "$moment" "$group"
    is "whole after $signal ${group:+to the group }at $moment of $whole ms (SEED_OF_KILLS=$SEED_OF_KILLS)" "$(psql -X -U postgres -Atc "SELECT current_database()")" erp
    is "nothing half made is left" "$(find "$ERP_DIR" "$(cat "$ERP_DIR/server")" -maxdepth 1 -name '*.new*')" ""
done

super -c "CREATE TABLE books AS SELECT 1 AS page"
for signal in KILL TERM; do
    "$ROOT/scripts/cluster.sh" stop >/dev/null
    broken_off "$signal" $((RANDOM % 300)) -
    check "it starts after a later start was broken off by $signal" "$ROOT/scripts/cluster.sh" start
    load_env
    is "and the books are there" "$(ask "SELECT page FROM books")" 1
done
rm "$ERP_DIR/env"
check "a lost env is written again" "$ROOT/scripts/cluster.sh" start
load_env
is "for the same server" "$(ask "SELECT page FROM books")" 1

"$ROOT/scripts/cluster.sh" stop >/dev/null
home=$(cat "$ERP_DIR/server")
mv "$home/data" "$home/elsewhere"
check "books that are gone are missed, not begun anew" sh -c "! '$ROOT/scripts/cluster.sh' start && [ ! -e '$home/data' ]"
mv "$home/elsewhere" "$home/data"
check "and found again" "$ROOT/scripts/cluster.sh" start
is "as they were" "$(ask "SELECT page FROM books")" 1
finish
