/*
 * The rule gate: AFTER ROW for every write, BEFORE TRUNCATE.
 *
 * AFTER, so that it judges the row as it is stored, generated columns and all;
 * a BEFORE gate is bypassed by any later BEFORE trigger.  The trigger function
 * is not SECURITY DEFINER: entering such a function costs more than judging
 * twenty rules, and only the look-ups need erp_owner's rights (facts.c).
 */
#include "gate.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

static TupleTableSlot *
row_of(const Write *write, const ErpName *name)
{
	return name->source == ERP_SOURCE_OLD ? write->old_row : write->new_row;
}

/* Reads agent.x or tx.x. */
static void
load_attribute(const Write *write, const ErpName *name, erpk_value *value)
{
	JsonbValue	found;

	memset(value, 0, sizeof(*value));
	value->state = ERPK_S_NULL;
	if (name->source == ERP_SOURCE_AGENT)
	{
		if (erp_actor_attribute(name->attribute, &found) && !erp_value_from_json(&found, name->type, value))
			elog(ERROR, "erp.actor() gave %s of another type", name->attribute);
	}
	else if (strcmp(name->attribute, "now") == 0)
		erp_value_from_datum(TimestampTzGetDatum(erp_business_now()), false, TIMESTAMPTZOID, value);
	else if (strcmp(name->attribute, "today") == 0)
		erp_value_from_datum(erp_business_today(), false, DATEOID, value);
	else if (strcmp(name->attribute, "operation") == 0)
		erp_value_from_datum(CStringGetTextDatum(write->operation), false, TEXTOID, value);
	else
		erp_value_from_datum(CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false)), false, TEXTOID, value);
}

/* Fetches the fact the kernel asked for. */
static void
load_fact(void *context, uint32 slot)
{
	const Write *write = context;
	ErpProgram *program = write->set->program;
	ErpName    *name = &program->names[program->slots[slot].key];
	TupleTableSlot *row = row_of(write, name);
	bool		isnull = true;
	Datum		key = (Datum) 0;

	if (name->source == ERP_SOURCE_AGENT || name->source == ERP_SOURCE_TX)
	{
		load_attribute(write, name, &write->registers[slot]);
		return;
	}
	if (row != NULL && name->source != ERP_SOURCE_NULL)
		key = slot_getattr(row, name->attnum, &isnull);
	if (write->memo)
		erp_memo_fetch(write->memo, program, slot, key, isnull, &write->registers[slot]);
	else
		erp_fact_fetch(program, slot, key, isnull, write->relation != NULL && !write->as_caller, &write->registers[slot]);
}

/* What the rules' facts are read with: a fresh snapshot and, in a trigger, the rights of their owner. */
static ErpRunner
runner_of(Write *write)
{
	return (ErpRunner) {
		.program = write->set->program,
		.registers = write->registers,
		.memory = CurrentMemoryContext,
		.load = load_fact,
		.context = write,
		.as_owner = write->relation != NULL && !write->as_caller,
		.remember = write->remember
	};
}

/* Runs the kernel until it has a verdict. */
int32
erp_gate_evaluate(Write *write, erpk_run *run)
{
	ErpRunner	runner = runner_of(write);

	return erp_run(&runner, run);
}

static char *
table_name(Relation relation)
{
	return psprintf("%s.%s", get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation));
}

/* Tells whether the session user may SELECT what a slot holds; of a quantifier, the table that it reads no column of. */
static bool
may_read_slot(const Write *write, uint32 number)
{
	const ErpProgram *program = write->set->program;
	const erpk_slot *slot = &program->slots[number];
	const ErpName *name;
	ErpName		again;
	ErpTableScope scope = {.relation = write->relation, .declared = "*",
	.operation = write->operation, .reader = GetSessionUserId()};
	erpk_fault	fault = {0};

	if (slot->is_fact == ERPK_FACT_KEPT)
		return true;
	if (slot->is_fact == ERPK_FACT_QUANTIFIER)
	{
		const ErpQuantifier *quantifier = &program->quantifiers[slot->key];

		for (int i = 0; i < quantifier->slot_count; i++)
			if (erp_slot_is_name(&program->slots[quantifier->slots[i]]))
				return true;
		return quantifier->code->source != ERPK_NO_REGISTER ||
			pg_class_aclcheck(quantifier->source->relid, GetSessionUserId(), ACL_SELECT) == ACLCHECK_OK;
	}
	name = &program->names[slot->key];
	/* elements are read with their list */
	if (name->relation && name->relation[0] == '\0')
		return true;
	again = (ErpName) {.text = name->text, .relation = name->relation, .member = name->member, .relid = name->relid};
	return erp_resolve_table_name(&scope, &again, &fault);
}

