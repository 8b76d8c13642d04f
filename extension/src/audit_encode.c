/*
 * The binary encoding of values, rows and leaves.  A row has one encoding only,
 * whatever the settings of the session are: the PL/pgSQL twin and the outside
 * verifier write the same bytes.
 */
#include "audit.h"

#include "access/htup_details.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
#include "utils/xid8.h"

#define DAYS_SINCE_1970 (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)
#define MICROSECONDS_SINCE_1970 ((int64) DAYS_SINCE_1970 * USECS_PER_DAY)

/* Appends a value of a type. */
void
erp_audit_put(StringInfo out, uint8 type, const void *bytes, uint32 length)
{
	pq_sendbyte(out, type);
	pq_sendint32(out, length);
	appendBinaryStringInfo(out, bytes, length);
}

static void
put_integer(StringInfo out, uint8 type, int64 number)
{
	pq_sendbyte(out, type);
	pq_sendint32(out, sizeof(int64));
	pq_sendint64(out, number);
}

/* Appends text, or NULL. */
void
erp_audit_put_text(StringInfo out, const char *text)
{
	if (text == NULL)
		erp_audit_put(out, ERP_AUDIT_NULL, "", 0);
	else
		erp_audit_put(out, ERP_AUDIT_TEXT, text, strlen(text));
}

/* Names a type independently of the search_path. */
char *
erp_audit_type_name(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Form_pg_type form;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	form = (Form_pg_type) GETSTRUCT(tuple);
	if (form->typnamespace == PG_CATALOG_NAMESPACE)
		name = pstrdup(NameStr(form->typname));
	else
		name = psprintf("%s.%s", get_namespace_name(form->typnamespace), NameStr(form->typname));
	ReleaseSysCache(tuple);
	return name;
}

