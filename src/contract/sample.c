/* sample.c - the draw: keys in an order that nobody could know when they were settled. */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "check_priv.h"
#include "terms.h"

/* ---- what is sampled ---- */

struct seeking {
	const struct terms *t;
	bool *seen;			/* values, by index */
	const struct terms_proof *found;
};

static void seek_value(struct seeking *s, const struct terms_value *v);

static void
seek_x(void *arg, const struct terms_x *x)
{
	struct seeking *s = arg;

	if (x->op == OP_VALUE)
		seek_value(s, x->value);
}

static void
seek_value(struct seeking *s, const struct terms_value *v)
{
	if (s->seen[v->index])
		return;
	s->seen[v->index] = true;
	if (v->of == FACT_NONE) {
		x_each(v->is, seek_x, s);
		return;
	}
	if (v->proof->sampled && (s->found == NULL || strcmp(v->proof->name, s->found->name) < 0))
		s->found = v->proof;
}

static void
seek_outcome(struct seeking *s, const struct terms_outcome *o)
{
	for (size_t i = 0; i < o->part_count; i++)
		seek_outcome(s, o->parts[i]);
	if (o->count != NULL)
		x_each(o->count, seek_x, s);
}

const struct terms_proof *
sample_proof(const struct terms *t, const struct terms_payment *p)
{
	struct seeking s = { .t = t };

	for (size_t i = 0; i < p->outcome_count; i++)
		if (p->outcomes[i]->claim != NULL && p->outcomes[i]->claim->sampled)
			return p->outcomes[i]->claim;
	s.seen = mem_alloc(t->value_count + 1);
	memset(s.seen, 0, t->value_count + 1);
	for (size_t i = 0; i < p->outcome_count; i++)
		seek_outcome(&s, p->outcomes[i]);
	if (p->what == FOR_PERIODS)
		x_each(p->price, seek_x, &s);
	free(s.seen);
	return s.found;
}

/* ---- the draw ---- */

struct rank {
	struct hash by;
	size_t at;
};

static int
rank_order(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	int order = memcmp(x->by.bytes, y->by.bytes, sizeof(x->by.bytes));

	return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static struct hash
rank_of(struct hash root, struct hash key)
{
	char root_hex[HASH_HEX], key_hex[HASH_HEX], text[2 * HASH_HEX + 32];
	int size;

	hash_format(root, root_hex);
	hash_format(key, key_hex);
	size = snprintf(text, sizeof(text), "utfall/sample/v1\n%s\n%s", root_hex, key_hex);
	return hash_bytes(text, (size_t)size);
}

void
sample_draw(struct hash root, struct ratio share, const struct hash *keys, size_t count,
	    bool *ret_drawn)
{
	struct rank *ranks = mem_grow(NULL, count + 1, sizeof(*ranks));
	struct ratio part;
	int64_t take = 0;

	for (size_t i = 0; i < count; i++) {
		ret_drawn[i] = false;
		ranks[i] = (struct rank){ .by = rank_of(root, keys[i]), .at = i };
	}
	if (count > 0)
		qsort(ranks, count, sizeof(*ranks), rank_order);
	if (!ratio_mul(share, ratio_integer((int64_t)count), &part) ||
	    !ratio_round(part, ROUNDING_UP, 1, &take))
		take = (int64_t)count;	/* a share is at most 1 */
	for (size_t i = 0; i < count && (int64_t)i < take; i++)
		ret_drawn[ranks[i].at] = true;
	free(ranks);
}
