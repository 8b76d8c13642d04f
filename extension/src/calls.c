/* What the kernel asks of PostgreSQL while it judges, and the literals only PostgreSQL can judge. */
#include "erp.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "pgtime.h"
#include "regex/regex.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

static Datum
text_datum(const erpk_value *value)
{
	return PointerGetDatum(cstring_to_text_with_len((const char *) value->bytes, value->length));
}

static void
set_bool(erpk_value *value, bool truth)
{
	memset(value, 0, sizeof(*value));
	value->state = ERPK_S_VALUE;
	value->type = ERPK_T_BOOL;
	value->low = truth;
}

/* The date that the clocks of a zone show at a moment. */
static void
date_in_zone(const erpk_value *moment, const erpk_value *zone, erpk_value *result)
{
	Datum		local = DirectFunctionCall2(timestamptz_zone, text_datum(zone), TimestampTzGetDatum((int64) moment->low));

	erp_value_from_datum(DirectFunctionCall1(timestamp_date, local), false, DATEOID, result);
}

/* How many elements a list has. */
static void
count_elements(const erpk_value *list, erpk_value *result)
{
	memset(result, 0, sizeof(*result));
	result->state = ERPK_S_VALUE;
	result->type = ERPK_T_NUMBER;
	result->low = JsonContainerSize((JsonbContainer *) list->bytes);
}

/* Whether a list has the element; those of other types are passed over. */
static void
find_element(const erpk_value *wanted, const erpk_value *list, erpk_value *result)
{
	JsonbIterator *iterator = JsonbIteratorInit((JsonbContainer *) list->bytes);
	JsonbIteratorToken token;
	JsonbValue	json;
	bool		found = false;

	while (!found && (token = JsonbIteratorNext(&iterator, &json, true)) != WJB_DONE)
	{
		erpk_value	pair[2] = {*wanted};

		if (token != WJB_ELEM)
			continue;
		erp_json_read(&json, wanted->type, 0, &pair[1]);
		found = pair[1].state == ERPK_S_VALUE && erpk_distinct(pair, 2) == 1;
	}
	set_bool(result, found);
}

/* Does what the kernel stopped for; false when it stopped for something else. */
bool
erp_answer(int32 status, erpk_value *registers, erpk_run *run)
{
	const erpk_value *left = &registers[run->operands[0]];
	const erpk_value *right = &registers[run->operands[1]];
	erpk_value *result = &registers[run->result];

	if (status == ERPK_NEED_SPACE)
	{
		run->buffer = palloc(run->space);
		return true;
	}
	if (status != ERPK_NEED_CALL)
		return false;
	if (run->call == ERPK_CALL_LIKE)
		set_bool(result, DatumGetBool(DirectFunctionCall2Coll(textlike, C_COLLATION_OID, text_datum(left), text_datum(right))));
	else if (run->call == ERPK_CALL_REGEX)
		set_bool(result, DatumGetBool(DirectFunctionCall2Coll(textregexeq, C_COLLATION_OID, text_datum(left), text_datum(right))));
	else if (run->call == ERPK_CALL_ELEMENTS)
		count_elements(right, result);
	else if (run->call == ERPK_CALL_ELEMENT)
		find_element(left, right, result);
	else
		date_in_zone(left, right, result);
	return true;
}

/* Compiles a regular expression only to see whether it is one. */
static bool
is_regex(const char *pattern, erpk_fault *fault)
{
	int			length = strlen(pattern);
	pg_wchar   *wide = palloc((length + 1) * sizeof(pg_wchar));
	regex_t		compiled;
	int			status;

	length = pg_mb2wchar_with_len(pattern, wide, length);
	status = pg_regcomp(&compiled, wide, length, REG_ADVANCED, C_COLLATION_OID);
	if (status == REG_OKAY)
	{
		pg_regfree(&compiled);
		return true;
	}
	fault->code = ERPK_MALFORMED;
	strlcpy(fault->message, "not a regular expression: ", sizeof(fault->message));
	pg_regerror(status, &compiled, fault->message + strlen(fault->message),
				sizeof(fault->message) - strlen(fault->message));
	return false;
}

static bool
is_zone(const char *zone, erpk_fault *fault)
{
	pg_tz	   *known = strlen(zone) < NAMEDATALEN ? pg_tzset(zone) : NULL;

	if (known && pg_tz_acceptable(known))
		return true;
	fault->code = ERPK_TYPE;
	snprintf(fault->message, sizeof(fault->message), "'%s' is not a time zone", zone);
	strlcpy(fault->hint, "a name of pg_timezone_names, such as Europe/Berlin", sizeof(fault->hint));
	return false;
}

/* Judges the regular expressions and time zones of a rule; the first fault is kept. */
void
erp_check_literals(const erpk_rule *rule, erpk_fault *fault)
{
	uint32		needed = 0;
	uint32		room = 0;
	char	   *listing = NULL;

	(void) erpk_scan_literals(rule->ast, rule->ast_length, NULL, 0, &needed);
	if (needed == 0)
		return;
	room = needed;
	listing = palloc(room);
	(void) erpk_scan_literals(rule->ast, rule->ast_length, (uint8 *) listing, room, &needed);
	for (uint32 at = 0; at < needed && fault->code == 0;)
	{
		char	   *literal = listing + at + 1;
		char	   *path = literal + strlen(literal) + 1;

		if (!(listing[at] == 'r' ? is_regex(literal, fault) : is_zone(literal, fault)))
			strlcpy(fault->path, path, sizeof(fault->path));
		at = (path - listing) + strlen(path) + 1;
	}
	pfree(listing);
}
