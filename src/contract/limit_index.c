/* limit_index.c - who stands in a bucket, in the order in which its room is given.
 *
 * Rows of turns, each with the sum of what its turns ask for: the place at which the room ends is
 * found by adding up rows, and a turn is put in or taken out by moving the rest of one row. */
#include "limit_along.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "fact.h"
#include "item.h"
#include "settlement.h"

#define ROW 128u		/* 128 amounts of at most 2^53 fit an int64_t */

struct stand *
stand_at(const struct limits_carried *c, uint32_t number)
{
	return &c->stands[number - 1];
}

/* Its number: from 1. */
uint32_t
stand_add(struct limits_carried *c, const struct stand *one)
{
	uint32_t n = c->unused;

	if (n != 0) {
		c->unused = stand_at(c, n)->next;
	} else {
		c->stands = mem_room(c->stands, c->stand_count, &c->stand_capacity,
				     sizeof(*c->stands));
		n = (uint32_t)++c->stand_count;
	}
	*stand_at(c, n) = *one;
	return n;
}

/* ---- what a stand asks for ---- */

int64_t
stand_sure(const struct stand *st)
{
	int64_t most = st->held > st->peak ? st->held : st->peak;

	if (st->paid != LOOSE)
		return 0;
	return most < st->asked ? most : st->asked;
}

int64_t
stand_asks(const struct stand *st, enum turn_kind kind)
{
	bool all = st->asked - st->held <= st->open;
	int64_t opened = all ? st->asked : st->held + st->open, sure = stand_sure(st);
	const int64_t ends[TURN_KINDS + 1] = { 0, st->held, all ? opened : st->held, opened,
					       st->asked };
	int64_t from = ends[kind] > sure ? ends[kind] : sure;

	return ends[kind + 1] > from ? ends[kind + 1] - from : 0;
}

/* ---- order ---- */

static const struct item *
item_of(const struct settlement *s, uint32_t stand)
{
	const struct stand *st = stand_at(s->limits, stand);

	return &owner_at(s, st->owner)->kept->items[st->item];
}

uint32_t
turn_rank_of(enum turn_kind kind, bool waited)
{
	return (uint32_t)kind << TURN_BITS | (waited ? 0 : 1);
}

struct turn
turn_of(const struct settlement *s, uint32_t stand, enum turn_kind kind)
{
	const struct stand *st = stand_at(s->limits, stand);
	const struct item *it = item_of(s, stand);
	const struct limit_bucket *b = &s->limits->items[st->bucket];
	bool placed = bucket_has_places(b);
	uint32_t rank = turn_rank_of(kind, st->period != b->period);

	return (struct turn){
		.rank = kind == TURN_HELD ? st->paid : rank,
		.paid = placed ? st->paid : 0,
		.achieved = it->achieved, .start = it->start,
		.who = owner_rank(s, item_pseudonym(s, it)), .stand = stand,
		.asks = stand_asks(st, kind) };
}

uint32_t
entry_paid(const struct entry *e, bool bounded)
{
	if (!bounded)
		return LOOSE;
	return e->early ? e->claim->first_paid : LOOSE - 1;
}

/* Is it excess of a period before the bucket's? */
bool
entry_waited(const struct entry *e)
{
	return e->own_period != e->period;
}

struct placed
placed_entry(const struct entry *e, enum turn_kind kind, bool bounded)
{
	struct standing standing = claim_standing(e->s, e->claim);
	uint32_t rank = turn_rank_of(kind, entry_waited(e));

	return (struct placed){
		.standing = standing, .payer = e->claim->payer, .payee = e->claim->payee,
		.turn = { .rank = kind == TURN_HELD ? entry_paid(e, bounded) : rank,
			  .achieved = standing.achieved, .start = standing.start,
			  .who = owner_rank(e->s, standing.who) } };
}

enum turn_kind
turn_kind(const struct turn *t)
{
	return (enum turn_kind)(t->rank >> TURN_BITS);
}

int64_t
turn_given(const struct limits_carried *c, const struct turn *t)
{
	const struct stand *st = stand_at(c, t->stand);
	int64_t left = st->passed - stand_sure(st);

	for (int kind = 0; kind < (int)turn_kind(t); kind++)
		left -= stand_asks(st, (enum turn_kind)kind);
	left = left > 0 ? left : 0;
	return left < t->asks ? left : t->asks;
}

static int
parties_order(const struct settlement *s, const struct stand *st, uint32_t payer, uint32_t payee)
{
	int c = party_order(s, st->payer, payer);

	return c != 0 ? c : party_order(s, st->payee, payee);
}

static int
stand_order(const struct settlement *s, uint32_t a, uint32_t b)
{
	const struct stand *x = stand_at(s->limits, a), *y = stand_at(s->limits, b);
	int c = item_order(s, item_of(s, a), item_of(s, b));

	return c != 0 ? c : parties_order(s, x, y->payer, y->payee);
}

/* 0 where that does not decide. */
static int
rank_order(const struct turn *a, const struct turn *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->paid != b->paid)
		return a->paid < b->paid ? -1 : 1;
	if (a->achieved != b->achieved)
		return a->achieved < b->achieved ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->who > b->who) - (a->who < b->who);
}

