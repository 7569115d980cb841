/* limit_save.c - what is carried of limits, in bytes; see settle_save.h.
 *
 * Buckets with how many turns each has, then who stands in them, then each bucket's turns in order:
 * four times the number of who stands there, and which of its turns it is. Sums are worked out
 * again. */
#include "settle_save.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fact.h"
#include "item.h"
#include "limit_along.h"
#include "rows.h"
#include "settle.h"
#include "settlement.h"

#define PIECE 1024u		/* read and written at once */
#define DAYS_LARGEST 4000000	/* more than there are dates */
#define LARGEST (INT64_C(1) << 53)
#define SUM_LARGEST (INT64_MAX - LARGEST)

struct saved_limits {
	uint64_t buckets, stands;
	uint32_t statement, is_there, broken, unused;
};

struct saved_bucket {
	uint32_t limit, dims[DIMENSIONS_MAX];
	int32_t period;
	uint16_t bounded, kind;
	int32_t period_end;
	uint32_t achieved, own;
	int64_t end;
	uint64_t turns;
};

struct saved_stand {
	uint32_t bucket, owner, item, payer, payee, paid;
	int32_t period;
	uint32_t step;
	int64_t asked, held, passed, open, peak, end, at;
};

/* ---- writing ---- */

struct writing {
	settle_put_fn *put;
	void *arg;
	struct err *e;
	char piece[PIECE * sizeof(struct saved_stand)];
	size_t used;
	enum rc rc;
};

static void
flush(struct writing *w)
{
	if (w->rc == RC_OK && w->used > 0)
		w->rc = w->put(w->arg, w->piece, w->used, w->e);
	w->used = 0;
}

static void
add(struct writing *w, const void *bytes, size_t size)
{
	if (w->used + size > sizeof(w->piece))
		flush(w);
	memcpy(w->piece + w->used, bytes, size);
	w->used += size;
}

static void
put_buckets(struct writing *w, const struct limits_carried *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct limit_bucket *b = &c->items[i];
		struct saved_bucket out = { .limit = b->limit, .period = b->period,
					    .bounded = b->bounded, .kind = b->kind,
					    .period_end = b->period_end,
					    .achieved = b->achieved, .own = b->own, .end = b->end };

		memcpy(out.dims, b->dims, sizeof(out.dims));
		for (size_t k = 0; k < b->turn_count; k++)
			out.turns += b->turns[k].count;
		add(w, &out, sizeof(out));
	}
}

/* Numbers from 1 for those that are used; 0 for the others. */
static uint32_t *
number_stands(const struct limits_carried *c, uint64_t *ret_count)
{
	uint32_t *ret = mem_alloc((c->stand_count + 1) * sizeof(*ret)), n = 0;

	for (uint32_t i = c->unused; i != 0; i = stand_at(c, i)->next)
		ret[i] = NONE;
	for (size_t i = 1; i <= c->stand_count; i++)
		ret[i] = ret[i] == NONE ? 0 : ++n;
	*ret_count = n;
	return ret;
}

static void
put_stands(struct writing *w, const struct limits_carried *c, const uint32_t *numbers)
{
	for (uint32_t i = 1; i <= c->stand_count; i++) {
		const struct stand *st = stand_at(c, i);
		struct saved_stand out = { st->bucket, st->owner, st->item, st->payer, st->payee,
					   st->paid, st->period, st->step, st->asked, st->held,
					   st->passed, st->open, st->peak, st->end, st->at };

		if (numbers[i] != 0)
			add(w, &out, sizeof(out));
	}
}

static void
put_turns(struct writing *w, const struct limits_carried *c, const uint32_t *numbers)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t k = 0; k < c->items[i].turn_count; k++) {
			const struct turns *row = &c->items[i].turns[k];

			for (size_t m = 0; m < row->count; m++) {
				uint32_t out = TURN_KINDS * numbers[row->items[m].stand] +
					       turn_kind(&row->items[m]);

				add(w, &out, sizeof(out));
			}
		}
}

