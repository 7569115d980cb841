/* explain_outlook.c - what is missing for each of a person's next payments.
 *
 * Every outcome that is paid, for the person and each enrolment, as of a day: reached, failing
 * and why, or how far its mark has come by what is known up to that day. */
#include "explain.h"

#include "arena.h"
#include "buf.h"
#include "calendar.h"
#include "date.h"
#include "explain_priv.h"
#include "expression.h"
#include "fact.h"
#include "outcome.h"
#include "plain_priv.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

#define CONTRACT_OWNER 0

struct outlook {
	struct run *run;
	struct unit *unit;
	struct plain plain;
	int32_t day;
	size_t told;
};

static const char *
day_text(struct outlook *x, int32_t day)
{
	return day == NEVER ? plain_text(x->plain.language, P_FALSE)
			    : plain_day(&x->plain, (struct date){ day });
}

static const char *
integer(struct outlook *x, int64_t n)
{
	return arena_printf(x->plain.arena, "%lld", (long long)n);
}

/* ---- how far a mark has come ---- */

struct running {		/* the last run, up to the day asked about */
	int32_t start, last;	/* its first and its last day that counts; NEVER: none */
	int32_t lapsed;		/* first day of the run before, whose last day is `last`; NEVER: none */
	int64_t breaks, total;	/* the break in hand, all breaks */
};

static struct running
last_run(const struct outlook *x, const struct terms_outcome *o, const struct steps *steps)
{
	struct running run = { .start = NEVER, .lapsed = NEVER };

	for (size_t i = 0; i < steps->count; i++) {
		const struct step *s = &steps->items[i];
		int32_t end = s->end < x->day ? s->end : x->day;
		int64_t days = (int64_t)end - s->start + 1;

		if (s->start > x->day)
			break;
		if (!s->unknown && ratio_sign(s->number) > 0) {
			if (run.start == NEVER)
				run = (struct running){ .start = s->start, .lapsed = NEVER };
			run.breaks = 0;
			run.last = end;
		} else if (run.start != NEVER) {
			run.breaks += days;
			run.total += days;
			if (run.breaks > o->gap_each || run.total > o->gap_total) {
				run.lapsed = run.start;
				run.start = NEVER;
			}
		}
	}
	return run;
}

static const char *
run_text(struct outlook *x, const struct terms_outcome *o, const struct steps *steps,
	 struct bounds b)
{
	struct running run = last_run(x, o, steps);
	struct plain *p = &x->plain;
	const char *text;
	int32_t mark;

	if (run.start == NEVER && run.lapsed != NEVER)
		return plain_fill(p, P_O_LAPSED, plain_units(p, o->n, o->unit),
				  day_text(x, run.lapsed), day_text(x, run.last),
				  plain_units(p, run.last - run.lapsed + 1, TIME_DAY), NULL);
	if (run.start == NEVER || !unit_add(run.start, o->unit, o->n, &mark))
		return plain_fill(p, P_O_NO_RUN, plain_units(p, o->n, o->unit), NULL);
	mark += (int32_t)(o->gap_stands ? run.total : 0) - 1;
	text = plain_fill(p, P_O_RUN, integer(x, run.last - run.start + 1),
			  integer(x, mark - run.start + 1), day_text(x, run.start),
			  day_text(x, run.last), NULL);
	if (run.total > 0)
		text = plain_fill(p, P_O_BREAK, text, plain_units(p, run.total, TIME_DAY),
				  plain_units(p, o->gap_each, TIME_DAY),
				  plain_units(p, o->gap_total, TIME_DAY), NULL);
	else
		text = plain_fill(p, P_O_NO_BREAK, text, NULL);
	if (mark > b.until)
		return plain_fill(p, P_O_TOO_LATE, text, day_text(x, mark), day_text(x, b.until),
				  NULL);
	return plain_fill(p, P_O_EARLIEST, text, day_text(x, mark), NULL);
}

/* The sum of the last `of` periods (all where 0) that end on or before the day. */
static bool
sum_so_far(const struct outlook *x, const struct terms_outcome *o, const struct steps *steps,
	   struct ratio *ret, int64_t *ret_unknown)
{
	struct ratio sum = ratio_integer(0), part;
	int64_t left = o->of > 0 ? o->of : INT64_MAX, unknown = 0;

	for (size_t i = steps->count; i-- > 0 && left > 0;) {
		const struct step *s = &steps->items[i];
		int64_t n = s->count;

		if (s->start > x->day || (s->count == 1 && s->end > x->day))
			continue;
		if (s->end > x->day)
			n = (int64_t)x->day - s->start + 1;
		if (n > left)
			n = left;
		left -= n;
		if (s->unknown)
			unknown += n;
		else if (!ratio_mul(s->number, ratio_integer(n), &part) ||
			 !ratio_add(sum, part, &sum))
			return false;
	}
	*ret = sum;
	*ret_unknown = unknown;
	return true;
}

