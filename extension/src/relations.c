/*
 * The rows of quantifiers: opens the relation, fills the slots of each row,
 * lets the kernel judge it and add it to the fold.
 *
 * Rows are read under a snapshot taken now, effects of this statement and
 * sibling rows included, with the rights of the rules' owner.  A scan runs
 * nobody's code; what a scan cannot do (partitions, children, policies that
 * bind the caller of erp.rule_evaluate) goes through a plan.
 */
#include "erp.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "relations.h"

/* A quantifier that is being read; frames of nested ones form a stack. */
typedef struct ErpRow
{
	struct ErpRow *around;
	ErpQuantifier *quantifier;
	TupleTableSlot *slot;		/* the row, or */
	JsonbContainer *json;		/* the row as the caller gave it, or */
	bool		is_element;
	JsonbValue	element;		/* of a list */
	MemoryContext memory;		/* of one row */
	MemoryContext around_memory;	/* of what comes of all rows */
	MemoryContext texts;		/* of the values for count_distinct */
	erpk_fold	fold;
	erpk_value *collected;		/* for count_distinct */
	uint32		collected_count;
	uint32		collected_room;
	JsonbParseState *list;		/* the elements of filter */
	const uint8 *carried;		/* text kept from an earlier row */
	bool		keep;			/* look for the row that tells most */
	HeapTuple	kept;
	JsonbContainer *kept_json;
	bool		kept_is_element;
	JsonbValue	kept_element;
} ErpRow;

static void load_fact(ErpRunner *runner, uint32 slot);

/* Copies text out of the row; other values have none. */
void
erp_copy_text(erpk_value *value, MemoryContext memory)
{
	uint8	   *copy;

	if (value->state != ERPK_S_VALUE || (value->type != ERPK_T_TEXT && value->type != ERPK_T_OPAQUE))
		return;
	copy = MemoryContextAlloc(memory, value->length + 1);
	memcpy(copy, value->bytes, value->length);
	value->bytes = copy;
}

/* Fills the slots of the quantifier's row. */
static void
fill_slots(ErpRunner *runner, ErpRow *row)
{
	ErpProgram *program = runner->program;

	for (int i = 0; i < row->quantifier->slot_count; i++)
	{
		uint32		number = row->quantifier->slots[i];
		const erpk_slot *slot = &program->slots[number];
		erpk_value *value = &runner->registers[number];
		const ErpName *name;

		if (slot->is_fact != ERPK_FACT_NONE)
		{
			value->state = ERPK_S_ABSENT;
			continue;
		}
		name = &program->names[slot->key];
		if (row->is_element)
			erp_json_read(erp_json_walk(&row->element, name->json_path), slot->type, number, value);
		else if (row->json)
			erp_given_value(row->json, program, number, value);
		else
		{
			bool		isnull;
			Datum		datum = slot_getattr(row->slot, name->attnum, &isnull);

			erp_name_read(name, datum, isnull, program->slots, number, value);
		}
	}
}

/* Keeps the element, or what a map made of it, for a list. */
static void
collect_element(ErpRunner *runner, ErpRow *row)
{
	const erpk_quantifier *code = row->quantifier->code;
	MemoryContext old = MemoryContextSwitchTo(row->around_memory);
	JsonbValue	element = row->element;

	if (code->flags & ERPK_Q_MAPPED)
	{
		erpk_value	value = runner->registers[code->body];

		erp_copy_text(&value, row->around_memory);
		if (value.state == ERPK_S_VALUE && value.type == ERPK_T_JSON)
			element = *erp_json_walk(&element, runner->program->names[runner->program->slots[code->body].key].json_path);
		else
			erp_value_to_json(&value, &element);
	}
	if (row->list == NULL)
		pushJsonbValue(&row->list, WJB_BEGIN_ARRAY, NULL);
	pushJsonbValue(&row->list, WJB_ELEM, &element);
	MemoryContextSwitchTo(old);
}

