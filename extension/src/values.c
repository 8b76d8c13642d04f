/*
 * PostgreSQL's values as the kernel's.  Everything that detoasts, looks up or
 * may raise happens here, before the kernel is called.
 */
#include "erp.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* The stored form of numeric (src/backend/utils/adt/numeric.c), unchanged since 9.1. */
#define NUMERIC_KIND(header) ((header) & 0xC000)
#define NUMERIC_KIND_SHORT 0x8000
#define NUMERIC_KIND_SPECIAL 0xC000

typedef unsigned __int128 uint128_t;

static const uint64 powers_of_ten[] = {
	UINT64CONST(1), UINT64CONST(10), UINT64CONST(100), UINT64CONST(1000), UINT64CONST(10000), UINT64CONST(100000),
	UINT64CONST(1000000), UINT64CONST(10000000), UINT64CONST(100000000), UINT64CONST(1000000000),
	UINT64CONST(10000000000), UINT64CONST(100000000000), UINT64CONST(1000000000000), UINT64CONST(10000000000000),
	UINT64CONST(100000000000000), UINT64CONST(1000000000000000), UINT64CONST(10000000000000000),
	UINT64CONST(100000000000000000), UINT64CONST(1000000000000000000)
};

/* Returns the kernel's type of a column type and the type behind domains. */
uint8
erp_value_type(Oid type, Oid *base)
{
	*base = getBaseType(type);
	switch (*base)
	{
		case BOOLOID:
			return ERPK_T_BOOL;
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
			return ERPK_T_NUMBER;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
			return ERPK_T_TEXT;
		case DATEOID:
			return ERPK_T_DATE;
		case TIMESTAMPOID:
			return ERPK_T_TIMESTAMP;
		case TIMESTAMPTZOID:
			return ERPK_T_TIMESTAMPTZ;
		case UUIDOID:
			return ERPK_T_UUID;
		case JSONOID:
		case JSONBOID:
			return ERPK_T_JSON;
		default:
			return get_typtype(*base) == TYPTYPE_ENUM ? ERPK_T_TEXT : ERPK_T_OPAQUE;
	}
}

/* Sets an integer of up to 128 bits. */
static void
set_integer(erpk_value *value, uint8 type, __int128 number)
{
	value->state = ERPK_S_VALUE;
	value->type = type;
	value->scale = 0;
	value->length = 0;
	value->low = (uint64) number;
	value->high = (int64) (number >> 64);
}

static void
set_error(erpk_value *value, uint64 kind)
{
	memset(value, 0, sizeof(*value));
	value->state = ERPK_S_ERROR;
	value->low = kind;
}

static void
set_bytes(erpk_value *value, uint8 type, const char *bytes, size_t length)
{
	value->state = ERPK_S_VALUE;
	value->type = type;
	value->scale = 0;
	value->length = (uint32) length;
	value->bytes = (const uint8 *) bytes;
	value->low = 0;
	value->high = 0;
}

/* Reads a number from its text, for the rare forms: too long, or floating point. */
static void
number_from_text(const char *text, erpk_value *value)
{
	int32		status = erpk_parse(ERPK_T_NUMBER, (const uint8 *) text, strlen(text), value);

	if (status == ERPK_ARITHMETIC)
		set_error(value, ERPK_E_OVERFLOW);
	else if (status != ERPK_OK)
		set_error(value, ERPK_E_NOT_FINITE);
}

/*
 * Reads a stored numeric digit group by digit group.  The last group may hold
 * zeros beyond the display scale, which are cut off.
 */
