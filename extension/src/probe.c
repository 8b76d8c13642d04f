/*
 * Which index answers a quantifier's equalities, and with which keys.
 *
 * A probe only spares reading rows: `where` is still judged on every row that
 * it finds.  So an index is used when every row it leaves out is one that
 * `where` drops: a btree of core operator classes over plain columns, valid,
 * not partial, of deterministic collations.
 */
#include "erp.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/skey.h"
#include "access/stratnum.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/pg_locale.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "relations.h"

/*
 * Tells whether keys of the column's base type can be made of the kernel's
 * values.  numeric is not probed: it holds NaN and numbers of more than 38
 * digits, errors that every row has to show.
 */
static bool
is_probed_type(Oid type)
{
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case TEXTOID:
		case VARCHAROID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case UUIDOID:
			return true;
		default:
			return false;
	}
}

/* Returns the pair whose inner slot is the column, or NULL. */
static const erpk_probe *
pair_of(const ErpProgram *program, const ErpQuantifier *quantifier, AttrNumber attnum)
{
	const erpk_probe *table = (const erpk_probe *) (program->bytes + program->header->probes) + quantifier->code->probe;

	for (uint32 i = 0; i < quantifier->code->probe_count; i++)
	{
		const ErpName *name = &program->names[program->slots[table[i].inner].key];

		if (name->attnum == attnum && name->sql == NULL && is_probed_type(name->value_type))
			return &table[i];
	}
	return NULL;
}

/* Tells whether the index may be scanned at all: nothing in it is anybody else's code, and it holds every row. */
static bool
is_usable(Relation index)
{
	Form_pg_index form = index->rd_index;

	if (index->rd_rel->relkind != RELKIND_INDEX || index->rd_rel->relam != BTREE_AM_OID)
		return false;
	if (!form->indisvalid || !form->indisready || !form->indislive)
		return false;
	if (!heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL) ||
		!heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, NULL))
		return false;
	if (form->indcheckxmin &&
		!TransactionIdPrecedes(HeapTupleHeaderGetXmin(index->rd_indextuple->t_data), TransactionXmin))
		return false;
	for (int i = 0; i < form->indnkeyatts; i++)
		if (index->rd_opfamily[i] >= FirstNormalObjectId || index->rd_opcintype[i] >= FirstNormalObjectId)
			return false;
	return true;
}

static bool
is_deterministic(Oid collation)
{
	return !OidIsValid(collation) || get_collation_isdeterministic(collation);
}

/* Returns how many leading columns of the index are covered by pairs. */
static int
covered(const ErpProgram *program, const ErpQuantifier *quantifier, Relation index)
{
	int			count = 0;

	while (count < index->rd_index->indnkeyatts && is_deterministic(index->rd_indcollation[count]) &&
		   pair_of(program, quantifier, index->rd_index->indkey.values[count]) != NULL)
		count++;
	return count;
}

/* Tells whether that many keys find one row at most: a deferrable constraint lets two stand until it is checked. */
static bool
finds_one(Relation index, int count)
{
	return index->rd_index->indisunique && index->rd_index->indimmediate && count == index->rd_index->indnkeyatts;
}

/* Keeps the scan keys of the chosen index, without their values. */
static void
keep_keys(ErpProgram *program, ErpQuantifier *quantifier, Relation index, int count)
{
	MemoryContext old = MemoryContextSwitchTo(program->memory);

	quantifier->index = RelationGetRelid(index);
	quantifier->key_count = count;
	quantifier->unique = finds_one(index, count);
	quantifier->keys = palloc0(count * sizeof(ScanKeyData));
	quantifier->probes = palloc0(count * sizeof(ErpProbeKey));
	for (int i = 0; i < count; i++)
	{
		const erpk_probe *pair = pair_of(program, quantifier, index->rd_index->indkey.values[i]);
		Oid			type = index->rd_opcintype[i];
		Oid			operator = get_opfamily_member(index->rd_opfamily[i], type, type, BTEqualStrategyNumber);

		if (!OidIsValid(operator))
			elog(ERROR, "index %u has no equality", quantifier->index);
		ScanKeyEntryInitialize(&quantifier->keys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
							   index->rd_indcollation[i], get_opcode(operator), (Datum) 0);
		quantifier->probes[i].outer = pair->outer;
		quantifier->probes[i].type = program->names[program->slots[pair->inner].key].value_type;
		quantifier->probes[i].attnum = index->rd_index->indkey.values[i];
	}
	MemoryContextSwitchTo(old);
}

