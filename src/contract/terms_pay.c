/* terms_pay.c - payments, limits, shares and settlement into the structs of terms.h. */
#include "terms_priv.h"

#include <string.h>

#include "arena.h"
#include "finding.h"
#include "limits_utfall.h"

static void
build_periods(struct build *b, struct terms_payment *p, const struct json *v)
{
	const struct json *who = json_get(v, "of");
	const char *at = at_key(b, p->pointer, "for");
	uint32_t scopes;

	p->what = FOR_PERIODS;
	p->subject = SUBJECT_CONTRACT;
	p->each = need_calendar(b, json_get(v, "each"), at_key(b, at, "each"));
	if (!json_is(who, "contract")) {
		p->group = need_group(b, who, at_key(b, at, "of"));
		p->subject = p->group != NULL ? p->group->of : SUBJECT_ENROLMENT;
	}
	scopes = scopes_of(p->subject);
	p->due_start = json_is(json_get(v, "due"), "start");
	p->from = x_member(b, v, "from", at, TYPE_DATE, scopes);
	p->until = x_member(b, v, "until", at, TYPE_DATE, scopes);
}

static void
build_for(struct build *b, struct terms_payment *p, const struct json *v)
{
	const char *at = at_key(b, p->pointer, "for");
	struct json one = { .kind = JSON_ARRAY, .count = 1 };
	struct json item = *v;

	one.items = &item;
	if (v->kind == JSON_OBJECT) {
		build_periods(b, p, v);
		return;
	}
	p->what = FOR_OUTCOMES;
	p->subject = SUBJECT_CONTRACT;
	p->outcomes = need_outcomes(b, v->kind == JSON_ARRAY ? v : &one, at, &p->outcome_count);
	for (size_t i = 0; i < p->outcome_count; i++) {
		if (p->outcomes[i] == NULL || p->outcomes[0] == NULL)
			continue;
		p->subject = p->outcomes[0]->subject;
		if (p->outcomes[i]->subject != p->subject)
			build_error(b, at, "'%s' and '%s' have different subjects; write a payment "
				    "for each", p->outcomes[0]->name, p->outcomes[i]->name);
	}
}

static void
build_payment(struct build *b, struct terms_payment *p, const struct json *v)
{
	const struct json *hold = json_get(v, "hold"), *tax = json_get(v, "tax");
	const char *at = at_key(b, p->pointer, "hold");
	uint32_t scopes;

	build_for(b, p, json_get(v, "for"));
	scopes = scopes_of(p->subject) |
		 (p->what == FOR_PERIODS ? SCOPE_PERIOD : SCOPE_OUTCOME);
	p->when = x_member(b, v, "when", p->pointer, TYPE_TRUTH, scopes);
	p->price = x_member(b, v, "price", p->pointer, TYPE_NUMBER, scopes);
	(void)shape_rounding(json_get(v, "round"), &p->round, &p->round_multiple);
	p->unit = json_get(v, "unit") == NULL ? b->t->unit : json_get_string(v, "unit");
	p->due = x_member(b, v, "due", p->pointer, TYPE_DATE, scopes);
	p->from_share = need_share(b, json_get(v, "from"), at_key(b, p->pointer, "from"));
	p->to_share = need_share(b, json_get(v, "to"), at_key(b, p->pointer, "to"));
	if (tax != NULL)
		p->tax = need_table(b, tax, at_key(b, p->pointer, "tax"));
	if (p->tax != NULL && (p->tax->argument != ARGUMENT_DATE || p->tax->word_count != 0 ||
			       p->tax->type != TYPE_NUMBER))
		build_error(b, at_key(b, p->pointer, "tax"), "a tax table answers a rate to a "
			    "date; '%s' asks for other things", p->tax->name);
	p->final = x_member(b, v, "final", p->pointer, TYPE_DATE,
			    scopes & (SCOPE_PERIOD | SCOPE_OUTCOME));	/* also of who is gone */
	p->held = hold != NULL;
	if (hold != NULL)
		(void)shape_number(json_get(hold, "part"), &p->hold_part);
	p->hold_until = x_member(b, hold, "until", at, TYPE_DATE, scopes);
	p->ended = json_is(json_get(v, "ended"), "started") ? ENDED_STARTED : ENDED_ACHIEVED;
}

void
build_payments(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->payment_count; i++)
		build_payment(b, &b->t->payments[i], &map->members[i].value);
}

/* ---- limits ---- */

