#!/usr/bin/env bash
# Style and safety without running anything. Every check is one passed or failed test.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$(dirname "$0")/counting.sh"
cd "$ROOT"

VENV=$ROOT/.build/venv
PYTHON_TOOLS=(pgspot==0.9.4 sqlfluff==3.4.2)

# Linters that Debian has not, or has too old to parse PostgreSQL 15; in an environment of their own.
python_tools() {
    [ "$(cat "$VENV/tools" 2>/dev/null)" = "${PYTHON_TOOLS[*]}" ] && return
    python3 -m venv "$VENV"
    "$VENV/bin/pip" install -q --disable-pip-version-check "${PYTHON_TOOLS[@]}"
    echo "${PYTHON_TOOLS[*]}" >"$VENV/tools"
}

shell_scripts() { grep -lE '^#!.*\b(ba)?sh\b|^# shellcheck shell=' -r scripts Tests .ci docker bench 2>/dev/null; }

# Text in quotes and comments is not code.
trap_tokens() {
    local file bad=0
    while read -r file; do
        sed -E 's/"([^"\\]|\\.)*"/""/g; s|//.*||' "$file" | grep -nE '[])A-Za-z0-9_]!([^=A-Za-z]|$)|\b(as|try)!|\b(fatalError|precondition|preconditionFailure|assert|assertionFailure|unsafeBitCast|unowned|unsafelyUnwrapped)\b|^import Foundation' |
            sed "s|^|$file:|" | grep . && bad=1
    done < <(find Sources/ErpKernel -name '*.swift')
    return $bad
}

# pgspot judges the code as CREATE EXTENSION runs it. PS010 and PS002 assume that others may write into the schema; erp and
# agent belong to erp_owner alone, and the install script has no OR REPLACE. A composite OUT parameter is unknown to pgspot's
# parser, which gives that function up; plpgsql_check knows it.
code_is_safe() {
    local findings
    findings=$(cd sql && sed -E 's/#.*//' LOADORDER | awk 'NF { print $1 }' |
        xargs "$VENV/bin/pgspot" --append --ignore PS002 --ignore PS010 2>&1 |
        grep -vE '^ *$|^[a-z0-9_/.]+\.sql: *$|Errors: [0-9]+ Warnings: |is not a known variable')
    [ -z "$findings" ] || { echo "$findings" && return 1; }
}

units() {
    local found=0 unit
    for unit in workers/systemd/*.service workers/systemd/*.target workers/systemd/*.timer; do
        [ -f "$unit" ] || continue
        found=1
        verify_unit "$unit" || return 1
    done
    [ $found = 1 ]
}

# A copy is verified: a template gets an instance, and the program, which is not installed here, a stand-in.
verify_unit() {
    local copy name out
    copy=$(mktemp -d)
    cp workers/systemd/* "$copy" 2>/dev/null || true
    sed -i -E 's|^(Exec(Start\|StartPre\|Stop\|Reload))=.*|\1=/bin/true|' "$copy"/*.service
    name=$(basename "$1")
    case $name in *@.service)
        cp "$copy/$name" "$copy/${name%@.service}@sales.service"
        name=${name%@.service}@sales.service
        ;;
    esac
    out=$(systemd-analyze verify --man=no "$copy/$name" 2>&1 | grep -F "$copy" || true)
    rm -rf "$copy"
    [ -z "$out" ] || { echo "$out" && return 1; }
}

# Every file below Tests is run by something, or belongs to something that runs.
test_files_run() {
    local bad=0 file
    while read -r file; do
        [ -f "${file/.spec/.out}" ] || [ -f "Tests/isolation/expected/$(basename "$file" .spec).out" ] || { echo "$file has no expected output" && bad=1; }
    done < <(find Tests/isolation -name '*.spec' 2>/dev/null)
    while read -r file; do
        case $(basename "$file") in _*) ;; *) grep -qE '\bplan\(|no_plan' "$file" || { echo "$file has no plan" && bad=1; } ;; esac
    done < <(find Tests/pgtap -name '*.sql')
    while read -r file; do
        grep -qF "\"$(basename "$file")\"" Package.swift || { echo "$file is no test target of Package.swift" && bad=1; }
    done < <(find Tests -mindepth 1 -maxdepth 1 -type d -name '*Tests' -not -empty)
    find Tests -name '*.sh' -path '*/e2e/*' -o -name '*.sh' -path '*/restore/*' -o -name '*.sh' -path '*/upgrade/*' |
        while read -r file; do [ -x "$file" ] || { echo "$file cannot be run" && exit 1; }; done || bad=1
    return $bad
}

dockerfiles() {
    local file bad=0
    for file in docker/Dockerfile.*; do
        [ "$(grep -vE '^\s*(#|$)' "$file" | grep -E '^(ARG|FROM) ' | grep -c FROM)" -gt 0 ] || { echo "$file: no FROM" && bad=1; }
        grep -qE '^USER ' "$file" || { echo "$file: runs as root" && bad=1; }
        # An instruction, or the continuation of one.
        awk -v file="$file" '
            /^[ \t]*(#|$)/ { next }
            !continued && $1 !~ /^(ARG|FROM|RUN|COPY|ENV|WORKDIR|USER|ENTRYPOINT|CMD|EXPOSE|VOLUME|HEALTHCHECK|LABEL|SHELL|STOPSIGNAL)$/ { print file ":" NR ": " $1; bad = 1 }
            { continued = /\\$/ }
            END { exit bad }' "$file" || bad=1
    done
    if docker compose version >/dev/null 2>&1; then
        docker compose -f docker/compose.yaml config -q || bad=1
    else
        python3 Tests/support/compose.py docker/compose.yaml || bad=1
    fi
    return $bad
}

say "lint"
python_tools
check "swift format" swift format lint --strict --recursive --parallel Package.swift Sources Tests workers
# shellcheck disable=SC2046  # no name here has a space
check "shellcheck" shellcheck $(shell_scripts)
check "sqlfluff" "$VENV/bin/sqlfluff" lint --nocolor --disable-progress-bar sql
for rule in loadorder functions raises others clock errors text; do
    check "sql rule: $rule" python3 Tests/support/sql_rules.py "$rule"
done
check "pgspot" code_is_safe
check "docs/rules.md tells the operators" scripts/generate-rules-doc.sh --check
check "no trap tokens in the kernel" trap_tokens
check "systemd units" units
check "every test file is run" test_files_run
check "docker files" dockerfiles
finish