void
erp_value_from_numeric(Datum datum, erpk_value *value)
{
	struct varlena *packed = PG_DETOAST_DATUM_PACKED(datum);
	const char *data = VARDATA_ANY(packed);
	int			size = VARSIZE_ANY_EXHDR(packed);
	uint16		header;
	bool		negative;
	int			scale;
	int			weight;
	int			groups;
	int			shift;
	uint128_t	number = 0;

	memcpy(&header, data, sizeof(header));
	if (NUMERIC_KIND(header) == NUMERIC_KIND_SPECIAL)
	{
		set_error(value, ERPK_E_NOT_FINITE);
		return;
	}
	if (NUMERIC_KIND(header) == NUMERIC_KIND_SHORT)
	{
		negative = (header & 0x2000) != 0;
		scale = (header & 0x1F80) >> 7;
		weight = (int) (header & 0x003F) | ((header & 0x0040) ? ~0x003F : 0);
		data += 2;
		size -= 2;
	}
	else
	{
		int16		long_weight;

		memcpy(&long_weight, data + 2, sizeof(long_weight));
		negative = NUMERIC_KIND(header) == 0x4000;
		scale = header & 0x3FFF;
		weight = long_weight;
		data += 4;
		size -= 4;
	}
	groups = size / 2;
	/* the number is its groups times 10^(4 * (weight - groups + 1)) */
	shift = groups == 0 ? 0 : 4 * (weight - groups + 1) + scale;
	if (scale > 38 || groups > 10 || shift < -3 || shift > 36)
		goto slow;
	/* most amounts: 16 digits and their zeros fit 64 bits each, so their product fits 128 */
	if (groups <= 4 && shift <= 18)
	{
		uint64		digits = 0;

		for (int i = 0; i < groups; i++)
		{
			uint16		group;

			memcpy(&group, data + 2 * i, sizeof(group));
			digits = digits * 10000 + group;
		}
		for (int cut = shift; cut < 0; cut++)
			digits /= 10;
		number = (uint128_t) digits * (shift > 0 ? powers_of_ten[shift] : 1);
		goto done;
	}

	for (int i = 0; i < groups; i++)
	{
		uint16		group;
		uint32		factor = 10000;

		memcpy(&group, data + 2 * i, sizeof(group));
		if (i == groups - 1)
		{
			for (int cut = shift; cut < 0; cut++)
			{
				group /= 10;
				factor /= 10;
			}
		}
		if (number > (~(uint128_t) 0 - group) / factor)
			goto slow;
		number = number * factor + group;
	}
	for (int i = 0; i < shift; i++)
	{
		if (number > (~(uint128_t) 0) / 10)
			goto slow;
		number *= 10;
	}
	/* 10^38, the kernel's bound, does not fit a C literal */
	if (number >= (uint128_t) UINT64CONST(10000000000000000000) * UINT64CONST(10000000000000000000))
		goto slow;
done:
	set_integer(value, ERPK_T_NUMBER, negative ? -(__int128) number : (__int128) number);
	value->scale = (int16) scale;
	value->length = (uint32) scale;
	return;

slow:
	number_from_text(DatumGetCString(DirectFunctionCall1(numeric_out, datum)), value);
}

/* Returns a uuid of the kernel, whose order is signed, as a datum. */
Datum
erp_uuid_datum(const erpk_value *value)
{
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));
	uint128_t	bits = ((uint128_t) (uint64) value->high << 64) | value->low;

	bits ^= (uint128_t) 1 << 127;
	for (int i = UUID_LEN - 1; i >= 0; i--, bits >>= 8)
		uuid->data[i] = (unsigned char) bits;
	return UUIDPGetDatum(uuid);
}

