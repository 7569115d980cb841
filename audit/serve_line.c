/* serve_line.c - lines of a statement and their sums, one line with why it is what it is, and the
 * lines that the next statement would have. */
#include "serve_routes.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "explain.h"
#include "lines.h"
#include "money.h"
#include "settle.h"

static bool
may_see_line(const struct ask *a, const struct contract *k, const struct view_row *r)
{
	return may_see(a, THING_LINE, payee_relation(a, k, view_name(a->s->view, r->to)));
}

static const char *const line_members[] = {
	"key", "payer", "payee", "payment", "outcome", "amount", "unit", "tax", "year", "reason",
	"version",
};
static const char *const basis_members[] = { "participant", "site", "occurrence", "achieved" };

/* Not copied: both lie in the arena of the request. */
static void
copy_members(struct ask *a, struct json *o, const struct json *from, const char *const *names,
	     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct json *value = json_get(from, names[i]);

		if (value != NULL)
			json_set(a->arena, o, names[i], *value);
	}
}

enum rc
line_json(struct ask *a, const struct statement *s, uint64_t seq, struct json *ret, struct err *e)
{
	const struct view_row *r = &a->s->view->rows[seq];
	struct event line, basis;
	enum rc rc = ledger_event(a->ledger, seq, a->arena, &line, e);

	if (rc != RC_OK)
		return rc;
	json_set(a->arena, ret, "statement", json_hash(a, s->issued));
	set_count(a, ret, "number", s->number);
	json_set(a->arena, ret, "line", json_integer(json_get_integer(line.body, "line", 1)));
	set_count(a, ret, "seq", seq);
	json_set(a->arena, ret, "digest", json_hash(a, line.digest));
	copy_members(a, ret, line.body, line_members, sizeof(line_members) / sizeof(char *));
	if (r->link == NO_ROW || (a->s->view->rows[r->link].marks & ROW_ERASED) != 0)
		return RC_OK;
	rc = ledger_event(a->ledger, r->link, a->arena, &basis, e);
	if (rc != RC_OK)
		return rc;
	json_set(a->arena, ret, "basis", json_hash(a, basis.digest));
	copy_members(a, ret, basis.body, basis_members, sizeof(basis_members) / sizeof(char *));
	return RC_OK;
}

#define LINE_TEXT 640	/* most lines are shorter */

struct line_filter {
	bool by_payer, by_payee, by_payment, by_outcome, by_reason, by_person;
	uint16_t payer, payee, payment, outcome, reason;
	uint32_t person;
};

static enum rc
read_filter(struct ask *a, const struct contract *k, struct line_filter *f, struct err *e)
{
	enum rc rc = ask_name(a, "payer", &f->by_payer, &f->payer, e);

	if (rc == RC_OK)
		rc = ask_name(a, "payee", &f->by_payee, &f->payee, e);
	if (rc == RC_OK)
		rc = ask_name(a, "payment", &f->by_payment, &f->payment, e);
	if (rc == RC_OK)
		rc = ask_name(a, "outcome", &f->by_outcome, &f->outcome, e);
	if (rc == RC_OK)
		rc = ask_name(a, "reason", &f->by_reason, &f->reason, e);
	if (rc == RC_OK)
		rc = ask_person(a, k->digest, &f->by_person, &f->person, e);
	return rc;
}

/* All of a filter but the reason, which stands in the line itself. */
static bool
passes(const struct ask *a, const struct line_filter *f, const struct view_row *r)
{
	const struct view *v = a->s->view;
	const struct view_key *key = r->extra < v->key_count ? &v->keys[r->extra] : NULL;

	return (!f->by_payer || r->from == f->payer) && (!f->by_payee || r->to == f->payee) &&
	       (!f->by_payment || (key != NULL && key->payment == f->payment)) &&
	       (!f->by_outcome || (key != NULL && key->outcome == f->outcome)) &&
	       (!f->by_person || (key != NULL && key->person == f->person));
}

/* A line's text is made once: it changes only where its basis is erased. */
static enum rc
add_line(struct ask *a, struct page *p, const struct statement *s, uint64_t seq,
	 const struct line_filter *f, struct err *e)
{
	struct json o = json_object();
	struct buf text = { 0 };
	enum rc rc;

	if (a->media != MEDIA_CSV && !f->by_reason && page_begin(a, p)) {
		if (lines_find(a->s->lines, seq, &p->out)) {
			page_end(a, p);
			return RC_OK;
		}
		page_undo(a, p);
	}
	rc = line_json(a, s, seq, &o, e);
	if (rc != RC_OK || (f->by_reason && !json_is(json_get(&o, "reason"),
						     query_get(&a->query, "reason"))))
		return rc;
	(void)page_add(a, p, seq, o);
	json_write(&o, &text);
	lines_release(a->s->lines);
	lines_put(a->s->lines, seq, &text);
	lines_hold(a->s->lines);
	buf_free(&text);
	return RC_OK;
}

