/* state_sample.c - which keys of a statement were drawn to be checked, and what they rest on.
 *
 * The lines and bases are read from the ledger, the draw itself is src/contract/sample.c. A verdict
 * that names the statement as its population is about what was drawn: the statement's lines are
 * read once for all verdicts that follow.
 */
#include "state_priv.h"

#include "arena.h"
#include "buf.h"
#include "sample.h"
#include "terms.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading a statement ---- */

typedef enum rc statement_event_fn(void *arg, uint32_t line, const struct event *event,
				   struct err *e);

/* Each line of the statement, or each basis; `event` is NULL for a basis whose bytes are gone. */
static enum rc
each_of(struct state *st, const struct contract *k, const struct statement *s,
	enum event_type wanted, statement_event_fn *fn, void *arg, struct err *e)
{
	struct arena *arena = arena_new();
	struct buf bytes = { 0 };
	uint32_t line = 0;
	enum rc rc = RC_OK;

	for (uint64_t seq = s->first; rc == RC_OK && seq < s->seq; seq++) {
		enum event_type type = EVENT_PADDING_ADDED;
		struct event event;
		bool missing = false, ours;

		arena_reset(arena);
		buf_clear(&bytes);
		rc = st->source.fetch(st->source.arg, seq, NULL, &bytes, &missing, e);
		if (rc == RC_OK && missing && wanted == EVENT_SETTLEMENT_BASIS)
			rc = fn(arg, line, NULL, e);
		if (rc != RC_OK || missing || bytes.size == 0 ||
		    !event_peek_type(bytes.data, bytes.size, &type) ||
		    (type != EVENT_SETTLEMENT_LINE && type != EVENT_SETTLEMENT_BASIS))
			continue;
		rc = event_parse(bytes.data, bytes.size, arena, 0, NULL, &event, e);
		if (rc != RC_OK)
			break;
		ours = hash_equal(body_digest(event.body, "contract"), k->digest);
		if (ours && type == EVENT_SETTLEMENT_LINE)
			line = (uint32_t)json_get_integer(event.body, "line", 0);
		if (ours && type == wanted)
			rc = fn(arg, line, &event, e);
	}
	buf_free(&bytes);
	arena_free(arena);
	return rc;
}

/* ---- the population ---- */

struct populating {
	struct state *st;
	struct sample *ret;
	size_t capacity;
};

static enum rc
add_line(void *arg, uint32_t line, const struct event *event, struct err *e)
{
	struct populating *p = arg;
	const struct contract_version *v = state_version(p->st, body_digest(event->body, "version"));
	const char *name = json_get_string(event->body, "payment");
	const struct terms_payment *payment;
	const struct terms_proof *proof;

	(void)e;
	if (v == NULL || v->terms == NULL || name == NULL || json_get(event->body, "tax") != NULL)
		return RC_OK;
	payment = terms_payment(v->terms, name);
	proof = payment == NULL ? NULL : sample_proof(v->terms, payment);
	if (proof == NULL)
		return RC_OK;
	p->ret->keys = mem_room(p->ret->keys, p->ret->count, &p->capacity, sizeof(*p->ret->keys));
	p->ret->keys[p->ret->count++] = (struct sample_key){
		.key = body_digest(event->body, "key"), .proof = proof, .line = line,
		.amount = json_get_integer(event->body, "amount", 0),
	};
	return RC_OK;
}

