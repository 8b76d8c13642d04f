#!/usr/bin/env bash
# Removes what `make install` installed, and no data: databases, roles and their logins stay as they are.
# Until it is installed again, guarded tables can be read but refuse writes, as their rules cannot be judged.
set -euo pipefail
. "$(dirname "$0")/common.sh"
DESTDIR=${DESTDIR:-}
SHARE=/usr/share/headless-erp
manifest=$DESTDIR$SHARE/MANIFEST
[ -f "$manifest" ] || die "nothing to remove: $manifest is missing"
if [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; then
    as_root systemctl disable --now 'erp-*' 2>/dev/null || true
fi
sed "s|^|$DESTDIR|" "$manifest" | as_root xargs -d '\n' rm -f
as_root rm -f "$manifest"
# Only folders that are empty now.
as_root find "$DESTDIR$SHARE" "$DESTDIR/usr/share/doc/headless-erp" -depth -type d -empty -delete 2>/dev/null || true
say "programs, units, SQL and extension removed; databases, roles and backups stay"
