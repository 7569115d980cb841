/* merkle.c - RFC 6962 trees: the frontier, proofs and their checks. Paths: tile_path.c. */
#include "merkle.h"

#include <assert.h>
#include <inttypes.h>

static bool
is_odd(uint64_t n)
{
	return (n & 1) != 0;
}

static unsigned
bit_length(uint64_t n)
{
	return n == 0 ? 0 : 64 - (unsigned)__builtin_clzll(n);
}

/* Largest power of two below n, n > 1. */
static uint64_t
split_of(uint64_t n)
{
	return UINT64_C(1) << (bit_length(n - 1) - 1);
}

/* ---- roots ---- */

static struct hash
fold(const struct hash *roots, size_t count)
{
	struct hash h;

	if (count == 0)
		return hash_bytes("", 0);
	h = roots[--count];
	while (count > 0)
		h = hash_node(roots[--count], h);
	return h;
}

struct hash
merkle_root(const struct merkle_frontier *f)
{
	return fold(f->roots, (size_t)__builtin_popcountll(f->size));
}

void
merkle_add(struct merkle_frontier *f, struct hash leaf)
{
	size_t count = (size_t)__builtin_popcountll(f->size);

	assert(f->size < UINT64_MAX);
	for (uint64_t n = f->size; is_odd(n); n >>= 1)
		leaf = hash_node(f->roots[--count], leaf);
	f->roots[count] = leaf;
	f->size++;
}

struct hash
merkle_root_of(const struct hash *leaves, size_t count)
{
	struct merkle_frontier f = { 0 };

	for (size_t i = 0; i < count; i++)
		merkle_add(&f, leaves[i]);
	return merkle_root(&f);
}

/* ---- making proofs ---- */

struct source {
	merkle_node_fn *node;
	void *arg;
};

/* Root over leaves [begin, end), which begins where a subtree at least as wide begins. */
static enum rc
range_root(const struct source *s, uint64_t begin, uint64_t end, struct hash *ret, struct err *e)
{
	struct hash parts[64];
	size_t count = 0;
	enum rc rc;

	assert(begin < end);
	while (begin < end) {
		unsigned level = bit_length(end - begin) - 1;

		rc = s->node(s->arg, level, begin >> level, &parts[count], e);
		if (rc != RC_OK)
			return rc;
		count++;
		begin += UINT64_C(1) << level;
	}
	*ret = fold(parts, count);
	return RC_OK;
}

/* Adds the root over [begin, end) in front: proofs are built from the root down. */
static enum rc
push(const struct source *s, uint64_t begin, uint64_t end, struct merkle_proof *p, struct err *e)
{
	assert(p->count < MERKLE_PROOF_MAX);
	p->count++;
	return range_root(s, begin, end, &p->hashes[MERKLE_PROOF_MAX - p->count], e);
}

/* Moves what push() gathered at the end to the start. */
static void
settle_down(const struct merkle_proof *from, struct merkle_proof *ret)
{
	ret->count = from->count;
	for (size_t i = 0; i < from->count; i++)
		ret->hashes[i] = from->hashes[MERKLE_PROOF_MAX - from->count + i];
}

enum rc
merkle_prove_inclusion(uint64_t index, uint64_t size, merkle_node_fn *node, void *arg,
		       struct merkle_proof *ret, struct err *e)
{
	struct source s = { node, arg };
	struct merkle_proof p;
	uint64_t begin = 0, end = size;
	enum rc rc = RC_OK;

	if (index >= size)
		return rc_fail(e, RC_NOT_FOUND,
			       "entry %" PRIu64 " is not in a tree of size %" PRIu64, index, size);
	p.count = 0;
	while (rc == RC_OK && end - begin > 1) {
		uint64_t middle = begin + split_of(end - begin);

		if (index < middle) {
			rc = push(&s, middle, end, &p, e);
			end = middle;
		} else {
			rc = push(&s, begin, middle, &p, e);
			begin = middle;
		}
	}
	if (rc == RC_OK)
		settle_down(&p, ret);
	return rc;
}

enum rc
merkle_prove_consistency(uint64_t old_size, uint64_t size, merkle_node_fn *node, void *arg,
			 struct merkle_proof *ret, struct err *e)
{
	struct source s = { node, arg };
	struct merkle_proof p;
	uint64_t begin = 0, end = size;
	enum rc rc = RC_OK;

	if (old_size > size)
		return rc_fail(e, RC_NOT_FOUND,
			       "size %" PRIu64 " is beyond a tree of size %" PRIu64, old_size,
			       size);
	p.count = 0;
	if (old_size == 0)
		end = 0;	/* an empty tree is part of every tree: nothing to show */
	while (rc == RC_OK && end != old_size && old_size > 0) {
		uint64_t middle = begin + split_of(end - begin);

		if (old_size <= middle) {
			rc = push(&s, middle, end, &p, e);
			end = middle;
		} else {
			rc = push(&s, begin, middle, &p, e);
			begin = middle;
		}
	}
	if (rc == RC_OK && begin > 0)
		rc = push(&s, begin, end, &p, e);
	if (rc == RC_OK)
		settle_down(&p, ret);
	return rc;
}

enum rc
merkle_frontier_at(uint64_t size, merkle_node_fn *node, void *arg, struct merkle_frontier *ret,
		   struct err *e)
{
	struct merkle_frontier f;
	uint64_t begin = 0;
	size_t count = 0;