static int
by_key(const void *a, const void *b)
{
	const struct sample_key *x = a, *y = b;
	int order = hash_compare(x->key, y->key);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int
by_line(const void *a, const void *b)
{
	const struct sample_key *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

/* One row a key, under its first line; those that were paid nothing in the statement go. */
static void
fold_keys(struct sample *s)
{
	size_t folded = 0, kept = 0;

	if (s->count == 0)
		return;
	qsort(s->keys, s->count, sizeof(*s->keys), by_key);
	for (size_t i = 1; i < s->count; i++)
		if (hash_equal(s->keys[i].key, s->keys[folded].key))
			s->keys[folded].amount += s->keys[i].amount;
		else
			s->keys[++folded] = s->keys[i];
	for (size_t i = 0; i <= folded; i++)
		if (s->keys[i].amount > 0)
			s->keys[kept++] = s->keys[i];
	s->count = kept;
	if (kept > 0)
		qsort(s->keys, kept, sizeof(*s->keys), by_line);
}

/* Each proof's keys by themselves; a proof is that of one version. */
static void
draw(struct sample *s)
{
	struct hash *keys = mem_grow(NULL, s->count + 1, sizeof(*keys));
	size_t *at = mem_grow(NULL, s->count + 1, sizeof(*at));
	bool *drawn = mem_alloc(s->count + 1), *done = mem_alloc(s->count + 1);

	memset(done, 0, s->count + 1);
	for (size_t first = 0; first < s->count; first++) {
		const struct terms_proof *proof = s->keys[first].proof;
		size_t n = 0;

		if (done[first])
			continue;
		for (size_t i = first; i < s->count; i++)
			if (s->keys[i].proof == proof) {
				done[i] = true;
				at[n] = i;
				keys[n++] = s->keys[i].key;
			}
		sample_draw(s->root, proof->sample_share, keys, n, drawn);
		for (size_t i = 0; i < n; i++)
			s->keys[at[i]].drawn = drawn[i];
	}
	free(keys);
	free(at);
	free(drawn);
	free(done);
}

/* Root of the tree after the first submission behind the statement; RC_NO before there is one. */
static enum rc
seed_of(struct state *st, const struct statement *s, struct hash *ret, struct err *e)
{
	uint64_t behind = state_size_behind(st, s->seq + 1);

	if (behind == SEQ_NEVER && st->left == 0 && st->frontier.size > s->seq + 1)
		behind = st->frontier.size;
	if (behind == SEQ_NEVER)
		return rc_fail(e, RC_NO, "statement %" PRIu32 " has no seed yet: the tree after the next "
			       "submission is its seed, and nothing has been recorded since", s->number);
	return st->source.root(st->source.arg, behind, ret, e);
}

enum rc
state_sample(struct state *st, const struct contract *k, uint32_t number, struct sample *ret,
	     struct err *e)
{
	const struct statement *s = &k->statements[number - 1];
	struct sample found = { .count = 0 };
	struct populating p = { .st = st, .ret = &found };
	enum rc rc = seed_of(st, s, &found.root, e);

	if (rc == RC_OK)
		rc = each_of(st, k, s, EVENT_SETTLEMENT_LINE, add_line, &p, e);
	if (rc == RC_OK) {
		fold_keys(&found);
		draw(&found);
	}
	if (rc == RC_OK && found.count == 0)
		rc = rc_fail(e, RC_NO, "statement %" PRIu32 " pays nothing that the terms check by sample: "
			     "a proof with 'sample' says what is", number);
	if (rc == RC_OK)
		*ret = found;
	else
		free(found.keys);
	return rc;
}

void
sample_free(struct sample *s)
{
	free(s->keys);
}

/* ---- what the drawn keys rest on ---- */

struct gathering {
	struct state *st;
	const struct sample *sample;
	size_t at;			/* first key whose line is not below the one in hand */
	struct drawn_facts *ret;
	size_t capacity;
};

static void
add_chain(struct drawn_facts *d, size_t *capacity, uint64_t root)
{
	d->roots = mem_room(d->roots, d->count, capacity, sizeof(*d->roots));
	d->roots[d->count++] = root;
}

static enum rc
add_basis(void *arg, uint32_t line, const struct event *event, struct err *e)
{
	struct gathering *g = arg;
	const struct json *events;
	enum rc rc = RC_OK;

	while (g->at < g->sample->count && g->sample->keys[g->at].line < line)
		g->at++;
	if (g->at == g->sample->count || g->sample->keys[g->at].line != line ||
	    !g->sample->keys[g->at].drawn)
		return RC_OK;
	events = event == NULL ? NULL : json_get(event->body, "events");
	g->ret->gone = g->ret->gone || event == NULL;
	g->ret->unlisted = g->ret->unlisted || (event != NULL && events == NULL);
	for (uint32_t i = 0; rc == RC_OK && events != NULL && i < events->count; i++) {
		const struct json *x = &events->items[i];
		struct record r;
		struct hash digest;

		if (!hash_parse(x->string, x->count, &digest))
			continue;
		rc = record_find(g->st, digest, &r, e);
		if (rc == RC_OK && !r.missing)
			add_chain(g->ret, &g->capacity, r.root);
		if (rc == RC_NOT_FOUND)
			rc = RC_OK;
	}
	return rc;
}

static int
compare_roots(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
drawn_facts_forget(struct state *st)
{
	free(st->drawn.roots);
	st->drawn = (struct drawn_facts){ .count = 0 };
}

/* Those of the statement, into st->drawn. */
static enum rc
find_drawn(struct state *st, const struct contract *k, const struct statement *s, struct err *e)
{
	struct sample sample;
	struct drawn_facts found = { .statement = s->issued, .number = s->number };
	struct gathering g = { .st = st, .sample = &sample, .ret = &found };
	enum rc rc;

	if (hash_equal(st->drawn.statement, s->issued))
		return RC_OK;
	rc = state_sample(st, k, s->number, &sample, e);
	if (rc != RC_OK)
		return rc;
	rc = each_of(st, k, s, EVENT_SETTLEMENT_BASIS, add_basis, &g, e);
	sample_free(&sample);
	if (rc != RC_OK) {
		free(found.roots);
		return rc;
	}
	if (found.count > 0)
		qsort(found.roots, found.count, sizeof(*found.roots), compare_roots);
	drawn_facts_forget(st);
	st->drawn = found;
	return RC_OK;
}

/* ---- a verdict on a sample ---- */

static const struct statement *
statement_named(const struct contract *k, struct hash issued)
{
	for (size_t i = k->statement_count; i > 0; i--)
		if (hash_equal(k->statements[i - 1].issued, issued))
			return &k->statements[i - 1];
	return NULL;
}

/* Where a drawn key's basis is gone or gives no list, what cannot be known is no refusal. */
static bool
may_be_drawn(const struct drawn_facts *d, const struct record *r)
{
	return d->unlisted || (d->gone && r->participant[0] == '\0') ||
	       (d->count > 0 && bsearch(&r->root, d->roots, d->count, sizeof(*d->roots),
					compare_roots) != NULL);
}

bool
population_is_known(struct check *c)
{
	const struct statement *s;
	struct err e;
	enum rc rc;

	if (json_get(c->body, "population") == NULL || c->st->hidden > 0)
		return false;
	s = statement_named(&c->contract->pub, body_digest(c->body, "population"));
	if (s == NULL) {
		refuse(c, "/body/population", "expected a statement of this contract, found %s",
		       json_get_string(c->body, "population"));
		return false;
	}
	rc = find_drawn(c->st, &c->contract->pub, s, &e);
	if (rc == RC_NO) {
		refuse(c, "/body/population", "%s", e.text);
		return false;
	}
	if (rc != RC_OK)
		*c->e = e;
	return went_on(c, rc);
}

void
check_drawn(struct check *c, const char *pointer, const struct record *r)
{
	uint32_t number = c->st->drawn.number;

	if (!may_be_drawn(&c->st->drawn, r))
		refuse(c, pointer, "expected an event that a drawn line of statement %" PRIu32 " rests "
		       "on, found a %s, not drawn: 'utfall sample %" PRIu32 "' lists what was; "
		       "a verdict beside the sample names no population", number,
		       event_info(r->chain)->name, number);
}
