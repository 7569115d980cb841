/* state_statement.c - a statement is what its terms give, byte for byte, or it is refused.
 *
 * The engine computes every line again, in order; each is held against the next one recorded.
 */
#include "state_compare.h"

#include "arena.h"
#include "buf.h"
#include "settle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keeps the place; texts are cut to what fits. */
void
compare_differ(struct compare *m, uint64_t seq, const char *field, const char *expected,
	       const char *found)
{
	struct state_difference *d = &m->c->st->difference;

	m->differs = true;
	m->c->st->differs = true;
	d->seq = seq;
	snprintf(d->field, sizeof(d->field), "%s", field);
	snprintf(d->expected, sizeof(d->expected), "%s", expected);
	snprintf(d->found, sizeof(d->found), "%s", found);
}

static void
describe(const struct json *x, struct buf *ret)
{
	if (x == NULL)
		buf_text(ret, "no such member");
	else
		json_write(x, ret);
}

static void
differ_member(struct compare *m, uint64_t seq, const char *key, const struct json *expected,
	      const struct json *found)
{
	struct buf a = { 0 }, b = { 0 };
	char pointer[60];

	snprintf(pointer, sizeof(pointer), "/body/%s", key);
	describe(expected, &a);
	describe(found, &b);
	compare_differ(m, seq, pointer, a.data, b.data);
	buf_free(&a);
	buf_free(&b);
}

void
compare_bodies(struct compare *m, uint64_t seq, const struct json *expected,
	       const struct json *found)
{
	for (uint32_t i = 0; expected != NULL && i < expected->count && !m->differs; i++) {
		const struct json_member *x = &expected->members[i];
		const struct json *y = json_get(found, x->key);

		if (y == NULL || !json_equal(&x->value, y))
			differ_member(m, seq, x->key, &x->value, y);
	}
	for (uint32_t i = 0; i < found->count && !m->differs; i++)
		if (json_get(expected, found->members[i].key) == NULL)
			differ_member(m, seq, found->members[i].key, NULL, &found->members[i].value);
}

enum rc
compare_next(struct compare *m, enum event_type type, struct event *ret, uint64_t *ret_seq,
	     bool *ret_found, struct err *e)
{
	struct state *st = m->c->st;
	struct buf bytes = { 0 };
	enum event_type have;
	struct hash contract;
	enum rc rc = RC_OK;
	bool found = false;

	while (rc == RC_OK && !found && m->next < m->c->x->seq) {
		bool missing = false;
		const char *text;

		buf_clear(&bytes);
		arena_reset(m->arena);
		rc = st->source.fetch(st->source.arg, m->next++, NULL, &bytes, &missing, e);
		if (rc != RC_OK || missing || bytes.size == 0 ||
		    !event_peek_type(bytes.data, bytes.size, &have) || have != type)
			continue;
		rc = event_parse(bytes.data, bytes.size, m->arena, 0, NULL, ret, e);
		if (rc != RC_OK)
			break;
		text = json_get_string(ret->body, "contract");
		found = hash_parse(text, strlen(text), &contract) &&
			hash_equal(contract, m->c->contract->pub.digest);
	}
	buf_free(&bytes);
	if (rc != RC_OK)
		return rc;
	*ret_found = found;
	*ret_seq = m->next - 1;
	return RC_OK;
}

static enum rc
compare_one(struct compare *m, enum event_type type, const struct json *expected, struct err *e)
{
	struct event event;
	struct buf text = { 0 };
	uint64_t seq;
	bool found;
	enum rc rc = compare_next(m, type, &event, &seq, &found, e);

	if (rc != RC_OK)
		return rc;
	if (found) {
		compare_bodies(m, seq, expected, event.body);
	} else {
		json_write(expected, &text);
		compare_differ(m, m->c->x->seq, event_info(type)->name, text.data, "no further one");
		buf_free(&text);
	}
	return m->differs ? rc_fail(e, RC_NO, "differs") : RC_OK;
}

