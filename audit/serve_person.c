/* serve_person.c - people, by pseudonym: who there is, what was said of one, what comes next. */
#include "serve_routes.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "explain.h"
#include "terms.h"
#include "text.h"

#define TIMELINE_MAX 1000

enum rc
ask_person(struct ask *a, struct hash contract, bool *ret_given, uint32_t *ret, struct err *e)
{
	const char *text = query_get(&a->query, "participant");
	uint32_t number;

	*ret_given = text != NULL;
	*ret = 0;
	if (text == NULL)
		return RC_OK;
	if (!text_is_pseudonym(text, strlen(text)))
		return rc_fail(e, RC_USAGE, "participant: expected 26 characters of base32, found "
			       "'%.40s'", text);
	number = view_contract_of(a->s->view, contract);
	if (number != 0)
		*ret = view_person_of(a->s->view, number, text);
	if (*ret == 0)
		*ret = UINT32_MAX;	/* nobody */
	return RC_OK;
}

enum rc
ask_name(struct ask *a, const char *parameter, bool *ret_given, uint16_t *ret, struct err *e)
{
	const char *text = query_get(&a->query, parameter);

	*ret_given = text != NULL;
	*ret = 0;
	if (text == NULL)
		return RC_OK;
	if (!text_is_name(text, strlen(text)))
		return rc_fail(e, RC_USAGE, "%s: expected a name, lowercase letters, digits and _, "
			       "found '%.50s'", parameter, text);
	*ret = view_name_of(a->s->view, text);
	if (*ret == 0)
		*ret = UINT16_MAX;	/* nobody */
	return RC_OK;
}

static void
set_person(struct ask *a, const struct view_person *x, struct json *o)
{
	const struct view *v = a->s->view;

	json_set(a->arena, o, "participant",
		 json_string(arena_printf(a->arena, "%s", x->pseudonym)));
	json_set(a->arena, o, "contract", json_hash(a, v->contracts[x->contract - 1]));
	set_text(a, o, "provider", view_name(v, x->provider));
	set_text(a, o, "site", view_name(v, x->site));
	if (x->has_enrolled)
		json_set(a->arena, o, "enrolled", json_date(a, x->enrolled));
	if (x->has_exited)
		json_set(a->arena, o, "exited", json_date(a, x->exited));
}

struct person_filter {
	bool by_provider, by_site, by_outcome, by_without;
	uint16_t provider, site, outcome, without;
	const bool *has, *lacks;	/* by a person's number */
};

static enum rc
read_person_filter(struct ask *a, const struct contract *k, struct person_filter *f,
		   struct err *e)
{
	enum rc rc = ask_name(a, "provider", &f->by_provider, &f->provider, e);

	if (rc == RC_OK)
		rc = ask_name(a, "site", &f->by_site, &f->site, e);
	if (rc == RC_OK)
		rc = ask_name(a, "outcome", &f->by_outcome, &f->outcome, e);
	if (rc == RC_OK)
		rc = ask_name(a, "without", &f->by_without, &f->without, e);
	if (rc == RC_OK && (f->by_outcome || f->by_without) && !may_see_some(a, THING_COUNTS))
		rc = not_found(e);
	if (rc == RC_OK && f->by_outcome)
		f->has = people_with(a, k, f->outcome);
	if (rc == RC_OK && f->by_without)
		f->lacks = people_with(a, k, f->without);
	return rc;
}

static bool
person_passes(const struct person_filter *f, const struct view_person *x, uint32_t number)
{
	return (!f->by_provider || x->provider == f->provider) &&
	       (!f->by_site || x->site == f->site) && (!f->by_outcome || f->has[number]) &&
	       (!f->by_without || !f->lacks[number]);
}

enum rc
serve_participants(struct ask *a, struct page *p, struct err *e)
{
	const struct view *v = a->s->view;
	struct person_filter f = { 0 };
	const struct contract *k;
	uint32_t number;
	enum rc rc = ask_contract(a, a->path.hash, &k, e);

	if (rc == RC_OK)
		rc = read_person_filter(a, k, &f, e);
	if (rc != RC_OK)
		return rc;
	number = view_contract_of(v, k->digest);
	for (uint32_t i = (uint32_t)p->from; i < v->person_count; i++) {
		const struct view_person *x = &v->people[i];
		struct json o = json_object();

		if (page_worked(p, i))
			break;
		if (x->contract != number || x->pseudonym[0] == '\0' || x->first >= a->size ||
		    !may_see(a, THING_PARTICIPANT, person_relation(a, k, i + 1)) ||
		    !person_passes(&f, x, i + 1))
			continue;
		set_person(a, x, &o);
		set_count(a, &o, "events", x->rows);
		set_count(a, &o, "seq", x->first);
		if (page_add(a, p, i, o))
			break;
	}
	return RC_OK;
}

