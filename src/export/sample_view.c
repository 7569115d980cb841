/* sample_view.c - the lines of a statement that were drawn, with the verdicts on them. */
#include "sample_view.h"

#include <string.h>

#include "arena.h"
#include "event.h"
#include "json.h"
#include "ledger.h"
#include "state.h"
#include "statement.h"
#include "terms.h"

struct sampling {
	struct statement_view statement;
	struct sample_view *ret;
};

/* The keys of the draw, each with what is recorded of its first line. */
static void
take_keys(struct sampling *x, const struct sample *drawn, struct arena *arena)
{
	struct sample_view *v = x->ret;

	*v = (struct sample_view){ .root = drawn->root };
	v->rows = arena_array(arena, drawn->count, sizeof(*v->rows));
	for (size_t i = 0; i < drawn->count; i++) {
		const struct sample_key *k = &drawn->keys[i];
		const struct statement_row *row = &x->statement.rows[k->line - 1];

		if (k->line > x->statement.count)
			continue;
		v->rows[v->count++] = (struct sample_row){ .line = row->line, .basis = row->basis,
			.proof = k->proof->name, .amount = k->amount, .key = k->key,
			.drawn = k->drawn };
	}
}

/* ---- what was found ---- */

static bool
rests_on(const struct sample_row *row, const char *digest)
{
	const struct json *events = row->basis == NULL ? NULL : json_get(row->basis, "events");

	for (uint32_t i = 0; events != NULL && i < events->count; i++)
		if (strcmp(events->items[i].string, digest) == 0)
			return true;
	return false;
}

static enum rc
take_verdict(void *arg, const struct ledger_row *row, struct err *e)
{
	struct sampling *x = arg;
	const struct json *body = row->event == NULL ? NULL : row->event->body, *named;
	char issued[HASH_HEX];

	(void)e;
	hash_format(x->statement.digest, issued);
	if (body == NULL || row->event->type != EVENT_CLAIM_ATTESTED ||
	    !json_is(json_get(body, "population"), issued))
		return RC_OK;
	named = json_get(body, "events");
	for (uint32_t i = 0; named != NULL && i < named->count; i++)
		for (size_t k = 0; k < x->ret->count; k++)
			if (rests_on(&x->ret->rows[k], named->items[i].string))
				x->ret->rows[k].found = json_is(json_get(body, "verdict"), "accepted")
								? SAMPLE_ACCEPTED : SAMPLE_REJECTED;
	return RC_OK;
}

static void
count_found(struct sample_view *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct sample_row *r = &v->rows[i];

		v->drawn += r->drawn;
		v->accepted += r->drawn && r->found == SAMPLE_ACCEPTED;
		v->rejected += r->drawn && r->found == SAMPLE_REJECTED;
	}
}

enum rc
sample_read(struct ledger *l, const struct contract *c, uint32_t number, struct arena *arena,
	    struct sample_view *ret, struct err *e)
{
	struct sampling x = { .ret = ret };
	struct ledger_facts facts;
	struct sample drawn;
	enum rc rc = statement_load(l, c, number, arena, &x.statement, e);

	if (rc != RC_OK)
		return rc;
	rc = ledger_sample(l, c->digest, number, &drawn, e);
	if (rc != RC_OK)
		return rc == RC_NO ? rc_fail(e, RC_REFUSED, "%s", e->text) : rc;
	take_keys(&x, &drawn, arena);
	sample_free(&drawn);
	state_facts(ledger_state(l), &facts);
	rc = ledger_scan(l, &c->digest, 0, facts.size, take_verdict, &x, e);
	count_found(ret);
	return rc;
}
