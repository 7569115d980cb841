/* explain_outlook.c - what is missing for each of a person's next payments.
 *
 * Every outcome that is paid, for the person and each enrolment, as of a day: reached, failing
 * and why, or how far its mark has come by what is known up to that day. */
#include "explain.h"

#include "settle_priv.h"

#include "buf.h"

struct outlook {
	struct run *run;
	struct unit *unit;
	struct buf *out;
	int32_t day;
	size_t told;
};

static const char *
day_text(int32_t day, char ret[DATE_TEXT])
{
	if (day == NEVER)
		return "never";
	date_format((struct date){ day }, ret);
	return ret;
}

/* ---- how far a mark has come ---- */

struct running {		/* the last run, up to the day asked about */
	int32_t start, last;	/* its first and its last day that counts; NEVER: none */
	int64_t breaks, total;	/* the break in hand, all breaks */
};

static struct running
last_run(const struct outlook *x, const struct terms_outcome *o, const struct steps *steps)
{
	struct running run = { .start = NEVER };

	for (size_t i = 0; i < steps->count; i++) {
		const struct step *s = &steps->items[i];
		int32_t end = s->end < x->day ? s->end : x->day;
		int64_t days = (int64_t)end - s->start + 1;

		if (s->start > x->day)
			break;
		if (!s->unknown && ratio_sign(s->number) > 0) {
			if (run.start == NEVER)
				run = (struct running){ .start = s->start };
			run.breaks = 0;
			run.last = end;
		} else if (run.start != NEVER) {
			run.breaks += days;
			run.total += days;
			if (run.breaks > o->gap_each || run.total > o->gap_total)
				run.start = NEVER;
		}
	}
	return run;
}

static void
tell_run(struct outlook *x, const struct terms_outcome *o, const struct steps *steps,
	 struct bounds b)
{
	struct running run = last_run(x, o, steps);
	char from[DATE_TEXT], last[DATE_TEXT], end[DATE_TEXT];
	int32_t mark;

	if (run.start == NEVER || !unit_add(run.start, o->unit, o->n, &mark)) {
		buf_printf(x->out, "no run is under way; %lld %s(s) are asked for", (long long)o->n,
			   terms_time_name(o->unit));
		return;
	}
	mark += (int32_t)(o->gap_stands ? run.total : 0) - 1;
	buf_printf(x->out, "%d of %d days: a run from %s, known to %s", run.last - run.start + 1,
		   mark - run.start + 1, day_text(run.start, from), day_text(run.last, last));
	if (run.total > 0)
		buf_printf(x->out, ", %lld day(s) of break so far (at most %lld each, %lld together)",
			   (long long)run.total, (long long)o->gap_each, (long long)o->gap_total);
	else
		buf_text(x->out, ", no break so far");
	if (mark > b.until)
		buf_printf(x->out, "; it would end on %s, too late: the last day is %s",
			   day_text(mark, end), day_text(b.until, last));
	else
		buf_printf(x->out, "; earliest %s", day_text(mark, end));
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

static void
tell_sum(struct outlook *x, struct scope *sc, const struct terms_outcome *o,
	 const struct steps *steps, struct bounds b)
{
	char so_far[RATIO_TEXT], wanted[RATIO_TEXT], until[DATE_TEXT];
	struct scope in = *sc;
	struct ratio sum, mark;
	int64_t unknown = 0;

	in.day = x->day;
	if (!sum_so_far(x, o, steps, &sum, &unknown))
		return;
	ratio_format(sum, so_far);
	if (x_ratio(x_eval(&in, o->to), &mark))
		ratio_format(mark, wanted);
	else
		memcpy(wanted, "an unknown mark", sizeof("an unknown mark"));
	if (o->reach == REACH_MEAN)
		buf_printf(x->out, "%s in the last %lld period(s); the mean asked for is %s", so_far,
			   (long long)o->of, wanted);
	else if (o->of > 0)
		buf_printf(x->out, "%s of %s in the last %lld period(s)", so_far, wanted,
			   (long long)o->of);
	else
		buf_printf(x->out, "%s of %s so far", so_far, wanted);
	if (unknown > 0)
		buf_printf(x->out, ", %lld period(s) not known yet", (long long)unknown);
	if (b.until >= x->day)
		buf_printf(x->out, "; until %s", day_text(b.until, until));
	else
		buf_printf(x->out, "; its time ended on %s", day_text(b.until, until));
}

static void
tell_progress(struct outlook *x, struct scope *sc, const struct terms_outcome *o)
{
	struct steps steps;
	struct bounds b;
	struct xval on;
	char day[DATE_TEXT];

	switch (o->reach) {
	case REACH_SUM:
	case REACH_MEAN:
	case REACH_RUN:
		if (!outcome_bounds(sc, o, 0, &b)) {
			buf_text(x->out, "no period lies within its dates");
			return;
		}
		steps_read(sc, o, b, &steps);
		if (o->reach == REACH_RUN)
			tell_run(x, o, &steps, b);
		else
			tell_sum(x, sc, o, &steps, b);
		return;
	case REACH_ON:
		on = x_eval(sc, o->on);
		buf_printf(x->out, "read on %s", on.kind == X_DATE ? day_text(on.day, day)
								   : "a day not known yet");
		return;
	case REACH_ANY_OF:
	case REACH_ALL_OF:
		buf_text(x->out, o->reach == REACH_ANY_OF ? "one of" : "all of");
		for (size_t i = 0; i < o->part_count; i++)
			buf_printf(x->out, " %s", o->parts[i]->name);
		return;
	}
}

/* ---- an outcome ---- */

static void
tell_waits(struct outlook *x, struct scope *sc, const struct terms_outcome *o)
{
	for (size_t i = 0; i < o->after_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->after[i], 0, false);

		if (r == NULL || r->count == 0 || r->items[0].achieved > x->day)
			buf_printf(x->out, "; %s comes first", o->after[i]->name);
	}
	for (size_t i = 0; i < o->unless_count; i++) {
		const struct reaches *r = outcome_reaches(sc, o->unless[i], 0, false);

		if (r != NULL && r->count > 0 && r->items[0].achieved <= x->day)
			buf_printf(x->out, "; barred since %s was reached", o->unless[i]->name);
	}
}

