-- as_role(who, command): the first value of a command run as that login; identity is session_user, so SET ROLE would not do.
CREATE FUNCTION pg_temp.as_role(who name, command text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', who);
    EXECUTE command INTO answer;
    SET LOCAL SESSION AUTHORIZATION DEFAULT;
    RETURN answer;
END
$$;

-- The code a tool call was refused with, or ok.
CREATE FUNCTION pg_temp.verdict(answer text)
RETURNS text
LANGUAGE sql
AS $$ SELECT coalesce(answer::jsonb ->> 'sqlstate', 'ok') $$;