/* Tells whether a register was computed from a hidden slot. */
static bool
comes_from_hidden(const ErpProgram *program, const bool *hidden, uint32 number)
{
	uint32		base = program->header->slot_count + program->header->constant_count;
	const erpk_code *code;

	if (number < program->header->slot_count)
		return hidden[number];
	if (number < base || number >= program->header->register_count)
		return false;
	code = erp_code(program, number - base);
	for (int i = 0; i < code->count; i++)
		if (comes_from_hidden(program, hidden, erp_operand(program, code, i)))
			return true;
	return false;
}

/*
 * Tells whether what a quantifier found may tell of a hidden slot: one that its
 * block reads, of its rows or from outside, or its list, or what it begins with.
 */
static bool
reads_hidden(const ErpProgram *program, const bool *hidden, const erpk_quantifier *code)
{
	uint32		base = program->header->slot_count + program->header->constant_count;

	if (hidden[code->slot] || comes_from_hidden(program, hidden, code->source) ||
		comes_from_hidden(program, hidden, code->initial) || comes_from_hidden(program, hidden, code->where) ||
		comes_from_hidden(program, hidden, code->body))
		return true;
	for (uint32 i = code->first; i < code->last; i++)
		if (comes_from_hidden(program, hidden, base + i))
			return true;
	return false;
}

/* Copies the registers and hides in them what the session user may not SELECT: the gate read as erp_owner. */
static erpk_value *
redact(const Write *write)
{
	ErpProgram *program = write->set->program;
	uint32		slot_count = program->header->slot_count;
	Size		size = program->header->register_count * sizeof(erpk_value);
	erpk_value *registers = memcpy(palloc(size), write->registers, size);
	bool	   *hidden = palloc(slot_count + 1);

	for (uint32 slot = 0; slot < slot_count; slot++)
		hidden[slot] = !may_read_slot(write, slot);
	/* elements are as hidden as their list; those inside come later than the quantifier around them */
	for (uint32 i = 0; i < program->header->quantifier_count; i++)
		for (int j = 0; j < program->quantifiers[i].slot_count; j++)
			if (comes_from_hidden(program, hidden, program->quantifiers[i].code->source))
				hidden[program->quantifiers[i].slots[j]] = true;
	for (uint32 i = program->header->quantifier_count; i > 0; i--)
		hidden[program->quantifiers[i - 1].code->slot] = reads_hidden(program, hidden, program->quantifiers[i - 1].code);
	for (uint32 slot = 0; slot < slot_count; slot++)
		if (hidden[slot] && registers[slot].state == ERPK_S_VALUE)
			registers[slot].state = ERPK_S_REDACTED;
	return registers;
}

/* Begins the DETAIL: which rule, of which table. */
static void
begin_detail(StringInfo detail, const Write *write, const ErpRule *rule)
{
	initStringInfo(detail);
	appendStringInfoString(detail, "{\"rule\": ");
	escape_json(detail, rule->name);
	appendStringInfo(detail, ", \"constraint_id\": " INT64_FORMAT ", \"version\": %d, \"table\": ",
					 rule->constraint_id, rule->version);
	escape_json(detail, table_name(write->relation));
	appendStringInfo(detail, ", \"operation\": \"%s\"", write->operation);
}

/* Builds the DETAIL: which rule, which values, what failed and by how much. */
static char *
detail_of(const Write *write, const ErpRule *rule, uint32 number, int32 outcome, erpk_value *shown,
		  const erpk_repair *change)
{
	StringInfoData detail;

	begin_detail(&detail, write, rule);
	appendStringInfo(&detail, ", %s", erp_explain(write->set->program, shown, number, ERPK_EXPLAIN_VIOLATION));
	if (change->found)
		appendStringInfo(&detail, ", %s", erp_change_text(write, shown, change, ERPK_CHANGE_JSON));
	if (write->through)
	{
		appendStringInfoString(&detail, ", \"through\": ");
		escape_json(&detail, write->through);
	}
	if (outcome == ERPK_UNKNOWN)
	{
		appendStringInfoString(&detail, ", \"message\": ");
		escape_json(&detail, rule->message);
	}
	appendStringInfoChar(&detail, '}');
	return detail.data;
}

