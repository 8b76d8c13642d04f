/*
 * What quantifiers found, remembered while a transaction is judged at commit:
 * a rule over the legs of a journal asks for the same sum at each leg.
 *
 * It is kept by all the values that the quantifier reads from outside its rows.
 * It goes when this transaction writes (a new command), when a write is undone,
 * and when a lock is taken that was not held before, as what is read after a
 * lock has to be read anew.
 */
#include "relations.h"

#include "access/xact.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#define KEY_BYTES 112

typedef struct FoundKey
{
	uint64		program;
	uint32		quantifier;
	uint32		length;
	char		bytes[KEY_BYTES];
} FoundKey;

typedef struct Found
{
	FoundKey	key;
	erpk_value	value;
} Found;

static HTAB *found = NULL;
static MemoryContext found_memory = NULL;
static CommandId found_at;

static void
forget_memory(void *arg)
{
	found = NULL;
	found_memory = NULL;
}

/* Forgets what was found. */
void
erp_forget_found(void)
{
	if (found_memory)
		MemoryContextDelete(found_memory);
}

static void
add_outer(ErpProgram *program, ErpQuantifier *quantifier, uint32 number)
{
	const erpk_slot *slot;

	if (number >= program->header->slot_count)
		return;
	slot = &program->slots[number];
	if (slot->scope > 0 || slot->is_fact == ERPK_FACT_QUANTIFIER)
		return;
	for (int i = 0; i < quantifier->outer_count; i++)
		if (quantifier->outer[i] == number)
			return;
	quantifier->outer[quantifier->outer_count++] = number;
}

/* Lists the slots of the row judged that a quantifier and those inside it read. */
static void
list_outer(ErpProgram *program, ErpQuantifier *quantifier)
{
	quantifier->outer = MemoryContextAlloc(program->memory, program->header->slot_count * sizeof(uint32));
	for (uint32 i = quantifier->number; i < program->header->quantifier_count; i++)
	{
		const erpk_quantifier *code = program->quantifiers[i].code;

		if (i != quantifier->number && code->parent != quantifier->number + 1)
			continue;
		add_outer(program, quantifier, code->source);
		add_outer(program, quantifier, code->where);
		add_outer(program, quantifier, code->body);
		for (uint32 at = code->first; at < code->last; at++)
			for (int position = 0; position < erp_code(program, at)->count; position++)
				add_outer(program, quantifier, erp_operand(program, erp_code(program, at), position));
	}
}

static bool
append(FoundKey *key, const void *bytes, uint32 length)
{
	if (length > KEY_BYTES - key->length)
		return false;
	memcpy(key->bytes + key->length, bytes, length);
	key->length += length;
	return true;
}

/* Adds a value, so that different values never look alike; false when it is not there yet or too long. */
static bool
append_value(FoundKey *key, const erpk_value *value)
{
	if (value->state != ERPK_S_VALUE && value->state != ERPK_S_NULL)
		return false;
	if (!append(key, &value->state, 1))
		return false;
	if (value->state == ERPK_S_NULL)
		return true;
	if (value->type == ERPK_T_TEXT || value->type == ERPK_T_OPAQUE)
		return append(key, &value->length, sizeof(value->length)) && append(key, value->bytes, value->length);
	return value->type != ERPK_T_JSON && append(key, &value->scale, sizeof(value->scale)) &&
		append(key, &value->low, sizeof(value->low)) && append(key, &value->high, sizeof(value->high));
}

/* Writes what the quantifier's value depends on; false when that is not to be told so simply. */
static bool
key_of(ErpRunner *runner, uint32 number, FoundKey *key)
{
	ErpQuantifier *quantifier = &runner->program->quantifiers[number];

	if (quantifier->code->source != ERPK_NO_REGISTER)
		return false;
	memset(key, 0, sizeof(*key));
	key->program = runner->program->serial;
	key->quantifier = number;
	if (quantifier->outer == NULL)
		list_outer(runner->program, quantifier);
	for (int i = 0; i < quantifier->outer_count; i++)
		if (!append_value(key, &runner->registers[quantifier->outer[i]]))
			return false;
	return true;
}

/* Recalls what a quantifier found for the same values; false when it has to be read. */
bool
erp_recall_found(ErpRunner *runner, uint32 number, erpk_value *value)
{
	FoundKey	key;
	Found	   *known;

	if (found == NULL)
		return false;
	CommandCounterIncrement();
	if (found_at != GetCurrentCommandId(false))
	{
		erp_forget_found();
		return false;
	}
	if (!key_of(runner, number, &key) || (known = hash_search(found, &key, HASH_FIND, NULL)) == NULL)
		return false;
	*value = known->value;
	return true;
}

/* Remembers what a quantifier found. */
void
erp_remember_found(ErpRunner *runner, uint32 number, const erpk_value *value)
{
	FoundKey	key;
	Found	   *entry;

	if (!key_of(runner, number, &key))
		return;
	if (found == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(FoundKey), .entrysize = sizeof(Found)};
		MemoryContextCallback *end;

		found_memory = AllocSetContextCreate(TopTransactionContext, "headless_erp found", ALLOCSET_DEFAULT_SIZES);
		end = MemoryContextAlloc(found_memory, sizeof(MemoryContextCallback));
		end->func = forget_memory;
		MemoryContextRegisterResetCallback(found_memory, end);
		control.hcxt = found_memory;
		found = hash_create("headless_erp found", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	found_at = GetCurrentCommandId(false);
	entry = hash_search(found, &key, HASH_ENTER, NULL);
	entry->value = *value;
	erp_copy_text(&entry->value, found_memory);
}
