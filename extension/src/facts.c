/*
 * What a rule reads beside the row: foreign-key paths, the actor, the clock.
 *
 * Facts are read under a fresh snapshot, also in REPEATABLE READ: the locks
 * that make them stable were taken by earlier triggers of the same statement.
 *
 * What runs as erp_owner may run no code of anybody else.  A kept plan is
 * analysed again under the search_path of whatever session meets it, so the
 * SQL of this library leaves nothing to a search_path: relations, functions,
 * operators and types are all qualified.  A table of another owner may carry
 * policies, so row security is off (an error, not a bypass) while it is read.
 */
#include "erp.h"

#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

static SPIPlanPtr actor_plan = NULL;
static SPIPlanPtr clock_plan = NULL;
static SPIPlanPtr today_plan = NULL;

static MemoryContext actor_memory = NULL;
static Jsonb *actor_attributes = NULL;
static uint64 actor_mark[ERP_MARK_WORDS];

/* Sets a parameter until the nesting level ends. */
static void
set_until_end(const char *parameter, const char *value)
{
	(void) set_config_option(parameter, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* Connects SPI under a snapshot taken now; as erp_owner where the rules' own rights count. */
void
erp_spi_begin(ErpFrame *frame, bool as_owner, bool foreign)
{
	frame->switched = as_owner;
	frame->settings = 0;
	if (as_owner)
	{
		GetUserIdAndSecContext(&frame->user, &frame->security);
		SetUserIdAndSecContext(get_role_oid("erp_owner", false),
							   frame->security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
		if (foreign)
		{
			frame->settings = NewGUCNestLevel();
			set_until_end("row_security", "off");
			set_until_end("search_path", "pg_catalog, pg_temp");
		}
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	/* what this statement did so far counts */
	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
}

/* Undoes erp_spi_begin; after an error the transaction's abort does. */
void
erp_spi_end(const ErpFrame *frame)
{
	PopActiveSnapshot();
	SPI_finish();
	if (frame->settings)
		AtEOXact_GUC(false, frame->settings);
	if (frame->switched)
		SetUserIdAndSecContext(frame->user, frame->security);
}

/* Prepares and keeps a plan.  SAFETY: the SQL is qualified throughout; the path only spares a first analysis. */
SPIPlanPtr
erp_spi_prepare(const char *sql, int nargs, Oid *types)
{
	int			level = NewGUCNestLevel();
	SPIPlanPtr	plan;

	set_until_end("search_path", "pg_catalog, pg_temp");
	plan = SPI_prepare(sql, nargs, types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	SPI_keepplan(plan);
	AtEOXact_GUC(false, level);
	return plan;
}

/* Tells whether the mark was set in the statement at hand, and sets it. */
bool
erp_same_statement(uint64 *mark)
{
	uint64		now[ERP_MARK_WORDS];
	bool		same;

#if PG_VERSION_NUM >= 170000
	now[0] = MyProc->vxid.lxid;
#else
	now[0] = MyProc->lxid;
#endif
	now[1] = GetCurrentCommandId(false);
	now[2] = (uint64) GetCurrentStatementStartTimestamp();
	now[3] = GetSessionUserId();
	same = memcmp(now, mark, sizeof(now)) == 0;
	memcpy(mark, now, sizeof(now));
	return same;
}

/* Reads a path's value by the key; text is copied into the caller's memory context. */
void
erp_fact_fetch(ErpProgram *program, uint32 slot, Datum key, bool key_is_null, bool as_owner, erpk_value *value)
{
	ErpName    *name = &program->names[program->slots[slot].key];
	MemoryContext caller = CurrentMemoryContext;
	ErpFrame	frame;

	if (key_is_null)
	{
		erp_name_read(name, (Datum) 0, true, program->slots, slot, value);
		return;
	}
	erp_spi_begin(&frame, as_owner, name->foreign);
	if (name->plan == NULL)
		name->plan = erp_spi_prepare(name->sql, 1, &name->column_type);
	if (SPI_execute_plan(name->plan, &key, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "rule look-up failed: %s", name->sql);
	if (SPI_processed == 0)
		erp_name_read(name, (Datum) 0, true, program->slots, slot, value);
	else
	{
		bool		isnull;
		Datum		datum = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
		MemoryContext inside = MemoryContextSwitchTo(caller);

		/* elements of a list are read from the document later */
		if (!isnull && name->type == ERPK_T_JSON)
			datum = PointerGetDatum(PG_DETOAST_DATUM_COPY(datum));
		erp_name_read(name, datum, isnull, program->slots, slot, value);
		if (value->state == ERPK_S_VALUE && (value->type == ERPK_T_TEXT || value->type == ERPK_T_OPAQUE))
		{
			uint8	   *copy = palloc(value->length + 1);

			memcpy(copy, value->bytes, value->length);
			value->bytes = copy;
		}
		MemoryContextSwitchTo(inside);
	}
	erp_spi_end(&frame);
}

/* Returns erp.actor(), read once per statement; NULL for a role that is neither agent nor person. */
Jsonb *
erp_actor(void)
{
	ErpFrame	frame;

	if (erp_same_statement(actor_mark))
		return actor_attributes;
	/* until it is read, nothing is known: an error below must not leave an older answer */
	memset(actor_mark, 0, sizeof(actor_mark));
	actor_attributes = NULL;
	if (actor_memory == NULL)
		actor_memory = AllocSetContextCreate(TopMemoryContext, "headless_erp actor", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(actor_memory);
	erp_spi_begin(&frame, true, false);
	if (actor_plan == NULL)
		actor_plan = erp_spi_prepare("SELECT erp.actor()", 0, NULL);
	if (SPI_execute_plan(actor_plan, NULL, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "erp.actor() failed");
	if (SPI_processed == 1)
	{
		bool		isnull;
		Datum		datum = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

		if (!isnull)
		{
			MemoryContext inside = MemoryContextSwitchTo(actor_memory);

			actor_attributes = DatumGetJsonbPCopy(datum);
			MemoryContextSwitchTo(inside);
		}
	}
	erp_spi_end(&frame);
	(void) erp_same_statement(actor_mark);
	return actor_attributes;
}

/* Finds an attribute of the actor; false when there is none. */
bool
erp_actor_attribute(const char *key, JsonbValue *value)
{
	Jsonb	   *actor = erp_actor();

	return actor != NULL && JB_ROOT_IS_OBJECT(actor) &&
		getKeyJsonValueFromContainer(&actor->root, key, strlen(key), value) != NULL;
}

/* Tells whether an open break-glass grant lets the session user pass every rule. */
bool
erp_actor_is_break_glass(void)
{
	JsonbValue	kind;

	return erp_actor_attribute("kind", &kind) && kind.type == jbvString &&
		kind.val.string.len == 11 && memcmp(kind.val.string.val, "break_glass", 11) == 0;
}

/* Returns the business clock. */
TimestampTz
erp_business_now(void)
{
	ErpFrame	frame;
	TimestampTz now = 0;
	bool		isnull = true;

	erp_spi_begin(&frame, true, false);
	if (clock_plan == NULL)
		clock_plan = erp_spi_prepare("SELECT erp.now()", 0, NULL);
	if (SPI_execute_plan(clock_plan, NULL, NULL, true, 1) == SPI_OK_SELECT && SPI_processed == 1)
		now = DatumGetTimestampTz(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	erp_spi_end(&frame);
	return isnull ? GetCurrentTransactionStartTimestamp() : now;
}

/* Returns the business date of the company. */
Datum
erp_business_today(void)
{
	ErpFrame	frame;
	Datum		today = DateADTGetDatum(DATEVAL_NOBEGIN);
	bool		isnull = true;

	erp_spi_begin(&frame, true, false);
	if (today_plan == NULL)
		today_plan = erp_spi_prepare("SELECT erp.today()", 0, NULL);
	if (SPI_execute_plan(today_plan, NULL, NULL, true, 1) == SPI_OK_SELECT && SPI_processed == 1)
		today = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	erp_spi_end(&frame);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("the company has no date"),
				 errhint("erp.companies needs the company and its time zone")));
	return today;
}
