#!/usr/bin/env bash
# Removes what a build made. Books live under ERP_DIR or /var/lib/headless-erp and are never touched.
set -euo pipefail
. "$(dirname "$0")/common.sh"
rm -rf "$ROOT/.build"
[ ! -f "$ROOT/extension/Makefile" ] || make -s -C "$ROOT/extension" PG_CONFIG="$(pg_bin)/pg_config" clean
say "build products removed; data kept"
