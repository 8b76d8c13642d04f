/*
 * The chain and the Merkle tree over leaf hashes: growing them when leaves are
 * sealed, and recomputing them when the ledger is verified.
 */
#include "audit.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define MAX_LEVELS 64

/* Where the chain stands. */
typedef struct Chain
{
	pg_cryptohash_ctx *context;
	int64		size;
	uint8		row[ERP_AUDIT_HASH];
	int			count;			/* of perfect subtrees, largest first */
	uint8		roots[MAX_LEVELS][ERP_AUDIT_HASH];
} Chain;

/* H(tag || left || right) */
static void
hash_pair(Chain *chain, uint8 tag, const uint8 *left, const uint8 *right, uint8 *result)
{
	uint8		bytes[1 + 2 * ERP_AUDIT_HASH];

	bytes[0] = tag;
	memcpy(bytes + 1, left, ERP_AUDIT_HASH);
	memcpy(bytes + 1 + ERP_AUDIT_HASH, right, ERP_AUDIT_HASH);
	if (pg_cryptohash_init(chain->context) < 0 ||
		pg_cryptohash_update(chain->context, bytes, sizeof(bytes)) < 0 ||
		pg_cryptohash_final(chain->context, result, PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not compute SHA-256: %s", pg_cryptohash_error(chain->context))));
}

static const uint8 *
hash_bytes_of(Datum datum)
{
	bytea	   *bytes = DatumGetByteaPP(datum);

	if (VARSIZE_ANY_EXHDR(bytes) != ERP_AUDIT_HASH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a hash has 32 bytes")));
	return (const uint8 *) VARDATA_ANY(bytes);
}

/* Begins where the arguments say: size, row hash, frontier. */
static void
chain_begin(Chain *chain, FunctionCallInfo fcinfo)
{
	bytea	   *frontier = PG_GETARG_BYTEA_PP(2);

	chain->size = PG_GETARG_INT64(0);
	memcpy(chain->row, hash_bytes_of(PG_GETARG_DATUM(1)), ERP_AUDIT_HASH);
	chain->count = VARSIZE_ANY_EXHDR(frontier) / ERP_AUDIT_HASH;
	if (chain->size < 0 || VARSIZE_ANY_EXHDR(frontier) % ERP_AUDIT_HASH != 0 ||
		chain->count != pg_popcount((char *) &chain->size, sizeof(chain->size)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the frontier does not belong to a tree of " INT64_FORMAT " leaves", chain->size)));
	memcpy(chain->roots, VARDATA_ANY(frontier), VARSIZE_ANY_EXHDR(frontier));
	chain->context = pg_cryptohash_create(PG_SHA256);
}

/* Adds a leaf to chain and tree. */
static void
chain_add(Chain *chain, const uint8 *leaf)
{
	hash_pair(chain, 0x02, chain->row, leaf, chain->row);
	memcpy(chain->roots[chain->count++], leaf, ERP_AUDIT_HASH);
	for (int64 size = chain->size; size & 1; size >>= 1)
	{
		hash_pair(chain, 0x01, chain->roots[chain->count - 2], chain->roots[chain->count - 1], chain->roots[chain->count - 2]);
		chain->count--;
	}
	chain->size++;
}

/* Computes the root of the tree, which has a leaf at least. */
static void
chain_root(Chain *chain, uint8 *root)
{
	memcpy(root, chain->roots[chain->count - 1], ERP_AUDIT_HASH);
	for (int i = chain->count - 2; i >= 0; i--)
		hash_pair(chain, 0x01, chain->roots[i], root, root);
}

static Datum
bytes_datum(const void *bytes, Size length)
{
	bytea	   *datum = palloc(VARHDRSZ + length);

	SET_VARSIZE(datum, VARHDRSZ + length);
	memcpy(VARDATA(datum), bytes, length);
	return PointerGetDatum(datum);
}

static int
elements_of(FunctionCallInfo fcinfo, int number, Oid type, Datum **elements)
{
	int			count;

	if (type == INT8OID)
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, elements, NULL, &count);
	else
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), BYTEAOID, -1, false, TYPALIGN_INT, elements, NULL, &count);
	return count;
}

static Datum
answer(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	columns;

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

ERP_FUNCTION(erp_audit_extend);

/* erp.audit_extend: the row hashes of further leaves, the frontier and the root after them. */
Datum
erp_audit_extend(PG_FUNCTION_ARGS)
{
	Chain		chain;
	Datum	   *leaves;
	int			count = elements_of(fcinfo, 3, BYTEAOID, &leaves);
	Datum	   *rows = palloc(Max(count, 1) * sizeof(Datum));
	Datum		values[3];
	bool		nulls[3] = {0};
	uint8		root[ERP_AUDIT_HASH];

	chain_begin(&chain, fcinfo);
	for (int i = 0; i < count; i++)
	{
		chain_add(&chain, hash_bytes_of(leaves[i]));
		rows[i] = bytes_datum(chain.row, ERP_AUDIT_HASH);
	}
	values[0] = PointerGetDatum(construct_array(rows, count, BYTEAOID, -1, false, TYPALIGN_INT));
	values[1] = bytes_datum(chain.roots, chain.count * ERP_AUDIT_HASH);
	nulls[2] = chain.count == 0;
	if (chain.count > 0)
	{
		chain_root(&chain, root);
		values[2] = bytes_datum(root, ERP_AUDIT_HASH);
	}
	pg_cryptohash_free(chain.context);
	return answer(fcinfo, values, nulls);
}

/* Compares a batch with what was recomputed up to its end; NULL when it agrees. */
static const char *
judge_batch(Chain *chain, Datum row, Datum frontier, Datum root)
{
	uint8		computed[ERP_AUDIT_HASH];
	bytea	   *stored = DatumGetByteaPP(frontier);

	if (memcmp(chain->row, hash_bytes_of(row), ERP_AUDIT_HASH) != 0)
		return "the row hash of the batch is not that of its last leaf";
	if (VARSIZE_ANY_EXHDR(stored) != chain->count * ERP_AUDIT_HASH ||
		memcmp(VARDATA_ANY(stored), chain->roots, chain->count * ERP_AUDIT_HASH) != 0)
		return "the frontier of the batch is not that of its leaves";
	chain_root(chain, computed);
	if (memcmp(computed, hash_bytes_of(root), ERP_AUDIT_HASH) != 0)
		return "the root of the batch is not that of its leaves";
	return NULL;
}

ERP_FUNCTION(erp_audit_check);

/* erp.audit_check: leaves against their stored row hashes and against the batches that end among them. */
Datum
erp_audit_check(PG_FUNCTION_ARGS)
{
	Chain		chain;
	Datum	   *leaves;
	Datum	   *rows;
	Datum	   *ends;
	Datum	   *batch_rows;
	Datum	   *frontiers;
	Datum	   *roots;
	int			count = elements_of(fcinfo, 3, BYTEAOID, &leaves);
	int			batch_count = elements_of(fcinfo, 5, INT8OID, &ends);
	int			batch = 0;
	const char *reason = NULL;
	Datum		values[4];
	bool		nulls[4] = {0};

	if (elements_of(fcinfo, 4, BYTEAOID, &rows) != count ||
		elements_of(fcinfo, 6, BYTEAOID, &batch_rows) != batch_count ||
		elements_of(fcinfo, 7, BYTEAOID, &frontiers) != batch_count ||
		elements_of(fcinfo, 8, BYTEAOID, &roots) != batch_count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("leaves and row hashes, or the columns of the batches, differ in number")));
	chain_begin(&chain, fcinfo);
	for (int i = 0; i < count && reason == NULL; i++)
	{
		chain_add(&chain, hash_bytes_of(leaves[i]));
		if (memcmp(chain.row, hash_bytes_of(rows[i]), ERP_AUDIT_HASH) != 0)
			reason = "the row hash does not follow from the leaf and the row hash before it";
		else if (batch < batch_count && DatumGetInt64(ends[batch]) == chain.size)
		{
			reason = judge_batch(&chain, batch_rows[batch], frontiers[batch], roots[batch]);
			batch++;
		}
	}
	values[0] = Int64GetDatum(chain.size);
	nulls[0] = nulls[1] = reason == NULL;
	values[1] = reason ? CStringGetTextDatum(reason) : (Datum) 0;
	values[2] = bytes_datum(chain.row, ERP_AUDIT_HASH);
	values[3] = bytes_datum(chain.roots, chain.count * ERP_AUDIT_HASH);
	pg_cryptohash_free(chain.context);
	return answer(fcinfo, values, nulls);
}
