/* plain_outcome.c - values and outcomes as sentences. */
#include "plain_priv.h"

#include "arena.h"
#include "buf.h"

static const char *
word(const struct plain *p, enum plain_id id)
{
	return plain_text(p->language, id);
}

static void
say_facts(struct plain *p, const struct terms_value *v)
{
	static const enum plain_id facts[] = {
		[FACT_SPELL] = P_FACT_SPELL, [FACT_STATUS] = P_FACT_STATUS,
		[FACT_MEASUREMENT] = P_FACT_MEASUREMENT, [FACT_EARNINGS] = P_FACT_EARNINGS,
		[FACT_ACTIVITY] = P_FACT_ACTIVITY, [FACT_MILESTONE] = P_FACT_MILESTONE,
		[FACT_FLOW] = P_FACT_FLOW };
	static const enum plain_id within[] = {
		[WITHIN_SUM] = P_WITHIN_SUM, [WITHIN_MIN] = P_WITHIN_MIN, [WITHIN_MAX] = P_WITHIN_MAX,
		[WITHIN_MEAN] = P_WITHIN_MEAN, [WITHIN_LAST] = P_WITHIN_LAST };
	const char *of = word(p, facts[v->of]), *how = word(p, within[v->within]);
	const char *what = v->take == NULL ? word(p, P_VALUE_NUMBER) : v->take;

	if (v->per->ever)
		plain_say(p, plain_fill(p, P_VALUE_FACTS_EVER, of, what, how, NULL));
	else
		plain_say(p, plain_fill(p, P_VALUE_FACTS, of, plain_period(p, v->per), what, how, NULL));
	if (v->where != NULL)
		plain_say(p, plain_fill(p, P_VALUE_WHERE, plain_truth(p, v->where), NULL));
	if (v->of == FACT_SPELL || v->of == FACT_STATUS)
		plain_say(p, word(p, v->overlap_add ? P_VALUE_ADD : P_VALUE_ONCE));
	if (v->of == FACT_SPELL)
		plain_say(p, word(p, v->open_runs ? P_VALUE_RUNS : P_VALUE_CONFIRMED));
	plain_say(p, word(p, v->silence_unknown ? P_VALUE_UNKNOWN : P_VALUE_NONE));
	plain_say(p, plain_fill(p, P_VALUE_PROOF, v->proof->name, NULL));
}

static void
say_value(struct plain *p, const struct terms_value *v)
{
	plain_clause(p, v->name);
	if (v->of != FACT_NONE) {
		say_facts(p, v);
	} else {
		plain_say(p, plain_fill(p, P_VALUE_IS, plain_x(p, v->is), NULL));
		if (v->per != NULL)
			plain_say(p, plain_fill(p, P_VALUE_PER, plain_period(p, v->per), NULL));
	}
	if (!v->subject_kept)
		plain_say(p, plain_fill(p, P_VALUE_SUBJECT, word(p, plain_subjects[v->subject]), NULL));
}

