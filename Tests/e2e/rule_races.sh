#!/usr/bin/env bash
# Many clients write what rules read, each transaction at an isolation level of its own: nobody ever sees a committed state
# that breaks a rule, and nobody fails for good. SEED_OF_RACES repeats a run, TIMES makes it longer.
#
# Two writes a transaction, in any order, so deadlocks are many, as they are with row locks; one write alone makes none.
# Each costs deadlock_timeout, a second by default, in which all clients stand still: here it is 10 ms.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
. "$ROOT/Tests/support/counting.sh"
. "$ROOT/Tests/support/throwaway.sh"

if [ -z "${RACES_HERE:-}" ]; then
    ERP_CRON=off throwaway rule-races
    SEED=minimal "$ROOT/scripts/db.sh" >/dev/null
else
    load_env
fi
SEED_OF_RACES=${SEED_OF_RACES:-$RANDOM}
echo "  seed $SEED_OF_RACES"
scripts=$(mktemp -d)

super <<'SQL' >/dev/null
SET client_min_messages = warning;
CREATE TABLE erp.race_sites (site_id int PRIMARY KEY, is_cold boolean NOT NULL, twin_id int NOT NULL REFERENCES erp.race_sites);
CREATE TABLE erp.race_goods (good_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, site_id int NOT NULL REFERENCES erp.race_sites, needs_cold boolean NOT NULL, amount numeric NOT NULL);
CREATE TABLE erp.race_permits (permit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, site_id int NOT NULL);
CREATE INDEX ON erp.race_goods (site_id);
CREATE INDEX ON erp.race_permits (site_id);
ALTER TABLE erp.race_sites OWNER TO erp_owner;
ALTER TABLE erp.race_goods OWNER TO erp_owner;
ALTER TABLE erp.race_permits OWNER TO erp_owner;
INSERT INTO erp.race_sites SELECT n, true, 5 - n FROM generate_series(1, 4) AS n;
INSERT INTO erp.race_permits (site_id) SELECT n FROM generate_series(1, 4) AS n;
INSERT INTO agent.constraints (rule_name, target_table, kind, logic_ast, violation_message, violation_code) VALUES
('race_cold', 'erp.race_goods', 'invariant', '{"implies": [{"var": "needs_cold"}, {"var": "site_id.is_cold"}]}', 'too warm', 'RP1C0'),
('race_permit', 'erp.race_goods', 'invariant', '{"exists": {"in": "erp.race_permits", "as": "p", "where": {"==": [{"var": "p.site_id"}, {"var": "site_id"}]}}}', 'no permit', 'RP1C0'),
('race_room', 'erp.race_goods', 'guard', '{"<=": [{"sum": {"in": "erp.race_goods", "as": "g", "where": {"==": [{"var": "g.site_id"}, {"var": "site_id"}]}, "of": {"var": "g.amount"}}}, 20]}', 'no room', 'RP1C0'),
('race_pair', 'erp.race_goods', 'invariant', '{"implies": [{"==": [{"var": "amount"}, 4]}, {"exists": {"in": "erp.race_goods", "as": "g", "where": {"==": [{"var": "g.site_id"}, {"var": "site_id"}]}, "satisfies": {"==": [{"var": "g.amount"}, 1]}}}]}', 'no pair', 'RP1C0'),
('race_twin', 'erp.race_sites', 'invariant', '{"or": [{"var": "is_cold"}, {"var": "twin_id.is_cold"}]}', 'both twins are warm', 'RP1C0');
CREATE FUNCTION erp.race_step(deed int, site int) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE deed
        WHEN 0, 1, 2, 3 THEN INSERT INTO erp.race_goods (site_id, needs_cold, amount) VALUES (site, deed < 2, 1 + deed);
        WHEN 4 THEN DELETE FROM erp.race_goods WHERE site_id = site;
        WHEN 5 THEN UPDATE erp.race_sites SET is_cold = NOT is_cold WHERE site_id = site;
        WHEN 6 THEN DELETE FROM erp.race_permits WHERE site_id = site;
        WHEN 7 THEN INSERT INTO erp.race_permits (site_id) VALUES (site);
        ELSE UPDATE erp.race_goods SET site_id = 5 - site WHERE good_id = (SELECT max(good_id) FROM erp.race_goods WHERE site_id = site);
    END CASE;
EXCEPTION
    WHEN SQLSTATE 'RP1C0' THEN
        RETURN;
END
$$;
CREATE FUNCTION erp.race_watch() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM erp.race_goods AS g JOIN erp.race_sites AS s USING (site_id)
        WHERE (g.needs_cold AND NOT s.is_cold)
        OR NOT EXISTS (SELECT FROM erp.race_permits AS p WHERE p.site_id = g.site_id)
        OR (SELECT sum(o.amount) FROM erp.race_goods AS o WHERE o.site_id = g.site_id) > 20
        OR (g.amount = 4 AND NOT EXISTS (SELECT FROM erp.race_goods AS o WHERE o.site_id = g.site_id AND o.amount = 1))
        UNION ALL
        SELECT FROM erp.race_sites AS s JOIN erp.race_sites AS twin ON twin.site_id = s.twin_id WHERE NOT s.is_cold AND NOT twin.is_cold
    ) THEN
        RAISE EXCEPTION 'a committed state breaks a rule';
    END IF;
END
$$;
SQL
cat >"$scripts/race.sql" <<'SQL'
\set level random(1, 3)
\if :level = 1
BEGIN ISOLATION LEVEL READ COMMITTED;
\elif :level = 2
BEGIN ISOLATION LEVEL REPEATABLE READ;
\else
BEGIN ISOLATION LEVEL SERIALIZABLE;
\endif
\set deed random(0, 8)
\set site random(1, 4)
SELECT erp.race_step(:deed, :site);
\set deed random(0, 8)
\set site random(1, 4)
SELECT erp.race_step(:deed, :site);
COMMIT;
SELECT erp.race_watch();
SQL

# Serialization failures and deadlocks are repeated, as a worker would; any other error ends the client and the race.
race() {
    PGUSER=postgres PGOPTIONS="-c client_min_messages=error -c deadlock_timeout=10ms" "$(pg_bin)/pgbench" -n -c 8 -j 2 -t "${TIMES:-100}" \
        --max-tries=10000 --random-seed="$SEED_OF_RACES" -f "$scripts/race.sql" erp >"$scripts/out" 2>&1 || { cat "$scripts/out" && return 1; }
    ! grep -q 'aborted' "$scripts/out" || { cat "$scripts/out" && return 1; }
}
still_true() { super -c "SELECT erp.race_watch()"; }

check "nobody sees a broken rule, and everybody gets done" race
check "no rule is broken at the end" still_true
super -c "DELETE FROM agent.constraints WHERE rule_name IN ('race_cold', 'race_permit', 'race_room', 'race_pair', 'race_twin')" \
    -c "DROP FUNCTION erp.race_step, erp.race_watch" -c "DROP TABLE erp.race_goods, erp.race_sites, erp.race_permits" >/dev/null
rm -rf "$scripts"
finish
