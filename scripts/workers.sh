#!/usr/bin/env bash
# The worker processes of one ERP_DIR: start, stop, status. Ends exactly what it started: a pid file holds the process
# id, its start time and the boot it belongs to, so that a later process with the same id is never taken for ours.
set -euo pipefail
. "$(dirname "$0")/common.sh"

# worker = system name, program, database role
WORKERS=("sales erp-sales sales_agent" "finance erp-finance finance_agent")
# Not an agent: it starts when it is named (WORKER=auditor), and stops with the others.
AUDITOR="auditor erp-auditor erp_auditor"
LIBRARY=/usr/lib/postgresql/$(pg_major)/lib/headless_erp.so
STOP_SECONDS=${STOP_SECONDS:-30}
declare -A LOG_BEFORE=()

identity() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    # A zombie has ended; only its parent has not asked yet.
    [ "${stat%% *}" != Z ] || return 1
    echo "$1 $(cut -d ' ' -f 20 <<<"$stat") $(cat /proc/sys/kernel/random/boot_id)"
}

alive() {
    local recorded
    recorded=$(cat "$ERP_DIR/run/$1.pid" 2>/dev/null) || return 1
    [ "$(identity "${recorded%% *}")" = "$recorded" ]
}

# What the auditor signs with and where to. The key is made once and kept outside the database.
prepare_auditor() {
    local directory=$ERP_DIR/audit
    mkdir -p "$directory"
    if [ ! -f "$directory/key.pem" ]; then
        (umask 077 && openssl genpkey -algorithm ed25519 -out "$directory/key.pem.new" 2>/dev/null)
        openssl pkey -in "$directory/key.pem.new" -pubout -out "$directory/public.pem"
        mv "$directory/key.pem.new" "$directory/key.pem"
    fi
    export ERP_AUDIT_KEY=$directory/key.pem ERP_AUDIT_FILE=$directory/checkpoints ERP_AUDIT_GIT=$directory/checkpoints.git
}

start_one() {
    local name=$1 program=$BIN_DIR/$2 role=$3 log=$ERP_DIR/log/$1.log pid
    # A newer program, or a newer library than the worker's sessions have loaded, takes over.
    if alive "$name" && { [ "$program" -nt "$ERP_DIR/run/$name.pid" ] || [ "$LIBRARY" -nt "$ERP_DIR/run/$name.pid" ]; }; then
        stop_one "$name"
    fi
    if alive "$name"; then return; fi
    [ -x "$program" ] || die "$program is missing: run scripts/build.sh"
    [ "$name" != auditor ] || prepare_auditor
    LOG_BEFORE[$name]=$(stat -c %s "$log" 2>/dev/null || echo 0)
    (
        close_inherited
        PGUSER=$role exec setsid "$program" </dev/null >>"$log" 2>&1
    ) &
    pid=$!
    identity "$pid" >"$ERP_DIR/run/$name.pid" || die "$name did not start: see $log"
    say "worker $name started (pid $pid, log $log)"
}

# Until a worker just started listens. One that waits for its server goes on doing so; one that ended is an error.
await_one() {
    local name=$1 log=$ERP_DIR/log/$1.log deadline=$((SECONDS + 5))
    [ -n "${LOG_BEFORE[$name]:-}" ] || return 0
    until grep -qE ' event=(listening|sealing) ' < <(tail -c "+$((LOG_BEFORE[$name] + 1))" "$log" 2>/dev/null); do
        alive "$name" || die "worker $name ended at once: see $log"
        if [ "$SECONDS" -ge "$deadline" ]; then
            warn "worker $name does not listen yet: see $log"
            return 0
        fi
        sleep 0.05
    done
}

stop_one() {
    local name=$1 pid waited=0
    alive "$name" || return 0
    pid=$(cut -d ' ' -f 1 "$ERP_DIR/run/$name.pid")
    kill -TERM "$pid" 2>/dev/null || true
    while alive "$name"; do
        if [ "$waited" -ge $((STOP_SECONDS * 10)) ]; then
            warn "worker $name did not end within $STOP_SECONDS s; ending it hard (its lease runs out, nothing is lost)"
            kill -KILL "$pid" 2>/dev/null || true
        fi
        sleep 0.1
        waited=$((waited + 1))
    done
    rm -f "$ERP_DIR/run/$name.pid"
    say "worker $name stopped"
}

each() {
    local line fields
    for line in "${WORKERS[@]}" "$AUDITOR"; do
        read -r -a fields <<<"$line"
        [ "${fields[0]}" != auditor ] || [ "${WORKER:-}" = auditor ] || alive auditor || continue
        [ -z "${WORKER:-}" ] || [ "$WORKER" = "${fields[0]}" ] || continue
        "$1" "${fields[@]}"
    done
}

status_one() {
    if alive "$1"; then
        echo "worker $1 running (pid $(cut -d ' ' -f 1 "$ERP_DIR/run/$1.pid"))"
    else
        echo "worker $1 stopped"
    fi
}

case ${1:-} in
start)
    load_env
    mkdir -p "$ERP_DIR/log" "$ERP_DIR/run"
    each start_one
    each await_one
    ;;
stop) each stop_one ;;
status) each status_one ;;
*) die "usage: [WORKER=sales] workers.sh start|stop|status" ;;
esac
