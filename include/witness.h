/* witness.h - C2SP tlog-witness: what a witness answers to add-checkpoint.
 *
 * Layer 2. Bytes in, a decision out; where heads are kept and how they travel is
 * the caller's. A witness never sees an entry.
 */
#ifndef UTFALL_WITNESS_H
#define UTFALL_WITNESS_H

#include "key.h"
#include "merkle.h"
#include "note.h"
#include "rc.h"

struct arena;
struct buf;

#define WITNESS_REQUEST_BYTES (64u << 10)
#define WITNESS_PROOF_MAX 63

struct witness_request {
	uint64_t old_size;
	struct merkle_proof proof;
	const char *checkpoint;		/* the note, verbatim; inside the bytes parsed */
	size_t checkpoint_size;
	struct note note;
	struct checkpoint head;
};

enum witness_answer {		/* HTTP status codes of the specification */
	WITNESS_COSIGNED = 200,
	WITNESS_MALFORMED = 400,
	WITNESS_NOT_SIGNED = 403,	/* by a key that is trusted for the origin */
	WITNESS_UNKNOWN = 404,		/* origin */
	WITNESS_CONFLICT = 409,		/* `old` is not the size last cosigned */
	WITNESS_INCONSISTENT = 422
};

/* "old SIZE", at most 63 hashes, an empty line, the checkpoint. RC_REFUSED where malformed. */
MUST_CHECK enum rc witness_request_parse(const char *bytes, size_t size, struct arena *arena,
					 struct witness_request *ret, struct err *e);
void witness_request_format(uint64_t old_size, const struct merkle_proof *proof,
			    const char *checkpoint, size_t size, struct buf *ret);

/* May `r` be cosigned, after `last` (size 0 and no root for none)? The reason of a refusal is in
 * `e`. The caller stores the head before it signs, and lets nobody between. */
enum witness_answer witness_decide(const struct witness_request *r,
				   const struct verifier_key *keys, size_t key_count,
				   const struct checkpoint *last, struct err *e);

#endif
