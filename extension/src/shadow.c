/* The log of rules in shadow: what would have been refused, kept in the writer's transaction. */
#include "erp.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"

static SPIPlanPtr log_plan = NULL;

/* Appends a value as JSON.  SAFETY: by its type's output function alone, as casts may be code of another owner. */
static void
append_json(StringInfo json, Datum datum, Oid type)
{
	Oid			output;
	bool		varlena;
	char		moment[MAXDATELEN + 1];

	switch (getBaseType(type))
	{
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			JsonEncodeDateTime(moment, datum, getBaseType(type), NULL);
			escape_json(json, moment);
			return;
		case INT2OID:
		case INT4OID:
		case INT8OID:
			getTypeOutputInfo(type, &output, &varlena);
			appendStringInfoString(json, OidOutputFunctionCall(output, datum));
			return;
		default:
			getTypeOutputInfo(type, &output, &varlena);
			escape_json(json, OidOutputFunctionCall(output, datum));
	}
}

/* Returns the primary key in a row as JSON, or NULL where the table has none. */
char *
erp_row_key(Relation relation, TupleTableSlot *row)
{
	Bitmapset  *key = RelationGetIndexAttrBitmap(relation, INDEX_ATTR_BITMAP_PRIMARY_KEY);
	StringInfoData json;
	int			member = -1;

	if (bms_is_empty(key))
		return NULL;
	initStringInfo(&json);
	while ((member = bms_next_member(key, member)) >= 0)
	{
		AttrNumber	number = member + FirstLowInvalidHeapAttributeNumber;
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), number - 1);
		bool		isnull;
		Datum		datum = slot_getattr(row, number, &isnull);

		appendStringInfoString(&json, json.len == 0 ? "{" : ", ");
		escape_json(&json, NameStr(column->attname));
		appendStringInfoString(&json, ": ");
		append_json(&json, datum, column->atttypid);
	}
	appendStringInfoChar(&json, '}');
	return json.data;
}

/* Keeps one line of the log. */
void
erp_log_shadow(const char *code, const char *message, const char *detail, const char *row_key)
{
	Oid			types[4] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	Datum		values[4];
	ErpFrame	frame;

	values[0] = CStringGetTextDatum(code);
	values[1] = CStringGetTextDatum(message);
	values[2] = CStringGetTextDatum(detail);
	values[3] = row_key ? CStringGetTextDatum(row_key) : (Datum) 0;
	erp_spi_begin(&frame, true, false);
	if (log_plan == NULL)
		log_plan = erp_spi_prepare("SELECT erp.rule_log_shadow($1, $2, $3::pg_catalog.jsonb, $4::pg_catalog.jsonb)", 4, types);
	if (SPI_execute_plan(log_plan, values, row_key ? "    " : "   n", false, 0) != SPI_OK_SELECT)
		elog(ERROR, "erp.rule_log_shadow() failed");
	erp_spi_end(&frame);
}
