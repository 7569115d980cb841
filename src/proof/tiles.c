/* tiles.c - a tree kept as hash tiles. Everything between the levels of tiles is computed. */
#include "tiles.h"
#include "arena.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	TILE_HEIGHT = 8,
	LEVELS = 8,		/* of tiles: 8 * 8 bits of tree size */
	SLOTS = 16		/* tiles that a reader keeps: two a level */
};

static uint64_t
nodes_at(uint64_t size, unsigned level)
{
	return level >= LEVELS ? 0 : size >> (TILE_HEIGHT * level);
}

unsigned
tile_width(uint64_t size, unsigned level, uint64_t index)
{
	uint64_t nodes = nodes_at(size, level), full = nodes / TILE_WIDTH;

	if (index < full)
		return TILE_WIDTH;
	return index == full ? (unsigned)(nodes % TILE_WIDTH) : 0;
}

/* Root over a power of two of hashes, in place. */
static struct hash
fold_pairs(struct hash *hashes, size_t count)
{
	for (; count > 1; count /= 2)
		for (size_t i = 0; i < count / 2; i++)
			hashes[i] = hash_node(hashes[2 * i], hashes[2 * i + 1]);
	return hashes[0];
}

/* ---- reading ---- */

struct slot {
	unsigned level, width;	/* width 0: empty */
	uint64_t index, used;	/* when it was last used: the oldest makes room */
	struct hash hashes[TILE_WIDTH];
};

struct tile_reader {
	uint64_t size, reads, clock;
	tile_read_fn *read;
	void *arg;
	struct slot slots[SLOTS];
};

struct tile_reader *
tile_reader_new(uint64_t size, tile_read_fn *read, void *arg)
{
	struct tile_reader *r = mem_alloc(sizeof(*r));

	*r = (struct tile_reader){ .size = size, .read = read, .arg = arg };
	return r;
}

void
tile_reader_free(struct tile_reader *r)
{
	free(r);
}

uint64_t
tile_reader_count(const struct tile_reader *r)
{
	return r->reads;
}

/* The tile's slot, or the one to read it into. */
static struct slot *
slot_of(struct tile_reader *r, unsigned level, uint64_t index)
{
	struct slot *oldest = &r->slots[0];

	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *s = &r->slots[i];

		if (s->width > 0 && s->level == level && s->index == index)
			return s;
		if (s->used < oldest->used)
			oldest = s;
	}
	oldest->width = 0;
	return oldest;
}

static enum rc
tile_load(struct tile_reader *r, unsigned level, uint64_t index, const struct slot **ret,
	  struct err *e)
{
	struct slot *s = slot_of(r, level, index);

	if (s->width == 0) {
		unsigned width = tile_width(r->size, level, index);
		enum rc rc = r->read(r->arg, level, index, width, s->hashes, e);

		if (rc != RC_OK)
			return rc;
		r->reads++;
		s->level = level;
		s->index = index;
		s->width = width;
	}
	s->used = ++r->clock;
	*ret = s;
	return RC_OK;
}

enum rc
tile_node(void *reader, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	struct tile_reader *r = reader;
	unsigned inner = level % TILE_HEIGHT;
	uint64_t first = index << inner;	/* among the nodes that tiles hold */
	size_t count = (size_t)1 << inner;
	struct hash hashes[TILE_WIDTH / 2];
	const struct slot *s;
	enum rc rc;

	if (level >= 64 || index >= r->size >> level)
		return rc_fail(e, RC_NOT_FOUND, "node %u/%" PRIu64 " is not in a tree of size %" PRIu64,
			       level, index, r->size);
	rc = tile_load(r, level / TILE_HEIGHT, first / TILE_WIDTH, &s, e);
	if (rc != RC_OK)
		return rc;
	assert(first % TILE_WIDTH + count <= s->width);
	memcpy(hashes, &s->hashes[first % TILE_WIDTH], count * sizeof(hashes[0]));
	*ret = fold_pairs(hashes, count);
	return RC_OK;
}

/* ---- growing ---- */

struct edge {			/* the last tile of a level */
	bool changed;
	struct hash hashes[TILE_WIDTH];
};

struct tile_maker {
	uint64_t size;
	tile_write_fn *write;
	void *arg;
	struct edge edges[LEVELS];
};

static unsigned
edge_width(const struct tile_maker *m, unsigned level)
{
	return (unsigned)(nodes_at(m->size, level) % TILE_WIDTH);
}

enum rc
tile_maker_open(uint64_t size, tile_read_fn *read, tile_write_fn *write, void *arg,
		struct tile_maker **ret, struct err *e)
{
	struct tile_maker *m = mem_alloc(sizeof(*m));
	enum rc rc = RC_OK;

	*m = (struct tile_maker){ .size = size, .write = write, .arg = arg };
	for (unsigned level = 0; level < LEVELS && rc == RC_OK; level++)
		if (edge_width(m, level) > 0)
			rc = read(arg, level, nodes_at(size, level) / TILE_WIDTH,
				  edge_width(m, level), m->edges[level].hashes, e);
	if (rc != RC_OK) {
		free(m);
		return rc;
	}
	*ret = m;
	return RC_OK;
}

void
tile_maker_free(struct tile_maker *m)
{
	free(m);
}

enum rc
tile_maker_add(struct tile_maker *m, struct hash leaf, struct err *e)
{
	struct hash node = leaf;

	assert(m->size < UINT64_MAX);
	for (unsigned level = 0; level < LEVELS; level++) {
		struct edge *edge = &m->edges[level];
		uint64_t nodes = nodes_at(m->size, level);
		unsigned width = (unsigned)(nodes % TILE_WIDTH);
		enum rc rc;

		edge->hashes[width] = node;
		edge->changed = true;
		if (width + 1 < TILE_WIDTH)
			break;
		rc = m->write(m->arg, level, nodes / TILE_WIDTH, TILE_WIDTH, edge->hashes, e);
		if (rc != RC_OK)
			return rc;
		edge->changed = false;
		node = fold_pairs(edge->hashes, TILE_WIDTH);
	}
	m->size++;
	return RC_OK;
}

enum rc
tile_maker_flush(struct tile_maker *m, struct err *e)
{
	for (unsigned level = 0; level < LEVELS; level++) {
		struct edge *edge = &m->edges[level];
		enum rc rc;

		if (!edge->changed)
			continue;
		rc = m->write(m->arg, level, nodes_at(m->size, level) / TILE_WIDTH,
			      edge_width(m, level), edge->hashes, e);
		if (rc != RC_OK)
			return rc;
		edge->changed = false;
	}
	return RC_OK;
}

/* Perfect subtrees, smallest first: each lies in the last tile of its level. */
void
tile_maker_frontier(const struct tile_maker *m, struct merkle_frontier *ret)
{
	size_t at = (size_t)__builtin_popcountll(m->size);

	ret->size = m->size;
	for (unsigned bit = 0; bit < 64; bit++) {
		unsigned level = bit / TILE_HEIGHT, inner = bit % TILE_HEIGHT;
		size_t count = (size_t)1 << inner;
		struct hash hashes[TILE_WIDTH / 2];

		if ((m->size >> bit & 1) == 0)
			continue;
		memcpy(hashes, &m->edges[level].hashes[(edge_width(m, level) >> inner << inner) - count],
		       count * sizeof(hashes[0]));
		ret->roots[--at] = fold_pairs(hashes, count);
	}
}
