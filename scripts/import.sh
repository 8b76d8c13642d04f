#!/usr/bin/env bash
# Masters, prices, open items, stock and opening balances out of a folder of CSV files, in one transaction: all of it or
# nothing. The files, their columns and what each may hold are in docs/import.md and sql/import/1_fields.sql.
# Columns may come in any order, and optional ones may be left out. Importing the same files again adds nothing.
set -euo pipefail
. "$(dirname "$0")/common.sh"
FROM=${1:-}
[ -n "$FROM" ] || die "which folder? make import FROM=folder (docs/import.md)"
[ -d "$FROM" ] || die "$FROM is no folder"
load_env_or_server

known="company warehouses suppliers customers products supplier_products prices agreements opening_stock open_items opening_balances"
for path in "$FROM"/*.csv; do
    [ -f "$path" ] || die "$FROM holds no CSV file"
    name=$(basename "$path" .csv)
    case " $known " in *" $name "*) ;; *) die "$name.csv is none of the files an import knows: $known" ;; esac
done

# The first line names the columns; the list goes into COPY, so it is nothing but names.
columns_of() {
    local header
    header=$(head -n 1 "$1" | sed -e '1s/^\xef\xbb\xbf//' -e 's/\r$//' -e 's/"//g')
    [[ $header =~ ^[a-z_]+(,[a-z_]+)*$ ]] || die "$(basename "$1") line 1: the header must be column names separated by commas, found: $header"
    echo "$header"
}

copies=
for name in $known; do
    path=$FROM/$name.csv
    [ -f "$path" ] || continue
    columns=$(columns_of "$path")
    copies+="\\copy import_$name ($columns) FROM '${path//\'/\'\'}' WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')"$'\n'
done

super -d "$PGDATABASE" -P pager=off <<SQL || die "nothing was imported"
BEGIN;
SET LOCAL TIME ZONE 'UTC';
\\o /dev/null
\\i '$ROOT/sql/import/1_fields.sql'
$copies
\\set SHOW_CONTEXT never
\\i '$ROOT/sql/import/2_check.sql'
\\i '$ROOT/sql/import/3_masters.sql'
\\i '$ROOT/sql/import/4_openings.sql'
\\o
SELECT r.file_name AS "file", r.rows_in_file AS "rows", r.rows_added AS "added", r.rows_in_file - r.rows_added AS "already there"
FROM import_results AS r
JOIN import_files AS f USING (file_name)
WHERE r.rows_in_file > 0
ORDER BY f.file_position;
SELECT * FROM erp.opening_tie_out();
SELECT COALESCE(sum(balance), 0) AS "left on 3900 Opening balances" FROM erp.trial_balance() WHERE account_code = '3900';
\\i '$ROOT/sql/import/5_tie_out.sql'
COMMIT;
SQL
say "imported"
