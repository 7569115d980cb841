/* test_merkle.c - RFC 6962 trees: published roots, every small tree, every small lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "merkle.h"
#include "text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum { LEAVES = 130 };

static struct hash leaves[LEAVES];

/* MTH as RFC 6962 section 2.1 defines it, by recursion: the second opinion. */
static struct hash
mth(const struct hash *leaf, size_t n)
{
	size_t k = 1;

	if (n == 0)
		return hash_bytes("", 0);
	if (n == 1)
		return leaf[0];
	while (2 * k < n)
		k *= 2;
	return hash_node(mth(leaf, k), mth(leaf + k, n - k));
}

/* PATH as the RFC defines it. */
static size_t
path(size_t m, const struct hash *leaf, size_t n, struct hash *ret)
{
	size_t k = 1, count;

	if (n == 1)
		return 0;
	while (2 * k < n)
		k *= 2;
	count = m < k ? path(m, leaf, k, ret) : path(m - k, leaf + k, n - k, ret);
	ret[count] = m < k ? mth(leaf + k, n - k) : mth(leaf, k);
	return count + 1;
}

/* SUBPROOF as the RFC defines it. */
static size_t
subproof(size_t m, const struct hash *leaf, size_t n, bool whole, struct hash *ret)
{
	size_t k = 1, count;

	if (m == n) {
		if (!whole)
			ret[0] = mth(leaf, n);
		return whole ? 0 : 1;
	}
	while (2 * k < n)
		k *= 2;
	count = m <= k ? subproof(m, leaf, k, whole, ret)
		       : subproof(m - k, leaf + k, n - k, false, ret);
	ret[count] = m <= k ? mth(leaf + k, n - k) : mth(leaf, k);
	return count + 1;
}

static int
make_leaves(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LEAVES; i++) {
		char text[16];

		leaves[i] = hash_leaf(text, (size_t)snprintf(text, sizeof(text), "leaf %u", i));
	}
	return 0;
}

/* Complete nodes over leaves[]; asking beyond `size` is the prover's mistake. */
struct tree {
	size_t size;
	size_t asked;
};

static enum rc
node(void *arg, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	struct tree *t = arg;

	(void)e;
	t->asked++;
	assert_true(level < 8);
	assert_true((index + 1) << level <= t->size);
	*ret = mth(leaves + (index << level), (size_t)1 << level);
	return RC_OK;
}

static enum rc
node_unreadable(void *arg, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	(void)arg;
	(void)ret;
	return rc_fail(e, RC_SYSTEM, "node %u/%llu", level, (unsigned long long)index);
}

/* ---- roots ---- */

