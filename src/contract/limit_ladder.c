/* limit_ladder.c - the numbers of a limit, and where the steps of a ladder end for somebody. */
#include "limit_ladder.h"

#include "arena.h"
#include "claim.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "run.h"
#include "rows.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

/* ---- numbers ---- */

bool
limit_asks(const struct terms_limit *l, const struct terms_x *x)
{
	bool whose = false;

	for (size_t i = 0; i < l->per_count; i++)
		whose = whose || l->per[i].what == PER_PERSON || l->per[i].what == PER_SITE ||
			l->per[i].what == PER_ENROLMENT;
	return whose && (x->needs & (SCOPE_PERSON | SCOPE_SITE | SCOPE_OWN)) != 0;
}

/* Of a bucket's dimension; NONE where it has none. */
static uint32_t
dimension(const struct terms_limit *l, const struct entry *e, enum terms_dimension what)
{
	size_t n = 0;

	for (size_t i = 0; i < l->per_count; i++) {
		enum terms_dimension at = l->per[i].what;

		if (at == what)
			return e->dims[n];
		n += at == PER_PERSON || at == PER_ENROLMENT || at == PER_SITE ||
		     at == PER_ENROLLED || at == PER_PAYER || at == PER_PAYEE;
	}
	return NONE;
}

static void
go_to_enrolment(struct scope *sc, uint32_t number)
{
	sc->enrolment = NULL;
	for (size_t i = 0; i < sc->unit->enrolment_count; i++)
		if (sc->unit->enrolments[i].chain->root_index == number)
			sc->enrolment = &sc->unit->enrolments[i];
}

/* Where nobody is, the bucket's enrolment, person or site is asked. */
static void
go_to_bucket(struct applying *a, const struct entry *e, struct arena *arena, struct scope *sc)
{
	uint32_t enrolment = dimension(a->limit, e, PER_ENROLMENT);
	uint32_t person = dimension(a->limit, e, PER_PERSON);
	uint32_t site = dimension(a->limit, e, PER_SITE);

	if (enrolment != NONE) {
		sc->unit = run_unit(a->run, e->claim->item->owner, arena);
		go_to_enrolment(sc, enrolment);
	} else if (person != NONE) {
		sc->unit = run_unit(a->run, person, arena);
	} else if (site != NONE) {
		sc->unit = run_site(a->run, site_find(a->run->s, site));
	}
}

/* Read on `day`: at the contract, or where a limit is per person or site, at the entitlement's. */
bool
limit_number(struct applying *a, const struct terms_x *x, const struct entry *e, int32_t day,
	     struct ratio *ret)
{
	struct scope sc = { .run = a->run, .unit = run_contract(a->run), .version = a->version };
	struct arena *arena = NULL, *was = a->run->scratch;
	bool known;

	if (e->claim != NULL && limit_asks(a->limit, x)) {
		arena = arena_new();
		a->run->scratch = arena;
		if (e->of_nobody)
			go_to_bucket(a, e, arena, &sc);
		else
			sc = item_scope(a->run, run_unit(a->run, e->claim->item->owner, arena),
					e->claim->item);
		sc.version = a->version;	/* whose numbers they are, whatever governs it */
		if (a->limit->kind == LIMIT_FLOOR)	/* a person's, whoever of it comes first */
			sc.enrolment = NULL;
	}
	sc.day = day;
	sc.has_period = sc.has_outcome = false;
	known = x_ratio(x_eval(&sc, x), ret);
	a->run->scratch = was;
	arena_free(arena);
	return known;
}

static int64_t
whole(struct ratio r)
{
	int64_t v;

	return ratio_round(r, ROUNDING_DOWN, 1, &v) ? v : INT64_MAX;
}

/* The entitlement's day; of erased people's, who come first, the last day looked at. */
static int32_t
ladder_day(const struct applying *a, const struct entry *e)
{
	int32_t day = e->claim == NULL ? 0 : e->claim->item->achieved;

	return day == INT32_MIN ? a->run->through : day;
}

void
ladder_read_on(struct applying *a, const struct entry *e, int32_t day, int64_t extra,
	       struct ladder *ret)
{
	bool everybody = a->run->read_everybody;

	*ret = (struct ladder){ .known = true, .constant = true };
	for (size_t i = 0; i < a->limit->step_count && ret->count < LENGTH(ret->to); i++) {
		const struct terms_step *step = &a->limit->steps[i];
		size_t k = ret->count++;

		ret->rate[k] = step->rate;
		ret->open[k] = step->to == NULL;
		if (step->to == NULL)
			continue;
		ret->constant = ret->constant && step->to->op == OP_NUMBER;
		ret->to[k] = ratio_integer(0);
		if (!limit_number(a, step->to, e, day, &ret->to[k]))
			ret->known = false;
		else if (i + 1 == a->limit->step_count &&
			 !ratio_add(ret->to[k], ratio_integer(extra), &ret->to[k]))
			ret->open[k] = true;
	}
	if (limit_end_moves(a->version, a->limit) || limit_ends_by_day(a->version, a->limit))
		a->run->read_everybody = everybody;	/* it is read in every statement */
}

