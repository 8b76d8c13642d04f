CREATE OR REPLACE FUNCTION erp.audit_value_sql(p_column text, p_type text)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
SELECT format(
    'CASE WHEN %1$s IS NULL THEN ''\x0000000000''::bytea ELSE '
    || CASE
        WHEN p_type = 'bool' THEN 'CASE WHEN %1$s THEN ''\x010000000101''::bytea ELSE ''\x010000000100''::bytea END'
        WHEN p_type IN ('int2', 'int4', 'int8', 'oid') THEN '''\x0200000008''::bytea || int8send(%1$s::bigint)'
        WHEN p_type = 'xid8' THEN '''\x0200000008''::bytea || int8send(%1$s::text::bigint)'
        WHEN p_type = 'numeric' THEN '''\x03''::bytea || int4send(octet_length(%1$s::text)) || convert_to(%1$s::text, ''UTF8'')'
        WHEN p_type IN ('text', 'varchar', 'bpchar', 'name', 'char')
            THEN '''\x04''::bytea || int4send(octet_length(format(''%%s'', %1$s))) || convert_to(format(''%%s'', %1$s), ''UTF8'')'
        WHEN p_type = 'bytea' THEN '''\x05''::bytea || int4send(octet_length(%1$s)) || %1$s'
        WHEN p_type = 'date' THEN '''\x0600000008''::bytea || int8send(CASE %1$s WHEN ''infinity'' THEN 9223372036854775807'
            || ' WHEN ''-infinity'' THEN (-9223372036854775808)::bigint ELSE (%1$s - date ''1970-01-01'')::bigint END)'
        WHEN p_type IN ('timestamptz', 'timestamp') THEN
            'CASE WHEN isfinite(%1$s) AND extract(EPOCH FROM %1$s) * 1000000 >= 9223372036854775807 THEN %2$s'
            || ' ELSE ''\x' || CASE p_type WHEN 'timestamptz' THEN '07' ELSE '0a' END || '00000008''::bytea'
            || ' || int8send(CASE %1$s WHEN ''infinity'' THEN 9223372036854775807'
            || ' WHEN ''-infinity'' THEN (-9223372036854775808)::bigint ELSE (extract(EPOCH FROM %1$s) * 1000000)::bigint END) END'
        WHEN p_type = 'uuid' THEN '''\x0800000010''::bytea || uuid_send(%1$s)'
        WHEN p_type = 'jsonb' THEN '''\x09''::bytea || int4send(octet_length(%1$s::text)) || convert_to(%1$s::text, ''UTF8'')'
        ELSE '%2$s'
    END || ' END',
    p_column,
    format(
        '''\x0b''::bytea || int4send(2 + octet_length(%2$L) + octet_length(format(''%%s'', %1$s)))'
        || ' || int2send(octet_length(%2$L)::smallint) || convert_to(%2$L || format(''%%s'', %1$s), ''UTF8'')',
        p_column, p_type))
$function$;
COMMENT ON FUNCTION erp.audit_value_sql(text, text) IS
'SQL of the audit formats value of an expression of a type; the settings that printing depends on are the callers to fix.';
ALTER FUNCTION erp.audit_value_sql(text, text) OWNER TO erp_ledger;
REVOKE ALL ON FUNCTION erp.audit_value_sql(text, text) FROM PUBLIC;