/* The person of the path, where the caller may see it. */
static enum rc
person_of_path(struct ask *a, const struct contract **ret, uint32_t *ret_person, struct err *e)
{
	const struct view *v = a->s->view;
	enum rc rc = ask_contract(a, a->path.hash, ret, e);
	uint32_t person;

	if (rc != RC_OK)
		return rc;
	person = view_person_of(v, view_contract_of(v, a->path.hash), a->path.pseudonym);
	if (person == 0 || !may_see(a, a->route->thing, person_relation(a, *ret, person)))
		return not_found(e);
	*ret_person = person;
	return RC_OK;
}

/* ---- timeline ---- */

static const struct statement *
statement_of(const struct contract *k, uint64_t seq)
{
	for (size_t i = 0; i < k->statement_count; i++)
		if (k->statements[i].first <= seq && seq < k->statements[i].seq)
			return &k->statements[i];
	return NULL;
}

struct timeline {
	struct ask *a;
	const struct contract *k;
	struct json events, lines;
	bool more;
};

static enum rc
add_row(struct timeline *t, uint32_t seq, struct err *e)
{
	struct ask *a = t->a;
	const struct view_row *r = &a->s->view->rows[seq];
	struct json o = json_object();
	const struct statement *s;
	enum rc rc = RC_OK;

	if (r->type == EVENT_SETTLEMENT_BASIS) {
		s = r->link == NO_ROW ? NULL : statement_of(t->k, r->link);
		if (s == NULL || (r->marks & ROW_ERASED) != 0 ||
		    !may_see(a, THING_LINE, payee_relation(a, t->k, view_name(a->s->view, r->to))))
			return RC_OK;
		if (t->lines.count == TIMELINE_MAX) {
			t->more = true;
			return RC_OK;
		}
		rc = line_json(a, s, r->link, &o, e);
		if (rc == RC_OK)
			json_add(a->arena, &t->lines, o);
		return rc;
	}
	if (!may_see_row(a, seq))
		return RC_OK;
	if (t->events.count == TIMELINE_MAX) {
		t->more = true;
		return RC_OK;
	}
	rc = event_json(a, seq, &o, e);
	if (rc == RC_OK)
		json_add(a->arena, &t->events, o);
	return rc;
}

enum rc
serve_timeline(struct ask *a, struct json *ret, struct err *e)
{
	const struct view *v = a->s->view;
	struct timeline t = { .a = a, .events = json_array(a->arena, 32),
			      .lines = json_array(a->arena, 16) };
	uint32_t person, seq;
	enum rc rc = person_of_path(a, &t.k, &person, e);

	if (rc != RC_OK)
		return rc;
	for (seq = v->people[person - 1].first; rc == RC_OK && seq != NO_ROW;
	     seq = v->rows[seq].next)
		rc = add_row(&t, seq, e);
	if (rc != RC_OK)
		return rc;
	set_person(a, &v->people[person - 1], ret);
	json_set(a->arena, ret, "events", t.events);
	json_set(a->arena, ret, "lines", t.lines);
	json_set(a->arena, ret, "more", json_boolean(t.more));
	return RC_OK;
}

/* ---- outlook ---- */

void
set_sentences(struct ask *a, struct json *ret, const struct buf *text)
{
	struct json list = json_array(a->arena, 16);
	const char *at = text->size == 0 ? "" : arena_string(a->arena, text->data, text->size);

	while (*at != '\0') {
		size_t length = strcspn(at, "\n");

		if (length > 0)
			json_add(a->arena, &list, json_string(arena_string(a->arena, at, length)));
		at += length + (at[length] == '\n');
	}
	json_set(a->arena, ret, "language", json_string(language_code(a->language)));
	json_set(a->arena, ret, "sentences", list);
}

enum rc
serve_person_outlook_text(struct ask *a, struct buf *ret, struct err *e)
{
	const char *text = query_get(&a->query, "day");
	struct settlement *engine;
	struct ledger_facts facts;
	const struct contract *k;
	struct date day;
	uint32_t person;
	enum rc rc = person_of_path(a, &k, &person, e);

	if (rc != RC_OK)
		return rc;
	state_facts(ledger_state(a->ledger), &facts);
	day = instant_date(facts.at, 0);
	if (text != NULL && !date_parse(text, strlen(text), &day))
		return rc_fail(e, RC_USAGE, "day: expected a date, YYYY-MM-DD, found '%.20s'", text);
	if (k->current == NULL)
		return not_found(e);
	rc = ledger_settlement(a->ledger, k->digest, &engine, e);
	if (rc == RC_OK)
		rc = explain_outlook(engine, a->path.pseudonym, a->size, day, a->language,
				     ret, e);
	return rc;
}

enum rc
serve_person_outlook(struct ask *a, struct json *ret, struct err *e)
{
	struct buf text = { 0 };
	enum rc rc = serve_person_outlook_text(a, &text, e);

	if (rc == RC_OK)
		set_sentences(a, ret, &text);
	buf_free(&text);
	return rc;
}
