/* What a rule reads: for the store, which keeps it, and for locks and reverse triggers. */
#include "erp.h"

#include "access/relation.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* A column of a relation, and by what the rule reads it. */
typedef struct Column
{
	Oid			relid;
	AttrNumber	attnum;			/* 0: no column, only rows */
	const char *via;
} Column;

static const char *const kinds[] = {
	"exists", "forall", "exists_one", "lookup", "count", "count_distinct", "sum", "min", "max", "avg"
};

/* Returns how a quantifier is called. */
static const char *
quantifier_kind(const erpk_quantifier *quantifier)
{
	return quantifier->kind < lengthof(kinds) ? kinds[quantifier->kind] : "";
}

/* Adds a column that is not listed yet. */
static List *
add(List *columns, Oid relid, AttrNumber attnum, const char *via)
{
	ListCell   *cell;
	Column	   *column;

	foreach(cell, columns)
	{
		column = lfirst(cell);
		if (column->relid == relid && column->attnum == attnum && strcmp(column->via, via) == 0)
			return columns;
	}
	column = palloc(sizeof(Column));
	*column = (Column) {.relid = relid, .attnum = attnum, .via = via};
	return lappend(columns, column);
}

/* Adds the columns of a name: the first by what has the row, the others over foreign keys. */
static List *
add_name(List *columns, const ErpName *name, const char *via)
{
	ListCell   *cell;

	foreach(cell, name->steps)
	{
		const ErpStep *step = lfirst(cell);

		columns = add(columns, step->relid, step->attnum, foreach_current_index(cell) == 0 ? via : "path");
	}
	return columns;
}

/* Lists what the one rule of a program reads. */
static List *
columns_of(const ErpProgram *program)
{
	List	   *columns = NIL;

	for (uint32 i = 0; i < program->header->slot_count; i++)
		if (erp_slot_is_name(&program->slots[i]) && program->slots[i].scope == 0)
			columns = add_name(columns, &program->names[program->slots[i].key], "row");
	for (uint32 i = 0; i < program->header->quantifier_count; i++)
	{
		const ErpQuantifier *quantifier = &program->quantifiers[i];
		const char *via = quantifier_kind(quantifier->code);
		bool		named = false;

		if (quantifier->source == NULL || !OidIsValid(quantifier->source->relid))
			continue;
		for (int j = 0; j < quantifier->slot_count; j++)
		{
			const erpk_slot *slot = &program->slots[quantifier->slots[j]];

			if (!erp_slot_is_name(slot))
				continue;
			columns = add_name(columns, &program->names[slot->key], via);
			named = true;
		}
		if (!named)
			columns = add(columns, quantifier->source->relid, 0, via);
	}
	return columns;
}

static int
compare(const ListCell *left, const ListCell *right)
{
	const Column *one = lfirst(left);
	const Column *other = lfirst(right);

	if (one->relid != other->relid)
		return one->relid < other->relid ? -1 : 1;
	if (one->attnum != other->attnum)
		return one->attnum < other->attnum ? -1 : 1;
	return strcmp(one->via, other->via);
}

ERP_FUNCTION(erp_rule_reads_columns);

/* Lists every column a rule reads. */
Datum
erp_rule_reads_columns(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ErpTableScope scope = {0};
	ErpRuleText source = {.context = &scope};
	ErpProgram *program;
	List	   *columns;
	ListCell   *cell;

#if PG_VERSION_NUM >= 160000
	InitMaterializedSRF(fcinfo, 0);
#else
	SetSingleFuncCall(fcinfo, 0);
#endif
	scope.relation = relation_open(PG_GETARG_OID(0), AccessShareLock);
	scope.declared = scope.operation = text_to_cstring(PG_GETARG_TEXT_PP(1));
	source.ast = erp_expanded_text(PG_GETARG_JSONB_P(2));
	program = erp_program_compile(CurrentMemoryContext, &source, 1, erp_resolve_table_name);
	if (program->faults[0].code != 0)
		erp_raise_fault(&program->faults[0], NULL);
	columns = columns_of(program);
	list_sort(columns, compare);
	foreach(cell, columns)
	{
		const Column *column = lfirst(cell);
		Datum		values[3];
		bool		nulls[3] = {false};
		NameData	name;

		values[0] = ObjectIdGetDatum(column->relid);
		nulls[1] = column->attnum == 0;
		if (!nulls[1])
			namestrcpy(&name, get_attname(column->relid, column->attnum, false));
		values[1] = NameGetDatum(&name);
		values[2] = CStringGetTextDatum(column->via);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	relation_close(scope.relation, NoLock);
	return (Datum) 0;
}
