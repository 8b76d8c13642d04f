/* Names of rules against the catalogue: columns, foreign-key paths, the actor, the transaction. */
#include "erp.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

typedef struct Attribute
{
	const char *name;
	uint8		type;
} Attribute;

static const Attribute agent_attributes[] = {
	{"kind", ERPK_T_TEXT},
	{"id", ERPK_T_NUMBER},
	{"role_name", ERPK_T_TEXT},
	{"display_name", ERPK_T_TEXT},
	{"financial_authority_limit", ERPK_T_NUMBER},
	{"operational_status", ERPK_T_TEXT},
};

static const Attribute tx_attributes[] = {
	{"now", ERPK_T_TIMESTAMPTZ},
	{"as_of", ERPK_T_TIMESTAMPTZ},
	{"today", ERPK_T_DATE},
	{"operation", ERPK_T_TEXT},
	{"user", ERPK_T_TEXT},
};

/* Keeps the candidate with the fewest edits to the word, within two. */
static void
offer(const char *word, const char *candidate, const char **best, int *distance)
{
	int			edits;

	if (strlen(word) > NAMEDATALEN || *distance == 0)
		return;
	edits = varstr_levenshtein_less_equal(word, strlen(word), candidate, strlen(candidate),
										  1, 1, 1, *distance - 1, true);
	if (edits < *distance)
	{
		*distance = edits;
		*best = candidate;
	}
}

/* Fills an RP102; always returns false. */
static bool pg_attribute_printf(3, 4)
unknown_name(erpk_fault *fault, const char *near, const char *format,...)
{
	va_list		args;

	fault->code = ERPK_UNKNOWN_NAME;
	va_start(args, format);
	vsnprintf(fault->message, sizeof(fault->message), format, args);
	va_end(args);
	if (near)
		snprintf(fault->hint, sizeof(fault->hint), "did you mean \"%s\"?", near);
	return false;
}

/* Resolves agent.x and tx.x. */
bool
erp_resolve_attribute(ErpName *name, erpk_fault *fault)
{
	bool		agent = strncmp(name->text, "agent.", 6) == 0;
	const char *key = strchr(name->text, '.') + 1;
	const Attribute *list = agent ? agent_attributes : tx_attributes;
	int			count = agent ? lengthof(agent_attributes) : lengthof(tx_attributes);
	const char *near = NULL;
	int			distance = 3;

	for (int i = 0; i < count; i++)
	{
		if (strcmp(key, list[i].name) == 0)
		{
			name->source = agent ? ERP_SOURCE_AGENT : ERP_SOURCE_TX;
			name->type = list[i].type;
			/* what is judged as of a moment is told that moment as now */
			name->attribute = pstrdup(!agent && strcmp(key, "as_of") == 0 ? "now" : key);
			return true;
		}
		offer(key, list[i].name, &near, &distance);
	}
	return unknown_name(fault, near ? psprintf("%s.%s", agent ? "agent" : "tx", near) : NULL,
						"unknown name \"%s\"", name->text);
}

/* Returns the attribute number of a column, or fills an RP102 and returns 0. */
static AttrNumber
find_column(Relation relation, const char *column, erpk_fault *fault)
{
	TupleDesc	desc = RelationGetDescr(relation);
	const char *near = NULL;
	int			distance = 3;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (attribute->attisdropped)
			continue;
		if (strcmp(NameStr(attribute->attname), column) == 0)
			return attribute->attnum;
		offer(column, NameStr(attribute->attname), &near, &distance);
	}
	unknown_name(fault, near, "%s.%s has no column \"%s\"",
				 get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation), column);
	return 0;
}

/* Tells whether a role may SELECT a column, of the table or of a partitioned table above it. */
static bool
may_read(Relation relation, const char *column, Oid reader)
{
	List	   *tables = list_make1_oid(RelationGetRelid(relation));
	ListCell   *cell;

	if (relation->rd_rel->relispartition)
		tables = list_concat(tables, get_partition_ancestors(RelationGetRelid(relation)));
	foreach(cell, tables)
	{
		Oid			table = lfirst_oid(cell);

		if (pg_class_aclcheck(table, reader, ACL_SELECT) == ACLCHECK_OK ||
			pg_attribute_aclcheck(table, get_attnum(table, column), reader, ACL_SELECT) == ACLCHECK_OK)
			return true;
	}
	return false;
}

/* Fills an RP102 for a column that the reader may not SELECT; always returns false. */
static bool
unreadable_name(erpk_fault *fault, Relation relation, const char *column, Oid reader)
{
	char	   *schema = get_namespace_name(RelationGetNamespace(relation));
	char	   *table = RelationGetRelationName(relation);
	char	   *role = GetUserNameFromId(reader, false);

	fault->code = ERPK_UNKNOWN_NAME;
	snprintf(fault->message, sizeof(fault->message), "%s may not read %s.%s.%s", role, schema, table, column);
	snprintf(fault->hint, sizeof(fault->hint), "the rule's author needs SELECT (%s) on %s.%s", column, schema, table);
	return false;
}

