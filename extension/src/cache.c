/*
 * Which rules apply, compiled once per backend.
 *
 * A set is keyed by (relation, operation, timing, session user), or is one rule.  It becomes stale by
 * one path only, the relcache: DDL on the table or on a table a rule's path
 * leads through sends a message by itself, and whatever changes rules calls
 * erp.rule_cache_invalidate(target), so an edit is transactional, reaches every
 * session at its next statement, and is undone by rollback.
 *
 * The callback may look nothing up; it marks.  A message that arrives while a
 * set is being read makes that set good for this call only: it may have been
 * read under a snapshot older than the change.
 *
 * Whom the session user stands for (rules for one role) is told by messages
 * about the tables of agents and people.  The business clock (rules that begin
 * or end) no message tells: sets that depend on it ask once per statement.
 */
#include "erp.h"

#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/catcache.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

typedef struct CacheKey
{
	Oid			relid;
	Oid			session_user;
	int64		constraint_id;	/* of a set that is one rule, else 0 */
	char		operation;		/* first letter */
	char		timing;			/* ERP_TIMING_* */
	char		padding[6];
} CacheKey;

typedef struct CacheEntry
{
	CacheKey	key;
	ErpRuleSet *set;			/* NULL when none is kept */
} CacheEntry;

static HTAB *cache = NULL;
static CacheEntry *latest = NULL;	/* the entry of the last call; entries are never removed */
static uint64 messages = 0;		/* relcache messages seen so far */
static SPIPlanPtr rules_plan = NULL;

static const char *const rules_query =
	"SELECT constraint_id, version, coalesce(rule_name, pg_catalog.concat('rule_', constraint_id)),"
	" violation_message, violation_code, compiled_ast::pg_catalog.text,"
	" polarity OPERATOR(pg_catalog.=) 'forbid', on_unknown OPERATOR(pg_catalog.=) 'allow',"
	" mode OPERATOR(pg_catalog.=) 'shadow', target_agent_role, valid_from, valid_to, triggering_operation"
	" FROM agent.constraints"
	" WHERE target_relation::pg_catalog.oid OPERATOR(pg_catalog.=) ANY ($1) AND is_active"
	" AND mode OPERATOR(pg_catalog.<>) 'off'"
	/* the statement triggers of the root do not know the rules of one partition */
	" AND CASE WHEN timing OPERATOR(pg_catalog.=) 'statement' AND (SELECT relispartition FROM pg_catalog.pg_class AS c"
	" WHERE c.oid OPERATOR(pg_catalog.=) target_relation) THEN 'row' ELSE timing END OPERATOR(pg_catalog.=) ANY ($3)"
	" AND CASE WHEN $4 OPERATOR(pg_catalog.=) 0"
	" THEN triggering_operation OPERATOR(pg_catalog.=) ANY (ARRAY[$2, '*'])"
	" ELSE constraint_id OPERATOR(pg_catalog.=) $4 AND triggering_operation OPERATOR(pg_catalog.<>) 'DELETE' END"
	" ORDER BY constraint_id";

/* Marks sets that depend on a changed relation, or all when the message names none. */
static void
relation_changed(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	messages++;
	if (cache == NULL)
		return;
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
		if (entry->set && (relid == InvalidOid || entry->key.relid == relid ||
						   list_member_oid(entry->set->program->depends, relid)))
			entry->set->stale = true;
}