static const char *
names_of(struct plain *p, const struct terms_outcome *const *list, size_t count,
	 enum plain_id joint)
{
	const char **names = arena_array(p->arena, count + 1, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = plain_named(p, list[i]);
	return plain_list(p, names, count, joint);
}

static void
say_run(struct plain *p, const struct terms_outcome *o)
{
	plain_say(p, plain_fill(p, P_REACH_RUN, plain_units(p, o->n, o->unit),
				NULL));
	if (o->gap_total == 0) {
		plain_say(p, word(p, P_REACH_NO_GAP));
		return;
	}
	plain_say(p, plain_fill(p, P_REACH_GAP, plain_units(p, o->gap_each, TIME_DAY),
				plain_units(p, o->gap_total, TIME_DAY), NULL));
	plain_say(p, word(p, o->gap_stands ? P_REACH_CLOCK_STANDS : P_REACH_CLOCK_RUNS));
}

static void
say_reach(struct plain *p, const struct terms_outcome *o)
{
	if (o->reach == REACH_RUN)
		say_run(p, o);
	else if (o->of == 0)
		plain_say(p, plain_fill(p, P_REACH_EVER, plain_x(p, o->to), NULL));
	else if (o->of == 1 && o->reach != REACH_MEAN)
		plain_say(p, plain_fill(p, P_REACH_ONE, plain_x(p, o->to), plain_period(p, o->per),
					NULL));
	else
		plain_say(p, plain_fill(p, o->reach == REACH_MEAN ? P_REACH_MEAN : P_REACH_OF,
					plain_x(p, o->to), plain_periods(p, o->of, o->per),
					NULL));
}

static void
say_qualifiers(struct plain *p, const struct terms_outcome *o)
{
	static const enum plain_id per[] = {
		[TIMES_PERSON] = P_SUBJECT_PERSON, [TIMES_ENROLMENT] = P_SUBJECT_ENROLMENT,
		[TIMES_SITE] = P_SUBJECT_SITE, [TIMES_CONTRACT] = P_SUBJECT_CONTRACT };
	const char *shown[QUALIFIER_MAX];
	size_t n = 0;

	if (o->after_count > 0)
		plain_say(p, plain_fill(p, P_OUTCOME_AFTER,
					names_of(p, o->after, o->after_count, P_AND), NULL));
	if (o->unless_count > 0)
		plain_say(p, plain_fill(p, P_OUTCOME_UNLESS,
					names_of(p, o->unless, o->unless_count, P_OR), NULL));
	if (o->apart_count > 0)
		plain_say(p, plain_fill(p, P_OUTCOME_APART,
					names_of(p, o->apart_from, o->apart_count, P_OR), NULL));
	plain_say(p, plain_fill(p, P_OUTCOME_TIMES, plain_x(p, o->times_max),
				word(p, per[o->times_per]),
				NULL));
	if (o->times_max->op != OP_NUMBER ||
	    ratio_compare(o->times_max->number, ratio_integer(1)) != 0)
		plain_say(p, word(p, o->after_last ? P_OUTCOME_LAST : P_OUTCOME_EACH));
	if (o->claim != NULL)
		plain_say(p, plain_fill(p, P_OUTCOME_CLAIM, o->claim->name, NULL));
	for (int q = 0; q < QUALIFIER_MAX; q++)
		if (o->show & (1u << q))
			shown[n++] = word(p, plain_qualifiers[q]);
	plain_say(p, n == 0 ? word(p, P_OUTCOME_SHOW_NONE)
			    : plain_fill(p, P_OUTCOME_SHOW, plain_list(p, shown, n, P_OR), NULL));
}

static void
say_outcome(struct plain *p, const struct terms_outcome *o)
{
	plain_titled_clause(p, o->name, o->title);
	if (o->part_count > 0) {
		plain_say(p, plain_fill(p, o->reach == REACH_ANY_OF ? P_OUTCOME_ANY : P_OUTCOME_ALL,
					names_of(p, o->parts, o->part_count, P_AND), NULL));
		return;
	}
	if (o->group == NULL)
		plain_say(p, word(p, P_OUTCOME_CONTRACT));
	else
		plain_say(p, plain_fill(p, P_OUTCOME_FOR, word(p, plain_subjects[o->subject]),
					plain_named(p, o->group), NULL));
	if (o->reach == REACH_ON) {
		plain_say(p, plain_fill(p, P_OUTCOME_ON, plain_x(p, o->on), plain_truth(p, o->count),
					plain_x(p, o->final), NULL));
		return;
	}
	plain_say(p, plain_fill(p, P_OUTCOME_COUNT, plain_period(p, o->per),
				plain_x(p, o->count), NULL));
	plain_say(p, plain_fill(p, P_OUTCOME_BETWEEN, plain_x(p, o->from), plain_x(p, o->until),
				NULL));
	say_reach(p, o);
	say_qualifiers(p, o);
}

void
plain_outcomes(struct plain *p)
{
	plain_head(p, P_HEAD_VALUES, p->t->value_count);
	for (size_t i = 0; i < p->t->value_count; i++)
		say_value(p, &p->t->values[i]);
	plain_head(p, P_HEAD_OUTCOMES, p->t->outcome_count);
	for (size_t i = 0; i < p->t->outcome_count; i++)
		say_outcome(p, &p->t->outcomes[i]);
}
