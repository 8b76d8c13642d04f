CREATE OR REPLACE FUNCTION erp.reject(item bigint, reason text)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT agent.decide_approval(item, 'rejected', reason)
$function$;
COMMENT ON FUNCTION erp.reject(bigint, text) IS
'A person rejects an item of erp.inbox: another than the one who asked, within the own approval limit. What was held for it is freed in the same transaction.';
ALTER FUNCTION erp.reject(bigint, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION erp.reject(bigint, text) FROM PUBLIC;