static enum rc
compare_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct compare *m = arg;
	enum rc rc = compare_one(m, EVENT_SETTLEMENT_LINE, line, e);

	m->lines++;
	if (rc == RC_OK && basis != NULL)
		rc = compare_one(m, EVENT_SETTLEMENT_BASIS, basis, e);
	return rc;
}

/* Bytes are missing, and none of them because a bundle was cut. */
static bool
erased_only(const struct state *st)
{
	return st->blind > 0 && st->hidden == 0;
}

enum rc
statement_args(struct check *c, struct settle_args *ret, struct settlement **ret_engine,
	       struct err *e)
{
	const struct contract_state *k = c->contract;
	struct state *st = c->st;
	const char *root = json_get_string(c->body, "root");
	const char *through = json_get_string(c->body, "through");

	*ret = (struct settle_args){ .size = (uint64_t)json_get_integer(c->body, "size", 0),
		.first = k->open.number == 0 ? c->x->seq : k->open.first,
		.from_scratch = st->source.from_scratch };
	if (!hash_parse(root, strlen(root), &ret->root) ||
	    !date_parse(through, strlen(through), &ret->through))
		return rc_fail(e, RC_REFUSED, "/body: expected a root and a day");
	return st->source.engine(st->source.arg, k->pub.digest, c->x->seq, ret_engine, e);
}

static enum rc
compute(struct compare *m, struct arena *arena, const struct json **ret_issued, struct err *e)
{
	struct settle_args args;
	struct settlement *engine;
	enum rc rc = statement_args(m->c, &args, &engine, e);

	if (rc == RC_OK && erased_only(m->c->st))
		rc = compare_erased_begin(m, e);
	if (rc == RC_OK)
		rc = settle(engine, &args, erased_only(m->c->st) ? compare_erased_line : compare_line,
			    m, arena, ret_issued, e);
	return rc;
}

/* Lines that were recorded beyond those the terms give. */
static void
compare_count(struct compare *m)
{
	const struct contract_state *k = m->c->contract;
	uint32_t recorded = k->open.number == 0 ? 0 : k->open.lines;
	char expected[40], found[40];

	if (m->differs || recorded == m->lines)
		return;
	snprintf(expected, sizeof(expected), "%" PRIu32 " lines", m->lines);
	snprintf(found, sizeof(found), "%" PRIu32 " lines", recorded);
	compare_differ(m, m->c->x->seq, "lines", expected, found);
}

void
check_statement(struct check *c)
{
	const struct contract_state *k = c->contract;
	struct arena *arena = arena_new();
	struct compare m = { .c = c, .arena = arena_new(),
		.next = k->open.number == 0 ? c->x->seq : k->open.first };
	const struct state_difference *d = &c->st->difference;
	const struct json *issued = NULL;
	struct err e;
	enum rc rc = compute(&m, arena, &issued, &e);

	if (rc == RC_OK && erased_only(c->st)) {
		rc = compare_erased_end(&m, issued, &e);
	} else if (rc == RC_OK) {
		compare_count(&m);
		if (!m.differs)
			compare_bodies(&m, c->x->seq, issued, c->body);
	}
	if (c->st->hidden > 0 &&
	    (rc == RC_OK || rc == RC_REFUSED || rc == RC_RANGE || rc == RC_NO)) {
		c->st->taken = m.differs || rc != RC_OK;
		c->st->differs = false;
	} else if (m.differs && c->st->source.goes_on) {
		statement_stake(c, &c->st->difference);
		c->st->taken = false;	/* what becomes of it, acknowledgements tell */
	} else if (m.differs) {
		refuse(c, "", "entry %" PRIu64 ": %s: expected %s as the terms give it, found %s",
		       d->seq, d->field, d->expected, d->found);
	} else if (rc == RC_REFUSED || rc == RC_RANGE || rc == RC_NO) {
		refuse(c, "", "%s", e.text);
	} else if (rc != RC_OK) {
		*c->e = e;
		(void)went_on(c, rc);
	}
	if (c->rc == RC_OK)
		compare_erased_keep(&m);
	compare_erased_free(&m);
	arena_free(m.arena);
	arena_free(arena);
}
