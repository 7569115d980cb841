/* settle_carried.c - counts and sums over groups that are carried from statement to statement.
 *
 * For each person touched since, what the person added as of the old size is taken
 * off and what it adds now is put on: a statistic costs what has changed. Where
 * what a person adds is read of others, too, it changes with theirs: such a one is
 * not carried. */
#include "expression.h"

#include <stdlib.h>

#include "arena.h"
#include "fact.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settle_save.h"
#include "settlement.h"
#include "terms.h"

struct carried_stat {
	const struct terms_x *x;
	uint32_t version;
	int32_t day, ahead;		/* ahead: from then on it is another one */
	struct stat stat;
};

struct carried {
	struct carried_stat *items;
	size_t count, capacity;
};

void
carried_forget(struct settlement *s)
{
	if (s->carried == NULL)
		return;
	free(s->carried->items);
	free(s->carried);
	s->carried = NULL;
}

bool
stat_carried(struct scope *sc, const struct terms_x *x, struct stat *st, int32_t *ret_ahead)
{
	struct run *r = sc->run;
	const struct carried *c = r->s->carried;
	uint32_t version = (uint32_t)(sc->version - r->s->versions);

	if (!r->live || c == NULL)
		return false;
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].x == x && c->items[i].day == sc->day &&
		    c->items[i].version == version) {
			*st = c->items[i].stat;
			*ret_ahead = c->items[i].ahead;
			return true;
		}
	return false;
}

/* Keeps what a live run worked out; smallest and largest cannot be taken back. */
void
carried_keep(struct run *r)
{
	struct carried *c = r->s->carried;

	if (c == NULL)
		c = r->s->carried = mem_alloc(sizeof(*c));
	for (const struct memo_stat *m = r->stats; m != NULL; m = m->next) {
		uint32_t version = (uint32_t)(m->version - r->s->versions);
		bool have = m->x->over.what == DO_MIN || m->x->over.what == DO_MAX ||
			    m->stat.broken || m->x->over.group->of == SUBJECT_SITE || m->leans;

		for (size_t i = 0; i < c->count && !have; i++)
			have = c->items[i].x == m->x && c->items[i].day == m->day &&
			       c->items[i].version == version;
		if (have)
			continue;
		c->items = mem_room(c->items, c->count, &c->capacity, sizeof(*c->items));
		c->items[c->count++] = (struct carried_stat){ m->x, version, m->day,
								m->ahead, m->stat };
	}
}

static struct stat
unit_stat(struct run *r, const struct carried_stat *c, struct unit *u)
{
	struct stat ret = { .sum = ratio_integer(0), .low = ratio_integer(0),
			    .high = ratio_integer(0) };
	struct scope sc = { .run = r, .unit = u, .version = &r->s->versions[c->version],
			    .day = c->day };

	if (!u->frozen)
		stat_add_unit(&sc, c->x, u, &ret);
	return ret;
}

static bool
replace(struct stat *st, const struct stat *was, const struct stat *now)
{
	struct ratio sum;

	if (was->broken || now->broken || !ratio_sub(st->sum, was->sum, &sum) ||
	    !ratio_add(sum, now->sum, &sum))
		return false;
	st->sum = sum;
	st->count += now->count - was->count;
	st->unknown += now->unknown - was->unknown;
	return true;
}

static bool
refresh_person(struct run *old, struct run *now, struct carried *c, uint32_t owner,
	       struct arena *arena)
{
	struct arena *was = now->scratch;
	struct unit *before, *after;
	bool ok = true;

	arena_reset(arena);
	old->scratch = now->scratch = arena;
	old->read_everybody = now->read_everybody = false;
	before = unit_read(old, owner, arena);
	after = unit_read(now, owner, arena);
	if (before->owner_count > 1 || after->owner_count > 1)
		ok = false;
	for (size_t i = 0; ok && i < c->count; i++) {
		struct stat a = unit_stat(old, &c->items[i], before), b;

		now->ahead = NEVER;
		b = unit_stat(now, &c->items[i], after);
		if (now->ahead < c->items[i].ahead)
			c->items[i].ahead = now->ahead;
		ok = replace(&c->items[i].stat, &a, &b);
	}
	now->scratch = was;
	now->turns = now->ahead = NEVER;
	ok = ok && !old->read_everybody && !now->read_everybody;
	return ok && old->rc == RC_OK && now->rc == RC_OK;
}

