/* rule_ref: a condition that names another rule is replaced before it is compiled.  Stored rules are kept replaced. */
#include "erp.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

static SPIPlanPtr expand_plan = NULL;

/* Returns a rule's text with its references replaced, by the rights of the caller. */
char *
erp_expanded_text(Jsonb *ast)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *written = JsonbToCString(NULL, &ast->root, VARSIZE(ast));
	Datum		argument = JsonbPGetDatum(ast);
	Oid			type = JSONBOID;
	bool		isnull;
	ErpFrame	frame;

	if (strstr(written, "\"rule_ref\"") == NULL)
		return written;
	erp_spi_begin(&frame, false, false);
	if (expand_plan == NULL)
		expand_plan = erp_spi_prepare("SELECT erp.rule_expand($1)::pg_catalog.text", 1, &type);
	if (SPI_execute_plan(expand_plan, &argument, NULL, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "erp.rule_expand() failed");
	argument = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	written = MemoryContextStrdup(caller, TextDatumGetCString(argument));
	erp_spi_end(&frame);
	return written;
}
