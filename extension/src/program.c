/* Rules into a program: names, flat code, register file, all in one memory context. */
#include "erp.h"

#include "utils/memutils.h"

/* Tells whether two texts, either of which may be missing, are the same. */
static bool
same_text(const char *left, const char *right)
{
	return left == right || (left && right && strcmp(left, right) == 0);
}

/* Returns the index of a name of the program, resolving it when it is new; -1 with a fault. */
static int
find_name(ErpProgram *program, int *capacity, const ErpName *wanted, ErpResolver resolve, void *context,
		  erpk_fault *fault)
{
	ErpName    *name;

	for (int i = 0; i < program->name_count; i++)
		/* x.qty of rows called x is another member than of rows without a name */
		if (strcmp(program->names[i].text, wanted->text) == 0 &&
			same_text(program->names[i].relation, wanted->relation) &&
			same_text(program->names[i].member, wanted->member) &&
			(program->names[i].source == ERP_SOURCE_RELATION) == (wanted->source == ERP_SOURCE_RELATION))
			return i;
	if (program->name_count == *capacity)
	{
		*capacity *= 2;
		program->names = repalloc(program->names, *capacity * sizeof(ErpName));
	}
	name = &program->names[program->name_count];
	*name = *wanted;
	/* elements of a list need no catalogue */
	if (name->relation && name->relation[0] == '\0')
	{
		name->type = name->source == ERP_SOURCE_RELATION ? ERPK_T_NULL : ERPK_T_JSON;
		name->json_path = name->member && name->member[0] ? name->member : NULL;
		return program->name_count++;
	}
	if (!resolve(context, name, fault))
		return -1;
	return program->name_count++;
}

/* One entry of a rule's listing. */
typedef struct Entry
{
	char	   *scope;
	char	   *name;
	char	   *member;
	char	   *path;
} Entry;

static uint32
next_entry(uint8 *listing, uint32 at, Entry *entry)
{
	char	  **parts[] = {&entry->scope, &entry->name, &entry->member, &entry->path};

	for (int i = 0; i < lengthof(parts); i++)
	{
		*parts[i] = (char *) listing + at;
		at += strlen(*parts[i]) + 1;
	}
	return at;
}

/* What is wanted of the resolver for an entry; false for a name of a relation that could not be resolved. */
static bool
wanted_name(const ErpProgram *program, const Entry *entry, const int *relations, ErpName *wanted)
{
	int			scope = atoi(entry->scope + (entry->scope[0] == '='));

	memset(wanted, 0, sizeof(*wanted));
	wanted->text = pstrdup(entry->name);
	if (entry->scope[0] == '=')
	{
		wanted->source = ERP_SOURCE_RELATION;
		wanted->relation = wanted->text;
	}
	else if (scope > 0)
	{
		if (relations[scope] < 0)
			return false;
		wanted->source = ERP_SOURCE_ROW;
		wanted->member = pstrdup(entry->member);
		wanted->relation = program->names[relations[scope]].relation;
		wanted->relid = program->names[relations[scope]].relid;
		wanted->given = program->names[relations[scope]].given;
	}
	return true;
}

static uint8
fact_of(const ErpName *name)
{
	if (name->source == ERP_SOURCE_RELATION)
		return ERPK_FACT_QUANTIFIER;
	return name->sql != NULL || name->source == ERP_SOURCE_AGENT || name->source == ERP_SOURCE_TX ?
		ERPK_FACT_NAME : ERPK_FACT_NONE;
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
	int		   *relations = palloc((ERPK_MAX_NODES + 1) * sizeof(int));

	erpk_scan(rule->ast, rule->ast_length, listing, room, &needed, fault);
	if (needed > room)
	{
		room = needed;
		listing = repalloc_huge(listing, room);
		erpk_scan(rule->ast, rule->ast_length, listing, room, &needed, fault);
	}
	for (uint32 at = 0; at < needed;)
	{
		Entry		entry;
		ErpName		wanted;
		erpk_fault	own = {0};
		int			scope;
		int			key;

		at = next_entry(listing, at, &entry);
		if (!wanted_name(program, &entry, relations, &wanted))
			continue;
		scope = atoi(entry.scope + (entry.scope[0] == '='));
		key = find_name(program, capacity, &wanted, resolve, text->context, &own);
		if (wanted.source == ERP_SOURCE_RELATION)
			relations[scope] = key;
		if (key < 0)
		{
			/* a name's fault says more than the kernel's "unknown name" */
			if (fault->code == 0)
			{
				*fault = own;
				strlcpy(fault->path, entry.path, sizeof(fault->path));
			}
			continue;
		}
		if (rule->name_count == allocated)
		{
			allocated *= 2;
			names = repalloc(names, allocated * sizeof(erpk_name));
		}
		names[rule->name_count++] = (erpk_name) {
			.text = (const uint8 *) wanted.text,
			.length = strlen(wanted.text),
			.key = key,
			.type = program->names[key].type,
			.is_fact = fact_of(&program->names[key]),
			.scope = scope
		};
	}
	pfree(relations);
	rule->names = names;
	if (fault->code == 0)
		erp_check_literals(rule, fault);
}