static void
build_per(struct build *b, struct terms_limit *l, struct terms_per *per, const struct json *v,
	  const char *at)
{
	static const char words[] = "person enrolment site group achieved settled enrolled "
				    "payer payee contract";
	const char *key = v->kind == JSON_STRING ? v->string : v->members[0].key;

	per->what = (enum terms_dimension)word_index(words, key);
	if (per->what == PER_GROUP)
		per->group = need_group(b, &v->members[0].value, at_key(b, at, key));
	else if (v->kind == JSON_OBJECT)
		per->calendar = need_calendar(b, &v->members[0].value, at_key(b, at, key));
	if (per->calendar != NULL && per->calendar->from != NULL)
		build_error(b, at, "a limit's periods are the same for all; calendar '%s' has an "
			    "anchor; give one on the grid", per->calendar->name);
	l->after_split = l->after_split || per->what == PER_PAYER || per->what == PER_PAYEE;
}

static uint32_t
limit_scopes(const struct terms_limit *l)
{
	uint32_t scopes = 0;

	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			scopes |= SCOPE_PERSON | SCOPE_SITE;
		else if (l->per[i].what == PER_SITE)
			scopes |= SCOPE_SITE;
	return scopes;
}

/* Periods that follow each other as it is settled: what one leaves may go on to the next. Of when
 * people began nothing goes on. */
static unsigned
limit_periods(const struct terms_limit *l)
{
	unsigned n = 0;

	for (size_t i = 0; i < l->per_count; i++)
		n += l->per[i].what == PER_ACHIEVED || l->per[i].what == PER_SETTLED;
	return n;
}

static void
build_steps(struct build *b, struct terms_limit *l, const struct json *v)
{
	const struct json *steps = json_get(v, "steps"), *excess = json_get(v, "excess");
	const char *at = at_key(b, l->pointer, "steps");

	l->kind = LIMIT_STEPS;
	l->along_count = json_is(json_get(v, "along"), "count");
	l->step_count = steps->count;
	l->steps = arena_array(b->arena, steps->count, sizeof(*l->steps));
	for (uint32_t i = 0; i < steps->count; i++) {
		const char *one = at_index(b, at, i);

		l->steps[i].to = x_member(b, &steps->items[i], "to", one, TYPE_NUMBER,
					  limit_scopes(l));
		(void)shape_number(json_get(&steps->items[i], "rate"), &l->steps[i].rate);
		if (l->steps[i].to == NULL && i + 1 < steps->count)
			build_error(b, one, "a step without end stands before others; give it "
				    "'to', or put it last");
	}
	l->excess = json_is(excess, "lost") ? EXCESS_LOST :
		    json_is(excess, "next") ? EXCESS_NEXT : EXCESS_PAYER;
	if (l->excess == EXCESS_PAYER)
		l->excess_payer = need_party(b, json_get(excess, "payer"),
					     at_key(b, l->pointer, "excess/payer"));
	l->unused_next = json_is(json_get(v, "unused"), "next");
	l->freed_waiting = json_is(json_get(v, "freed"), "waiting");
	if ((l->excess == EXCESS_NEXT || l->unused_next) && limit_periods(l) == 0)
		build_error(b, l->pointer, "'next' is the next period's bucket, and 'per' names no "
			    "calendar of what is achieved or settled; add {\"achieved\": "
			    "CALENDAR} or say \"lost\"");
}

/* A top-up's key names one person or site, or the contract, and one period. */
static void
build_floor_per(struct build *b, const struct terms_limit *l)
{
	unsigned subjects = 0, periods = 0;

	for (uint32_t i = 0; i < l->per_count; i++) {
		const char *at = at_index(b, at_key(b, l->pointer, "per"), i);
		enum terms_dimension what = l->per[i].what;

		subjects += what == PER_PERSON || what == PER_SITE;
		periods += l->per[i].calendar != NULL;
		if (what == PER_ENROLMENT)
			build_error(b, at, "a top-up is a person's, a site's or the contract's, and "
				    "those of a person's enrolments would have one key; say "
				    "\"person\"");
		else if (what == PER_PAYER || what == PER_PAYEE)
			build_error(b, at, "a top-up is split by the floor's own 'from' and 'to', and "
				    "those of several bodies would have one key; leave it out");
		else if ((subjects > 1 && (what == PER_PERSON || what == PER_SITE)) ||
			 (periods > 1 && l->per[i].calendar != NULL))
			build_error(b, at, "a top-up's key has one person or site and one calendar's "
				    "period, and this is the second; leave one out");
	}
}

