/* Into a JSON document by a path, and one value of it read as a type: never a coercion. */
#include "erp.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/numeric.h"

/* 39 digits of 128 bits or 38 decimals, zero before them, point, sign and end */
#define NUMBER_CHARS 48

static bool
is_index(const char *step)
{
	return *step != '\0' && strlen(step) <= 9 && strspn(step, "0123456789") == strlen(step);
}

/* Returns the value at a.b.0 in a document, NULL when it is not there; without a path, the value itself. */
JsonbValue *
erp_json_walk(JsonbValue *value, const char *path)
{
	char	   *rest = path ? pstrdup(path) : NULL;
	char	   *step;

	while (value && (step = strsep(&rest, ".")) != NULL)
	{
		JsonbContainer *container = value->type == jbvBinary ? value->val.binary.data : NULL;

		if (container && JsonContainerIsObject(container))
			value = getKeyJsonValueFromContainer(container, step, strlen(step), palloc(sizeof(JsonbValue)));
		else if (container && JsonContainerIsArray(container) && is_index(step))
			value = getIthJsonbValueFromContainer(container, strtoul(step, NULL, 10));
		else
			value = NULL;
	}
	return value;
}

/* Returns the root of a json or jsonb datum. */
JsonbValue *
erp_json_root(Datum datum, Oid type)
{
	Jsonb	   *document;
	JsonbValue *root = palloc0(sizeof(JsonbValue));

	if (type == JSONOID)
		datum = DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(datum)));
	document = DatumGetJsonbP(datum);
	if (JB_ROOT_IS_SCALAR(document))
		return getIthJsonbValueFromContainer(&document->root, 0);
	root->type = jbvBinary;
	root->val.binary.data = &document->root;
	root->val.binary.len = VARSIZE_ANY_EXHDR(document);
	return root;
}

/* Reads a value as the type of a slot; one of another type becomes the error that names the slot. */
void
erp_json_read(const JsonbValue *json, uint8 type, uint32 slot, erpk_value *value)
{
	bool		fits;

	memset(value, 0, sizeof(*value));
	value->type = type;
	if (json == NULL || json->type == jbvNull)
	{
		value->state = ERPK_S_NULL;
		return;
	}
	if (type == ERPK_T_JSON)
	{
		/* all that is asked is whether it is there, and which elements it has */
		value->state = ERPK_S_VALUE;
		value->low = json->type == jbvBinary && JsonContainerIsArray(json->val.binary.data);
		value->bytes = value->low ? (const uint8 *) json->val.binary.data : NULL;
		return;
	}
	switch (type)
	{
		case ERPK_T_NUMBER:
			fits = json->type == jbvNumeric;
			break;
		case ERPK_T_BOOL:
			fits = json->type == jbvBool;
			break;
		default:
			fits = json->type == jbvString;
	}
	if (fits && erp_value_from_json(json, type, value))
		return;
	memset(value, 0, sizeof(*value));
	value->state = ERPK_S_ERROR;
	value->low = ERPK_E_TYPE;
	value->length = slot;
}

/* Reads a column's value, or what a path leads to in its document, as the slot wants it. */
void
erp_name_read(const ErpName *name, Datum datum, bool isnull, const erpk_slot *slots, uint32 slot, erpk_value *value)
{
	if (name->type != ERPK_T_JSON)
		erp_value_from_datum(datum, isnull, name->value_type, value);
	else
		erp_json_read(isnull ? NULL : erp_json_walk(erp_json_root(datum, name->value_type), name->json_path),
					  slots[slot].type, slot, value);
}

/* Returns a number of the kernel as numeric. */
static Numeric
numeric_of(const erpk_value *value)
{
	char		text[NUMBER_CHARS];
	char	   *at = text + sizeof(text) - 1;
	__int128	number = ((__int128) value->high << 64) | value->low;
	bool		negative = number < 0;
	unsigned __int128 rest = negative ? -(unsigned __int128) number : (unsigned __int128) number;

	*at = '\0';
	for (int place = 0; rest > 0 || place <= value->scale; place++)
	{
		if (place == value->scale && place > 0)
			*--at = '.';
		*--at = '0' + (char) (rest % 10);
		rest /= 10;
	}
	if (negative)
		*--at = '-';
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(at), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* Makes a value the one of JSON that reads as it; text is not copied. */
void
erp_value_to_json(const erpk_value *value, JsonbValue *json)
{
	char	   *text;

	memset(json, 0, sizeof(*json));
	json->type = jbvNull;
	if (value->state != ERPK_S_VALUE)
		return;
	switch (value->type)
	{
		case ERPK_T_BOOL:
			json->type = jbvBool;
			json->val.boolean = value->low != 0;
			return;
		case ERPK_T_NUMBER:
			json->type = jbvNumeric;
			json->val.numeric = numeric_of(value);
			return;
		case ERPK_T_TEXT:
		case ERPK_T_OPAQUE:
			json->type = jbvString;
			json->val.string.val = (char *) value->bytes;
			json->val.string.len = value->length;
			return;
		case ERPK_T_DATE:
		case ERPK_T_TIMESTAMP:
		case ERPK_T_TIMESTAMPTZ:
			text = JsonEncodeDateTime(NULL, Int64GetDatum((int64) value->low), value->type == ERPK_T_DATE ? DATEOID :
									  value->type == ERPK_T_TIMESTAMP ? TIMESTAMPOID : TIMESTAMPTZOID, NULL);
			break;
		default:
			text = DatumGetCString(DirectFunctionCall1(uuid_out, erp_uuid_datum(value)));
	}
	json->type = jbvString;
	json->val.string.val = text;
	json->val.string.len = strlen(text);
}
