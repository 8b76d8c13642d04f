#!/usr/bin/env bash
# The library that a server loads: no Swift runtime, no Foundation, no thread, and no symbol but what PostgreSQL calls.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$(dirname "$0")/counting.sh"

check "its exports are the committed list" make -s -C "$ROOT/extension" PG_CONFIG="$(pg_bin)/pg_config" check-exports

library=$("$(pg_bin)/pg_config" --pkglibdir)/headless_erp.so
check "the library is installed" test -f "$library"
is "it needs libc alone" "$(objdump -p "$library" | awk '/NEEDED/ { print $2 }' | sort | paste -sd ' ')" "libc.so.6"
# Only what the linker map names: the module's magic and its SQL-callable functions.
others=$(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -vE '^(Pg_magic_func|_PG_init|pg_finfo_erp_[a-z0-9_]+|erp_[a-z0-9_]+)$' || true)
is "it exports nothing of the kernel" "$others" ""
is "it starts no thread and loads no code" "$(nm -D --undefined-only "$library" | awk '{ print $2 }' | grep -E '^(pthread_create|dlopen|fork|swift_|_swift)' || true)" ""
# What a backend maps; debug symbols only lie in the file.
size=$(size -A "$library" | awk '$3 > 0 { bytes += $2 } END { print bytes }')
is "what it loads is smaller than 1 MiB" "$([ "$size" -gt 0 ] && [ "$size" -lt 1048576 ] && echo yes || echo "$size bytes")" yes
finish
