#!/usr/bin/env bash
# The programs beside the database: erp-auditor seals, signs and tells what it finds; erp-audit judges the export without the
# database, also when a superuser has made the whole chain agree with what he changed.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"
. "$ROOT/Tests/support/story.sh"

ERP_CRON=off throwaway audit
"$ROOT/scripts/db.sh" >/dev/null
A=$ERP_DIR/audit
mkdir -p "$A"
for key in key other; do
    (umask 077 && openssl genpkey -algorithm ed25519 -out "$A/$key.pem" 2>/dev/null)
    openssl pkey -in "$A/$key.pem" -pubout -out "$A/$key.public"
done
signing() { ERP_AUDIT_KEY=$A/key.pem ERP_AUDIT_FILE=$A/checkpoints ERP_AUDIT_GIT=$A/checkpoints.git "$@"; }
auditor() { env -u PGUSER "$BIN_DIR/erp-auditor" "$@"; }
export_to() { auditor export "$@"; }
judge() { "$BIN_DIR/erp-audit" "$@"; }
verify() { judge verify "$1" --checkpoints "$A/checkpoints" --key "$A/key.public" "${@:2}"; }
# The exit status, and the first word with the position where there is one.
verdict() {
    local status=0 told
    told=$("$@") || status=$?
    echo "$status $(head -n 1 <<<"$told" | grep -oE '^(valid|tampered|incomplete|unusable)(: position [0-9]+)?')"
}
status() {
    local status=0
    "$@" >/dev/null 2>&1 || status=$?
    echo "$status"
}
raise_limits() { psql -X -q -v ON_ERROR_STOP=1 -c "UPDATE erp_customers SET maximum_credit_limit = maximum_credit_limit + 1 WHERE customer_id <= ${1:-10}"; }

# -- Seal, sign, export, verify
is "without a key it seals and says that nothing is signed" "$(auditor once | grep -oE 'nothing is signed without a key, verify ok')" \
    "nothing is signed without a key, verify ok"
sealed=$(ask "SELECT max(last_position) FROM erp.audit_batches")
is "with one it signs what is sealed" "$(signing auditor once)" "audit: $sealed leaves sealed, checkpoint $sealed, verify ok"
signing auditor once >/dev/null
is "and signs nothing twice" "$(grep -c '^headless-erp/audit/' "$A/checkpoints")" 1
export_to "$A/first.eax"
is "the export is valid" "$(verdict verify "$A/first.eax" --state "$A/state")" "0 valid"
raise_limits
signing auditor once >/dev/null
grown=$(ask "SELECT max(last_position) FROM erp.audit_batches")
export_to "$A/second.eax"
is "and so is one that has grown, with what was seen before" "$(verdict verify "$A/second.eax" --state "$A/state")" "0 valid"
is "two checkpoints are in the file" "$(grep -c '^headless-erp/audit/' "$A/checkpoints")" 2
git -C "$A/checkpoints.git" log --reverse --format='%B--' main >"$A/from_git"
is "and the same in the repository" \
    "$(verdict judge verify "$A/second.eax" --checkpoints "$A/from_git" --key "$A/key.public")" "0 valid"
is "another key has signed nothing" \
    "$(verdict judge verify "$A/second.eax" --checkpoints "$A/checkpoints" --key "$A/other.public")" "1 tampered: position $sealed"
is "an export of before is older than the last checkpoint" "$(verdict verify "$A/first.eax")" "2 incomplete"
export_to "$A/part.eax" --from $((sealed + 1))
is "a part is bound by the checkpoint before it" "$(verdict verify "$A/part.eax")" "0 valid"
export_to "$A/early.eax" --to 100
is "a part that ends early says so" "$(verdict verify "$A/early.eax" --part)" "0 valid"

# -- One record
judge prove "$A/second.eax" --position "$grown" --checkpoints "$A/checkpoints" --key "$A/key.public" >"$A/proof.json"
is "one leaf is proven without the export" \
    "$(verdict judge check "$A/proof.json" --checkpoints "$A/checkpoints" --key "$A/key.public")" "0 valid: position $grown"
sed "s/\"position\": $grown/\"position\": $((grown - 1))/" "$A/proof.json" >"$A/wrong.json"
is "but not for another position" \
    "$(verdict judge check "$A/wrong.json" --checkpoints "$A/checkpoints" --key "$A/key.public" | cut -c 1)" 1
is "a leaf is shown with its columns" \
    "$(judge show "$A/second.eax" --position "$grown" | grep -cE '^(table: erp.customers|operation: UPDATE|image of erp.customers:|  maximum_credit_limit = [0-9.]+)$')" 4

# -- Settings
chmod 640 "$A/key.pem"
is "a key that others may read is refused" "$(status signing auditor once)" 78
chmod 600 "$A/key.pem"
is "a key without two sinks is refused" "$(status env ERP_AUDIT_KEY="$A/key.pem" "$BIN_DIR/erp-auditor" once)" 78
is "without a database it says so" "$(PGPORT=1 status auditor once)" 69

