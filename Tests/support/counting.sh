# shellcheck shell=bash
# Counting for test drivers. A driver calls check or count, and finish at its end; test.sh adds up the COUNTS line and lists
# what a SKIPPED line says.

PASSED=0
FAILED=0

count() {
    PASSED=$((PASSED + $1))
    FAILED=$((FAILED + $2))
}

pass() {
    count 1 0
    echo "  ok      $1"
}

fail() {
    count 0 1
    echo "  NOT OK  $1"
}

# check NAME COMMAND...: one test; what the command prints is shown when it fails.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        pass "$name"
    else
        fail "$name"
        printf '%s\n' "$output" | head -n "${CHECK_LINES:-60}" | sed 's/^/          /'
    fi
}

# is NAME GOT WANTED
is() {
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1"
        printf '          got:    %s\n          wanted: %s\n' "$2" "$3"
    fi
}

# skip REASON: ends a driver that cannot run here, as neither passed nor failed.
skip() {
    echo "SKIPPED $1"
    finish
    exit 0
}

finish() {
    echo "COUNTS $PASSED $FAILED"
    [ "$FAILED" = 0 ]
}