/* Makes room for another value for count_distinct; repeated ones go, and their texts with them. */
static void
make_room(ErpRow *row)
{
	MemoryContext before = row->texts;

	row->texts = AllocSetContextCreate(row->around_memory, "headless_erp distinct texts", ALLOCSET_SMALL_SIZES);
	row->collected_count = erpk_distinct(row->collected, row->collected_count);
	for (uint32 i = 0; i < row->collected_count; i++)
		erp_copy_text(&row->collected[i], row->texts);
	if (before)
		MemoryContextDelete(before);
	if (row->collected_count * 2 < row->collected_room)
		return;
	row->collected_room = Max(row->collected_room * 2, 64);
	row->collected = row->collected ?
		repalloc_huge(row->collected, row->collected_room * sizeof(erpk_value)) :
		MemoryContextAlloc(row->around_memory, row->collected_room * sizeof(erpk_value));
}

/* Keeps an element for a list, or a value for count_distinct. */
static void
collect(ErpRunner *runner, ErpRow *row)
{
	erpk_value	value = runner->registers[row->quantifier->code->body];

	if (row->quantifier->code->kind == ERPK_Q_LIST)
	{
		collect_element(runner, row);
		return;
	}
	if (row->collected_count == row->collected_room)
		make_room(row);
	erp_copy_text(&value, row->texts);
	row->collected[row->collected_count++] = value;
}

/* Gives back the text kept of an earlier row. */
static void
carry(ErpRow *row)
{
	const erpk_value *value = &row->fold.value;
	bool		is_text = value->state == ERPK_S_VALUE && value->type == ERPK_T_TEXT;

	if (row->carried)
		pfree((void *) row->carried);
	row->carried = is_text ? value->bytes : NULL;
}

/* Runs the block on the row in the slots. */
static void
run_block(ErpRunner *runner, ErpRow *row, bool full, erpk_fold *fold)
{
	erpk_run	run = {.rule = row->quantifier->number, .full = full};

	for (;;)
	{
		/* SAFETY: the kernel returns before anything here can raise */
		int32		status = erpk_row(runner->program->bytes, runner->registers, &run, fold);

		if (status == ERPK_PASSED)
			return;
		if (erp_answer(status, runner->registers, &run))
			continue;
		if (status != ERPK_NEED_FACT)
			elog(ERROR, "a quantifier's block is not sound");
		load_fact(runner, run.slot);
	}
}

/* Judges one row; false when the rows that follow do not matter. */
static bool
judge_row(ErpRunner *runner, void *frame)
{
	ErpRow	   *row = frame;
	MemoryContext old = MemoryContextSwitchTo(row->memory);
	uint32		flags;

	CHECK_FOR_INTERRUPTS();
	fill_slots(runner, row);
	run_block(runner, row, false, &row->fold);
	flags = row->fold.flags;
	if (flags & ERPK_ROW_KEPT)
	{
		erp_copy_text(&row->fold.value, row->around_memory);
		carry(row);
	}
	if (flags & ERPK_ROW_COLLECT)
		collect(runner, row);
	MemoryContextSwitchTo(old);
	if (row->keep && (flags & ERPK_ROW_WITNESS))
	{
		row->kept_json = row->json;
		row->kept_is_element = row->is_element;
		row->kept_element = row->element;
		if (row->slot)
		{
			if (row->kept)
				heap_freetuple(row->kept);
			old = MemoryContextSwitchTo(runner->memory);
			row->kept = ExecCopySlotHeapTuple(row->slot);
			MemoryContextSwitchTo(old);
		}
	}
	MemoryContextReset(row->memory);
	return (flags & ERPK_ROW_DECIDED) == 0;
}

