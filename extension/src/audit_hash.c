/* SHA-256 by PostgreSQL's own library, which is OpenSSL's where the server is built with it. */
#include "audit.h"

#include "common/cryptohash.h"
#include "common/sha2.h"

/* Hashes two byte strings as one; the second may be empty. */
void
erp_audit_hash(uint8 *hash, const void *first, Size first_length, const void *second, Size second_length)
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	if (pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, first, first_length) < 0 ||
		(second_length > 0 && pg_cryptohash_update(context, second, second_length) < 0) ||
		pg_cryptohash_final(context, hash, PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not compute SHA-256: %s", pg_cryptohash_error(context))));
	pg_cryptohash_free(context);
}
