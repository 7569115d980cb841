/* expression_ref.c - what a dotted name means, and who is a member of a group. */
#include "expression.h"

#include <string.h>

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

static int32_t
assigned_day(struct scope *sc, const struct fact **ret)
{
	int32_t day = NEVER;

	*ret = NULL;
	for (const struct chain *c = sc->unit->chains; c != NULL; c = c->next) {
		const struct fact *f = c->root->type == EVENT_PARTICIPANT_ASSIGNED ? chain_head(c)
										   : NULL;

		if (f != NULL) {	/* the latest recorded decides */
			day = f->from;
			*ret = f;
		}
	}
	return day;
}

/* The day from which a subject can be looked at when nothing else is said. */
int32_t
subject_start(struct scope *sc, enum terms_subject subject)
{
	const struct fact *f;
	int32_t day;

	if (sc->unit->kind != OWNER_PERSON)
		return sc->version->terms->settlement.from.days;
	if (subject == SUBJECT_ENROLMENT && sc->enrolment != NULL)
		return sc->enrolment->start;
	day = assigned_day(sc, &f);
	if (sc->unit->enrolment_count > 0 && sc->unit->enrolments[0].start < day)
		day = sc->unit->enrolments[0].start;
	return day;
}

static bool is_in_force(struct scope *sc, const struct fact *transfer);

/* The latest fact dated on or before `day` that says something; later recorded wins a tie. */
typedef struct xval said_fn(const struct settlement *s, const struct fact *f, const char *name);

static struct xval
latest_said(struct scope *sc, int32_t day, said_fn *said, const char *name)
{
	const struct fact *best = NULL;
	const struct chain *best_chain = NULL;
	struct xval ret = x_unknown();

	for (const struct chain *c = sc->unit->chains; c != NULL; c = c->next) {
		const struct fact *f;
		struct xval v;

		if (c->root->type != EVENT_PARTICIPANT_ENROLLED &&
		    c->root->type != EVENT_PARTICIPANT_CHANGED &&
		    c->root->type != EVENT_PARTICIPANT_TRANSFERRED &&
		    c->root->type != EVENT_PARTICIPANT_ASSIGNED)
			continue;
		f = chain_head(c);
		if (f == NULL || f->from > day || (best != NULL && f->from < best->from))
			continue;
		v = said(sc->run->s, f, name);
		if (v.kind == X_UNKNOWN ||
		    (f->type == EVENT_PARTICIPANT_TRANSFERRED && !is_in_force(sc, f)))
			continue;
		best = f;
		best_chain = c;
		ret = v;
	}
	basis_add_chain(sc->run, best_chain, best);
	return ret;
}

static struct xval
said_attribute(const struct settlement *s, const struct fact *f, const char *name)
{
	return f->type == EVENT_PARTICIPANT_TRANSFERRED ? x_unknown() : fact_attribute(s, f, name);
}

static struct xval
said_site(const struct settlement *s, const struct fact *f, const char *name)
{
	(void)name;
	return f->type == EVENT_PARTICIPANT_ASSIGNED ? x_unknown() : fact_field(s, f, "site");
}

static struct xval
said_arm(const struct settlement *s, const struct fact *f, const char *name)
{
	(void)name;
	return f->type == EVENT_PARTICIPANT_ASSIGNED ? fact_field(s, f, "arm") : x_unknown();
}

/* A transfer counts when the receiver and the holder (or whom the terms name) both sent it, of
 * the same day. */
static bool
is_confirmed(struct scope *sc, const struct fact *t, const char *to, const char *holder)
{
	const struct settlement *s = sc->run->s;

	for (const struct chain *c = sc->unit->chains; c != NULL; c = c->next) {
		const struct fact *f = c->root->type == EVENT_PARTICIPANT_TRANSFERRED
					       ? chain_head(c) : NULL;
		struct xval v;
		const char *by;

		if (f == NULL || f == t || f->from != t->from)
			continue;
		v = fact_field(s, f, "to");
		by = name_text(&s->names, f->sender);
		if (v.kind == X_WORD && strcmp(v.word, to) == 0 &&
		    (strcmp(by, holder) == 0 || terms_confirms_transfer(sc->version->terms, by)))
			return true;
	}
	return false;
}

static const struct fact *
next_transfer(struct scope *sc, int32_t after, int32_t day, const char *holder)
{
	const struct settlement *s = sc->run->s;
	const struct fact *best = NULL;

	for (const struct chain *c = sc->unit->chains; c != NULL; c = c->next) {
		const struct fact *f = c->root->type == EVENT_PARTICIPANT_TRANSFERRED
					       ? chain_head(c) : NULL;
		struct xval to;

		if (f == NULL || f->from > day || f->from <= after ||
		    (best != NULL && f->from >= best->from))
			continue;
		to = fact_field(s, f, "to");
		if (to.kind == X_WORD && strcmp(to.word, name_text(&s->names, f->sender)) == 0 &&
		    strcmp(to.word, holder) != 0 && is_confirmed(sc, f, to.word, holder))
			best = f;
	}
	return best;
}