/*
 * Finds the single-column foreign key of a column, the first by name, and the
 * operator it compares by; false when there is none.
 */
static bool
find_foreign_key(Oid relid, AttrNumber attnum, Oid *target, AttrNumber *key, Oid *equality)
{
	Relation	catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData scan_key;
	SysScanDesc scan;
	HeapTuple	tuple;
	char	   *first = NULL;

	ScanKeyInit(&scan_key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, NULL, 1, &scan_key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint constraint = (Form_pg_constraint) GETSTRUCT(tuple);
		int			columns;
		AttrNumber	own[INDEX_MAX_KEYS];
		AttrNumber	theirs[INDEX_MAX_KEYS];
		Oid			operators[INDEX_MAX_KEYS];

		if (constraint->contype != CONSTRAINT_FOREIGN)
			continue;
		DeconstructFkConstraintRow(tuple, &columns, own, theirs, operators, NULL, NULL
#if PG_VERSION_NUM >= 150000
								   ,NULL, NULL
#endif
			);
		if (columns != 1 || own[0] != attnum)
			continue;
		if (first == NULL || strcmp(NameStr(constraint->conname), first) < 0)
		{
			first = pstrdup(NameStr(constraint->conname));
			*target = constraint->confrelid;
			*key = theirs[0];
			*equality = operators[0];
		}
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return first != NULL;
}

/* Sets what is known from a column itself. */
static void
set_value_column(Relation relation, AttrNumber attnum, ErpName *name)
{
	name->type = erp_value_type(TupleDescAttr(RelationGetDescr(relation), attnum - 1)->atttypid, &name->value_type);
}

static void
add_step(ErpName *name, Oid relid, AttrNumber attnum)
{
	ErpStep    *step = palloc(sizeof(ErpStep));

	*step = (ErpStep) {.relid = relid, .attnum = attnum};
	name->steps = lappend(name->steps, step);
}

/*
 * Resolves a.b.c: every step but the last is a column with a single-column
 * foreign key, or all that is left leads into a column of JSON.  The whole path becomes one look-up by the first column's value,
 * compared as the foreign keys themselves compare.
 */
bool
erp_resolve_path(Relation relation, char *path, ErpName *name, List **depends, Oid reader, erpk_fault *fault)
{
	StringInfoData joins;
	StringInfoData condition;
	Relation	current = relation;
	int			hop = 0;
	bool		found = true;
	char	   *step = path;

	initStringInfo(&joins);
	initStringInfo(&condition);
	name->sql = NULL;
	name->json_path = NULL;
	name->foreign = false;
	name->steps = NIL;
	for (;;)
	{
		char	   *dot = strchr(step, '.');
		char	   *column = dot ? pnstrdup(step, dot - step) : pstrdup(step);
		AttrNumber	attnum = find_column(current, column, fault);
		Oid			target;
		AttrNumber	key;
		Oid			equality;
		Relation	next;
		char	   *table;
		char	   *left;

		if (attnum == 0)
		{
			found = false;
			break;
		}
		if (OidIsValid(reader) && !may_read(current, column, reader))
		{
			found = unreadable_name(fault, current, column, reader);
			break;
		}
		add_step(name, RelationGetRelid(current), attnum);
		if (hop == 0)
		{
			name->attnum = attnum;
			name->column_type = TupleDescAttr(RelationGetDescr(current), attnum - 1)->atttypid;
			name->column_typmod = TupleDescAttr(RelationGetDescr(current), attnum - 1)->atttypmod;
		}
		set_value_column(current, attnum, name);
		if (dot == NULL || name->type == ERPK_T_JSON)
		{
			name->json_path = dot ? pstrdup(dot + 1) : NULL;
			if (hop > 0)
				name->sql = psprintf("SELECT t%d.%s FROM %s", hop, quote_identifier(column), joins.data);
			break;
		}
		if (!find_foreign_key(RelationGetRelid(current), attnum, &target, &key, &equality))
		{
			found = unknown_name(fault, NULL, "%s.%s has no foreign key to follow and is no JSON",
								 RelationGetRelationName(current), column);
			break;
		}
		add_step(name, target, key);
		next = relation_open(target, AccessShareLock);
		if (depends)
			*depends = list_append_unique_oid(*depends, target);
		table = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(next)), RelationGetRelationName(next));
		if (next->rd_rel->relowner != get_role_oid("erp_owner", true))
			name->foreign = true;
		hop++;
		left = psprintf("t%d.%s", hop, quote_identifier(get_attname(target, key, false)));
		if (hop == 1)
		{
			appendStringInfo(&joins, "%s AS t1", table);
			generate_operator_clause(&condition, left, get_atttype(target, key), equality, "$1", name->column_type);
		}
		else
		{
			appendStringInfo(&joins, " JOIN %s AS t%d ON ", table, hop);
			generate_operator_clause(&joins, left, get_atttype(target, key), equality,
									 psprintf("t%d.%s", hop - 1, quote_identifier(column)),
									 TupleDescAttr(RelationGetDescr(current), attnum - 1)->atttypid);
		}
		if (hop > 1)
			relation_close(current, NoLock);
		current = next;
		step = dot + 1;
	}
	if (hop > 0)
		relation_close(current, NoLock);
	if (found && name->sql)
		name->sql = psprintf("%s WHERE %s", name->sql, condition.data);
	return found;
}