static void
tell_outcome(struct outlook *x, struct scope *sc, const struct terms_outcome *o)
{
	const struct reaches *r = outcome_reaches(sc, o, 0, false);
	char day[DATE_TEXT];
	struct reach candidate;
	size_t done = 0;

	x->told++;
	while (r != NULL && done < r->count && r->items[done].achieved <= x->day)
		done++;
	buf_printf(x->out, "%s: ", o->name);
	if (done > 0) {
		buf_printf(x->out, "reached on %s", day_text(r->items[done - 1].achieved, day));
		if (done > 1)
			buf_printf(x->out, ", %zu times so far", done);
	} else if (r != NULL && r->count > 0) {
		buf_printf(x->out, "on %s, if nothing changes",
			   day_text(r->items[0].achieved, day));
	} else {
		tell_progress(x, sc, o);
		tell_waits(x, sc, o);
		if (outcome_candidate(sc, o, &candidate) && candidate.achieved <= x->day)
			buf_printf(x->out, "; on recorded facts its mark was met on %s, but it fails: %s",
				   day_text(candidate.achieved, day),
				   terms_qualifier_name(candidate.fails));
	}
	buf_text(x->out, "\n");
}

static void
tell_subject(struct outlook *x, uint32_t version, const struct enrolment *enrolment)
{
	struct scope sc = subject_scope(x->run, x->unit, version, enrolment);
	const struct terms *t = sc.version->terms;
	enum terms_subject subject = enrolment != NULL ? SUBJECT_ENROLMENT : SUBJECT_PERSON;

	for (size_t i = 0; i < t->outcome_count && x->run->rc == RC_OK; i++) {
		const struct terms_outcome *o = &t->outcomes[i];
		bool paid = false;

		for (size_t p = 0; p < t->payment_count; p++)
			for (size_t k = 0; k < t->payments[p].outcome_count; k++)
				paid = paid || t->payments[p].outcomes[k] == o;
		if (paid && o->subject == subject)
			tell_outcome(x, &sc, o);
	}
}

enum rc
explain_outlook(struct settlement *s, const char *participant, uint64_t size, struct date day,
		struct buf *ret, struct err *e)
{
	uint32_t owner = person_find(s, participant);
	struct arena *arena = arena_new();
	struct outlook x = { .out = ret, .day = day.days };
	char start[DATE_TEXT];
	enum rc rc;

	if (owner == NONE) {
		arena_free(arena);
		return rc_fail(e, RC_NOT_FOUND, "no participant %s under this contract", participant);
	}
	x.run = run_new(s, size, day.days, arena, e);
	x.unit = unit_read(x.run, owner, arena);
	if (x.run->rc == RC_OK && x.run->version_count > 0) {
		tell_subject(&x, (uint32_t)x.run->version_count - 1, NULL);
		for (size_t i = 0; i < x.unit->enrolment_count; i++) {
			const struct enrolment *en = &x.unit->enrolments[i];

			if (x.unit->enrolment_count > 1)
				buf_printf(ret, "enrolled on %s:\n", day_text(en->start, start));
			tell_subject(&x, en->version, en);
		}
	}
	if (x.run->rc == RC_OK && x.told == 0)
		buf_text(ret, "no outcome is paid for this participant\n");
	rc = x.run->rc;
	arena_free(arena);
	return rc;
}
