#!/usr/bin/env bash
# Every PL/pgSQL function of the product, trigger functions for each table they are on, must pass plpgsql_check.
set -euo pipefail
. "$(dirname "$0")/../../scripts/common.sh"
load_env

findings=$(super -At -F ' | ' <<'SQL'
SET search_path = tap, public;
WITH functions AS (
    SELECT p.oid, p.prorettype = 'trigger'::regtype AS is_trigger
    FROM pg_proc AS p
    JOIN pg_language AS l ON l.oid = p.prolang
    WHERE l.lanname = 'plpgsql'
        AND p.pronamespace IN ('erp'::regnamespace, 'agent'::regnamespace)
        AND p.prorettype <> 'event_trigger'::regtype
), targets AS (
    SELECT oid, 0::oid AS relation, NULL::name AS old_table, NULL::name AS new_table FROM functions WHERE NOT is_trigger
    UNION
    -- One function may serve INSERT, UPDATE and DELETE: each branch knows the rows that its own trigger names.
    SELECT f.oid, t.tgrelid, max(t.tgoldtable), max(t.tgnewtable)
    FROM functions AS f
    JOIN pg_trigger AS t ON t.tgfoid = f.oid
    WHERE f.is_trigger
    GROUP BY f.oid, t.tgrelid
)
SELECT t.oid::regprocedure, nullif(t.relation, 0)::regclass, c.lineno, c.level, c.sqlstate, c.message, c.detail
FROM targets AS t
CROSS JOIN LATERAL plpgsql_check_function_tb(
    t.oid, t.relation, oldtable => t.old_table, newtable => t.new_table, other_warnings => true, extra_warnings => false, performance_warnings => false, security_warnings => true) AS c
WHERE c.level IN ('error', 'security')
ORDER BY 1, 2, 3;
SQL
)
[ -z "$findings" ] || { echo "$findings" && exit 1; }
SQLCOUNT=$(super -Atc "SELECT count(*) FROM pg_proc WHERE pronamespace IN ('erp'::regnamespace, 'agent'::regnamespace)")
[ "$SQLCOUNT" -gt 0 ]
