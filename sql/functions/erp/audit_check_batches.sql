CREATE OR REPLACE FUNCTION erp.audit_check_batches()
RETURNS TABLE (kind text, "position" bigint, leaf_id bigint, table_name text, record_key text, reason text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $function$
SELECT
    'batch', b.first_position, NULL::bigint, NULL::text, NULL::text,
    format('batch %s does not begin where the one before it ends', b.batch_id)
FROM (
    SELECT a.batch_id, a.first_position, lag(a.last_position, 1, 0::bigint) OVER (ORDER BY a.last_position) AS before
    FROM erp.audit_batches AS a
) AS b
WHERE b.first_position <> b.before + 1
UNION ALL
SELECT 'batch', p.position, p.leaf_id, NULL, NULL, 'the position is of no batch'
FROM erp.audit_positions AS p
WHERE p.position > (SELECT coalesce(max(b.last_position), 0) FROM erp.audit_batches AS b)
UNION ALL
SELECT 'epoch', NULL, NULL, NULL, NULL, format('epoch %s is not the next', e.epoch)
FROM (SELECT a.epoch, row_number() OVER (ORDER BY a.epoch) AS expected FROM erp.audit_epochs AS a) AS e
WHERE e.epoch <> e.expected
UNION ALL
SELECT 'layout', NULL, NULL, y.table_name, NULL, 'the layout is not what its hash says'
FROM erp.audit_layouts AS y
WHERE y.layout_hash IS DISTINCT FROM erp.audit_layout_hash(y.table_name, y.columns, y.types)
$function$;
COMMENT ON FUNCTION erp.audit_check_batches() IS
'What is wrong with batches and layouts.';
ALTER FUNCTION erp.audit_check_batches() OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_check_batches() FROM PUBLIC;
