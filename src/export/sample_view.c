/* sample_view.c - the lines of a statement that were drawn, with the verdicts on them. */
#include "sample_view.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event.h"
#include "json.h"
#include "ledger.h"
#include "money.h"
#include "sample.h"
#include "state.h"
#include "statement.h"
#include "terms.h"

struct sampling {
	struct ledger *l;
	const struct contract *contract;
	struct arena *arena;
	struct statement_view statement;
	const struct terms *terms;
	struct sample_view *ret;
};

static const struct terms_proof *
proof_of(const struct sampling *x, const struct json *line)
{
	const char *name = json_get_string(line, "payment");
	const struct terms_payment *p = name == NULL ? NULL : terms_payment(x->terms, name);

	return p == NULL || json_get(line, "tax") != NULL ? NULL : sample_proof(x->terms, p);
}

static void
add_line(struct sampling *x, const struct statement_row *row)
{
	const struct terms_proof *proof = proof_of(x, row->line);
	const char *text = json_get_string(row->line, "key");
	int64_t amount = json_get_integer(row->line, "amount", 0);
	struct hash key;

	if (proof == NULL || text == NULL || !hash_parse(text, strlen(text), &key))
		return;
	for (size_t i = 0; i < x->ret->count; i++)
		if (hash_equal(x->ret->rows[i].key, key)) {
			x->ret->rows[i].amount += amount;
			return;
		}
	x->ret->rows[x->ret->count++] = (struct sample_row){ .line = row->line, .basis = row->basis,
		.proof = proof->name, .amount = amount, .key = key };
}

/* The population: what was paid in the statement for something that is checked by sample. */
static void
read_population(struct sampling *x)
{
	size_t kept = 0;

	x->ret->rows = arena_array(x->arena, x->statement.count + 1, sizeof(*x->ret->rows));
	for (size_t i = 0; i < x->statement.count; i++)
		add_line(x, &x->statement.rows[i]);
	for (size_t i = 0; i < x->ret->count; i++)
		if (x->ret->rows[i].amount > 0)
			x->ret->rows[kept++] = x->ret->rows[i];
	x->ret->count = kept;
}

/* Each proof's keys by themselves. */
static void
draw(struct sampling *x)
{
	struct hash *keys = arena_array(x->arena, x->ret->count + 1, sizeof(*keys));
	size_t *at = arena_array(x->arena, x->ret->count + 1, sizeof(*at));
	bool *drawn = arena_array(x->arena, x->ret->count + 1, sizeof(*drawn));

	for (size_t p = 0; p < x->terms->proof_count; p++) {
		const struct terms_proof *proof = &x->terms->proofs[p];
		size_t n = 0;

		if (!proof->sampled)
			continue;
		for (size_t i = 0; i < x->ret->count; i++)
			if (strcmp(x->ret->rows[i].proof, proof->name) == 0) {
				at[n] = i;
				keys[n++] = x->ret->rows[i].key;
			}
		sample_draw(x->ret->root, proof->sample_share, keys, n, drawn);
		for (size_t i = 0; i < n; i++)
			x->ret->rows[at[i]].drawn = drawn[i];
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
		v->beside += !r->drawn && r->found != SAMPLE_UNCHECKED;
	}
}

enum rc
sample_read(struct ledger *l, const struct contract *c, uint32_t number, struct arena *arena,
	    struct sample_view *ret, struct err *e)
{
	struct sampling x = { .l = l, .contract = c, .arena = arena, .ret = ret };
	struct ledger_facts facts;
	enum rc rc = statement_load(l, c, number, arena, &x.statement, e);

	*ret = (struct sample_view){ .count = 0 };
	if (rc == RC_OK)
		rc = ledger_sample_root(l, c->digest, number, &ret->root, e);
	if (rc == RC_NO)
		return rc_fail(e, RC_REFUSED, "statement %u has no seed yet: the tree after the next "
			       "submission is its seed, and nothing has been recorded since", number);
	if (rc != RC_OK)
		return rc;
	x.terms = x.statement.terms;
	read_population(&x);
	if (ret->count == 0)
		return rc_fail(e, RC_REFUSED, "statement %u pays nothing that the terms check by sample: a "
			       "proof with 'sample' says what is", number);
	draw(&x);
	state_facts(ledger_state(l), &facts);
	rc = ledger_scan(l, &c->digest, 0, facts.size, take_verdict, &x, e);
	count_found(ret);
	return rc;
}