/* Says how the rule refuses the row. */
static ErpRefusal
refusal_of(const Write *write, int32 outcome, uint32 number)
{
	const ErpRule *rule = &write->set->rules[number];
	ErpProgram *program = write->set->program;
	erpk_value *shown = redact(write);
	ErpRefusal	refusal = {
		.code = rule->code,
		.message = rule->message,
		.hint = erp_explain(program, shown, number, ERPK_EXPLAIN_HINT)
	};
	erpk_repair change = {0};

	if (outcome == ERPK_VIOLATED && erp_find_change(write, shown, number, &change))
		refusal.hint = psprintf("%s; %s", refusal.hint, erp_change_text(write, shown, &change, ERPK_CHANGE_TEXT));
	if (outcome == ERPK_UNKNOWN)
	{
		const char *unknown = erp_explain(program, shown, number, ERPK_EXPLAIN_UNKNOWN);

		refusal.code = "RP111";
		refusal.message = psprintf("cannot be established: %s is null", unknown);
		refusal.hint = strstr(unknown, "agent.") && erp_actor() == NULL ?
			"connect as an agent or a person, or as the owner use erp.break_glass(reason)" :
			"give these a value, or let the rule allow what is unknown (on_unknown)";
	}
	else if (outcome == ERPK_FAILED)
	{
		refusal.code = psprintf("RP%03d", erpk_failure(program->bytes, write->registers, number));
		refusal.message = psprintf("%s: %s", rule->name, erp_explain(program, shown, number, ERPK_EXPLAIN_ERROR));
	}
	refusal.detail = detail_of(write, rule, number, outcome, shown, &change);
	return refusal;
}

/* Says how a rule that no longer compiles judges. */
static ErpRefusal
broken_refusal(const Write *write, uint32 number)
{
	const ErpRule *rule = &write->set->rules[number];
	const erpk_fault *fault = &write->set->program->faults[number];
	StringInfoData detail;

	begin_detail(&detail, write, rule);
	appendStringInfoString(&detail, ", \"path\": ");
	escape_json(&detail, fault->path);
	appendStringInfoString(&detail, ", \"values\": {}}");
	return (ErpRefusal) {
		.code = psprintf("RP%03d", fault->code),
		.message = psprintf("rule \"%s\" is broken: %s", rule->name, fault->message),
		.hint = fault->hint,
		.detail = detail.data
	};
}

/* Refuses the write, or only logs it for a shadow rule. */
static void
refuse(const Write *write, const ErpRefusal *refusal, uint32 number)
{
	const ErpRule *rule = &write->set->rules[number];
	const char *code = refusal->code;

	if (rule->shadow)
		erp_log_shadow(code, refusal->message, refusal->detail,
					   erp_row_key(write->relation, write->new_row ? write->new_row : write->old_row));
	ereport(rule->shadow ? LOG : ERROR,
			(errcode(MAKE_SQLSTATE(code[0], code[1], code[2], code[3], code[4])),
			 rule->shadow ? errmsg("rule shadow: %s %s: %s", code, rule->name, refusal->message) :
			 errmsg("%s", refusal->message),
			 errdetail_internal("%s", refusal->detail),
			 errhint("%s", refusal->hint),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, rule->name),
			 errtable(write->relation)));
}

/* Judges the row by the run's rule once more without short cuts, so that the explanation has every value. */
static ErpRefusal
explain(Write *write, erpk_run *run)
{
	ErpRunner	runner;
	int32		outcome;

	run->full = 1;
	run->step = 0;
	outcome = erp_gate_evaluate(write, run);
	run->full = 0;
	run->step = 0;
	runner = runner_of(write);
	erp_show_witnesses(&runner, run->rule);
	return refusal_of(write, outcome, run->rule);
}

/* Handles a rule that does not hold: break-glass passes, a broken rule fails closed. */
static void
handle(Write *write, int32 outcome, erpk_run *run)
{
	const ErpRule *rule = &write->set->rules[run->rule];
	ErpRefusal	refusal;

	if (!rule->shadow && erp_actor_is_break_glass())
		return;
	if (outcome == ERPK_BROKEN && !rule->shadow)
		erp_raise_fault(&write->set->program->faults[run->rule], rule->name);
	refusal = outcome == ERPK_BROKEN ? broken_refusal(write, run->rule) : explain(write, run);
	refuse(write, &refusal, run->rule);
}

