/* basis_common.c - what statistics rest on is held once, however many lines rest on it. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fact.h"
#include "hash.h"
#include "merkle.h"
#include "rows.h"
#include "settlement.h"

struct common_basis *
basis_common(struct run *r, struct ordinals *events)
{
	struct common_basis *ret = arena_alloc(r->arena, sizeof(*ret));
	struct ordinals *kept = &ret->events;

	if (r->common != NULL)
		ordinals_add_all(events, &r->common->events);
	ordinals_sort(events);
	kept->count = kept->capacity = events->count;
	ret->arena = r->arena;
	kept->items = arena_array(r->arena, events->count + 1, sizeof(*kept->items));
	if (events->count > 0)
		memcpy(kept->items, events->items, events->count * sizeof(*kept->items));
	free(events->items);
	*events = (struct ordinals){ 0 };
	return ret;
}

static bool
is_union(const struct common_basis *c, const struct common_basis *x, const struct common_basis *y)
{
	return (c->of[0] == x && c->of[1] == y) || (c->of[0] == y && c->of[1] == x);
}

void
basis_share(struct run *r, struct common_basis *common)
{
	struct common_basis *had = r->common, *both = r->unions;
	struct ordinals events = { 0 };

	if (had == NULL)
		r->common = common;
	if (had == NULL || had == common || had->of[0] == common || had->of[1] == common)
		return;
	while (both != NULL && !is_union(both, had, common))
		both = both->next;
	if (both == NULL) {
		ordinals_add_all(&events, &common->events);
		both = basis_common(r, &events);
		both->of[0] = had;
		both->of[1] = common;
		both->next = r->unions;
		r->unions = both;
	}
	r->common = both;
}

/* ---- what one line rests on ---- */

void
resting_settle(struct resting *x)
{
	struct ordinals *own = &x->own;
	size_t n = 0;

	ordinals_sort(own);
	for (size_t i = 0; i < own->count; i++)
		if (x->common == NULL || !ordinals_have(&x->common->events, own->items[i]))
			own->items[n++] = own->items[i];
	own->count = n;
}

bool
resting_have(const struct resting *x, uint32_t event)
{
	return ordinals_have(&x->own, event) ||
	       (x->common != NULL && ordinals_have(&x->common->events, event));
}

size_t
resting_count(const struct resting *x)
{
	return x->own.count + (x->common == NULL ? 0 : x->common->events.count);
}

struct ordinals
resting_all(const struct resting *x, struct arena *arena)
{
	struct ordinals ret = { .capacity = resting_count(x) };
	size_t n = x->own.count;

	ret.items = arena_array(arena, ret.capacity + 1, sizeof(*ret.items));
	ret.count = ret.capacity;
	for (size_t i = 0; i < n; i++)
		ret.items[i] = x->own.items[i];
	for (size_t i = n; i < ret.count; i++)
		ret.items[i] = x->common->events.items[i - n];
	ordinals_sort(&ret);
	return ret;
}

/* ---- its root ----
 *
 * A node of the tree over what is a line's own and what is common is, where nothing of its own lies
 * under it, a node of the tree over the common ones that stand so many places further on. For each
 * of these few shifts its nodes are kept. */
struct rooting {
	const struct settlement *s;
	const struct resting *x;
	uint64_t places[BASIS_SHIFTS];	/* of its own, in the tree */
};

static struct hash *
node_at(const struct rooting *w, size_t shift, unsigned level, uint64_t index)
{
	struct common_basis *c = w->x->common;
	uint64_t leaves = c->events.count + shift;

	if (c->nodes[shift] == NULL)
		c->nodes[shift] = arena_array(c->arena, leaves + 1, sizeof(struct hash));
	for (unsigned i = 1; i < level; i++)
		index += leaves >> i;
	return &c->nodes[shift][index];
}

/* Of what is its own those before that leaf. */
static size_t
own_before(const struct rooting *w, uint64_t leaf)
{
	size_t ret = 0;

	while (ret < w->x->own.count && w->places[ret] < leaf)
		ret++;
	return ret;
}

static struct hash
leaf_of(const struct rooting *w, uint64_t leaf)
{
	size_t before = own_before(w, leaf);
	bool own = before < w->x->own.count && w->places[before] == leaf;

	return event_at(w->s, own ? w->x->own.items[before]
				  : w->x->common->events.items[leaf - before])->digest;
}

static struct hash
node_of(const struct rooting *w, unsigned level, uint64_t index)
{
	static const struct hash unknown;
	size_t before = own_before(w, index << level);
	bool shared = before == own_before(w, (index + 1) << level);
	struct hash *kept, ret;

	if (level == 0)
		return leaf_of(w, index);
	kept = shared ? node_at(w, before, level, index) : NULL;
	if (kept != NULL && memcmp(kept, &unknown, sizeof(unknown)) != 0)
		return *kept;
	ret = hash_node(node_of(w, level - 1, 2 * index), node_of(w, level - 1, 2 * index + 1));
	if (kept != NULL)
		*kept = ret;
	return ret;
}

static struct hash
root_of_all(const struct settlement *s, const struct resting *x)
{
	struct merkle_frontier tree = { 0 };
	struct arena *arena = arena_new();
	struct ordinals all = resting_all(x, arena);

	for (size_t i = 0; i < all.count; i++)
		merkle_add(&tree, event_at(s, all.items[i])->digest);
	arena_free(arena);
	return merkle_root(&tree);
}

struct hash
resting_root(const struct settlement *s, const struct resting *x)
{
	struct rooting w = { .s = s, .x = x };
	struct merkle_frontier tree = { .size = resting_count(x) };
	uint64_t from = 0;
	size_t count = 0;

	if (x->common == NULL || x->own.count >= BASIS_SHIFTS || x->common->roots++ == 0)
		return root_of_all(s, x);
	for (size_t i = 0; i < x->own.count; i++)
		w.places[i] = i + ordinals_before(&x->common->events, x->own.items[i]);
	for (unsigned level = 32; level-- > 0;) {
		if ((tree.size >> level & 1) == 0)
			continue;
		tree.roots[count++] = node_of(&w, level, from >> level);
		from += UINT64_C(1) << level;
	}
	return merkle_root(&tree);
}
