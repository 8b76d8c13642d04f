#!/bin/sh
# Writes the extension script from the native CODE files of sql/LOADORDER: `install` or `upgrade`.
set -eu
cd "$(dirname "$0")/../sql"
cat <<'HEAD'
-- Made by extension/script.sh from sql/LOADORDER; do not edit.
\echo Use "CREATE EXTENSION headless_erp" to load this file. \quit
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL check_function_bodies = off;
HEAD
sed -e 's/#.*//' LOADORDER | while read -r file mode; do
    [ -n "$file" ] && [ "$mode" != portable ] || continue
    printf '\n-- %s\n' "$file"
    case $1 in
    install) sed -e 's/^CREATE OR REPLACE /CREATE /' "$file" ;;
    *) cat "$file" ;;
    esac
done
