#!/usr/bin/env bash
# The private cluster of one ERP_DIR: init, start, stop, status, logins. Never deletes books.
#
# Layout of ERP_DIR: env (for psql), server (a pointer: where the data directory and the server's log are), log/ and run/
# (workers). The data lie in ERP_DIR/postgres; where the server's system user cannot reach that, under /var/lib/headless-erp.
#
# A first start may be broken off at any moment: `server` comes first, then the data directory is made under another name and
# gets its own only when it is whole, `env` comes last. Every file is written beside and moved into its place.
set -euo pipefail
. "$(dirname "$0")/common.sh"

CODE=$(printf '%s' "$ERP_DIR" | sha256sum | cut -c 1-10)

# What it reads becomes the file, whole or not at all; server_file as the server's user.
own_file() { cat >"$1.new" && mv "$1.new" "$1"; }
server_file() { as_server tee "$1.new" >/dev/null && as_server mv "$1.new" "$1"; }

home() { cat "$ERP_DIR/server"; }
exists() { [ -f "$ERP_DIR/server" ] && as_server test -f "$(home)/data/PG_VERSION"; }
control() { as_server "$(as_server cat "$(home)/bin")/pg_ctl" -D "$(home)/data" -s "$@"; }
running() { exists && control status >/dev/null 2>&1; }