/* Chooses an index: one that finds a single row, else the one with the most keys. */
void
erp_probe_prepare(ErpProgram *program, ErpQuantifier *quantifier, Relation relation)
{
	List	   *indexes = quantifier->code->probe_count > 0 ? RelationGetIndexList(relation) : NIL;
	Oid			best = InvalidOid;
	int			rank = 0;
	int			keys = 0;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		int			count = is_usable(index) ? covered(program, quantifier, index) : 0;
		int			own = count;

		if (count > 0 && finds_one(index, count))
			own += INDEX_MAX_KEYS;
		if (own > rank)
		{
			rank = own;
			keys = count;
			best = RelationGetRelid(index);
		}
		index_close(index, NoLock);
	}
	list_free(indexes);
	if (OidIsValid(best))
	{
		Relation	index = index_open(best, AccessShareLock);

		keep_keys(program, quantifier, index, keys);
		index_close(index, NoLock);
	}
}

/* Keeps the equalities a plan may use. */
void
erp_probe_columns(ErpProgram *program, ErpQuantifier *quantifier, Relation relation)
{
	TupleDesc	desc = RelationGetDescr(relation);
	const erpk_probe *pair;

	if (quantifier->code->probe_count == 0)
		return;
	quantifier->probes = MemoryContextAllocZero(program->memory, INDEX_MAX_KEYS * sizeof(ErpProbeKey));
	for (int i = 0; i < desc->natts && quantifier->key_count < INDEX_MAX_KEYS; i++)
	{
		if (!is_deterministic(TupleDescAttr(desc, i)->attcollation) ||
			(pair = pair_of(program, quantifier, i + 1)) == NULL)
			continue;
		quantifier->probes[quantifier->key_count++] = (ErpProbeKey) {
			.outer = pair->outer,
			.type = program->names[program->slots[pair->inner].key].value_type,
			.attnum = i + 1
		};
	}
}

/* Returns a number as an integer; false when it is none of 64 bits. */
static bool
integer_of(const erpk_value *value, int64 *number)
{
	__int128	wide = ((__int128) value->high << 64) | value->low;

	for (int i = 0; i < value->scale; i++)
	{
		if (wide % 10 != 0)
			return false;
		wide /= 10;
	}
	*number = (int64) wide;
	return (__int128) *number == wide;
}

/* Makes a datum of the column's base type; false when that type cannot hold the value. */
static bool
key_datum(const erpk_value *value, Oid type, Datum *key)
{
	int64		number = 0;

	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			if (!integer_of(value, &number) ||
				(type == INT4OID && number != (int32) number) || (type == INT2OID && number != (int16) number))
				return false;
			*key = type == INT8OID ? Int64GetDatum(number) :
				type == INT4OID ? Int32GetDatum((int32) number) : Int16GetDatum((int16) number);
			return true;
		case TEXTOID:
		case VARCHAROID:
			*key = PointerGetDatum(cstring_to_text_with_len((const char *) value->bytes, value->length));
			return true;
		case BOOLOID:
			*key = BoolGetDatum(value->low != 0);
			return true;
		case DATEOID:
			*key = DateADTGetDatum((DateADT) value->low);
			return true;
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			*key = TimestampTzGetDatum((TimestampTz) value->low);
			return true;
		default:
			*key = erp_uuid_datum(value);
			return true;
	}
}

/*
 * Fills the values of the keys.  ERP_PROBE_NONE: no row can have them;
 * ERP_PROBE_SCAN: they are in error, which every row has to show.
 */
ErpProbe
erp_probe_keys(const ErpQuantifier *quantifier, const erpk_value *registers, Datum *values)
{
	for (int i = 0; i < quantifier->key_count; i++)
	{
		const erpk_value *value = &registers[quantifier->probes[i].outer];

		if (value->state == ERPK_S_NULL)
			return ERP_PROBE_NONE;
		if (value->state != ERPK_S_VALUE)
			return ERP_PROBE_SCAN;
	}
	for (int i = 0; i < quantifier->key_count; i++)
		if (!key_datum(&registers[quantifier->probes[i].outer], quantifier->probes[i].type, &values[i]))
			return ERP_PROBE_NONE;
	return ERP_PROBE_KEYS;
}
