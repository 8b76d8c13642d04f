#!/usr/bin/env bash
# Entry of the database image: makes the cluster once, migrates at every start, then is the server. No address, no password:
# workers share the socket's volume, and who they are is their user id.
set -euo pipefail
bin=/usr/lib/postgresql/$PG_MAJOR/bin
data=/var/lib/postgresql/erp/data
settings=(-c "listen_addresses=" -c "shared_preload_libraries=pg_cron" -c "cron.database_name=erp"
    -c "cron.use_background_workers=on" -c "max_worker_processes=24")

if [ ! -f "$data/PG_VERSION" ]; then
    "$bin/initdb" -D "$data" -U postgres --data-checksums -E UTF8 --locale=C.UTF-8 --auth=reject --no-instructions
    echo "local all all peer map=erp" >"$data/pg_hba.conf"
    printf 'erp %s %s\n' postgres postgres postgres erp_operator postgres erp_controller \
        sales_agent sales_agent finance_agent finance_agent >"$data/pg_ident.conf"
    echo "CREATE DATABASE erp;" | "$bin/postgres" --single -D "$data" postgres >/dev/null
fi

# Migrations run before anybody can connect: the socket of this phase lies where no other container looks.
private=$(mktemp -d)
stop() { "$bin/pg_ctl" -D "$data" -s -m fast -w stop; }
trap stop EXIT
"$bin/pg_ctl" -D "$data" -s -w -o "-c listen_addresses= -c unix_socket_directories=$private
    -c shared_preload_libraries=pg_cron -c cron.database_name=erp -c cron.use_background_workers=on" start
PGHOST=$private PGUSER=postgres PGDATABASE=erp erp-migrate apply --seed "${SEED:-minimal}" --sql-dir /usr/share/headless-erp/sql
stop
trap - EXIT
rmdir "$private"

exec "$bin/postgres" -D "$data" "${settings[@]}" -c "unix_socket_directories=/run/erp"
