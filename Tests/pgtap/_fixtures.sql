-- Builders for tests of the business core: a world of its own inside the test's transaction, beside whatever is seeded.
-- Customers are named by e-mail, products by SKU, orders by a word. 20 % tax ('tap'), warehouses 'tap ambient' and 'tap cold'.
\ir _people.sql
UPDATE erp.people SET may_approve_rules = true WHERE database_role IN ('erp_operator', 'erp_controller');
INSERT INTO erp.tax_codes (tax_code, tax_code_name, direction, account_id)
SELECT 'TAP20', 'test, 20 %', 'output', account_id FROM erp.accounts WHERE account_code = '2300';
INSERT INTO erp.tax_rates (tax_code, valid_from, rate_percent) VALUES ('TAP20', '1900-01-01', 20);
INSERT INTO erp.tax_determinations (product_tax_class, customer_tax_status, country_code, tax_code) VALUES ('tap', 'business', '*', 'TAP20');
INSERT INTO erp.warehouses (facility_name, is_climate_controlled) VALUES ('tap ambient', false), ('tap cold', true);
-- People do these through events; tests do them at once, as people.
GRANT EXECUTE ON FUNCTION
    erp.create_sales_order(jsonb, bigint, bigint), erp.post_customer_invoice(bigint, date),
    erp.record_customer_payment(bigint, numeric, date, text, text, text)
TO erp_people;
CREATE TEMP TABLE tap_orders (word text PRIMARY KEY, id bigint);

CREATE FUNCTION pg_temp.make_product(sku text, price numeric DEFAULT 10, cold boolean DEFAULT false, tax_class text DEFAULT 'tap')
RETURNS bigint
LANGUAGE sql
AS $$
    INSERT INTO erp.products (stock_keeping_unit, product_name, standard_sale_price, requires_refrigeration, tax_class)
    VALUES (sku, sku, price, cold, tax_class)
    RETURNING product_id
$$;
CREATE FUNCTION pg_temp.make_customer(email text, credit numeric DEFAULT 1000000, tier text DEFAULT 'standard')
RETURNS bigint
LANGUAGE sql
AS $$
    INSERT INTO erp.customers (customer_name, contact_email, maximum_credit_limit, customer_tier)
    VALUES (email, email, credit, tier)
    RETURNING customer_id
$$;
CREATE FUNCTION pg_temp.make_stock(sku text, quantity numeric, unit_cost numeric DEFAULT 4, warehouse text DEFAULT 'tap ambient', day date DEFAULT NULL)
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT erp.post_opening_stock(
        jsonb_build_array(jsonb_build_object('sku', sku, 'warehouse', warehouse, 'quantity', quantity, 'unit_cost', unit_cost)),
        coalesce(day, erp.today()))
$$;
-- lines as [{"sku":..,"quantity":..}], more as further keys of the payload. A draft.
CREATE FUNCTION pg_temp.make_order(word text, email text, lines jsonb, more jsonb DEFAULT '{}')
RETURNS bigint
LANGUAGE sql
AS $$
    INSERT INTO pg_temp.tap_orders
    SELECT word, erp.create_sales_order(jsonb_build_object('customer_email', email, 'lines', lines) || more)
    RETURNING id
$$;
-- A draft of one line.
CREATE FUNCTION pg_temp.make_order(word text, email text, sku text, quantity numeric, more jsonb DEFAULT '{}')
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT pg_temp.make_order(word, email, jsonb_build_array(jsonb_build_object('sku', sku, 'quantity', quantity)), more)
$$;
CREATE FUNCTION pg_temp.o(word text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM pg_temp.tap_orders AS t WHERE t.word = o.word $$;
CREATE FUNCTION pg_temp.c(email text) RETURNS bigint LANGUAGE sql AS $$ SELECT customer_id FROM erp.customers WHERE contact_email = email $$;
CREATE FUNCTION pg_temp.p(sku text) RETURNS bigint LANGUAGE sql AS $$ SELECT product_id FROM erp.products WHERE stock_keeping_unit = sku $$;
CREATE FUNCTION pg_temp.w(warehouse text) RETURNS bigint LANGUAGE sql AS $$ SELECT warehouse_id FROM erp.warehouses WHERE facility_name = warehouse $$;
CREATE FUNCTION pg_temp.status(word text)
RETURNS text
LANGUAGE sql
AS $$ SELECT order_status FROM erp.sales_orders WHERE sales_order_id = pg_temp.o(word) $$;

-- Runs a statement as that login and tells how it ended: its first value, 'ok' or the SQLSTATE. Identity is session_user,
-- so SET ROLE would not do. @word@ in the statement stands for the order's id.
CREATE FUNCTION pg_temp.attempt(who name, statement text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    answer text;
    word text;
    ready text := statement;
BEGIN
    FOR word IN SELECT (regexp_matches(statement, '@([a-z0-9_ ]+)@', 'g'))[1] LOOP
        ready := replace(ready, '@' || word || '@', pg_temp.o(word)::text);
    END LOOP;
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', who);
        IF ready ~* '^\s*(SELECT|VALUES|WITH)\M|\mRETURNING\M' THEN
            EXECUTE ready INTO answer;
        ELSE
            EXECUTE ready;
        END IF;
        -- What would be judged at COMMIT is judged now.
        SET CONSTRAINTS ALL IMMEDIATE;
        SET CONSTRAINTS ALL DEFERRED;
        answer := coalesce(answer, 'ok');
    EXCEPTION
        WHEN OTHERS THEN
            answer := SQLSTATE;
            PERFORM set_config('tap.message', SQLERRM, true);
    END;
    SET LOCAL SESSION AUTHORIZATION DEFAULT;
    RETURN answer;
END
$$;
-- Confirms an order by a plain UPDATE; its status afterwards, or the SQLSTATE of the refusal.
CREATE FUNCTION pg_temp.confirm(word text, who name DEFAULT 'erp_controller')
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    answer text;
BEGIN
    answer := pg_temp.attempt(who, format('UPDATE erp_sales_orders SET order_status = ''confirmed'' WHERE sales_order_id = %s', pg_temp.o(word)));
    RETURN CASE answer WHEN 'ok' THEN pg_temp.status(word) ELSE answer END;
END
$$;
-- The last events about an order, oldest first, as 'TYPE status'.
CREATE FUNCTION pg_temp.events(word text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(event_type || ' ' || status, ', ' ORDER BY event_id)
    FROM agent.task_events
    WHERE subject_key = 'sales_order:' || pg_temp.o(word)
$$;
-- Balance of an account, debit positive.
CREATE FUNCTION pg_temp.balance(code text)
RETURNS numeric
LANGUAGE sql
AS $$
    SELECT coalesce(sum(j.signed_base_amount), 0)
    FROM erp.journal_entries AS j
    JOIN erp.accounts AS a USING (account_id)
    WHERE a.account_code = code
$$;