# Sockets have at most 107 bytes of path, so they never lie below the checkout.
socket_directory() {
    if [ "$(id -u)" = 0 ]; then
        echo "/run/headless-erp/$CODE"
    elif [ -n "${XDG_RUNTIME_DIR:-}" ] && [ -w "$XDG_RUNTIME_DIR" ] && [ ${#XDG_RUNTIME_DIR} -lt 60 ]; then
        echo "$XDG_RUNTIME_DIR/headless-erp/$CODE"
    else
        echo "/tmp/headless-erp-$(id -u)/$CODE"
    fi
}

# Owned by the server's user and writable by no one else: nobody can put another server's socket there.
make_socket_directory() {
    local directory parent
    directory=$(socket_directory)
    parent=$(dirname "$directory")
    [ -d "$parent" ] || install -d -m 755 "$parent"
    [ "$(stat -c %u "$parent")" = "$(id -u)" ] || die "$parent belongs to somebody else"
    [ -d "$directory" ] || install -d -m 755 "$directory"
    [ "$(id -u)" != 0 ] || chown "$SERVER_USER" "$directory"
    [ "$(stat -c %U "$directory")" = "$SERVER_USER" ] || die "$directory belongs to somebody else"
}

# The port only names the socket, as the server listens on no address; still it is one that nobody uses.
free_port() {
    local port=$((20000 + 0x${CODE:0:4} % 10000))
    while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || [ -n "$(find /run/headless-erp /tmp/headless-erp-* \
        /var/run/postgresql -maxdepth 2 -name ".s.PGSQL.$port" 2>/dev/null)" ]; do
        port=$((port + 1))
    done
    echo "$port"
}

choose_home() {
    mkdir -p "$ERP_DIR/postgres"
    [ "$(id -u)" != 0 ] || chown "$SERVER_USER" "$ERP_DIR/postgres"
    if as_server test -w "$ERP_DIR/postgres"; then
        echo "$ERP_DIR/postgres"
        return
    fi
    rmdir "$ERP_DIR/postgres"
    [ -d /var/lib/headless-erp ] || install -d -m 755 /var/lib/headless-erp
    local directory
    directory=$(mktemp -d "/var/lib/headless-erp/$CODE.XXXX")
    chown "$SERVER_USER" "$directory"
    echo "$directory"
}

write_settings() {
    local major
    major=$(basename "$(dirname "$(as_server cat "$(home)/bin")")")
    {
        echo "# written at every start by scripts/cluster.sh; own settings belong into postgresql.conf or ALTER SYSTEM"
        echo "listen_addresses = ''"
        echo "port = $PGPORT"
        echo "unix_socket_directories = '$PGHOST'"
        echo "max_connections = 100"
        echo "max_worker_processes = 24"
        if [ "${ERP_CRON:-on}" = on ] && [ -f "/usr/lib/postgresql/$major/lib/pg_cron.so" ]; then
            echo "shared_preload_libraries = 'pg_cron'"
            echo "cron.database_name = 'erp'"
            echo "cron.use_background_workers = on"
        fi
        [ -z "${ERP_FAST_AND_UNSAFE:-}" ] || echo "fsync = off"
    } | server_file "$(home)/data/erp.conf"
}

# One line per (system user, role), never trust: who connects is what the kernel says about the socket's peer.
# The caller owns this cluster, so every role of it is open to the caller; others have the lines `USER ROLE` of ERP_DIR/logins.
write_logins() {
    local data=$1 role caller
    shift
    caller=$(id -un)
    {
        echo "# MAP  SYSTEM-USERNAME  PG-USERNAME   (written by scripts/cluster.sh logins)"
        [ "$SERVER_USER" = "$caller" ] || echo "erp $SERVER_USER postgres"
        for role in "$@"; do echo "erp $caller $role"; done
        [ ! -f "$ERP_DIR/logins" ] || sed -E '/^\s*(#|$)/d; s/^/erp /' "$ERP_DIR/logins"
    } | server_file "$data/pg_ident.conf"
}

write_env() {
    own_file "$ERP_DIR/env" <<EOT
export PGHOST=$1
export PGPORT=$2
export PGUSER=erp_operator
export PGDATABASE=erp
EOT
}

make_data() {
    local directory=$1 bin data options=()
    bin=$(pg_bin)
    say "creating a cluster in $directory"
    # What broken off first starts left; a cluster that is whole has another name.
    as_server find "$directory" -maxdepth 1 -name 'data.new.*' -exec rm -rf {} +
    data=$(as_server mktemp -d "$directory/data.new.XXXXXX")
    [ -z "${ERP_FAST_AND_UNSAFE:-}" ] || options=(--no-sync)
    as_server "$bin/initdb" -D "$data" -U postgres --data-checksums -E UTF8 --locale=C.UTF-8 --auth=reject --no-instructions \
        "${options[@]}" >/dev/null
    echo "include_if_exists = 'erp.conf'" | as_server tee -a "$data/postgresql.conf" >/dev/null
    echo "local all all peer map=erp" | as_server tee "$data/pg_hba.conf" >/dev/null
    write_logins "$data" postgres erp_operator
    # pg_cron's launcher wants its database from the first start on.
    echo "CREATE DATABASE erp;" | as_server "$bin/postgres" --single -D "$data" postgres >/dev/null 2>&1
    echo "$bin" | server_file "$directory/bin"
    as_server mv -T "$data" "$directory/data"
}

init() {
    if exists && [ -f "$ERP_DIR/env" ]; then return; fi
    [ -x "$(pg_bin)/initdb" ] || die "PostgreSQL is not installed: run scripts/packages.sh"
    local directory lock
    mkdir -p "$ERP_DIR/log" "$ERP_DIR/run"
    # What a broken off start left running ends first, and of two starts at once one waits.
    exec {lock}>"$ERP_DIR/lock"
    flock -w 120 "$lock" || die "another start of $ERP_DIR does not end"
    if [ ! -f "$ERP_DIR/server" ]; then
        directory=$(choose_home)
        own_file "$ERP_DIR/server" <<<"$directory"
    fi
    if ! exists; then
        # Books are never begun anew beside a disk that is not mounted.
        [ ! -f "$ERP_DIR/env" ] || die "$(home)/data is gone; is its disk mounted? (without $ERP_DIR/env a new cluster is made)"
        make_data "$(home)"
    fi
    [ -f "$ERP_DIR/env" ] || write_env "$(socket_directory)" "$(known_port || free_port)"
    exec {lock}>&-
}

known_port() { as_server sed -n 's/^port = //p' "$(home)/data/erp.conf" 2>/dev/null | grep .; }

# The server of a start that was broken off may still be on its way up.
await_server() {
    local deadline=$((SECONDS + 120))
    until "$(pg_bin)/pg_isready" -q -t 1; do
        [ "$SECONDS" -lt "$deadline" ] || die "the server does not answer: see $(home)/postgres.log"
        sleep 0.1
    done
}

start() {
    init
    local PGHOST PGPORT
    load_env
    if running; then
        await_server
        return
    fi
    # The socket directory may lie elsewhere after a restart of the machine or for another login session.
    [ "$PGHOST" = "$(socket_directory)" ] || write_env "$(socket_directory)" "$PGPORT"
    load_env
    make_socket_directory
    write_settings
    (
        close_inherited
        control start -w -t 120 -l "$(home)/postgres.log" </dev/null >/dev/null 2>&1
    ) || die "the server did not start: see $(home)/postgres.log"
    say "server started: socket $PGHOST, port $PGPORT"
}

stop() {
    running || return 0
    local PGHOST
    load_env
    control stop -m fast -w -t 120
    # The server took its socket away; the empty directory goes with it.
    rmdir "$PGHOST" 2>/dev/null || true
    say "server stopped; the books stay in $(home)"
}

status() {
    if running; then
        load_env
        echo "server running: socket $PGHOST, port $PGPORT, data $(home)/data"
    elif exists; then
        echo "server stopped: data $(home)/data"
        return 3
    else
        echo "no cluster under $ERP_DIR"
        return 4
    fi
}

# Lets the caller log in as every LOGIN role there is; run after roles were made.
logins() {
    load_env
    local roles
    mapfile -t roles < <(super -d postgres -Atc \
        "SELECT quote_ident(rolname) FROM pg_roles WHERE rolcanlogin ORDER BY oid")
    write_logins "$(home)/data" "${roles[@]}"
    super -d postgres -Atc "SELECT pg_reload_conf()" >/dev/null
}

case ${1:-} in
init | start | stop | status | logins) "$1" ;;
*) die "usage: cluster.sh init|start|stop|status|logins" ;;
esac
