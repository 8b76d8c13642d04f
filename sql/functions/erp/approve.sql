CREATE OR REPLACE FUNCTION erp.approve(item bigint, reason text)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
    SELECT agent.decide_approval(item, 'approved', reason)
$function$;
COMMENT ON FUNCTION erp.approve(bigint, text) IS
'A person approves an item of erp.inbox: another than the one who asked, within the own approval limit. What was waiting goes on in the same transaction, judged by the rules again.';
ALTER FUNCTION erp.approve(bigint, text) OWNER TO erp_gate;
REVOKE ALL ON FUNCTION erp.approve(bigint, text) FROM PUBLIC;
