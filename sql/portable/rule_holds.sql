CREATE OR REPLACE FUNCTION erp.rule_holds(
    constraint_id bigint,
    image anyelement
)
RETURNS text
LANGUAGE sql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT erp.rule_judgement(constraint_id, image) ->> 'code'
$$;

COMMENT ON FUNCTION erp.rule_holds(bigint, anyelement) IS
'NULL when a stored rule would let this row of its table be written now, else the code of the refusal; with the rights of the caller.';

ALTER FUNCTION erp.rule_holds(bigint, anyelement) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_holds(bigint, anyelement) FROM PUBLIC;
