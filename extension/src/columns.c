/*
 * Puts a row's columns into the registers.  Which column goes where is worked
 * out once for a program, so that a row costs one pass over a short list.
 */
#include "gate.h"

/* One slot that is read from a row. */
typedef struct ErpColumn
{
	uint32		slot;
	AttrNumber	attnum;
	bool		old;
	bool		plain;			/* the column's own value, not a part of its document */
	Oid			type;
} ErpColumn;

/* Lists the slots of columns, and those that stay absent until they are asked for. */
static void
plan_columns(ErpProgram *program)
{
	uint32		count = program->header->slot_count;
	MemoryContext old = MemoryContextSwitchTo(program->memory);

	program->columns = palloc(Max(count, 1) * sizeof(ErpColumn));
	program->absent = palloc(Max(count, 1) * sizeof(uint32));
	for (uint32 slot = 0; slot < count; slot++)
	{
		const erpk_slot *described = &program->slots[slot];
		const ErpName *name = &program->names[described->key];

		if (described->is_fact || described->scope > 0)
			program->absent[program->absent_count++] = slot;
		else
			program->columns[program->column_count++] = (ErpColumn) {
				.slot = slot,
				.attnum = name->source == ERP_SOURCE_NULL ? InvalidAttrNumber : name->attnum,
				.old = name->source == ERP_SOURCE_OLD,
				.plain = name->json_path == NULL && name->type != ERPK_T_JSON,
				.type = name->value_type
			};
	}
	MemoryContextSwitchTo(old);
}

/* Fills the registers of all columns; facts stay absent. */
void
erp_columns_load(Write *write)
{
	ErpProgram *program = write->set->program;

	if (program->columns == NULL)
		plan_columns(program);
	for (int i = 0; i < program->absent_count; i++)
		write->registers[program->absent[i]].state = ERPK_S_ABSENT;
	for (int i = 0; i < program->column_count; i++)
	{
		const ErpColumn *column = &program->columns[i];
		TupleTableSlot *row = column->old ? write->old_row : write->new_row;
		erpk_value *value = &write->registers[column->slot];
		bool		isnull = true;
		Datum		datum = (Datum) 0;

		if (row != NULL && column->attnum != InvalidAttrNumber)
			datum = slot_getattr(row, column->attnum, &isnull);
		if (column->plain)
			erp_value_from_datum(datum, isnull, column->type, value);
		else
			erp_name_read(&program->names[program->slots[column->slot].key], datum, isnull, program->slots, column->slot, value);
	}
}
