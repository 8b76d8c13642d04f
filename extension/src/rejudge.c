/*
 * Judging rows that nobody wrote, because a row that their rule reads was
 * written: erp.rule_invariant_gate() finds them, here they are judged as by an
 * UPDATE that changes nothing.
 */
#include "gate.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* Rows fetched at a time. */
#define ROWS_AT_ONCE 256

/* Judges one row that came as a composite value. */
static void
judge_value(Write *write, TupleTableSlot *slot, Datum value)
{
	HeapTupleHeader header = DatumGetHeapTupleHeader(value);
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(header), .t_data = header};

	ItemPointerSetInvalid(&tuple.t_self);
	ExecForceStoreHeapTuple(&tuple, slot, false);
	write->new_row = slot;
	write->old_row = slot;
	erp_lock_row(write);
	erp_judge(write);
	ExecClearTuple(slot);
}

/* Judges every row of the query, read under a snapshot taken now. */
static void
judge_query(Write *write, const char *query)
{
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "headless_erp row", ALLOCSET_DEFAULT_SIZES);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(write->relation), &TTSOpsHeapTuple);
	ErpFrame	frame;
	SPIPlanPtr	plan;
	Portal		portal;

	erp_spi_begin(&frame, true, true);
	plan = SPI_prepare(query, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	/* read only: it keeps to the snapshot that erp_spi_begin took */
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	for (;;)
	{
		SPITupleTable *rows;
		uint64		count;

		SPI_cursor_fetch(portal, true, ROWS_AT_ONCE);
		rows = SPI_tuptable;
		count = SPI_processed;
		if (SPI_gettypeid(rows->tupdesc, 1) != write->relation->rd_rel->reltype)
			elog(ERROR, "the rows to judge are not of the table's type");
		for (uint64 i = 0; i < count; i++)
		{
			bool		isnull;
			Datum		value = SPI_getbinval(rows->vals[i], rows->tupdesc, 1, &isnull);
			MemoryContext outside = MemoryContextSwitchTo(row);

			CHECK_FOR_INTERRUPTS();
			if (!isnull)
				judge_value(write, slot, value);
			MemoryContextSwitchTo(outside);
			MemoryContextReset(row);
		}
		SPI_freetuptable(rows);
		if (count == 0)
			break;
	}
	SPI_cursor_close(portal);
	erp_spi_end(&frame);
	ExecDropSingleTupleTableSlot(slot);
	MemoryContextDelete(row);
}

ERP_FUNCTION(erp_rule_rejudge);

/* Judges rows of a table by one of its rules; the query gives each as one composite value. */
Datum
erp_rule_rejudge(PG_FUNCTION_ARGS)
{
	Relation	relation = table_open(PG_GETARG_OID(1), AccessShareLock);
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(2));
	Write		write = {.relation = relation, .operation = "UPDATE",
	.through = text_to_cstring(PG_GETARG_TEXT_PP(3))};

	write.set = erp_rules_for(relation, write.operation, ERP_TIMING_ANY, PG_GETARG_INT64(0));
	if (write.set->rule_count > 0)
		judge_query(&write, query);
	table_close(relation, AccessShareLock);
	PG_RETURN_VOID();
}