static const char *
sum_text(struct outlook *x, struct scope *sc, const struct terms_outcome *o,
	 const struct steps *steps, struct bounds b)
{
	struct plain *p = &x->plain;
	struct scope in = *sc;
	struct ratio sum, mark;
	const char *text, *wanted = plain_text(p->language, P_O_NO_MARK);
	int64_t unknown = 0;

	in.day = x->day;
	if (!sum_so_far(x, o, steps, &sum, &unknown))
		return wanted;
	if (x_ratio(x_eval(&in, o->to), &mark))
		wanted = plain_number(p, mark);
	text = plain_number(p, sum);
	if (o->of > 0)
		text = plain_fill(p, o->reach == REACH_MEAN ? P_O_MEAN : P_O_WINDOW, text,
				  plain_periods(p, o->of, o->per), wanted, NULL);
	else
		text = plain_fill(p, P_O_SO_FAR, text, wanted, NULL);
	if (unknown > 0)
		text = plain_fill(p, P_O_PERIODS_UNKNOWN, text, integer(x, unknown), NULL);
	return plain_fill(p, b.until >= x->day ? P_O_UNTIL : P_O_ENDED, text, day_text(x, b.until),
			  NULL);
}

static const char *
parts_text(struct outlook *x, const struct terms_outcome *o)
{
	const char **names = arena_array(x->plain.arena, o->part_count, sizeof(*names));

	for (size_t i = 0; i < o->part_count; i++)
		names[i] = plain_named(&x->plain, o->parts[i]);
	return plain_fill(&x->plain, o->reach == REACH_ANY_OF ? P_O_ANY : P_O_ALL,
			  plain_list(&x->plain, names, o->part_count, P_AND), NULL);
}

/* The day on which an outcome is read; false where it is not known, or has not come. */
static bool
day_of(struct scope *sc, const struct terms_outcome *o, int32_t *ret)
{
	struct scope in = *sc;
	struct xval on;

	in.day = sc->version->terms->settlement.final.days;
	on = x_eval(&in, o->on);
	if (on.kind != X_DATE || on.day == NEVER)
		return false;
	*ret = on.day;
	return true;
}

/* The test of an outcome that is read on a day, as of that day. */
static struct xval
read_on(struct scope *sc, const struct terms_outcome *o, int32_t day)
{
	struct scope in = *sc;

	in.day = day;
	return x_eval(&in, o->count);
}

static const char *
on_text(struct outlook *x, struct scope *sc, const struct terms_outcome *o)
{
	enum plain_id id = P_O_ON;
	int32_t day;

	if (!day_of(sc, o, &day))
		return plain_text(x->plain.language, P_O_ON_UNKNOWN);
	if (day <= x->day)
		id = read_on(sc, o, day).kind == X_UNKNOWN ? P_O_ON_UNDECIDED : P_O_ON_NOT;
	return plain_fill(&x->plain, id, day_text(x, day), NULL);
}

/* What was compared on that day. Of a person it is not told: others may have said it. */
static void
tell_reading(struct outlook *x, struct scope *sc, const struct terms_outcome *o)
{
	struct trace trace = { .plain = x->plain, .parts = TRACE_READING, .subject = x->unit };
	int32_t day;

	if (o->reach != REACH_ON || x->unit->kind == OWNER_PERSON || !day_of(sc, o, &day) ||
	    day > x->day)
		return;
	x->run->trace = &trace;
	(void)read_on(sc, o, day);
	x->run->trace = NULL;
	trace_end(&trace);
}

static const char *
progress_text(struct outlook *x, struct scope *sc, const struct terms_outcome *o)
{
	struct steps steps;
	struct bounds b;

	if (o->reach == REACH_ANY_OF || o->reach == REACH_ALL_OF)
		return parts_text(x, o);
	if (o->reach == REACH_ON)
		return on_text(x, sc, o);
	if (!outcome_bounds(sc, o, 0, &b))
		return plain_text(x->plain.language, P_O_NO_PERIOD);
	steps_read(sc, o, b, &steps);
	return o->reach == REACH_RUN ? run_text(x, o, &steps, b) : sum_text(x, sc, o, &steps, b);
}

/* ---- an outcome ---- */

static const char *
add_waits(struct outlook *x, struct scope *sc, const struct terms_outcome *o, const char *text)
{
	for (size_t i = 0; i < o->after_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->after[i], 0, false);

		if (r == NULL || r->count == 0 || r->items[0].achieved > x->day)
			text = plain_fill(&x->plain, P_O_FIRST, text,
					  plain_named(&x->plain, o->after[i]), NULL);
	}
	for (size_t i = 0; i < o->unless_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->unless[i], 0, false);

		if (r != NULL && r->count > 0 && r->items[0].achieved <= x->day)
			text = plain_fill(&x->plain, P_O_BARRED, text,
					  plain_named(&x->plain, o->unless[i]), NULL);
	}
	return text;
}

