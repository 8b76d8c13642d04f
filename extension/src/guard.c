/* The one place that turns the kernel's statuses into SQLSTATEs and errors. */
#include "erp.h"

#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#define ERP_ERRCODE(n) MAKE_SQLSTATE('R', 'P', '0' + ((n) / 100) % 10, '0' + ((n) / 10) % 10, '0' + (n) % 10)

/* Returns the packed SQLSTATE RPnnn of a status. */
int
erp_sqlstate(int32 status)
{
	return ERP_ERRCODE(status);
}

/* Raises an internal error when the kernel refused what it wrote itself. */
void
erp_check_status(int32 status, const char *what)
{
	if (status != ERPK_OK)
		ereport(ERROR,
				(errcode(ERP_ERRCODE(ERPK_INTERNAL)),
				 errmsg("the rule kernel failed in %s (status %d)", what, status),
				 errdetail("kernel %s", ERP_VERSION),
				 errhint("Report this with the rule and the row.")));
}

/* Raises a rule's fault; the rule's name is given where it is a stored one. */
void
erp_raise_fault(const erpk_fault *fault, const char *rule)
{
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfoChar(&detail, '{');
	if (rule)
	{
		appendStringInfoString(&detail, "\"rule\": ");
		escape_json(&detail, rule);
		appendStringInfoString(&detail, ", ");
	}
	appendStringInfoString(&detail, "\"path\": ");
	escape_json(&detail, fault->path);
	appendStringInfoChar(&detail, '}');
	ereport(ERROR,
			(errcode(ERP_ERRCODE(fault->code)),
			 rule ? errmsg("rule \"%s\" is broken: %s", rule, fault->message) : errmsg("%s", fault->message),
			 errdetail_internal("%s", detail.data),
			 fault->hint[0] ? errhint("%s", fault->hint) :
			 errhint("erp.rule_check(target, operation, ast) judges a rule without storing it; see docs/rules.md")));
}

/* Returns what the kernel says about a judged rule, as a string of the current context. */
char *
erp_explain(ErpProgram *program, erpk_value *registers, uint32 rule, int32 what)
{
	uint32		capacity = 4096;
	char	   *text = palloc(capacity);
	uint32		needed = erpk_explain(program->bytes, registers, rule, what, (uint8 *) text, capacity - 1);

	if (needed >= capacity)
	{
		if (needed >= MaxAllocSize - 1)
			ereport(ERROR,
					(errcode(ERP_ERRCODE(ERPK_LIMIT)),
					 errmsg("the explanation of the rule is too long")));
		capacity = needed + 1;
		text = repalloc(text, capacity);
		needed = erpk_explain(program->bytes, registers, rule, what, (uint8 *) text, capacity - 1);
	}
	text[needed] = '\0';
	return text;
}