/* Raises unless the role may read the relation; tells whether policies bind it. */
static bool
check_rights(const ErpQuantifier *quantifier, const ErpProgram *program, Relation relation, Oid reader)
{
	Oid			relid = RelationGetRelid(relation);

	if (pg_class_aclcheck(relid, reader, ACL_SELECT) != ACLCHECK_OK)
	{
		bool		named = false;

		for (int i = 0; i < quantifier->slot_count; i++)
		{
			const erpk_slot *slot = &program->slots[quantifier->slots[i]];

			if (!erp_slot_is_name(slot))
				continue;
			named = true;
			if (pg_attribute_aclcheck(relid, program->names[slot->key].attnum, reader, ACL_SELECT) != ACLCHECK_OK)
				aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(relation));
		}
		if (!named && pg_attribute_aclcheck_all(relid, reader, ACL_SELECT, ACLMASK_ANY) != ACLCHECK_OK)
			aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(relation));
	}
	return check_enable_rls(relid, reader, true) == RLS_ENABLED;
}

/* Decides once how the relation is read. */
static void
prepare(ErpRunner *runner, ErpQuantifier *quantifier, Relation relation)
{
	quantifier->trusted = relation->rd_rel->relowner == get_role_oid("erp_owner", true);
	quantifier->direct = relation->rd_rel->relkind == RELKIND_RELATION && !relation->rd_rel->relhassubclass;
	if (quantifier->direct)
		erp_probe_prepare(runner->program, quantifier, relation);
	else
		erp_probe_columns(runner->program, quantifier, relation);
	quantifier->prepared = true;
}

static IndexScanDesc
begin_probe(Relation relation, Relation index, int keys)
{
#if PG_VERSION_NUM >= 180000
	return index_beginscan(relation, index, GetActiveSnapshot(), NULL, keys, 0);
#else
	return index_beginscan(relation, index, GetActiveSnapshot(), keys, 0);
#endif
}

/* Reads the rows that the index finds. */
static void
probe(ErpRunner *runner, ErpRow *row, Relation relation, const Datum *values)
{
	const ErpQuantifier *quantifier = row->quantifier;
	Relation	index = index_open(quantifier->index, AccessShareLock);
	ScanKeyData keys[INDEX_MAX_KEYS];
	IndexScanDesc scan;

	memcpy(keys, quantifier->keys, quantifier->key_count * sizeof(ScanKeyData));
	for (int i = 0; i < quantifier->key_count; i++)
		keys[i].sk_argument = values[i];
	scan = begin_probe(relation, index, quantifier->key_count);
	index_rescan(scan, keys, quantifier->key_count, NULL, 0);
	while (index_getnext_slot(scan, ForwardScanDirection, row->slot))
		if (!judge_row(runner, row) || quantifier->unique)
			break;
	index_endscan(scan);
	index_close(index, NoLock);
}

/* Reads all rows of the table. */
static void
scan_all(ErpRunner *runner, ErpRow *row, Relation relation)
{
	TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), 0, NULL);

	while (table_scan_getnextslot(scan, ForwardScanDirection, row->slot))
		if (!judge_row(runner, row))
			break;
	table_endscan(scan);
}

/* Reads the relation without a plan. */
static void
read_direct(ErpRunner *runner, ErpRow *row, Relation relation)
{
	Datum		values[INDEX_MAX_KEYS];
	ErpProbe	way = OidIsValid(row->quantifier->index) ?
		erp_probe_keys(row->quantifier, runner->registers, values) : ERP_PROBE_SCAN;

	if (way == ERP_PROBE_NONE)
		return;
	/* what this statement did so far counts */
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	row->slot = table_slot_create(relation, NULL);
	if (way == ERP_PROBE_KEYS)
		probe(runner, row, relation, values);
	else
		scan_all(runner, row, relation);
	ExecDropSingleTupleTableSlot(row->slot);
	PopActiveSnapshot();
}

