/* test_tiles.c - trees kept as tiles: the same roots and proofs as from the leaves themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiles.h"

enum { LEAVES = 70000, LEVELS = 3 };	/* three levels of tiles, the last with one hash */

/* Everything that was written, by level: a tile that grows takes its old place. */
struct disk {
	struct hash *hashes[LEVELS];
	unsigned *widths[LEVELS];
	size_t writes, reads;
	bool broken;
};

static struct disk disk;
static struct hash leaves[LEAVES];

static enum rc
write_tile(void *arg, unsigned level, uint64_t index, unsigned width, const struct hash *hashes,
	   struct err *e)
{
	struct disk *d = arg;

	if (d->broken)
		return rc_fail(e, RC_SYSTEM, "disk full");
	assert_true(level < LEVELS);
	assert_true(width > d->widths[level][index] && width <= TILE_WIDTH);
	memcpy(&d->hashes[level][index * TILE_WIDTH], hashes, width * sizeof(*hashes));
	d->widths[level][index] = width;
	d->writes++;
	return RC_OK;
}

static enum rc
read_tile(void *arg, unsigned level, uint64_t index, unsigned width, struct hash *ret,
	  struct err *e)
{
	struct disk *d = arg;

	d->reads++;
	if (d->broken)
		return rc_fail(e, RC_SYSTEM, "disk gone");
	assert_true(level < LEVELS && width > 0 && width <= d->widths[level][index]);
	memcpy(ret, &d->hashes[level][index * TILE_WIDTH], width * sizeof(*ret));
	return RC_OK;
}

static int
set_up(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LEVELS; i++) {
		size_t tiles = ((size_t)LEAVES >> (8 * i)) / TILE_WIDTH + 1;

		disk.hashes[i] = calloc(tiles * TILE_WIDTH, sizeof(struct hash));
		disk.widths[i] = calloc(tiles, sizeof(unsigned));
	}
	for (unsigned i = 0; i < LEAVES; i++)
		leaves[i] = hash_leaf(&i, sizeof(i));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LEVELS; i++) {
		free(disk.hashes[i]);
		free(disk.widths[i]);
	}
	return 0;
}

/* C2SP's example: 70,000 leaves are 273 full tiles and 112 hashes, 1 full and 17, 1 hash. */
static void
widths_are_the_published_ones(void **state)
{
	(void)state;
	assert_int_equal(tile_width(70000, 0, 272), 256);
	assert_int_equal(tile_width(70000, 0, 273), 112);
	assert_int_equal(tile_width(70000, 0, 274), 0);
	assert_int_equal(tile_width(70000, 1, 0), 256);
	assert_int_equal(tile_width(70000, 1, 1), 17);
	assert_int_equal(tile_width(70000, 2, 0), 1);
	assert_int_equal(tile_width(70000, 3, 0), 0);
	assert_int_equal(tile_width(256, 0, 0), 256);
	assert_int_equal(tile_width(256, 1, 0), 1);
	assert_int_equal(tile_width(0, 0, 0), 0);
	assert_int_equal(tile_width(UINT64_MAX, 7, 0), 255);
	assert_int_equal(tile_width(UINT64_MAX, 8, 0), 0);
	assert_int_equal(tile_width(UINT64_MAX, 63, 0), 0);
}

static void
expect_frontier(const struct tile_maker *m, const struct merkle_frontier *want)
{
	struct merkle_frontier got;

	tile_maker_frontier(m, &got);
	assert_int_equal(got.size, want->size);
	assert_memory_equal(got.roots, want->roots,
			    (size_t)__builtin_popcountll(want->size) * sizeof(want->roots[0]));
}

/* Grown in uneven steps, closed and opened again between them. */
static void
tiles_grow_with_the_tree(void **state)
{
	static const unsigned steps[] = { 0, 1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537, 70000 };
	struct merkle_frontier f = { 0 };
	struct tile_maker *m = NULL;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(tile_maker_open(f.size, read_tile, write_tile, &disk, &m, &e), RC_OK);
		expect_frontier(m, &f);
		while (f.size < steps[i]) {
			assert_int_equal(tile_maker_add(m, leaves[f.size], &e), RC_OK);
			merkle_add(&f, leaves[f.size]);
		}
		assert_int_equal(tile_maker_flush(m, &e), RC_OK);
		expect_frontier(m, &f);
		for (unsigned level = 0; level < LEVELS; level++)
			assert_int_equal(disk.widths[level][(f.size >> (8 * level)) / TILE_WIDTH],
					 (f.size >> (8 * level)) % TILE_WIDTH);
		tile_maker_free(m);
	}
	/* nothing changed: nothing is written */
	disk.writes = 0;
	assert_int_equal(tile_maker_open(LEAVES, read_tile, write_tile, &disk, &m, &e), RC_OK);
	assert_int_equal(tile_maker_flush(m, &e), RC_OK);
	assert_int_equal(disk.writes, 0);
	tile_maker_free(m);
	assert_memory_equal(disk.hashes[0], leaves, sizeof(leaves));
	for (size_t i = 0; i < LEAVES / 256; i++)
		assert_true(hash_equal(disk.hashes[1][i], merkle_root_of(leaves + 256 * i, 256)));
	assert_true(hash_equal(disk.hashes[2][0], merkle_root_of(leaves, 65536)));
}

