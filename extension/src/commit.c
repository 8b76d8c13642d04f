/*
 * Judging when the transaction commits: each row once, by what all its writes
 * come to.
 *
 * The events of a row fire in the order of its writes.  The first has the row
 * as it was when the transaction began, or when it was last judged by SET
 * CONSTRAINTS; what became of it is found along its versions.  An event whose
 * version was replaced in turn leaves a note, by which the event that replaced
 * it knows that the row is judged.
 */
#include "gate.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

typedef struct VersionKey
{
	Oid			relation;
	BlockNumber block;
	OffsetNumber offset;
	uint16		padding;
} VersionKey;

typedef struct Version
{
	VersionKey	key;
	SubTransactionId noted_in;
} Version;

/* Versions whose replacing event is still to fire; NULL outside of a transaction that has some. */
static HTAB *replaced = NULL;

static void
forget_transaction(void *arg)
{
	replaced = NULL;
}

/* A write that is undone takes its notes along: another row may come to lie where its version was. */
static void
end_subtransaction(SubXactEvent event, SubTransactionId own, SubTransactionId parent, void *arg)
{
	HASH_SEQ_STATUS all;
	Version    *version;

	if (event != SUBXACT_EVENT_ABORT_SUB)
		return;
	erp_forget_found();
	if (replaced == NULL)
		return;
	hash_seq_init(&all, replaced);
	/* those begun inside have larger numbers */
	while ((version = hash_seq_search(&all)) != NULL)
		if (version->noted_in >= own)
			hash_search(replaced, &version->key, HASH_REMOVE, NULL);
}

/* Hears of subtransactions that are undone. */
void
erp_commit_init(void)
{
	RegisterSubXactCallback(end_subtransaction, NULL);
}

static VersionKey
key_of(const Write *write, const TupleTableSlot *slot)
{
	return (VersionKey) {
		.relation = RelationGetRelid(write->relation),
		.block = ItemPointerGetBlockNumber(&slot->tts_tid),
		.offset = ItemPointerGetOffsetNumber(&slot->tts_tid)
	};
}

/* Notes that another event replaced this version. */
static void
note_replaced(const Write *write, const TupleTableSlot *slot)
{
	VersionKey	key = key_of(write, slot);
	Version    *version;

	if (replaced == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(VersionKey), .entrysize = sizeof(Version), .hcxt = TopTransactionContext};
		MemoryContextCallback *end = MemoryContextAlloc(TopTransactionContext, sizeof(MemoryContextCallback));

		replaced = hash_create("headless_erp replaced versions", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		end->func = forget_transaction;
		MemoryContextRegisterResetCallback(TopTransactionContext, end);
	}
	version = hash_search(replaced, &key, HASH_ENTER, NULL);
	version->noted_in = GetCurrentSubTransactionId();
}

/* Tells whether an earlier event stands for this version, and takes its note. */
static bool
was_replaced(const Write *write, const TupleTableSlot *slot)
{
	VersionKey	key = key_of(write, slot);
	bool		found = false;

	if (replaced)
		hash_search(replaced, &key, HASH_REMOVE, &found);
	return found;
}

/* Finds what became of a row that this transaction wrote and then changed; NULL when it is gone. */
static TupleTableSlot *
last_version(Relation relation, const TupleTableSlot *row)
{
	ItemPointerData tid = row->tts_tid;
	TableScanDesc scan = table_beginscan_tid(relation, SnapshotSelf);
	TupleTableSlot *slot = table_slot_create(relation, NULL);

	table_tuple_get_latest_tid(scan, &tid);
	table_endscan(scan);
	if (table_tuple_fetch_row_version(relation, &tid, SnapshotSelf, slot))
		return slot;
	ExecDropSingleTupleTableSlot(slot);
	return NULL;
}

/* Makes an event the net effect on its row; false when it has none, or an earlier event stands for it. */
static bool
net_effect(Write *write, TupleTableSlot **last)
{
	bool		is_first = write->old_row == NULL || !was_replaced(write, write->old_row);

	if (write->new_row == NULL || table_tuple_satisfies_snapshot(write->relation, write->new_row, SnapshotSelf))
		return is_first;
	note_replaced(write, write->new_row);
	if (!is_first)
		return false;
	*last = last_version(write->relation, write->new_row);
	write->new_row = *last;
	if (*last == NULL)
		write->operation = "DELETE";
	return *last != NULL || write->old_row != NULL;
}

ERP_FUNCTION(erp_rule_gate_commit);

/* Judges a written row by the rules of timing commit. */
Datum
erp_rule_gate_commit(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Write		write = {.remember = true};
	TupleTableSlot *last = NULL;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("erp.rule_gate_commit() judges AFTER each row")));
	erp_write_of(trigger, &write);
	if (net_effect(&write, &last))
	{
		write.set = erp_rules_for(trigger->tg_relation, write.operation, ERP_TIMING_COMMIT, 0);
		if (write.set->rule_count > 0)
		{
			erp_lock_row(&write);
			erp_judge(&write);
		}
	}
	if (last)
		ExecDropSingleTupleTableSlot(last);
	return PointerGetDatum(NULL);
}
