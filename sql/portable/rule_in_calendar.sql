CREATE OR REPLACE FUNCTION erp.rule_in_calendar(moment timestamp)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT coalesce(moment >= '0001-01-01' AND moment < '10000-01-01', true)
$$;

COMMENT ON FUNCTION erp.rule_in_calendar(timestamp) IS
'Whether a moment lies in the years 1 to 9999, which are those that rules calculate with; NULL does.';

ALTER FUNCTION erp.rule_in_calendar(timestamp) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_in_calendar(timestamp) FROM PUBLIC;