static void
build_limit(struct build *b, struct terms_limit *l, const struct json *v)
{
	const struct json *per = json_get(v, "per");

	l->of = need_payments(b, json_get(v, "of"), at_key(b, l->pointer, "of"), &l->of_count);
	l->per_count = per->count;
	l->per = arena_array(b->arena, per->count, sizeof(*l->per));
	for (uint32_t i = 0; i < per->count; i++)
		build_per(b, l, &l->per[i], &per->items[i],
			  at_index(b, at_key(b, l->pointer, "per"), i));
	if (limit_periods(l) > 1 && json_get(v, "floor") == NULL)
		build_error(b, at_key(b, l->pointer, "per"), "periods of what is achieved or settled "
			    "follow each other along one calendar, and 'per' names two; leave one "
			    "out");
	l->achieved_order = json_is(json_get(v, "order"), "achieved");
	if (json_get(v, "steps") != NULL) {
		build_steps(b, l, v);
	} else if (json_get(v, "floor") != NULL) {
		l->kind = LIMIT_FLOOR;
		build_floor_per(b, l);
		l->amount = x_member(b, v, "floor", l->pointer, TYPE_NUMBER, limit_scopes(l));
		l->on = x_member(b, v, "on", l->pointer, TYPE_DATE, limit_scopes(l));
		l->from_share = need_share(b, json_get(v, "from"), at_key(b, l->pointer, "from"));
		l->to_share = need_share(b, json_get(v, "to"), at_key(b, l->pointer, "to"));
	} else if (json_get(v, "less") != NULL) {
		l->kind = LIMIT_LESS;
		l->less = need_payments(b, json_get(v, "less"), at_key(b, l->pointer, "less"),
					&l->less_count);
	} else {
		l->kind = LIMIT_SCALE;
		l->amount = x_member(b, v, "scale", l->pointer, TYPE_NUMBER, limit_scopes(l));
	}
	if (terms_payment(b->t, l->name) != NULL)
		build_error(b, at_key(b, l->pointer, "name"), "'%s' is a payment too, and lines "
			    "could not tell them apart; rename the limit", l->name);
	for (size_t i = 0; i < l->index; i++)
		if (strcmp(b->t->limits[i].name, l->name) == 0)
			build_error(b, at_key(b, l->pointer, "name"), "there is another limit '%s'; "
				    "rename one", l->name);
}

/* Each entitlement has a mark for each group that limits are per. */
static void
number_groups(struct build *b, const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++) {
		struct terms_group *g = l->per[i].group == NULL
						? NULL : &b->t->groups[l->per[i].group->index];
		unsigned last = 0;

		for (size_t k = 0; k < b->t->group_count; k++)
			if (b->t->groups[k].limited > last)
				last = b->t->groups[k].limited;
		if (g == NULL || g->limited > 0)
			continue;
		g->limited = last + 1;
		if (last == LIMIT_TERMS_LIMITED)
			build_error(b, at_key(b, l->pointer, "per"), "limits are per more than %d "
				    "groups; use fewer, or a limit per site or person",
				    LIMIT_TERMS_LIMITED);
	}
}

void
build_limits(struct build *b, const struct json *list)
{
	for (size_t i = 0; i < b->t->limit_count; i++)
		build_limit(b, &b->t->limits[i], &list->items[i]);
	for (size_t i = 0; i < b->t->limit_count; i++)
		number_groups(b, &b->t->limits[i]);
}

/* ---- shares ---- */

static void
build_parts(struct build *b, struct terms_tranche *t, const struct json *parts, const char *at)
{
	const uint32_t scopes = SCOPE_PERSON | SCOPE_SITE | SCOPE_PERIOD | SCOPE_OUTCOME;

	t->part_count = parts->count;
	t->parts = arena_array(b->arena, parts->count, sizeof(*t->parts));
	for (uint32_t i = 0; i < parts->count; i++) {
		const char *one = at_index(b, at, i);

		t->parts[i].party = need_party(b, json_get(&parts->items[i], "party"),
					       at_key(b, one, "party"));
		t->parts[i].weight = x_member(b, &parts->items[i], "weight", one, TYPE_NUMBER,
					      scopes);
		for (uint32_t k = 0; k < i; k++)
			if (t->parts[k].party != NULL && t->parts[k].party == t->parts[i].party)
				build_error(b, one, "party '%s' has another part here; add the "
					    "weights", t->parts[i].party->name);
	}
}

