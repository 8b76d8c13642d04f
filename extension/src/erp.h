/*
 * What the files of the shim share.  The shim fetches, the kernel decides, the
 * shim reports; no function that can ereport is ever called from the kernel.
 */
#ifndef HEADLESS_ERP_H
#define HEADLESS_ERP_H

#include "postgres.h"

#include "access/attnum.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/jsonb.h"
#include "utils/rel.h"

#include "erp_kernel.h"

#define ERP_VERSION "0.1.0"

/* A mark tells one statement from the next: transaction, command, start, session user. */
#define ERP_MARK_WORDS 4

/* Declares a SQL-callable function; the only names besides the magic block that leave the library. */
#define ERP_FUNCTION(f) \
	PGDLLEXPORT Datum f(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(f)

/* Where a name of a rule is read from. */
typedef enum ErpSource
{
	ERP_SOURCE_NULL,			/* always null: old.x on INSERT, new.x on DELETE */
	ERP_SOURCE_PRESET,			/* the value is known beforehand */
	ERP_SOURCE_NEW,
	ERP_SOURCE_OLD,
	ERP_SOURCE_AGENT,
	ERP_SOURCE_TX,
	ERP_SOURCE_ROW,				/* a column of a quantifier's row */
	ERP_SOURCE_GIVEN,			/* a member of a row that the caller gave as JSON */
	ERP_SOURCE_RELATION			/* no value: the rows of a quantifier */
} ErpSource;

/* A name of a rule, resolved. */
typedef struct ErpName
{
	char	   *text;			/* as the rule spells it */
	ErpSource	source;
	uint8		type;			/* ERPK_T_* */
	AttrNumber	attnum;			/* the first column of the path */
	Oid			column_type;	/* its type */
	int32		column_typmod;
	Oid			value_type;		/* type of the value read, domains resolved */
	char	   *attribute;		/* after agent. or tx. */
	char	   *json_path;		/* into the column's document, or NULL */
	char	   *sql;			/* look-up of a foreign-key path by the first column, or NULL */
	bool		foreign;		/* the path leads through a table that is not erp_owner's */
	SPIPlanPtr	plan;			/* its saved plan, made at first use */
	erpk_value	preset;
	JsonbValue *json;			/* of ERPK_T_JSON outside the gate, NULL for null */
	Datum		key;			/* of a look-up outside the gate */
	bool		key_is_null;
	char	   *relation;		/* of a quantifier or a name of its row: the relation as the rule spells it */
	char	   *member;			/* of a name of a quantifier's row: without the alias */
	Oid			relid;			/* that relation */
	JsonbContainer *given;		/* its rows, where the caller gave them */
	List	   *steps;			/* of ErpStep: the columns it leads through */
} ErpName;

/* A column that a name reads or joins by. */
typedef struct ErpStep
{
	Oid			relid;
	AttrNumber	attnum;
} ErpStep;

/* A quantifier of a program, as its rows are read. */
typedef struct ErpQuantifier
{
	uint32		number;
	const erpk_quantifier *code;
	const ErpName *source;
	uint32	   *slots;			/* of its row, nested quantifiers included */
	int			slot_count;
	bool		prepared;
	bool		direct;			/* scanned without a plan */
	bool		trusted;		/* the relation is erp_owner's */
	bool		unique;			/* the index finds one row at most */
	Oid			index;			/* probed, or InvalidOid */
	int			key_count;
	struct ScanKeyData *keys;	/* lack their values */
	struct ErpProbeKey *probes;	/* where the values come from */
	SPIPlanPtr	plan;
	uint32	   *outer;			/* slots of the row judged that it reads; made at first use */
	int			outer_count;
} ErpQuantifier;

/* Tells whether a slot's key is a name's: other slots have quantifiers. */
static inline bool
erp_slot_is_name(const erpk_slot *slot)
{
	return slot->is_fact == ERPK_FACT_NONE || slot->is_fact == ERPK_FACT_NAME;
}

/* Resolves one name, or fills the fault and returns false. */
typedef bool (*ErpResolver) (void *context, ErpName *name, erpk_fault *fault);

/* A compiled set of rules with its register file; all in one memory context. */
typedef struct ErpProgram
{
	MemoryContext memory;
	uint64		serial;			/* no other program of the backend has it */
	const uint8 *bytes;
	const erpk_program *header;
	const erpk_slot *slots;
	erpk_value *registers;
	ErpName    *names;
	int			name_count;
	ErpQuantifier *quantifiers;
	erpk_fault *faults;			/* one per rule; code 0 = usable */
	List	   *depends;		/* relations whose change makes the program stale */
	struct ErpColumn *columns;	/* slots read from a row; made at first use */
	int			column_count;
	uint32	   *absent;			/* slots that are facts */
	int			absent_count;
} ErpProgram;

typedef struct ErpRuleText
{
	const char *ast;
	uint32		flags;
	void	   *context;		/* the resolver's, for this rule */
} ErpRuleText;

/* One evaluation of a program: what its facts are read with. */
typedef struct ErpRunner
{
	ErpProgram *program;
	erpk_value *registers;
	MemoryContext memory;		/* lives until the outcome is reported */
	void		(*load) (void *context, uint32 slot);	/* fills the slot of a fact of the row judged */
	void	   *context;
	bool		as_owner;
	bool		remember;		/* what quantifiers find counts for the rows that follow */
	bool		witness;		/* leave in the slots of quantifiers the row that tells most */
	struct ErpRow *row;	/* the innermost quantifier that is being read */
} ErpRunner;

/* Returns an instruction. */
static inline const erpk_code *
erp_code(const ErpProgram *program, uint32 index)
{
	return (const erpk_code *) (program->bytes + program->header->code) + index;
}

/* Returns the register of an instruction's operand. */
static inline uint32
erp_operand(const ErpProgram *program, const erpk_code *code, int position)
{
	if (code->count > 2)
		return ((const uint32 *) (program->bytes + program->header->arguments))[code->a + position];
	return position == 0 ? code->a : code->b;
}

/* Names of rules on a table. */
typedef struct ErpTableScope
{
	Relation	relation;
	const char *declared;		/* the rule's triggering_operation */
	const char *operation;		/* the operation at hand */
	Oid			reader;			/* who must be allowed to SELECT what is named, or InvalidOid */
	List	   *depends;		/* filled: relations a path leads through */
} ErpTableScope;

/* A rule as the gate needs it beside its program. */
typedef struct ErpRule
{
	int64		constraint_id;
	int32		version;
	char	   *name;
	char	   *message;
	char	   *code;
	uint32		flags;
	bool		shadow;
} ErpRule;

/* When a rule is judged. */
#define ERP_TIMING_ROW 'r'
#define ERP_TIMING_STATEMENT 's'
#define ERP_TIMING_COMMIT 'c'
#define ERP_TIMING_ANY '*'

/* A lock that a rule takes before it judges a row: on the values of these columns. */
typedef struct ErpLock
{
	int64		constraint_id;
	int32		ordinal;
	bool		exclusive;
	int			column_count;
	AttrNumber *columns;
} ErpLock;

/* The rules of a timing that apply to (relation, operation, session user), compiled. */
typedef struct ErpRuleSet
{
	MemoryContext memory;
	ErpProgram *program;
	ErpRule    *rules;
	int			rule_count;
	ErpLock    *locks;			/* of its enforced rules, in order */
	int			lock_count;
	bool		stale;
	bool		by_role;		/* some rule of the table is for one role only */
	char	   *role_name;		/* the actor's, when by_role was set */
	bool		bounded;		/* some rule begins or ends */
	TimestampTz since;			/* the business clock at which it was read */
	TimestampTz until;			/* the next moment at which a rule begins or ends */
	uint64		mark[ERP_MARK_WORDS];	/* the statement that asked the clock last */
	bool		screen_made;
	struct ErpScreen *screen;	/* what rows let pass before, or NULL where that does not pay */
} ErpRuleSet;

/* What erp_spi_begin has to undo. */
typedef struct ErpFrame
{
	Oid			user;
	int			security;
	bool		switched;
	int			settings;		/* nesting level of settings to restore, or 0 */
} ErpFrame;

/* guard.c */
extern void erp_raise_fault(const erpk_fault *fault, const char *rule);
extern int	erp_sqlstate(int32 status);
extern void erp_check_status(int32 status, const char *what);
extern char *erp_explain(ErpProgram *program, erpk_value *registers, uint32 rule, int32 what);

/* values.c */
extern uint8 erp_value_type(Oid type, Oid *base);
extern void erp_value_from_datum(Datum datum, bool isnull, Oid type, erpk_value *value);
extern void erp_value_from_numeric(Datum datum, erpk_value *value);
extern void erp_forget_found(void);
extern void erp_commit_init(void);
extern Datum erp_uuid_datum(const erpk_value *value);
extern bool erp_value_from_json(const JsonbValue *json, uint8 type, erpk_value *value);

/* json.c */
extern JsonbValue *erp_json_walk(JsonbValue *value, const char *path);
extern JsonbValue *erp_json_root(Datum datum, Oid type);
extern void erp_json_read(const JsonbValue *json, uint8 type, uint32 slot, erpk_value *value);
extern void erp_value_to_json(const erpk_value *value, JsonbValue *json);
extern void erp_name_read(const ErpName *name, Datum datum, bool isnull, const erpk_slot *slots, uint32 slot,
						  erpk_value *value);

/* calls.c */
extern bool erp_answer(int32 status, erpk_value *registers, erpk_run *run);
extern void erp_check_literals(const erpk_rule *rule, erpk_fault *fault);

/* names.c */
extern bool erp_resolve_relation(ErpName *name, List **depends, Oid reader, erpk_fault *fault);
extern bool erp_resolve_row_name(ErpName *name, List **depends, Oid reader, erpk_fault *fault);
extern bool erp_resolve_table_name(void *context, ErpName *name, erpk_fault *fault);
extern bool erp_resolve_attribute(ErpName *name, erpk_fault *fault);
extern bool erp_resolve_path(Relation relation, char *path, ErpName *name, List **depends, Oid reader,
							 erpk_fault *fault);

/* program.c */
extern ErpProgram *erp_program_compile(MemoryContext memory, const ErpRuleText *rules, int count,
									   ErpResolver resolve);

/* facts.c */
extern void erp_fact_fetch(ErpProgram *program, uint32 slot, Datum key, bool key_is_null, bool as_owner,
						   erpk_value *value);
extern void erp_spi_begin(ErpFrame *frame, bool as_owner, bool foreign);
extern void erp_spi_end(const ErpFrame *frame);
extern SPIPlanPtr erp_spi_prepare(const char *sql, int nargs, Oid *types);
extern Jsonb *erp_actor(void);
extern bool erp_actor_is_break_glass(void);
extern bool erp_actor_attribute(const char *key, JsonbValue *value);
extern TimestampTz erp_business_now(void);
extern Datum erp_business_today(void);
extern bool erp_same_statement(uint64 *mark);

/* references.c */
extern char *erp_expanded_text(Jsonb *ast);

/* screen.c */
extern void erp_screen_begin(ErpRuleSet *set, erpk_value *registers, erpk_run *run);
extern void erp_screen_passed(ErpRuleSet *set, erpk_value *registers, erpk_run *run);

/* evaluate.c */
extern void erp_given_value(JsonbContainer *row, const ErpProgram *program, uint32 slot, erpk_value *value);

/* relations.c */
extern int32 erp_run(ErpRunner *runner, erpk_run *run);
extern void erp_show_witnesses(ErpRunner *runner, uint32 rule);

/* gate.c */
extern int32 erp_judge_row(ErpRuleSet *set, const char *operation, struct TupleTableSlot *new_row,
						   struct TupleTableSlot *old_row);

/* shadow.c */
extern char *erp_row_key(Relation relation, struct TupleTableSlot *row);
extern void erp_log_shadow(const char *code, const char *message, const char *detail, const char *row_key);

/* cache.c */
extern void erp_cache_init(void);
extern ErpRuleSet *erp_rules_for(Relation relation, const char *operation, char timing, int64 constraint_id);

/* locks.c */
extern void erp_locks_read(ErpRuleSet *set, Relation relation);

#endif