enum rc
serve_lines(struct ask *a, struct page *p, struct err *e)
{
	struct line_filter f = { 0 };
	const struct statement *s;
	const struct contract *k;
	enum rc rc = statement_of_path(a, &k, &s, e);
	uint64_t seq;

	if (rc == RC_OK)
		rc = read_filter(a, k, &f, e);
	if (rc != RC_OK)
		return rc;
	buf_reserve(&p->out, LINE_TEXT * (p->limit < PAGE_MAX ? p->limit : PAGE_MAX));
	lines_hold(a->s->lines);
	for (seq = p->from > s->first ? p->from : s->first; rc == RC_OK && seq < s->seq; seq++) {
		const struct view_row *r = &a->s->view->rows[seq];

		if (page_worked(p, seq))
			break;
		if (r->type != EVENT_SETTLEMENT_LINE || !passes(a, &f, r) || !may_see_line(a, k, r))
			continue;
		if (p->count == p->limit) {
			p->more = true;
			p->next = seq;
			break;
		}
		rc = add_line(a, p, s, seq, &f, e);
	}
	lines_release(a->s->lines);
	return rc;
}

/* ---- sums of what a filter passes ---- */

struct sum {
	const char *unit;
	int64_t amount;
	uint64_t lines;
};

struct sums {			/* a statement has few units */
	struct sum *items;
	size_t count, capacity;
};

static enum rc
sum_add(struct sums *sums, const struct json *line, struct err *e)
{
	const char *unit = json_get_string(line, "unit");
	struct sum *x;
	size_t i = 0;

	while (i < sums->count && strcmp(sums->items[i].unit, unit) != 0)
		i++;
	if (i == sums->count) {
		sums->items = mem_room(sums->items, i, &sums->capacity, sizeof(*x));
		sums->items[sums->count++] = (struct sum){ .unit = unit };
	}
	x = &sums->items[i];
	x->lines++;
	if (!money_add(x->amount, json_get_integer(line, "amount", 0), &x->amount))
		return rc_fail(e, RC_RANGE, "a sum of lines is beyond what can be written");
	return RC_OK;
}

static void
set_sums(struct ask *a, struct json *ret, const struct sums *sums)
{
	struct json list = json_array(a->arena, 4);
	uint64_t lines = 0;

	for (size_t i = 0; i < sums->count; i++) {
		struct json o = json_object();

		set_text(a, &o, "unit", sums->items[i].unit);
		json_set(a->arena, &o, "amount", json_integer(sums->items[i].amount));
		set_count(a, &o, "lines", sums->items[i].lines);
		json_add(a->arena, &list, o);
		lines += sums->items[i].lines;
	}
	set_count(a, ret, "lines", lines);
	json_set(a->arena, ret, "totals", list);
}

static enum rc
sum_lines(struct ask *a, const struct contract *k, const struct statement *s, struct sums *sums,
	  struct err *e)
{
	const char *reason = query_get(&a->query, "reason");
	struct line_filter f = { 0 };
	enum rc rc = read_filter(a, k, &f, e);

	for (uint64_t seq = s->first; rc == RC_OK && seq < s->seq; seq++) {
		const struct view_row *r = &a->s->view->rows[seq];
		struct event line;

		if (r->type != EVENT_SETTLEMENT_LINE || !passes(a, &f, r) || !may_see_line(a, k, r))
			continue;
		rc = ledger_event(a->ledger, seq, a->arena, &line, e);
		if (rc == RC_OK && (reason == NULL || json_is(json_get(line.body, "reason"), reason)))
			rc = sum_add(sums, line.body, e);
	}
	return rc;
}

enum rc
serve_totals(struct ask *a, struct json *ret, struct err *e)
{
	const struct statement *s;
	const struct contract *k;
	struct sums sums = { 0 };
	enum rc rc = statement_of_path(a, &k, &s, e);

	if (rc == RC_OK)
		rc = sum_lines(a, k, s, &sums, e);
	if (rc == RC_OK) {
		json_set(a->arena, ret, "statement", json_hash(a, s->issued));
		set_sums(a, ret, &sums);
	}
	free(sums.items);
	return rc;
}

/* The line of the path: lines stand in order, each with its basis close behind. */
static enum rc
line_of_path(struct ask *a, const struct contract **ret, const struct statement **ret_s,
	     uint64_t *ret_seq, struct err *e)
{
	const struct view *v = a->s->view;
	enum rc rc = statement_of_path(a, ret, ret_s, e);
	uint64_t line = 0;

	if (rc != RC_OK)
		return rc;
	for (uint64_t seq = (*ret_s)->first; seq < (*ret_s)->seq; seq++) {
		if (v->rows[seq].type != EVENT_SETTLEMENT_LINE || ++line != a->path.number)
			continue;
		if (!may_see(a, a->route->thing,
			     payee_relation(a, *ret, view_name(v, v->rows[seq].to))))
			break;
		*ret_seq = seq;
		return RC_OK;
	}
	return not_found(e);
}

enum rc
serve_line(struct ask *a, struct json *ret, struct err *e)
{
	const struct statement *s;
	const struct contract *k;
	uint64_t seq;
	enum rc rc = line_of_path(a, &k, &s, &seq, e);

	return rc == RC_OK ? line_json(a, s, seq, ret, e) : rc;
}

