/* plain_outcome.c - values and outcomes as sentences. */
#include "plain_priv.h"

#include "arena.h"
#include "buf.h"

static const char *const subjects[] = { "enrolment", "person", "site", "contract" };

static void
say_facts(struct plain *p, const struct terms_value *v)
{
	static const char *const within[] = { "sum", "smallest", "largest", "mean", "last" };
	const char *what = v->take == NULL ? plain_english(P_VALUE_NUMBER) : v->take;

	plain_say(p, plain_fill(p, P_VALUE_FACTS, terms_fact_name(v->of), v->per->name,
				arena_printf(p->arena, "%s (%s)", what, within[v->within]), NULL));
	if (v->where != NULL)
		plain_say(p, plain_fill(p, P_VALUE_WHERE, plain_truth(p, v->where), NULL));
	if (v->of == FACT_SPELL || v->of == FACT_STATUS)
		plain_say(p, plain_english(v->overlap_add ? P_VALUE_ADD : P_VALUE_ONCE));
	if (v->of == FACT_SPELL)
		plain_say(p, plain_english(v->open_runs ? P_VALUE_RUNS : P_VALUE_CONFIRMED));
	plain_say(p, plain_english(v->silence_unknown ? P_VALUE_UNKNOWN : P_VALUE_NONE));
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
			plain_say(p, plain_fill(p, P_VALUE_PER, v->per->name, NULL));
	}
	if (!v->subject_kept)
		plain_say(p, plain_fill(p, P_VALUE_SUBJECT, subjects[v->subject], NULL));
}

static const char *
names_of(struct plain *p, const struct terms_outcome *const *list, size_t count,
	 enum plain_id joint)
{
	const char **names = arena_array(p->arena, count + 1, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = list[i]->name;
	return plain_list(p, names, count, joint);
}

static void
say_run(struct plain *p, const struct terms_outcome *o)
{
	plain_say(p, plain_fill(p, P_REACH_RUN, plain_units(p, o->n, terms_time_name(o->unit)),
				NULL));
	if (o->gap_total == 0) {
		plain_say(p, plain_english(P_REACH_NO_GAP));
		return;
	}
	plain_say(p, plain_fill(p, P_REACH_GAP, plain_units(p, o->gap_each, "day"),
				plain_units(p, o->gap_total, "day"), NULL));
	plain_say(p, plain_english(o->gap_stands ? P_REACH_CLOCK_STANDS : P_REACH_CLOCK_RUNS));
}

static void
say_reach(struct plain *p, const struct terms_outcome *o)
{
	if (o->reach == REACH_RUN)
		say_run(p, o);
	else if (o->of == 0)
		plain_say(p, plain_fill(p, P_REACH_EVER, plain_x(p, o->to), NULL));
	else
		plain_say(p, plain_fill(p, o->reach == REACH_MEAN ? P_REACH_MEAN : P_REACH_OF,
					plain_x(p, o->to), plain_units(p, o->of, o->per->name),
					NULL));
}

static void
say_qualifiers(struct plain *p, const struct terms_outcome *o)
{
	static const char *const per[] = { "person", "enrolment", "site", "contract" };
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
	plain_say(p, plain_fill(p, P_OUTCOME_TIMES, plain_x(p, o->times_max), per[o->times_per],
				NULL));
	if (o->times_max->op != OP_NUMBER ||
	    ratio_compare(o->times_max->number, ratio_integer(1)) != 0)
		plain_say(p, plain_english(o->after_last ? P_OUTCOME_LAST : P_OUTCOME_EACH));
	if (o->claim != NULL)
		plain_say(p, plain_fill(p, P_OUTCOME_CLAIM, o->claim->name, NULL));
	for (int q = 0; q < QUALIFIER_MAX; q++)
		if (o->show & (1u << q))
			shown[n++] = terms_qualifier_name((enum terms_qualifier)q);
	plain_say(p, n == 0 ? plain_english(P_OUTCOME_SHOW_NONE)
			    : plain_fill(p, P_OUTCOME_SHOW, plain_list(p, shown, n, P_OR), NULL));
}

static void
say_outcome(struct plain *p, const struct terms_outcome *o)
{
	plain_clause(p, o->name);
	if (o->part_count > 0) {
		plain_say(p, plain_fill(p, o->reach == REACH_ANY_OF ? P_OUTCOME_ANY : P_OUTCOME_ALL,
					names_of(p, o->parts, o->part_count, P_AND), NULL));
		return;
	}
	if (o->group == NULL)
		plain_say(p, plain_english(P_OUTCOME_CONTRACT));
	else
		plain_say(p, plain_fill(p, P_OUTCOME_FOR, subjects[o->subject], o->group->name,
					NULL));
	if (o->reach == REACH_ON) {
		plain_say(p, plain_fill(p, P_OUTCOME_ON, plain_x(p, o->on), plain_truth(p, o->count),
					plain_x(p, o->final), NULL));
		return;
	}
	plain_say(p, plain_fill(p, P_OUTCOME_COUNT, o->per->name, plain_x(p, o->count), NULL));
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
