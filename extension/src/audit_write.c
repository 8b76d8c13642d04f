/*
 * Writing leaves: one per changed row, one per posted journal with its legs.
 *
 * The rows go into the ledger's tables and indexes directly: no privilege of
 * the writer and no trigger of these tables is asked, and no SQL is run.  What
 * a leaf refers to is read under a fresh snapshot, as the row's lock makes the
 * leaf before it final whatever the isolation level.
 *
 * The trigger on rows comes first among the AFTER triggers, so that what later
 * ones change gets its leaf later.  A row that was changed again before its turn
 * came has its leaf from that change and gets no second one.
 */
#include "audit.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/xid8.h"

#define SALT_LENGTH 16

/* Columns of erp.audit_ledger in order. */
enum
{
	LEDGER_LEAF, LEDGER_SYSTEM, LEDGER_XID, LEDGER_LAYOUT, LEDGER_PREVIOUS, LEDGER_AGENT, LEDGER_RULES, LEDGER_CLAIMED,
	LEDGER_KIND, LEDGER_OPERATION, LEDGER_TABLE, LEDGER_KEY, LEDGER_SESSION, LEDGER_CURRENT, LEDGER_OUTCOME,
	LEDGER_PAYLOAD, LEDGER_HASH, LEDGER_COLUMNS
};

/* Columns of erp.audit_payloads. */
enum
{
	PAYLOAD_LEAF, PAYLOAD_SALT, PAYLOAD_BYTES, PAYLOAD_COLUMNS
};

static Oid
relation_oid(const char *schema, const char *name)
{
	Oid			relid = get_relname_relid(name, get_namespace_oid(schema, false));

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("%s.%s does not exist", schema, name)));
	return relid;
}

/* Reads a bigint of the first tuple of a scan in descending order; false when there is none. */
static bool
last_of(Relation relation, Oid index_oid, int nkeys, ScanKey keys, const char *column, Snapshot snapshot, int64 *value)
{
	Relation	index = index_open(index_oid, AccessShareLock);
	SysScanDesc scan = systable_beginscan_ordered(relation, index, snapshot, nkeys, keys);
	HeapTuple	tuple = systable_getnext_ordered(scan, BackwardScanDirection);
	bool		isnull = true;

	if (HeapTupleIsValid(tuple))
		*value = DatumGetInt64(heap_getattr(tuple, get_attnum(RelationGetRelid(relation), column),
											RelationGetDescr(relation), &isnull));
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	return !isnull;
}

/* Finds the last leaf of a record. */
static bool
find_previous(Relation ledger, const char *table, const char *key, Snapshot snapshot, int64 *leaf_id)
{
	ScanKeyData keys[2];

	if (table == NULL || key == NULL)
		return false;
	ScanKeyEntryInitialize(&keys[0], 0, LEDGER_TABLE + 1, BTEqualStrategyNumber, TEXTOID, C_COLLATION_OID, F_TEXTEQ,
						   CStringGetTextDatum(table));
	ScanKeyEntryInitialize(&keys[1], 0, LEDGER_KEY + 1, BTEqualStrategyNumber, TEXTOID, C_COLLATION_OID, F_TEXTEQ,
						   CStringGetTextDatum(key));
	return last_of(ledger, relation_oid("erp", "audit_ledger_record"), 2, keys, "leaf_id", snapshot, leaf_id);
}

/* Finds the agent that the session user is. */
static bool
find_agent(Snapshot snapshot, int64 *agent_id)
{
	Relation	agents = table_open(relation_oid("agent", "agents"), AccessShareLock);
	NameData	name;
	ScanKeyData key;
	bool		found;

	namestrcpy(&name, GetUserNameFromId(GetSessionUserId(), false));
	ScanKeyEntryInitialize(&key, 0, get_attnum(RelationGetRelid(agents), "database_role"), BTEqualStrategyNumber, NAMEOID,
						   C_COLLATION_OID, F_NAMEEQ, NameGetDatum(&name));
	found = last_of(agents, relation_oid("agent", "agents_database_role_key"), 1, &key, "agent_id", snapshot, agent_id);
	table_close(agents, AccessShareLock);
	return found;
}