static bool
may_see_event(void *arg, uint64_t seq)
{
	return may_see_row(arg, seq);
}

enum rc
serve_explanation_text(struct ask *a, struct buf *ret, struct err *e)
{
	const struct statement *s;
	const struct contract *k;
	struct settlement *engine;
	uint64_t seq;
	enum rc rc = line_of_path(a, &k, &s, &seq, e);
	struct explain_reader reader = { a->token.party, may_see_event, a };
	bool whole;

	if (rc == RC_OK)
		rc = ledger_settlement(a->ledger, k->digest, &engine, e);
	if (rc == RC_OK) {
		whole = may_see(a, THING_EXPLANATION, whole_relation(a, k));
		rc = explain_line(engine, s->number, (uint32_t)a->path.number, a->language,
				  whole ? NULL : &reader, ret, e);
	}
	return rc;
}

enum rc
serve_explanation(struct ask *a, struct json *ret, struct err *e)
{
	struct buf text = { 0 };
	enum rc rc = serve_explanation_text(a, &text, e);

	if (rc == RC_OK)
		set_sentences(a, ret, &text);
	buf_free(&text);
	return rc;
}

/* ---- evidence ---- */

static enum rc
add_evidence(struct ask *a, struct page *p, const struct json *list, const char *part,
	     uint64_t *at, bool *full, struct err *e)
{
	for (uint32_t i = 0; list != NULL && !*full && i < list->count; i++) {
		struct json o = json_object();
		struct event_record r;
		struct hash digest;
		enum rc rc;

		if ((*at)++ < p->from ||
		    !hash_parse(list->items[i].string, list->items[i].count, &digest))
			continue;
		rc = state_find(ledger_state(a->ledger), digest, &r, e);
		if (rc != RC_OK)
			return rc;
		json_set(a->arena, &o, "digest", json_hash(a, digest));
		set_count(a, &o, "seq", r.seq);
		json_set(a->arena, &o, "at", json_instant(a, r.at));
		json_set(a->arena, &o, "sender", json_string(r.sender));
		json_set(a->arena, &o, "type", json_string(may_see_row(a, r.seq)
							   ? event_info(r.type)->name : "withheld"));
		json_set(a->arena, &o, "part", json_string(part));
		json_set(a->arena, &o, "erased", json_boolean(r.missing));
		*full = page_add(a, p, *at - 1, o);
	}
	return RC_OK;
}

enum rc
serve_evidence(struct ask *a, struct page *p, struct err *e)
{
	const struct statement *s;
	const struct contract *k;
	struct event basis;
	uint64_t seq, at = 0;
	uint32_t link;
	bool full = false;
	enum rc rc = line_of_path(a, &k, &s, &seq, e);

	if (rc != RC_OK)
		return rc;
	link = a->s->view->rows[seq].link;
	if (link == NO_ROW || (a->s->view->rows[link].marks & ROW_ERASED) != 0)
		return RC_OK;
	rc = ledger_event(a->ledger, link, a->arena, &basis, e);
	if (rc == RC_OK)
		rc = add_evidence(a, p, json_get(basis.body, "events"), "rests_on", &at, &full, e);
	if (rc == RC_OK)
		rc = add_evidence(a, p, json_get(basis.body, "changed"), "changed", &at, &full, e);
	return rc;
}

/* ---- lines of the next statement ---- */

struct outlook {
	struct ask *a;
	struct page *p;
	const struct contract *k;
	struct date through;
	uint64_t at;
	bool full;
};

static enum rc
add_outlook(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	static const char *const members[] = { "line", "key", "payer", "payee", "payment", "outcome",
					       "amount", "unit", "tax", "year", "reason" };
	struct outlook *x = arg;
	struct ask *a = x->a;
	struct json o = json_object();

	(void)e;
	if (x->full || !may_see(a, THING_OUTLOOK,
				payee_relation(a, x->k, json_get_string(line, "payee"))) ||
	    x->at++ < x->p->from)
		return RC_OK;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		copy_member(a, &o, line, members[i]);
	for (size_t i = 0; i < sizeof(basis_members) / sizeof(basis_members[0]); i++)
		copy_member(a, &o, basis, basis_members[i]);
	json_set(a->arena, &o, "through", json_date(a, x->through));
	x->full = page_add(a, x->p, x->at - 1, o);
	return RC_OK;
}

enum rc
serve_outlook(struct ask *a, struct page *p, struct err *e)
{
	struct outlook x = { .a = a, .p = p };
	const struct json *issued;
	struct settlement *engine;
	enum rc rc = ask_contract(a, a->path.hash, &x.k, e);

	if (rc == RC_OK)
		rc = ledger_settlement(a->ledger, x.k->digest, &engine, e);
	if (rc == RC_OK)
		rc = settle_through(engine, &x.through, e);
	if (rc == RC_OK)
		rc = ledger_settle_dry(a->ledger, x.k->digest, DATE_NEVER, add_outlook, &x, a->arena,
			       &issued, e);
	if (rc == RC_NO || rc == RC_REFUSED)
		return rc_fail(e, RC_NOT_FOUND, "nothing is left to settle");
	return rc;
}