static const struct enrolment *
last_begun(const struct unit *u, int32_t day)
{
	const struct enrolment *en = NULL;

	for (size_t i = 0; i < u->enrolment_count; i++)
		if (u->enrolments[i].start <= day)
			en = &u->enrolments[i];
	return en;
}

/* Is it among the transfers that say who provides for the person on its day? */
static bool
is_in_force(struct scope *sc, const struct fact *transfer)
{
	const struct enrolment *en = last_begun(sc->unit, transfer->from);
	const struct fact *t = NULL;
	const char *holder;
	int32_t after;

	if (en == NULL)
		return false;
	holder = name_text(&sc->run->s->names, en->fact->sender);
	after = en->start - 1;
	while ((t = next_transfer(sc, after, transfer->from, holder)) != NULL && t != transfer) {
		holder = name_text(&sc->run->s->names, t->sender);
		after = t->from;
	}
	return t == transfer;
}

static struct xval
provider_on(struct scope *sc, int32_t day)
{
	const struct enrolment *en = sc->enrolment != NULL ? sc->enrolment
							   : last_begun(sc->unit, day);
	const struct fact *t;
	const char *holder;
	int32_t after;

	if (en == NULL || en->start > day)
		return x_unknown();
	holder = name_text(&sc->run->s->names, en->fact->sender);
	basis_add(sc->run, en->fact);
	after = en->start - 1;
	while ((t = next_transfer(sc, after, day, holder)) != NULL) {
		holder = name_text(&sc->run->s->names, t->sender);
		basis_add(sc->run, t);
		after = t->from;
	}
	return x_word(holder);
}

static struct xval
consent_on(struct scope *sc, int32_t day)
{
	const struct fact *best = NULL;

	for (const struct chain *c = sc->unit->chains; c != NULL; c = c->next) {
		const struct fact *f;

		if (c->root->type != EVENT_CONSENT_GIVEN && c->root->type != EVENT_CONSENT_WITHDRAWN)
			continue;
		f = chain_head(c);
		if (f != NULL && f->from <= day && (best == NULL || f->from >= best->from))
			best = f;
	}
	basis_add(sc->run, best);
	return x_truth(best != NULL && best->type == EVENT_CONSENT_GIVEN);
}

static struct xval
person_reference(struct scope *sc, const struct terms_x *x)
{
	const struct fact *f;
	int32_t day;

	if (sc->unit->kind != OWNER_PERSON)
		return x_unknown();
	switch ((int)x->ref) {
	case REF_PERSON_ATTRIBUTE:
		return latest_said(sc, sc->day, said_attribute, x->word);
	case REF_PERSON_SITE:
		return latest_said(sc, sc->day, said_site, NULL);
	case REF_PERSON_PROVIDER:
		return provider_on(sc, sc->day);
	case REF_PERSON_ARM:
		return latest_said(sc, NEVER - 1, said_arm, NULL);
	case REF_PERSON_ASSIGNED:
		day = assigned_day(sc, &f);
		basis_add(sc->run, f);
		return x_day(day);
	case REF_PERSON_CONSENT:
		return consent_on(sc, sc->day);
	default:
		return x_unknown();
	}
}

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

/* A member as the spell's start and its changes say it, the last on top. A change that does not
 * count yet only lowers a number. */
static struct xval
layered_field(struct scope *sc, size_t layers, const char *name)
{
	const struct settlement *s = sc->run->s;
	struct xval below, v;

	if (layers == 0)
		return fact_field(s, sc->fact, name);
	below = layered_field(sc, layers - 1, name);
	v = fact_field(s, sc->layers[layers - 1].fact, name);
	if (v.kind == X_UNKNOWN)
		return below;
	if (sc->layers[layers - 1].lowers_only &&
	    (v.kind != X_NUMBER || below.kind != X_NUMBER ||
	     ratio_compare(v.number, below.number) >= 0))
		return below;
	return v;
}

static struct xval
fact_reference(struct scope *sc, const struct terms_x *x)
{
	const struct settlement *s = sc->run->s;

	if (sc->fact == NULL)
		return x_unknown();
	switch ((int)x->ref) {
	case REF_FACT_FIELD:
		return layered_field(sc, sc->layer_count, x->word);
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
		return it->outcome == NULL ? x_unknown() : x_word(it->outcome->name);
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
		return latest_said(sc, sc->day, said_site, NULL);
	return x_unknown();
}

struct xval
x_reference(struct scope *sc, const struct terms_x *x)
{
	if (x->ref <= REF_FACT_PARTY)
		return fact_reference(sc, x);
	if (x->ref <= REF_PERSON_CONSENT)
		return person_reference(sc, x);
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
		return sc->has_outcome ? x_integer(sc->outcome_index) : x_unknown();
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
