#!/usr/bin/env bash
# docs/rules.md, typed as it stands by a person into the sample company: every example gives what the page shows.
# UPDATE=1 writes what was printed into the page.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/throwaway.sh"
export ERP_CRON=off SEED=sample
throwaway docs-rules
"$ROOT/scripts/db.sh" >/dev/null
PGUSER=erp_operator "$ROOT/Tests/support/doc_examples.py" "$ROOT/docs/rules.md" ${UPDATE:+--update}
