/* Rules outside the gate: erp.rule_evaluate and the check of a rule against a table. */
#include "erp.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

/* The values a rule is evaluated on; types come from the table where there is one. */
typedef struct Scene
{
	Jsonb	   *record;
	Jsonb	   *context;
	Relation	relation;
	bool		is_delete;		/* by the context's tx.operation */
} Scene;

/* Finds a member of an object by its key. */
static JsonbValue *
member(JsonbContainer *container, const char *key)
{
	JsonbValue *value = palloc(sizeof(JsonbValue));

	if (container == NULL || !JsonContainerIsObject(container))
		return NULL;
	return getKeyJsonValueFromContainer(container, key, strlen(key), value);
}

static JsonbContainer *
object_of(JsonbValue *value)
{
	return value && value->type == jbvBinary ? value->val.binary.data : NULL;
}

/* Walks a.b.c through nested objects and lists. */
static JsonbValue *
walk(JsonbContainer *container, const char *path)
{
	char	   *dot = strchr(path, '.');

	if (dot == NULL)
		return member(container, path);
	return erp_json_walk(member(container, pnstrdup(path, dot - path)), dot + 1);
}

/* Sets a name's value from JSON, or fills an RP104. */
static bool
preset(ErpName *name, JsonbValue *json, uint8 type, erpk_fault *fault)
{
	name->source = ERP_SOURCE_PRESET;
	name->json = json;
	if (type == ERPK_T_JSON)
		return true;
	if (erp_value_from_json(json, type, &name->preset))
	{
		name->type = type != ERPK_T_NULL ? type : name->preset.type;
		if (name->preset.state == ERPK_S_ERROR && name->type == ERPK_T_NULL)
			name->type = ERPK_T_NUMBER;
		return true;
	}
	fault->code = ERPK_TYPE;
	snprintf(fault->message, sizeof(fault->message), "the value given for %s is not of its type", name->text);
	return false;
}

/* Returns a JSON value as the text that a column's input function reads; NULL for null. */
static char *
text_of(JsonbValue *json)
{
	if (json == NULL)
		return NULL;
	switch (json->type)
	{
		case jbvString:
			return pnstrdup(json->val.string.val, json->val.string.len);
		case jbvNumeric:
			return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(json->val.numeric)));
		case jbvBool:
			return json->val.boolean ? "true" : "false";
		case jbvBinary:
			return JsonbToCString(NULL, json->val.binary.data, json->val.binary.len);
		default:
			return NULL;
	}
}

/* Returns what the column would hold. */
static Datum
column_datum(const ErpName *name, JsonbValue *json, bool *isnull)
{
	char	   *text = text_of(json);
	Oid			input;
	Oid			parameter;

	*isnull = text == NULL;
	if (text == NULL)
		return (Datum) 0;
	getTypeInputInfo(name->column_type, &input, &parameter);
	return OidInputFunctionCall(input, text, parameter, name->column_typmod);
}

/* Resolves agent.x and tx.x from the context. */
static bool
resolve_attribute(Scene *scene, ErpName *name, erpk_fault *fault)
{
	bool		agent = strncmp(name->text, "agent.", 6) == 0;
	JsonbValue *json;

	if (!erp_resolve_attribute(name, fault))
		return false;
	json = member(object_of(member(&scene->context->root, agent ? "agent" : "tx")), name->attribute);
	return preset(name, json, name->type, fault);
}

/* Tells the one type of a member over all rows, or fills an RP104. */
static bool
given_type(ErpName *name, erpk_fault *fault)
{
	JsonbIterator *iterator = JsonbIteratorInit(name->given);
	JsonbValue	row;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&iterator, &row, true)) != WJB_DONE)
	{
		erpk_value	value;

		if (token != WJB_ELEM)
			continue;
		if (!erp_value_from_json(walk(object_of(&row), name->member), ERPK_T_NULL, &value))
			value.type = ERPK_T_OPAQUE;
		if (value.state == ERPK_S_ERROR)
			value.type = ERPK_T_NUMBER;
		if (value.state == ERPK_S_NULL || value.type == name->type)
			continue;
		if (name->type != ERPK_T_NULL)
		{
			fault->code = ERPK_TYPE;
			snprintf(fault->message, sizeof(fault->message), "the values given for %s are not of one type", name->text);
			return false;
		}
		name->type = value.type;
	}
	return true;
}