enum rc
limits_save(const struct settlement *s, settle_put_fn *put, void *arg, struct err *e)
{
	const struct limits_carried *c = s->limits;
	struct writing *w = mem_alloc(sizeof(*w));
	struct saved_limits head = { .is_there = c != NULL };
	uint32_t *numbers = NULL;
	enum rc rc;

	*w = (struct writing){ .put = put, .arg = arg, .e = e };
	if (c != NULL) {
		numbers = number_stands(c, &head.stands);
		head.buckets = c->count;
		head.statement = c->statement;
		head.broken = c->broken;
	}
	add(w, &head, sizeof(head));
	if (c != NULL) {
		put_buckets(w, c);
		put_stands(w, c, numbers);
		put_turns(w, c, numbers);
	}
	flush(w);
	rc = w->rc;
	free(numbers);
	free(w);
	return rc;
}

/* ---- reading ---- */

struct reader {
	struct settlement *s;
	struct limits_carried *c;
	settle_get_fn *get;
	void *arg;
	struct err *e;
	uint64_t *turns;	/* per bucket: how many are said; then how many are to come */
	size_t turn_capacity;
};

static enum rc
unsound(struct reader *r, const char *what)
{
	return rc_fail(r->e, RC_INTEGRITY, "kept engine: expected %s, found something else", what);
}

static enum rc
get_bucket(struct reader *r)
{
	struct saved_bucket in;
	struct limit_bucket *b;
	size_t before = r->c->count;
	enum rc rc = r->get(r->arg, &in, sizeof(in), r->e);

	if (rc != RC_OK)
		return rc;
	if (in.limit >= r->s->names.count || in.bounded > 1 || in.kind > BUCKET_TO ||
	    in.achieved > 1 || in.own > 1 || in.end < 0 ||
	    in.period_end < 0 - DAYS_LARGEST || in.period_end > DAYS_LARGEST)
		return unsound(r, "a limit's bucket");
	b = limits_bucket(r->c, (enum bucket_kind)in.kind, in.limit, in.dims, in.period);
	if (r->c->count == before)
		return unsound(r, "each bucket once");
	b->achieved = in.achieved;
	b->own = in.own;
	b->bounded = in.bounded;
	b->period_end = in.period_end;
	b->end = in.end;
	r->turns = mem_room(r->turns, before, &r->turn_capacity, sizeof(*r->turns));
	r->turns[before] = in.turns;
	return RC_OK;
}

static bool
party_is_sound(const struct reader *r, uint32_t party)
{
	return party == NONE || party < r->s->names.count;
}

static bool
counts_soundly(const struct saved_stand *in)
{
	return in->step == 0 && in->at == 0 && in->end == 0 && in->paid == LOOSE &&
	       in->asked == 0 && in->held == 0 && in->open == 0 &&
	       in->peak == 0 && in->passed >= -LARGEST && in->passed <= LARGEST;
}

static bool
takes_soundly(const struct saved_stand *in, const struct limit_bucket *b)
{
	return in->step == 0 && in->at == 0 && in->paid <= LOOSE &&
	       (in->paid < LOOSE) == b->bounded && in->asked >= 0 &&
	       in->asked <= LARGEST && in->held >= 0 && in->held <= in->asked &&
	       in->open >= 0 && in->open <= in->asked - in->held &&
	       in->passed >= 0 && in->passed <= in->asked && in->peak >= 0 &&
	       in->peak <= LARGEST && in->end >= 0;
}

/* More may pass on a ladder than was asked: as much as its rate makes of it. */
static bool
stands_soundly(const struct saved_stand *in, const struct limit_bucket *b)
{
	if (b->own ? in->end < in->at : in->end != 0)
		return false;
	return in->paid < LOOSE && in->asked >= 0 && in->asked <= LARGEST && in->held == 0 &&
	       in->open == 0 && in->peak == 0 && in->at >= 0;
}

static bool
amounts_are_sound(const struct saved_stand *in, const struct limit_bucket *b)
{
	if (b->kind == BUCKET_FLOOR)
		return counts_soundly(in);
	return bucket_has_places(b) ? stands_soundly(in, b) : takes_soundly(in, b);
}

static bool
stand_is_sound(const struct reader *r, const struct saved_stand *in)
{
	const struct owner *o = in->owner < r->s->owners.count ? owner_at(r->s, in->owner) : NULL;

	if (in->bucket >= r->c->count || o == NULL || o->kept == NULL ||
	    (in->item == NONE ? in->asked != 0 : in->item >= o->kept->count ||
	     o->kept->items[in->item].owner != in->owner) ||
	    !party_is_sound(r, in->payer) || !party_is_sound(r, in->payee))
		return false;
	return amounts_are_sound(in, &r->c->items[in->bucket]);
}

