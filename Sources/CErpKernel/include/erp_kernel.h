/*
 * The C ABI of the Headless ERP kernel.
 *
 * The kernel owns no memory beyond a call: every buffer is the caller's.  It
 * never calls back, never raises and never traps; it answers with a status.
 *
 * The life of a rule set:
 *   erpk_scan      reads one rule, lists the names it uses
 *   (the caller resolves the names against its catalogue)
 *   erpk_compile   reads the rules again with the names' types, writes a flat program
 *   erpk_prepare   checks that program once and writes its constants into a register file
 *   erpk_evaluate  runs it over the register file; allocates nothing
 *   erpk_explain   renders one judged rule from the same program and register file
 *
 * Register file: [slots][constants][one register per instruction].
 */
#ifndef ERP_KERNEL_H
#define ERP_KERNEL_H

#include <stdint.h>

#define ERPK_ABI_VERSION 3

/* Limits of one rule; beyond them ERPK_LIMIT. */
#define ERPK_MAX_RULE_BYTES 65536
#define ERPK_MAX_DEPTH 64
#define ERPK_MAX_NODES 4096
#define ERPK_MAX_PATTERN_BYTES 1000
#define ERPK_MAX_SUBJECT 10000		/* characters a regular expression is tried on */
#define ERPK_MAX_TEXT_BYTES 1048576	/* of a text that a rule puts together */

/* Statuses; a rule's own faults are the number of their SQLSTATE RPnnn. */
#define ERPK_OK 0
#define ERPK_MALFORMED 101
#define ERPK_UNKNOWN_NAME 102
#define ERPK_LIMIT 103
#define ERPK_TYPE 104
#define ERPK_ARITHMETIC 105
#define ERPK_INTERNAL 900

/* Types of values. */
#define ERPK_T_NULL 0			/* a literal null, or a name whose type nobody knows */
#define ERPK_T_BOOL 1
#define ERPK_T_NUMBER 2
#define ERPK_T_TEXT 3
#define ERPK_T_DATE 4			/* days since 2000-01-01 */
#define ERPK_T_TIMESTAMP 5		/* microseconds since 2000-01-01 */
#define ERPK_T_TIMESTAMPTZ 6
#define ERPK_T_UUID 7			/* 128 bits, top bit flipped so that signed order is byte order */
#define ERPK_T_OPAQUE 8			/* text of the type's output function; equality only */
#define ERPK_T_JSON 9			/* takes a type where it is used: a slot for each; as a value, low is 1 for a list */
#define ERPK_T_DURATION 10		/* months and days in the halves of high, microseconds in low */

/* States of a register. */
#define ERPK_S_ABSENT 0			/* a fact nobody has fetched yet */
#define ERPK_S_VALUE 1
#define ERPK_S_NULL 2
#define ERPK_S_ERROR 3
#define ERPK_S_REDACTED 4		/* a value the explanation may not show; set by the caller, after evaluating */

/* What an ERPK_S_ERROR register says in its low word. */
#define ERPK_E_DIVISION 1
#define ERPK_E_OVERFLOW 2
#define ERPK_E_NOT_FINITE 3
#define ERPK_E_TYPE 4			/* the JSON value of slot number length is not of the slot's type */
#define ERPK_E_TOO_LONG 5		/* a text beyond a limit */
#define ERPK_E_RANGE 6			/* a date outside 0001-01-01..9999-12-31, or infinite */
#define ERPK_E_NOT_WHOLE 7		/* a count with a fraction */
#define ERPK_E_MANY_ROWS 8		/* a lookup found more than one row */

/* One value: an integer of 128 bits (with a decimal scale for numbers), or bytes. */
typedef struct erpk_value
{
	uint8_t		state;
	uint8_t		type;
	int16_t		scale;
	uint32_t	length;
	const uint8_t *bytes;
	uint64_t	low;
	int64_t		high;
} erpk_value;

/* A fault of a rule: where (JSON pointer) and what.  Strings end with NUL. */
typedef struct erpk_fault
{
	int32_t		code;
	char		path[256];
	char		message[384];
	char		hint[256];
} erpk_fault;

/* A name as the caller resolved it.  Equal keys share one slot of the program. */
typedef struct erpk_name
{
	const uint8_t *text;
	uint32_t	length;
	uint32_t	key;
	uint8_t		type;
	uint8_t		is_fact;		/* ERPK_FACT_*; of a quantifier's own entry its relation exists */
	uint16_t	scope;			/* as erpk_scan numbers it */
} erpk_name;

/* When a slot is filled. */
#define ERPK_FACT_NONE 0		/* with its row */
#define ERPK_FACT_NAME 1		/* when the evaluation asks for it */
#define ERPK_FACT_QUANTIFIER 2	/* likewise, from the rows of quantifier number key */
#define ERPK_FACT_KEPT 3		/* by the block of quantifier number key, for the blocks inside; no name */