void
ladder_read(struct applying *a, const struct entry *e, int64_t extra, struct ladder *ret)
{
	ladder_read_on(a, e, ladder_day(a, e), extra, ret);
}

/* One step at rate 1 is a cap: what settled keys hold stands, order decides about the rest. */
bool
limit_is_cap(const struct terms_limit *l)
{
	return l->step_count == 1 && !l->along_count &&
	       ratio_compare(l->steps[0].rate, ratio_integer(1)) == 0;
}

/* Does room that a key sets free stay taken? */
bool
limit_loses(const struct terms_limit *l)
{
	return l->kind == LIMIT_STEPS && !l->freed_waiting && !l->achieved_order &&
	       l->excess != EXCESS_NEXT;
}

int64_t
ladder_end(const struct ladder *l)
{
	int64_t end;

	if (!l->known)
		return 0;
	if (l->count == 0 || l->open[l->count - 1])
		return INT64_MAX;
	end = whole(l->to[l->count - 1]);
	return end < 0 ? 0 : end;
}

void
limit_read_end(struct applying *a)
{
	struct entry nobody = { .s = a->run->s };
	struct ladder l;

	if (limits_keeps(a) && limit_ends_by_day(a->version, a->limit))
		limit_moves_ends(a);
	if (!limits_keeps(a) || !limit_end_moves(a->version, a->limit))
		return;
	ladder_read(a, &nobody, 0, &l);
	limit_moves_end(a, l.known, ladder_end(&l));
}

int64_t
ladder_round(const struct claim *c, struct run *r, struct ratio v)
{
	int64_t ret;

	if (ratio_round(v, c->item->payment->round, c->item->payment->round_multiple, &ret))
		return ret;
	run_fail(r, RC_RANGE, "terms %s: an amount under a limit is beyond every amount",
		 c->item->payment->pointer);
	return 0;
}

int64_t
ladder_climb(struct applying *a, const struct ladder *l, const struct claim *c, int64_t at,
      int64_t amount, int64_t *ret_in)
{
	struct ratio sum = ratio_integer(0), part;
	int64_t low = 0, done = 0;

	for (size_t i = 0; i < l->count && done < amount; i++) {
		int64_t high = l->open[i] ? INT64_MAX : whole(l->to[i]);
		int64_t from = at + done > low ? at + done : low, take;

		low = high;
		if (from >= high)
			continue;
		take = high - from < amount - done ? high - from : amount - done;
		if (!ratio_mul(l->rate[i], ratio_integer(take), &part) ||
		    !ratio_add(sum, part, &sum)) {
			run_fail(a->run, RC_RANGE, "terms %s: the steps do not fit 128 bits",
				 a->limit->pointer);
			break;
		}
		done += take;
	}
	*ret_in = done;
	return ladder_round(c, a->run, sum);
}

bool
ladder_rate(const struct ladder *l, int64_t k, struct ratio *ret)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->open[i] || k <= whole(l->to[i])) {
			*ret = l->rate[i];
			return true;
		}
	return false;
}

/* ---- where they end for everybody ---- */

void
ladder_ruler(const struct ladder *l, bool counts, struct ruler *ret)
{
	int64_t last = 0;

	ret->count = l->count;
	for (size_t i = 0; i < l->count; i++) {
		int64_t to = l->open[i] ? INT64_MAX : whole(l->to[i]);

		last = ret->to[i] = to > last ? to : last;
	}
	ret->end = counts ? INT64_MAX : last;
}

/* Room that is not used goes on as it did when the bucket was last come to. */
static void
widen_ruler(const struct limit_bucket *b, struct ruler *ret)
{
	int64_t before = ret->count > 1 ? ret->to[ret->count - 2] : 0;

	ret->to[ret->count - 1] = b->end > before ? b->end : before;
	if (b->kind != BUCKET_COUNT)
		ret->end = ret->to[ret->count - 1];
}

void
limit_ruler(struct run *r, const struct limit_bucket *b, struct ruler *ret)
{
	const struct entry nobody = { 0 };
	struct applying a = { .run = r };
	struct ladder l;
	size_t version;

	*ret = (struct ruler){ arena_array(r->arena, LENGTH(l.to), sizeof(*ret->to)), 0, INT64_MAX,
			       false };
	a.limit = limit_newest(r, name_text(&r->s->names, b->limit), &version);
	if (a.limit == NULL || b->own)
		return;
	a.version = &r->s->versions[version];
	ladder_read(&a, &nobody, 0, &l);
	ladder_ruler(&l, b->kind == BUCKET_COUNT, ret);
	ret->moves = a.limit->unused_next || limit_end_moves(a.version, a.limit);
	if (a.limit->unused_next)
		widen_ruler(b, ret);
}
