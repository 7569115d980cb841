/* limit_carried.c - what everybody else takes of a limit, carried from statement to statement.
 *
 * A cap over more than one person is a bucket with what each item takes of it, in the order in
 * which its room is given. Units without news stay there; only touched ones are claimed again.
 * Then room may end at another place of that order than before: who stands between the two is
 * claimed as well, and it is worked out once more. Where that goes on and on all are claimed. */
#include "limit.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "limit_priv.h"
#include "rows.h"
#include "run.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"
#include "wakes.h"

void
limits_forget(struct settlement *s)
{
	if (s->limits == NULL)
		return;
	for (size_t i = 0; i < s->limits->count; i++)
		marks_free(&s->limits->items[i]);
	free(s->limits->items);
	free(s->limits->slots);
	free(s->limits->stands);
	free(s->limits);
	s->limits = NULL;
}

/* ---- which terms can be carried ---- */

/* Within one person, or what each entitlement comes to by itself. */
bool
limit_is_local(const struct terms_limit *l)
{
	if (l->kind == LIMIT_SCALE)
		return true;
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			return true;
	return false;
}

/* Where it goes by the statement that first paid it, what nobody paid moves on. */
static bool
has_statements(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_SETTLED)
			return true;
	return false;
}

static bool
can_be_carried(const struct version *v, const struct terms_limit *l)
{
	return l->kind == LIMIT_STEPS && limit_is_cap(l) &&
	       !(limit_loses(l) && has_statements(l)) &&
	       (l->steps[0].to == NULL || x_shape(v, l->steps[0].to) == SHAPE_FIXED);
}

/* Limits of the version that no newer one has under the same name. */
static bool
version_can(struct run *r, size_t v)
{
	const struct terms *t = r->s->versions[v].terms;

	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];
		bool newer = false;

		for (size_t w = v + 1; w < r->version_count; w++)
			newer = newer || terms_limit(r->s->versions[w].terms, l->name) != NULL;
		if (newer)
			continue;
		if (l->kind == LIMIT_FLOOR ? !floor_may_carry(r, &r->s->versions[v], l)
					   : !limit_is_local(l) &&
						     !can_be_carried(&r->s->versions[v], l))
			return false;
	}
	for (size_t i = 0; i < t->share_count; i++)
		if (t->shares[i].tranche_count > 1)
			return false;
	return true;
}

/* May this run leave units without news out of the claims? */
bool
limits_may_carry(struct run *r)
{
	const struct settlement *s = r->s;

	if (r->all || s->limits == NULL || s->limits->broken || s->diverged ||
	    r->statement_count == 0 || s->limits->statement < r->statement_count)
		return false;
	for (size_t v = 0; v < r->version_count; v++)
		if (!version_can(r, v) || statement_through(s, r->statement_count) >=
					  s->versions[v].terms->settlement.final.days)
			return false;
	return true;
}

/* ---- buckets ---- */

static size_t
place_of(const struct limits_carried *c, uint32_t limit, const uint32_t *dims, int32_t period)
{
	uint64_t h = 1469598103934665603u + limit;

	for (size_t i = 0; i < DIMENSIONS_MAX; i++)
		h = (h ^ dims[i]) * 1099511628211u;
	h = (h ^ (uint32_t)period) * 1099511628211u;
	h ^= h >> 31;
	for (size_t at = h & (c->slot_count - 1);; at = (at + 1) & (c->slot_count - 1)) {
		const struct limit_bucket *b;

		if (c->slots[at] == 0)
			return at;
		b = &c->items[c->slots[at] - 1];
		if (b->limit == limit && b->period == period &&
		    memcmp(b->dims, dims, sizeof(b->dims)) == 0)
			return at;
	}
}

static void
grow_slots(struct limits_carried *c)
{
	if (2 * (c->count + 1) <= c->slot_count)
		return;
	free(c->slots);
	c->slot_count = c->slot_count == 0 ? 64 : 2 * c->slot_count;
	c->slots = mem_alloc(c->slot_count * sizeof(*c->slots));
	for (size_t i = 0; i < c->count; i++)
		c->slots[place_of(c, c->items[i].limit, c->items[i].dims, c->items[i].period)] =
			(uint32_t)i + 1;
}

struct limit_bucket *
limits_bucket(struct limits_carried *c, uint32_t limit, const uint32_t *dims, int32_t period)
{
	struct limit_bucket *b;
	size_t at;

	grow_slots(c);
	at = place_of(c, limit, dims, period);
	if (c->slots[at] != 0)
		return &c->items[c->slots[at] - 1];
	c->items = mem_room(c->items, c->count, &c->capacity, sizeof(*c->items));
	b = &c->items[c->count++];
	*b = (struct limit_bucket){ .limit = limit, .period = period, .end = INT64_MAX };
	memcpy(b->dims, dims, sizeof(b->dims));
	c->slots[at] = (uint32_t)c->count;
	return b;
}