/* Reads a datum of a base type; text points into the datum or into the current context. */
void
erp_value_from_datum(Datum datum, bool isnull, Oid type, erpk_value *value)
{
	if (isnull)
	{
		memset(value, 0, sizeof(*value));
		value->state = ERPK_S_NULL;
		return;
	}
	switch (type)
	{
		case BOOLOID:
			set_integer(value, ERPK_T_BOOL, DatumGetBool(datum));
			return;
		case INT2OID:
			set_integer(value, ERPK_T_NUMBER, DatumGetInt16(datum));
			return;
		case INT4OID:
			set_integer(value, ERPK_T_NUMBER, DatumGetInt32(datum));
			return;
		case INT8OID:
			set_integer(value, ERPK_T_NUMBER, DatumGetInt64(datum));
			return;
		case NUMERICOID:
			erp_value_from_numeric(datum, value);
			return;
		case FLOAT4OID:
			number_from_text(DatumGetCString(DirectFunctionCall1(float4out, datum)), value);
			return;
		case FLOAT8OID:
			number_from_text(DatumGetCString(DirectFunctionCall1(float8out, datum)), value);
			return;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			{
				struct varlena *text = PG_DETOAST_DATUM_PACKED(datum);
				const char *bytes = VARDATA_ANY(text);
				size_t		length = VARSIZE_ANY_EXHDR(text);

				/* blanks at the end of char(n) are padding */
				while (type == BPCHAROID && length > 0 && bytes[length - 1] == ' ')
					length--;
				set_bytes(value, ERPK_T_TEXT, bytes, length);
				return;
			}
		case NAMEOID:
			set_bytes(value, ERPK_T_TEXT, NameStr(*DatumGetName(datum)), strlen(NameStr(*DatumGetName(datum))));
			return;
		case DATEOID:
			set_integer(value, ERPK_T_DATE, DatumGetDateADT(datum));
			return;
		case TIMESTAMPOID:
			set_integer(value, ERPK_T_TIMESTAMP, DatumGetTimestamp(datum));
			return;
		case TIMESTAMPTZOID:
			set_integer(value, ERPK_T_TIMESTAMPTZ, DatumGetTimestampTz(datum));
			return;
		case UUIDOID:
			{
				pg_uuid_t  *uuid = DatumGetUUIDP(datum);
				uint128_t	bits = 0;

				for (int i = 0; i < UUID_LEN; i++)
					bits = (bits << 8) | uuid->data[i];
				/* the kernel's order is signed */
				bits ^= (uint128_t) 1 << 127;
				set_integer(value, ERPK_T_UUID, (__int128) bits);
				return;
			}
		default:
			{
				Oid			output;
				bool		varlena;
				char	   *text;

				getTypeOutputInfo(type, &output, &varlena);
				text = OidOutputFunctionCall(output, datum);
				set_bytes(value, get_typtype(type) == TYPTYPE_ENUM ? ERPK_T_TEXT : ERPK_T_OPAQUE, text, strlen(text));
			}
	}
}

/* Reads a JSON value as the type; NULL types take the JSON value's own.  False: it is no such value. */
bool
erp_value_from_json(const JsonbValue *json, uint8 type, erpk_value *value)
{
	memset(value, 0, sizeof(*value));
	if (json == NULL || json->type == jbvNull)
	{
		value->state = ERPK_S_NULL;
		value->type = type;
		return true;
	}
	switch (json->type)
	{
		case jbvNumeric:
			if (type == ERPK_T_TEXT)
			{
				char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(json->val.numeric)));

				set_bytes(value, ERPK_T_TEXT, text, strlen(text));
				return true;
			}
			if (type != ERPK_T_NUMBER && type != ERPK_T_NULL)
				return false;
			erp_value_from_numeric(NumericGetDatum(json->val.numeric), value);
			return true;
		case jbvBool:
			if (type != ERPK_T_BOOL && type != ERPK_T_NULL)
				return false;
			set_integer(value, ERPK_T_BOOL, json->val.boolean);
			return true;
		case jbvString:
			if (type == ERPK_T_TEXT || type == ERPK_T_NULL || type == ERPK_T_OPAQUE)
			{
				set_bytes(value, type == ERPK_T_OPAQUE ? ERPK_T_OPAQUE : ERPK_T_TEXT,
						  json->val.string.val, json->val.string.len);
				return true;
			}
			switch (erpk_parse(type, (const uint8 *) json->val.string.val, json->val.string.len, value))
			{
				case ERPK_OK:
					return true;
				case ERPK_ARITHMETIC:
					set_error(value, ERPK_E_OVERFLOW);
					return true;
				default:
					return false;
			}
		default:
			/* an object or a list, whose values take their types where they are used */
			if (type != ERPK_T_JSON && type != ERPK_T_NULL)
				return false;
			value->state = ERPK_S_VALUE;
			value->type = ERPK_T_JSON;
			return true;
	}
}