/* Returns the number of the newest version of a rule, or 0. */
static int64
newest_rule(Snapshot snapshot)
{
	Relation	versions = table_open(relation_oid("agent", "constraint_versions"), AccessShareLock);
	int64		number = 0;

	(void) last_of(versions, relation_oid("agent", "constraint_versions_version_id_key"), 0, NULL, "version_id", snapshot,
				   &number);
	table_close(versions, AccessShareLock);
	return number;
}

/* Reads which ledger this is. */
static pg_uuid_t
read_ledger(Snapshot snapshot)
{
	Relation	relation = table_open(relation_oid("erp", "audit_identity"), AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, snapshot, 0, NULL);
	HeapTuple	tuple = systable_getnext(scan);
	pg_uuid_t	ledger;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "erp.audit_identity is empty");
	ledger = *DatumGetUUIDP(heap_getattr(tuple, get_attnum(RelationGetRelid(relation), "ledger"),
										 RelationGetDescr(relation), &isnull));
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return ledger;
}

static Datum
bytes_datum(const void *bytes, Size length)
{
	bytea	   *datum = palloc(VARHDRSZ + length);

	SET_VARSIZE(datum, VARHDRSZ + length);
	memcpy(VARDATA(datum), bytes, length);
	return PointerGetDatum(datum);
}

static void
set_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	if (text)
		values[column] = CStringGetTextDatum(text);
}

static void
insert(Relation relation, Datum *values, bool *nulls)
{
	HeapTuple	tuple = heap_form_tuple(RelationGetDescr(relation), values, nulls);

	CatalogTupleInsert(relation, tuple);
	heap_freetuple(tuple);
}

static void
insert_payload(int64 leaf_id, const uint8 *salt, StringInfo payload)
{
	Relation	payloads = table_open(relation_oid("erp", "audit_payloads"), RowExclusiveLock);
	Datum		values[PAYLOAD_COLUMNS];
	bool		nulls[PAYLOAD_COLUMNS] = {0};

	if (RelationGetNumberOfAttributes(payloads) != PAYLOAD_COLUMNS)
		elog(ERROR, "erp.audit_payloads has other columns than this library knows");
	values[PAYLOAD_LEAF] = Int64GetDatum(leaf_id);
	values[PAYLOAD_SALT] = bytes_datum(salt, SALT_LENGTH);
	values[PAYLOAD_BYTES] = bytes_datum(payload->data, payload->len);
	insert(payloads, values, nulls);
	table_close(payloads, RowExclusiveLock);
}