/* Not a limit within one person, or one that is always asked of all. */
bool
limits_keeps(struct applying *a)
{
	return a->run->keeps_limits && a->run->s->limits != NULL && !limit_is_local(a->limit) &&
	       (a->limit->kind == LIMIT_FLOOR || can_be_carried(a->version, a->limit));
}

uint32_t
limit_number_of(struct applying *a)
{
	return name_number(&a->run->s->names, a->limit->name, strlen(a->limit->name));
}

/* NULL where nobody has stood there, or it is not kept. */
static struct limit_bucket *
bucket_of(struct applying *a, const struct entry *e)
{
	struct limits_carried *c = a->run->s->limits;
	size_t at;

	if (!limits_keeps(a) || c->slot_count == 0)
		return NULL;
	at = place_of(c, limit_number_of(a), e->dims, e->period);
	return c->slots[at] == 0 ? NULL : &c->items[c->slots[at] - 1];
}

int64_t
limits_others(struct applying *a, const struct entry *e)
{
	const struct limit_bucket *b = bucket_of(a, e);

	return b == NULL ? 0 : b->taken;
}

/* ---- room that goes on from period to period ---- */

bool
limits_first(struct applying *a, size_t count, struct entry *ret)
{
	const struct limits_carried *c = a->run->s->limits;
	uint32_t limit = limit_number_of(a);
	bool any = count > 0;

	for (size_t i = 0; limits_keeps(a) && i < c->count; i++) {
		const struct limit_bucket *b = &c->items[i];

		if (b->count == 0 || b->limit != limit || (any && b->period >= ret->period) ||
		    memcmp(b->dims, ret->dims, sizeof(b->dims)) != 0)
			continue;
		ret->period = b->period;
		ret->period_end = b->period_end;
		any = true;
	}
	return any;
}

void
limits_end(struct applying *a, const struct entry *e, int64_t end)
{
	struct limit_bucket *b = bucket_of(a, e);

	if (b == NULL || b->end == end)
		return;
	b->end = end;
	b->changed = true;
}

