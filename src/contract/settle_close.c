/* settle_close.c - until when a key may change: the last day of a statement that changes it.
 *
 * After `final` of its payment, or of an outcome reached on a day, it stays as settled. The first
 * statement through the terms' own `final`, or a later day, is the last that changes anything. */
#include "lines.h"

#include <stdlib.h>

#include "expression.h"
#include "item.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

static int32_t
day_of(struct scope *sc, const struct terms_x *x)
{
	struct xval v = x_eval(sc, x);

	return v.kind == X_DATE ? v.day : NEVER;
}

static int32_t
earlier(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

int32_t
settled_key_closes(struct run *r, const struct terms_payment *p, const struct terms_outcome *o,
		   uint32_t version, const struct item *it)
{
	struct scope sc = { .run = r, .unit = run_contract_unit(r),
			    .version = &r->s->versions[version] };
	uint32_t n = r->statement_count;
	int32_t last = sc.version->terms->settlement.final.days, ret = NEVER;

	if (n > 0 && statement_through(r->s, n) >= last)
		return INT32_MIN;
	sc.day = last;
	if (o != NULL && o->reach == REACH_ON && o->final != NULL)
		ret = day_of(&sc, o->final);
	if (p == NULL || p->final == NULL)
		return ret;
	if (it != NULL) {
		sc.has_period = it->outcome == NULL && it->index > 0;
		sc.period = it->period;
		sc.calendar = p->each;
		sc.period_base = it->period_base;
		sc.has_outcome = it->outcome != NULL;
		sc.outcome_day = it->achieved;
		sc.outcome_name = o == NULL ? "" : o->name;
		sc.outcome_index = (uint32_t)it->index;
	}
	return earlier(ret, day_of(&sc, p->final));
}

/* The first where it is reached once, else what the key says; 0 where that is a period. */
static int64_t
index_in_key(const struct terms_outcome *o, const char *occurrence)
{
	const struct terms_calendar *c = o->per;
	long long ret;
	char *end;

	if (terms_is_once(o))
		return 1;
	if (!o->after_last && c != NULL && c->from == NULL && !c->ever)
		return 0;
	ret = strtoll(occurrence, &end, 10);
	return *end == '\0' ? ret : 0;
}

int32_t
settled_gone_closes(struct run *r, const struct key_row *k)
{
	const struct terms *t = r->s->versions[k->version].terms;
	struct item it = { .achieved = k->achieved };

	it.payment = terms_payment(t, name_text(&r->s->names, k->payment));
	if (k->outcome != NONE)
		it.outcome = terms_outcome(t, name_text(&r->s->names, k->outcome));
	if (it.outcome != NULL)
		it.index = index_in_key(it.outcome, name_or_empty(&r->s->names, k->occurrence));
	return settled_key_closes(r, it.payment, it.outcome, k->version, &it);
}
