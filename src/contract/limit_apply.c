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

static int64_t
less_in_bucket(const struct entry *less, size_t count, const struct entry *e)
{
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		if (same_bucket(&less[i], e) && !money_add(sum, less[i].claim->amount, &sum))
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
	size_t less_count;

	limit_gather(a, true, &less, &less_count);
	for (size_t i = 0; a->run->s->holding != NULL && i < less_count; i++)
		holding_limit(a, &less[i], HELD_LESS, less[i].claim->amount, HELD_ANYWHERE);
	for (size_t i = 0; i < count;) {
		int64_t off = less_in_bucket(less, less_count, &e[i]);
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

static bool
floor_due(struct applying *a, int32_t *ret)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct xval on;

	sc.day = a->run->through;
	on = x_eval(&sc, a->limit->on);
	*ret = on.kind == X_DATE ? on.day : NEVER;
	return on.kind == X_DATE && on.day != NEVER && on.day <= a->run->through;
}

/* Read on the floor's day; at the contract, or where it asks for a person or site, there. */
static bool
floor_level(struct applying *a, const struct entry *e, int32_t on, struct ratio *ret)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version,
			    .day = on };

	if (e != NULL && (a->limit->amount->needs & (SCOPE_PERSON | SCOPE_SITE)) != 0)
		return limit_number(a, a->limit->amount, e, on, ret);
	return x_ratio(x_eval(&sc, a->limit->amount), ret);
}

/* The bucket's person or site, else the contract. */
static uint32_t
floor_owner(const struct applying *a, const struct entry *e)
{
	for (size_t i = 0; e != NULL && i < a->limit->per_count; i++) {
		const struct terms_per *per = &a->limit->per[i];

		if (per->what == PER_PERSON)
			return e->claim->item->owner;
		if (per->what == PER_SITE && e->claim->item->site != NONE)
			return site_find(a->run->s, e->claim->item->site);
	}
	return OWNER_OF_CONTRACT;
}

/* Has a person or site, where it is a floor of each? */
static bool
has_owner(const struct applying *a, const struct entry *e)
{
	for (size_t i = 0; i < a->limit->per_count; i++) {
		enum terms_dimension what = a->limit->per[i].what;

		if (what == PER_SITE && e->claim->item->site == NONE)
			return false;
		if (what == PER_PERSON &&
		    owner_at(a->run->s, e->claim->item->owner)->kind != OWNER_PERSON)
			return false;
	}
	return true;
}

/* The label of the bucket's period, "" where it has none. */
static void
floor_occurrence(const struct applying *a, const struct entry *e, char ret[160])
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct period p;

	ret[0] = '\0';
	for (size_t i = 0; e != NULL && i < a->limit->per_count; i++)
		if (a->limit->per[i].calendar != NULL &&
		    period_holding(&sc, a->limit->per[i].calendar, e->period_end, &p))
			period_label(&sc, a->limit->per[i].calendar, &p, ret);
}

static void
top_up(struct applying *a, const struct entry *e, int64_t sum, int32_t on)
{
	struct ratio level, missing;
	struct claim *c;
	char bucket[160];
	int64_t amount;

	if (!floor_level(a, e, on, &level) ||
	    !ratio_sub(level, ratio_integer(sum), &missing) || ratio_sign(missing) <= 0 ||
	    !ratio_round(missing, ROUNDING_HALF_UP, 1, &amount))
		return;
	floor_occurrence(a, e, bucket);
	c = claim_add(a->claims);
	c->floor = a->limit;
	c->amount = amount;
	c->floor_day = on;
	c->version = (uint32_t)(a->version - a->run->s->versions);
	c->floor_owner = floor_owner(a, e);
	memcpy(c->bucket, bucket, sizeof(c->bucket) - 1);
}

/* The contract is one bucket, also where nothing is in it. */
static bool
is_whole(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what != PER_CONTRACT)
			return false;
	return true;
}

/* What counts towards a floor on its day: of erased people all that they hold of it. */
static int64_t
towards(const struct entry *e, int32_t on)
{
	return e->claim->held_by != NULL || e->claim->item->achieved <= on ? e->left : 0;
}

static void
apply_floor(struct applying *a, struct entry *e, size_t count)
{
	int32_t on;
	bool due = floor_due(a, &on);

	for (size_t i = 0; i < count; i++) {
		e[i].claim->passed = e[i].left;
		e[i].claim->over = 0;
		holding_limit(a, &e[i], HELD_LIMIT, towards(&e[i], on), HELD_ANYWHERE);
	}
	if (!due)
		return;
	if (count == 0 && is_whole(a->limit))
		top_up(a, NULL, 0, on);
	for (size_t i = 0; i < count;) {
		struct entry first = e[i];
		int64_t sum = 0;

		for (; i < count && same_bucket(&first, &e[i]); i++)
			if (!money_add(sum, towards(&e[i], on), &sum))
				sum = LIMIT_INTEGER;
		if (has_owner(a, &first))
			top_up(a, &first, sum, on);
	}
}

/* ---- the list ---- */

typedef void kind_fn(struct applying *a, struct entry *e, size_t count);

static kind_fn *const kinds[] = {
	[LIMIT_STEPS] = limit_steps,
	[LIMIT_FLOOR] = apply_floor,
	[LIMIT_LESS] = apply_less,
	[LIMIT_SCALE] = apply_scale,
};

static void
store_passed(struct applying *a, const struct terms_limit *l, struct claim *c)
{
	if (c->passed != c->amount)
		c->limited = l;
	c->amount = c->passed;
	if (c->pending)
		c->amount = 0;
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
			bool newer = false;

			for (size_t w = v + 1; w < r->version_count; w++)
				newer = newer ||
					terms_limit(r->s->versions[w].terms, t->limits[i].name);
			if (newer || t->limits[i].after_split != after_split)
				continue;
			a.limit = &t->limits[i];
			a.version = &r->s->versions[v];
			apply_one(&a);
		}
	}
}

/* ---- marks and names ---- */

static bool
asks_site(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_SITE)
			return true;
	return false;
}

void
limit_marks(struct scope *sc, struct item *it)
{
	const struct terms *t = sc->version->terms;
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = "" };
	struct xval site;

	it->site = NONE;
	it->groups = 0;
	it->of_enrolment = it->enrolment;
	if (it->enrolment == NONE && sc->unit->enrolment_count > 0)
		it->of_enrolment = sc->unit->enrolments[0].chain->root_index;
	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];

		if (asks_site(l) && it->site == NONE) {
			site = x_reference(sc, &name);
			if (site.kind == X_WORD)
				it->site = name_number(&sc->run->s->names, site.word,
						       strlen(site.word));
		}
		for (size_t k = 0; k < l->per_count; k++)
			if (l->per[k].what == PER_GROUP &&
			    x_is_true(group_member(sc, l->per[k].group)))
				it->groups |= 1u << (l->per[k].group->index % 32);
	}
}

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
			if (period_holding(&sc, per->calendar, e->period_end, &p)) {
				period_label(&sc, per->calendar, &p, text);
				add_text(ret, text);
			}
			break;
		case PER_CONTRACT:
			break;
		}
	}
}
