/* expression_ref.c - what a dotted name means, and who is a member of a group. */
#include "expression.h"

#include <string.h>

#include "arena.h"
#include "event_type.h"
#include "fact.h"
#include "item.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

static struct xval
enrolment_reference(struct scope *sc, const struct terms_x *x)
{
	const struct settlement *s = sc->run->s;
	const struct enrolment *en = sc->enrolment;

	if (en == NULL && sc->unit->enrolment_count > 0)
		en = &sc->unit->enrolments[0];	/* a person's: the first by date */
	if (en == NULL)
		return x_unknown();
	basis_add(sc->run, en->fact);
	switch ((int)x->ref) {
	case REF_ENROLMENT_ATTRIBUTE:
		return fact_attribute(s, en->fact, x->word);
	case REF_ENROLMENT_SITE:
		return fact_field(s, en->fact, "site");
	case REF_ENROLMENT_START:
		return x_day(en->start);
	case REF_ENROLMENT_EXIT:
		basis_add(sc->run, en->exit_fact);
		return x_day(en->exit);
	case REF_ENROLMENT_REASON:
		return en->exit_fact == NULL ? x_unknown() : fact_field(s, en->exit_fact, "reason");
	case REF_ENROLMENT_INDEX:
		return x_integer(en->index);
	default:
		return x_unknown();
	}
}

struct layered {		/* one member, with so many changes on top */
	const char *name;
	size_t count;
	struct xval value;
	struct layered *next;
};

/* With one more change on top. A change that does not count yet only lowers a number. */
static struct xval
with_layer(const struct settlement *s, const struct layer *layer, const char *name,
	   struct xval below)
{
	struct xval v = fact_field(s, layer->fact, name);

	if (v.kind == X_UNKNOWN)
		return below;
	if (layer->lowers_only && (v.kind != X_NUMBER || below.kind != X_NUMBER ||
				   ratio_compare(v.number, below.number) >= 0))
		return below;
	return v;
}

/* A member as the spell's start and its changes say it, the last on top: each piece of a spell has
 * more of them than the one before. */
static struct xval
layered_field(struct scope *sc, const char *name)
{
	const struct settlement *s = sc->run->s;
	struct layered *known;

	if (sc->layer_count == 0)
		return fact_field(s, sc->fact, name);
	for (known = *sc->layered; known != NULL; known = known->next)
		if (strcmp(known->name, name) == 0 && known->count <= sc->layer_count)
			break;
	if (known == NULL) {
		known = arena_alloc(sc->run->scratch, sizeof(*known));
		*known = (struct layered){ .name = name, .value = fact_field(s, sc->fact, name),
					   .next = *sc->layered };
		*sc->layered = known;
	}
	for (; known->count < sc->layer_count; known->count++)
		known->value = with_layer(s, &sc->layers[known->count], name, known->value);
	return known->value;
}

static struct xval
fact_reference(struct scope *sc, const struct terms_x *x)
{
	const struct settlement *s = sc->run->s;

	if (sc->fact == NULL)
		return x_unknown();
	switch ((int)x->ref) {
	case REF_FACT_FIELD:
		return layered_field(sc, x->word);
	case REF_FACT_DATE:
		return x_day(fact_day(sc->fact));
	case REF_FACT_RECORDED:
		return x_day(event_at(s, sc->fact_chain != NULL ? sc->fact_chain->root->event
								: sc->fact->event)->day);
	case REF_FACT_PARTY:
		return x_word(name_text(&s->names, sc->fact->sender));
	default:
		return x_unknown();
	}
}

static struct xval
period_reference(struct scope *sc, const struct terms_x *x)
{
	if (!sc->has_period)
		return x_unknown();
	switch ((int)x->ref) {
	case REF_PERIOD_START:
		return x_day(sc->period.start);
	case REF_PERIOD_END:
		return x_day(sc->period.end);
	case REF_PERIOD_DAYS:
		return x_integer(sc->period.days);
	case REF_PERIOD_INDEX:
		return sc->period_base == NO_RANGE
			       ? x_unknown() : x_integer(sc->period.index - sc->period_base + 1);
	default:
		return x_unknown();
	}
}

static struct xval
item_reference(struct scope *sc, const struct terms_x *x)
{
	const struct item *it = sc->item;

	if (it == NULL)
		return x_unknown();
	switch ((int)x->ref) {
	case REF_ITEM_PAYMENT:
		return x_word(it->payment->name);
	case REF_ITEM_OUTCOME:
		return x_word(it->outcome == NULL ? "" : it->outcome->name);
	case REF_ITEM_AMOUNT:
		return it->pending ? x_unknown() : x_integer(it->amount);
	case REF_ITEM_DATE:
		return x_day(it->achieved);
	case REF_ITEM_INDEX:
		return x_integer(it->index);
	case REF_ITEM_SAMPLED:
		return x_truth(it->sampled);
	default:
		return x_unknown();
	}
}

static struct xval
site_name(struct scope *sc)
{
	if (sc->unit->kind == OWNER_SITE)
		return x_word(name_text(&sc->run->s->names,
					owner_site(owner_at(sc->run->s, sc->unit->owner))));
	if (sc->unit->kind == OWNER_PERSON)
		return person_site(sc);
	return x_unknown();
}

struct xval
x_reference(struct scope *sc, const struct terms_x *x)
{
	if (x->ref <= REF_FACT_PARTY)
		return fact_reference(sc, x);
	if (x->ref <= REF_PERSON_CONSENT)
		return x_person(sc, x);
	if (x->ref <= REF_ENROLMENT_INDEX)
		return enrolment_reference(sc, x);
	if (x->ref >= REF_PERIOD_START && x->ref <= REF_PERIOD_INDEX)
		return period_reference(sc, x);
	if (x->ref >= REF_ITEM_PAYMENT && x->ref <= REF_ITEM_SAMPLED)
		return item_reference(sc, x);
	switch ((int)x->ref) {
	case REF_SITE_NAME:
		return site_name(sc);
	case REF_OUTCOME_DATE:
		return sc->has_outcome ? x_day(sc->outcome_day) : x_unknown();
	case REF_OUTCOME_NAME:
		return sc->has_outcome ? x_word(sc->outcome_name) : x_unknown();
	case REF_OUTCOME_INDEX:
		/* 0: of a key that is gone, and says no more than a period */
		return sc->has_outcome && sc->outcome_index > 0 ? x_integer(sc->outcome_index)
								: x_unknown();
	case REF_CONTRACT_START:
		return x_day(sc->version->terms->settlement.from.days);
	case REF_CONTRACT_OUTCOME_UNTIL:
		return x_day(sc->version->terms->settlement.outcome_until.days);
	case REF_CONTRACT_FINAL:
		return x_day(sc->version->terms->settlement.final.days);
	case REF_CONTRACT_END:
		return x_day(sc->run->terminated);
	default:
		return x_unknown();
	}
}
