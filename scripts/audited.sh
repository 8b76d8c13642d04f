#!/usr/bin/env bash
# One line on the audit chain: how much is sealed, up to where it is signed, and whether all of it holds.
set -euo pipefail
. "$(dirname "$0")/common.sh"
load_env
deadline=$((SECONDS + ${DEADLINE_SECONDS:-60}))
checkpoints=$ERP_DIR/audit/checkpoints

audit() { PGUSER=erp_auditor psql -X -q -At -v ON_ERROR_STOP=1 -c "$1"; }
signed() { grep -aE '^[0-9]+$' "$checkpoints" 2>/dev/null | tail -n 1 || true; }

# The last leaves are sealed within a second and signed within a minute; a day's end waits for the sealing alone.
until [ "$(audit 'SELECT unsealed FROM erp.audit_status()')" = 0 ]; do
    [ "$SECONDS" -lt "$deadline" ] || die "the audit chain is not sealed: see $ERP_DIR/log/auditor.log"
    sleep 0.2
done
verdict=$(audit "SELECT CASE WHEN ok THEN 'ok' ELSE 'found: ' || reason END FROM erp.audit_verify()")
echo "audit: $(audit 'SELECT sealed FROM erp.audit_status()') leaves sealed, checkpoint $(signed), verify $verdict"
[ "$verdict" = ok ]
