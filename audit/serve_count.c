/* serve_count.c - how many, how much: for the parties in full, for the public in steps of five. */
#include "serve_routes.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "terms.h"

#define SMALL 5		/* fewer people than this are nobody's to count in public */

/* ---- what was earned ---- */

static struct json
outcome_json(struct ask *a, const struct view_key *k)
{
	const struct view *v = a->s->view;
	struct json o = json_object();

	json_set(a->arena, &o, "key", json_hash(a, k->key));
	json_set(a->arena, &o, "payment", json_string(view_name(v, k->payment)));
	json_set(a->arena, &o, "payee", json_string(view_name(v, k->payee)));
	json_set(a->arena, &o, "unit", json_string(view_name(v, k->unit)));
	json_set(a->arena, &o, "reason", json_string(view_name(v, k->reason)));
	json_set(a->arena, &o, "amount", json_integer(k->amount));
	set_count(a, &o, "lines", k->lines);
	set_count(a, &o, "seq", k->first);
	set_count(a, &o, "statement", k->statement);
	set_text(a, &o, "outcome", view_name(v, k->outcome));
	set_text(a, &o, "site", view_name(v, k->site));
	set_text(a, &o, "occurrence", arena_printf(a->arena, "%s", k->occurrence));
	if (k->person != 0)
		set_text(a, &o, "participant",
			 arena_printf(a->arena, "%s", v->people[k->person - 1].pseudonym));
	if (k->has_achieved)
		json_set(a->arena, &o, "achieved", json_date(a, k->achieved));
	return o;
}

enum rc
serve_outcomes(struct ask *a, struct page *p, struct err *e)
{
	const struct view *v = a->s->view;
	const struct contract *k;
	uint32_t number = 0, person = 0;
	uint16_t outcome = 0;
	bool by_outcome, by_person;
	enum rc rc = ask_contract(a, a->path.hash, &k, e);

	if (rc == RC_OK)
		rc = ask_person(a, a->path.hash, &by_person, &person, e);
	if (rc == RC_OK)
		rc = ask_name(a, "outcome", &by_outcome, &outcome, e);
	if (rc != RC_OK)
		return rc;
	number = view_contract_of(v, k->digest);
	for (size_t i = (size_t)p->from; i < v->key_count; i++) {
		const struct view_key *x = &v->keys[i];

		if (page_worked(p, i))
			break;
		if (x->contract != number || x->lines == 0 || x->first >= a->size ||
		    (by_outcome && x->outcome != outcome) || (by_person && x->person != person) ||
		    !may_see(a, THING_OUTCOME, payee_relation(a, k, view_name(v, x->payee))))
			continue;
		if (page_add(a, p, i, outcome_json(a, x)))
			break;
	}
	return RC_OK;
}

/* ---- by month ---- */

struct mark {			/* one enrolment (outcome 0) or outcome */
	int month;		/* months since year 0 */
	uint32_t person;	/* 0: the contract's */
	uint16_t outcome;
};

static int
month_of(struct date d)
{
	int year, month, day;

	date_to_civil(d, &year, &month, &day);
	return 12 * year + month - 1;
}

static int
compare_marks(const void *x, const void *y)
{
	const struct mark *a = x, *b = y;

	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	return (a->outcome > b->outcome) - (a->outcome < b->outcome);
}

static bool
is_earned(const struct view_key *k)
{
	return k->outcome != 0 && k->amount != 0 && k->has_achieved && !k->again;
}

static size_t
gather_marks(const struct ask *a, const struct contract *k, uint32_t number, struct mark *ret)
{
	const struct view *v = a->s->view;
	size_t count = 0;

	for (uint32_t i = 0; i < v->person_count; i++)
		if (v->people[i].contract == number && v->people[i].has_enrolled &&
		    may_see(a, THING_COUNTS, person_relation(a, k, i + 1)))
			ret[count++] = (struct mark){ month_of(v->people[i].enrolled), i + 1, 0 };
	for (size_t i = 0; i < v->key_count; i++) {
		const struct view_key *x = &v->keys[i];

		if (x->contract == number && is_earned(x) &&
		    may_see(a, THING_COUNTS, payee_relation(a, k, view_name(v, x->payee))))
			ret[count++] = (struct mark){ month_of(x->achieved), x->person, x->outcome };
	}
	return count;
}

static int
compare_people(const void *x, const void *y)
{
	const struct mark *a = x, *b = y;

	if (a->outcome != b->outcome)
		return a->outcome < b->outcome ? -1 : 1;
	return (a->person > b->person) - (a->person < b->person);
}

/* `people` 0: an outcome of nobody's. */
static void
add_outcome_count(struct ask *a, struct json *list, uint16_t outcome, uint64_t count,
		  uint64_t people)
{
	struct json o = json_object();

	if (people > 0)
		set_count(a, &o, "people", people);
	json_set(a->arena, &o, "outcome", json_string(view_name(a->s->view, outcome)));
	set_count(a, &o, "count", count);
	json_add(a->arena, list, o);
}

/* Marks of one month, sorted. */
static struct json
month_json(struct ask *a, const struct mark *marks, size_t count)
{
	struct json o = json_object(), list = json_array(a->arena, 4);
	uint64_t enrolled = 0;
	struct date first;

	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count && marks[i + n].outcome == marks[i].outcome;)
			n++;
		if (marks[i].outcome == 0)
			enrolled = n;
		else
			add_outcome_count(a, &list, marks[i].outcome, n, 0);
	}
	if (date_from_civil(marks[0].month / 12, marks[0].month % 12 + 1, 1, &first))
		json_set(a->arena, &o, "month", json_date(a, first));
	set_count(a, &o, "enrolled", enrolled);
	json_set(a->arena, &o, "outcomes", list);
	return o;
}