/* Inclusion in trees of several sizes, each from the tiles of the largest one. */
static void
proofs_come_from_few_tiles(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 255, 256, 257, 1000, 65536, 65537, 69999, 70000 };
	struct err e;

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct hash root = merkle_root_of(leaves, sizes[s]);

		for (uint64_t i = 0; i < sizes[s]; i += 1 + sizes[s] / 97) {
			struct tile_reader *r = tile_reader_new(sizes[s], read_tile, &disk);
			struct merkle_proof p;

			assert_int_equal(merkle_prove_inclusion(i, sizes[s], tile_node, r, &p, &e), RC_OK);
			assert_int_equal(merkle_check_inclusion(i, sizes[s], leaves[i], &p, root, &e),
					 RC_OK);
			assert_true(tile_reader_count(r) <= 2 * LEVELS);
			tile_reader_free(r);
		}
	}
}

static void
consistency_comes_from_few_tiles(void **state)
{
	static const uint64_t sizes[] = { 1, 3, 256, 257, 1000, 4096, 65535, 65536, 69999, 70000 };
	struct hash root = merkle_root_of(leaves, LEAVES);
	struct err e;

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct tile_reader *r = tile_reader_new(LEAVES, read_tile, &disk);
		struct merkle_frontier f;
		struct merkle_proof p;

		assert_int_equal(merkle_prove_consistency(sizes[s], LEAVES, tile_node, r, &p, &e), RC_OK);
		assert_true(tile_reader_count(r) <= 2 * LEVELS);
		assert_int_equal(merkle_frontier_at(sizes[s], tile_node, r, &f, &e), RC_OK);
		assert_true(hash_equal(merkle_root(&f), merkle_root_of(leaves, sizes[s])));
		assert_int_equal(merkle_check_consistency(sizes[s], merkle_root(&f), LEAVES, root, &p, &e),
				 RC_OK);
		tile_reader_free(r);
	}
}

/* A walk over all leaves reads each tile once: what was read is kept. */
static void
tiles_are_read_once(void **state)
{
	struct tile_reader *r = tile_reader_new(LEAVES, read_tile, &disk);
	struct hash node;
	struct err e;

	(void)state;
	for (uint64_t i = 0; i < LEAVES; i++) {
		assert_int_equal(tile_node(r, 0, i, &node, &e), RC_OK);
		assert_true(hash_equal(node, leaves[i]));
		assert_int_equal(tile_node(r, 8, i % 273, &node, &e), RC_OK);
	}
	assert_true(tile_reader_count(r) <= 274 + 2);
	tile_reader_free(r);
}

static void
refusals_change_nothing(void **state)
{
	static const struct {
		unsigned level;
		uint64_t index;
	} outside[] = {
		{ 0, 70000 }, { 1, 35000 }, { 8, 273 }, { 15, 2 }, { 16, 1 }, { 17, 0 }, { 63, 0 },
		{ 64, 0 }, { 200, 0 }, { 0, UINT64_MAX }, { 5, UINT64_MAX },
	};
	struct tile_reader *r = tile_reader_new(LEAVES, read_tile, &disk);
	struct tile_maker *m = NULL;
	struct hash node = { { 7 } };
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		assert_int_equal(tile_node(r, outside[i].level, outside[i].index, &node, &e),
				 RC_NOT_FOUND);
	assert_string_equal(e.text, "node 5/18446744073709551615 is not in a tree of size 70000");
	disk.broken = true;
	assert_int_equal(tile_node(r, 0, 0, &node, &e), RC_SYSTEM);
	assert_int_equal(node.bytes[0], 7);
	assert_int_equal(tile_maker_open(LEAVES, read_tile, write_tile, &disk, &m, &e), RC_SYSTEM);
	assert_null(m);
	disk.broken = false;
	assert_int_equal(tile_node(r, 0, 0, &node, &e), RC_OK);
	assert_true(hash_equal(node, leaves[0]));
	tile_reader_free(r);
	assert_int_equal(tile_maker_open(LEAVES, read_tile, write_tile, &disk, &m, &e), RC_OK);
	assert_int_equal(tile_maker_add(m, leaves[0], &e), RC_OK);
	disk.broken = true;
	assert_int_equal(tile_maker_flush(m, &e), RC_SYSTEM);
	for (int i = 0; i < 142; i++)
		assert_int_equal(tile_maker_add(m, leaves[0], &e), RC_OK);
	assert_int_equal(tile_maker_add(m, leaves[0], &e), RC_SYSTEM);
	disk.broken = false;
	tile_maker_free(m);
	tile_maker_free(NULL);
	tile_reader_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_are_the_published_ones),
		cmocka_unit_test(tiles_grow_with_the_tree),
		cmocka_unit_test(proofs_come_from_few_tiles),
		cmocka_unit_test(consistency_comes_from_few_tiles),
		cmocka_unit_test(tiles_are_read_once),
		cmocka_unit_test(refusals_change_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