/* Reads a name of a given row. */
void
erp_given_value(JsonbContainer *row, const ErpProgram *program, uint32 slot, erpk_value *value)
{
	const ErpName *name = &program->names[program->slots[slot].key];

	if (name->type == ERPK_T_JSON)
		erp_json_read(walk(row, name->member), program->slots[slot].type, slot, value);
	else if (!erp_value_from_json(walk(row, name->member), name->type, value))
		elog(ERROR, "a given row changed its type");
}

/* Resolves a relation and the names of its rows: as given, else by the catalogue. */
static bool
resolve_relation(Scene *scene, ErpName *name, erpk_fault *fault)
{
	JsonbValue *given = member(object_of(member(&scene->context->root, "relations")), name->relation);

	if (given && given->type == jbvBinary && JsonContainerIsArray(given->val.binary.data))
	{
		name->given = given->val.binary.data;
		if (name->source == ERP_SOURCE_RELATION)
			return true;
		name->source = ERP_SOURCE_GIVEN;
		return given_type(name, fault);
	}
	return name->source == ERP_SOURCE_RELATION ?
		erp_resolve_relation(name, NULL, GetSessionUserId(), fault) :
		erp_resolve_row_name(name, NULL, GetSessionUserId(), fault);
}

/* Resolves a name of the rule at hand: typed by the table, else by its JSON value. */
static bool
resolve(void *context, ErpName *name, erpk_fault *fault)
{
	Scene	   *scene = context;
	char	   *path = name->text;
	JsonbContainer *row = &scene->record->root;
	JsonbValue *fact;

	if (name->relation != NULL)
		return resolve_relation(scene, name, fault);
	if (strncmp(path, "agent.", 6) == 0 || strncmp(path, "tx.", 3) == 0)
		return resolve_attribute(scene, name, fault);
	if (strncmp(path, "new.", 4) == 0)
		path += 4;
	fact = member(object_of(member(&scene->context->root, "facts")), path);
	if (strncmp(name->text, "new.", 4) == 0 && scene->is_delete)
		row = NULL;
	else if (strncmp(path, "old.", 4) == 0)
	{
		JsonbContainer *old = object_of(member(&scene->context->root, "old"));

		path += 4;
		row = old == NULL && scene->is_delete ? row : old;
	}
	if (scene->relation == NULL)
		return preset(name, fact ? fact : walk(row, path), ERPK_T_NULL, fault);
	if (!erp_resolve_path(scene->relation, path, name, NULL, GetSessionUserId(), fault))
		return false;
	if (fact)
	{
		name->sql = NULL;
		return preset(name, fact, name->type, fault);
	}
	if (name->type == ERPK_T_JSON && name->sql == NULL)
	{
		name->source = ERP_SOURCE_PRESET;
		name->json = erp_json_walk(member(row, pnstrdup(path, strcspn(path, "."))), name->json_path);
		return true;
	}
	/* of a type rules cannot compare, all that is asked is whether it is there */
	if (name->type == ERPK_T_OPAQUE && name->sql == NULL)
	{
		JsonbValue *json = member(row, path);

		name->source = ERP_SOURCE_PRESET;
		name->preset.state = json && json->type != jbvNull ? ERPK_S_VALUE : ERPK_S_NULL;
		name->preset.type = ERPK_T_OPAQUE;
		return true;
	}
	name->source = ERP_SOURCE_PRESET;
	name->key = column_datum(name, member(row, pnstrdup(path, strcspn(path, "."))), &name->key_is_null);
	if (name->sql == NULL)
		erp_value_from_datum(name->key, name->key_is_null, name->value_type, &name->preset);
	return true;
}

/* Fills a slot with what is known beforehand. */
static void
load_preset(ErpProgram *program, uint32 slot)
{
	const ErpName *name = &program->names[program->slots[slot].key];

	if (name->type == ERPK_T_JSON)
		erp_json_read(name->json, program->slots[slot].type, slot, &program->registers[slot]);
	else
		program->registers[slot] = name->preset;
}

/* Reports the error a rule ended in. */
static void
raise_failure(ErpProgram *program)
{
	int32		code = erpk_failure(program->bytes, program->registers, 0);
	/* both are explained as members of one object */
	char	   *detail = psprintf("{%s, %s", erp_explain(program, program->registers, 0, ERPK_EXPLAIN_VIOLATION),
								  erp_explain(program, program->registers, 0, ERPK_EXPLAIN_TRACE) + 1);

	ereport(ERROR,
			(errcode(erp_sqlstate(code)),
			 errmsg("%s", erp_explain(program, program->registers, 0, ERPK_EXPLAIN_ERROR)),
			 errdetail_internal("%s", detail),
			 errhint("Guard the value with a test that is false where it cannot be used.")));
}

