/* limit_apply.c - the list of limits in its order: one table row a kind. */
#include "limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "claim.h"
#include "date.h"
#include "expression.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "limit_priv.h"
#include "limits_utfall.h"
#include "money.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settlement.h"
#include "terms.h"
#include "trace.h"
#include "xval.h"

/* ---- what is taken off, scaled, topped up ---- */

static bool
same_bucket(const struct entry *x, const struct entry *y)
{
	return memcmp(x->dims, y->dims, sizeof(x->dims)) == 0 && x->period == y->period;
}

/* Both are in the order of their buckets: `at` is where the ones before have led. */
static int64_t
less_in_bucket(const struct entry *less, size_t count, const struct entry *e, size_t *at)
{
	int64_t sum = 0;
	size_t i = *at;

	while (i < count && limit_bucket_order(&less[i], e) < 0)
		i++;
	*at = i;
	for (; i < count && same_bucket(&less[i], e); i++)
		if (!money_add(sum, less[i].claim->amount, &sum))
			return LIMIT_INTEGER;
	return sum;
}

/* What a key's lines hold stays; the rest is taken off as far as it goes: from what they may hold
 * (`open`) only when nothing else is left. */
static int64_t
take_off(struct entry *e, size_t count, int64_t off, bool open)
{
	for (size_t i = 0; i < count; i++) {
		struct claim *c = e[i].claim;
		int64_t take = c->passed - e[i].hold - (open ? 0 : e[i].open);

		take = take < off ? take : off;
		if (take <= 0)
			continue;
		off -= take;
		c->passed -= take;
		c->over += take;
	}
	return off;
}

static void
apply_less(struct applying *a, struct entry *e, size_t count)
{
	struct entry *less;
	size_t less_count, at = 0;

	limit_gather(a, true, &less, &less_count);
	for (size_t i = 0; a->run->s->holding != NULL && i < less_count; i++)
		holding_limit(a, &less[i], HELD_LESS, less[i].claim->amount, HELD_ANYWHERE);
	for (size_t i = 0; i < count;) {
		int64_t off = less_in_bucket(less, less_count, &e[i], &at);
		size_t first = i;

		for (; i < count && same_bucket(&e[first], &e[i]); i++)
			e[i].claim->passed = e[i].left;
		off = take_off(e + first, i - first, off, false);
		(void)take_off(e + first, i - first, off, true);
		for (size_t k = first; k < i; k++)	/* what was taken off theirs is off no others' */
			if (e[k].claim->over > 0)
				holding_limit(a, &e[k], HELD_LESS, -e[k].claim->over, HELD_ANYWHERE);
	}
	free(less);
}

static void
apply_scale(struct applying *a, struct entry *e, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct terms_payment *p = e[i].claim->item->payment;
		struct ratio x, v;
		int64_t scaled = 0;

		if (e[i].left <= 0 || e[i].claim->frozen) {
			e[i].claim->passed = e[i].left;
			continue;
		}
		if (!limit_number(a, a->limit->amount, &e[i], e[i].claim->item->achieved, &x))
			e[i].claim->pending = true;
		else if ((!ratio_mul(x, ratio_integer(e[i].left), &v) ||
			  !ratio_round(v, p->round, p->round_multiple, &scaled)))
			run_fail(a->run, RC_RANGE, "terms %s: a scaled amount is beyond every amount",
				 a->limit->pointer);
		e[i].claim->passed = scaled;
		e[i].claim->over = e[i].left - scaled;
	}
}

/* ---- the list ---- */

typedef void kind_fn(struct applying *a, struct entry *e, size_t count);

static kind_fn *const kinds[] = {
	[LIMIT_STEPS] = limit_steps,
	[LIMIT_FLOOR] = limit_floor,
	[LIMIT_LESS] = apply_less,
	[LIMIT_SCALE] = apply_scale,
};

