/*
 * Locks that rules take before they judge.
 *
 * A rule that reads other rows can be passed by two sessions of which neither
 * sees what the other writes.  So whoever writes a row it judges, and whoever
 * writes a row it reads, takes the same advisory lock first, by the value that
 * connects the two rows (agent.constraint_reads), and what the rule reads is
 * read after that under a fresh snapshot.
 *
 * The key is hashed from its text, so that 1 and 1.0 meet, as
 * erp.rule_lock_slot() does; the buckets are few, so that a bulk write never
 * fills the lock table.
 */
#include "gate.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/datetime.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#define LOCK_BUCKETS 1024

typedef struct LockKey
{
	uint32		rule;
	uint32		slot;
	bool		exclusive;
} LockKey;

static SPIPlanPtr locks_plan = NULL;

static const char *const locks_query =
	"SELECT constraint_id, ordinal, lock OPERATOR(pg_catalog.=) 'exclusive', outer_columns"
	" FROM agent.constraint_reads"
	" WHERE constraint_id OPERATOR(pg_catalog.=) ANY ($1) AND lock IS NOT NULL"
	" ORDER BY constraint_id, ordinal";

/* Reads one row of the query; columns are found by name, as those of a partition have other numbers. */
static void
read_lock(HeapTuple row, TupleDesc desc, Relation relation, ErpLock *lock)
{
	bool		isnull;
	Datum	   *names;
	ArrayType  *list;

	lock->constraint_id = DatumGetInt64(SPI_getbinval(row, desc, 1, &isnull));
	lock->ordinal = DatumGetInt32(SPI_getbinval(row, desc, 2, &isnull));
	lock->exclusive = DatumGetBool(SPI_getbinval(row, desc, 3, &isnull));
	list = DatumGetArrayTypeP(SPI_getbinval(row, desc, 4, &isnull));
	deconstruct_array(list, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &names, NULL, &lock->column_count);
	lock->columns = palloc(Max(lock->column_count, 1) * sizeof(AttrNumber));
	for (int i = 0; i < lock->column_count; i++)
		lock->columns[i] = get_attnum(RelationGetRelid(relation), NameStr(*DatumGetName(names[i])));
}

/* Reads which locks the enforced rules of a set take. */
void
erp_locks_read(ErpRuleSet *set, Relation relation)
{
	Datum	   *ids = palloc(Max(set->rule_count, 1) * sizeof(Datum));
	int			count = 0;
	Oid			type = INT8ARRAYOID;
	Datum		list;
	ErpFrame	frame;

	for (int i = 0; i < set->rule_count; i++)
		if (!set->rules[i].shadow)
			ids[count++] = Int64GetDatum(set->rules[i].constraint_id);
	if (count == 0)
		return;
	list = PointerGetDatum(construct_array(ids, count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	erp_spi_begin(&frame, true, false);
	if (locks_plan == NULL)
		locks_plan = erp_spi_prepare(locks_query, 1, &type);
	if (SPI_execute_plan(locks_plan, &list, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "the locks of rules could not be read");
	if (SPI_processed > 0)
	{
		MemoryContext inside = MemoryContextSwitchTo(set->memory);

		set->locks = palloc0(SPI_processed * sizeof(ErpLock));
		set->lock_count = (int) SPI_processed;
		for (int i = 0; i < set->lock_count; i++)
			read_lock(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, relation, &set->locks[i]);
		MemoryContextSwitchTo(inside);
	}
	erp_spi_end(&frame);
}

/* Appends a key's text as erp.rule_lock_slot() sees it; only these types are ever locked by value. */
static void
append_key(StringInfo text, Datum datum, Oid type)
{
	char		day[MAXDATELEN + 1];
	Oid			output;
	bool		varlena;

	if (type == DATEOID)
	{
		JsonEncodeDateTime(day, datum, DATEOID, NULL);
		appendStringInfoString(text, day);
		return;
	}
	if (type == BOOLOID)
	{
		appendStringInfoString(text, DatumGetBool(datum) ? "true" : "false");
		return;
	}
	if (type == NUMERICOID)
		datum = DirectFunctionCall1(numeric_trim_scale, datum);
	getTypeOutputInfo(type, &output, &varlena);
	appendStringInfoString(text, OidOutputFunctionCall(output, datum));
}

/* Computes the key of a lock for the row at hand; false when a column is null, as then it connects no rows. */
static bool
key_of(const Write *write, const ErpLock *lock, LockKey *key)
{
	TupleTableSlot *row = write->new_row ? write->new_row : write->old_row;
	TupleDesc	desc = RelationGetDescr(write->relation);
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < lock->column_count; i++)
	{
		bool		isnull;
		Datum		datum;

		/* a column that went made its rule broken, which refuses by itself */
		if (lock->columns[i] == InvalidAttrNumber)
			continue;
		datum = slot_getattr(row, lock->columns[i], &isnull);
		if (isnull)
			return false;
		if (i > 0)
			appendStringInfoChar(&text, '\x1f');
		append_key(&text, datum, getBaseType(TupleDescAttr(desc, lock->columns[i] - 1)->atttypid));
	}
	key->rule = DatumGetUInt32(DirectFunctionCall1(hashint8, Int64GetDatum(lock->constraint_id)));
	key->slot = (uint32) lock->ordinal * LOCK_BUCKETS;
	if (lock->column_count > 0)
		key->slot += DatumGetUInt32(hash_any((const unsigned char *) text.data, text.len)) % LOCK_BUCKETS;
	key->exclusive = lock->exclusive;
	pfree(text.data);
	return true;
}

/* Takes the lock that pg_advisory_xact_lock(int, int) takes; after a new one what was found has to be read anew. */
static void
take(const LockKey *key)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, key->rule, key->slot, 2);
	if (LockAcquire(&tag, key->exclusive ? ExclusiveLock : ShareLock, false, false) == LOCKACQUIRE_OK)
		erp_forget_found();
}

/* Takes the locks of all rules of the set for one row. */
void
erp_lock_row(const Write *write)
{
	LockKey		key;

	for (int i = 0; i < write->set->lock_count; i++)
		if (key_of(write, &write->set->locks[i], &key))
			take(&key);
}

/* Adds the locks for one row to the list. */
void
erp_lock_collect(const Write *write, List **keys)
{
	LockKey		key;

	for (int i = 0; i < write->set->lock_count; i++)
		if (key_of(write, &write->set->locks[i], &key))
		{
			LockKey    *copy = palloc(sizeof(LockKey));

			*copy = key;
			*keys = lappend(*keys, copy);
		}
}

static int
compare_keys(const ListCell *left, const ListCell *right)
{
	const LockKey *a = lfirst(left);
	const LockKey *b = lfirst(right);

	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	return 0;
}

/* Takes collected locks in the order of their keys, the same for every session. */
void
erp_lock_all(List *keys)
{
	const LockKey *last = NULL;
	ListCell   *cell;

	list_sort(keys, compare_keys);
	foreach(cell, keys)
	{
		const LockKey *key = lfirst(cell);

		if (last == NULL || compare_keys(cell, &keys->elements[foreach_current_index(cell) - 1]) != 0)
			take(key);
		last = key;
	}
}
