/* nodes.h - nodes of the tree in memory, so that a proof costs neither a look at the disk nor
 * hashing: whole tiles with all that lies between their hashes, made when first asked for.
 *
 * Layer 6. Bounded: 4096 tiles of leaves are a tree of a million entries and 64 MiB.
 * Safe from several threads.
 */
#ifndef UTFALL_NODES_H
#define UTFALL_NODES_H

#include "hash.h"
#include "merkle.h"
#include "rc.h"

struct ledger;
struct nodes;	/* opaque; belongs to whoever made it */

struct nodes *nodes_new(void);
void nodes_free(struct nodes *n);	/* NULL is allowed */

/* Path and leaf of entry `seq` in the tree of `size`. Without `l` from memory alone: RC_NOT_FOUND
 * where something is missing there. */
MUST_CHECK enum rc nodes_prove(struct nodes *n, struct ledger *l, uint64_t seq, uint64_t size,
			       struct merkle_proof *ret, struct hash *ret_leaf, struct err *e);

#endif