static void
insert_leaf(Relation ledger, const ErpLeaf *leaf, const ErpLayout *layout, const uint8 *hash)
{
	Datum		values[LEDGER_COLUMNS];
	bool		nulls[LEDGER_COLUMNS] = {0};

	if (RelationGetNumberOfAttributes(ledger) != LEDGER_COLUMNS)
		elog(ERROR, "erp.audit_ledger has other columns than this library knows");
	values[LEDGER_LEAF] = Int64GetDatum(leaf->leaf_id);
	values[LEDGER_SYSTEM] = Int64GetDatum(leaf->system);
	values[LEDGER_XID] = FullTransactionIdGetDatum(FullTransactionIdFromU64(leaf->xid));
	nulls[LEDGER_LAYOUT] = layout == NULL;
	values[LEDGER_LAYOUT] = Int64GetDatum(layout ? layout->layout_id : 0);
	nulls[LEDGER_PREVIOUS] = leaf->previous == NULL;
	values[LEDGER_PREVIOUS] = Int64GetDatum(leaf->previous ? *leaf->previous : 0);
	nulls[LEDGER_AGENT] = leaf->agent == NULL;
	values[LEDGER_AGENT] = Int64GetDatum(leaf->agent ? *leaf->agent : 0);
	values[LEDGER_RULES] = Int64GetDatum(leaf->rules);
	values[LEDGER_CLAIMED] = TimestampTzGetDatum(leaf->claimed_at);
	set_text(values, nulls, LEDGER_KIND, leaf->kind);
	set_text(values, nulls, LEDGER_OPERATION, leaf->operation);
	set_text(values, nulls, LEDGER_TABLE, leaf->table);
	set_text(values, nulls, LEDGER_KEY, leaf->key);
	set_text(values, nulls, LEDGER_SESSION, leaf->session_name);
	set_text(values, nulls, LEDGER_CURRENT, leaf->current_name);
	set_text(values, nulls, LEDGER_OUTCOME, leaf->outcome);
	nulls[LEDGER_PAYLOAD] = leaf->payload == NULL;
	values[LEDGER_PAYLOAD] = leaf->payload ? bytes_datum(leaf->payload, ERP_AUDIT_HASH) : (Datum) 0;
	values[LEDGER_HASH] = bytes_datum(hash, ERP_AUDIT_HASH);
	insert(ledger, values, nulls);
}

/* Says who acts: session user, effective role, agent. */
static void
set_actor(ErpLeaf *leaf, Snapshot snapshot, int64 *agent)
{
	Oid			role = GetCurrentRoleId();

	leaf->session_name = GetUserNameFromId(GetSessionUserId(), false);
	leaf->current_name = OidIsValid(role) ? GetUserNameFromId(role, false) : leaf->session_name;
	if (find_agent(snapshot, agent))
		leaf->agent = agent;
}

/* Writes a leaf with its payload and returns its id. */
int64
erp_audit_write_leaf(const char *kind, const char *table, const char *key, const char *operation,
					 const ErpLayout *layout, StringInfo payload, const char *outcome)
{
	/* the transaction's number before the leaf's */
	ErpLeaf		leaf = {
		.xid = U64FromFullTransactionId(GetTopFullTransactionId()),
		.system = (int64) GetSystemIdentifier(),
		.kind = kind,
		.table = table,
		.key = key,
		.operation = operation,
		.layout = layout ? layout->hash : NULL,
		.claimed_at = GetCurrentTimestamp(),
		.outcome = outcome
	};
	Relation	ledger = table_open(relation_oid("erp", "audit_ledger"), RowExclusiveLock);
	Snapshot	snapshot;
	int64		previous;
	int64		agent;
	uint8		salt[SALT_LENGTH];
	uint8		payload_hash[ERP_AUDIT_HASH];
	uint8		hash[ERP_AUDIT_HASH];
	StringInfoData encoded;

	/* what this statement wrote so far counts */
	CommandCounterIncrement();
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	leaf.ledger = read_ledger(snapshot);
	if (find_previous(ledger, table, key, snapshot, &previous))
		leaf.previous = &previous;
	set_actor(&leaf, snapshot, &agent);
	leaf.rules = newest_rule(snapshot);
	UnregisterSnapshot(snapshot);
	leaf.leaf_id = nextval_internal(relation_oid("erp", "audit_ledger_leaf_id_seq"), false);
	if (payload)
	{
		if (!pg_strong_random(salt, SALT_LENGTH))
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not generate a salt")));
		erp_audit_hash(payload_hash, salt, SALT_LENGTH, payload->data, payload->len);
		leaf.payload = payload_hash;
	}
	initStringInfo(&encoded);
	erp_audit_encode_leaf(&encoded, &leaf);
	erp_audit_hash(hash, "\0", 1, encoded.data, encoded.len);
	insert_leaf(ledger, &leaf, layout, hash);
	if (payload)
		insert_payload(leaf.leaf_id, salt, payload);
	table_close(ledger, RowExclusiveLock);
	return leaf.leaf_id;
}

