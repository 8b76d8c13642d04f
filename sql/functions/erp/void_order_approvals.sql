CREATE OR REPLACE FUNCTION erp.void_order_approvals(p_sales_order_id bigint, p_reason text)
RETURNS void
LANGUAGE sql
VOLATILE
STRICT
SET search_path = pg_catalog, pg_temp
AS $function$
    UPDATE agent.approvals
    SET status = 'void', decision_reason = concat_ws('; ', decision_reason, p_reason)
    WHERE kind = 'sales_order'
    AND subject_type = 'sales_order'
    AND subject_id = p_sales_order_id
    AND status IN ('pending', 'approved')
    AND details ->> 'content_hash' IS NOT NULL
    -- The approval that releases the order right now stays.
    AND NOT (status = 'approved' AND details ->> 'content_hash' = erp.order_content_hash(p_sales_order_id))
$function$;
COMMENT ON FUNCTION erp.void_order_approvals(bigint, text) IS
'Voids what was asked or approved about an order that has changed since, or that is withdrawn; an approval of exactly what it says now stays.';
ALTER FUNCTION erp.void_order_approvals(bigint, text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.void_order_approvals(bigint, text) FROM PUBLIC;