int
turn_order(const struct settlement *s, const struct turn *a, const struct turn *b)
{
	int c = rank_order(a, b);

	return c != 0 || a->stand == b->stand ? c : stand_order(s, a->stand, b->stand);
}

int
turn_before(const struct settlement *s, const struct turn *t, const struct placed *p)
{
	const struct stand *st = stand_at(s->limits, t->stand);
	int c = rank_order(t, &p->turn);

	if (c == 0) {
		struct standing mine = item_standing(s, item_of(s, t->stand));

		c = standing_order(s, &mine, &p->standing);
	}
	return c != 0 ? c : parties_order(s, st, p->payer, p->payee);
}

/* ---- rows ---- */

void
turns_free(struct limit_bucket *b)
{
	for (size_t i = 0; i < b->turn_count; i++)
		free(b->turns[i].items);
	free(b->turns);
	b->turns = NULL;
	b->turn_count = b->turn_capacity = 0;
}

/* An empty row at `at`. */
static struct turns *
add_row(struct limit_bucket *b, size_t at)
{
	b->turns = mem_room(b->turns, b->turn_count, &b->turn_capacity, sizeof(*b->turns));
	memmove(&b->turns[at + 1], &b->turns[at], (b->turn_count - at) * sizeof(*b->turns));
	b->turn_count++;
	b->turns[at] = (struct turns){ .items = NULL };
	return &b->turns[at];
}

static void
insert(const struct limits_carried *c, struct turns *row, size_t at, struct turn t)
{
	uint32_t step = stand_at(c, t.stand)->step;

	row->items = mem_room(row->items, row->count, &row->capacity, sizeof(*row->items));
	row->step = row->count == 0 || row->step == step ? step : STEP_SPANS;
	memmove(&row->items[at + 1], &row->items[at], (row->count - at) * sizeof(t));
	row->items[at] = t;
	row->count++;
	row->sum += t.asks;
	row->given += turn_given(c, &t);
	row->known = false;
}

/* The second half of a full row goes to one of its own. */
static void
split(const struct limits_carried *c, struct limit_bucket *b, size_t at)
{
	struct turns *next = add_row(b, at + 1), *row = &b->turns[at];

	for (size_t i = ROW / 2; i < row->count; i++) {
		insert(c, next, next->count, row->items[i]);
		row->sum -= row->items[i].asks;
		row->given -= turn_given(c, &row->items[i]);
	}
	row->count = ROW / 2;
	row->known = false;
}

/* The first row whose last turn is not before it; the last row where there is none. */
static size_t
row_for(const struct settlement *s, const struct limit_bucket *b, const struct turn *t)
{
	size_t low = 0, high = b->turn_count - 1;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct turns *row = &b->turns[mid];

		if (turn_order(s, &row->items[row->count - 1], t) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The first turn of the row that is not before it. */
static size_t
place_in(const struct settlement *s, const struct turns *row, const struct turn *t)
{
	size_t low = 0, high = row->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (turn_order(s, &row->items[mid], t) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int64_t
turns_before(const struct settlement *s, const struct limit_bucket *b, const struct placed *p)
{
	int64_t ret = 0;
	size_t at = 0;

	for (; at < b->turn_count; at++) {
		const struct turns *row = &b->turns[at];

		if (turn_before(s, &row->items[row->count - 1], p) >= 0)
			break;
		ret += row->given;
	}
	for (size_t i = 0; at < b->turn_count && i < b->turns[at].count &&
			   turn_before(s, &b->turns[at].items[i], p) < 0; i++)
		ret += turn_given(s->limits, &b->turns[at].items[i]);
	return ret;
}

bool
turns_append(const struct settlement *s, struct limit_bucket *b, struct turn t)
{
	struct turns *last = b->turn_count == 0 ? NULL : &b->turns[b->turn_count - 1];

	if (last != NULL && turn_order(s, &last->items[last->count - 1], &t) >= 0)
		return false;
	if (last == NULL || last->count == ROW)
		last = add_row(b, b->turn_count);
	insert(s->limits, last, last->count, t);
	return true;
}

void
turns_put(const struct settlement *s, struct limit_bucket *b, struct turn t)
{
	size_t at, place;

	if (turns_append(s, b, t))
		return;
	at = row_for(s, b, &t);
	place = place_in(s, &b->turns[at], &t);
	if (b->turns[at].count == ROW) {
		split(s->limits, b, at);
		at += place > ROW / 2;
		place -= place > ROW / 2 ? ROW / 2 : 0;
	}
	insert(s->limits, &b->turns[at], place, t);
}

void
turns_take(const struct settlement *s, struct limit_bucket *b, struct turn t)
{
	size_t at = row_for(s, b, &t), place = place_in(s, &b->turns[at], &t);
	struct turns *row = &b->turns[at];

	while (row->items[place].stand != t.stand) {	/* beside others of the same order */
		if (++place == row->count) {
			row++;
			place = 0;
		}
	}
	row->sum -= t.asks;
	row->given -= turn_given(s->limits, &t);
	row->known = false;
	row->count--;
	memmove(&row->items[place], &row->items[place + 1], (row->count - place) * sizeof(t));
	if (row->count > 0)
		return;
	free(row->items);
	b->turn_count--;
	at = (size_t)(row - b->turns);
	memmove(row, row + 1, (b->turn_count - at) * sizeof(*row));
}
