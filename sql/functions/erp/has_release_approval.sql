CREATE OR REPLACE FUNCTION erp.has_release_approval(p_sales_order_id bigint)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM agent.approvals
        WHERE subject_type = 'sales_order'
        AND subject_id = p_sales_order_id
        AND kind = 'sales_order'
        AND status = 'approved'
        AND details ->> 'content_hash' = erp.order_content_hash(p_sales_order_id));
END
$function$;
COMMENT ON FUNCTION erp.has_release_approval(bigint) IS
'Whether an approval given to this order still binds what it contains now; any change of a line voids it.';
ALTER FUNCTION erp.has_release_approval(bigint) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.has_release_approval(bigint) FROM PUBLIC;
