/* What reading rows and choosing an index share. */
#ifndef ERP_RELATIONS_H
#define ERP_RELATIONS_H

#include "erp.h"

/* A key of an index, or of a plan's condition. */
typedef struct ErpProbeKey
{
	uint32		outer;			/* the register its value is in */
	Oid			type;			/* the column's base type */
	AttrNumber	attnum;
} ErpProbeKey;

typedef enum ErpProbe
{
	ERP_PROBE_KEYS,
	ERP_PROBE_NONE,
	ERP_PROBE_SCAN
} ErpProbe;

/* Judges the row in the slot; false when the rows that follow do not matter. */
typedef bool (*ErpRowJudge) (ErpRunner *runner, void *row);

/* planned.c, probe.c */
extern void erp_read_planned(ErpRunner *runner, ErpQuantifier *quantifier, Relation relation, ErpRowJudge judge,
							 void *row, TupleTableSlot **slot);
extern void erp_probe_prepare(ErpProgram *program, ErpQuantifier *quantifier, Relation relation);
extern void erp_probe_columns(ErpProgram *program, ErpQuantifier *quantifier, Relation relation);
extern ErpProbe erp_probe_keys(const ErpQuantifier *quantifier, const erpk_value *registers, Datum *values);

/* relations.c */
extern void erp_copy_text(erpk_value *value, MemoryContext memory);

/* found.c */
extern bool erp_recall_found(ErpRunner *runner, uint32 number, erpk_value *value);
extern void erp_remember_found(ErpRunner *runner, uint32 number, const erpk_value *value);

#endif