/* Judges one row by the rules of its set. */
void
erp_judge(Write *write)
{
	ErpProgram *program = write->set->program;
	erpk_run	run = {0};
	bool		clean = true;
	int32		outcome;

	write->registers = program->registers;
	if (program->header->fact_count > 0)
	{
		/* a look-up may lead back here; every level has its own registers */
		write->registers = palloc(program->header->register_count * sizeof(erpk_value));
		memcpy(write->registers, program->registers, program->header->register_count * sizeof(erpk_value));
	}
	erp_columns_load(write);
	erp_screen_begin(write->set, write->registers, &run);
	while ((outcome = erp_gate_evaluate(write, &run)) != ERPK_PASSED)
	{
		clean = false;
		handle(write, outcome, &run);
		run.rule++;
		run.step = 0;
	}
	if (clean)
		erp_screen_passed(write->set, write->registers, &run);
}

/* Judges a row by one compiled rule outside a trigger, with the rights of the caller; returns the outcome. */
int32
erp_judge_row(ErpRuleSet *set, const char *operation, TupleTableSlot *new_row, TupleTableSlot *old_row)
{
	Write		write = {.operation = operation, .new_row = new_row, .old_row = old_row, .set = set};
	erpk_run	run = {0};

	write.registers = set->program->registers;
	erp_columns_load(&write);
	return erp_gate_evaluate(&write, &run);
}

/* Tells whether the one rule of the set refuses the row, and how the gate would say it. */
bool
erp_refused(Write *write, ErpRefusal *refusal)
{
	erpk_run	run = {0};

	write->registers = write->set->program->registers;
	erp_columns_load(write);
	if (erp_gate_evaluate(write, &run) == ERPK_PASSED)
		return false;
	*refusal = explain(write, &run);
	return true;
}

/* Refuses TRUNCATE while an enforced rule guards deletes: no row would be judged. */
static void
judge_truncate(TriggerData *trigger)
{
	ErpRuleSet *set = erp_rules_for(trigger->tg_relation, "DELETE", ERP_TIMING_ANY, 0);
	const ErpRule *rule = NULL;
	StringInfoData detail;

	for (int i = 0; i < set->rule_count && rule == NULL; i++)
		if (!set->rules[i].shadow)
			rule = &set->rules[i];
	if (rule == NULL || erp_actor_is_break_glass())
		return;
	initStringInfo(&detail);
	appendStringInfoString(&detail, "{\"rule\": ");
	escape_json(&detail, rule->name);
	appendStringInfo(&detail, ", \"constraint_id\": " INT64_FORMAT ", \"version\": %d, \"table\": ",
					 rule->constraint_id, rule->version);
	escape_json(&detail, table_name(trigger->tg_relation));
	appendStringInfoString(&detail, ", \"operation\": \"TRUNCATE\"}");
	ereport(ERROR,
			(errcode(MAKE_SQLSTATE(rule->code[0], rule->code[1], rule->code[2], rule->code[3], rule->code[4])),
			 errmsg("%s", rule->message),
			 errdetail_internal("%s", detail.data),
			 errhint("TRUNCATE would skip the rules of DELETE; delete the rows, each is then judged"),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, rule->name),
			 errtable(trigger->tg_relation)));
}

/* Says what a row trigger was fired for. */
void
erp_write_of(TriggerData *trigger, Write *write)
{
	write->relation = trigger->tg_relation;
	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
	{
		write->operation = "INSERT";
		write->new_row = trigger->tg_trigslot;
	}
	else if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
	{
		write->operation = "UPDATE";
		write->new_row = trigger->tg_newslot;
		write->old_row = trigger->tg_trigslot;
	}
	else
	{
		write->operation = "DELETE";
		write->old_row = trigger->tg_trigslot;
	}
}

ERP_FUNCTION(erp_rule_gate);

/* Judges a write by the stored rules of its table. */
Datum
erp_rule_gate(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Write		write = {0};

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("erp.rule_gate() is a trigger function")));
	if (TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
	{
		judge_truncate(trigger);
		return PointerGetDatum(NULL);
	}
	if (!TRIGGER_FIRED_AFTER(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("erp.rule_gate() judges AFTER each row, or BEFORE TRUNCATE")));
	erp_write_of(trigger, &write);
	write.set = erp_rules_for(trigger->tg_relation, write.operation, ERP_TIMING_ROW, 0);
	if (write.set->rule_count > 0)
	{
		erp_lock_row(&write);
		erp_judge(&write);
	}
	return PointerGetDatum(NULL);
}
