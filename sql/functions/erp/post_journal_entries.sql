CREATE OR REPLACE FUNCTION erp.post_journal_entries(batch jsonb)
RETURNS SETOF bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    known CONSTANT text[] := '{description,entries,posted_on,source_type,source_id,currency,idempotency_key,company_id}';
    v_fault record;
    v_posting record;
    v_message text;
    v_detail text;
    v_hint text;
BEGIN
    IF jsonb_typeof(batch) IS DISTINCT FROM 'array' THEN
        RAISE EXCEPTION 'batch: an array of postings is needed'
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('found', COALESCE(jsonb_typeof(batch), 'null'))::text,
            HINT = 'pass [{"description", "entries", "posted_on", ...}, ...]';
    END IF;
    SELECT b.ordinality - 1 AS batch_position, fault.word INTO v_fault
    FROM jsonb_array_elements(batch) WITH ORDINALITY AS b (posting, ordinality)
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN jsonb_typeof(b.posting) <> 'object' THEN 'not an object'
            WHEN b.posting - known <> '{}' THEN 'unknown key ' || (SELECT min(k) FROM jsonb_object_keys(b.posting - known) AS k)
            WHEN COALESCE(b.posting ->> 'posted_on', '2000-01-01') !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN 'posted_on is no date'
            WHEN COALESCE(b.posting ->> 'company_id', '1') !~ '^[0-9]{1,18}$' THEN 'company_id is no number'
        END AS word
    ) AS fault
    WHERE fault.word IS NOT NULL
    ORDER BY b.ordinality
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'batch[%]: %', v_fault.batch_position, v_fault.word
            USING ERRCODE = 'RP010', DETAIL = jsonb_build_object('batch_position', v_fault.batch_position, 'known', to_jsonb(known))::text,
            HINT = 'correct this posting; nothing of the batch was posted';
    END IF;

    FOR v_posting IN
        SELECT b.ordinality - 1 AS batch_position, b.posting
        FROM jsonb_array_elements(batch) WITH ORDINALITY AS b (posting, ordinality)
        ORDER BY b.ordinality
    LOOP
        RETURN QUERY SELECT erp.post_journal_entry(
            v_posting.posting ->> 'description', v_posting.posting -> 'entries', (v_posting.posting ->> 'posted_on')::date,
            COALESCE(v_posting.posting ->> 'source_type', 'adjustment'), v_posting.posting ->> 'source_id',
            v_posting.posting ->> 'currency', v_posting.posting ->> 'idempotency_key',
            COALESCE((v_posting.posting ->> 'company_id')::bigint, 1));
    END LOOP;
EXCEPTION
    -- What one posting is refused for is refused for the whole batch, with its place in it.
    WHEN SQLSTATE 'RP202' OR SQLSTATE 'RP204' OR SQLSTATE 'RP205' OR SQLSTATE 'RP206' OR SQLSTATE 'RP207' OR SQLSTATE 'RP208'
        OR SQLSTATE 'RP209' OR SQLSTATE 'RP210' OR SQLSTATE 'RP211' OR SQLSTATE 'RP212' OR SQLSTATE 'RP215' OR SQLSTATE 'RP218'
        OR SQLSTATE 'RP219' OR SQLSTATE 'RP221' OR SQLSTATE 'RP222' OR SQLSTATE 'RP504' OR datetime_field_overflow OR check_violation OR not_null_violation
    THEN
        GET STACKED DIAGNOSTICS v_message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL, v_hint = PG_EXCEPTION_HINT;
        RAISE EXCEPTION 'batch[%]: %', v_posting.batch_position, v_message
            USING ERRCODE = SQLSTATE, DETAIL = v_detail, HINT = v_hint;
END
$function$;
COMMENT ON FUNCTION erp.post_journal_entries(jsonb) IS
'Posts many journals in one call, all or none: [{"description","entries","posted_on","source_type","source_id","currency","idempotency_key","company_id"}], the last six optional. Returns the transaction_ids in the order of the batch; a refusal begins with batch[n]. Each journal is judged like one of erp.post_journal_entry.';
ALTER FUNCTION erp.post_journal_entries(jsonb) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.post_journal_entries(jsonb) FROM PUBLIC;
