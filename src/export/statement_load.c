/* statement_load.c - a statement's events, gathered. */
#include "statement.h"

#include <assert.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "ledger.h"
#include "terms.h"

static struct statement_row *
row_of(struct statement_view *v, int64_t line)
{
	size_t i = line < 1 ? 0 : (size_t)line - 1;

	if (i >= v->capacity) {
		size_t capacity = v->capacity == 0 ? 64 : v->capacity;
		struct statement_row *rows;

		while (capacity <= i)
			capacity *= 2;
		rows = arena_array(v->arena, capacity, sizeof(rows[0]));
		if (v->count != 0)
			memcpy(rows, v->rows, v->count * sizeof(rows[0]));
		v->rows = rows;
		v->capacity = capacity;
	}
	if (i >= v->count)
		v->count = i + 1;
	return &v->rows[i];
}

static const struct json *
keep(struct statement_view *v, const struct json *body)
{
	struct json *copy = arena_alloc(v->arena, sizeof(*copy));

	*copy = json_copy(v->arena, body);
	return copy;
}

struct gather {
	struct statement_view *view;
	int64_t number;
};

static enum rc
gather_row(void *arg, const struct ledger_row *row, struct err *e)
{
	struct gather *g = arg;
	const struct event *x = row->event;
	struct statement_row *r;

	(void)e;
	if (x == NULL)
		return RC_OK;
	if (x->type == EVENT_SETTLEMENT_ISSUED &&
	    json_get_integer(x->body, "number", 0) == g->number) {
		g->view->issued = keep(g->view, x->body);
		g->view->digest = row->digest;
		g->view->seq = row->seq;
		g->view->at = row->at;
	}
	if ((x->type != EVENT_SETTLEMENT_LINE && x->type != EVENT_SETTLEMENT_BASIS) ||
	    json_get_integer(x->body, "statement", 0) != g->number)
		return RC_OK;
	r = row_of(g->view, json_get_integer(x->body, "line", 1));
	if (x->type == EVENT_SETTLEMENT_BASIS) {
		r->basis = keep(g->view, x->body);
	} else {
		r->line = keep(g->view, x->body);
		r->seq = row->seq;
	}
	return RC_OK;
}

static void
begin(struct ledger *l, const struct contract *c, struct arena *arena, struct statement_view *v)
{
	struct ledger_facts facts;

	state_facts(ledger_state(l), &facts);
	*v = (struct statement_view){
		.arena = arena, .contract = c, .state = ledger_state(l),
		.simulated = facts.simulated, .origin = facts.origin,
		.terms = (c->current == NULL ? &c->versions[0] : c->current)->terms,
	};
}

enum rc
statement_load(struct ledger *l, const struct contract *c, uint32_t number, struct arena *arena,
	       struct statement_view *ret, struct err *e)
{
	struct statement_view v;
	struct gather g = { .view = &v, .number = number };
	const struct statement *s;
	enum rc rc;

	if (number < 1 || number > c->statement_count)
		return rc_fail(e, RC_NOT_FOUND, "no statement %u: the contract has %zu; 'utfall "
			       "statement list' lists them", number, c->statement_count);
	s = &c->statements[number - 1];
	begin(l, c, arena, &v);
	rc = ledger_scan(l, &c->digest, s->first, s->seq + 1, gather_row, &g, e);
	if (rc != RC_OK)
		return rc;
	if (v.issued == NULL)
		return rc_fail(e, RC_INTEGRITY, "entry %llu: expected settlement.issued %u, found another "
			       "event; run 'utfall verify'", (unsigned long long)s->seq, number);
	/* the rooms are those of the present: only the latest statement may show them */
	if (number == c->statement_count)
		rc = ledger_settlement(l, c->digest, &v.engine, e);
	if (rc == RC_OK)
		*ret = v;
	return rc;
}

static enum rc
gather_dry(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct statement_view *v = arg;
	struct statement_row *r = row_of(v, json_get_integer(line, "line", 1));

	(void)e;
	r->line = keep(v, line);
	r->basis = basis == NULL ? NULL : keep(v, basis);
	return RC_OK;
}

enum rc
statement_dry(struct ledger *l, const struct contract *c, struct date through, struct arena *arena,
	      struct statement_view *ret, struct err *e)
{
	struct statement_view v;
	enum rc rc;

	begin(l, c, arena, &v);
	v.dry_run = true;
	rc = ledger_settle_dry(l, c->digest, through, gather_dry, &v, arena, &v.issued, e);
	if (rc == RC_OK)
		*ret = v;
	return rc;
}