#define ERPK_RULE_FORBID 1			/* the rule's truth is the violation */
#define ERPK_RULE_ALLOW_UNKNOWN 2
#define ERPK_RULE_ANY_TYPE 4		/* the top level need not be boolean */

typedef struct erpk_rule
{
	const uint8_t *ast;
	uint32_t	ast_length;
	uint32_t	flags;
	const erpk_name *names;
	uint32_t	name_count;
} erpk_rule;

/* The program: this header, then its tables at the offsets given. */
typedef struct erpk_program
{
	uint32_t	magic;
	uint32_t	size;
	uint32_t	slot_count;
	uint32_t	constant_count;
	uint32_t	code_count;
	uint32_t	argument_count;
	uint32_t	rule_count;
	uint32_t	byte_count;
	uint32_t	slots;
	uint32_t	constants;
	uint32_t	code;
	uint32_t	arguments;
	uint32_t	rules;
	uint32_t	bytes;
	uint32_t	fact_count;
	uint32_t	register_count;
	uint32_t	prelude_count;	/* code[0 ..< prelude_count] is run once, before any rule */
	uint32_t	atom_count;		/* registers whose truth decides every closed rule */
	uint32_t	atoms;
	uint32_t	closed_count;
	uint32_t	first_open;		/* the first rule that is not closed, or rule_count */
	uint32_t	padding;
	uint32_t	quantifier_count;
	uint32_t	probe_count;
	uint32_t	quantifiers;
	uint32_t	probes;
} erpk_program;

typedef struct erpk_slot
{
	uint32_t	key;
	uint32_t	name;			/* offset in bytes */
	uint32_t	name_length;
	uint8_t		type;
	uint8_t		is_fact;
	uint16_t	padding;
	uint32_t	scope;			/* 0: the row judged; else the row of quantifier scope - 1 */
} erpk_slot;

/* op with up to two registers in a and b, or count registers from argument a. */
typedef struct erpk_code
{
	uint8_t		op;
	uint8_t		kind;
	uint16_t	count;
	uint32_t	a;
	uint32_t	b;
} erpk_code;

typedef struct erpk_entry
{
	uint32_t	flags;
	uint32_t	broken;			/* a fault's code, or 0 */
	uint32_t	first;			/* code[first ..< last] */
	uint32_t	last;
	uint32_t	root;			/* register of the verdict */
	uint32_t	type;
	uint32_t	is_closed;		/* its verdict follows from the atoms */
	uint32_t	next_open;		/* the next rule that is not closed, or rule_count */
} erpk_entry;

/* Kinds of quantifiers. */
#define ERPK_Q_EXISTS 0
#define ERPK_Q_FORALL 1
#define ERPK_Q_EXISTS_ONE 2
#define ERPK_Q_LOOKUP 3
#define ERPK_Q_COUNT 4
#define ERPK_Q_COUNT_DISTINCT 5
#define ERPK_Q_SUM 6
#define ERPK_Q_MIN 7
#define ERPK_Q_MAX 8
#define ERPK_Q_AVG 9
#define ERPK_Q_LIST 10			/* the selected elements of a list; the caller makes the list */
#define ERPK_Q_REDUCE 11		/* the body's last value; each row reads the one before */

#define ERPK_Q_SKIP_NULLS 1
#define ERPK_Q_NO_BODY 2		/* satisfies or of was not written */
#define ERPK_Q_NO_WHERE 4
#define ERPK_Q_NEEDS_ROW 8		/* without a row it is false: all of JsonLogic */
#define ERPK_Q_MAPPED 16		/* of ERPK_Q_LIST: the body is what the list has for the element */

#define ERPK_NO_REGISTER 0xFFFFFFFF

/*
 * A quantifier or aggregate.  Its block, code[first ..< last], is run for each
 * row of the relation; the fold of the rows is the value of its slot.
 */
typedef struct erpk_quantifier
{
	uint8_t		kind;
	uint8_t		flags;
	uint16_t	ordinal;		/* the number erpk_scan gave it */
	uint32_t	type;			/* of the body */
	uint32_t	slot;
	uint32_t	rule;
	uint32_t	parent;			/* 0, or the enclosing quantifier + 1 */
	uint32_t	first;
	uint32_t	last;
	uint32_t	source;			/* register of the list whose elements are the rows, or ERPK_NO_REGISTER */
	uint32_t	initial;		/* of ERPK_Q_REDUCE: register of what fold.value begins with; else ERPK_NO_REGISTER */
	uint32_t	where;			/* register: true, false or an error */
	uint32_t	body;			/* register of satisfies or of */
	uint32_t	relation;		/* texts: offset and length in bytes */
	uint32_t	relation_length;
	uint32_t	alias;
	uint32_t	alias_length;
	uint32_t	probe;			/* probes[probe ..< probe + probe_count] */
	uint32_t	probe_count;
} erpk_quantifier;