/* Appends the image of a row in a slot. */
static void
slot_image(StringInfo out, TupleTableSlot *slot)
{
	slot_getallattrs(slot);
	erp_audit_image(out, slot->tts_tupleDescriptor, slot->tts_values, slot->tts_isnull);
}

/* Tells whether an UPDATE left every column as it was. */
static bool
unchanged(HeapTuple old_row, HeapTuple new_row)
{
	HeapTupleHeader old_header = old_row->t_data;
	HeapTupleHeader new_header = new_row->t_data;

	return old_row->t_len == new_row->t_len &&
		old_header->t_hoff == new_header->t_hoff &&
		HeapTupleHeaderGetNatts(old_header) == HeapTupleHeaderGetNatts(new_header) &&
		HeapTupleHasNulls(old_row) == HeapTupleHasNulls(new_row) &&
		memcmp(old_header->t_bits, new_header->t_bits, old_row->t_len - offsetof(HeapTupleHeaderData, t_bits)) == 0;
}

/* Finds the newest version of a row that was updated. */
static bool
fetch_newest(Relation relation, TupleTableSlot *row, TupleTableSlot *newest)
{
	TableScanDesc scan = table_beginscan_tid(relation, SnapshotSelf);
	ItemPointerData tid = row->tts_tid;

	table_tuple_get_latest_tid(scan, &tid);
	table_endscan(scan);
	return !ItemPointerEquals(&tid, &row->tts_tid) && table_tuple_fetch_row_version(relation, &tid, SnapshotSelf, newest);
}

/*
 * Tells whether a row was changed again after the event that the trigger is
 * about.  A later update that changed nothing has left no leaf of its own, so
 * it does not count.
 */
static bool
superseded(Relation relation, TupleTableSlot *row)
{
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	bool		stands = table_tuple_fetch_row_version(relation, &row->tts_tid, SnapshotSelf, slot);

	if (!stands && fetch_newest(relation, row, slot))
		stands = unchanged(ExecFetchSlotHeapTuple(row, false, NULL), ExecFetchSlotHeapTuple(slot, true, NULL));
	ExecDropSingleTupleTableSlot(slot);
	return !stands;
}

/* What the trigger's second argument names: the column that holds the code of a refusal. */
static const char *
outcome_of(TriggerData *trigger, TupleTableSlot *row)
{
	bool		isnull;
	Datum		code;

	if (trigger->tg_trigger->tgnargs < 2)
		return "ok";
	code = slot_getattr(row, SPI_fnumber(RelationGetDescr(trigger->tg_relation), trigger->tg_trigger->tgargs[1]), &isnull);
	return isnull ? "ok" : TextDatumGetCString(code);
}

static void
write_row(TriggerData *trigger, TupleTableSlot *row, const char *key, const char *operation)
{
	Trigger    *definition = trigger->tg_trigger;
	ErpLayout  *layout = erp_audit_layout(trigger->tg_relation);
	StringInfoData payload;

	initStringInfo(&payload);
	slot_image(&payload, row);
	(void) erp_audit_write_leaf(definition->tgnargs > 0 ? definition->tgargs[0] : "row", layout->table, key, operation,
								layout, &payload, outcome_of(trigger, row));
}

static TriggerData *
require_trigger(FunctionCallInfo fcinfo, const char *name)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("%s must be called as AFTER ROW trigger", name)));
	return trigger;
}

ERP_FUNCTION(erp_audit_row);

