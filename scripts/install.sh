#!/usr/bin/env bash
# Headless ERP for a server of your own: extension, programs, SQL and units into the system. Touches no database.
# DESTDIR stages for a package. What was installed is listed in share/headless-erp/MANIFEST, which uninstall reads.
set -euo pipefail
. "$(dirname "$0")/common.sh"
DESTDIR=${DESTDIR:-}
SHARE=/usr/share/headless-erp
UNITS=/usr/lib/systemd/system

"$ROOT/scripts/build.sh" erp-migrate erp-sales erp-finance erp-rules erp-audit erp-auditor erp-report erp-model
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

install -d "$stage/usr/bin" "$stage$SHARE" "$stage$UNITS" "$stage/usr/share/doc/headless-erp"
for program in "$ROOT"/.build/release/erp-*; do
    [ ! -x "$program" ] || [ ! -f "$program" ] || install -s -m 755 "$program" "$stage/usr/bin/"
done
cp -r "$ROOT/sql" "$stage$SHARE/"
for unit in "$ROOT"/workers/systemd/*.service "$ROOT"/workers/systemd/*.target; do
    [ ! -f "$unit" ] || install -m 644 "$unit" "$stage$UNITS/"
done
for example in "$ROOT"/workers/systemd/*.env* "$ROOT"/workers/systemd/README.md "$ROOT"/docs/*.md "$ROOT/LICENSE"; do
    [ ! -f "$example" ] || install -m 644 "$example" "$stage/usr/share/doc/headless-erp/"
done
make -s -C "$ROOT/extension" PG_CONFIG="$(pg_bin)/pg_config" DESTDIR="$stage" install >/dev/null
(cd "$stage" && find . -type f | sed 's/^\.//' | sort) >"$stage/manifest"
install -m 644 "$stage/manifest" "$stage$SHARE/MANIFEST"
rm "$stage/manifest"
chmod -R u=rwX,go=rX "$stage"

as_root cp -r --no-preserve=ownership --remove-destination "$stage/." "$DESTDIR/"
if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then as_root systemctl daemon-reload; fi
say "installed; next: docs/operations.md, 'On a server of your own' (CREATE DATABASE, erp-migrate apply, units)"