/* Rows that the quantifier selects have the outer register's value in the inner slot. */
typedef struct erpk_probe
{
	uint32_t	inner;
	uint32_t	outer;
} erpk_probe;

/* What the rows of a quantifier amount to so far.  Zero it before the first row, but for the value of ERPK_Q_REDUCE. */
typedef struct erpk_fold
{
	uint32_t	flags;			/* ERPK_ROW_*, about the last row */
	uint32_t	witness;		/* rank of the row that tells most so far */
	uint64_t	rows;			/* selected rows that count */
	uint64_t	selected;
	erpk_value	value;			/* sum, extreme, what was looked up, or the accumulator */
	erpk_value	rest;			/* the first error, else null once something was unknown */
	uint64_t	wide[5];		/* a sum past 38 digits, times 10^38, least significant word first */
	uint64_t	is_wide;
} erpk_fold;

#define ERPK_ROW_DECIDED 1		/* the rows that follow do not matter */
#define ERPK_ROW_WITNESS 2		/* this row tells most so far about the outcome */
#define ERPK_ROW_KEPT 4			/* fold.value is of this row: text must be copied */
#define ERPK_ROW_COLLECT 8		/* the caller collects registers[body] for erpk_distinct or, as ERPK_Q_MAPPED says, a list, else the element */

/* Where an evaluation stands.  Zero it, then pass it to every call of one evaluation. */
typedef struct erpk_run
{
	uint32_t	rule;			/* of erpk_row: the quantifier */
	uint32_t	step;			/* instructions of this rule already done */
	uint32_t	slot;			/* the wanted fact's slot, after ERPK_NEED_FACT */
	uint32_t	full;			/* 1: no short cuts, so that every register can be shown */
	uint32_t	started;		/* 1: the prelude was run */
	uint32_t	screened;		/* set to 1 after erpk_screen: closed rules are known to pass, and passed over */
	uint32_t	call;			/* ERPK_CALL_*, after ERPK_NEED_CALL */
	uint32_t	result;			/* the register it has to fill */
	uint32_t	operands[2];	/* the registers it reads, both values */
	uint32_t	space;			/* bytes wanted after ERPK_NEED_SPACE */
	uint32_t	alone;			/* 1: no rule after this one */
	uint8_t    *buffer;			/* given for it; the result keeps it */
} erpk_run;

/* Outcomes of erpk_evaluate. */
#define ERPK_PASSED 0			/* every rule from run.rule on holds */
#define ERPK_VIOLATED 1			/* run.rule does not hold */
#define ERPK_UNKNOWN 2			/* run.rule cannot be established */
#define ERPK_FAILED 3			/* run.rule ended in an error; erpk_failure tells its code */
#define ERPK_BROKEN 4			/* run.rule did not compile */
#define ERPK_NEED_FACT 5		/* fill slot run.slot and call again */
#define ERPK_NEED_CALL 6		/* fill register run.result as run.call says and call again */
#define ERPK_NEED_SPACE 7		/* point run.buffer to run.space bytes and call again */

/* What only PostgreSQL can compute. */
#define ERPK_CALL_LIKE 1		/* text LIKE pattern, COLLATE "C" */
#define ERPK_CALL_REGEX 2		/* text ~ pattern, COLLATE "C" */
#define ERPK_CALL_DATE 3		/* the date of a timestamptz in a zone */
#define ERPK_CALL_ELEMENTS 4	/* how many elements a list of JSON has */
#define ERPK_CALL_ELEMENT 5		/* whether a value is an element of a list of JSON */

#define ERPK_EXPLAIN_TRACE 0		/* {"verdict":..,"value":..,"trace":{..}} */
#define ERPK_EXPLAIN_VIOLATION 1	/* "values":{..}[,"redacted":[..]],"failing":"..","gap":..[,"unknown":[..]] */
#define ERPK_EXPLAIN_HINT 2			/* what would have passed, as plain text */
#define ERPK_EXPLAIN_UNKNOWN 3		/* the inputs whose being null left the rule unknown */
#define ERPK_EXPLAIN_ERROR 4		/* what could not be computed */

/* Returns ERPK_ABI_VERSION of the library that was linked. */
int32_t erpk_abi_version(void);

/*
 * Writes "scope NUL name NUL member NUL pointer NUL" for each distinct name of
 * the rule to out and the bytes needed to *needed; the text is whole only when
 * *needed <= capacity.  Scope 0 is the row judged, scope n the row of the
 * rule's quantifier n, where the member is the name without its alias.  Before
 * the names of scope n stands the entry "=n" with the relation's name, empty
 * for the elements of a list: their names have the type json, and the member
 * is the path into the element, empty for the element itself.
 */