# -- The daemon, killed again and again
daemon() {
    ERP_AUDIT_CHECKPOINT_SECONDS=1 ERP_AUDIT_CHECKPOINT_LEAVES=3 ERP_AUDIT_VERIFY_SECONDS=1 ERP_AUDIT_KEY=$A/key.pem \
        ERP_AUDIT_FILE=$A/checkpoints ERP_AUDIT_GIT=$A/checkpoints.git env -u PGUSER "$BIN_DIR/erp-auditor" >>"$A/log" 2>&1 &
    pid=$!
}
for step in after_seal before_file after_file after_git after_file after_seal; do
    raise_limits 4
    ERP_CRASH_AT=$step daemon
    code=0
    { wait "$pid" || code=$?; } 2>/dev/null
    is "it is killed $step" "$code" 137
    raise_limits 4
done
daemon
check "after every kill it goes on and seals all" await 20 "SELECT unsealed = 0 FROM erp.audit_status()"
sealed=$(ask "SELECT max(last_position) FROM erp.audit_batches")
signed() { grep -aE '^[0-9]+$' "$A/checkpoints" | tail -n 1; }
deadline=$((SECONDS + 20))
until [ "$(signed)" = "$sealed" ] || [ "$SECONDS" -ge "$deadline" ]; do sleep 0.1; done
is "and signs all" "$(signed)" "$sealed"
export_to "$A/killed.eax"
is "of which nothing is lost or doubled" "$(verdict verify "$A/killed.eax" --state "$A/state")" "0 valid"
is "it found nothing" "$(ask "SELECT count(*) FROM erp.inbox WHERE summary LIKE 'AUDIT_FINDING%'")" 0

# -- A finding reaches people
ask "ALTER TABLE erp.customers DISABLE TRIGGER ALL; UPDATE erp.customers SET maximum_credit_limit = 1 WHERE customer_id = 7" >/dev/null
check "a row changed behind the triggers' back stands in the inbox" \
    await 60 "SELECT count(*) > 0 FROM erp.inbox WHERE summary LIKE 'AUDIT_FINDING % erp.customers [\"7\"]%'"
kill -TERM "$pid"
wait "$pid" || fail "the daemon stops"
is "it is an error line of the log too" "$(grep -c 'level=error.*event=audit_finding.*key=.*7' "$A/log")" 1
is "a round tells it by its status" "$(status signing auditor once)" 1
export_to "$A/last.eax"
is "the history itself still holds" "$(verdict verify "$A/last.eax" --state "$A/state")" "0 valid"

# -- Attacks on copies of the database, by who may do everything in it
copy() { super -d postgres -c "DROP DATABASE IF EXISTS forged" -c "CREATE DATABASE forged TEMPLATE erp"; }
export PGDATABASE=forged
copy
super -q -f "$ROOT/Tests/e2e/audit_forge.sql" >/dev/null
is "a chain made to agree deceives its own check of that row" \
    "$(super -Atc "SELECT count(*) FROM erp.audit_check_chain() UNION ALL SELECT count(*) FROM erp.audit_check_batches()" | sort -u)" 0
export_to "$A/forged.eax"
is "and the file agrees with itself" "$(verdict judge verify "$A/forged.eax")" "0 valid"
is "but not with the checkpoints" "$(verdict verify "$A/forged.eax" | cut -c 1-10)" "1 tampered"
is "nor with what was seen before" "$(verdict judge verify "$A/forged.eax" --state "$A/state" | cut -c 1-10)" "1 tampered"
cp "$A/checkpoints" "$A/before"
is "the auditor refuses to sign it" "$(status signing auditor once)" 1
check "and has signed nothing" cmp "$A/checkpoints" "$A/before"

copy
super -q -c "ALTER EVENT TRIGGER erp_audit_ddl DISABLE" -c "ALTER TABLE erp.audit_batches DISABLE TRIGGER ALL" \
    -c "ALTER TABLE erp.audit_positions DISABLE TRIGGER ALL" -c "ALTER TABLE erp.audit_ledger DISABLE TRIGGER ALL" \
    -c "DELETE FROM erp.audit_ledger WHERE leaf_id IN (SELECT leaf_id FROM erp.audit_positions
        WHERE position > (SELECT first_position - 1 FROM erp.audit_batches ORDER BY first_position DESC LIMIT 1))" \
    -c "DELETE FROM erp.audit_positions WHERE position >= (SELECT max(first_position) FROM erp.audit_batches)" \
    -c "DELETE FROM erp.audit_batches WHERE first_position = (SELECT max(first_position) FROM erp.audit_batches)"
export_to "$A/short.eax"
is "a ledger without its tail agrees with itself" "$(verdict judge verify "$A/short.eax")" "0 valid"
is "but leaves were seen before" "$(verdict judge verify "$A/short.eax" --state "$A/state" | cut -c 1-10)" "1 tampered"
is "and signed" "$(verdict verify "$A/short.eax" | cut -c 1-10)" "1 tampered"
is "the auditor misses what it signed" "$(status signing auditor once)" 1
head -c "$(($(stat -c %s "$A/last.eax") * 2 / 3))" "$A/last.eax" >"$A/cut.eax"
is "a file cut off is incomplete" "$(verdict verify "$A/cut.eax")" "2 incomplete"
is "a file of something else is unusable" "$(verdict verify "$A/checkpoints")" "3 unusable"
finish
