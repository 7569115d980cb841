/* ledger_tree.c - the tree over an open ledger's entries: tiles, roots, proofs. */
#include "ledger_priv.h"

#include "arena.h"
#include "entry.h"
#include "note.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

uint64_t
ledger_tile_number(unsigned level, uint64_t index)
{
	return (uint64_t)level << 56 | index;
}

struct leaves {
	struct hash *at;
};

static enum rc
hash_row(void *arg, const struct store_row *row, struct err *e)
{
	struct leaves *l = arg;

	(void)e;
	*l->at++ = hash_leaf(row->entry, row->entry_size);
	return RC_OK;
}

/* The tile hashed again: from the entries, or from the tiles below. */
static enum rc
make_tile(struct ledger *l, unsigned level, uint64_t index, unsigned width, struct hash *ret,
	  struct err *e)
{
	struct hash below[TILE_WIDTH];
	struct leaves leaves = { ret };
	enum rc rc = RC_OK;

	if (level == 0)
		return store_scan(l->store, index * TILE_WIDTH, index * TILE_WIDTH + width,
				  hash_row, &leaves, e);
	for (unsigned i = 0; rc == RC_OK && i < width; i++) {
		rc = ledger_tile(l, level - 1, index * TILE_WIDTH + i, TILE_WIDTH, below, e);
		if (rc == RC_OK)
			ret[i] = merkle_root_of(below, TILE_WIDTH);
	}
	return rc;
}

enum rc
ledger_tile(void *ledger, unsigned level, uint64_t index, unsigned width, struct hash *ret,
	    struct err *e)
{
	struct ledger *l = ledger;
	struct buf b = { 0 };
	enum rc rc = RC_NOT_FOUND;

	if (!l->rebuilt)
		rc = store_cache(l->store, CACHE_TILE, ledger_tile_number(level, index), &b, e);
	if (rc == RC_OK && b.size >= (size_t)width * 32)
		memcpy(ret, b.data, (size_t)width * 32);
	else if (rc == RC_OK || rc == RC_NOT_FOUND)
		rc = make_tile(l, level, index, width, ret, e);
	buf_free(&b);
	return rc;
}

enum rc
ledger_node(void *ledger, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	struct ledger *l = ledger;

	return tile_node(l->tiles, level, index, ret, e);
}

enum rc
ledger_root(struct ledger *l, uint64_t size, struct hash *ret, struct err *e)
{
	struct merkle_frontier f;
	enum rc rc;

	if (size == l->head.size) {
		*ret = l->head.root;
		return RC_OK;
	}
	if (size > l->head.size)
		return rc_fail(e, RC_NOT_FOUND, "the tree has %" PRIu64 " entries, not %" PRIu64,
			       l->head.size, size);
	rc = merkle_frontier_at(size, ledger_node, l, &f, e);
	if (rc == RC_OK)
		*ret = merkle_root(&f);
	return rc;
}

enum rc
ledger_prove(struct ledger *l, uint64_t seq, struct buf *ret, struct err *e)
{
	struct tlog_proof proof = { .index = seq, .checkpoint = l->note.data,
				    .checkpoint_size = l->note.size };
	struct buf extra = { 0 };
	bool erased = false;
	enum rc rc = store_entry(l->store, seq, &extra, e);

	if (rc == RC_OK)
		rc = merkle_prove_inclusion(seq, l->head.size, ledger_node, l, &proof.path, e);
	if (rc == RC_OK) {
		buf_byte(&extra, '\n');
		rc = store_event(l->store, seq, &extra, &erased, e);
		if (rc == RC_NOT_FOUND || erased) {
			extra.size--;	/* the entry alone */
			rc = RC_OK;
		}
	}
	if (rc == RC_OK) {
		proof.extra = (const uint8_t *)extra.data;
		proof.extra_size = extra.size;
		tlog_proof_format(&proof, ret);
	}
	buf_free(&extra);
	return rc;
}
