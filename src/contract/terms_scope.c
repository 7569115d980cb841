/* terms_scope.c - what an expression needs at hand, and whether it stands where that is. */
#include "terms_priv.h"

#include "arena.h"
#include "finding.h"

uint32_t
ref_needs(enum terms_ref ref)
{
	if (ref <= REF_FACT_PARTY)
		return SCOPE_FACT;
	if (ref <= REF_ENROLMENT_INDEX)
		return SCOPE_PERSON;
	if (ref == REF_SITE_NAME)
		return SCOPE_SITE;
	if (ref <= REF_PERIOD_INDEX)
		return SCOPE_PERIOD;
	if (ref <= REF_OUTCOME_INDEX)
		return SCOPE_OUTCOME;
	return ref <= REF_ITEM_SAMPLED ? SCOPE_ITEM : 0;
}

uint32_t
subject_needs(enum terms_subject subject)
{
	return subject == SUBJECT_SITE ? SCOPE_SITE :
	       subject == SUBJECT_CONTRACT ? 0 : SCOPE_PERSON;
}

uint32_t
x_needs(const struct terms_x *x)
{
	return x == NULL ? 0 : x->needs;
}

static uint32_t
calendar_needs(const struct terms_calendar *c)
{
	return c == NULL ? 0 : x_needs(c->from) | x_needs(c->stop);
}

/* What a value asks of whoever reads it: one that is lifted to a subject of its own stays in the
 * period in hand. */
uint32_t
value_needs(const struct terms_value *v)
{
	uint32_t needs = 0;

	if (v->of == FACT_NONE)
		needs = v->is->needs & ~(v->per != NULL ? SCOPE_PERIOD : 0);
	if (!v->subject_kept)
		return subject_needs(v->subject) | (needs & SCOPE_PERIOD);
	if (v->of != FACT_NONE) {
		needs = SCOPE_OWN | (x_needs(v->where) & ~SCOPE_FACT);
		if (v->of == FACT_SPELL || v->of == FACT_STATUS || v->of == FACT_EARNINGS)
			needs |= SCOPE_PERSON;
	}
	return needs | calendar_needs(v->per);
}

static const char *
missing_scope(uint32_t missing)
{
	static const char *const texts[] = {
		"fact.* stands only where one fact is looked at (a value's 'where', a proof)",
		"this asks for a person, and there is none here; use 'over' for a group's members",
		"this asks for a site, and there is none here",
		("this asks for a period, and there is none here; ask a value with 'per', which "
		 "is read for the period that holds the day"),
		"outcome.* stands only in a payment for outcomes and in the proof of a claim",
		"item.* stands only in the 'where' of items",
	};
	size_t i = 0;

	while (!(missing & (1u << i)))
		i++;
	return texts[i];
}

void
check_scope(struct build *b, const char *pointer, uint32_t needs, uint32_t scopes)
{
	needs &= ~(scopes | SCOPE_OWN);
	if (needs != 0)
		build_error(b, pointer, "%s", missing_scope(needs));
}

static void
check_share(struct build *b, const struct terms_share *s, uint32_t scopes, const char *pointer)
{
	for (size_t i = 0; s != NULL && i < s->tranche_count; i++)
		for (size_t k = 0; k < s->tranches[i].part_count; k++)
			check_scope(b, pointer, s->tranches[i].parts[k].weight->needs, scopes);
}

void
check_uses(struct build *b)
{
	const struct terms *t = b->t;

	for (size_t i = 0; i < t->outcome_count; i++)
		check_scope(b, t->outcomes[i].pointer, calendar_needs(t->outcomes[i].per),
			    scopes_of(t->outcomes[i].subject));
	for (size_t i = 0; i < t->value_count; i++)
		if (!t->values[i].subject_kept)
			check_scope(b, t->values[i].pointer, calendar_needs(t->values[i].per),
				    scopes_of(t->values[i].subject));
	for (size_t i = 0; i < t->payment_count; i++) {
		const struct terms_payment *p = &t->payments[i];
		uint32_t scopes = scopes_of(p->subject) |
			(p->what == FOR_PERIODS ? SCOPE_PERIOD : SCOPE_OUTCOME);

		check_scope(b, p->pointer, calendar_needs(p->each), scopes);
		check_share(b, p->from_share, scopes, at_key(b, p->pointer, "from"));
		check_share(b, p->to_share, scopes, at_key(b, p->pointer, "to"));
	}
	for (size_t i = 0; i < t->limit_count; i++) {
		check_share(b, t->limits[i].from_share, 0, at_key(b, t->limits[i].pointer, "from"));
		check_share(b, t->limits[i].to_share, 0, at_key(b, t->limits[i].pointer, "to"));
	}
}
