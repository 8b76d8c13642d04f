#!/usr/bin/env bash
# Builds the programs (those named, all, or none) and, for native mode, builds and installs the extension when it changed.
# The Swift runtime is linked in, so that the programs run where no Swift is.
set -euo pipefail
. "$(dirname "$0")/common.sh"

command -v swift >/dev/null || die "swift is not in PATH: Swift 6.3 is needed (https://www.swift.org/install)"

cd "$ROOT"
if [ $# = 0 ]; then
    say "building the programs"
    swift build -c release --static-swift-stdlib
elif [ "$1" != none ]; then
    for program in "$@"; do
        say "building $program"
        swift build -c release --static-swift-stdlib --product "$program"
    done
fi

[ "$MODE" != portable ] || exit 0
config=$(pg_bin)/pg_config
say "building the extension for PostgreSQL $(pg_major)"
make -C extension PG_CONFIG="$config"
# A package is staged by scripts/install.sh; the system stays as it is then.
[ -z "${DESTDIR:-}" ] || exit 0
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
make -s -C extension PG_CONFIG="$config" DESTDIR="$staged" install >/dev/null

# Installing needs root, so it is done only when the built files differ from the installed ones.
if (cd "$staged" && find . -type f -print0 | xargs -0 -I '{}' cmp -s '{}' '/{}'); then
    say "the installed extension is up to date"
else
    say "installing the extension"
    chmod -R u=rwX,go=rX "$staged"
    as_root cp -r --no-preserve=ownership --remove-destination "$staged/." /
fi