/* Finds the relation and the slots of each quantifier. */
static void
bind_quantifiers(ErpProgram *program)
{
	const erpk_program *header = program->header;
	const erpk_quantifier *table = (const erpk_quantifier *) (program->bytes + header->quantifiers);

	program->quantifiers = palloc0(Max(header->quantifier_count, 1) * sizeof(ErpQuantifier));
	for (uint32 i = 0; i < header->quantifier_count; i++)
	{
		ErpQuantifier *quantifier = &program->quantifiers[i];
		const char *relation = (const char *) program->bytes + header->bytes + table[i].relation;

		quantifier->number = i;
		quantifier->code = &table[i];
		quantifier->slots = palloc(header->slot_count * sizeof(uint32));
		for (uint32 slot = 0; slot < header->slot_count; slot++)
			if (program->slots[slot].scope == i + 1)
				quantifier->slots[quantifier->slot_count++] = slot;
		for (int j = 0; j < program->name_count; j++)
			if (program->names[j].source == ERP_SOURCE_RELATION &&
				strlen(program->names[j].text) == table[i].relation_length &&
				memcmp(program->names[j].text, relation, table[i].relation_length) == 0)
				quantifier->source = &program->names[j];
	}
}

/* Writes the program of all rules; repeated once when the first guess of its size was too small. */
static void
write_code(ErpProgram *program, const erpk_rule *rules, int count)
{
	uint32		capacity = 16384;
	uint32		needed = 0;
	uint8	   *bytes;
	erpk_fault *faults = palloc0(count * sizeof(erpk_fault));

	for (int i = 0; i < count && capacity < 16 * 1024 * 1024; i++)
		capacity += 3 * rules[i].ast_length;
	bytes = MemoryContextAllocHuge(program->memory, capacity);
	erp_check_status(erpk_compile(rules, count, bytes, capacity, &needed, faults), "compile");
	if (needed > capacity)
	{
		capacity = needed;
		bytes = repalloc_huge(bytes, capacity);
		erp_check_status(erpk_compile(rules, count, bytes, capacity, &needed, faults), "compile");
	}
	bytes = repalloc_huge(bytes, needed);
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
	bind_quantifiers(program);
}

/* Frees the saved plans of a program whose memory goes, also when an error takes it. */
static void
release_plans(void *arg)
{
	ErpProgram *program = arg;

	for (int i = 0; i < program->name_count; i++)
		if (program->names[i].plan)
			SPI_freeplan(program->names[i].plan);
	for (uint32 i = 0; program->quantifiers && i < program->header->quantifier_count; i++)
		if (program->quantifiers[i].plan)
			SPI_freeplan(program->quantifiers[i].plan);
}

/* Programs compiled so far. */
static uint64 last_serial = 0;

/* Compiles rules into memory; a rule that fails has its fault and is broken, the others are usable. */
ErpProgram *
erp_program_compile(MemoryContext memory, const ErpRuleText *texts, int count, ErpResolver resolve)
{
	MemoryContext old = MemoryContextSwitchTo(memory);
	ErpProgram *program = palloc0(sizeof(ErpProgram));
	erpk_rule  *rules = palloc0(count * sizeof(erpk_rule));
	MemoryContextCallback *release = palloc0(sizeof(MemoryContextCallback));
	int			capacity = 32;

	program->memory = memory;
	program->serial = ++last_serial;
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
	/* SAFETY: freeing a saved plan raises nothing and looks nothing up */
	release->func = release_plans;
	release->arg = program;
	MemoryContextRegisterResetCallback(memory, release);
	MemoryContextSwitchTo(old);
	return program;
}
