CREATE OR REPLACE FUNCTION erp.uuid_v7()
RETURNS uuid
LANGUAGE plpgsql
VOLATILE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    -- 48 bits of milliseconds over a random version 4, then the two bits that make it a version 7 (RFC 9562, 5.7).
    RETURN encode(set_bit(set_bit(overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(EPOCH FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;
END
$function$;
COMMENT ON FUNCTION erp.uuid_v7() IS
'A new UUID of version 7: ordered by time, so that its index grows at one end. PostgreSQL has its own from version 18 on.';
ALTER FUNCTION erp.uuid_v7() OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.uuid_v7() FROM PUBLIC;
