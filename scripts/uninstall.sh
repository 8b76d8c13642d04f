#!/usr/bin/env bash
# Removes what `make install` installed, and no data: databases, roles and their logins stay as they are.
# Until it is installed again, guarded tables can be read but refuse writes, as their rules cannot be judged.
set -euo pipefail
. "$(dirname "$0")/common.sh"
DESTDIR=${DESTDIR:-}
SHARE=/usr/share/headless-erp
manifest=$DESTDIR$SHARE/MANIFEST
[ -f "$manifest" ] || die "nothing to remove: $manifest is missing"
# Disabling the template disables every instance; the unit files must still be there for it.
UNITS=(erp.target erp-worker@.service)
running=no
[ -n "$DESTDIR" ] || [ ! -d /run/systemd/system ] || running=yes
if [ "$running" = yes ]; then
    as_root systemctl stop 'erp-worker@*.service' erp.target
    as_root systemctl disable "${UNITS[@]}" || warn "the units could not be disabled: see systemctl list-unit-files 'erp*'"
elif command -v systemctl >/dev/null; then
    as_root systemctl --quiet --root="$(realpath "$DESTDIR/")" disable "${UNITS[@]}" || warn "the units could not be disabled"
fi
sed "s|^|$DESTDIR|" "$manifest" | as_root xargs -d '\n' rm -f
as_root rm -f "$manifest"
# Only folders that are empty now.
as_root find "$DESTDIR$SHARE" "$DESTDIR/usr/share/doc/headless-erp" -depth -type d -empty -delete 2>/dev/null || true
[ "$running" = no ] || as_root systemctl daemon-reload
say "programs, units, SQL and extension removed; databases, roles and backups stay"
