-- JSON Schema validation: each keyword with a value that fits, one that does not, and the boundary.
BEGIN;
SELECT plan(41);
CREATE FUNCTION pg_temp.faults(schema jsonb, args jsonb)
RETURNS text
LANGUAGE sql
AS $$ SELECT string_agg(path || ': ' || message, '; ' ORDER BY path COLLATE "C", message COLLATE "C") FROM agent.validate_args(schema, args) $$;

SELECT is(pg_temp.faults('{}', '[1, {"a": null}]'), NULL, 'the empty schema takes everything');
SELECT is(pg_temp.faults('{"type": "object"}', '{}'), NULL, 'type object');
SELECT is(pg_temp.faults('{"type": "object"}', '"{}"'), '$: must be of type object, not string', 'a text is no object');
SELECT is(pg_temp.faults('{"type": "integer"}', '3.0'), NULL, '3.0 is an integer');
SELECT is(pg_temp.faults('{"type": "integer"}', '3.5'), '$: must be of type integer, not a fraction', '3.5 is none');
SELECT is(pg_temp.faults('{"type": "number"}', '"3"'), '$: must be of type number, not string', 'text for a number');
SELECT is(pg_temp.faults('{"type": ["string", "null"]}', 'null'), NULL, 'one of several types');
SELECT is(pg_temp.faults('{"type": ["string", "null"]}', 'true'), '$: must be of type string or null, not boolean', 'none of several types');
SELECT is(pg_temp.faults('{"enum": ["a", 1]}', '1'), NULL, 'enum');
SELECT is(pg_temp.faults('{"enum": ["a", 1]}', '"b"'), '$: must be one of a, 1', 'not in the enum');
SELECT is(pg_temp.faults('{"minimum": 1}', '1'), NULL, 'minimum is inclusive');
SELECT is(pg_temp.faults('{"minimum": 1}', '0.999999999999999999'), '$: must be at least 1', 'below the minimum');
SELECT is(pg_temp.faults('{"maximum": 1}', '1'), NULL, 'maximum is inclusive');
SELECT is(pg_temp.faults('{"maximum": 1}', '1e30'), '$: must be at most 1', 'above the maximum');
SELECT is(pg_temp.faults('{"exclusiveMinimum": 0}', '0.0001'), NULL, 'above the exclusive minimum');
SELECT is(pg_temp.faults('{"exclusiveMinimum": 0}', '0'), '$: must be greater than 0', 'the exclusive minimum itself');
SELECT is(pg_temp.faults('{"exclusiveMinimum": 0}', '-1'), '$: must be greater than 0', 'a negative');
SELECT is(pg_temp.faults('{"exclusiveMaximum": 10}', '10'), '$: must be less than 10', 'the exclusive maximum itself');
SELECT is(pg_temp.faults('{"exclusiveMaximum": 10}', '9.99'), NULL, 'below the exclusive maximum');
SELECT is(pg_temp.faults('{"multipleOf": 0.01}', '1.25'), NULL, 'two decimals');
SELECT is(pg_temp.faults('{"multipleOf": 0.01}', '1.255'), '$: must be a multiple of 0.01', 'three decimals');
SELECT is(pg_temp.faults('{"minLength": 2, "maxLength": 3}', '"äö"'), NULL, 'length counts characters');
SELECT is(pg_temp.faults('{"minLength": 2}', '"ä"'), '$: must have at least 2 characters', 'too short');
SELECT is(pg_temp.faults('{"maxLength": 3}', '"abcd"'), '$: must have at most 3 characters', 'too long');
SELECT is(pg_temp.faults('{"pattern": "^[A-Z]{3}$"}', '"EUR"'), NULL, 'pattern');
SELECT is(pg_temp.faults('{"pattern": "^[A-Z]{3}$"}', '"eur"'), '$: must match the pattern ^[A-Z]{3}$', 'not the pattern');
SELECT is(pg_temp.faults('{"format": "date"}', '"2024-02-29"'), NULL, 'a leap day');
SELECT is(pg_temp.faults('{"format": "date"}', '"2023-02-29"'), '$: must be a date as 2026-01-31', 'no leap day');
SELECT is(pg_temp.faults('{"format": "date"}', '"0000-01-01"'), '$: must be a date as 2026-01-31', 'there is no year 0');
SELECT is(pg_temp.faults('{"format": "date"}', '"tomorrow"'), '$: must be a date as 2026-01-31', 'a word is no date');
SELECT is(pg_temp.faults('{"minItems": 1}', '[]'), '$: must have at least 1 items', 'too few items');
SELECT is(pg_temp.faults('{"maxItems": 1}', '[1, 2]'), '$: must have at most 1 items', 'too many items');
SELECT is(
    pg_temp.faults('{"items": {"type": "integer"}}', '[1, "a", 2, null]'),
    '[1]: must be of type integer, not string; [3]: must be of type integer, not null', 'every item is looked at');
SELECT is(pg_temp.faults('{"required": ["a", "b"]}', '{"b": null}'), 'a: is required', 'required looks at the key');
SELECT is(
    pg_temp.faults('{"properties": {"a": {}}, "additionalProperties": false}', '{"a": 1, "qty": 2}'),
    'qty: is not known here; known are a', 'an unknown key is named with the known ones');
SELECT is(
    pg_temp.faults('{"additionalProperties": {"type": "number"}}', '{"a": 1, "b": "x"}'), 'b: must be of type number, not string',
    'additionalProperties as a schema');
SELECT is(
    pg_temp.faults('{"additionalProperties": false}', jsonb_build_object(E'a"]\n; DROP', 1)),
    '["a\"]\n; DROP"]: is not known here; known are ', 'a strange key is quoted');
SELECT is(
    pg_temp.faults('{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}', '{"c": 1}'), '$: must have one of a, b', 'none of the forms');
SELECT is(pg_temp.faults('{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}', '{"b": 1}'), NULL, 'one of the forms');

-- The path reaches down.
SELECT is(
    pg_temp.faults(
        (SELECT input_schema FROM agent.tools WHERE tool_name = 'submit_sales_order'),
        '{"customer_id": 1, "order_date": "soon", "lines": [{"sku": "A", "quantity": 1}, {"sku": 7, "quantity": 0, "x": 1}]}'),
    'lines[1].quantity: must be greater than 0; lines[1].sku: must be of type string, not number; '
    'lines[1].x: is not known here; known are sku, quantity, warehouse, unit_price, discount_percent; '
    'order_date: must be a date as 2026-01-31', 'every fault of an order with its path');
SELECT is(
    (
        SELECT string_agg(tool_name, ', ')
        FROM agent.tools
        WHERE is_active
        AND to_regprocedure(format('%s(jsonb, jsonb)', target_endpoint)) IS NULL
    ),
    NULL, 'every active tool has its handler');

SELECT * FROM finish();
ROLLBACK;
