/* expression_group.c - members of groups, and statistics over them. */
#include "expression.h"

#include <string.h>

#include "arena.h"
#include "fact.h"
#include "held.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "trace.h"
#include "xval.h"

/* Its first day, on which it can be a member at the earliest; NEVER for none. */
static int32_t
member_start(struct scope *sc, const struct terms_group *g)
{
	if (g->of == SUBJECT_ENROLMENT)
		return sc->enrolment == NULL ? NEVER : sc->enrolment->start;
	return subject_start(sc, g->of);
}

static struct xval
as_of_day(struct scope *sc, const struct terms_group *g)
{
	struct terms_x assigned = { .op = OP_REF, .ref = REF_PERSON_ASSIGNED,
				    .pointer = g->pointer };
	struct scope in = *sc;
	struct xval day;

	switch (g->as_of) {
	case AS_OF_ENROLLED:
		return x_day(member_start(sc, g));
	case AS_OF_ASSIGNED:
		return x_reference(sc, &assigned);
	case AS_OF_DATE:
		in.has_period = false;
		day = x_eval(&in, g->day);
		return day.kind == X_DATE && sc->day < day.day ? x_unknown() : day;
	case AS_OF_PERIOD:
		break;
	}
	return x_day(sc->day);
}

/* Enrolment, person or site, as the group asks for it. */
static bool
enter_member(struct scope *sc, const struct terms_group *g)
{
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = g->pointer };
	struct xval site;

	if (g->of == SUBJECT_PERSON)
		sc->enrolment = NULL;		/* whichever of its enrolments asks */
	if (g->of != SUBJECT_SITE)
		return sc->unit->kind == OWNER_PERSON;
	if (sc->unit->kind == OWNER_PERSON) {
		site = x_reference(sc, &name);
		if (site.kind != X_WORD)
			return false;
		sc->unit = run_site(sc->run, site_find(sc->run->s,
						       name_number(&sc->run->s->names, site.word,
								   strlen(site.word))));
	}
	sc->enrolment = NULL;
	return sc->unit->kind == OWNER_SITE;
}

static struct xval
is_member(struct scope *sc, const struct terms_group *g)
{
	const struct terms_settlement *t = &sc->version->terms->settlement;
	int32_t start = member_start(sc, g);
	struct xval within = x_truth(true), day, where;
	struct scope in;

	if (start == NEVER || (g->of == SUBJECT_ENROLMENT && start > t->enrol_until.days))
		return x_truth(false);
	day = as_of_day(sc, g);
	if (day.kind != X_DATE)
		return x_unknown();
	if (day.day == NEVER || start > day.day)
		return x_truth(false);
	in = *sc;
	in.day = day.day;
	in.has_period = false;
	in.relaxed = 0;
	if (g->within != NULL)
		within = group_member(&in, g->within);
	if (g->where == NULL || (within.kind == X_TRUTH && !within.truth))
		return within;
	where = x_eval(&in, g->where);
	if (where.kind == X_TRUTH && !where.truth)
		return where;
	return within.kind == X_TRUTH && where.kind == X_TRUTH ? where : x_unknown();
}

/* Is the subject of this scope a member? A person is where one of its enrolments is. */
struct xval
group_member(struct scope *sc, const struct terms_group *g)
{
	struct scope in = *sc;
	bool unknown = false;

	if (!enter_member(&in, g))
		return x_truth(false);
	if (g->of != SUBJECT_ENROLMENT || in.enrolment != NULL)
		return is_member(&in, g);
	for (size_t i = 0; i < in.unit->enrolment_count; i++) {
		struct xval v;

		in.enrolment = &in.unit->enrolments[i];
		v = is_member(&in, g);
		if (x_is_true(v))
			return v;
		unknown = unknown || v.kind != X_TRUTH;
	}
	return unknown ? x_unknown() : x_truth(false);
}

/* ---- statistics ---- */

static void
add_number(struct stat *st, struct ratio number)
{
	struct ratio total;

	if (st->count == 0 || ratio_compare(number, st->low) < 0)
		st->low = number;
	if (st->count == 0 || ratio_compare(number, st->high) > 0)
		st->high = number;
	if (ratio_add(st->sum, number, &total))
		st->sum = total;
	else
		st->broken = true;
	st->count++;
}

static void
add_member(struct scope *sc, const struct terms_x *x, struct stat *st)
{
	struct xval member = group_member(sc, x->over.group), where = x_truth(true);
	struct ratio number = ratio_integer(1);

	if (member.kind == X_TRUTH && !member.truth)
		return;
	if (member.kind == X_TRUTH && x->over.where != NULL)
		where = x_eval(sc, x->over.where);
	if (where.kind == X_TRUTH && !where.truth)
		return;
	if (member.kind != X_TRUTH || where.kind != X_TRUTH ||
	    (x->over.of != NULL && !x_ratio(x_eval(sc, x->over.of), &number)))
		st->unknown++;
	else
		add_number(st, number);
}

/* What one unit's members add. */
void
stat_add_unit(struct scope *sc, const struct terms_x *x, struct unit *u, struct stat *st)
{
	struct scope in = *sc;

	in.unit = u;
	in.enrolment = NULL;
	in.fact = NULL;
	in.layer_count = 0;
	in.item = NULL;
	in.relaxed = 0;
	if (x->over.group->of != SUBJECT_ENROLMENT) {
		add_member(&in, x, st);
		return;
	}
	for (size_t i = 0; i < u->enrolment_count; i++) {
		in.enrolment = &u->enrolments[i];
		add_member(&in, x, st);
	}
}

