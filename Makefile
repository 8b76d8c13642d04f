# The front door. Every target calls one script; `make` alone says what there is.
export ERP_DIR MODE SEED PG_MAJOR

help:
	@sed -n 's/^## //p' Makefile

## make run       set everything up, take a day of orders from event to invoice, print the outcome, leave it running
run:
	@scripts/run.sh
## make stop      stop the workers and the server that run or db started; the books stay
stop:
	@scripts/stop.sh
## make db        cluster, extension, schema and seed without workers   (SEED=minimal, MODE=portable, ERP_DIR=path)
db:
	@scripts/packages.sh && scripts/build.sh erp-migrate && scripts/cluster.sh start && scripts/db.sh
## make status    what runs, and what waits for whom
status:
	@scripts/status.sh
## make psql      a session as erp_operator
psql:
	@. "$${ERP_DIR:-.erp}/env" && exec psql
## make test      lint, build and every test; ends with the counts
test:
	@scripts/packages.sh && Tests/support/test.sh
## make lint      the checks of style and safety only
lint:
	@scripts/packages.sh && Tests/support/lint.sh
## make bench     figures against goals
bench:
	@scripts/packages.sh && scripts/bench.sh
## make bench-rules  what stored rules cost, beside CHECK, PL/pgSQL and PostgreSQL's own expressions
bench-rules:
	@scripts/packages.sh && scripts/bench-rules.sh
## make bench-ledger  reports over ten million legs and a million open items   (LEGS=, ITEMS=)
bench-ledger:
	@scripts/packages.sh && scripts/bench-ledger.sh
## make bench-audit  what the audit chain costs, and how fast it is sealed and verified
bench-audit:
	@scripts/packages.sh && scripts/bench-audit.sh
## make fuzz      the kernel against random rules   (SECONDS_TO_FUZZ=30)
fuzz:
	@scripts/packages.sh && scripts/build.sh && scripts/fuzz.sh
## make northwind the Northwind year through the real workers
northwind:
	@scripts/northwind.sh
## make import    masters, open items, stock and opening balances from CSV   (FROM=folder)
import:
	@scripts/import.sh "$(FROM)"
## make install   extension, tools, SQL and systemd units for a server of your own   (uninstall keeps data)
install:
	@scripts/install.sh
uninstall:
	@scripts/uninstall.sh
## make backup    the whole ERP into one folder   (TO=folder)
backup:
	@scripts/backup.sh "$(TO)"
## make restore   a backup into a fresh cluster   (FROM=folder ERP_DIR=new path)
restore:
	@scripts/restore.sh "$(FROM)"
## make clean     remove build products; never books
clean:
	@scripts/clean.sh

.PHONY: help run stop db status psql test lint bench bench-rules bench-ledger bench-audit fuzz northwind import install uninstall backup restore clean