static void
set_totals(struct ask *a, struct json *ret, struct mark *marks, size_t count)
{
	struct json list = json_array(a->arena, 8);
	uint64_t enrolled = 0;

	qsort(marks, count, sizeof(marks[0]), compare_people);
	for (size_t i = 0, n; i < count; i += n) {
		uint64_t people = marks[i].person != 0;

		for (n = 1; i + n < count && marks[i + n].outcome == marks[i].outcome; n++)
			people += marks[i + n].person != marks[i + n - 1].person;
		if (marks[i].outcome == 0)
			enrolled = n;
		else
			add_outcome_count(a, &list, marks[i].outcome, n, people);
	}
	set_count(a, ret, "enrolled", enrolled);
	json_set(a->arena, ret, "outcomes", list);
}

bool *
people_with(struct ask *a, const struct contract *k, uint16_t outcome)
{
	const struct view *v = a->s->view;
	bool *ret = arena_array(a->arena, v->person_count + 1, sizeof(ret[0]));

	for (size_t i = 0; i < v->key_count; i++) {
		const struct view_key *x = &v->keys[i];

		if (x->outcome == outcome && x->person != 0 && is_earned(x) &&
		    may_see(a, THING_COUNTS, payee_relation(a, k, view_name(v, x->payee))))
			ret[x->person] = true;
	}
	return ret;
}

enum rc
serve_counts(struct ask *a, struct json *ret, struct err *e)
{
	const struct view *v = a->s->view;
	struct json months = json_array(a->arena, 24);
	const struct contract *k;
	struct mark *marks;
	size_t count;
	enum rc rc = ask_contract(a, a->path.hash, &k, e);

	if (rc != RC_OK)
		return rc;
	marks = arena_array(a->arena, v->person_count + v->key_count + 1, sizeof(marks[0]));
	count = gather_marks(a, k, view_contract_of(v, k->digest), marks);
	qsort(marks, count, sizeof(marks[0]), compare_marks);
	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count && marks[i + n].month == marks[i].month;)
			n++;
		json_add(a->arena, &months, month_json(a, &marks[i], n));
	}
	json_set(a->arena, ret, "contract", json_hash(a, k->digest));
	json_set(a->arena, ret, "months", months);
	set_totals(a, ret, marks, count);
	return RC_OK;
}

/* ---- for the public ---- */

/* What was published follows the count in steps of SMALL: it stays until the count is that far
 * away, so that the difference between two readings is never of fewer. */
static int64_t
published(int64_t before, int64_t count)
{
	if (count < SMALL)
		return 0;
	return count - before >= SMALL || before - count >= SMALL ? count : before;
}

static int64_t
public_outcome(const struct view *v, uint32_t contract, uint16_t outcome)
{
	int64_t count = 0, shown = 0;
	uint32_t statement = 0;

	for (size_t i = 0; i < v->step_count; i++) {
		const struct view_step *x = &v->steps[i];

		if (x->contract != contract || x->outcome != outcome)
			continue;
		if (x->statement != statement)
			shown = published(shown, count);
		statement = x->statement;
		count += x->by;
	}
	return published(shown, count);
}

/* Enrolments recorded before each statement's cut-off. */
static int64_t
public_enrolled(const struct view *v, uint32_t contract, const struct contract *k)
{
	int64_t shown = 0;

	for (size_t n = 0; n < k->statement_count; n++) {
		int64_t count = 0;

		for (size_t i = 0; i < v->person_count; i++)
			if (v->people[i].contract == contract && v->people[i].has_enrolled &&
			    v->people[i].first < k->statements[n].size)
				count++;
		shown = published(shown, count);
	}
	return shown;
}

static void
set_cell(struct ask *a, struct json *o, const char *key, int64_t count)
{
	if (count >= SMALL)
		json_set(a->arena, o, key, json_integer(count));
	else
		json_set(a->arena, o, "suppressed", json_boolean(true));
}

static struct json
aggregate_json(struct ask *a, const struct contract *k)
{
	const struct view *v = a->s->view;
	const struct terms *t = (k->current == NULL ? &k->versions[0] : k->current)->terms;
	uint32_t number = view_contract_of(v, k->digest);
	struct json o = json_object(), list = json_array(a->arena, t->outcome_count);
	const struct statement *last;

	json_set(a->arena, &o, "contract", json_hash(a, k->digest));
	json_set(a->arena, &o, "name", json_string(t->contract));
	for (size_t i = 0; i < t->outcome_count; i++) {
		uint16_t outcome = view_name_of(v, t->outcomes[i].name);
		struct json cell = json_object();

		json_set(a->arena, &cell, "outcome", json_string(t->outcomes[i].name));
		set_cell(a, &cell, "count", outcome == 0 ? 0 :
			 public_outcome(v, number, outcome));
		json_add(a->arena, &list, cell);
	}
	json_set(a->arena, &o, "outcomes", list);
	set_cell(a, &o, "enrolled", public_enrolled(v, number, k));
	if (k->statement_count > 0) {
		last = &k->statements[k->statement_count - 1];
		set_count(a, &o, "statement", last->number);
		json_set(a->arena, &o, "through", json_date(a, last->through));
	}
	return o;
}

enum rc
serve_aggregates(struct ask *a, struct page *p, struct err *e)
{
	const struct state *st = ledger_state(a->ledger);

	(void)e;
	for (size_t i = (size_t)p->from; i < state_contract_count(st); i++)
		if (page_add(a, p, i, aggregate_json(a, state_contract_at(st, i))))
			break;
	return RC_OK;
}