/* What one unit adds, for when it is erased. */
static void
hold_stat(struct scope *sc, const struct terms_x *x, struct unit *u)
{
	struct stat one = { .sum = ratio_integer(0), .low = ratio_integer(0),
			    .high = ratio_integer(0) };

	stat_add_unit(sc, x, u, &one);
	holding_stat(sc, x, u->owner, &one);
}

struct counting {		/* a statistic over everybody */
	struct scope *sc;
	const struct terms_x *x;
	struct stat *st;
};

static void
count_person(void *arg, struct run *r, struct unit *u)
{
	const struct counting *c = arg;

	stat_add_unit(c->sc, c->x, u, c->st);
	if (r->s->holding != NULL)
		hold_stat(c->sc, c->x, u);
}

static void
stat_read_sites(struct scope *sc, const struct terms_x *x, struct stat *st)
{
	struct scope in = *sc;

	for (uint32_t i = 0; i < sc->run->s->owners.count; i++) {
		if (owner_at(sc->run->s, i)->kind != OWNER_SITE)
			continue;
		in.unit = run_site(sc->run, i);
		if (scope_is_site(&in))
			stat_add_unit(sc, x, in.unit, st);
	}
}

/* Over everybody, read anew. */
static void
stat_read(struct scope *sc, const struct terms_x *x, struct stat *st)
{
	*st = (struct stat){ .sum = ratio_integer(0), .low = ratio_integer(0),
			     .high = ratio_integer(0) };
	if (x->over.group->of == SUBJECT_SITE)
		stat_read_sites(sc, x, st);
	else
		run_persons(sc->run, count_person, &(struct counting){ sc, x, st });
}

static struct xval
stat_value(struct scope *sc, const struct terms_x *x, const struct stat *st)
{
	struct ratio mean;

	if (st->unknown > 0)
		return x_unknown();
	switch (x->over.what) {
	case DO_COUNT:
		return x_integer(st->count);
	case DO_SUM:
		if (!st->broken)
			return x_number(st->sum);
		break;
	case DO_MIN:
		return st->count == 0 ? x_unknown() : x_number(st->low);
	case DO_MAX:
		return st->count == 0 ? x_unknown() : x_number(st->high);
	case DO_MEAN:
		if (st->count == 0)
			return x_unknown();
		if (!st->broken && ratio_div(st->sum, ratio_integer(st->count), &mean) &&
		    ratio_places(mean, x->over.how, x->over.places, &mean))
			return x_number(mean);
		break;
	}
	run_fail(sc->run, RC_RANGE, "terms %s: the sum over the group does not fit 128 bits",
		 x->pointer);
	return x_unknown();
}

/* Does what is read of each member depend on more than the day looked at? */
static bool
needs_more(const struct terms_x *x)
{
	uint32_t needs = (x->over.of == NULL ? 0 : x->over.of->needs) |
			 (x->over.where == NULL ? 0 : x->over.where->needs);

	return (needs & (SCOPE_PERIOD | SCOPE_OUTCOME | SCOPE_ITEM | SCOPE_FACT)) != 0;
}

/* What erased people hold is of readings that were not made ahead. */
static bool
is_remembered(const struct scope *sc, const struct terms_x *x, const struct memo_stat *m)
{
	return m->x == x && m->day == sc->day && (sc->run->s->holding == NULL || m->early == sc->ahead);
}

static struct memo_stat *
stat_remember(struct scope *sc, const struct terms_x *x)
{
	struct run *r = sc->run;
	int32_t turns = r->turns, ahead = r->ahead;
	struct memo_stat *m = arena_alloc(r->arena, sizeof(*m));
	struct ordinals *basis = r->basis;

	*m = (struct memo_stat){ .x = x, .day = sc->day, .ahead = NEVER, .version = sc->version,
				  .early = sc->ahead };
	if (!stat_carried(sc, x, &m->stat, &m->ahead)) {
		r->ahead = NEVER;
		r->read_everybody = false;
		r->basis = NULL;
		stat_read(sc, x, &m->stat);
		r->basis = basis;
		m->leans = r->read_everybody;
		r->read_everybody = true;
		m->ahead = r->ahead;
		r->turns = turns;
		r->ahead = ahead;
	}
	m->next = r->stats;
	r->stats = m;
	return m;
}

/* What it rests on is read once, for all lines that read it. */
static void
stat_basis(struct scope *sc, struct memo_stat *m)
{
	struct run *r = sc->run;
	struct ordinals *basis = r->basis;
	struct common_basis *common = r->common;
	int32_t turns = r->turns, ahead = r->ahead;
	struct ordinals events = { 0 };
	struct stat again;

	if (m->basis == NULL) {
		r->basis = &events;
		r->common = NULL;
		stat_read(sc, m->x, &again);
		m->basis = basis_common(r, &events);
		r->basis = basis;
		r->common = common;
		r->turns = turns;
		r->ahead = ahead;
	}
	basis_share(r, m->basis);
}

/* Count and sum per statistic; a run remembers each by clause and day. */
struct xval
x_over(struct scope *sc, const struct terms_x *x)
{
	struct run *r = sc->run;
	struct memo_stat *memo;
	struct stat st;
	struct xval ret;

	r->read_everybody = true;
	run_turns(r, sc->day);
	/* Each member is told of, or it is another for everybody: all members are read again. */
	if ((r->basis != NULL && r->trace != NULL) || needs_more(x)) {
		stat_read(sc, x, &st);
	} else {
		memo = r->stats;
		while (memo != NULL && !is_remembered(sc, x, memo))
			memo = memo->next;
		if (memo == NULL)
			memo = stat_remember(sc, x);
		run_ahead(r, memo->ahead);
		if (r->basis != NULL)
			stat_basis(sc, memo);
		st = memo->stat;
	}
	held_stat(sc, x, &st);
	ret = stat_value(sc, x, &st);
	trace_over(sc, x, &st, ret);
	return ret;
}
