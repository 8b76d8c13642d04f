/* The module itself: magic, start, version. */
#include "audit.h"

#include "utils/builtins.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

/* Registers callbacks; refuses a kernel of another ABI. */
void
_PG_init(void)
{
	if (erpk_abi_version() != ERPK_ABI_VERSION)
		elog(ERROR, "headless_erp: kernel and shim were built from different sources");
	erp_cache_init();
	erp_commit_init();
	erp_audit_layouts_init();
}

ERP_FUNCTION(erp_kernel_version);

/* Returns the version of the native library. */
Datum
erp_kernel_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(ERP_VERSION));
}