	f.size = size;
	while (begin < size) {
		unsigned level = bit_length(size - begin) - 1;
		enum rc rc = node(arg, level, begin >> level, &f.roots[count], e);

		if (rc != RC_OK)
			return rc;
		count++;
		begin += UINT64_C(1) << level;
	}
	ret->size = size;
	for (size_t i = 0; i < count; i++)
		ret->roots[i] = f.roots[i];
	return RC_OK;
}

/* ---- checking proofs ---- */

static enum rc
differ(struct err *e, const char *what, struct hash found, struct hash expected)
{
	char a[HASH_HEX], b[HASH_HEX];

	hash_format(found, a);
	hash_format(expected, b);
	return rc_fail(e, RC_INTEGRITY, "%s is %s, expected %s", what, a, b);
}

static enum rc
wrong_count(struct err *e, const char *what, size_t found, size_t expected)
{
	return rc_fail(e, RC_INTEGRITY, "%s proof has %zu hashes, expected %zu", what, found,
		       expected);
}

/* Where the walk from a leaf to the root stands: RFC 9162's fn and sn. */
struct walk {
	uint64_t fn, sn;
};

/* True if the next hash of the proof stands on the left. */
static bool
left_next(const struct walk *w)
{
	return is_odd(w->fn) || w->fn == w->sn;
}

static void
climb(struct walk *w, bool left)
{
	if (left)
		while (!is_odd(w->fn) && w->fn != 0) {
			w->fn >>= 1;
			w->sn >>= 1;
		}
	w->fn >>= 1;
	w->sn >>= 1;
}

/* Hashes from the leaf at `index` to the root of a tree whose last leaf is `last`. */
static size_t
path_length(uint64_t index, uint64_t last)
{
	unsigned inner = bit_length(index ^ last);
	uint64_t above = inner == 64 ? 0 : index >> inner;

	return inner + (unsigned)__builtin_popcountll(above);
}

enum rc
merkle_check_inclusion(uint64_t index, uint64_t size, struct hash leaf,
		       const struct merkle_proof *proof, struct hash root, struct err *e)
{
	struct walk w = { index, size - 1 };
	struct hash h = leaf;

	if (index >= size)
		return rc_fail(e, RC_INTEGRITY,
			       "entry %" PRIu64 " is not in a tree of size %" PRIu64, index, size);
	if (proof->count != path_length(index, size - 1))
		return wrong_count(e, "inclusion", proof->count, path_length(index, size - 1));
	for (size_t i = 0; i < proof->count; i++) {
		bool left = left_next(&w);

		if (w.sn == 0)	/* the RFC's step; the count above leaves no way here */
			return wrong_count(e, "inclusion", proof->count, i);
		h = left ? hash_node(proof->hashes[i], h) : hash_node(h, proof->hashes[i]);
		climb(&w, left);
	}
	if (w.sn != 0 || !hash_equal(h, root))
		return differ(e, "root from the inclusion proof", h, root);
	return RC_OK;
}

/* Sizes and proofs without a path. RC_NO: there is a path to walk. */
static enum rc
check_without_path(uint64_t old_size, struct hash old_root, uint64_t size, struct hash root,
		   const struct merkle_proof *proof, struct err *e)
{
	struct hash empty = hash_bytes("", 0);

	if (old_size > size)
		return rc_fail(e, RC_INTEGRITY, "size went back from %" PRIu64 " to %" PRIu64,
			       old_size, size);
	if (old_size == 0 && !hash_equal(old_root, empty))
		return differ(e, "root of size 0", old_root, empty);
	if ((old_size == 0 || old_size == size) && proof->count != 0)
		return wrong_count(e, "consistency", proof->count, 0);
	if (old_size == size && !hash_equal(old_root, root))
		return differ(e, "second root of the same size", root, old_root);
	return old_size == 0 || old_size == size ? RC_OK : RC_NO;
}

enum rc
merkle_check_consistency(uint64_t old_size, struct hash old_root, uint64_t size, struct hash root,
			 const struct merkle_proof *proof, struct err *e)
{
	enum rc rc = check_without_path(old_size, old_root, size, root, proof, e);
	struct walk w = { old_size - 1, size - 1 };
	bool whole = (old_size & (old_size - 1)) == 0;	/* the old root is a node of the new tree */
	struct hash old, new;

	if (rc != RC_NO)
		return rc;
	while (is_odd(w.fn)) {
		w.fn >>= 1;
		w.sn >>= 1;
	}
	if (proof->count == 0 || proof->count > MERKLE_PROOF_MAX ||
	    proof->count != path_length(w.fn, w.sn) + !whole)
		return wrong_count(e, "consistency", proof->count,
				   path_length(w.fn, w.sn) + !whole);
	old = new = whole ? old_root : proof->hashes[0];
	for (size_t i = whole ? 0 : 1; i < proof->count; i++) {
		bool left = left_next(&w);

		if (w.sn == 0)	/* the RFC's step; the count above leaves no way here */
			return wrong_count(e, "consistency", proof->count, i);
		if (left)
			old = hash_node(proof->hashes[i], old);
		new = left ? hash_node(proof->hashes[i], new) : hash_node(new, proof->hashes[i]);
		climb(&w, left);
	}
	if (!hash_equal(old, old_root))
		return differ(e, "old root from the consistency proof", old, old_root);
	if (w.sn != 0 || !hash_equal(new, root))
		return differ(e, "new root from the consistency proof", new, root);
	return RC_OK;
}