/* Sets what output functions depend on; returns the nesting level to end. */
static int
begin_settings(void)
{
	static const char *const settings[][2] = {
		{"DateStyle", "ISO, YMD"}, {"IntervalStyle", "postgres"}, {"extra_float_digits", "1"},
		{"bytea_output", "hex"}, {"TimeZone", "UTC"}, {"search_path", "pg_catalog, pg_temp"},
		{"quote_all_identifiers", "off"}
	};
	int			level = NewGUCNestLevel();

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* Writes a value by its type's output function under fixed settings. */
static char *
output_of(Datum datum, Oid type)
{
	Oid			output;
	bool		varlena;
	int			level = begin_settings();
	char	   *text;

	getTypeOutputInfo(type, &output, &varlena);
	text = OidOutputFunctionCall(output, datum);
	AtEOXact_GUC(false, level);
	return text;
}

static void
put_other(StringInfo out, Datum datum, Oid type)
{
	char	   *name = erp_audit_type_name(type);
	char	   *text = output_of(datum, type);

	pq_sendbyte(out, ERP_AUDIT_OTHER);
	pq_sendint32(out, sizeof(uint16) + strlen(name) + strlen(text));
	pq_sendint16(out, strlen(name));
	appendStringInfoString(out, name);
	appendStringInfoString(out, text);
}

static void
put_date(StringInfo out, DateADT date)
{
	if (DATE_IS_NOBEGIN(date))
		put_integer(out, ERP_AUDIT_DATE, PG_INT64_MIN);
	else if (DATE_IS_NOEND(date))
		put_integer(out, ERP_AUDIT_DATE, PG_INT64_MAX);
	else
		put_integer(out, ERP_AUDIT_DATE, (int64) date + DAYS_SINCE_1970);
}

/* The last 30 years that PostgreSQL knows do not fit and are written as text. */
static void
put_moment(StringInfo out, uint8 type, Timestamp moment, Oid type_oid)
{
	int64		since;

	if (TIMESTAMP_IS_NOBEGIN(moment))
		put_integer(out, type, PG_INT64_MIN);
	else if (TIMESTAMP_IS_NOEND(moment))
		put_integer(out, type, PG_INT64_MAX);
	else if (pg_add_s64_overflow(moment, MICROSECONDS_SINCE_1970, &since) || since == PG_INT64_MAX)
		put_other(out, TimestampGetDatum(moment), type_oid);
	else
		put_integer(out, type, since);
}

static void
put_varlena(StringInfo out, uint8 type, Datum datum)
{
	struct varlena *bytes = PG_DETOAST_DATUM_PACKED(datum);

	erp_audit_put(out, type, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	if ((Pointer) bytes != DatumGetPointer(datum))
		pfree(bytes);
}

static void
put_string(StringInfo out, uint8 type, char *text)
{
	erp_audit_put(out, type, text, strlen(text));
	pfree(text);
}

/* Appends a value of a base type. */
static void
put_datum(StringInfo out, Datum datum, Oid type)
{
	Jsonb	   *json;
	uint8		truth;

	switch (type)
	{
		case BOOLOID:
			truth = DatumGetBool(datum);
			erp_audit_put(out, ERP_AUDIT_BOOL, &truth, 1);
			break;
		case INT2OID:
			put_integer(out, ERP_AUDIT_INTEGER, DatumGetInt16(datum));
			break;
		case INT4OID:
			put_integer(out, ERP_AUDIT_INTEGER, DatumGetInt32(datum));
			break;
		case INT8OID:
			put_integer(out, ERP_AUDIT_INTEGER, DatumGetInt64(datum));
			break;
		case OIDOID:
			put_integer(out, ERP_AUDIT_INTEGER, (int64) DatumGetObjectId(datum));
			break;
		case XID8OID:
			put_integer(out, ERP_AUDIT_INTEGER, (int64) U64FromFullTransactionId(DatumGetFullTransactionId(datum)));
			break;
		case NUMERICOID:
			put_string(out, ERP_AUDIT_DECIMAL, DatumGetCString(DirectFunctionCall1(numeric_out, datum)));
			break;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			put_varlena(out, ERP_AUDIT_TEXT, datum);
			break;
		case NAMEOID:
			erp_audit_put_text(out, NameStr(*DatumGetName(datum)));
			break;
		case CHAROID:
			put_string(out, ERP_AUDIT_TEXT, DatumGetCString(DirectFunctionCall1(charout, datum)));
			break;
		case BYTEAOID:
			put_varlena(out, ERP_AUDIT_BYTES, datum);
			break;
		case DATEOID:
			put_date(out, DatumGetDateADT(datum));
			break;
		case TIMESTAMPTZOID:
			put_moment(out, ERP_AUDIT_MOMENT, DatumGetTimestampTz(datum), type);
			break;
		case TIMESTAMPOID:
			put_moment(out, ERP_AUDIT_LOCAL, DatumGetTimestamp(datum), type);
			break;
		case UUIDOID:
			erp_audit_put(out, ERP_AUDIT_UUID, DatumGetUUIDP(datum)->data, UUID_LEN);
			break;
		case JSONBOID:
			json = DatumGetJsonbP(datum);
			put_string(out, ERP_AUDIT_JSON, JsonbToCString(NULL, &json->root, VARSIZE(json)));
			break;
		default:
			put_other(out, datum, type);
	}
}

/* Appends the image of a row: every column that is not dropped, in order. */
void
erp_audit_image(StringInfo out, TupleDesc columns, Datum *values, bool *nulls)
{
	int			start = out->len;
	uint16		count = 0;

	appendBinaryStringInfo(out, "RI1", 3);
	pq_sendint16(out, 0);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (column->attisdropped)
			continue;
		count++;
		if (nulls[i])
			erp_audit_put(out, ERP_AUDIT_NULL, "", 0);
		else
			put_datum(out, values[i], getBaseType(column->atttypid));
	}
	count = pg_hton16(count);
	memcpy(out->data + start + 3, &count, sizeof(count));
}

static char *
key_text(Datum datum, Oid type)
{
	char		date[MAXDATELEN + 1];

	switch (type)
	{
		case INT2OID:
			return psprintf("%d", DatumGetInt16(datum));
		case INT4OID:
			return psprintf("%d", DatumGetInt32(datum));
		case INT8OID:
			return psprintf(INT64_FORMAT, DatumGetInt64(datum));
		case BOOLOID:
			return pstrdup(DatumGetBool(datum) ? "true" : "false");
		case TEXTOID:
		case VARCHAROID:
			return TextDatumGetCString(datum);
		case DATEOID:
			JsonEncodeDateTime(date, datum, DATEOID, NULL);
			return pstrdup(date);
		default:
			return output_of(datum, type);
	}
}

/* Returns the primary key in a row as a JSON array of texts, or NULL where the table has none. */
char *
erp_audit_key(Relation relation, TupleTableSlot *row)
{
	StringInfoData json;
	Relation	index;
	Oid			index_oid;

	(void) RelationGetIndexList(relation);
	index_oid = relation->rd_pkindex;
	if (!OidIsValid(index_oid))
		return NULL;
	initStringInfo(&json);
	index = RelationIdGetRelation(index_oid);
	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
	{
		AttrNumber	number = index->rd_index->indkey.values[i];
		bool		isnull;
		Datum		datum = slot_getattr(row, number, &isnull);

		appendStringInfoString(&json, i == 0 ? "[" : ", ");
		escape_json(&json, key_text(datum, getBaseType(TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid)));
	}
	appendStringInfoChar(&json, ']');
	RelationClose(index);
	return json.data;
}

static void
put_field(StringInfo out, uint8 tag, const char *text)
{
	pq_sendbyte(out, tag);
	erp_audit_put_text(out, text);
}

static void
put_integer_field(StringInfo out, uint8 tag, const int64 *number)
{
	pq_sendbyte(out, tag);
	if (number)
		put_integer(out, ERP_AUDIT_INTEGER, *number);
	else
		erp_audit_put(out, ERP_AUDIT_NULL, "", 0);
}

static void
put_hash_field(StringInfo out, uint8 tag, const uint8 *hash)
{
	pq_sendbyte(out, tag);
	if (hash)
		erp_audit_put(out, ERP_AUDIT_BYTES, hash, ERP_AUDIT_HASH);
	else
		erp_audit_put(out, ERP_AUDIT_NULL, "", 0);
}

/* Appends the encoding of a leaf. */
void
erp_audit_encode_leaf(StringInfo out, const ErpLeaf *leaf)
{
	int64		xid = (int64) leaf->xid;

	appendBinaryStringInfo(out, "EAL1", 4);
	pq_sendbyte(out, 1);
	erp_audit_put(out, ERP_AUDIT_UUID, leaf->ledger.data, UUID_LEN);
	put_integer_field(out, 2, &leaf->system);
	put_integer_field(out, 3, &xid);
	put_integer_field(out, 4, &leaf->leaf_id);
	put_field(out, 5, leaf->kind);
	put_field(out, 6, leaf->table);
	put_field(out, 7, leaf->key);
	put_field(out, 8, leaf->operation);
	put_hash_field(out, 9, leaf->layout);
	put_integer_field(out, 10, leaf->previous);
	put_hash_field(out, 11, leaf->payload);
	put_field(out, 12, leaf->session_name);
	put_field(out, 13, leaf->current_name);
	put_integer_field(out, 14, leaf->agent);
	put_integer_field(out, 15, &leaf->rules);
	pq_sendbyte(out, 16);
	put_moment(out, ERP_AUDIT_MOMENT, leaf->claimed_at, TIMESTAMPTZOID);
	put_field(out, 17, leaf->outcome);
}

ERP_FUNCTION(erp_audit_leaf);

static char *
text_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(number));
}