int32_t erpk_scan(const uint8_t *ast, uint32_t length,
				  uint8_t *out, uint32_t capacity, uint32_t *needed,
				  erpk_fault *fault);

/*
 * Lists in the same way the literals only the caller can judge: "r" and a
 * regular expression, or "z" and a time zone, each with its pointer.
 */
int32_t erpk_scan_literals(const uint8_t *ast, uint32_t length,
						   uint8_t *out, uint32_t capacity, uint32_t *needed);

/*
 * Writes one program for all rules.  A rule that does not compile gets its
 * faults[i] and is marked broken; the others stay usable.
 */
int32_t erpk_compile(const erpk_rule *rules, uint32_t count,
					 uint8_t *out, uint32_t capacity, uint32_t *needed,
					 erpk_fault *faults);

/* Checks a program of that size and fills the constants of its register file. */
int32_t erpk_prepare(const uint8_t *program, uint32_t size,
					 erpk_value *registers, uint32_t register_count);

/*
 * Runs the prelude and writes the state of every atom, two bits each, to key,
 * which has room for (atom_count + 31) / 32 words.  Rows with equal keys get
 * equal verdicts from every closed rule.
 */
void erpk_screen(const uint8_t *program, erpk_value *registers, erpk_run *run, uint64_t *key);

/* Runs a prepared program. */
int32_t erpk_evaluate(const uint8_t *program, erpk_value *registers, erpk_run *run);

/*
 * Judges the row of quantifier run.rule that fills its slots and adds it to
 * the fold.  ERPK_PASSED: done, see fold.flags; ERPK_NEED_FACT: fill slot
 * run.slot and call again; set run.step to 0 before the next row.
 */
int32_t erpk_row(const uint8_t *program, erpk_value *registers, erpk_run *run, erpk_fold *fold);

/* Returns what the rows amount to. */
void erpk_fold_result(const uint8_t *program, uint32_t quantifier, const erpk_fold *fold, erpk_value *result);

/* Sorts values of one type and drops repeated ones; returns how many are left. */
uint32_t erpk_distinct(erpk_value *values, uint32_t count);

/* Returns the code (RPnnn) of the error a judged rule ended in. */
int32_t erpk_failure(const uint8_t *program, const erpk_value *registers, uint32_t rule);

/* Renders rule number rule; runs nothing.  Returns the bytes needed. */
uint32_t erpk_explain(const uint8_t *program, const erpk_value *registers,
					  uint32_t rule, int32_t what, uint8_t *out, uint32_t capacity);

/* Where the search for a change that lets a rule pass stands.  Zero it, then pass it to every call of one search. */
typedef struct erpk_repair
{
	uint32_t	item;			/* a column in a comparison */
	uint32_t	step;			/* of that item */
	uint32_t	count;			/* its proposals */
	uint32_t	slot;			/* what to evaluate: value in this slot */
	uint32_t	passed;			/* set by the caller: the rule passed with it */
	uint32_t	found;			/* the rule passes with best in best_slot */
	uint32_t	best_slot;
	uint32_t	padding;
	erpk_value	value;
	erpk_value	proposals[3];
	erpk_value	best;
	erpk_value	distance;		/* of best; null where values have none */
} erpk_repair;

#define ERPK_REPAIR_DONE 0
#define ERPK_REPAIR_EVALUATE 1

/*
 * Proposes values of single columns that may let a violated rule pass, judged
 * with full set.  columns has a value for each slot: ERPK_S_VALUE where it is
 * a column that may be changed, low its number, scale its decimals or -1 for
 * those of the operands; for a fact looked up by a column, low that column.
 * ERPK_REPAIR_EVALUATE: judge the rule with repair->value in repair->slot over
 * the register file scratch, set passed and call again.  Nothing redacted is
 * read in the part that failed, or nothing is proposed.
 */
int32_t erpk_repair_next(const uint8_t *program, const erpk_value *registers, const erpk_value *columns,
						 const erpk_value *scratch, uint32_t rule, erpk_repair *repair);

#define ERPK_CHANGE_JSON 0		/* "change": {"field": .., "to": ..} */
#define ERPK_CHANGE_TEXT 1		/* weight = 5 would pass */

/* Renders the change that was found.  Returns the bytes needed. */
uint32_t erpk_repair_text(const uint8_t *program, const erpk_value *registers, const erpk_repair *repair,
						  int32_t what, uint8_t *out, uint32_t capacity);

/* Reads text as a value of the type; ERPK_OK, ERPK_TYPE or ERPK_ARITHMETIC. */
int32_t erpk_parse(int32_t type, const uint8_t *text, uint32_t length, erpk_value *out);

#endif
