/*
 * What rows let pass before: many rules often depend on few conditions, so the
 * combinations of their truth that every closed rule let pass are remembered,
 * and a row that shows a known combination is judged by the other rules only.
 *
 * A combination is remembered for as long as the compiled set lives.  It is
 * about the kernel's own values, so nothing else can make it stale.
 */
#include "erp.h"

#include "utils/hsearch.h"
#include "utils/memutils.h"

/* Below this, judging costs less than looking up. */
#define SCREEN_MIN_RULES 24
/* Beyond this many combinations remembering does not pay. */
#define SCREEN_MAX_KNOWN 8192

struct ErpScreen
{
	Size		size;			/* of a key, in bytes */
	uint64	   *key;			/* the combination at hand */
	HTAB	   *known;
};

/* Makes the memory of a set, or none where it would not pay. */
static struct ErpScreen *
make_screen(ErpRuleSet *set)
{
	const erpk_program *header = set->program->header;
	MemoryContext old;
	struct ErpScreen *screen;
	HASHCTL		control = {0};

	if (header->closed_count < SCREEN_MIN_RULES)
		return NULL;
	old = MemoryContextSwitchTo(set->memory);
	screen = palloc0(sizeof(struct ErpScreen));
	screen->size = Max((header->atom_count + 31) / 32, 1) * sizeof(uint64);
	screen->key = palloc0(screen->size);
	control.keysize = screen->size;
	control.entrysize = screen->size;
	control.hcxt = set->memory;
	screen->known = hash_create("headless_erp screen", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	MemoryContextSwitchTo(old);
	return screen;
}

/* Reads the row's combination; when it is known, the run passes over the closed rules. */
void
erp_screen_begin(ErpRuleSet *set, erpk_value *registers, erpk_run *run)
{
	if (!set->screen_made)
	{
		set->screen = make_screen(set);
		set->screen_made = true;
	}
	if (set->screen == NULL)
		return;
	erpk_screen(set->program->bytes, registers, run, set->screen->key);
	run->screened = hash_search(set->screen->known, set->screen->key, HASH_FIND, NULL) != NULL;
}

/* Remembers the combination of a row that passed every rule. */
void
erp_screen_passed(ErpRuleSet *set, erpk_value *registers, erpk_run *run)
{
	if (set->screen == NULL || run->screened || hash_get_num_entries(set->screen->known) >= SCREEN_MAX_KNOWN)
		return;
	/* a look-up may have led back here and used the key for another row */
	erpk_screen(set->program->bytes, registers, run, set->screen->key);
	(void) hash_search(set->screen->known, set->screen->key, HASH_ENTER, NULL);
}