static bool
sum_up(struct limit_bucket *b, const struct stand *st)
{
	stand_sums(b, st, 1);
	return b->taken <= SUM_LARGEST && b->loose <= SUM_LARGEST;
}

static enum rc
get_stand(struct reader *r)
{
	struct saved_stand in;
	struct stand one;
	struct kept *kept;
	uint32_t *first;
	enum rc rc = r->get(r->arg, &in, sizeof(in), r->e);

	if (rc != RC_OK)
		return rc;
	if (!stand_is_sound(r, &in))
		return unsound(r, "who stands in a bucket");
	kept = owner_at(r->s, in.owner)->kept;
	first = in.item == NONE ? &kept->gone : &kept->items[in.item].stand;
	one = (struct stand){ .next = *first, .bucket = in.bucket, .owner = in.owner,
			      .item = in.item, .payer = in.payer, .payee = in.payee,
			      .paid = in.paid, .period = in.period, .asked = in.asked,
			      .held = in.held, .passed = in.passed,
			      .open = in.open, .peak = in.peak, .end = in.end, .at = in.at,
			      .step = in.step };
	*first = stand_add(r->c, &one);
	return sum_up(&r->c->items[in.bucket], &one) ? RC_OK : unsound(r, "sums that fit");
}

/* In the order of the bucket, and none twice as each is behind the one before. */
static enum rc
get_turns(struct reader *r, uint32_t bucket, uint64_t *have)
{
	for (uint64_t i = 0; i < r->turns[bucket]; i++) {
		uint32_t in;
		const struct stand *st;
		enum turn_kind kind;
		enum rc rc = r->get(r->arg, &in, sizeof(in), r->e);

		if (rc != RC_OK)
			return rc;
		kind = (enum turn_kind)(in % TURN_KINDS);
		in /= TURN_KINDS;
		if (in == 0 || in > r->c->stand_count)
			return unsound(r, "turns of who stands there");
		st = stand_at(r->c, in);
		if (st->bucket != bucket || stand_asks(st, kind) == 0 ||
		    !turns_append(r->s, &r->c->items[bucket], turn_of(r->s, in, kind)))
			return unsound(r, "turns in order");
	}
	*have += r->turns[bucket];
	return RC_OK;
}

static uint64_t
turns_due(const struct limits_carried *c)
{
	uint64_t n = 0;

	for (size_t i = 1; i <= c->stand_count; i++)
		for (int kind = 0; kind < TURN_KINDS; kind++)
			n += stand_asks(stand_at(c, (uint32_t)i), (enum turn_kind)kind) > 0;
	return n;
}

static enum rc
get_all(struct reader *r, const struct saved_limits *head)
{
	uint64_t have = 0;
	enum rc rc = RC_OK;

	for (uint64_t i = 0; rc == RC_OK && i < head->buckets; i++)
		rc = get_bucket(r);
	for (uint64_t i = 0; rc == RC_OK && i < head->stands; i++)
		rc = get_stand(r);
	for (uint32_t i = 0; rc == RC_OK && r->turns != NULL && i < head->buckets; i++)
		rc = get_turns(r, i, &have);
	return rc == RC_OK && have != turns_due(r->c) ? unsound(r, "a turn of each") : rc;
}

enum rc
limits_load(struct settlement *s, settle_get_fn *get, void *arg, struct err *e)
{
	struct reader r = { .s = s, .get = get, .arg = arg, .e = e };
	struct saved_limits head;
	enum rc rc = get(arg, &head, sizeof(head), e);

	if (rc != RC_OK)
		return rc;
	if (head.is_there > 1 || head.broken > 1 || head.buckets >= NONE ||
	    head.stands >= NONE / TURN_KINDS || head.statement > s->statements.count + 1)
		return unsound(&r, "what is carried of limits");
	if (head.is_there == 0)
		return RC_OK;
	r.c = s->limits = mem_alloc(sizeof(*s->limits));
	r.c->statement = head.statement;
	r.c->broken = head.broken != 0;
	rc = get_all(&r, &head);
	free(r.turns);
	return rc;
}
