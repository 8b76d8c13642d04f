-- Levenshtein distance by rows of the matrix: short words only, so clarity is worth more than speed.
CREATE OR REPLACE FUNCTION erp.rule_nearest(
    word text,
    candidates text[]
)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    candidate text;
    best text;
    best_distance int := greatest(2, length(word) / 3) + 1;
    previous int[];
    current int[];
BEGIN
    IF word IS NULL OR length(word) > 128 THEN
        RETURN NULL;
    END IF;

    FOREACH candidate IN ARRAY coalesce(candidates, '{}') LOOP
        CONTINUE WHEN abs(length(candidate) - length(word)) >= best_distance;
        previous := ARRAY(SELECT generate_series(0, length(candidate)));
        FOR i IN 1..length(word) LOOP
            current := ARRAY[i];
            FOR j IN 1..length(candidate) LOOP
                current := current || least(
                    previous[j + 1] + 1,
                    current[j] + 1,
                    previous[j] + (lower(substr(word, i, 1)) <> lower(substr(candidate, j, 1)))::int
                );
            END LOOP;
            previous := current;
        END LOOP;
        IF previous[length(candidate) + 1] < best_distance THEN
            best := candidate;
            best_distance := previous[length(candidate) + 1];
        END IF;
    END LOOP;

    RETURN best;
END
$$;

COMMENT ON FUNCTION erp.rule_nearest(text, text[]) IS
'The candidate nearest to a misspelt word, or NULL when none is near enough to be worth naming.';

ALTER FUNCTION erp.rule_nearest(text, text[]) OWNER TO erp_owner;
REVOKE ALL ON FUNCTION erp.rule_nearest(text, text[]) FROM PUBLIC;
