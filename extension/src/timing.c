/*
 * Judging when the statement is done.
 *
 * After the statement the rows come from its transition tables.  For an UPDATE
 * PostgreSQL adds the row before and the row after in one step, so both tables
 * are in one order; only a row that moves to another partition is added in two
 * steps, between which a trigger may drop it.  Then the counts differ and the
 * statement is refused.  Look-ups are remembered while the statement is judged.
 */
#include "gate.h"

#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

#define MEMO_BYTES 48

typedef struct MemoKey
{
	uint32		slot;
	uint32		length;
	char		bytes[MEMO_BYTES];
} MemoKey;

typedef struct MemoEntry
{
	MemoKey		key;
	erpk_value	value;
} MemoEntry;

/* Writes the bytes of a key, which are the same only for the same value; false when it is too long to remember. */
static bool
memo_key(Oid type, uint32 slot, Datum datum, MemoKey *key)
{
	int16		length;
	bool		by_value;
	const char *bytes = DatumGetPointer(datum);
	Size		size;

	memset(key, 0, sizeof(*key));
	key->slot = slot;
	get_typlenbyval(type, &length, &by_value);
	if (by_value)
	{
		memcpy(key->bytes, &datum, sizeof(datum));
		return true;
	}
	if (length == -1)
	{
		bytes = (const char *) PG_DETOAST_DATUM_PACKED(datum);
		size = VARSIZE_ANY_EXHDR(bytes);
		bytes = VARDATA_ANY(bytes);
	}
	else
		size = datumGetSize(datum, by_value, length);
	if (size > MEMO_BYTES)
		return false;
	key->length = (uint32) size;
	memcpy(key->bytes, bytes, size);
	return true;
}

/* Reads a path's value by the key, once per key. */
void
erp_memo_fetch(ErpMemo *memo, ErpProgram *program, uint32 slot, Datum key, bool key_is_null, erpk_value *value)
{
	MemoKey		at;
	MemoEntry  *entry;
	MemoryContext caller;

	if (key_is_null || !memo_key(program->names[program->slots[slot].key].column_type, slot, key, &at))
	{
		erp_fact_fetch(program, slot, key, key_is_null, true, value);
		return;
	}
	if (memo->values == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(MemoKey), .entrysize = sizeof(MemoEntry), .hcxt = memo->memory};

		memo->values = hash_create("headless_erp look-ups", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(memo->values, &at, HASH_FIND, NULL);
	if (entry == NULL)
	{
		caller = MemoryContextSwitchTo(memo->memory);
		erp_fact_fetch(program, slot, key, false, true, value);
		MemoryContextSwitchTo(caller);
		entry = hash_search(memo->values, &at, HASH_ENTER, NULL);
		entry->value = *value;
	}
	*value = entry->value;
}

/* A transition table read from its beginning; absent for one that the operation does not have. */
typedef struct Rows
{
	Tuplestorestate *store;
	int			pointer;
	TupleTableSlot *slot;
} Rows;

static void
open_rows(Rows *rows, Tuplestorestate *store, Relation relation)
{
	rows->store = store;
	if (store == NULL)
		return;
	rows->pointer = tuplestore_alloc_read_pointer(store, EXEC_FLAG_REWIND);
	rows->slot = MakeSingleTupleTableSlot(RelationGetDescr(relation), &TTSOpsMinimalTuple);
}

static void
rewind_rows(Rows *rows)
{
	if (rows->store == NULL)
		return;
	tuplestore_select_read_pointer(rows->store, rows->pointer);
	tuplestore_rescan(rows->store);
}

static bool
next_row(Rows *rows)
{
	if (rows->store == NULL)
		return false;
	tuplestore_select_read_pointer(rows->store, rows->pointer);
	return tuplestore_gettupleslot(rows->store, true, false, rows->slot);
}

/* Moves to the next written row; false at the end. */
static bool
next_write(Write *write, Rows *before, Rows *after)
{
	bool		has_before = next_row(before);
	bool		has_after = next_row(after);

	if (before->store && after->store && has_before != has_after)
	{
		StringInfoData quoted;

		initStringInfo(&quoted);
		escape_json(&quoted, RelationGetRelationName(write->relation));
		ereport(ERROR,
				(errcode(MAKE_SQLSTATE('R', 'P', '1', '1', '2')),
				 errmsg("rows before and after the statement cannot be paired"),
				 errdetail_internal("{\"table\": %s}", quoted.data),
				 errhint("a trigger dropped a row that moved to another partition; move such rows by DELETE and INSERT")));
	}
	write->old_row = has_before ? before->slot : NULL;
	write->new_row = has_after ? after->slot : NULL;
	return has_before || has_after;
}

/* Judges all rows of a statement: all locks first, in the order of their keys, then row by row. */
static void
judge_statement(Write *write, Rows *before, Rows *after)
{
	ErpMemo		memo = {.memory = CurrentMemoryContext};
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "headless_erp row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext outside = CurrentMemoryContext;
	List	   *locks = NIL;

	if (write->set->lock_count > 0)
	{
		rewind_rows(before);
		rewind_rows(after);
		while (next_write(write, before, after))
			erp_lock_collect(write, &locks);
		erp_lock_all(locks);
	}
	rewind_rows(before);
	rewind_rows(after);
	write->memo = &memo;
	while (next_write(write, before, after))
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(row);
		erp_judge(write);
		MemoryContextSwitchTo(outside);
		MemoryContextReset(row);
	}
	MemoryContextDelete(row);
}

ERP_FUNCTION(erp_rule_gate_statement);

/* Judges the rows of a statement by the rules of timing statement. */
Datum
erp_rule_gate_statement(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Write		write = {0};
	Rows		before = {0};
	Rows		after = {0};

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event) || TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("erp.rule_gate_statement() judges AFTER each statement")));
	write.relation = trigger->tg_relation;
	write.operation = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? "INSERT" :
		TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "UPDATE" : "DELETE";
	if ((trigger->tg_oldtable == NULL && strcmp(write.operation, "INSERT") != 0) ||
		(trigger->tg_newtable == NULL && strcmp(write.operation, "DELETE") != 0))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("erp.rule_gate_statement() needs transition tables")));
	write.set = erp_rules_for(trigger->tg_relation, write.operation, ERP_TIMING_STATEMENT, 0);
	if (write.set->rule_count == 0)
		return PointerGetDatum(NULL);
	open_rows(&before, trigger->tg_oldtable, trigger->tg_relation);
	open_rows(&after, trigger->tg_newtable, trigger->tg_relation);
	judge_statement(&write, &before, &after);
	if (before.slot)
		ExecDropSingleTupleTableSlot(before.slot);
	if (after.slot)
		ExecDropSingleTupleTableSlot(after.slot);
	return PointerGetDatum(NULL);
}