/* Registers the callback; called once when the library is loaded. */
void
erp_cache_init(void)
{
	HASHCTL		control = {.keysize = sizeof(CacheKey), .entrysize = sizeof(CacheEntry), .hcxt = CacheMemoryContext};

	if (CacheMemoryContext == NULL)
		CreateCacheMemoryContext();
	control.hcxt = CacheMemoryContext;
	cache = hash_create("headless_erp rules", 32, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
}

/* Lets a set live until the transaction ends: a caller up the stack may still use it. */
static void
retire(CacheEntry *entry)
{
	MemoryContextSetParent(entry->set->memory, TopTransactionContext);
	entry->set = NULL;
}

/* The relation and the partitioned tables above it, whose rules bind it too. */
static List *
targets_of(Relation relation)
{
	List	   *targets = list_make1_oid(RelationGetRelid(relation));

	if (relation->rd_rel->relispartition)
		targets = list_concat(targets, get_partition_ancestors(RelationGetRelid(relation)));
	return targets;
}

/*
 * The timings that are judged now.  A partition that was made after a rule of
 * timing statement has no statement trigger of its own, and the root's does not
 * fire when it is written to directly: there its rows are judged one by one.
 */
static Datum
timings_of(Relation relation, char timing)
{
	Datum		names[3];
	int			count = 0;
	bool		statement = timing == ERP_TIMING_STATEMENT || timing == ERP_TIMING_ANY;

	if (timing == ERP_TIMING_ROW && relation->rd_rel->relispartition)
	{
		statement = true;
		for (int i = 0; relation->trigdesc && i < relation->trigdesc->numtriggers; i++)
			if (strcmp(relation->trigdesc->triggers[i].tgname, "_500_rule_gate_on_insert") == 0)
				statement = false;
	}
	if (timing == ERP_TIMING_ROW || timing == ERP_TIMING_ANY)
		names[count++] = CStringGetTextDatum("row");
	if (statement)
		names[count++] = CStringGetTextDatum("statement");
	if (timing == ERP_TIMING_COMMIT || timing == ERP_TIMING_ANY)
		names[count++] = CStringGetTextDatum("commit");
	return PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Runs the query for the rules of the targets; the rows are in SPI_tuptable. */
static void
read_rules(Relation relation, List *targets, const CacheKey *key, const char *operation)
{
	int			count = list_length(targets);
	Datum	   *oids = palloc(count * sizeof(Datum));
	Oid			types[4] = {OIDARRAYOID, TEXTOID, TEXTARRAYOID, INT8OID};
	Datum		values[4];

	for (int i = 0; i < count; i++)
		oids[i] = ObjectIdGetDatum(list_nth_oid(targets, i));
	values[0] = PointerGetDatum(construct_array(oids, count, OIDOID, sizeof(Oid), true, TYPALIGN_INT));
	values[1] = CStringGetTextDatum(operation);
	values[2] = timings_of(relation, key->timing);
	values[3] = Int64GetDatum(key->constraint_id);
	if (rules_plan == NULL)
		rules_plan = erp_spi_prepare(rules_query, 4, types);
	if (SPI_execute_plan(rules_plan, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "the rules could not be read");
}

/* Returns a moment of the row at hand. */
static TimestampTz
moment_of(HeapTuple row, int column)
{
	bool		isnull;
	Datum		datum = SPI_getbinval(row, SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? (column == 11 ? DT_NOBEGIN : DT_NOEND) : DatumGetTimestampTz(datum);
}

static bool
is_true(HeapTuple row, int column)
{
	bool		isnull;
	Datum		datum = SPI_getbinval(row, SPI_tuptable->tupdesc, column, &isnull);

	return !isnull && DatumGetBool(datum);
}

/* A rule as read, before it is known whether it applies. */
typedef struct Candidate
{
	ErpRule		rule;
	ErpRuleText text;
	char	   *role;
	char	   *declared;
	TimestampTz from;
	TimestampTz to;
} Candidate;

/* Copies the rows into memory. */
static Candidate *
copy_candidates(MemoryContext memory, int *count)
{
	MemoryContext old = MemoryContextSwitchTo(memory);
	TupleDesc	desc = SPI_tuptable->tupdesc;
	Candidate  *list;

	*count = (int) SPI_processed;
	list = palloc0(Max(*count, 1) * sizeof(Candidate));
	for (int i = 0; i < *count; i++)
	{
		HeapTuple	row = SPI_tuptable->vals[i];
		bool		isnull;

		list[i].rule.constraint_id = DatumGetInt64(SPI_getbinval(row, desc, 1, &isnull));
		list[i].rule.version = DatumGetInt32(SPI_getbinval(row, desc, 2, &isnull));
		list[i].rule.name = SPI_getvalue(row, desc, 3);
		list[i].rule.message = SPI_getvalue(row, desc, 4);
		list[i].rule.code = SPI_getvalue(row, desc, 5);
		list[i].rule.flags = (is_true(row, 7) ? ERPK_RULE_FORBID : 0) | (is_true(row, 8) ? ERPK_RULE_ALLOW_UNKNOWN : 0);
		list[i].rule.shadow = is_true(row, 9);
		list[i].text.ast = SPI_getvalue(row, desc, 6);
		list[i].text.flags = list[i].rule.flags;
		list[i].role = SPI_getvalue(row, desc, 10);
		list[i].from = moment_of(row, 11);
		list[i].to = moment_of(row, 12);
		list[i].declared = SPI_getvalue(row, desc, 13);
	}
	MemoryContextSwitchTo(old);
	return list;
}

/* Returns the actor's role name in memory, or NULL. */
static char *
actor_role(MemoryContext memory)
{
	JsonbValue	role;
	MemoryContext old;
	char	   *name;

	if (!erp_actor_attribute("role_name", &role) || role.type != jbvString)
		return NULL;
	old = MemoryContextSwitchTo(memory);
	name = pnstrdup(role.val.string.val, role.val.string.len);
	MemoryContextSwitchTo(old);
	return name;
}

static bool
same_text(const char *left, const char *right)
{
	return left == right || (left && right && strcmp(left, right) == 0);
}

/* Narrows [since, until) by a moment at which a rule begins or ends. */
static void
bound(ErpRuleSet *set, TimestampTz moment)
{
	if (!TIMESTAMP_NOT_FINITE(moment) && moment > set->since && moment < set->until)
		set->until = moment;
}

/* Keeps the candidates that apply now to this actor, at the front of the list; returns how many. */
static int
choose(ErpRuleSet *set, Candidate *list, int count)
{
	int			kept = 0;

	for (int i = 0; i < count; i++)
	{
		if (strcmp(list[i].role, "*") != 0)
			set->by_role = true;
		if (!TIMESTAMP_NOT_FINITE(list[i].from) || !TIMESTAMP_NOT_FINITE(list[i].to))
			set->bounded = true;
	}
	if (set->by_role)
		set->role_name = actor_role(set->memory);
	set->until = DT_NOEND;
	if (set->bounded)
		set->since = erp_business_now();
	for (int i = 0; i < count; i++)
	{
		bound(set, list[i].from);
		bound(set, list[i].to);
		if (strcmp(list[i].role, "*") != 0 && !same_text(list[i].role, set->role_name))
			continue;
		if (set->bounded && (list[i].from > set->since || list[i].to <= set->since))
			continue;
		if (TIMESTAMP_IS_NOEND(list[i].from) || TIMESTAMP_IS_NOBEGIN(list[i].to))
			continue;
		list[kept++] = list[i];
	}
	return kept;
}

/* Adds the tables that say whom a login stands for; their triggers send a message when that changes. */
static List *
add_actors(List *depends)
{
	depends = lappend_oid(depends, get_relname_relid("agents", get_namespace_oid("agent", false)));
	return lappend_oid(depends, get_relname_relid("people", get_namespace_oid("erp", false)));
}

/* Compiles the chosen rules into the set. */
static void
compile(ErpRuleSet *set, Relation relation, const char *operation, Candidate *list, int count, List *targets)
{
	MemoryContext old = MemoryContextSwitchTo(set->memory);
	ErpTableScope *scopes = palloc0(Max(count, 1) * sizeof(ErpTableScope));
	ErpRuleText *texts = palloc0(Max(count, 1) * sizeof(ErpRuleText));

	set->rules = palloc0(Max(count, 1) * sizeof(ErpRule));
	set->rule_count = count;
	for (int i = 0; i < count; i++)
	{
		set->rules[i] = list[i].rule;
		scopes[i] = (ErpTableScope) {.relation = relation, .declared = list[i].declared, .operation = operation};
		texts[i] = list[i].text;
		texts[i].context = &scopes[i];
	}
	set->program = erp_program_compile(set->memory, texts, count, erp_resolve_table_name);
	set->program->depends = list_copy(targets);
	if (set->by_role)
		set->program->depends = add_actors(set->program->depends);
	for (int i = 0; i < count; i++)
		set->program->depends = list_concat_unique_oid(set->program->depends, scopes[i].depends);
	MemoryContextSwitchTo(old);
}

/* Reads and compiles the set; it belongs to the transaction until it is kept. */
static ErpRuleSet *
build(Relation relation, const CacheKey *key, const char *operation)
{
	MemoryContext memory = AllocSetContextCreate(TopTransactionContext, "headless_erp rule set", ALLOCSET_SMALL_SIZES);
	ErpRuleSet *set = MemoryContextAllocZero(memory, sizeof(ErpRuleSet));
	List	   *targets = targets_of(relation);
	ErpFrame	frame;
	Candidate  *list;
	int			count;

	set->memory = memory;
	erp_spi_begin(&frame, true, false);
	read_rules(relation, targets, key, operation);
	list = copy_candidates(memory, &count);
	erp_spi_end(&frame);
	count = choose(set, list, count);
	compile(set, relation, operation, list, count, targets);
	erp_locks_read(set, relation);
	return set;
}

/* Tells whether what no message announces still holds; asked once per statement. */
static bool
still_applies(ErpRuleSet *set)
{
	TimestampTz now;

	if (!set->bounded || erp_same_statement(set->mark))
		return true;
	now = erp_business_now();
	if (now < set->since || now >= set->until)
		return false;
	/* the look-up above may have moved the command counter */
	(void) erp_same_statement(set->mark);
	return true;
}

/* Returns the compiled rules of a timing for the operation on the relation by the session user, or one rule alone. */
ErpRuleSet *
erp_rules_for(Relation relation, const char *operation, char timing, int64 constraint_id)
{
	CacheKey	key = {.relid = RelationGetRelid(relation), .session_user = GetSessionUserId(),
	.operation = operation[0], .timing = timing, .constraint_id = constraint_id};
	CacheEntry *entry;
	ErpRuleSet *set;
	uint64		seen;
	bool		found;

	/* a statement in an open transaction takes no new lock, so nobody else reads the messages */
	AcceptInvalidationMessages();
	entry = latest;
	if (entry == NULL || memcmp(&entry->key, &key, sizeof(key)) != 0)
	{
		entry = hash_search(cache, &key, HASH_ENTER, &found);
		if (!found)
			entry->set = NULL;
		latest = entry;
	}
	if (entry->set && (entry->set->stale || !still_applies(entry->set)))
		retire(entry);
	if (entry->set && !entry->set->stale)
		return entry->set;

	seen = messages;
	set = build(relation, &key, operation);
	entry = hash_search(cache, &key, HASH_ENTER, &found);
	if (!found || entry->set == NULL)
	{
		entry->set = NULL;
		if (seen == messages)
		{
			MemoryContextSetParent(set->memory, CacheMemoryContext);
			(void) erp_same_statement(set->mark);
			entry->set = set;
		}
	}
	return set;
}

ERP_FUNCTION(erp_rule_cache_invalidate);

/* Tells every backend, at commit, that the rules of a table changed; this one at the next command. */
Datum
erp_rule_cache_invalidate(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);

	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		CacheInvalidateRelcacheByRelid(relid);
	PG_RETURN_VOID();
}
