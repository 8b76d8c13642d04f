#!/usr/bin/env bash
# Installs the Debian packages that building, running and testing need. Asks nothing, and does nothing when all are there.
set -euo pipefail
. "$(dirname "$0")/common.sh"

APT=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0)
updated=no

installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

update_once() {
    [ "$updated" = no ] || return 0
    as_root "${APT[@]}" update
    updated=yes
}

install_missing() {
    local missing=() package
    for package in "$@"; do
        installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    update_once
    as_root "${APT[@]}" install --no-install-recommends "${missing[@]}"
}

install_missing postgresql postgresql-server-dev-all libpq-dev libsystemd-dev libssl-dev openssl git libcurl4-openssl-dev build-essential pkg-config \
    hledger beancount shellcheck python3-venv python3-yaml systemd libtap-parser-sourcehandler-pgtap-perl z3

major=$(pg_major) || die "no PostgreSQL server under /usr/lib/postgresql"
install_missing "postgresql-$major-cron" "postgresql-$major-pgtap" "postgresql-$major-plpgsql-check"

# pgvector is not in Debian 12. Nothing needs it yet, so a failure is a notice, told once a day.
failed=$ROOT/.build/pgvector.failed
if [ ! -f "/usr/share/postgresql/$major/extension/vector.control" ] &&
    [ -z "$(find "$failed" -mtime -1 2>/dev/null)" ]; then
    mkdir -p "$ROOT/.build"
    if apt-cache policy "postgresql-$major-pgvector" | grep -q 'Candidate: [0-9]'; then
        install_missing "postgresql-$major-pgvector"
    elif "$ROOT/scripts/pgvector.sh" "$major" >"$failed" 2>&1; then
        rm "$failed"
    else
        warn "pgvector could not be built (see $failed); semantic memory will use plain SQL"
    fi
fi
say "packages are in place (PostgreSQL $major)"
