/* parts.h - a stream of bytes that is kept in parts of one size: blobs of a store or a file, or all
 * of it in memory.
 *
 * Layer 0. Zero-initialise but for what the members say; `part` is the caller's to free.
 */
#ifndef UTFALL_PARTS_H
#define UTFALL_PARTS_H

#include "buf.h"
#include "rc.h"

typedef enum rc part_fn(void *arg, struct buf *part, struct err *e);

struct parts_out {
	size_t size;		/* of a part */
	part_fn *put;		/* takes a full one away; NULL: there is one part, however long */
	void *arg;
	struct buf part;	/* what is not a full one yet: the caller's to put in the end */
};
/* `out`: struct parts_out. */
MUST_CHECK enum rc parts_put(void *out, const void *bytes, size_t size, struct err *e);

struct parts_in {
	part_fn *next;		/* puts the next one into the emptied buffer; NULL: there is one part */
	void *arg;
	struct buf part;
	size_t at;		/* what is read of it */
};
/* `in`: struct parts_in. RC_INTEGRITY where the only part has fewer bytes. */
MUST_CHECK enum rc parts_get(void *in, void *ret, size_t size, struct err *e);

#endif
