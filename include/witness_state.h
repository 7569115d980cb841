/* witness_state.h - what a witness must never forget: the last head of each log that it cosigned.
 *
 * Layer 2. A folder: <hex SHA-256 of the origin>/checkpoint holds the last head
 * with the cosignature that was given for it, and `lock` keeps every other process
 * out. A head is on disk before its cosignature is handed out.
 */
#ifndef UTFALL_WITNESS_STATE_H
#define UTFALL_WITNESS_STATE_H

#include "hash.h"
#include "key.h"
#include "note.h"
#include "rc.h"
#include "witness.h"

struct arena;
struct buf;
struct witness_state;	/* opaque; belongs to whoever opened it */

/* The folder is made where it is missing; RC_CONFLICT where another process uses it. `key`, of type
 * KEY_COSIGNATURE, is borrowed. */
MUST_CHECK enum rc witness_state_open(const char *folder, const struct signing_key *key,
				      struct witness_state **ret, struct err *e);
void witness_state_close(struct witness_state *s);	/* NULL is allowed */

/* The last head of `origin`, size 0 where none was ever cosigned. A file that the key did not sign
 * is no state of ours: RC_INTEGRITY. */
MUST_CHECK enum rc witness_state_head(const struct witness_state *s, const char *origin,
				      struct arena *arena, struct checkpoint *ret, struct err *e);
/* Its bytes; RC_NOT_FOUND. */
MUST_CHECK enum rc witness_state_show(const struct witness_state *s, struct hash origin,
				      struct arena *arena, struct buf *ret, struct err *e);
/* Signs what witness_decide() lets pass, stores it, and only then appends the line to `ret_line`.
 * The caller lets nobody between the head that it read and this. */
MUST_CHECK enum rc witness_state_cosign(const struct witness_state *s,
					const struct witness_request *r, uint64_t time,
					struct arena *arena, struct buf *ret_line, struct err *e);

#endif