/* What looks ahead to days that have come since is read anew. */
static void
forget_past(struct carried *c, int32_t through)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].ahead > through)
			c->items[n++] = c->items[i];
	c->count = n;
}

/* From `size` to the run's. */
void
carried_refresh(struct run *r, uint64_t size, bool discard, const struct ordinals *touched)
{
	struct settlement *s = r->s;
	struct carried *c = s->carried;
	struct arena *arena;
	struct run *old;
	bool ok = true;

	if (c == NULL || c->count == 0)
		return;
	if (discard) {
		carried_forget(s);
		return;
	}
	forget_past(c, r->through);
	arena = arena_new();
	old = run_new(s, size, r->through, r->arena, r->e);
	s->carried = NULL;		/* nobody reads what is half brought up to date */
	for (size_t i = 0; i < touched->count && ok; i++)
		ok = owner_at(s, touched->items[i])->kind != OWNER_PERSON ||
		     refresh_person(old, r, c, touched->items[i], arena);
	s->carried = c;
	if (!ok)
		carried_forget(s);
	arena_free(arena);
}

/* ---- in bytes ---- */

struct saved_stat {
	struct ratio sum;
	int64_t count, unknown;
	uint32_t version, x;
	int32_t day, ahead;
	uint32_t broken, unused[3];	/* no padding: its bytes would be anything */
};
_Static_assert(sizeof(struct saved_stat) == sizeof(struct ratio) + 2 * sizeof(int64_t) +
	       8 * sizeof(uint32_t), "a saved statistic has no padding");

enum rc
carried_save(const struct settlement *s, settle_put_fn *put, void *arg, struct err *e)
{
	const struct carried *all = s->carried;
	uint64_t count = all == NULL ? 0 : all->count;
	enum rc rc = put(arg, &count, sizeof(count), e);

	for (uint64_t i = 0; rc == RC_OK && all != NULL && i < count; i++) {
		const struct carried_stat *c = &all->items[i];
		struct saved_stat out = { c->stat.sum, c->stat.count, c->stat.unknown, c->version,
					  c->x->id, c->day, c->ahead, c->stat.broken, { 0, 0, 0 } };

		rc = put(arg, &out, sizeof(out), e);
	}
	return rc;
}

/* Is it one that carried_keep() keeps? */
static bool
is_sound(const struct settlement *s, const struct saved_stat *in)
{
	const struct terms_x *x;

	if (in->version >= s->version_count ||
	    in->x >= s->versions[in->version].terms->x_count || in->sum.den < 1 ||
	    in->broken != 0)
		return false;
	x = s->versions[in->version].terms->expressions[in->x];
	return x->op == OP_OVER && x->over.what != DO_MIN && x->over.what != DO_MAX &&
	       x->over.group->of != SUBJECT_SITE;
}

enum rc
carried_load(struct settlement *s, settle_get_fn *get, void *arg, struct err *e)
{
	uint64_t count;
	enum rc rc = get(arg, &count, sizeof(count), e);
	struct carried *c;

	if (rc != RC_OK || count == 0)
		return rc;
	c = s->carried = mem_alloc(sizeof(*c));
	for (uint64_t i = 0; i < count; i++) {
		struct saved_stat in;

		rc = get(arg, &in, sizeof(in), e);
		if (rc != RC_OK)
			return rc;
		if (!is_sound(s, &in))
			return rc_fail(e, RC_INTEGRITY, "kept engine: expected a count or sum over a "
				       "group, found something else");
		c->items = mem_room(c->items, c->count, &c->capacity, sizeof(*c->items));
		c->items[c->count++] = (struct carried_stat){
			s->versions[in.version].terms->expressions[in.x], in.version, in.day,
			in.ahead,
			{ .count = in.count, .unknown = in.unknown, .sum = in.sum,
			  .low = ratio_integer(0), .high = ratio_integer(0) } };
	}
	return RC_OK;
}
