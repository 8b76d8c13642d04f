#!/usr/bin/env bash
# Writes the table of operators in docs/rules.md, between its two markers, from sql/functions/erp/rule_operators.sql. With
# --check nothing is written: the difference is printed and the exit status is 1. Needs no database.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
page=$root/docs/rules.md
case ${1:-} in
'' | --check) ;;
*) echo "usage: generate-rules-doc.sh [--check]" >&2 && exit 64 ;;
esac

fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT

python3 - "$root/sql/functions/erp/rule_operators.sql" "$page" >"$fresh" <<'PYTHON'
import pathlib
import re
import sys

source, page = (pathlib.Path(name).read_text() for name in sys.argv[1:])
rows = re.search(r"FROM \(VALUES\n(.*)\n\) AS o ", source, re.S).group(1)
token = re.compile(r"'((?:[^']|'')*)'|(NULL|[0-9]+)(?:::int)?")
values = [m.group(1).replace("''", "'") if m.group(2) is None else m.group(2) for m in token.finditer(rows)]
width = 9
if len(values) % width:
    sys.exit("sql/functions/erp/rule_operators.sql: a row has not nine values")


def cell(text):
    return text.replace("|", "\\|")


lines = ["| operators | arguments | result | null, errors | example |", "|---|---|---|---|---|"]
for row in range(0, len(values), width):
    spellings, _, _, _, _, signature, result, note, example = values[row : row + width]
    names = " ".join(f"`{cell(name)}`" for name in spellings.strip("{}").split(","))
    lines.append(f"| {names} | {cell(signature)} | {cell(result)} | {cell(note)} | `{cell(example)}` |")
block = "<!-- operators -->\n" + "\n".join(lines) + "\n<!-- /operators -->"
if not re.search(r"<!-- operators -->.*?<!-- /operators -->", page, re.S):
    sys.exit("docs/rules.md has lost its markers <!-- operators --> and <!-- /operators -->")
sys.stdout.write(re.sub(r"<!-- operators -->.*?<!-- /operators -->", lambda _: block, page, flags=re.S))
PYTHON

if [ "${1:-}" = --check ]; then
    if ! diff -u "$page" "$fresh"; then
        echo "docs/rules.md does not match the operators: run scripts/generate-rules-doc.sh" >&2
        exit 1
    fi
    exit 0
fi
cp "$fresh" "$page"
chmod 644 "$page"