static bool
has_claims(const struct limit_bucket *b, const struct entry *e, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = limit_dims_order(e[mid].dims, b->dims);

		if (c == 0)
			return true;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

void
limits_left(struct applying *a, const struct entry *e, size_t count, series_fn *fn)
{
	const struct limits_carried *c = a->run->s->limits;
	uint32_t limit = limit_number_of(a);

	for (size_t i = 0; limits_keeps(a) && i < c->count; i++) {
		const struct limit_bucket *b = &c->items[i];
		struct entry now = { .period = b->period, .period_end = b->period_end };

		if (b->limit != limit || !b->changed || has_claims(b, e, count))
			continue;
		memcpy(now.dims, b->dims, sizeof(now.dims));
		fn(a, NULL, 0, now);
	}
}

/* ---- who stands in them ---- */

void
stand_sums(struct limit_bucket *b, const struct stand *st, int64_t sign)
{
	b->count += (uint32_t)sign;
	if (b->floor) {
		counted_add(&b->counts, counted_of(st->passed), sign);
		return;
	}
	b->taken += sign * (st->passed > st->peak ? st->passed : st->peak);
	if (st->paid == LOOSE)
		b->loose += sign * (st->held > st->peak ? st->held : st->peak);
	b->short_of += (uint32_t)sign * (st->passed < stand_sure(st));
}

static void
count_stand(const struct settlement *s, struct limit_bucket *b, uint32_t number, bool comes)
{
	const struct stand *st = stand_at(s->limits, number);
	int64_t sign = comes ? 1 : -1;
	void (*const move)(const struct settlement *s, struct limit_bucket *b, struct mark m) =
		comes ? marks_put : marks_take;

	b->changed = true;
	stand_sums(b, st, sign);
	for (int kind = 0; kind < MARK_KINDS; kind++)
		if (stand_asks(st, (enum mark_kind)kind) > 0)
			move(s, b, mark_of(s, number, (enum mark_kind)kind));
}

/* An item's, or one of a key's that is gone; NULL where nobody keeps it. */
uint32_t *
stand_new(const struct settlement *s, const struct limit_bucket *b, const struct entry *e,
	  struct stand *ret)
{
	const struct claim *c = e->claim;
	struct kept *kept = owner_at(s, c->item->owner)->kept;
	uint32_t *first = c->kept != NULL ? &c->kept->stand : NULL;

	if (first == NULL && c->held_by == NULL && kept != NULL)
		first = &kept->gone;
	*ret = (struct stand){ .next = first == NULL ? 0 : *first,
			       .bucket = (uint32_t)(b - s->limits->items),
			       .owner = c->item->owner, .item = NONE,
			       .payer = c->payer, .payee = c->payee,
			       .paid = LOOSE, .period = e->own_period };
	if (c->kept != NULL)
		ret->item = (uint32_t)(c->kept - kept->items);
	return first;
}

/* Of erased people, or a key's that is gone: it is asked again each time. */
void
keep_for_once(struct run *r, struct limit_bucket *b, const struct entry *e)
{
	if (e->claim->held_by == NULL)
		owner_again(r, e->claim->item->owner, r->through);
	b->fixed_count++;
	b->count++;
}

static void
keep_stand(struct settlement *s, struct limit_bucket *b, const struct entry *e, struct stand *one,
	   uint32_t *first)
{
	if (b->bounded)
		one->paid = e->early ? e->claim->first_paid : LOOSE - 1;
	if (one->item == NONE && e->out > one->peak) {
		one->peak = e->out;		/* in no order */
	} else if (e->asked > 0 && one->item != NONE) {
		one->asked = e->asked;
		one->held = e->held;
		one->open = e->opens;
		one->passed = e->out;
	}
	*first = stand_add(s->limits, one);
	count_stand(s, b, *first, true);
}

/* Of a key that is gone nothing but room that stays taken is kept, and only where it is sure to
 * stay in this bucket. */
static void
keep_entry(struct run *r, struct limit_bucket *b, const struct entry *e, int64_t peak)
{
	struct stand one;
	uint32_t *first = stand_new(r->s, b, e, &one);
	int64_t takes = e->out > peak ? e->out : peak;

	one.peak = peak;
	if (first != NULL && (e->claim->kept != NULL || !b->bounded)) {
		keep_stand(r->s, b, e, &one, first);
		return;
	}
	keep_for_once(r, b, e);
	b->fixed += takes > 0 ? takes : 0;
	b->cut = b->cut || e->left > 0;
	b->placed = b->placed || e->claim->held_by == NULL;
}

/* What the claims in hand take of it from now on; `end` is all its room. */
void
limits_keep(struct applying *a, const struct entry *e, size_t count, int64_t end)
{
	struct limit_bucket *b;

	if (count == 0 || end == INT64_MAX || !limits_keeps(a))
		return;
	b = limits_bucket(a->run->s->limits, limit_number_of(a), e->dims, e->period);
	b->bounded = a->limit->excess == EXCESS_NEXT;
	b->period_end = e->period_end;
	b->changed = b->changed || b->end != end;
	b->end = end;
	for (size_t i = 0; i < count; i++) {
		int64_t peak = limit_loses(a->limit) && e[i].peak > 0 ? e[i].peak : 0;

		if (e[i].asked <= 0 && peak == 0 && !a->limit->unused_next)
			continue;
		keep_entry(a->run, b, &e[i], peak);
		b->changed = true;
	}
}

/* It leaves its buckets: it is read again, or claimed again. */
void
limits_leave(struct settlement *s, uint32_t *stand)
{
	struct limits_carried *c = s->limits;
	uint32_t n = *stand;

	*stand = 0;
	while (n != 0 && c != NULL) {
		struct stand *st = stand_at(c, n);
		uint32_t next = st->next;

		count_stand(s, &c->items[st->bucket], n, false);
		st->next = c->unused;
		c->unused = n;
		n = next;
	}
}

const struct terms_limit *
limit_of_bucket(const struct run *r, const struct limit_bucket *b)
{
	const char *name = name_text(&r->s->names, b->limit);
	const struct terms_limit *ret = NULL;

	for (size_t v = r->version_count; v-- > 0 && ret == NULL;)
		ret = terms_limit(r->s->versions[v].terms, name);
	return ret;
}

/* What the lines of a key say about where its item and its parts stand. */
struct giving {
	const struct run *run;
	const struct item *item;
	const struct key_row *key;
	int64_t held, passed;		/* of the whole: the most that is held; what passed */
	int64_t part_asked, part_passed;
	size_t whole, cut, parts, parts_cut;
	bool owed;			/* another owes what a limit took: */
	int64_t moved;			/* what the lines hold of that one */
};

static bool
has_twin(const struct limits_carried *c, const struct stand *st)
{
	for (uint32_t n = st->next; n != 0; n = stand_at(c, n)->next)
		if (stand_at(c, n)->payer == st->payer && stand_at(c, n)->payee == st->payee)
			return true;
	return false;
}

/* False where its lines do not hold what it was given there. */
static bool
gave(struct giving *g, const struct stand *st)
{
	const struct limit_bucket *b = &g->run->s->limits->items[st->bucket];
	const struct terms_limit *l = limit_of_bucket(g->run, b);
	bool cut = st->passed != st->asked;
	int64_t moved = l == NULL ? 0 : limit_moved(g->run, l, g->item, g->key).low;

	if (b->floor)		/* what passed the limits before it, as their stands say */
		return l != NULL && (g->key->first_paid != 0 || !has_statements(l));
	if (st->open > 0 || l == NULL || (cut && b->bounded) ||
	    (g->key->first_paid == 0 && has_statements(l)) ||
	    (l->excess == EXCESS_PAYER && st->payer != NONE && (cut || moved != 0)))
		return false;
	if (cut && l->excess == EXCESS_PAYER) {
		g->owed = true;
		g->moved = moved;
	}
	if (st->payer == NONE) {
		g->whole++;
		g->cut += cut;
		g->held = st->held > g->held ? st->held : g->held;
		g->passed = st->passed;
		return st->asked == g->item->amount;
	}
	g->parts++;
	g->parts_cut += cut;
	g->part_asked += st->asked;
	g->part_passed += st->passed;
	return st->passed ==
	       room_of_lines(g->run, g->item, g->key, st->payer, st->payee).low;
}

/* Do its lines hold what came out of the limits: all that it comes to or, where one limit that
 * moves nothing to other buckets took something, of it or of its parts, the rest? Where another
 * owes what was taken they hold that too, apart from the rest. */
bool
limits_gave(const struct run *r, const struct item *it, const struct key_row *k)
{
	const struct limits_carried *c = r->s->limits;
	struct giving g = { .run = r, .item = it, .key = k };

	for (uint32_t n = it->stand; n != 0; n = stand_at(c, n)->next)
		if (!gave(&g, stand_at(c, n)))
			return false;
	if (g.parts_cut > 0) {
		for (uint32_t n = it->stand; n != 0; n = stand_at(c, n)->next)
			if (stand_at(c, n)->payer != NONE && has_twin(c, stand_at(c, n)))
				return false;
		return g.cut == 0 && g.part_asked == it->amount && g.part_passed == k->settled &&
		       g.held <= k->settled;
	}
	if (g.owed && (g.parts > 0 || k->settled != it->amount))
		return false;
	if (g.cut > 0)
		return g.whole == 1 && g.passed + g.moved == k->settled;
	return it->stand != 0 && k->settled == it->amount;
}

/* Its lines now hold what was left of all that it took: so it would stand if it were asked. */
void
limits_hold(struct run *r, struct item *it, const struct key_row *k)
{
	struct limits_carried *c = r->s->limits;

	for (uint32_t n = it->stand; n != 0; n = stand_at(c, n)->next) {
		struct stand *st = stand_at(c, n);
		struct limit_bucket *b = &c->items[st->bucket];
		const struct terms_limit *l = limit_of_bucket(r, b);
		int64_t moved = l == NULL ? 0 : limit_moved(r, l, it, k).low;
		int64_t peak = k->peak > k->settled ? k->peak : k->settled;

		if (l == NULL || l->achieved_order || b->floor)
			continue;
		count_stand(r->s, b, n, false);
		st->held = st->payer == NONE ? limit_between(k->settled - moved, st->asked)
					     : st->passed;
		if (b->bounded)
			st->paid = k->first_paid;
		if (limit_loses(l))
			st->peak = st->payer == NONE ? limit_between(peak - moved, INT64_MAX)
							 : st->held;
		count_stand(r->s, b, n, true);
	}
}

uint64_t
limits_bytes(const struct settlement *s)
{
	const struct limits_carried *c = s->limits;
	uint64_t ret = 0;

	if (c == NULL)
		return 0;
	for (size_t i = 0; i < c->count; i++)
		for (size_t k = 0; k < c->items[i].mark_count; k++)
			ret += c->items[i].marks[k].capacity * sizeof(struct mark);
	return ret + c->capacity * sizeof(*c->items) + c->slot_count * sizeof(*c->slots) +
	       c->stand_capacity * sizeof(*c->stands);
}

/* Starts a full working out: nobody stands anywhere. */
void
limits_begin(struct run *r)
{
	limits_forget(r->s);
	r->s->limits = mem_alloc(sizeof(*r->s->limits));
}

/* Before claims are asked once more: who stands there for this time only goes. */
void
limits_again(struct run *r)
{
	struct limits_carried *c = r->s->limits;

	for (size_t i = 0; i < c->count; i++) {
		struct limit_bucket *b = &c->items[i];

		b->changed = b->changed || b->fixed_count > 0;
		b->count -= b->fixed_count;
		b->fixed = b->fixed_count = 0;
		b->fixed_counts = (struct counted){ 0, 0 };
		b->cut = b->placed = false;
	}
}

/* They hold the statement in hand. */
void
limits_done(struct run *r)
{
	struct limits_carried *c = r->s->limits;

	for (size_t i = 0; i < c->count; i++)
		c->items[i].changed = false;
	c->broken = c->broken || r->read_everybody;
	c->statement = r->statement_count + 1;
}