/* Fills the slot of a fact of the record. */
static void
load_fact(void *context, uint32 slot)
{
	ErpProgram *program = context;
	ErpName    *name = &program->names[program->slots[slot].key];

	if (name->sql == NULL)
		load_preset(program, slot);
	else
		erp_fact_fetch(program, slot, name->key, name->key_is_null, false, &program->registers[slot]);
}

/* Runs the one rule of a program without short cuts, so that its trace is whole. */
static int32
run_program(ErpProgram *program)
{
	erpk_run	run = {.full = 1};
	ErpRunner	runner = {
		.program = program,
		.registers = program->registers,
		.memory = CurrentMemoryContext,
		.load = load_fact,
		.context = program
	};
	int32		outcome;

	for (uint32 slot = 0; slot < program->header->slot_count; slot++)
		if (program->slots[slot].is_fact == ERPK_FACT_NONE && program->slots[slot].scope == 0)
			load_preset(program, slot);
	outcome = erp_run(&runner, &run);
	erp_show_witnesses(&runner, 0);
	return outcome;
}

/* Tells whether the context speaks of a DELETE, where the row at hand is OLD. */
static bool
is_delete(const Scene *scene)
{
	JsonbValue *operation = member(object_of(member(&scene->context->root, "tx")), "operation");

	return operation && operation->type == jbvString && operation->val.string.len == 6 &&
		memcmp(operation->val.string.val, "DELETE", 6) == 0;
}

/* Returns an argument, or an empty object for NULL. */
static Jsonb *
object_argument(FunctionCallInfo fcinfo, int number)
{
	if (PG_ARGISNULL(number))
		return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")));
	return PG_GETARG_JSONB_P(number);
}

ERP_FUNCTION(erp_rule_evaluate);

/* Evaluates a rule on a record: verdict, value and trace. */
Datum
erp_rule_evaluate(PG_FUNCTION_ARGS)
{
	Scene		scene = {0};
	ErpRuleText source = {.flags = 0, .context = &scene};
	ErpProgram *program;
	int32		outcome;
	char	   *result;

	if (PG_ARGISNULL(0))
	{
		erpk_fault	fault = {.code = ERPK_MALFORMED, .message = "there is no rule"};

		erp_raise_fault(&fault, NULL);
	}
	source.ast = erp_expanded_text(PG_GETARG_JSONB_P(0));
	scene.record = object_argument(fcinfo, 1);
	scene.context = object_argument(fcinfo, 2);
	scene.is_delete = is_delete(&scene);
	if (!PG_ARGISNULL(3))
		scene.relation = relation_open(PG_GETARG_OID(3), AccessShareLock);
	program = erp_program_compile(CurrentMemoryContext, &source, 1, resolve);
	if (program->faults[0].code != 0)
		erp_raise_fault(&program->faults[0], NULL);
	outcome = run_program(program);
	if (outcome == ERPK_FAILED)
		raise_failure(program);
	result = erp_explain(program, program->registers, 0, ERPK_EXPLAIN_TRACE);
	if (scene.relation)
		relation_close(scene.relation, NoLock);
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(result)));
}

ERP_FUNCTION(erp_rule_compile_check);

/* Compiles a rule against a table and returns what is wrong with it; no row when nothing is. */
Datum
erp_rule_compile_check(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ErpTableScope scope = {0};
	ErpRuleText source = {.context = &scope};
	ErpProgram *program;
	erpk_fault *fault;

#if PG_VERSION_NUM >= 160000
	InitMaterializedSRF(fcinfo, 0);
#else
	SetSingleFuncCall(fcinfo, 0);
#endif
	scope.relation = relation_open(PG_GETARG_OID(0), AccessShareLock);
	scope.reader = GetSessionUserId();
	scope.declared = scope.operation = text_to_cstring(PG_GETARG_TEXT_PP(1));
	source.ast = JsonbToCString(NULL, &PG_GETARG_JSONB_P(2)->root, VARSIZE(PG_GETARG_JSONB_P(2)));
	program = erp_program_compile(CurrentMemoryContext, &source, 1, erp_resolve_table_name);
	fault = &program->faults[0];
	if (fault->code != 0)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum("error");
		values[1] = CStringGetTextDatum(fault->path);
		values[2] = CStringGetTextDatum(psprintf("RP%03d", fault->code));
		values[3] = CStringGetTextDatum(fault->hint[0] ? psprintf("%s; %s", fault->message, fault->hint) : fault->message);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	relation_close(scope.relation, NoLock);
	return (Datum) 0;
}
