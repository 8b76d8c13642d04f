/*
 * The change that would let a refused row pass.  The kernel proposes values of
 * single columns, each is judged here by the whole rule over a register file of
 * its own, with the facts asked for again.  Only refusals come here.
 */
#include "gate.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The length that a type modifier of varchar(n) and char(n), or of numeric(p, s), leaves. */
#define TYPMOD(typmod) ((typmod) - VARHDRSZ)

/* Returns how the kernel may change a slot: see erpk_repair_next. */
static erpk_value
column_of(const Write *write, uint32 slot)
{
	const ErpProgram *program = write->set->program;
	erpk_value	column = {.state = ERPK_S_NULL, .scale = -1};
	const ErpName *name;
	Form_pg_attribute attribute;
	Oid			type;
	int32		typmod;

	if (program->slots[slot].is_fact == ERPK_FACT_QUANTIFIER || program->slots[slot].scope > 0)
		return column;
	name = &program->names[program->slots[slot].key];
	if (name->source != ERP_SOURCE_NEW)
		return column;
	column.low = name->attnum;
	attribute = TupleDescAttr(RelationGetDescr(write->relation), name->attnum - 1);
	if (program->slots[slot].is_fact || name->sql != NULL || name->type == ERPK_T_JSON ||
		name->type == ERPK_T_OPAQUE || attribute->attgenerated || attribute->attidentity == ATTRIBUTE_IDENTITY_ALWAYS)
		return column;
	column.state = ERPK_S_VALUE;
	typmod = attribute->atttypmod;
	type = getBaseTypeAndTypmod(attribute->atttypid, &typmod);
	if (type == INT2OID || type == INT4OID || type == INT8OID)
		column.scale = 0;
	else if (type == NUMERICOID && typmod >= VARHDRSZ)
		column.scale = TYPMOD(typmod) & 0x7FF;
	/* numeric(3, -2) and numeric(2, 5): what fits is not told by decimals */
	if (column.scale > 38)
		column.state = ERPK_S_NULL;
	return column;
}

/* Tells whether a number lies in a range of integers. */
static bool
is_between(const erpk_value *value, int64 least, int64 most)
{
	__int128	number = ((__int128) value->high << 64) | value->low;

	return value->scale == 0 && number >= least && number <= most;
}

/* Tells whether a number has at most that many digits before its decimals. */
static bool
has_digits(const erpk_value *value, int digits)
{
	__int128	number = ((__int128) value->high << 64) | value->low;

	for (int i = 0; i < value->scale + digits; i++)
		number /= 10;
	return number == 0;
}

/* Tells whether an enum has the label. */
static bool
is_label(Oid type, const erpk_value *value)
{
	NameData	label = {0};

	if (value->length >= NAMEDATALEN)
		return false;
	memcpy(NameStr(label), value->bytes, value->length);
	return SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type), NameGetDatum(&label));
}

/* Tells whether the column can hold the value as it is. */
static bool
fits(const Write *write, int number, const erpk_value *value)
{
	Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(write->relation), number - 1);
	int32		typmod = attribute->atttypmod;
	Oid			type = getBaseTypeAndTypmod(attribute->atttypid, &typmod);

	switch (type)
	{
		case INT2OID:
			return is_between(value, PG_INT16_MIN, PG_INT16_MAX);
		case INT4OID:
			return is_between(value, PG_INT32_MIN, PG_INT32_MAX);
		case INT8OID:
			return is_between(value, PG_INT64_MIN, PG_INT64_MAX);
		case NUMERICOID:
			return typmod < VARHDRSZ || has_digits(value, (TYPMOD(typmod) >> 16) - (TYPMOD(typmod) & 0x7FF));
		case VARCHAROID:
		case BPCHAROID:
			return typmod < VARHDRSZ || pg_mbstrlen_with_len((const char *) value->bytes, value->length) <= TYPMOD(typmod);
		case NAMEOID:
			return value->length < NAMEDATALEN;
		default:
			return get_typtype(type) != TYPTYPE_ENUM || is_label(type, value);
	}
}

/* Judges the rule with the proposed value in place, facts and all. */
static bool
passes(Write *trial, const Write *write, const erpk_value *columns, uint32 rule, const erpk_repair *repair)
{
	const ErpProgram *program = write->set->program;
	erpk_run	run = {.rule = rule, .full = 1, .alone = 1};

	memcpy(trial->registers, write->registers, program->header->register_count * sizeof(erpk_value));
	for (uint32 slot = 0; slot < program->header->slot_count; slot++)
	{
		if (program->slots[slot].is_fact || program->slots[slot].scope > 0)
			trial->registers[slot].state = ERPK_S_ABSENT;
		else if (columns[slot].state == ERPK_S_VALUE && columns[slot].low == columns[repair->slot].low)
			trial->registers[slot] = repair->value;
	}
	return erp_gate_evaluate(trial, &run) == ERPK_PASSED;
}

/* Tells whether the UPDATE left the column as it was. */
static bool
is_kept(const Write *write, int number)
{
	Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(write->relation), number - 1);
	bool		old_isnull;
	bool		new_isnull;
	Datum		old_value = slot_getattr(write->old_row, number, &old_isnull);
	Datum		new_value = slot_getattr(write->new_row, number, &new_isnull);

	if (old_isnull || new_isnull)
		return old_isnull && new_isnull;
	return datum_image_eq(old_value, new_value, attribute->attbyval, attribute->attlen);
}

/* Searches among the columns that the statement changed, or among all. */
static bool
search(const Write *write, const erpk_value *shown, uint32 rule, bool changed_only, erpk_repair *repair)
{
	const ErpProgram *program = write->set->program;
	uint32		slots = program->header->slot_count;
	Write		trial = *write;
	erpk_value *columns = palloc(Max(slots, 1) * sizeof(erpk_value));

	memset(repair, 0, sizeof(*repair));
	for (uint32 slot = 0; slot < slots; slot++)
	{
		columns[slot] = column_of(write, slot);
		if (changed_only && columns[slot].state == ERPK_S_VALUE && is_kept(write, columns[slot].low))
			columns[slot].state = ERPK_S_NULL;
	}
	trial.registers = palloc(program->header->register_count * sizeof(erpk_value));
	memcpy(trial.registers, write->registers, program->header->register_count * sizeof(erpk_value));
	while (erpk_repair_next(program->bytes, shown, columns, trial.registers, rule, repair) == ERPK_REPAIR_EVALUATE)
	{
		CHECK_FOR_INTERRUPTS();
		/* the first is a step that only shows how the values move */
		repair->passed = (repair->step == 1 || fits(write, columns[repair->slot].low, &repair->value)) &&
			passes(&trial, write, columns, rule, repair);
	}
	return repair->found;
}

/* Finds the change, rather of a column that an UPDATE wrote; false when there is none.  shown is what the session user may be told. */
bool
erp_find_change(const Write *write, const erpk_value *shown, uint32 rule, erpk_repair *repair)
{
	memset(repair, 0, sizeof(*repair));
	if (write->new_row == NULL || write->through != NULL)
		return false;
	return (write->old_row != NULL && search(write, shown, rule, true, repair)) || search(write, shown, rule, false, repair);
}

/* Renders the change, as JSON or for the hint. */
char *
erp_change_text(const Write *write, const erpk_value *shown, const erpk_repair *repair, int32 what)
{
	const uint8 *program = write->set->program->bytes;
	uint32		needed = erpk_repair_text(program, shown, repair, what, NULL, 0);
	char	   *text = palloc(needed + 1);

	erpk_repair_text(program, shown, repair, what, (uint8 *) text, needed);
	text[needed] = '\0';
	return text;
}
