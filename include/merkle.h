/* merkle.h - RFC 6962 section 2.1 trees over SHA-256: roots kept incrementally, proofs, tiles.
 *
 * Layer 2. Pure. Hashes of stored nodes come through a reader that the caller
 * supplies (memory, database, tiles). Node (level, index) is the root of the
 * perfect subtree over leaves [index << level, (index + 1) << level).
 */
#ifndef UTFALL_MERKLE_H
#define UTFALL_MERKLE_H

#include "hash.h"
#include "rc.h"

struct merkle_frontier {	/* roots of the perfect subtrees, largest first */
	uint64_t size;
	struct hash roots[64];	/* popcount(size) of them */
};

#define MERKLE_PROOF_MAX 64

struct merkle_proof {
	size_t count;
	struct hash hashes[MERKLE_PROOF_MAX];	/* leaf side first */
};

struct hash merkle_root(const struct merkle_frontier *f);	/* SHA-256("") for size 0 */
void merkle_add(struct merkle_frontier *f, struct hash leaf);
struct hash merkle_root_of(const struct hash *leaves, size_t count);

/* Hands out the hash of a complete node. */
typedef enum rc merkle_node_fn(void *arg, unsigned level, uint64_t index, struct hash *ret,
			       struct err *e);
MUST_CHECK enum rc merkle_prove_inclusion(uint64_t index, uint64_t size, merkle_node_fn *node,
					  void *arg, struct merkle_proof *ret, struct err *e);
MUST_CHECK enum rc merkle_prove_consistency(uint64_t old_size, uint64_t size, merkle_node_fn *node,
					    void *arg, struct merkle_proof *ret, struct err *e);
MUST_CHECK enum rc merkle_frontier_at(uint64_t size, merkle_node_fn *node, void *arg,
				      struct merkle_frontier *ret, struct err *e);

/* RFC 9162 sections 2.1.3.2 and 2.1.4.2. RC_INTEGRITY with what differs. */
MUST_CHECK enum rc merkle_check_inclusion(uint64_t index, uint64_t size, struct hash leaf,
					  const struct merkle_proof *proof, struct hash root,
					  struct err *e);
MUST_CHECK enum rc merkle_check_consistency(uint64_t old_size, struct hash old_root, uint64_t size,
					    struct hash root, const struct merkle_proof *proof,
					    struct err *e);

/* C2SP tlog-tiles: "tile/L/x001/x234/067.p/W" and "tile/entries/...". */
#define TILE_WIDTH 256
#define TILE_PATH 80
/* level -1: entries */
void tile_path(int level, uint64_t index, unsigned width, char ret[TILE_PATH]);
MUST_CHECK bool tile_path_parse(const char *path, int *ret_level, uint64_t *ret_index,
				unsigned *ret_width);

#endif