static const uint8 *
hash_argument(FunctionCallInfo fcinfo, int number)
{
	bytea	   *bytes;

	if (PG_ARGISNULL(number))
		return NULL;
	bytes = PG_GETARG_BYTEA_PP(number);
	if (VARSIZE_ANY_EXHDR(bytes) != ERP_AUDIT_HASH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a hash has 32 bytes")));
	return (const uint8 *) VARDATA_ANY(bytes);
}

/* erp.audit_leaf: the encoding of a leaf from its fields. */
Datum
erp_audit_leaf(PG_FUNCTION_ARGS)
{
	StringInfoData out;
	int64		previous = PG_ARGISNULL(9) ? 0 : PG_GETARG_INT64(9);
	int64		agent = PG_ARGISNULL(13) ? 0 : PG_GETARG_INT64(13);
	ErpLeaf		leaf = {
		.kind = text_argument(fcinfo, 4),
		.table = text_argument(fcinfo, 5),
		.key = text_argument(fcinfo, 6),
		.operation = text_argument(fcinfo, 7),
		.layout = hash_argument(fcinfo, 8),
		.previous = PG_ARGISNULL(9) ? NULL : &previous,
		.payload = hash_argument(fcinfo, 10),
		.session_name = text_argument(fcinfo, 11),
		.current_name = text_argument(fcinfo, 12),
		.agent = PG_ARGISNULL(13) ? NULL : &agent,
		.outcome = text_argument(fcinfo, 16)
	};

	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_NULL();
	if (PG_ARGISNULL(14) || PG_ARGISNULL(15))
		PG_RETURN_NULL();
	leaf.ledger = *PG_GETARG_UUID_P(0);
	leaf.system = PG_GETARG_INT64(1);
	leaf.xid = U64FromFullTransactionId(PG_GETARG_FULLTRANSACTIONID(2));
	leaf.leaf_id = PG_GETARG_INT64(3);
	leaf.rules = PG_GETARG_INT64(14);
	leaf.claimed_at = PG_GETARG_TIMESTAMPTZ(15);
	initStringInfo(&out);
	appendStringInfoSpaces(&out, VARHDRSZ);
	erp_audit_encode_leaf(&out, &leaf);
	SET_VARSIZE(out.data, out.len);
	PG_RETURN_BYTEA_P(out.data);
}

ERP_FUNCTION(erp_audit_image_of);

/* erp.audit_image: the image of a row, by all its columns or by those named. */
Datum
erp_audit_image_of(PG_FUNCTION_ARGS)
{
	HeapTupleHeader row;
	HeapTupleData tuple;
	TupleDesc	columns;
	Datum	   *values;
	bool	   *nulls;
	StringInfoData out;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	row = PG_GETARG_HEAPTUPLEHEADER(0);
	columns = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;
	values = palloc(columns->natts * sizeof(Datum));
	nulls = palloc(columns->natts * sizeof(bool));
	heap_deform_tuple(&tuple, columns, values, nulls);
	initStringInfo(&out);
	appendStringInfoSpaces(&out, VARHDRSZ);
	if (PG_ARGISNULL(1))
		erp_audit_image(&out, columns, values, nulls);
	else
	{
		Datum	   *names;
		int			count;
		uint16		counted;

		deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &names, NULL, &count);
		appendBinaryStringInfo(&out, "RI1", 3);
		counted = pg_hton16(count);
		appendBinaryStringInfo(&out, (char *) &counted, sizeof(counted));
		for (int i = 0; i < count; i++)
		{
			char	   *name = TextDatumGetCString(names[i]);
			int			number = SPI_fnumber(columns, name);

			if (number <= 0)
				ereport(ERROR,
						(errcode(ERRCODE_UNDEFINED_COLUMN),
						 errmsg("the row has no column \"%s\"", name)));
			if (nulls[number - 1])
				erp_audit_put(&out, ERP_AUDIT_NULL, "", 0);
			else
				put_datum(&out, values[number - 1], getBaseType(TupleDescAttr(columns, number - 1)->atttypid));
		}
	}
	ReleaseTupleDesc(columns);
	SET_VARSIZE(out.data, out.len);
	PG_RETURN_BYTEA_P(out.data);
}