/* Resolves a name of a quantifier's row. */
bool
erp_resolve_row_name(ErpName *name, List **depends, Oid reader, erpk_fault *fault)
{
	Relation	relation = relation_open(name->relid, AccessShareLock);
	bool		found = erp_resolve_path(relation, name->member, name, depends, reader, fault);

	name->source = ERP_SOURCE_ROW;
	relation_close(relation, NoLock);
	return found;
}

/* Finds the table a quantifier means, as erp.rule_target() does, whoever asks. */
bool
erp_resolve_relation(ErpName *name, List **depends, Oid reader, erpk_fault *fault)
{
	static SPIPlanPtr plan = NULL;
	MemoryContext caller = CurrentMemoryContext;
	Oid			type = TEXTOID;
	Datum		text = CStringGetTextDatum(name->text);
	ErpFrame	frame;
	char	   *reason = NULL;
	bool		isnull;

	erp_spi_begin(&frame, true, false);
	if (plan == NULL)
		plan = erp_spi_prepare("SELECT relation::pg_catalog.oid, reason FROM erp.rule_find_table($1)", 1, &type);
	if (SPI_execute_plan(plan, &text, NULL, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "erp.rule_find_table() failed");
	name->relid = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	reason = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);
	if (reason)
		reason = MemoryContextStrdup(caller, reason);
	erp_spi_end(&frame);
	if (reason)
		return unknown_name(fault, NULL, "no rule can read \"%.128s\": %s", name->text, reason);
	if (OidIsValid(reader) && pg_class_aclcheck(name->relid, reader, ACL_SELECT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(name->relid, reader, ACL_SELECT, ACLMASK_ANY) != ACLCHECK_OK)
	{
		char	   *schema = get_namespace_name(get_rel_namespace(name->relid));

		snprintf(fault->hint, sizeof(fault->hint), "the rule's author needs SELECT on %s.%s", schema, get_rel_name(name->relid));
		return unknown_name(fault, NULL, "%s may not read %s.%s", GetUserNameFromId(reader, false), schema, get_rel_name(name->relid));
	}
	if (depends)
		*depends = list_append_unique_oid(*depends, name->relid);
	return true;
}

/* Resolves a name of a rule on a table, for the operation at hand. */
bool
erp_resolve_table_name(void *context, ErpName *name, erpk_fault *fault)
{
	ErpTableScope *scope = context;
	char	   *path = name->text;
	bool		inserting = strcmp(scope->operation, "INSERT") == 0;
	bool		deleting = strcmp(scope->operation, "DELETE") == 0;

	if (name->source == ERP_SOURCE_RELATION)
		return erp_resolve_relation(name, &scope->depends, scope->reader, fault);
	if (name->relation != NULL)
		return erp_resolve_row_name(name, &scope->depends, scope->reader, fault);
	if (strncmp(path, "agent.", 6) == 0 || strncmp(path, "tx.", 3) == 0)
		return erp_resolve_attribute(name, fault);
	name->source = deleting ? ERP_SOURCE_OLD : ERP_SOURCE_NEW;
	if (strncmp(path, "new.", 4) == 0)
	{
		if (strcmp(scope->declared, "DELETE") == 0)
			return unknown_name(fault, NULL, "a DELETE has no %s", path);
		path += 4;
		name->source = deleting ? ERP_SOURCE_NULL : ERP_SOURCE_NEW;
	}
	else if (strncmp(path, "old.", 4) == 0)
	{
		if (strcmp(scope->declared, "INSERT") == 0)
			return unknown_name(fault, NULL, "an INSERT has no %s", path);
		path += 4;
		name->source = inserting ? ERP_SOURCE_NULL : ERP_SOURCE_OLD;
	}
	return erp_resolve_path(scope->relation, path, name, &scope->depends, scope->reader, fault);
}
