/* limit_along.c - places along a ladder, a count or a share's tranches.
 *
 * There the place decides: what lies before a claim says at which rate it passes, or who bears it.
 * Who is not claimed stands in the bucket's turns, rows of which are added up: a place is found by
 * the sums before it. When one comes, goes or changes, all behind it are shifted; but within a step
 * that changes nothing, so only those who lie across the end of a step, or come to lie on another
 * one, are claimed as well. Erased people keep their places: the others stand around them. */
#include "limit_along.h"

#include <stdlib.h>

#include "arena.h"
#include "claim.h"
#include "fact.h"
#include "item.h"
#include "rows.h"
#include "run.h"
#include "settlement.h"
#include "wakes.h"

/* ---- where steps end, and where others keep their places ---- */

/* The step on which all of it lies; as many as there are: beyond them. */
static uint32_t
ruler_step(const struct ruler *ruler, int64_t at, int64_t size)
{
	size_t i = 0;

	while (i < ruler->count && at >= ruler->to[i])
		i++;
	if (i < ruler->count && ruler->to[i] - at < size)
		return STEP_SPANS;
	return (uint32_t)i;
}

void
gaps_add(struct run *r, struct gaps *g, int64_t from, int64_t size)
{
	if (size <= 0)
		return;
	g->items = arena_room(r->arena, g->items, g->count, &g->capacity, sizeof(*g->items));
	g->items[g->count++] = (struct gap){ from, from + size };
}

