/*
 * One stored rule over rows that are there already.
 *
 * A row is judged as the gate would judge its writing now, but with the rights
 * of the caller, and the outcome is a code: no JSON is made, so that a million
 * rows are a matter of seconds.  The rule stays compiled for the query.
 */
#include "gate.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* The rule of a query, compiled. */
typedef struct Replay
{
	int64		constraint_id;
	Oid			row_type;
	Oid			relid;
	ErpRule		rule;
	char	   *operation;
	ErpRuleSet	set;
	TupleTableSlot *slot;
	MemoryContext scratch;		/* what one row needs */
} Replay;

static SPIPlanPtr rule_plan = NULL;

static const char *const rule_query =
	"SELECT compiled_ast::pg_catalog.text, violation_code, triggering_operation,"
	" polarity OPERATOR(pg_catalog.=) 'forbid', on_unknown OPERATOR(pg_catalog.=) 'allow',"
	" target_relation::pg_catalog.oid, coalesce(rule_name, pg_catalog.concat('rule_', constraint_id)),"
	" violation_message, version"
	" FROM agent.constraints WHERE constraint_id OPERATOR(pg_catalog.=) $1";

/* Reads the rule with the rights of the caller; returns its table. */
static Oid
read_rule(Replay *replay, ErpRuleText *text)
{
	MemoryContext caller = CurrentMemoryContext;
	Datum		id = Int64GetDatum(replay->constraint_id);
	Oid			type = INT8OID;
	HeapTuple	row;
	TupleDesc	desc;
	ErpFrame	frame;
	bool		isnull;
	Oid			target;

	erp_spi_begin(&frame, false, false);
	if (rule_plan == NULL)
		rule_plan = erp_spi_prepare(rule_query, 1, &type);
	if (SPI_execute_plan(rule_plan, &id, NULL, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no rule " INT64_FORMAT, replay->constraint_id),
				 errhint("SELECT constraint_id, rule_name FROM erp_agent_constraints")));
	row = SPI_tuptable->vals[0];
	desc = SPI_tuptable->tupdesc;
	text->ast = MemoryContextStrdup(caller, SPI_getvalue(row, desc, 1));
	replay->rule = (ErpRule) {
		.constraint_id = replay->constraint_id,
		.code = MemoryContextStrdup(caller, SPI_getvalue(row, desc, 2)),
		.name = MemoryContextStrdup(caller, SPI_getvalue(row, desc, 7)),
		.message = MemoryContextStrdup(caller, SPI_getvalue(row, desc, 8)),
		.version = DatumGetInt32(SPI_getbinval(row, desc, 9, &isnull))
	};
	replay->operation = MemoryContextStrdup(caller, SPI_getvalue(row, desc, 3));
	text->flags = (DatumGetBool(SPI_getbinval(row, desc, 4, &isnull)) ? ERPK_RULE_FORBID : 0) |
		(DatumGetBool(SPI_getbinval(row, desc, 5, &isnull)) ? ERPK_RULE_ALLOW_UNKNOWN : 0);
	target = DatumGetObjectId(SPI_getbinval(row, desc, 6, &isnull));
	replay->relid = target;
	erp_spi_end(&frame);
	return target;
}

/* Compiles the rule for the rows of its table; it lives as long as the query. */
static Replay *
begin(FunctionCallInfo fcinfo, int64 constraint_id, Oid row_type)
{
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	Replay	   *replay = palloc0(sizeof(Replay));
	ErpTableScope scope = {.reader = GetSessionUserId()};
	ErpRuleText text = {.context = &scope};

	replay->constraint_id = constraint_id;
	replay->row_type = row_type;
	scope.relation = relation_open(read_rule(replay, &text), AccessShareLock);
	if (scope.relation->rd_rel->reltype != row_type)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the rule judges rows of %s", RelationGetRelationName(scope.relation)),
				 errdetail("The row is of type %s.", format_type_be(row_type))));
	scope.declared = replay->operation;
	/* a row that is there is judged as if it were written now: the rule's own operation, else as an INSERT */
	if (strcmp(replay->operation, "*") == 0)
		replay->operation = "INSERT";
	scope.operation = replay->operation;
	replay->set.program = erp_program_compile(fcinfo->flinfo->fn_mcxt, &text, 1, erp_resolve_table_name);
	replay->set.rules = &replay->rule;
	replay->set.rule_count = 1;
	if (replay->set.program->faults[0].code != 0)
		erp_raise_fault(&replay->set.program->faults[0], NULL);
	replay->slot = MakeSingleTupleTableSlot(CreateTupleDescCopyConstr(RelationGetDescr(scope.relation)), &TTSOpsHeapTuple);
	replay->scratch = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "headless_erp replay", ALLOCSET_SMALL_SIZES);
	relation_close(scope.relation, NoLock);
	fcinfo->flinfo->fn_extra = replay;
	MemoryContextSwitchTo(old);
	return replay;
}

