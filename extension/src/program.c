/* Rules into a program: names, flat code, register file, all in one memory context. */
#include "erp.h"

#include "utils/memutils.h"

/* Returns the index of a name of the program, resolving it when it is new; -1 with a fault. */
static int
find_name(ErpProgram *program, int *capacity, const char *text, ErpResolver resolve, void *context, erpk_fault *fault)
{
	ErpName    *name;

	for (int i = 0; i < program->name_count; i++)
		if (strcmp(program->names[i].text, text) == 0)
			return i;
	if (program->name_count == *capacity)
	{
		*capacity *= 2;
		program->names = repalloc(program->names, *capacity * sizeof(ErpName));
	}
	name = &program->names[program->name_count];
	memset(name, 0, sizeof(*name));
	name->text = pstrdup(text);
	if (!resolve(context, name, fault))
		return -1;
	return program->name_count++;
}

/* Lists the names of one rule and resolves them; the first fault is kept. */
static void
resolve_names(ErpProgram *program, int *capacity, const ErpRuleText *text, ErpResolver resolve,
			  erpk_rule *rule, erpk_fault *fault)
{
	uint32		needed = 0;
	uint32		room = 2048;
	uint8	   *listing = palloc(room);
	int			allocated = 16;
	erpk_name  *names = palloc(allocated * sizeof(erpk_name));

	erpk_scan(rule->ast, rule->ast_length, listing, room, &needed, fault);
	if (needed > room)
	{
		room = needed;
		listing = repalloc_huge(listing, room);
		erpk_scan(rule->ast, rule->ast_length, listing, room, &needed, fault);
	}
	for (uint32 at = 0; at < needed;)
	{
		char	   *name = (char *) listing + at;
		char	   *path = name + strlen(name) + 1;
		erpk_fault	own = {0};
		int			key = find_name(program, capacity, name, resolve, text->context, &own);

		at += strlen(name) + strlen(path) + 2;
		if (key < 0)
		{
			/* a name's fault says more than the kernel's "unknown name" */
			if (fault->code == 0)
			{
				*fault = own;
				strlcpy(fault->path, path, sizeof(fault->path));
			}
			continue;
		}
		if (rule->name_count == allocated)
		{
			allocated *= 2;
			names = repalloc(names, allocated * sizeof(erpk_name));
		}
		names[rule->name_count++] = (erpk_name) {
			.text = (const uint8 *) pstrdup(name),
			.length = strlen(name),
			.key = key,
			.type = program->names[key].type,
			.is_fact = program->names[key].sql != NULL || program->names[key].source == ERP_SOURCE_AGENT ||
				program->names[key].source == ERP_SOURCE_TX
		};
	}
	rule->names = names;
}

/* Writes the program of all rules; repeated once when the first guess of its size was too small. */
static void
write_code(ErpProgram *program, const erpk_rule *rules, int count)
{
	uint32		capacity = 16384;
	uint32		needed = 0;
	uint8	   *bytes = palloc(capacity);
	erpk_fault *faults = palloc0(count * sizeof(erpk_fault));

	erp_check_status(erpk_compile(rules, count, bytes, capacity, &needed, faults), "compile");
	if (needed > capacity)
	{
		capacity = needed;
		bytes = repalloc_huge(bytes, capacity);
		erp_check_status(erpk_compile(rules, count, bytes, capacity, &needed, faults), "compile");
	}
	for (int i = 0; i < count; i++)
		if (program->faults[i].code == 0)
			program->faults[i] = faults[i];
	pfree(faults);
	program->bytes = bytes;
	program->header = (const erpk_program *) bytes;
	program->slots = (const erpk_slot *) (bytes + program->header->slots);
	program->registers = MemoryContextAllocHuge(program->memory,
												Max(program->header->register_count, 1) * sizeof(erpk_value));
	erp_check_status(erpk_prepare(bytes, needed, program->registers, program->header->register_count), "prepare");
}

/* Compiles rules into memory; a rule that fails has its fault and is broken, the others are usable. */
ErpProgram *
erp_program_compile(MemoryContext memory, const ErpRuleText *texts, int count, ErpResolver resolve)
{
	MemoryContext old = MemoryContextSwitchTo(memory);
	ErpProgram *program = palloc0(sizeof(ErpProgram));
	erpk_rule  *rules = palloc0(count * sizeof(erpk_rule));
	int			capacity = 32;

	program->memory = memory;
	program->names = palloc(capacity * sizeof(ErpName));
	program->faults = palloc0(count * sizeof(erpk_fault));
	for (int i = 0; i < count; i++)
	{
		rules[i].ast = (const uint8 *) texts[i].ast;
		rules[i].ast_length = strlen(texts[i].ast);
		rules[i].flags = texts[i].flags;
		resolve_names(program, &capacity, &texts[i], resolve, &rules[i], &program->faults[i]);
	}
	write_code(program, rules, count);
	MemoryContextSwitchTo(old);
	return program;
}
