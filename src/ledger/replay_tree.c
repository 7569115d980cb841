/* replay_tree.c - the tree of a replay: roots at earlier sizes without keeping every leaf.
 *
 * Level 0 is hashed again from the entries when a root is asked for; the levels above, one hash
 * for 256 entries, stay in memory.
 */
#include "replay_priv.h"

#include "arena.h"

#include <stdlib.h>
#include <string.h>

static enum rc
read_leaves(struct replay_tree *t, uint64_t index, unsigned width, struct hash *ret, struct err *e)
{
	struct buf bytes = { 0 };
	enum rc rc = RC_OK;

	for (unsigned i = 0; rc == RC_OK && i < width; i++) {
		buf_clear(&bytes);
		rc = t->source->fetch(t->source, index * TILE_WIDTH + i, &bytes, NULL, NULL, e);
		if (rc == RC_OK)
			ret[i] = hash_leaf(bytes.data, bytes.size);
	}
	buf_free(&bytes);
	return rc;
}

static enum rc
read_tile(void *arg, unsigned level, uint64_t index, unsigned width, struct hash *ret,
	  struct err *e)
{
	struct replay_tree *t = arg;

	if (level == 0 && !t->leaves)
		return read_leaves(t, index, width, ret, e);
	memcpy(ret, t->nodes[level] + index * TILE_WIDTH, width * sizeof(*ret));
	return RC_OK;
}

static enum rc
write_tile(void *arg, unsigned level, uint64_t index, unsigned width, const struct hash *hashes,
	   struct err *e)
{
	struct replay_tree *t = arg;
	struct hash *nodes;

	if (level == 0 && !t->leaves)
		return RC_OK;
	if (level >= TREE_LEVELS)
		return rc_fail(e, RC_RANGE, "more entries than a replay can take");
	nodes = replay_tree_room(t, level, (size_t)(index + 1) * TILE_WIDTH);
	memcpy(nodes + index * TILE_WIDTH, hashes, width * sizeof(*hashes));
	return RC_OK;
}

struct hash *
replay_tree_room(struct replay_tree *t, unsigned level, size_t count)
{
	if (count > t->capacity[level]) {
		t->capacity[level] = count + count / 2;
		t->nodes[level] = mem_grow(t->nodes[level], t->capacity[level],
					   sizeof(struct hash));
	}
	return t->nodes[level];
}

enum rc
replay_tree_open(struct replay_tree *t, struct replay_source *source, bool leaves, struct err *e)
{
	memset(t, 0, sizeof(*t));
	t->source = source;
	t->leaves = leaves;
	return tile_maker_open(0, read_tile, write_tile, t, &t->maker, e);
}

enum rc
replay_tree_resume(struct replay_tree *t, uint64_t size, struct hash *ret_root, struct err *e)
{
	struct merkle_frontier f;
	enum rc rc;

	tile_maker_free(t->maker);
	t->maker = NULL;
	t->size = size;
	rc = tile_maker_open(size, read_tile, write_tile, t, &t->maker, e);
	if (rc != RC_OK)
		return rc;
	tile_maker_frontier(t->maker, &f);
	*ret_root = merkle_root(&f);
	return RC_OK;
}

void
replay_tree_close(struct replay_tree *t)
{
	tile_maker_free(t->maker);
	for (size_t i = 0; i < TREE_LEVELS; i++)
		free(t->nodes[i]);
}

enum rc
replay_tree_add(struct replay_tree *t, struct hash leaf, struct err *e)
{
	t->size++;
	return tile_maker_add(t->maker, leaf, e);
}

enum rc
replay_tree_root(struct replay_tree *t, uint64_t size, struct hash *ret, struct err *e)
{
	struct tile_reader *reader;
	struct merkle_frontier f;
	enum rc rc;

	if (size > t->size)
		return rc_fail(e, RC_REFUSED, "the tree has no such size yet");
	rc = tile_maker_flush(t->maker, e);
	if (rc != RC_OK)
		return rc;
	reader = tile_reader_new(size, read_tile, t);
	rc = merkle_frontier_at(size, tile_node, reader, &f, e);
	tile_reader_free(reader);
	if (rc == RC_OK)
		*ret = merkle_root(&f);
	return rc;
}
