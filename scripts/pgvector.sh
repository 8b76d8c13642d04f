#!/usr/bin/env bash
# Builds pgvector from Debian 13's source package for the major version given, without touching apt's own sources.
set -euo pipefail
. "$(dirname "$0")/common.sh"

major=$1
say "building pgvector for PostgreSQL $major from Debian 13's source package"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
echo "deb-src http://deb.debian.org/debian trixie main" >"$work/sources.list"
apt=(apt-get -q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists"
    -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=)
"${apt[@]}" update
(cd "$work" && "${apt[@]}" source --download-only pgvector)
command -v dpkg-source >/dev/null || die "dpkg-source is missing"
dpkg-source --no-check -x "$work"/pgvector_*.dsc "$work/source"
config=/usr/lib/postgresql/$major/bin/pg_config
make -C "$work/source" PG_CONFIG="$config" OPTFLAGS=""
as_root make -C "$work/source" PG_CONFIG="$config" install
