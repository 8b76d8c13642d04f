#!/usr/bin/env bash
# Hostile input: libFuzzer over the kernel, then random rules against both engines; see docs/fuzzing.md. SECONDS_TO_FUZZ (30)
# limits each target; SEED_OF_FUZZ repeats a run; TARGETS="program twin" chooses. Ends with 1 where something was found.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/Tests/support/counting.sh"
export SECONDS_TO_FUZZ=${SECONDS_TO_FUZZ:-30}
TARGETS=${TARGETS:-compile evaluate repair program json twin}

# Passes a driver's lines on and takes its counts; a driver that ends without any has failed.
part() {
    local line told=
    while IFS= read -r line; do
        case $line in "COUNTS "*) told=${line#COUNTS } ;; *) printf '%s\n' "$line" ;; esac
    done < <("$@" 2>&1)
    # shellcheck disable=SC2086  # two numbers
    if [ -n "$told" ]; then count $told; else fail "$(basename "$1" .sh) ended early"; fi
}

kernel=" $TARGETS "
kernel=${kernel/ twin / }
# shellcheck disable=SC2086  # a list of names
[ -z "${kernel// /}" ] || part "$ROOT/Tests/fuzz/kernel.sh" $kernel
case " $TARGETS " in *" twin "*) part "$ROOT/Tests/fuzz/twin.sh" ;; esac
finish