/* erp.audit_row: writes the leaf of a changed row; arguments: kind, column of its outcome. */
Datum
erp_audit_row(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = require_trigger(fcinfo, "erp.audit_row");
	Relation	relation = trigger->tg_relation;
	TupleTableSlot *old_row = trigger->tg_trigslot;
	TupleTableSlot *new_row = trigger->tg_newslot;
	char	   *old_key;
	char	   *key;

	if (TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		write_row(trigger, old_row, erp_audit_key(relation, old_row), "DELETE");
	else if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
	{
		if (!superseded(relation, old_row))
			write_row(trigger, old_row, erp_audit_key(relation, old_row), "INSERT");
	}
	else if (!unchanged(trigger->tg_trigtuple, trigger->tg_newtuple) && !superseded(relation, new_row))
	{
		old_key = erp_audit_key(relation, old_row);
		key = erp_audit_key(relation, new_row);
		/* a new key is another record */
		if (old_key != NULL && strcmp(old_key, key) != 0)
			write_row(trigger, old_row, old_key, "DELETE");
		write_row(trigger, new_row, key, "UPDATE");
	}
	return PointerGetDatum(NULL);
}

/* A leg with its number. */
typedef struct Leg
{
	int64		entry_id;
	HeapTuple	row;
} Leg;

static int
compare_legs(const void *left, const void *right)
{
	int64		a = ((const Leg *) left)->entry_id;
	int64		b = ((const Leg *) right)->entry_id;

	return a < b ? -1 : a > b;
}

/*
 * Reads the legs of a journal in their order.  By its index, not by a kept plan: one made while the table was empty reads
 * all of it later.
 */
static Leg *
read_legs(Relation relation, int64 transaction_id, int *count)
{
	Snapshot	snapshot;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			relid = RelationGetRelid(relation);
	AttrNumber	number = get_attnum(relid, "entry_id");
	int			room = 8;
	Leg		   *legs = palloc(room * sizeof(Leg));

	/* what this transaction wrote so far counts */
	CommandCounterIncrement();
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	*count = 0;
	ScanKeyInit(&key, get_attnum(relid, "transaction_id"), BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(transaction_id));
	scan = systable_beginscan(relation, relation_oid("erp", "journal_entries_transaction"), true, snapshot, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;

		if (*count == room)
			legs = repalloc(legs, (room *= 2) * sizeof(Leg));
		legs[*count].entry_id = DatumGetInt64(heap_getattr(tuple, number, RelationGetDescr(relation), &isnull));
		legs[(*count)++].row = heap_copytuple(tuple);
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	qsort(legs, *count, sizeof(Leg), compare_legs);
	return legs;
}

/* Appends header and legs of a posted journal; returns its last leg. */
static int64
append_journal(StringInfo out, const ErpLayout *header_layout, TupleTableSlot *header, int64 transaction_id)
{
	Relation	relation = table_open(relation_oid("erp", "journal_entries"), AccessShareLock);
	TupleDesc	columns = RelationGetDescr(relation);
	ErpLayout  *layout = erp_audit_layout(relation);
	Datum	   *values = palloc(columns->natts * sizeof(Datum));
	bool	   *nulls = palloc(columns->natts * sizeof(bool));
	int			count;
	Leg		   *legs = read_legs(relation, transaction_id, &count);

	appendBinaryStringInfo(out, "TX1", 3);
	appendBinaryStringInfo(out, (const char *) header_layout->hash, ERP_AUDIT_HASH);
	slot_image(out, header);
	pq_sendint32(out, count);
	for (int i = 0; i < count; i++)
	{
		heap_deform_tuple(legs[i].row, columns, values, nulls);
		appendBinaryStringInfo(out, (const char *) layout->hash, ERP_AUDIT_HASH);
		erp_audit_image(out, columns, values, nulls);
	}
	table_close(relation, AccessShareLock);
	return count > 0 ? legs[count - 1].entry_id : 0;
}

/* The journal whose leaf was written last, and its last leg then. */
static uint64 covered_xid = 0;
static int64 covered_transaction = 0;
static int64 covered_entry = 0;

/* Writes the leaf of a journal from its header's row. */
static void
write_journal(Relation headers, TupleTableSlot *header, int64 transaction_id)
{
	ErpLayout  *layout = erp_audit_layout(headers);
	StringInfoData payload;
	int64		last;

	initStringInfo(&payload);
	last = append_journal(&payload, layout, header, transaction_id);
	(void) erp_audit_write_leaf("transaction", layout->table, psprintf("[\"" INT64_FORMAT "\"]", transaction_id), "INSERT",
								layout, &payload, "ok");
	covered_xid = U64FromFullTransactionId(GetTopFullTransactionId());
	covered_transaction = transaction_id;
	covered_entry = last;
}

static int64
id_of(Relation relation, TupleTableSlot *row, const char *column)
{
	bool		isnull;

	return DatumGetInt64(slot_getattr(row, get_attnum(RelationGetRelid(relation), column), &isnull));
}

/* Writes the leaf of a journal that got a leg after its leaf was written. */
static void
write_journal_again(int64 transaction_id)
{
	Oid			headers_oid = relation_oid("erp", "financial_transactions");
	Relation	headers = table_open(headers_oid, AccessShareLock);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(headers), &TTSOpsHeapTuple);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, get_attnum(headers_oid, "transaction_id"), BTEqualStrategyNumber, F_INT8EQ,
				Int64GetDatum(transaction_id));
	scan = systable_beginscan(headers, relation_oid("erp", "financial_transactions_pkey"), true, snapshot, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	if (HeapTupleIsValid(tuple))
	{
		ExecStoreHeapTuple(tuple, slot, false);
		write_journal(headers, slot, transaction_id);
	}
	ExecDropSingleTupleTableSlot(slot);
	table_close(headers, AccessShareLock);
}

ERP_FUNCTION(erp_audit_transaction);

/* erp.audit_transaction: deferred on headers and legs; no leg is outside of a leaf, and one leaf usually holds all. */
Datum
erp_audit_transaction(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = require_trigger(fcinfo, "erp.audit_transaction");
	Relation	relation = trigger->tg_relation;
	TupleTableSlot *row = trigger->tg_trigslot;
	int64		transaction_id = id_of(relation, row, "transaction_id");

	if (RelationGetRelid(relation) == relation_oid("erp", "financial_transactions"))
		write_journal(relation, row, transaction_id);
	else if (covered_xid != U64FromFullTransactionId(GetTopFullTransactionId()) ||
			 covered_transaction != transaction_id ||
			 covered_entry < id_of(relation, row, "entry_id"))
		write_journal_again(transaction_id);
	return PointerGetDatum(NULL);
}

ERP_FUNCTION(erp_audit_write);

/* erp.audit_write: a leaf with its payload, which is an image of a row of the target where there is one. */
Datum
erp_audit_write(PG_FUNCTION_ARGS)
{
	char	   *texts[4];
	char	   *outcome = PG_ARGISNULL(6) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(6));
	Relation	target = PG_ARGISNULL(5) ? NULL : table_open(PG_GETARG_OID(5), AccessShareLock);
	StringInfoData payload;
	int64		leaf_id;

	for (int i = 0; i < 4; i++)
		texts[i] = PG_ARGISNULL(i) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(i));
	if (texts[0] == NULL || texts[3] == NULL || outcome == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a leaf needs kind, operation and outcome")));
	initStringInfo(&payload);
	if (!PG_ARGISNULL(4))
		appendBinaryStringInfo(&payload, VARDATA_ANY(PG_GETARG_BYTEA_PP(4)), VARSIZE_ANY_EXHDR(PG_GETARG_BYTEA_PP(4)));
	leaf_id = erp_audit_write_leaf(texts[0], texts[1], texts[2], texts[3], target ? erp_audit_layout(target) : NULL,
								   PG_ARGISNULL(4) ? NULL : &payload, outcome);
	if (target)
		table_close(target, AccessShareLock);
	PG_RETURN_INT64(leaf_id);
}