static void
build_share(struct build *b, struct terms_share *s, const struct json *v)
{
	const struct json *tranches = json_get(v, "tranches"), *none = json_get(v, "none");
	const char *at = at_key(b, s->pointer, "tranches");

	s->tranche_count = tranches == NULL ? 1 : tranches->count;
	s->tranches = arena_array(b->arena, s->tranche_count, sizeof(*s->tranches));
	if (tranches == NULL)
		build_parts(b, &s->tranches[0], json_get(v, "parts"),
			    at_key(b, s->pointer, "parts"));
	for (uint32_t i = 0; tranches != NULL && i < tranches->count; i++) {
		const char *one = at_index(b, at, i);

		build_parts(b, &s->tranches[i], json_get(&tranches->items[i], "parts"),
			    at_key(b, one, "parts"));
		s->tranches[i].to = x_member(b, &tranches->items[i], "to", one, TYPE_NUMBER, 0);
		if ((s->tranches[i].to == NULL) != (i + 1 == tranches->count))
			build_error(b, one, "every tranche but the last ends somewhere, and the "
				    "last has no end; mend 'to'");
	}
	s->achieved_order = json_is(json_get(v, "order"), "achieved");
	s->residual = (enum residual)word_of(v, "residual", "largest first last");
	if (!json_is(none, "unknown"))
		s->none = need_party(b, none, at_key(b, s->pointer, "none"));
	if (terms_party(b->t, s->name) != NULL)
		build_error(b, s->pointer, "'%s' is a party too, and 'from' could not tell them "
			    "apart; rename the share", s->name);
}

void
build_shares(struct build *b, const struct json *map)
{
	for (size_t i = 0; map != NULL && i < map->count; i++)
		build_share(b, &b->t->shares[i], &map->members[i].value);
}

/* ---- settlement ---- */

static struct date
settlement_date(const struct json *v, const char *key)
{
	const struct json *d = json_get(v, key);
	struct date day = { 0 };

	(void)!date_parse(d->string, d->count, &day);
	return day;
}

/* What is read day by day has an end. */
static void
check_span(struct build *b, const struct terms_settlement *s)
{
	char text[DATE_TEXT], found[DATE_TEXT];
	struct date last;

	if (!date_add_months(s->from, 12 * LIMIT_TERMS_YEARS, &last) ||
	    date_compare(s->final, last) <= 0)
		return;
	date_format(last, text);
	date_format(s->final, found);
	build_error(b, "/settlement/final", "expected a date up to %s, %d years after 'from', "
		    "found %s; a contract that lasts longer goes on as another one", text,
		    LIMIT_TERMS_YEARS, found);
}

static void
check_dates(struct build *b, const struct terms_settlement *s)
{
	const struct { const char *name; struct date day; } days[] = {
		{ "from", s->from }, { "enrol_until", s->enrol_until },
		{ "outcome_until", s->outcome_until }, { "record_until", s->record_until },
		{ "final", s->final },
	};

	for (size_t i = 1; i < sizeof(days) / sizeof(days[0]); i++)
		if (date_compare(days[i - 1].day, days[i].day) > 0)
			build_error(b, at_key(b, "/settlement", days[i].name), "'%s' is before "
				    "'%s'; mend one of the two dates", days[i].name,
				    days[i - 1].name);
	check_span(b, s);
}

void
build_settlement(struct build *b, const struct json *v)
{
	struct terms_settlement *s = &b->t->settlement;
	const struct json *offset = json_get(v, "offset"), *terminate = json_get(v, "terminate");
	const struct json *cut = json_get(v, "cut_off"), *dispute = json_get(v, "dispute_until");

	s->from = settlement_date(v, "from");
	s->enrol_until = settlement_date(v, "enrol_until");
	s->outcome_until = settlement_date(v, "outcome_until");
	s->record_until = settlement_date(v, "record_until");
	s->final = settlement_date(v, "final");
	check_dates(b, s);
	s->periods = need_calendar(b, json_get(v, "periods"), "/settlement/periods");
	if (s->periods != NULL && (s->periods->from != NULL || s->periods->stop != NULL ||
				   s->periods->skip_weekdays != 0 || s->periods->skip_days != NULL))
		build_error(b, "/settlement/periods", "statements follow a plain calendar on the "
			    "grid; '%s' has an anchor, a skip or a stop", s->periods->name);
	s->cut_off_n = json_get_integer(cut, "n", 0);
	s->cut_off_calendar = need_calendar(b, json_get(cut, "calendar"),
					    "/settlement/cut_off/calendar");
	s->negative_carry = json_is(json_get(v, "negative"), "carry");
	if (dispute != NULL) {
		s->dispute_n = json_get_integer(dispute, "n", 0);
		s->dispute_calendar = need_calendar(b, json_get(dispute, "calendar"),
						    "/settlement/dispute_until/calendar");
	}
	(void)!offset_parse(offset->string, offset->count, &s->offset_minutes);
	s->terminate = arena_array(b->arena, terminate->count + 1, sizeof(*s->terminate));
	for (uint32_t i = 0; i < terminate->count; i++)
		s->terminate[s->terminate_count++] = need_party(b, &terminate->items[i],
			at_index(b, "/settlement/terminate", i));
}
