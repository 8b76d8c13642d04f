-- Follows `customer_id.customer_tier.discount_percent`: every step but the last is a column with a single-column
-- foreign key, and the next name is a column of the table it points to. With two such keys on one column, the first
-- by constraint name counts. What stands behind a JSON column is a path into the document ("inside").
CREATE OR REPLACE FUNCTION erp.rule_resolve(
    target oid,
    path text[],
    at text
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    relation oid := target;
    hops jsonb := '[]';
    inside text[] := '{}';
    col record;
    key record;
BEGIN
    FOR step IN 1..cardinality(path) LOOP
        SELECT a.attnum, a.atttypid, a.atttypmod INTO col
        FROM pg_attribute AS a
        WHERE a.attrelid = relation
        AND a.attname = path[step]
        AND a.attnum > 0
        AND NOT a.attisdropped;
        IF NOT FOUND THEN
            PERFORM erp.rule_fail(
                'RP102', at,
                format('%s has no column "%s"', relation::regclass, left(path[step], 64)),
                'did you mean "' || erp.rule_nearest(path[step], ARRAY(
                    SELECT a.attname::text
                    FROM pg_attribute AS a
                    WHERE a.attrelid = relation
                    AND a.attnum > 0
                    AND NOT a.attisdropped
                    ORDER BY a.attnum
                )) || '"?'
            );
        END IF;
        IF step > 1 THEN
            hops := jsonb_set(
                hops, ARRAY[(step - 2)::text],
                hops -> (step - 2) || jsonb_build_object('column', path[step], 'plain', erp.rule_is_plain_type(col.atttypid))
            );
        END IF;
        EXIT WHEN step = cardinality(path);
        IF erp.rule_value_type(col.atttypid) = 'json' THEN
            inside := path[step + 1:];
            EXIT;
        END IF;

        -- a key is looked up as the type behind its domain, or as text where the type may have casts of its owner's
        SELECT
            c.confrelid,
            k.attname,
            CASE WHEN erp.rule_is_plain_type(k.atttypid) THEN
                format_type(erp.rule_base_type(k.atttypid), k.atttypmod)
            END AS key_type INTO key
        FROM pg_constraint AS c
        JOIN pg_attribute AS k ON k.attrelid = c.confrelid AND k.attnum = c.confkey[1]
        WHERE c.conrelid = relation
        AND c.contype = 'f'
        AND c.conkey = ARRAY[col.attnum]
        ORDER BY c.conname
        LIMIT 1;
        IF NOT FOUND THEN
            PERFORM erp.rule_fail('RP102', at, format('%s.%s has no foreign key to follow', relation::regclass, path[step]));
        END IF;
        hops := hops || jsonb_build_array(jsonb_build_object(
            'relation', key.confrelid::text, 'key', key.attname, 'key_type', key.key_type, 'column', NULL
        ));
        relation := key.confrelid;
    END LOOP;

    -- char(n) is text without the padding its output shows
    RETURN jsonb_build_object(
        'type', erp.rule_value_type(col.atttypid), 'hops', hops, 'inside', inside, 'padded', col.atttypid = 'bpchar'::regtype
    );
END
$$;

COMMENT ON FUNCTION erp.rule_resolve(oid, text[], text) IS
'Resolves a field path against the catalog: its type and the look-ups that lead there; an unknown name is RP102.';

ALTER FUNCTION erp.rule_resolve(oid, text[], text) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_resolve(oid, text[], text) FROM PUBLIC;
