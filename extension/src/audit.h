/* What the files of the audit chain share; docs/audit-format.md has the bytes. */
#ifndef HEADLESS_ERP_AUDIT_H
#define HEADLESS_ERP_AUDIT_H

#include "erp.h"

#include "lib/stringinfo.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define ERP_AUDIT_HASH 32

/* Types of a value. */
#define ERP_AUDIT_NULL 0
#define ERP_AUDIT_BOOL 1
#define ERP_AUDIT_INTEGER 2
#define ERP_AUDIT_DECIMAL 3
#define ERP_AUDIT_TEXT 4
#define ERP_AUDIT_BYTES 5
#define ERP_AUDIT_DATE 6
#define ERP_AUDIT_MOMENT 7
#define ERP_AUDIT_UUID 8
#define ERP_AUDIT_JSON 9
#define ERP_AUDIT_LOCAL 10
#define ERP_AUDIT_OTHER 11

/* A leaf before it is encoded; a NULL pointer is a NULL field. */
typedef struct ErpLeaf
{
	pg_uuid_t	ledger;
	int64		system;
	uint64		xid;
	int64		leaf_id;
	const char *kind;
	const char *table;
	const char *key;
	const char *operation;
	const uint8 *layout;
	const int64 *previous;
	const uint8 *payload;
	const char *session_name;
	const char *current_name;
	const int64 *agent;
	int64		rules;
	TimestampTz claimed_at;
	const char *outcome;
} ErpLeaf;

/* How rows of a table are encoded. */
typedef struct ErpLayout
{
	Oid			relid;			/* hash key */
	bool		valid;
	MemoryContext memory;
	int64		layout_id;
	uint8		hash[ERP_AUDIT_HASH];
	char	   *table;			/* schema.name */
} ErpLayout;

/* audit_encode.c */
extern void erp_audit_put(StringInfo out, uint8 type, const void *bytes, uint32 length);
extern void erp_audit_put_text(StringInfo out, const char *text);
extern void erp_audit_image(StringInfo out, TupleDesc columns, Datum *values, bool *nulls);
extern void erp_audit_encode_leaf(StringInfo out, const ErpLeaf *leaf);
extern char *erp_audit_type_name(Oid type);
extern char *erp_audit_key(Relation relation, struct TupleTableSlot *row);

/* audit_hash.c */
extern void erp_audit_hash(uint8 *hash, const void *first, Size first_length, const void *second, Size second_length);

/* audit_layout.c */
extern void erp_audit_layouts_init(void);
extern ErpLayout *erp_audit_layout(Relation relation);

/* audit_write.c */
extern int64 erp_audit_write_leaf(const char *kind, const char *table, const char *key, const char *operation,
								  const ErpLayout *layout, StringInfo payload, const char *outcome);

#endif
