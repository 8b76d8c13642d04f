/* What judges a row, whenever it is judged: after the row, the statement, at commit, or because of another table. */
#ifndef HEADLESS_ERP_GATE_H
#define HEADLESS_ERP_GATE_H

#include "erp.h"

#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "utils/hsearch.h"

/* Look-ups of one statement. */
typedef struct ErpMemo
{
	MemoryContext memory;
	HTAB	   *values;
} ErpMemo;

/* One write to judge. */
typedef struct Write
{
	Relation	relation;		/* whose rules judge */
	const char *operation;
	TupleTableSlot *new_row;
	TupleTableSlot *old_row;
	ErpRuleSet *set;
	erpk_value *registers;
	ErpMemo    *memo;			/* or NULL: every look-up is made anew */
	const char *through;		/* the table whose write made this row be judged again, or NULL */
	bool		remember;		/* what quantifiers find counts for the rows that follow */
	bool		as_caller;		/* outside a trigger: look-ups have the rights of the caller */
} Write;

/* How a write is refused. */
typedef struct ErpRefusal
{
	const char *code;
	const char *message;
	const char *hint;
	const char *detail;
} ErpRefusal;

/* gate.c */
extern void erp_judge(Write *write);
extern bool erp_refused(Write *write, ErpRefusal *refusal);
extern void erp_write_of(TriggerData *trigger, Write *write);
extern int32 erp_gate_evaluate(Write *write, erpk_run *run);

/* repair.c */
extern bool erp_find_change(const Write *write, const erpk_value *shown, uint32 rule, erpk_repair *repair);
extern char *erp_change_text(const Write *write, const erpk_value *shown, const erpk_repair *repair, int32 what);

/* columns.c */
extern void erp_columns_load(Write *write);

/* timing.c */
extern void erp_memo_fetch(ErpMemo *memo, ErpProgram *program, uint32 slot, Datum key, bool key_is_null,
						   erpk_value *value);

/* locks.c */
extern void erp_lock_row(const Write *write);
extern void erp_lock_collect(const Write *write, List **keys);
extern void erp_lock_all(List *keys);

#endif