static const char *
waiting_text(struct outlook *x, struct scope *sc, const struct terms_outcome *o)
{
	const char *text = add_waits(x, sc, o, progress_text(x, sc, o));
	struct reach candidate;

	if (!outcome_candidate(sc, o, &candidate) || candidate.achieved > x->day)
		return text;
	return plain_fill(&x->plain, P_O_FAILS, text, day_text(x, candidate.achieved),
			  plain_text(x->plain.language, plain_qualifiers[candidate.fails]), NULL);
}

static void
tell_outcome(struct outlook *x, struct scope *sc, const struct terms_outcome *o,
	     const char *indent)
{
	const struct reaches *r = outcome_reaches(sc, o, 0, false);
	const char *text;
	bool open;
	size_t done = 0;

	x->told++;
	while (r != NULL && done < r->count && r->items[done].achieved <= x->day)
		done++;
	if (done > 0)
		text = plain_fill(&x->plain, done > 1 ? P_O_REACHED_TIMES : P_O_REACHED,
				  day_text(x, r->items[done - 1].achieved),
				  integer(x, (int64_t)done), NULL);
	else if (r != NULL && r->count > 0)
		text = plain_fill(&x->plain, P_O_WILL, day_text(x, r->items[0].achieved), NULL);
	else
		text = waiting_text(x, sc, o);
	open = done == 0 && (r == NULL || r->count == 0);
	buf_printf(x->plain.out, "%s%s: %s\n", indent, o->title, text);
	for (size_t i = 0; open && i < o->part_count; i++)
		tell_outcome(x, sc, o->parts[i], "  ");
	if (open)
		tell_reading(x, sc, o);
}

static bool
is_paid(const struct terms *t, const struct terms_outcome *o)
{
	for (size_t p = 0; p < t->payment_count; p++)
		for (size_t k = 0; k < t->payments[p].outcome_count; k++)
			if (t->payments[p].outcomes[k] == o)
				return true;
	return false;
}

static void
tell_subject(struct outlook *x, uint32_t version, const struct enrolment *enrolment)
{
	struct scope sc = subject_scope(x->run, x->unit, version, enrolment);
	const struct terms *t = sc.version->terms;
	enum terms_subject subject = enrolment != NULL ? SUBJECT_ENROLMENT :
		x->unit->kind == OWNER_SITE ? SUBJECT_SITE :
		x->unit->kind == OWNER_CONTRACT ? SUBJECT_CONTRACT : SUBJECT_PERSON;

	for (size_t i = 0; i < t->outcome_count && x->run->rc == RC_OK; i++)
		if (t->outcomes[i].subject == subject && is_paid(t, &t->outcomes[i]))
			tell_outcome(x, &sc, &t->outcomes[i], "");
}

static void
tell_owner(struct outlook *x, uint32_t owner)
{
	x->unit = unit_read(x->run, owner, x->plain.arena);
	if (x->run->rc != RC_OK || x->run->version_count == 0)
		return;
	if (x->unit->kind == OWNER_SITE)
		buf_printf(x->plain.out, "%s:\n", name_text(&x->run->s->names,
			   owner_site(owner_at(x->run->s, owner))));
	tell_subject(x, (uint32_t)x->run->version_count - 1, NULL);
	for (size_t i = 0; i < x->unit->enrolment_count; i++) {
		const struct enrolment *en = &x->unit->enrolments[i];

		if (x->unit->enrolment_count > 1)
			buf_printf(x->plain.out, "%s\n", plain_fill(&x->plain, P_O_ENROLLED,
				   day_text(x, en->start), NULL));
		tell_subject(x, en->version, en);
	}
}

enum rc
explain_outlook(struct settlement *s, const char *participant, uint64_t size, struct date day,
		enum language l, struct buf *ret, struct err *e)
{
	uint32_t owner = participant == NULL ? CONTRACT_OWNER : person_find(s, participant);
	struct outlook x = { .day = day.days };
	enum rc rc;

	if (owner == NONE)
		return rc_fail(e, RC_NOT_FOUND, "no participant %s under this contract", participant);
	x.plain = (struct plain){ .language = l, .arena = arena_new(), .out = ret };
	x.run = run_new(s, size, day.days, x.plain.arena, e);
	if (x.run->rc == RC_OK)
		tell_owner(&x, owner);
	for (size_t i = 0; participant == NULL && x.run->rc == RC_OK && i < s->sites.count; i++)
		tell_owner(&x, s->sites.items[i]);
	if (x.run->rc == RC_OK && x.told == 0)
		buf_printf(ret, "%s\n", plain_text(l, participant == NULL ? P_O_NONE_OWN
									  : P_O_NONE_PAID));
	rc = x.run->rc;
	arena_free(x.plain.arena);
	return rc;
}
