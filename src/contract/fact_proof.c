/* fact_proof.c - which member of a correction chain counts under a proof. */
#include "scope.h"

#include "arena.h"
#include "event_type.h"
#include "expression.h"
#include "fact.h"
#include "rows.h"
#include "run.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

#define BASIS_SORTED 4096u	/* from so many events on a basis is sorted before it grows */

/* The sender as a party of the version in hand, NULL where it names none such. */
const struct terms_party *
sender_party(struct scope *sc, const struct fact *f)
{
	const struct settlement *s = sc->run->s;
	const struct version *v = sc->version;

	if (f->sender < v->party_count)
		return v->party_of[f->sender];
	return terms_party(v->terms, name_text(&s->names, f->sender));
}

static bool
is_by(struct scope *sc, const struct terms_who *who, const struct fact *f)
{
	const struct terms_party *party = sender_party(sc, f);

	return party != NULL && terms_who_has(who, party);
}

static bool
has_needs(struct scope *sc, const struct terms_proof *p, const struct fact *f)
{
	for (size_t i = 0; i < p->need_count; i++)
		if (!fact_has_evidence(sc->run->s, f, p->needs[i]))
			return false;
	return true;
}

/* Each verifier's latest verdict stands: one accepts and none rejects. */
static int
standing_verdict(struct scope *sc, const struct terms_proof *p, const struct member *m)
{
	int ret = 0;

	for (const struct verdict *v = m->verdicts; v != NULL; v = v->older) {
		if (v->retracted || v->stale)
			continue;
		if (p->accept == ACCEPT_ATTESTED && !is_by(sc, &p->accepted_by, v->fact))
			continue;
		if ((v->fact->flags & FACT_ACCEPTED) == 0)
			return -1;
		ret = 1;
	}
	return ret;
}

static bool
is_in_time(struct scope *sc, const struct terms_proof *p, const struct chain *c,
	   const struct fact *f)
{
	struct scope inner = *sc;
	int32_t recorded = event_at(sc->run->s, f->event)->day;
	struct xval until;

	if (p->until == NULL)
		return true;
	inner.fact = f;
	inner.fact_chain = c;
	inner.layer_count = 0;
	inner.has_period = false;
	inner.day = f->from != NEVER ? fact_day(f) : recorded;	/* a claim of no day */
	until = x_eval(&inner, p->until);
	return until.kind == X_DATE && recorded <= until.day;
}

static bool
is_source(struct scope *sc, const struct fact *f)
{
	const struct terms_party *party = sender_party(sc, f);

	return party != NULL && (party->sources & EVENT_BIT(f->type)) != 0;
}

static bool
member_counts(struct scope *sc, const struct chain *c, const struct member *m,
	      const struct terms_proof *p)
{
	if (!is_by(sc, &p->by, m->fact) || !has_needs(sc, p, m->fact) ||
	    !is_in_time(sc, p, c, m->fact))
		return false;
	switch (p->accept) {
	case ACCEPT_ATTESTED:
		if (p->sampled)
			return standing_verdict(sc, p, m) >= 0;
		return standing_verdict(sc, p, m) > 0;
	case ACCEPT_FEED:
		if (!is_source(sc, m->fact))
			return false;
		break;
	case ACCEPT_RECORDED:
		break;
	}
	return !p->sampled || standing_verdict(sc, p, m) >= 0;
}

/* Until a correction is accepted its accepted predecessor counts. Where nobody need accept, the
 * head alone does. */
const struct fact *
chain_counts(struct scope *sc, const struct chain *c, const struct terms_proof *p, bool relaxed)
{
	const struct fact *head = chain_head(c);

	if (head == NULL)
		return NULL;
	if (relaxed)
		return head;
	for (uint32_t i = c->count; i-- > 0;) {
		if (member_counts(sc, c, &c->members[i], p))
			return c->members[i].fact;
		if (p->accept != ACCEPT_ATTESTED)
			return NULL;
	}
	return NULL;
}

static const struct member *
member_of(const struct chain *c, const struct fact *f)
{
	for (uint32_t i = c->count; i-- > 0;)
		if (c->members[i].fact == f)
			return &c->members[i];
	return NULL;
}

/* The event, and the verdict that made it count. */
void
basis_add_chain(struct run *r, const struct chain *c, const struct fact *f)
{
	const struct member *m;

	if (r->basis == NULL || f == NULL)
		return;
	basis_add(r, f);
	m = c == NULL ? NULL : member_of(c, f);
	for (const struct verdict *v = m == NULL ? NULL : m->verdicts; v != NULL; v = v->older)
		if (!v->retracted) {
			basis_add(r, v->fact);
			return;
		}
}

void
basis_add(struct run *r, const struct fact *f)
{
	struct ordinals *o = r->basis;

	if (o == NULL || f == NULL)
		return;
	/* Each once, but for those since: what is read on many days is named on each. */
	if (o->count == o->capacity && o->count >= BASIS_SORTED) {
		ordinals_sort(o);
		if (o->count > o->capacity / 2)
			o->items = mem_grow(o->items, o->capacity *= 2, sizeof(*o->items));
	}
	o->items = mem_room(o->items, o->count, &o->capacity, sizeof(*o->items));
	o->items[o->count++] = f->event;
}