/* Reads the relation of a table. */
static void
read_table(ErpRunner *runner, ErpRow *row)
{
	ErpQuantifier *quantifier = row->quantifier;
	Relation	relation = table_open(quantifier->source->relid, AccessShareLock);
	bool		policies = false;

	if (!quantifier->prepared)
		prepare(runner, quantifier, relation);
	if (!runner->as_owner || !quantifier->trusted)
		policies = check_rights(quantifier, runner->program, relation,
								runner->as_owner ? get_role_oid("erp_owner", false) : GetUserId());
	if (policies && runner->as_owner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("query would be affected by row-level security policy for table \"%s\"",
						RelationGetRelationName(relation))));
	if (quantifier->direct && !policies)
		read_direct(runner, row, relation);
	else
		erp_read_planned(runner, quantifier, relation, judge_row, row, &row->slot);
	table_close(relation, NoLock);
}

/* Reads the rows that the caller gave. */
static void
read_given(ErpRunner *runner, ErpRow *row)
{
	JsonbIterator *iterator = JsonbIteratorInit(row->quantifier->source->given);
	JsonbValue	value;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM || value.type != jbvBinary)
			continue;
		row->json = value.val.binary.data;
		if (!judge_row(runner, row))
			break;
	}
}

/* Reads the elements of a list; false with the result when there is none. */
static bool
read_list(ErpRunner *runner, ErpRow *row, erpk_value *result)
{
	uint32		source = row->quantifier->code->source;
	erpk_value	list = runner->registers[source];
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;

	if (list.state == ERPK_S_VALUE && list.type == ERPK_T_JSON && list.bytes != NULL)
	{
		iterator = JsonbIteratorInit((JsonbContainer *) list.bytes);
		row->is_element = true;
		while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
		{
			if (token != WJB_ELEM)
				continue;
			row->element = value;
			if (!judge_row(runner, row))
				break;
		}
		return true;
	}
	if (list.state == ERPK_S_ABSENT)
		elog(ERROR, "a list that has not been read");
	memset(result, 0, sizeof(*result));
	result->state = list.state == ERPK_S_VALUE ? ERPK_S_ERROR : list.state;
	result->low = list.state == ERPK_S_VALUE ? ERPK_E_TYPE : list.low;
	result->length = list.state == ERPK_S_VALUE ? source : list.length;
	return false;
}

/* Makes the list of the elements that were kept. */
static void
make_list(ErpRow *row, erpk_value *result)
{
	if (result->state != ERPK_S_VALUE)
		return;
	if (row->list == NULL)
		pushJsonbValue(&row->list, WJB_BEGIN_ARRAY, NULL);
	result->bytes = (const uint8 *) &JsonbValueToJsonb(pushJsonbValue(&row->list, WJB_END_ARRAY, NULL))->root;
}

/* Leaves the kept row's values in the slots, or none. */
static void
leave_witness(ErpRunner *runner, ErpRow *row, TupleDesc desc)
{
	bool		witness = runner->witness;
	erpk_fold	scratch = {0};

	if (row->kept == NULL && row->kept_json == NULL && !row->kept_is_element)
	{
		for (int i = 0; i < row->quantifier->slot_count; i++)
			runner->registers[row->quantifier->slots[i]].state = ERPK_S_ABSENT;
		return;
	}
	row->json = row->kept_json;
	row->is_element = row->kept_is_element;
	row->element = row->kept_element;
	if (row->kept)
	{
		row->slot = MakeSingleTupleTableSlot(desc, &TTSOpsHeapTuple);
		ExecStoreHeapTuple(row->kept, row->slot, false);
	}
	row->memory = runner->memory;
	runner->witness = true;
	fill_slots(runner, row);
	run_block(runner, row, true, &scratch);
	runner->witness = witness;
	if (row->kept)
		ExecDropSingleTupleTableSlot(row->slot);
}

