/* proof.c - signatures, hashes, trees and proofs: what one entry and one proof cost. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "key.h"
#include "measure.h"
#include "merkle.h"
#include "tiles.h"
#include "verify_pool.h"

enum { SIGNATURES = 20000, LEAVES = 10000000, HASHES = 2000000, PROOFS = 20000 };

static void
per_second(const char *what, uint64_t count, uint64_t start)
{
	uint64_t spent = nanoseconds() - start;

	printf("bench: %s/s %" PRIu64 "\n", what, count * 1000000000 / (spent > 0 ? spent : 1));
}

/* ---- signatures ---- */

struct signatures {
	struct signing_key *key;
	uint8_t message[300];
	uint8_t bytes[64];
};

static void
check_one(void *arg, size_t item)
{
	struct signatures *s = arg;

	(void)item;
	if (!verifier_key_check(signing_key_verifier(s->key), s->message, sizeof(s->message),
				s->bytes))
		abort();
}

static int
signatures(void)
{
	struct verify_pool *pool = verify_pool_new(verify_pool_cores() - 1);
	struct signatures s = { .key = NULL };
	uint64_t start;
	struct err e;

	if (secrets_init(&e) != RC_OK ||
	    signing_key_generate("bench", KEY_ED25519, &s.key, &e) != RC_OK)
		return 1;
	start = nanoseconds();
	for (int i = 0; i < SIGNATURES / 10; i++)	/* each is verified once made */
		if (signing_key_sign(s.key, s.message, sizeof(s.message), s.bytes, &e) != RC_OK)
			return 1;
	per_second("sign-and-verify-300-bytes", SIGNATURES / 10, start);
	start = nanoseconds();
	for (size_t i = 0; i < SIGNATURES; i++)
		check_one(&s, i);
	per_second("verify-300-bytes", SIGNATURES, start);
	start = nanoseconds();
	verify_pool_start(pool, check_one, &s, SIGNATURES);
	verify_pool_wait(pool);
	per_second("verify-300-bytes-all-cores", SIGNATURES, start);
	verify_pool_free(pool);
	signing_key_free(s.key);
	return 0;
}

/* ---- trees ---- */

static void
hashes(void)
{
	uint8_t bytes[300] = { 1 };
	struct hash h = { { 0 } };
	struct merkle_frontier f = { 0 };
	uint64_t start = nanoseconds();

	for (int i = 0; i < HASHES; i++) {
		h = hash_leaf(bytes, sizeof(bytes));
		bytes[0] = h.bytes[0];
	}
	per_second("hash-300-bytes", HASHES, start);
	start = nanoseconds();
	for (int i = 0; i < HASHES; i++)
		merkle_add(&f, h);
	per_second("merkle-add", HASHES, start);
}

struct tiles {
	struct hash *levels[8];
};

static enum rc
keep_tile(void *arg, unsigned level, uint64_t index, unsigned width, const struct hash *from,
	  struct err *e)
{
	struct tiles *t = arg;

	(void)e;
	memcpy(&t->levels[level][index * TILE_WIDTH], from, width * sizeof(*from));
	return RC_OK;
}

static enum rc
read_tile(void *arg, unsigned level, uint64_t index, unsigned width, struct hash *ret,
	  struct err *e)
{
	struct tiles *t = arg;

	(void)e;
	memcpy(ret, &t->levels[level][index * TILE_WIDTH], width * sizeof(*ret));
	return RC_OK;
}

/* Each with a reader of its own, as a program that proves one entry has. */
static int
proofs(struct tiles *t, struct hash root)
{
	uint64_t start = nanoseconds(), slowest = 0, index = 0;
	struct err e;

	for (int i = 0; i < PROOFS; i++) {
		struct tile_reader *r = tile_reader_new(LEAVES, read_tile, t);
		uint64_t begin = nanoseconds();
		struct hash leaf;
		struct merkle_proof p;

		index = (index + 7654321) % LEAVES;
		if (merkle_prove_inclusion(index, LEAVES, tile_node, r, &p, &e) != RC_OK ||
		    tile_node(r, 0, index, &leaf, &e) != RC_OK ||
		    merkle_check_inclusion(index, LEAVES, leaf, &p, root, &e) != RC_OK)
			return 1;
		begin = nanoseconds() - begin;
		slowest = begin > slowest ? begin : slowest;
		tile_reader_free(r);
	}
	per_second("prove-and-check-in-10000000", PROOFS, start);
	printf("bench: prove-and-check-in-10000000-slowest-ns %" PRIu64 "\n", slowest);
	return 0;
}

static int
trees(void)
{
	struct tiles t = { { NULL } };
	struct merkle_frontier f;
	struct tile_maker *m = NULL;
	uint64_t start = nanoseconds();
	struct hash leaf = { { 0 } };
	struct err e;
	int bad = 1;

	for (unsigned i = 0; i < 8; i++)
		t.levels[i] = calloc(((size_t)LEAVES >> (8 * i)) + TILE_WIDTH, sizeof(struct hash));
	if (tile_maker_open(0, read_tile, keep_tile, &t, &m, &e) != RC_OK)
		return 1;
	for (uint64_t i = 0; i < LEAVES; i++) {
		memcpy(leaf.bytes, &i, sizeof(i));
		if (tile_maker_add(m, leaf, &e) != RC_OK)
			return 1;
	}
	if (tile_maker_flush(m, &e) == RC_OK) {
		per_second("tile-maker-add", LEAVES, start);
		tile_maker_frontier(m, &f);
		bad = proofs(&t, merkle_root(&f));
	}
	tile_maker_free(m);
	for (unsigned i = 0; i < 8; i++)
		free(t.levels[i]);
	return bad;
}

static const char *const meanings[] = {
	"proof: how many a second on one core. all-cores: of all cores together; its limit is",
	"verify-300-bytes times the cores. tile-maker-add: leaves of a tree of 10,000,000;",
	"its limit is merkle-add. prove-and-check: one proof by a reader with nothing in",
	"memory.",
};

int
main(void)
{
	ABOUT(meanings);
	hashes();
	return signatures() != 0 || trees() != 0;
}
