/* nodes.c - tiles of the tree with the nodes inside them. */
#include "nodes.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "ledger.h"
#include "publish.h"
#include "tiles.h"

#define LEVELS 5		/* of tiles: 256^5 entries */

/* Tiles of a level share slots by their index: a later one takes the place of an earlier. */
static const size_t slots[LEVELS] = { 4096, 64, 8, 4, 2 };

struct block {
	uint64_t index;
	unsigned width;		/* hashes that the tile has */
	struct hash nodes[511];	/* level 0: 256, level 1: 128 ... level 8: 1 */
};

struct nodes {
	pthread_rwlock_t lock;
	struct block **blocks[LEVELS];
	/* Right edge of the tree of `size`: roots over leaves [r << level, size), where r is the last
	 * node of the level. */
	uint64_t size;
	struct hash edge[64];
};

struct nodes *
nodes_new(void)
{
	struct nodes *n = mem_alloc(sizeof(*n));

	memset(n, 0, sizeof(*n));
	pthread_rwlock_init(&n->lock, NULL);
	for (size_t i = 0; i < LEVELS; i++) {
		n->blocks[i] = mem_alloc(slots[i] * sizeof(n->blocks[i][0]));
		memset(n->blocks[i], 0, slots[i] * sizeof(n->blocks[i][0]));
	}
	return n;
}

void
nodes_free(struct nodes *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < LEVELS; i++) {
		for (size_t k = 0; k < slots[i]; k++)
			free(n->blocks[i][k]);
		free(n->blocks[i]);
	}
	pthread_rwlock_destroy(&n->lock);
	free(n);
}

static size_t
offset(unsigned height)
{
	return 512 - (512u >> height);
}

static enum rc
fill(struct block **slot, struct ledger *l, unsigned level, uint64_t index, unsigned width,
     struct err *e)
{
	struct buf bytes = { 0 };
	struct block *b;
	enum rc rc = publish_tile(l, level, index, width, &bytes, e);

	if (rc == RC_OK) {
		b = *slot == NULL ? mem_alloc(sizeof(*b)) : *slot;
		memset(b, 0, sizeof(*b));
		b->index = index;
		b->width = width;
		memcpy(b->nodes, bytes.data, width * sizeof(b->nodes[0]));
		for (unsigned h = 1; h <= 8; h++)
			for (unsigned i = 0; i < width >> h; i++)
				b->nodes[offset(h) + i] = hash_node(
					b->nodes[offset(h - 1) + 2 * i],
					b->nodes[offset(h - 1) + 2 * i + 1]);
		*slot = b;
	}
	buf_free(&bytes);
	return rc;
}

struct lookup {
	struct nodes *nodes;
	struct ledger *ledger;
	uint64_t size;
};

/* A merkle_node_fn. */
static enum rc
find(void *arg, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	struct lookup *x = arg;
	unsigned tile_level = level / 8, height = level % 8, width;
	uint64_t tile = index >> (8 - height);
	struct block **slot;
	enum rc rc;

	if (tile_level >= LEVELS)
		return x->ledger == NULL ? rc_fail(e, RC_NOT_FOUND, "not in memory")
					 : ledger_node(x->ledger, level, index, ret, e);
	slot = &x->nodes->blocks[tile_level][tile % slots[tile_level]];
	width = tile_width(x->size, tile_level, tile);
	if (*slot == NULL || (*slot)->index != tile || (*slot)->width < width) {
		if (x->ledger == NULL)
			return rc_fail(e, RC_NOT_FOUND, "not in memory");
		rc = fill(slot, x->ledger, tile_level, tile, width, e);
		if (rc != RC_OK)
			return rc;
	}
	*ret = (*slot)->nodes[offset(height) + (index & ((256u >> height) - 1))];
	return RC_OK;
}

static enum rc
find_edge(struct lookup *x, struct err *e)
{
	struct nodes *n = x->nodes;
	uint64_t last = x->size - 1;
	enum rc rc;

	if (n->size == x->size)
		return RC_OK;
	if (x->ledger == NULL)
		return rc_fail(e, RC_NOT_FOUND, "not in memory");
	n->size = 0;
	rc = find(x, 0, last, &n->edge[0], e);
	for (unsigned level = 0; rc == RC_OK && last > 0; level++, last >>= 1) {
		struct hash left;

		n->edge[level + 1] = n->edge[level];
		if ((last & 1) == 0)
			continue;
		rc = find(x, level, last - 1, &left, e);
		if (rc == RC_OK)
			n->edge[level + 1] = hash_node(left, n->edge[level]);
	}
	if (rc == RC_OK)
		n->size = x->size;
	return rc;
}

/* RFC 6962 section 2.1.1 from the leaf up: each step's sibling, the last one of a level from the
 * edge; a node without a sibling rises as it is. */
static enum rc
climb(struct lookup *x, uint64_t seq, struct merkle_proof *ret, struct err *e)
{
	uint64_t at = seq, last = x->size - 1;
	enum rc rc = RC_OK;

	ret->count = 0;
	for (unsigned level = 0; rc == RC_OK && last > 0; level++, at >>= 1, last >>= 1) {
		uint64_t sibling = at ^ 1;

		if (sibling > last)
			continue;
		if (sibling == last)
			ret->hashes[ret->count] = x->nodes->edge[level];
		else
			rc = find(x, level, sibling, &ret->hashes[ret->count], e);
		ret->count++;
	}
	return rc;
}

enum rc
nodes_prove(struct nodes *n, struct ledger *l, uint64_t seq, uint64_t size,
	    struct merkle_proof *ret, struct hash *ret_leaf, struct err *e)
{
	struct lookup x = { n, l, size };
	enum rc rc;

	if (l == NULL)
		pthread_rwlock_rdlock(&n->lock);
	else
		pthread_rwlock_wrlock(&n->lock);
	rc = find_edge(&x, e);
	if (rc == RC_OK)
		rc = climb(&x, seq, ret, e);
	if (rc == RC_OK)
		rc = find(&x, 0, seq, ret_leaf, e);
	pthread_rwlock_unlock(&n->lock);
	return rc;
}