/* The leaves of Certificate Transparency's published test, and its roots. */
static void
roots_are_the_published_ones(void **state)
{
	static const struct {
		const char *leaf;
		size_t size;
		const char *root;	/* of the tree ending here; NULL: not published */
	} cases[] = {
		{ "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
		{ "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
		{ "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
		{ "\x20\x21", 2, NULL },
		{ "\x30\x31", 2,
		  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
		{ "\x40\x41\x42\x43", 4, NULL },
		{ "PQRSTUVW", 8,
		  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
		{ "`abcdefghijklmno", 16,
		  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
	};
	struct merkle_frontier f = { 0 };
	char text[HASH_HEX];

	(void)state;
	hash_format(merkle_root(&f), text);
	assert_string_equal(text,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < COUNT(cases); i++) {
		merkle_add(&f, hash_leaf(cases[i].leaf, cases[i].size));
		assert_int_equal(f.size, i + 1);
		hash_format(merkle_root(&f), text);
		if (cases[i].root != NULL)
			assert_string_equal(text, cases[i].root);
	}
}

/* Leaf i holds {"seq":i}; four other programs computed the same root. */
static void
root_of_a_thousand_agrees_with_others(void **state)
{
	struct merkle_frontier f = { 0 };
	uint8_t want[32];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		char text[32];

		merkle_add(&f, hash_leaf(text, (size_t)snprintf(text, sizeof(text),
								"{\"seq\":%u}", i)));
	}
	assert_true(base64_parse("nDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0Ek=", 44, want, 32));
	assert_memory_equal(merkle_root(&f).bytes, want, 32);
}

static void
roots_and_frontiers_match_the_definition(void **state)
{
	struct merkle_frontier f = { 0 };

	(void)state;
	for (size_t n = 0; n <= LEAVES; n++) {
		struct merkle_frontier at = { 0 };
		struct tree t = { .size = n };
		struct err e;

		assert_true(hash_equal(merkle_root(&f), mth(leaves, n)));
		assert_true(hash_equal(merkle_root_of(leaves, n), mth(leaves, n)));
		assert_int_equal(merkle_frontier_at(n, node, &t, &at, &e), RC_OK);
		assert_int_equal(at.size, n);
		assert_int_equal(t.asked, __builtin_popcountll(n));
		for (size_t i = 0; i < t.asked; i++)
			assert_true(hash_equal(at.roots[i], f.roots[i]));
		if (n < LEAVES)
			merkle_add(&f, leaves[n]);
	}
}

/* ---- proofs ---- */

static void
expect(enum rc want, enum rc got, const struct err *e, const char *what, size_t a, size_t b)
{
	if (got != want)
		fail_msg("%s %zu in %zu: %s (%s)", what, a, b, rc_name(got),
			 got == RC_OK ? "" : e->text);
}

/* Every way to change one thing of a good proof; each must be refused. */
typedef enum rc check_fn(const struct merkle_proof *p, size_t a, size_t b, struct err *e);

static void
refuse_changed_proofs(const struct merkle_proof *good, check_fn *check, size_t a, size_t b)
{
	struct merkle_proof p = *good;
	struct err e;

	for (size_t i = 0; i < good->count; i++) {
		p = *good;
		p.hashes[i].bytes[i % 32] ^= (uint8_t)(1u << (i % 8));
		expect(RC_INTEGRITY, check(&p, a, b, &e), &e, "one bit changed", a, b);
		for (size_t j = i + 1; j < good->count; j++) {
			p = *good;
			p.hashes[i] = good->hashes[j];
			p.hashes[j] = good->hashes[i];
			expect(RC_INTEGRITY, check(&p, a, b, &e), &e, "swapped", a, b);
		}
	}
	p = *good;
	if (p.count > 0) {
		p.count--;
		expect(RC_INTEGRITY, check(&p, a, b, &e), &e, "truncated", a, b);
		memmove(p.hashes, good->hashes + 1, p.count * sizeof(p.hashes[0]));
		expect(RC_INTEGRITY, check(&p, a, b, &e), &e, "first taken off", a, b);
	}
	p = *good;
	p.hashes[p.count++] = leaves[0];
	expect(RC_INTEGRITY, check(&p, a, b, &e), &e, "extended", a, b);
	memmove(p.hashes + 1, good->hashes, good->count * sizeof(p.hashes[0]));
	p.hashes[0] = leaves[0];
	expect(RC_INTEGRITY, check(&p, a, b, &e), &e, "extended in front", a, b);
}

static enum rc
check_inclusion(const struct merkle_proof *p, size_t index, size_t size, struct err *e)
{
	return merkle_check_inclusion(index, size, leaves[index], p, mth(leaves, size), e);
}

static void
refuse_another_place(const struct merkle_proof *p, uint64_t i, uint64_t n)
{
	struct hash root = mth(leaves, n), leaf = leaves[i];
	struct err e;

	for (uint64_t other = 0; other <= n; other++)
		if (other != i)
			expect(RC_INTEGRITY, merkle_check_inclusion(other, n, leaf, p, root, &e), &e,
			       "another index", i, n);
	expect(RC_INTEGRITY, merkle_check_inclusion(i, n, root, p, root, &e), &e, "another leaf", i,
	       n);
	expect(RC_INTEGRITY, merkle_check_inclusion(i, n, leaf, p, leaves[(i + 1) % LEAVES], &e),
	       &e, "another root", i, n);
}

static void
every_inclusion_to_130_is_proved(void **state)
{
	(void)state;
	for (size_t n = 1; n <= LEAVES; n++)
		for (size_t i = 0; i < n; i++) {
			struct merkle_proof p = { .count = 99 };
			struct tree t = { .size = n };
			struct hash want[64];
			struct err e;
			size_t count = path(i, leaves, n, want);

			expect(RC_OK, merkle_prove_inclusion(i, n, node, &t, &p, &e), &e, "prove",
			       i, n);
			assert_int_equal(p.count, count);
			assert_memory_equal(p.hashes, want, count * sizeof(want[0]));
			expect(RC_OK, check_inclusion(&p, i, n, &e), &e, "inclusion", i, n);
			if (n <= 20 || i == n / 2 || i == n - 1)
				refuse_changed_proofs(&p, check_inclusion, i, n);
			if (n > 1 && (n <= 20 || i == n / 2))
				refuse_another_place(&p, i, n);
		}
}

static enum rc
check_consistency(const struct merkle_proof *p, size_t m, size_t n, struct err *e)
{
	return merkle_check_consistency(m, mth(leaves, m), n, mth(leaves, n), p, e);
}

static void
refuse_other_trees(const struct merkle_proof *p, size_t m, size_t n)
{
	struct hash old = mth(leaves, m), new = mth(leaves, n);
	struct err e;

	expect(RC_INTEGRITY, merkle_check_consistency(m, new, n, old, p, &e), &e, "roots swapped",
	       m, n);
	expect(RC_INTEGRITY, merkle_check_consistency(m, new, n, new, p, &e), &e, "old is new", m,
	       n);
	expect(RC_INTEGRITY, merkle_check_consistency(m, old, n, old, p, &e), &e, "new is old", m,
	       n);
	expect(RC_INTEGRITY, merkle_check_consistency(n, new, m, old, p, &e), &e, "backwards", m,
	       n);
	for (size_t other = 1; other <= n; other++)
		if (other != m)
			expect(RC_INTEGRITY, merkle_check_consistency(other, old, n, new, p, &e), &e,
			       "another old size", m, n);
}

static void
every_consistency_to_130_is_proved(void **state)
{
	(void)state;
	for (size_t n = 0; n <= LEAVES; n++)
		for (size_t m = 0; m <= n; m++) {
			struct merkle_proof p = { .count = 99 };
			struct tree t = { .size = n };
			struct hash want[64];
			struct err e;
			size_t count = m == 0 ? 0 : subproof(m, leaves, n, true, want);

			expect(RC_OK, merkle_prove_consistency(m, n, node, &t, &p, &e), &e, "prove",
			       m, n);
			assert_int_equal(p.count, count);
			assert_memory_equal(p.hashes, want, count * sizeof(want[0]));
			expect(RC_OK, check_consistency(&p, m, n, &e), &e, "consistency", m, n);
			if (n <= 20 || m == n / 2)
				refuse_changed_proofs(&p, check_consistency, m, n);
			if (m > 0 && m < n && (n <= 20 || m == n / 2))
				refuse_other_trees(&p, m, n);
		}
}

static void
refusals_say_what_differs(void **state)
{
	struct merkle_proof none = { .count = 0 }, p;
	struct merkle_frontier f = { .size = 77 };
	struct tree t = { .size = 3 };
	struct hash empty = hash_bytes("", 0);
	struct err e = { 0 };

	(void)state;
	p = none;
	assert_int_equal(merkle_prove_inclusion(3, 3, node, &t, &p, &e), RC_NOT_FOUND);
	assert_string_equal(e.text, "entry 3 is not in a tree of size 3");
	assert_int_equal(merkle_prove_inclusion(0, 0, node, &t, &p, &e), RC_NOT_FOUND);
	assert_int_equal(merkle_prove_consistency(4, 3, node, &t, &p, &e), RC_NOT_FOUND);
	assert_string_equal(e.text, "size 4 is beyond a tree of size 3");
	assert_int_equal(merkle_prove_inclusion(1, 3, node_unreadable, &t, &p, &e), RC_SYSTEM);
	assert_string_equal(e.text, "node 0/2");
	assert_int_equal(merkle_prove_consistency(2, 3, node_unreadable, &t, &p, &e), RC_SYSTEM);
	assert_int_equal(merkle_frontier_at(3, node_unreadable, &t, &f, &e), RC_SYSTEM);
	assert_int_equal(f.size, 77);
	assert_int_equal(p.count, 0);
	assert_int_equal(merkle_check_inclusion(0, 0, empty, &none, empty, &e), RC_INTEGRITY);
	assert_string_equal(e.text, "entry 0 is not in a tree of size 0");
	assert_int_equal(merkle_check_inclusion(1, 3, leaves[1], &none, empty, &e), RC_INTEGRITY);
	assert_string_equal(e.text, "inclusion proof has 0 hashes, expected 2");
	assert_int_equal(merkle_check_consistency(0, leaves[0], 3, empty, &none, &e), RC_INTEGRITY);
	assert_int_equal(merkle_check_consistency(3, empty, 2, empty, &none, &e), RC_INTEGRITY);
	assert_string_equal(e.text, "size went back from 3 to 2");
	assert_int_equal(merkle_check_consistency(UINT64_MAX, empty, UINT64_MAX, leaves[0], &none,
						  &e), RC_INTEGRITY);
	assert_int_equal(merkle_check_inclusion(UINT64_MAX - 1, UINT64_MAX, empty, &none, empty,
						&e),
			 RC_INTEGRITY);
	assert_int_equal(merkle_check_inclusion(0, UINT64_MAX, empty, &none, empty, &e),
			 RC_INTEGRITY);
	assert_string_equal(e.text, "inclusion proof has 0 hashes, expected 64");
}

/* ---- tile paths ---- */

static void
tile_paths_have_one_spelling(void **state)
{
	static const struct {
		const char *path;
		int level;
		uint64_t index;
		unsigned width;
	} cases[] = {
		{ "tile/0/000", 0, 0, 256 },
		{ "tile/0/005", 0, 5, 256 },
		{ "tile/3/x001/x234/067", 3, 1234067, 256 },
		{ "tile/0/999.p/1", 0, 999, 1 },
		{ "tile/1/x001/000.p/255", 1, 1000, 255 },
		{ "tile/63/000", 63, 0, 256 },
		{ "tile/entries/x123/456.p/17", -1, 123456, 17 },
		{ "tile/0/x018/x446/x744/x073/x709/x551/615", 0, UINT64_MAX, 256 },
	};
	static const char *const refused[] = {
		"",
		"tile",
		"tile/",
		"tile/0",
		"tile/0/",
		"tile/0/5",
		"tile/0/0005",
		"tile/00/005",
		"tile/01/005",
		"tile/64/000",
		"tile/-1/000",
		"tile/a/000",
		"tile/0/x005",
		"tile/0/x000/005",
		"tile/0/x001/x002",
		"tile/0/x001/2",
		"tile/0/001/002",
		"tile/0/X001/002",
		"tile/0/+01",
		"tile/0/005.p/0",
		"tile/0/005.p/256",
		"tile/0/005.p/01",
		"tile/0/005.p/",
		"tile/0/005.p",
		"tile/0/005.p/1/",
		"tile/0/005/",
		"tile/0/005.p/1x",
		"/tile/0/005",
		"tile//005",
		"tile/data/000",
		"tile/entries",
		"tile/entries/",
		"tile/entries/1",
		"tile/0/00 ",
		"tile/0/x018/x446/x744/x073/x709/x551/616",
		"tile/0/x999/x018/x446/x744/x073/x709/x551/615",
		"tile/0/../000",
		"tile/100/000",
	};
	int level = 77;
	uint64_t index = 77;
	unsigned width = 77;
	char text[TILE_PATH];

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (tile_path_parse(refused[i], &level, &index, &width) || level != 77 ||
		    index != 77 || width != 77)
			fail_msg("'%s' was read", refused[i]);
	for (size_t i = 0; i < COUNT(cases); i++) {
		tile_path(cases[i].level, cases[i].index, cases[i].width, text);
		assert_string_equal(text, cases[i].path);
		if (!tile_path_parse(text, &level, &index, &width))
			fail_msg("'%s' was not read", text);
		assert_int_equal(level, cases[i].level);
		assert_int_equal(index, cases[i].index);
		assert_int_equal(width, cases[i].width);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_the_published_ones),
		cmocka_unit_test(root_of_a_thousand_agrees_with_others),
		cmocka_unit_test(roots_and_frontiers_match_the_definition),
		cmocka_unit_test(every_inclusion_to_130_is_proved),
		cmocka_unit_test(every_consistency_to_130_is_proved),
		cmocka_unit_test(refusals_say_what_differs),
		cmocka_unit_test(tile_paths_have_one_spelling),
	};

	return cmocka_run_group_tests(tests, make_leaves, NULL);
}
