#!/usr/bin/env bash
# make install into a staging folder, and uninstall: every file that came goes, and only those.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
touch "$stage/mine"
check "install" env DESTDIR="$stage" "$ROOT/scripts/install.sh"
for file in usr/bin/erp-migrate usr/bin/erp-sales usr/bin/erp-finance usr/bin/erp-rules usr/bin/erp-audit usr/bin/erp-auditor usr/bin/erp-model usr/share/headless-erp/sql/LOADORDER \
    "usr/share/postgresql/$(pg_major)/extension/headless_erp.control" "usr/lib/postgresql/$(pg_major)/lib/headless_erp.so"; do
    check "it installs $file" test -f "$stage/$file"
done
check "units are installed" sh -c "ls '$stage'/usr/lib/systemd/system/*.service"
check "a program runs without Swift's library path" env -i "$stage/usr/bin/erp-migrate" --version
if command -v systemctl >/dev/null; then
    systemctl --quiet --root="$stage" enable erp.target erp-worker@sales.service 2>/dev/null
    is "units can be enabled" "$(find "$stage" -type l | wc -l)" 2
fi
mkdir "$stage/a b"
cp -r "$ROOT/Sources" "$ROOT/sql" "$ROOT/extension" "$stage/a b/"
check "the extension builds in a path with spaces" make -n -B -C "$stage/a b/extension" PG_CONFIG="$(pg_bin)/pg_config"
rm -r "$stage/a b"
check "uninstall" env DESTDIR="$stage" "$ROOT/scripts/uninstall.sh"
is "nothing of it is left, and nothing else is gone" "$(find "$stage" ! -type d)" "$stage/mine"
finish
