#!/usr/bin/env bash
# libFuzzer over the kernel's C ABI: kernel.sh TARGET..., SECONDS_TO_FUZZ (30) seconds each, one a core at a time. Kernel
# and targets are one program with the address sanitizer and Swift's own checks. An input that ends it is kept in .build/fuzz.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"

kept=$ROOT/.build/fuzz
program=$kept/kernel-fuzz
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mkdir -p "$kept"

build() {
    local sources
    mapfile -t sources < <(find "$ROOT/Sources/ErpKernel" "$ROOT/Tests/fuzz" -name '*.swift' | sort)
    [ -n "$(find "${sources[@]}" "$ROOT/Sources/CErpKernel" -newer "$program" 2>&1)" ] || return 0
    # Debug information comes with a module, which would lie where the compiler runs.
    cd "$work"
    swiftc -sanitize=fuzzer,address -parse-as-library -wmo -O -g -swift-version 6 -warnings-as-errors \
        -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
        -enable-upcoming-feature MemberImportVisibility -module-name ErpKernel \
        -I "$ROOT/Sources/CErpKernel/include" "${sources[@]}" -o "$program" >"$work/build.log" 2>&1 && return
    # The linker has much to say about the sanitizer's own symbols.
    grep -vF "Cannot export local symbol '__asan" "$work/build.log"
    return 1
}

# A corpus grows from run to run, except where the same cases are asked for.
corpus() {
    if [ -n "${SEED_OF_FUZZ:-}" ]; then echo "$work/corpus/$1"; else echo "$kept/corpus/$1"; fi
}

# Its seconds are bounded by libFuzzer between two inputs, by its own limit for one, and from outside for what hangs for good.
fuzz() {
    local directory seconds=${SECONDS_TO_FUZZ:-30} status=0
    directory=$(corpus "$1")
    mkdir -p "$directory"
    # Stacks of allocations are left out for speed; repeating a kept input has them.
    TARGET=$1 SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:malloc_context_size=0:quarantine_size_mb=16 \
        timeout --kill-after=10 $((seconds + 120)) "$program" \
        -max_total_time="$seconds" -seed="${SEED_OF_FUZZ:-0}" -max_len=66000 -timeout=10 -rss_limit_mb=2048 \
        -dict="$work/seeds/dictionary" -use_value_profile=1 -entropic=0 \
        -print_final_stats=1 -artifact_prefix="$kept/$1-" "$directory" "$work/seeds/$1" </dev/null >"$work/$1.log" 2>&1 || status=$?
    echo $status >"$work/$1.status"
}

report() {
    local log=$work/$1.log status runs speed
    status=$(cat "$work/$1.status")
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    if [ "$status" = 0 ]; then
        pass "$1: ${runs:-0} inputs, $speed a second, nothing found"
    else
        fail "$1: status $status after ${runs:-?} inputs; the input is kept"
        grep -E 'SUMMARY|broke its word|Fatal error|Test unit written to' "$log" || tail -n 20 "$log"
    fi
}

if ! build; then
    fail "the fuzz targets are built"
    finish
fi
python3 "$ROOT/Tests/fuzz/seeds.py" <(cat "$ROOT"/Tests/vectors/*.jsonl) "$work/seeds"
[ $# -gt 0 ] || set -- compile evaluate repair program json
for target in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    fuzz "$target" &
done
wait
for target in "$@"; do report "$target"; done
finish
