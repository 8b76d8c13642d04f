#!/usr/bin/env bash
# Plants each fault of faults.txt in a copy of the kernel: every one has to build, and to make the kernel's own tests fail.
# The copy has a package of the kernel and its tests alone, so that a fault takes seconds.
# FAULTS, a regular expression, takes those whose last part it matches.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"

faults=$ROOT/Tests/fuzz/faults.txt
copy=$ROOT/.build/faults
log=$copy/log

# Copied anew with the time of now, so that no object of an earlier fault passes for that of a whole file.
rm -rf "$copy/Sources" "$copy/Tests" "$copy/sql"
mkdir -p "$copy/Sources" "$copy/Tests" "$copy/sql/functions/erp"
cp -r "$ROOT/Sources/ErpKernel" "$ROOT/Sources/CErpKernel" "$copy/Sources/"
cp -r "$ROOT/Tests/ErpKernelTests" "$ROOT/Tests/vectors" "$copy/Tests/"
cp "$ROOT/sql/functions/erp/rule_operators.sql" "$copy/sql/functions/erp/"
cat >"$copy/Package.swift" <<'END'
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "faults",
    targets: [
        .target(name: "CErpKernel"),
        .target(name: "ErpKernel", dependencies: ["CErpKernel"]),
        .testTarget(name: "ErpKernelTests", dependencies: ["ErpKernel", "CErpKernel"]),
    ]
)
END

built() { swift build --package-path "$copy" --build-tests -Xswiftc -Onone >"$log" 2>&1; }
passes() { timeout 120 swift test --package-path "$copy" --skip-build --parallel -Xswiftc -Onone >"$log" 2>&1; }

# Puts the new text in the place of the old, which has to stand there exactly once.
plant() {
    python3 - "$copy/Sources/ErpKernel/$1" "$2" "$3" <<'END'
import sys

path, old, new = sys.argv[1:]
text = open(path, encoding="utf-8").read()
if text.count(old) != 1:
    sys.exit(f"{path} has {text.count(old)} times: {old}")
open(path, "w", encoding="utf-8").write(text.replace(old, new))
END
}

check "the kernel without a fault builds" built
check "the kernel without a fault passes" passes
if [ "$FAILED" != 0 ]; then finish; fi

while IFS= read -r line; do
    case $line in '' | '#'*) continue ;; esac
    mapfile -t part <<<"${line// @@ /$'\n'}"
    [ ${#part[@]} = 4 ] || die "no fault: $line"
    [[ ${part[3]} =~ ${FAULTS:-.} ]] || continue
    plant "${part[0]}" "${part[1]}" "${part[2]}" || die "the fault does not fit: ${part[3]}"
    if ! built; then
        fail "${part[3]}: does not build"
        grep -m 3 'error:' "$log" || true
    elif passes; then
        fail "${part[3]}: not found"
    elif ! grep -qE '^✘ Test|signal code' "$log"; then
        fail "${part[3]}: no test told of it"
    else
        pass "found: ${part[3]}"
    fi
    cp "$ROOT/Sources/ErpKernel/${part[0]}" "$copy/Sources/ErpKernel/${part[0]}"
done <"$faults"
finish