/* Reads a quantifier's rows and returns what they amount to. */
static void
quantify(ErpRunner *runner, uint32 number, bool keep, erpk_value *result)
{
	ErpRow		row = {.around = runner->row, .quantifier = &runner->program->quantifiers[number], .keep = keep,
	.around_memory = CurrentMemoryContext};
	bool		is_read = true;

	check_stack_depth();
	if (row.quantifier->code->kind == ERPK_Q_REDUCE)
	{
		row.fold.value = runner->registers[row.quantifier->code->initial];
		row.keep = false;
	}
	runner->row = &row;
	row.memory = AllocSetContextCreate(row.around_memory, "headless_erp row", ALLOCSET_SMALL_SIZES);
	if (row.quantifier->code->source != ERPK_NO_REGISTER)
		is_read = read_list(runner, &row, result);
	else if (row.quantifier->source->given)
		read_given(runner, &row);
	else
		read_table(runner, &row);
	if (row.collected)
		row.fold.rows = erpk_distinct(row.collected, row.collected_count);
	if (is_read)
		erpk_fold_result(runner->program->bytes, number, &row.fold, result);
	if (is_read && row.quantifier->code->kind == ERPK_Q_LIST)
		make_list(&row, result);
	MemoryContextDelete(row.memory);
	if (row.kept)
	{
		Relation	relation = table_open(row.quantifier->source->relid, NoLock);

		leave_witness(runner, &row, RelationGetDescr(relation));
		table_close(relation, NoLock);
	}
	else
		leave_witness(runner, &row, NULL);
	runner->row = row.around;
}

/* Returns the frame whose row a slot belongs to; NULL for the row judged. */
static ErpRow *
row_of(ErpRunner *runner, const erpk_slot *slot)
{
	ErpRow	   *row = slot->scope == 0 ? NULL : runner->row;

	while (row != NULL && row->quantifier->number != slot->scope - 1)
		row = row->around;
	if (row == NULL && slot->scope != 0)
		elog(ERROR, "a fact of a row that is not being read");
	return row;
}

/* Fills the slot the kernel asked for. */
static void
load_fact(ErpRunner *runner, uint32 number)
{
	const erpk_slot *slot = &runner->program->slots[number];
	ErpRow	   *row = row_of(runner, slot);
	MemoryContext old = MemoryContextSwitchTo(row ? row->memory : runner->memory);

	if (slot->is_fact == ERPK_FACT_QUANTIFIER)
	{
		bool		remember = runner->remember && row == NULL && !runner->witness;

		if (!remember || !erp_recall_found(runner, slot->key, &runner->registers[number]))
		{
			quantify(runner, slot->key, runner->witness, &runner->registers[number]);
			if (remember)
				erp_remember_found(runner, slot->key, &runner->registers[number]);
		}
	}
	else if (row == NULL)
		runner->load(runner->context, number);
	else
	{
		const ErpName *name = &runner->program->names[slot->key];
		bool		isnull;
		Datum		key = slot_getattr(row->slot, name->attnum, &isnull);

		erp_fact_fetch(runner->program, number, key, isnull, runner->as_owner, &runner->registers[number]);
	}
	MemoryContextSwitchTo(old);
}

/* Runs the kernel until it has a verdict. */
int32
erp_run(ErpRunner *runner, erpk_run *run)
{
	for (;;)
	{
		/* SAFETY: the kernel returns before anything here can raise */
		int32		status = erpk_evaluate(runner->program->bytes, runner->registers, run);

		if (erp_answer(status, runner->registers, run))
			continue;
		if (status != ERPK_NEED_FACT)
			return status;
		load_fact(runner, run->slot);
	}
}

/* Reads the rule's quantifiers once more for the rows that tell most; what they amount to stays as it was judged. */
void
erp_show_witnesses(ErpRunner *runner, uint32 rule)
{
	ErpProgram *program = runner->program;

	for (uint32 i = 0; i < program->header->quantifier_count; i++)
	{
		const erpk_quantifier *code = program->quantifiers[i].code;
		erpk_value	judged = runner->registers[code->slot];
		erpk_value	again;

		if (code->rule != rule || code->parent != 0 || judged.state == ERPK_S_ABSENT)
			continue;
		quantify(runner, i, true, &again);
		runner->registers[code->slot] = judged;
	}
}
