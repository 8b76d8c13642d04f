/* Into a JSON document by a path, and one value of it read as a type: never a coercion. */
#include "erp.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

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
