/* Rows through a plan: partitioned tables, tables with children, and tables whose policies bind the caller. */
#include "erp.h"

#include "executor/tuptable.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "relations.h"

#define ROWS_AT_ONCE 64

/* The query: the columns that are read at their own numbers, null for the others, and the equalities it may use. */
static char *
query_of(const ErpProgram *program, const ErpQuantifier *quantifier, Relation relation, int keys)
{
	TupleDesc	desc = RelationGetDescr(relation);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (int i = 0; i < desc->natts; i++)
	{
		bool		used = false;

		for (int j = 0; j < quantifier->slot_count; j++)
		{
			const erpk_slot *slot = &program->slots[quantifier->slots[j]];

			if (erp_slot_is_name(slot) && program->names[slot->key].attnum == i + 1)
				used = true;
		}
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "",
						 used ? psprintf("r.%s", quote_identifier(NameStr(TupleDescAttr(desc, i)->attname))) : "NULL");
	}
	appendStringInfo(&sql, " FROM %s AS r",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
												RelationGetRelationName(relation)));
	for (int i = 0; i < keys; i++)
		appendStringInfo(&sql, " %s r.%s OPERATOR(pg_catalog.=) $%d", i > 0 ? "AND" : "WHERE",
						 quote_identifier(get_attname(RelationGetRelid(relation), quantifier->probes[i].attnum, false)),
						 i + 1);
	return sql.data;
}

static SPIPlanPtr
plan_of(const ErpProgram *program, const ErpQuantifier *quantifier, Relation relation, int keys)
{
	Oid			types[INDEX_MAX_KEYS];

	for (int i = 0; i < keys; i++)
		types[i] = quantifier->probes[i].type;
	return erp_spi_prepare(query_of(program, quantifier, relation, keys), keys, types);
}

/* Hands the rows to judge until it has seen enough. */
static void
read_rows(ErpRunner *runner, Portal portal, ErpRowJudge judge, void *row, TupleTableSlot **slot)
{
	bool		more = true;

	while (more)
	{
		SPI_cursor_fetch(portal, true, ROWS_AT_ONCE);
		more = SPI_processed == ROWS_AT_ONCE;
		*slot = MakeSingleTupleTableSlot(SPI_tuptable->tupdesc, &TTSOpsHeapTuple);
		for (uint64 i = 0, count = SPI_processed; i < count; i++)
		{
			SPITupleTable *table = SPI_tuptable;

			ExecStoreHeapTuple(table->vals[i], *slot, false);
			if (!judge(runner, row))
			{
				more = false;
				break;
			}
			SPI_tuptable = table;
		}
		ExecDropSingleTupleTableSlot(*slot);
		SPI_freetuptable(SPI_tuptable);
	}
}

/* Reads the relation by a kept plan, with the rights of the rules' owner or of the caller. */
void
erp_read_planned(ErpRunner *runner, ErpQuantifier *quantifier, Relation relation, ErpRowJudge judge, void *row,
				 TupleTableSlot **slot)
{
	Datum		values[INDEX_MAX_KEYS];
	ErpProbe	way = erp_probe_keys(quantifier, runner->registers, values);
	ErpFrame	frame;
	SPIPlanPtr	plan = quantifier->plan;
	Portal		portal;

	if (way == ERP_PROBE_NONE)
		return;
	erp_spi_begin(&frame, runner->as_owner, !quantifier->trusted);
	/* a key in error is one that every row has to show */
	if (way == ERP_PROBE_SCAN)
		plan = plan_of(runner->program, quantifier, relation, 0);
	else if (quantifier->plan == NULL)
		plan = quantifier->plan = plan_of(runner->program, quantifier, relation, quantifier->key_count);
	portal = SPI_cursor_open(NULL, plan, values, NULL, true);
	read_rows(runner, portal, judge, row, slot);
	SPI_cursor_close(portal);
	if (way == ERP_PROBE_SCAN)
		SPI_freeplan(plan);
	erp_spi_end(&frame);
}