static void
store_passed(struct applying *a, const struct terms_limit *l, struct claim *c)
{
	if (c->passed != c->amount)
		c->limited = l;
	c->amount = c->passed;
	if (c->pending) {	/* all of it, also what an earlier limit moved to another */
		c->amount = 0;
		c->move_count = 0;
	}
	if (c->pending || l->kind != LIMIT_STEPS || l->excess != EXCESS_PAYER || c->over <= 0 ||
	    c->move_count == MOVES_MAX)
		return;
	c->moves[c->move_count].payer = name_number(&a->run->s->names, l->excess_payer->name,
						    strlen(l->excess_payer->name));
	c->moves[c->move_count++].amount = c->over;
}

static void
trace_entry(struct applying *a, const struct entry *e, size_t count, size_t at)
{
	int64_t others = 0;

	if (!trace_asks(a->run, e[at].claim))
		return;
	for (size_t i = 0; i < count; i++)
		if (i != at && same_bucket(&e[i], &e[at]) &&
		    !money_add(others, e[i].claim->passed, &others))
			others = LIMIT_INTEGER;
	trace_limit(a->run, a->limit, e[at].claim, others);
}

static void
apply_one(struct applying *a)
{
	struct entry *e;
	size_t count;

	if (a->limit->kind == LIMIT_STEPS)
		limit_read_end(a);
	limit_gather(a, false, &e, &count);
	for (size_t i = 0; i < count; i++)
		e[i].claim->passed = e[i].claim->over = 0;
	if (count > 0 || a->limit->kind == LIMIT_FLOOR || a->limit->unused_next ||
	    a->run->s->holding != NULL)
		kinds[a->limit->kind](a, e, count);
	for (size_t i = 0; i < count; i++)
		trace_entry(a, e, count, i);
	for (size_t i = 0; i < count; i++)
		store_passed(a, a->limit, e[i].claim);
	free(e);
}

/* In the newest version's order; names that only older versions have come behind. */
void
limits_apply(struct run *r, struct claims *claims, bool after_split, settle_room_fn *fn,
	     void *arg)
{
	struct applying a = { .run = r, .claims = claims, .fn = fn, .arg = arg };

	for (size_t v = r->version_count; v-- > 0;) {
		const struct terms *t = r->s->versions[v].terms;

		for (size_t i = 0; i < t->limit_count && r->rc == RC_OK; i++) {
			if (!limit_is_newest(r, v, &t->limits[i]) ||
			    t->limits[i].after_split != after_split)
				continue;
			a.limit = &t->limits[i];
			a.version = &r->s->versions[v];
			if (a.order == NULL)
				limit_order(&a, claims);
			apply_one(&a);
		}
	}
	free(a.order);
}

/* ---- names ---- */

static void
add_text(char ret[160], const char *text)
{
	size_t have = strlen(ret);

	(void)snprintf(ret + have, 160 - have, "%s%s", have == 0 ? "" : "/", text);
}

void
limit_bucket_text(const struct applying *a, const struct entry *e, char ret[160])
{
	const struct settlement *s = a->run->s;
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	char text[40];
	size_t n = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < a->limit->per_count; i++) {
		const struct terms_per *per = &a->limit->per[i];
		struct period p;

		switch (per->what) {
		case PER_PERSON:
			if (owner_at(s, e->dims[n])->kind == OWNER_PERSON) {
				owner_pseudonym(owner_at(s, e->dims[n]), text);
				add_text(ret, text);
			}
			n++;
			break;
		case PER_ENROLMENT:
			date_format((struct date){ e->claim->item->start }, text);
			add_text(ret, text);
			n++;
			break;
		case PER_SITE:
		case PER_PAYER:
		case PER_PAYEE:
			if (e->dims[n] != NONE)
				add_text(ret, name_text(&s->names, e->dims[n]));
			n++;
			break;
		case PER_GROUP:
			add_text(ret, per->group->name);
			break;
		case PER_ACHIEVED:
		case PER_SETTLED:
		case PER_ENROLLED:
			if (period_holding(&sc, per->calendar, per->what == PER_ENROLLED ?
					   (int32_t)e->dims[n++] : e->period_end, &p)) {
				period_label(&sc, per->calendar, &p, text);
				add_text(ret, text);
			}
			break;
		case PER_CONTRACT:
			break;
		}
	}
}
