/*
 * The layout of each audited table, kept per backend.  A layout is a row of
 * erp.audit_layouts found by its hash; one that is missing is made by
 * erp.audit_layout() in the writer's transaction and not kept, as that
 * transaction may end without it.
 */
#include "audit.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

static HTAB *layouts = NULL;
static SPIPlanPtr make_plan = NULL;

/* Forgets what is known of a relation, or of all. */
static void
forget(Datum argument, Oid relid)
{
	HASH_SEQ_STATUS status;
	ErpLayout  *layout;

	if (OidIsValid(relid))
	{
		layout = hash_search(layouts, &relid, HASH_FIND, NULL);
		if (layout)
			layout->valid = false;
		return;
	}
	hash_seq_init(&status, layouts);
	while ((layout = hash_seq_search(&status)) != NULL)
		layout->valid = false;
}

/* Makes the table of layouts. */
void
erp_audit_layouts_init(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(ErpLayout)};

	layouts = hash_create("headless_erp audit layouts", 64, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(forget, (Datum) 0);
}

static void
hash_layout(Relation relation, const char *table, uint8 *hash)
{
	TupleDesc	columns = RelationGetDescr(relation);
	StringInfoData out;
	uint16		count = 0;
	int			at;

	initStringInfo(&out);
	appendBinaryStringInfo(&out, "LY1", 3);
	erp_audit_put_text(&out, table);
	at = out.len;
	pq_sendint16(&out, 0);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (column->attisdropped)
			continue;
		count++;
		erp_audit_put_text(&out, NameStr(column->attname));
		erp_audit_put_text(&out, erp_audit_type_name(getBaseType(column->atttypid)));
	}
	count = pg_hton16(count);
	memcpy(out.data + at, &count, sizeof(count));
	erp_audit_hash(hash, out.data, out.len, NULL, 0);
}

/* Finds the row of a layout; 0 when there is none. */
static int64
find_layout(const uint8 *hash, bool *uncommitted)
{
	Oid			erp = get_namespace_oid("erp", false);
	Relation	relation = table_open(get_relname_relid("audit_layouts", erp), AccessShareLock);
	bytea	   *wanted = palloc(VARHDRSZ + ERP_AUDIT_HASH);
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	int64		layout_id = 0;
	bool		isnull;

	SET_VARSIZE(wanted, VARHDRSZ + ERP_AUDIT_HASH);
	memcpy(VARDATA(wanted), hash, ERP_AUDIT_HASH);
	ScanKeyInit(&key, get_attnum(RelationGetRelid(relation), "layout_hash"), BTEqualStrategyNumber, F_BYTEAEQ,
				PointerGetDatum(wanted));
	scan = systable_beginscan(relation, get_relname_relid("audit_layouts_layout_hash_key", erp), true, snapshot, 1, &key);
	tuple = systable_getnext(scan);
	*uncommitted = false;
	if (HeapTupleIsValid(tuple))
	{
		layout_id = DatumGetInt64(heap_getattr(tuple, get_attnum(RelationGetRelid(relation), "layout_id"),
											   RelationGetDescr(relation), &isnull));
		*uncommitted = TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data));
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(relation, AccessShareLock);
	return layout_id;
}

/* Has erp.audit_layout() make the row. */
static void
make_layout(Oid relid)
{
	Oid			type = REGCLASSOID;
	Datum		argument = ObjectIdGetDatum(relid);
	ErpFrame	frame;

	erp_spi_begin(&frame, true, false);
	if (make_plan == NULL)
		make_plan = erp_spi_prepare("SELECT erp.audit_layout($1)", 1, &type);
	if (SPI_execute_plan(make_plan, &argument, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "erp.audit_layout() failed");
	erp_spi_end(&frame);
}

/* Returns the layout of a table. */
ErpLayout *
erp_audit_layout(Relation relation)
{
	Oid			relid = RelationGetRelid(relation);
	bool		found;
	ErpLayout  *layout = hash_search(layouts, &relid, HASH_ENTER, &found);
	bool		uncommitted;
	MemoryContext caller;

	if (found && layout->valid)
		return layout;
	if (!found)
		layout->memory = NULL;
	layout->valid = false;
	if (layout->memory == NULL)
		layout->memory = AllocSetContextCreate(TopMemoryContext, "headless_erp audit layout", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(layout->memory);
	caller = MemoryContextSwitchTo(layout->memory);
	layout->table = psprintf("%s.%s", get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation));
	MemoryContextSwitchTo(caller);
	hash_layout(relation, layout->table, layout->hash);
	layout->layout_id = find_layout(layout->hash, &uncommitted);
	if (layout->layout_id == 0)
	{
		make_layout(relid);
		layout->layout_id = find_layout(layout->hash, &uncommitted);
		if (layout->layout_id == 0)
			elog(ERROR, "erp.audit_layout() made another layout of %s", layout->table);
	}
	/* what may yet be rolled back is not kept */
	layout->valid = !uncommitted;
	return layout;
}
