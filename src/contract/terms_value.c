/* terms_value.c - values and outcomes into the structs of terms.h. */
#include "terms_priv.h"

#include "arena.h"
#include "finding.h"
#include "limits_utfall.h"

static const char fact_words[] = "spell status measurement earnings activity milestone flow";
static const char show_words[] =
	"group proof claim until window gap after unless times limit";
static const char subject_words[] = "enrolment person site contract";
static const char time_words[] = "day week iso_week month quarter half_year year";

/* The event types that a fact's number may come from. */
static const struct {
	enum event_type type;
	const char *take;		/* numbers it carries */
} facts[] = {
	[FACT_SPELL] = { EVENT_SPELL_STARTED, "extent hours pay" },
	[FACT_STATUS] = { EVENT_STATUS_REPORTED, "" },
	[FACT_MEASUREMENT] = { EVENT_MEASUREMENT_RECORDED, "value" },
	[FACT_EARNINGS] = { EVENT_EARNINGS_REPORTED, "amount hours" },
	[FACT_ACTIVITY] = { EVENT_ACTIVITY_LOGGED, "days hours quantity" },
	[FACT_MILESTONE] = { EVENT_MILESTONE_REACHED, "" },
	[FACT_FLOW] = { EVENT_FLOW_RECORDED, "amount" },
};

static void
build_take(struct build *b, struct terms_value *value, const struct json *v)
{
	value->take = json_get_string(v, "take");
	if (value->take == NULL || word_index(facts[value->of].take, value->take) >= 0)
		return;
	build_error(b, at_key(b, value->pointer, "take"), "%s carries no number '%s'; take %s%s1",
		    event_info(facts[value->of].type)->name, value->take, facts[value->of].take,
		    *facts[value->of].take == '\0' ? "" : " or ");
}

/* fact.NAME must be a field of the type of fact that the value is made of. */
static void
facts_known(struct build *b, const struct terms_value *value, const struct terms_x *x)
{
	if (x == NULL)
		return;
	if (x->op == OP_REF && x->ref == REF_FACT_FIELD &&
	    event_field_find(event_info(facts[value->of].type), x->word) == NULL)
		build_error(b, x->pointer, "%s has no field '%s'; look at the table of event "
			    "types", event_info(facts[value->of].type)->name, x->word);
	for (size_t i = 0; i < x->count; i++)
		facts_known(b, value, x->args[i]);
}

static void
build_facts(struct build *b, struct terms_value *value, const struct json *v)
{
	value->type = TYPE_NUMBER;
	value->of = (enum terms_fact)word_of(v, "of", fact_words);
	build_take(b, value, v);
	value->where = x_member(b, v, "where", value->pointer, TYPE_TRUTH,
				SCOPE_FACT | SCOPE_PERSON | SCOPE_SITE);
	facts_known(b, value, value->where);
	value->within = (enum terms_within)word_of(v, "within", "sum min max mean last");
	value->overlap_add = json_is(json_get(v, "overlap"), "add");
	value->open_runs = json_is(json_get(v, "open"), "runs");
	value->silence_unknown = json_is(json_get(v, "silence"), "unknown");
	value->proof = need_proof(b, json_get(v, "proof"), at_key(b, value->pointer, "proof"));
	if (value->of == FACT_FLOW && value->subject != SUBJECT_CONTRACT)
		build_error(b, value->pointer, "flows are the contract's; add \"subject\": "
			    "\"contract\"");
	if (!value->subject_kept && value->subject != SUBJECT_ENROLMENT &&
	    value->subject != SUBJECT_PERSON &&
	    (value->of == FACT_SPELL || value->of == FACT_STATUS || value->of == FACT_EARNINGS))
		build_error(b, at_key(b, value->pointer, "subject"), "%s is about persons; use "
			    "'over' to add them up", event_info(facts[value->of].type)->name);
}

