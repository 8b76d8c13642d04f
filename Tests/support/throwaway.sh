# shellcheck shell=bash
# A cluster that a test makes and removes: throwaway NAME sets ERP_DIR and PG*; throwaway NAME COMMAND... runs the command
# before the cluster is made. Its data directory is the only one that is ever deleted, and only because this process made it.

THROWAWAYS=()
THROWAWAY_OWNER=

throwaway() {
    # A subshell inherits the list but removes only its own, and has no trap until it sets one.
    [ "$THROWAWAY_OWNER" = "$BASHPID" ] || THROWAWAYS=()
    THROWAWAY_OWNER=$BASHPID
    trap remove_throwaways EXIT
    ERP_DIR=$(mktemp -d "${TMPDIR:-/tmp}/erp-test-$1.XXXXXX")
    export ERP_DIR
    # The server's system user must reach it.
    chmod 755 "$ERP_DIR"
    THROWAWAYS+=("$ERP_DIR")
    shift
    [ $# = 0 ] || "$@"
    # Without waiting for the disk: these books need not survive a power cut.
    ERP_FAST_AND_UNSAFE=${ERP_FAST_AND_UNSAFE-1} "$ROOT/scripts/cluster.sh" start >/dev/null
    load_env
}

remove_throwaways() {
    local directory
    [ "$THROWAWAY_OWNER" = "$BASHPID" ] || return 0
    for directory in "${THROWAWAYS[@]}"; do
        STOP_SECONDS=5 ERP_DIR=$directory "$ROOT/scripts/stop.sh" >/dev/null 2>&1 || true
        if [ -n "${KEEP_TEST_CLUSTERS:-}" ]; then
            echo "kept $directory"
        else
            if mountpoint -q "$directory/postgres"; then umount "$directory/postgres" || umount -l "$directory/postgres"; fi
            [ ! -f "$directory/server" ] || rm -rf "$(cat "$directory/server")"
            rm -rf "$directory"
        fi
    done
}
