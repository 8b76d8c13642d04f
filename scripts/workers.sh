#!/usr/bin/env bash
# The worker processes of one ERP_DIR: start, stop, status. Ends exactly what it started: a pid file holds the process
# id, its start time and the boot it belongs to, so that a later process with the same id is never taken for ours.
set -euo pipefail
. "$(dirname "$0")/common.sh"

# worker = system name, program, database role
WORKERS=("sales erp-sales sales_agent" "finance erp-finance finance_agent")
LIBRARY=/usr/lib/postgresql/$(pg_major)/lib/headless_erp.so
STOP_SECONDS=${STOP_SECONDS:-30}

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

start_one() {
    local name=$1 program=$BIN_DIR/$2 role=$3 log=$ERP_DIR/log/$1.log pid
    # A newer program, or a newer library than the worker's sessions have loaded, takes over.
    if alive "$name" && { [ "$program" -nt "$ERP_DIR/run/$name.pid" ] || [ "$LIBRARY" -nt "$ERP_DIR/run/$name.pid" ]; }; then
        stop_one "$name"
    fi
    if alive "$name"; then return; fi
    [ -x "$program" ] || die "$program is missing: run scripts/build.sh"
    (
        close_inherited
        PGUSER=$role exec setsid "$program" </dev/null >>"$log" 2>&1
    ) &
    pid=$!
    identity "$pid" >"$ERP_DIR/run/$name.pid" || die "$name did not start: see $log"
    say "worker $name started (pid $pid, log $log)"
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
    for line in "${WORKERS[@]}"; do
        read -r -a fields <<<"$line"
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
    sleep 0.5
    each status_one | grep stopped && die "a worker ended at once: see $ERP_DIR/log"
    true
    ;;
stop) each stop_one ;;
status) each status_one ;;
*) die "usage: [WORKER=sales] workers.sh start|stop|status" ;;
esac