static void
build_value(struct build *b, struct terms_value *value, const struct json *v)
{
	const struct json *per = json_get(v, "per"), *is = json_get(v, "is");
	int subject = json_get(v, "subject") == NULL ? -1 : word_of(v, "subject", subject_words);
	uint32_t scopes;

	value->subject_kept = subject < 0;
	value->subject = subject < 0 ? SUBJECT_ENROLMENT : (enum terms_subject)subject;
	if (per != NULL)
		value->per = need_per(b, per, at_key(b, value->pointer, "per"));
	if (is == NULL) {
		build_facts(b, value, v);
		return;
	}
	value->of = FACT_NONE;
	scopes = value->subject_kept ? ~SCOPE_FACT : scopes_of(value->subject);
	value->is = x_at(b, is, at_key(b, value->pointer, "is"), TYPE_ANY,
			 value->subject_kept ? scopes : scopes | SCOPE_PERIOD);
}

void
build_values(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->value_count; i++)
		build_value(b, &b->t->values[i], &map->members[i].value);
}

/* ---- outcomes ---- */

static void
build_run(struct build *b, struct terms_outcome *o, const struct json *reach)
{
	const struct json *run = json_get(reach, "run"), *gap = json_get(reach, "gap");

	o->reach = REACH_RUN;
	o->n = json_get_integer(run, "n", 1);
	o->unit = (enum terms_unit_of_time)word_of(run, "unit", time_words);
	o->gap_each = json_get_integer(gap, "each", 0);
	o->gap_total = json_get_integer(gap, "total", 0);
	o->gap_stands = json_is(json_get(gap, "clock"), "stands");
	if (o->per != NULL && (o->per->unit != TIME_DAY || o->per->from != NULL))
		build_error(b, at_key(b, o->pointer, "per"), "a run is counted day by day; give a "
			    "calendar of unit day on the grid, or count periods with 'to' and 'of'");
	if (o->gap_each > o->gap_total)
		build_error(b, at_key(b, o->pointer, "reach/gap"), "one break may be longer "
			    "(%lld days) than all together (%lld); raise 'total' or lower 'each'",
			    (long long)o->gap_each, (long long)o->gap_total);
}

static void
build_reach(struct build *b, struct terms_outcome *o, const struct json *v, uint32_t scopes)
{
	const struct json *reach = json_get(v, "reach");

	if (json_get(reach, "run") != NULL) {
		build_run(b, o, reach);
		return;
	}
	o->reach = json_get_true(reach, "mean") ? REACH_MEAN : REACH_SUM;
	o->to = x_member(b, reach, "to", at_key(b, o->pointer, "reach"), TYPE_NUMBER,
			 scopes | SCOPE_PERIOD);
	o->of = json_get_integer(reach, "of", 0);
	if (o->reach == REACH_MEAN && o->of == 0)
		build_error(b, at_key(b, o->pointer, "reach"), "a mean is taken over a number of "
			    "periods; give 'of' as a number");
}

static void
build_times(struct build *b, struct terms_outcome *o, const struct json *v, uint32_t scopes)
{
	const struct json *times = json_get(v, "times"), *next = json_get(v, "next");
	bool once;

	o->times_max = x_member(b, times, "max", at_key(b, o->pointer, "times"), TYPE_NUMBER,
				scopes);
	o->times_per = (enum terms_times)word_of(times, "per", "person enrolment site contract");
	o->after_last = json_is(next, "after_last");
	once = terms_is_once(o);
	if (once != (next == NULL))
		build_error(b, o->pointer, once ? "'next' says how an outcome repeats, and this "
			    "one is reached once; leave 'next' out" : "an outcome that can be "
			    "reached more than once says how it repeats: add \"next\": "
			    "\"each_period\" or \"after_last\"");
	if ((o->times_per == TIMES_PERSON || o->times_per == TIMES_ENROLMENT) &&
	    !(scopes & SCOPE_PERSON))
		build_error(b, at_key(b, o->pointer, "times/per"), "this outcome is not a "
			    "person's; say \"contract\"%s", scopes == 0 ? "" : " or \"site\"");
}