/* Returns the row to judge: anything may be passed, and only a row may be read as one. */
static HeapTupleHeader
row_argument(FunctionCallInfo fcinfo)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, 1);

	if (!OidIsValid(type) || !type_is_rowtype(type))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("a rule judges rows"),
				 errdetail("The argument is of type %s.", format_type_be(type))));
	return PG_GETARG_HEAPTUPLEHEADER(1);
}

/* Returns the rule of the query with the row in its slot. */
static Replay *
replay_of(FunctionCallInfo fcinfo, HeapTuple row)
{
	int64		constraint_id = PG_GETARG_INT64(0);
	HeapTupleHeader image = row_argument(fcinfo);
	Replay	   *replay = fcinfo->flinfo->fn_extra;

	if (replay == NULL || replay->constraint_id != constraint_id || replay->row_type != HeapTupleHeaderGetTypeId(image))
		replay = begin(fcinfo, constraint_id, HeapTupleHeaderGetTypeId(image));
	row->t_len = HeapTupleHeaderGetDatumLength(image);
	row->t_data = image;
	ItemPointerSetInvalid(&row->t_self);
	ExecStoreHeapTuple(row, replay->slot, false);
	MemoryContextReset(replay->scratch);
	return replay;
}

ERP_FUNCTION(erp_rule_holds);

/* Returns NULL when the rule would let the row be written now, else the code of the refusal. */
Datum
erp_rule_holds(PG_FUNCTION_ARGS)
{
	HeapTupleData row = {0};
	Replay	   *replay = replay_of(fcinfo, &row);
	MemoryContext old;
	const char *code = NULL;
	bool		before;

	before = strcmp(replay->operation, "INSERT") != 0;
	old = MemoryContextSwitchTo(replay->scratch);
	switch (erp_judge_row(&replay->set, replay->operation, strcmp(replay->operation, "DELETE") == 0 ? NULL : replay->slot,
						  before ? replay->slot : NULL))
	{
		case ERPK_PASSED:
			break;
		case ERPK_UNKNOWN:
			code = "RP111";
			break;
		case ERPK_FAILED:
			code = "RP105";
			break;
		default:
			code = replay->rule.code;
	}
	MemoryContextSwitchTo(old);
	ExecClearTuple(replay->slot);
	if (code == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(code));
}

ERP_FUNCTION(erp_rule_judgement);

/* Returns code, message and detail of the refusal as the gate tells them; NULL when the rule lets the row be written. */
Datum
erp_rule_judgement(PG_FUNCTION_ARGS)
{
	HeapTupleData row = {0};
	Replay	   *replay = replay_of(fcinfo, &row);
	Write		write = {.operation = replay->operation, .set = &replay->set, .as_caller = true};
	MemoryContext old = MemoryContextSwitchTo(replay->scratch);
	ErpRefusal	refusal;
	StringInfoData json;

	write.relation = relation_open(replay->relid, AccessShareLock);
	write.new_row = strcmp(replay->operation, "DELETE") == 0 ? NULL : replay->slot;
	write.old_row = strcmp(replay->operation, "INSERT") == 0 ? NULL : replay->slot;
	initStringInfo(&json);
	if (erp_refused(&write, &refusal))
	{
		appendStringInfo(&json, "{\"code\": \"%s\", \"message\": ", refusal.code);
		escape_json(&json, refusal.message);
		appendStringInfo(&json, ", \"detail\": %s}", refusal.detail);
	}
	relation_close(write.relation, NoLock);
	MemoryContextSwitchTo(old);
	ExecClearTuple(replay->slot);
	if (json.len == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}