static int
gap_order(const void *a, const void *b)
{
	const struct gap *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Those that touch become one. */
void
gaps_close(struct gaps *g)
{
	size_t n = 0;

	if (g->count > 1)
		qsort(g->items, g->count, sizeof(*g->items), gap_order);
	for (size_t i = 0; i < g->count; i++) {
		if (n == 0 || g->items[i].from > g->items[n - 1].to)
			g->items[n++] = g->items[i];
		else if (g->items[i].to > g->items[n - 1].to)
			g->items[n - 1].to = g->items[i].to;
	}
	g->count = n;
}

/* The first that ends behind `at`. */
static size_t
gap_at(const struct gaps *g, int64_t at)
{
	size_t low = 0, high = g->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (g->items[mid].to <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int64_t
gaps_past(const struct gaps *g, int64_t at)
{
	size_t i = gap_at(g, at);

	return i < g->count && g->items[i].from <= at ? g->items[i].to : at;
}

/* Does one begin before all of it is placed? */
static bool
gaps_cut(const struct gaps *g, int64_t at, int64_t size)
{
	size_t i = gap_at(g, at);

	return i < g->count && g->items[i].from - at < size;
}

/* ---- a walk ---- */

struct placed
placed_claim(const struct settlement *s, const struct claim *c, bool early, int32_t period,
	     bool waited)
{
	struct placed ret = { .standing = claim_standing(s, c), .payer = c->payer,
			      .payee = c->payee, .period = period };

	ret.turn.rank = turn_rank_of(TURN_REST, waited);
	ret.turn.paid = early ? c->first_paid : LOOSE - 1;
	ret.turn.achieved = ret.standing.achieved;
	ret.turn.start = ret.standing.start;
	ret.turn.who = owner_rank(s, ret.standing.who);
	return ret;
}

static int64_t
size_of_turn(const struct along *w, const struct turn *t)
{
	return w->b->kind == BUCKET_COUNT ? 1 : t->asks;
}

static int64_t
size_of_row(const struct along *w, const struct turns *row)
{
	return w->b->kind == BUCKET_COUNT ? (int64_t)row->count : row->sum;
}

void
along_add(struct along *w, int64_t size)
{
	if (w->at < w->ruler.end)
		w->at = w->ruler.end - w->at < size ? w->ruler.end : w->at + size;
}

static void
pass_turn(struct along *w, const struct turn *t)
{
	w->at = gaps_past(&w->gaps, w->at);
	along_add(w, size_of_turn(w, t));
}

/* Up to the first turn that is not before `p`. */
static void
pass_turns(struct along *w, const struct turns *row, const struct placed *p)
{
	for (; w->turn < row->count; w->turn++) {
		if (p != NULL && turn_before(w->s, &row->items[w->turn], p) >= 0)
			return;
		pass_turn(w, &row->items[w->turn]);
	}
	w->row++;
	w->turn = 0;
}

static void
pass_row(struct along *w, const struct turns *row)
{
	int64_t size = size_of_row(w, row);

	w->at = gaps_past(&w->gaps, w->at);
	if (gaps_cut(&w->gaps, w->at, size)) {
		pass_turns(w, row, NULL);
		return;
	}
	along_add(w, size);
	w->row++;
}

static bool
row_is_before(const struct along *w, const struct turns *row, const struct placed *p)
{
	return turn_before(w->s, &row->items[row->count - 1], p) < 0;
}

int64_t
along_to(struct along *w, const struct placed *p)
{
	while (w->b != NULL && w->row < w->b->turn_count) {
		const struct turns *row = &w->b->turns[w->row];
		bool whole = row_is_before(w, row, p);

		if (whole && w->turn == 0) {
			pass_row(w, row);
			continue;
		}
		pass_turns(w, row, p);
		if (!whole)
			break;
	}
	w->at = gaps_past(&w->gaps, w->at);
	return w->at;
}

int64_t
along_rest(struct along *w)
{
	while (w->b != NULL && w->row < w->b->turn_count) {
		if (w->turn == 0)
			pass_row(w, &w->b->turns[w->row]);
		else
			pass_turns(w, &w->b->turns[w->row], NULL);
	}
	w->at = gaps_past(&w->gaps, w->at);
	return w->at;
}

/* ---- who stands there from now on ---- */

static int64_t
size_of_stand(const struct limit_bucket *b, int64_t asked)
{
	return b->kind == BUCKET_COUNT && asked > 0 ? 1 : asked;
}

/* Of keys without an entitlement, and of top-ups: claimed in each statement, kept by nobody. */
static void
keep_passing(struct run *r, struct limit_bucket *b, const struct along_stand *one)
{
	if (one->claim->item != NULL)
		owner_again(r, one->claim->item->owner, r->through);
	b->passing = arena_room(r->arena, b->passing, b->passing_count, &b->passing_capacity,
				sizeof(*b->passing));
	b->passing[b->passing_count] = one->place;
	b->passing[b->passing_count++].size = size_of_stand(b, one->asked);
	b->fixed_count++;
	b->count++;
}

void
along_begin(struct limit_bucket *b, const struct gaps *gaps, bool achieved)
{
	b->achieved = achieved;
	b->gaps = *gaps;
	if (gaps->count == 0)
		return;
	b->changed = true;	/* they are looked at each time */
	b->fixed_count++;
	b->count++;
}

/* How much may lie before it for it to lie where it does. */
static void
set_range(struct stand *st, const struct ruler *ruler, int64_t size)
{
	int64_t to;

	st->end = st->at;
	if (st->step == STEP_SPANS)
		return;
	to = st->step < ruler->count ? ruler->to[st->step] : INT64_MAX;
	st->at = st->step == 0 ? 0 : ruler->to[st->step - 1];
	st->end = to == INT64_MAX ? to : to - size;
}

void
along_keep(struct run *r, struct limit_bucket *b, const struct along_stand *one)
{
	struct settlement *s = r->s;
	struct item *it = one->claim->kept;
	struct stand st;

	if (it == NULL) {
		keep_passing(r, b, one);
		b->changed = true;
		return;
	}
	st = (struct stand){ .next = it->stand, .bucket = (uint32_t)(b - s->limits->items),
			     .owner = it->owner, .payer = one->claim->payer,
			     .item = (uint32_t)(it - owner_at(s, it->owner)->kept->items),
			     .payee = one->claim->payee, .paid = one->place.turn.paid,
			     .period = one->place.period, .asked = one->asked,
			     .passed = one->passed, .at = one->at };
	st.step = ruler_step(one->ruler, one->at, size_of_stand(b, one->asked));
	if (b->own)
		set_range(&st, one->ruler, size_of_stand(b, one->asked));
	it->stand = stand_add(s->limits, &st);
	stand_moves(s, b, it->stand, true);
}

/* ---- does everybody still stand where it was given what it has? ---- */

struct checking {
	struct run *run;
	struct limit_bucket *b;
	struct along w;
	struct ordinals *ret;
	size_t passing;		/* the next of those whom nobody keeps */
	bool odd;
};

/* Does it get what it was given? Across an end that may have moved only who is claimed knows. */
static bool
stands_well(const struct checking *k, const struct stand *st, int64_t size, bool claimed)
{
	int64_t at = k->w.at;
	uint32_t step;

	if (k->b->own)
		return at >= st->at && at <= st->end;
	step = ruler_step(&k->w.ruler, at, size);
	if (step != STEP_SPANS || st->step != STEP_SPANS)
		return step == st->step;
	return at == st->at && (claimed || !k->w.ruler.moves);
}

static void
check_turn(struct checking *k, const struct turn *t)
{
	const struct stand *st = stand_at(k->w.s->limits, t->stand);
	bool claimed = owner_at(k->w.s, st->owner)->claimed == k->run->claiming;
	int64_t size = size_of_turn(&k->w, t);

	k->w.at = gaps_past(&k->w.gaps, k->w.at);
	if (!stands_well(k, st, size, claimed)) {
		if (claimed)
			k->odd = true;
		else
			ordinals_add(k->ret, st->owner);
	}
	along_add(&k->w, size);
}

/* Those whom nobody keeps, up to one that is not before the turn. */
static void
pass_passing(struct checking *k, const struct turn *before)
{
	for (; k->passing < k->b->passing_count; k->passing++) {
		const struct placed *p = &k->b->passing[k->passing];

		if (before != NULL && turn_before(k->w.s, before, p) < 0)
			return;
		k->w.at = gaps_past(&k->w.gaps, k->w.at);
		along_add(&k->w, p->size);
	}
}

/* How much may lie before its first one for all to get what they were given. */
static void
read_row(const struct checking *k, struct turns *row)
{
	int64_t before = 0;

	row->low = 0;
	row->high = INT64_MAX;
	for (size_t i = 0; i < row->count; i++) {
		const struct stand *st = stand_at(k->w.s->limits, row->items[i].stand);

		row->low = st->at - before > row->low ? st->at - before : row->low;
		row->high = st->end - before < row->high ? st->end - before : row->high;
		before += size_of_turn(&k->w, &row->items[i]);
	}
	row->known = true;
}

/* Is all of the row where it was given what it has? */
static bool
row_stands_well(const struct checking *k, struct turns *row, int64_t at)
{
	if (!k->b->own)
		return row->step != STEP_SPANS &&
		       ruler_step(&k->w.ruler, at, size_of_row(&k->w, row)) == row->step;
	if (!row->known)
		read_row(k, row);
	return at >= row->low && at <= row->high;
}

static bool
row_may_stay(const struct checking *k, struct turns *row)
{
	int64_t at = gaps_past(&k->w.gaps, k->w.at);

	return row_stands_well(k, row, at) && !gaps_cut(&k->w.gaps, at, size_of_row(&k->w, row)) &&
	       (k->passing == k->b->passing_count ||
		row_is_before(&k->w, row, &k->b->passing[k->passing]));
}

static void
check_row(struct checking *k, struct turns *row)
{
	uint32_t step = stand_at(k->w.s->limits, row->items[0].stand)->step;

	for (size_t i = 0; i < row->count; i++) {
		pass_passing(k, &row->items[i]);
		check_turn(k, &row->items[i]);
		if (stand_at(k->w.s->limits, row->items[i].stand)->step != step)
			step = STEP_SPANS;
	}
	row->step = step;
}

void
along_settled(struct run *r, struct limit_bucket *b, struct ordinals *ret, bool *ret_odd)
{
	struct checking k = { .run = r, .b = b, .w = { .s = r->s, .b = b, .gaps = b->gaps },
			      .ret = ret };

	if (b->kind == BUCKET_FROM || b->kind == BUCKET_TO)
		share_ruler(r, name_text(&r->s->names, b->limit), &k.w.ruler);
	else
		limit_ruler(r, b, &k.w.ruler);
	for (; k.w.row < b->turn_count; k.w.row++) {
		struct turns *row = &b->turns[k.w.row];

		if (!row_may_stay(&k, row)) {
			check_row(&k, row);
			continue;
		}
		k.w.at = gaps_past(&k.w.gaps, k.w.at);
		along_add(&k.w, size_of_row(&k.w, row));
	}
	*ret_odd = *ret_odd || k.odd;
}