static const struct terms_outcome **
optional_outcomes(struct build *b, const struct terms_outcome *o, const struct json *v,
		  const char *key, size_t *ret_count)
{
	const struct json *list = json_get(v, key);

	*ret_count = 0;
	return list == NULL ? NULL : need_outcomes(b, list, at_key(b, o->pointer, key), ret_count);
}

static void
build_counted(struct build *b, struct terms_outcome *o, const struct json *v, uint32_t scopes)
{
	const struct json *show = json_get(v, "show"), *claim = json_get(v, "claim");

	o->per = need_calendar(b, json_get(v, "per"), at_key(b, o->pointer, "per"));
	build_reach(b, o, v, scopes);
	o->count = x_member(b, v, "count", o->pointer,
			    o->reach == REACH_RUN ? TYPE_TRUTH : TYPE_ANY, scopes | SCOPE_PERIOD);
	o->from = x_member(b, v, "from", o->pointer, TYPE_DATE, scopes);
	o->until = x_member(b, v, "until", o->pointer, TYPE_DATE, scopes);
	o->after = optional_outcomes(b, o, v, "after", &o->after_count);
	o->unless = optional_outcomes(b, o, v, "unless", &o->unless_count);
	o->apart_from = optional_outcomes(b, o, v, "apart_from", &o->apart_count);
	build_times(b, o, v, scopes);
	if (claim != NULL)
		o->claim = need_proof(b, claim, at_key(b, o->pointer, "claim"));
	for (uint32_t i = 0; i < show->count; i++)
		o->show |= 1u << word_index(show_words, show->items[i].string);
}

static void
build_outcome(struct build *b, struct terms_outcome *o, const struct json *v)
{
	const struct json *who = json_get(v, "for");
	bool any = json_get(v, "any_of") != NULL;
	const char *parts = any ? "any_of" : "all_of";

	o->subject = SUBJECT_CONTRACT;
	if (json_get(v, parts) != NULL) {
		o->reach = any ? REACH_ANY_OF : REACH_ALL_OF;
		o->parts = need_outcomes(b, json_get(v, parts), at_key(b, o->pointer, parts),
					 &o->part_count);
		return;
	}
	if (!json_is(who, "contract")) {
		o->group = need_group(b, who, at_key(b, o->pointer, "for"));
		o->subject = o->group != NULL ? o->group->of : SUBJECT_ENROLMENT;
	}
	if (json_get(v, "per") != NULL) {
		build_counted(b, o, v, scopes_of(o->subject));
		return;
	}
	o->reach = REACH_ON;
	o->on = x_member(b, v, "on", o->pointer, TYPE_DATE, scopes_of(o->subject));
	o->count = x_member(b, v, "count", o->pointer, TYPE_TRUTH, scopes_of(o->subject));
	o->final = x_member(b, v, "final", o->pointer, TYPE_DATE, 0);
}

/* All parts of a composite have one kind of subject, which is then its own. */
static void
build_composite(struct build *b, struct terms_outcome *o)
{
	const struct terms_outcome *first = NULL;

	for (size_t i = 0; i < o->part_count; i++) {
		if (o->parts[i] == NULL)
			continue;
		if (o->parts[i]->part_count > 0)
			build_error(b, o->pointer, "outcomes that any_of or all_of name are counted "
				    "ones; '%s' is itself made of others; name its parts",
				    o->parts[i]->name);
		else if (first == NULL)
			first = o->parts[i];
		else if (first->subject != o->parts[i]->subject)
			build_error(b, o->pointer, "'%s' and '%s' have different subjects and "
				    "cannot stand together", first->name, o->parts[i]->name);
	}
	if (first != NULL)
		o->subject = first->subject;
}

void
build_outcomes(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->outcome_count; i++)
		build_outcome(b, &b->t->outcomes[i], &map->members[i].value);
	for (size_t i = 0; i < b->t->outcome_count; i++)
		build_composite(b, &b->t->outcomes[i]);
}
