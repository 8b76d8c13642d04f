# shellcheck shell=bash
# What every script here shares: where things are, and how to act as another system user.
# Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
ERP_DIR=$(realpath -m "${ERP_DIR:-$ROOT/.erp}")
# Without MODE an existing database keeps its mode, and a new one is native.
MODE=${MODE:-}
SEED=${SEED:-sample}
export ROOT ERP_DIR MODE SEED
case $MODE in '' | native | portable) ;; *) echo "MODE is native or portable, not '$MODE'" >&2 && exit 2 ;; esac
case $SEED in sample | minimal | none) ;; *) echo "SEED is sample, minimal or none, not '$SEED'" >&2 && exit 2 ;; esac

say() { printf '%s\n' "==> $*"; }
warn() { printf '%s\n' "warning: $*" >&2; }
die() {
    printf '%s\n' "error: $*" >&2
    exit 1
}

# Runs a command as root: directly, or through sudo without a prompt.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n "$@" || die "'sudo $*' failed: this step needs root, and sudo without a password prompt"
    else
        die "this step needs root: $*"
    fi
}

# The system user the server runs as: PostgreSQL refuses root, so root's clusters belong to postgres.
if [ "$(id -u)" = 0 ]; then SERVER_USER=postgres; else SERVER_USER=$(id -un); fi

as_server() {
    # From a directory that this user can enter too.
    if [ "$(id -u)" = 0 ]; then (cd / && exec runuser -u "$SERVER_USER" -- "$@"); else "$@"; fi
}

# The newest installed major version, unless PG_MAJOR names one.
pg_major() {
    if [ -n "${PG_MAJOR:-}" ]; then
        echo "$PG_MAJOR"
        return
    fi
    local server
    server=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
    [ -x "$server" ] || return 1
    basename "$(dirname "$(dirname "$server")")"
}

pg_bin() { echo "/usr/lib/postgresql/$(pg_major)/bin"; }

# Ends this shell's hold on inherited descriptors, so that a daemon started here keeps no caller's lock.
close_inherited() {
    local descriptor
    for descriptor in /proc/"$BASHPID"/fd/*; do
        descriptor=${descriptor##*/}
        [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
    done
}

# Reads .erp/env, which `cluster.sh init` writes.
load_env() {
    [ -f "$ERP_DIR/env" ] || die "no cluster under $ERP_DIR: run 'make db' or 'make run' first"
    # shellcheck source=/dev/null
    . "$ERP_DIR/env"
}

# The cluster of ERP_DIR, or, where there is none, the server that PGHOST and PGPORT name.
load_env_or_server() {
    if [ -f "$ERP_DIR/env" ] || [ -z "${PGHOST:-}" ]; then
        load_env
    else
        INSTALLER=${PGUSER:-postgres}
        export PGDATABASE=${PGDATABASE:-erp}
    fi
}

# psql as the cluster's superuser, or on another server as who installed; for set-up only, people and workers use their own
# roles.
INSTALLER=postgres
super() { PGOPTIONS="--client-min-messages=warning" psql -X -q -v ON_ERROR_STOP=1 -U "$INSTALLER" "$@"; }

# Where the programs are: the release build, or what `make install` put into the system.
BIN_DIR=${BIN_DIR:-$ROOT/.build/release}
export BIN_DIR
