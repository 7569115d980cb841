/* state_erased.c - a statement of which something was erased: what can still be computed is held
 * against what is recorded, line by line; the rest is taken as recorded, and listed.
 *
 * A line whose basis was erased is frozen: its person is not there any more. Until the data.erased
 * stands that says what frozen lines hold of limits and statistics, lines that lean on others
 * (terms_leans) may come out otherwise; from then on nothing may.
 */
#include "state_compare.h"

#include "arena.h"
#include "buf.h"
#include "money.h"
#include "settle.h"
#include "terms.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is recorded ---- */

/* A key and posting have one line in a statement at most. */
static struct hash
line_id(const struct json *line)
{
	static const char *const members[] = { "key", "payee", "payer", "payment", "tax", "unit",
					       "version" };
	struct buf b = { 0 };
	struct hash ret;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *text = json_get_string(line, members[i]);

		buf_printf(&b, "%s\n", text == NULL ? "" : text);
	}
	buf_printf(&b, "%" PRId64, json_get_integer(line, "year", 0));
	ret = hash_bytes(b.data, b.size);
	buf_free(&b);
	return ret;
}

/* The event behind a line is its basis; where its bytes are missing the line is frozen. */
static enum rc
find_basis(struct compare *m, struct recorded *r, struct err *e)
{
	struct state *st = m->c->st;
	struct buf bytes = { 0 };
	enum event_type type = EVENT_TYPE_MAX;
	bool missing = false;
	enum rc rc = RC_OK;
	uint64_t seq = r->seq + 1;

	if (state_submission_of(st, seq) == seq)
		seq++;		/* a submission's own entry */
	r->basis = SEQ_NEVER;
	if (seq >= m->c->x->seq)
		return RC_OK;
	rc = st->source.fetch(st->source.arg, seq, NULL, &bytes, &missing, e);
	if (rc == RC_OK && !missing && bytes.size > 0 &&
	    event_peek_type(bytes.data, bytes.size, &type) && type == EVENT_SETTLEMENT_BASIS)
		r->basis = seq;
	r->frozen = missing;
	buf_free(&bytes);
	return rc;
}

enum rc
compare_erased_begin(struct compare *m, struct err *e)
{
	uint64_t first = m->next;
	bool found = true;
	enum rc rc = RC_OK;

	m->kept = arena_new();
	while (rc == RC_OK && found) {
		struct recorded r = { .frozen = false };
		struct event event;

		rc = compare_next(m, EVENT_SETTLEMENT_LINE, &event, &r.seq, &found, e);
		if (rc != RC_OK || !found)
			break;
		r.id = line_id(event.body);
		rc = find_basis(m, &r, e);
		m->recorded = mem_room(m->recorded, m->recorded_count, &m->recorded_capacity,
				       sizeof(*m->recorded));
		m->recorded[m->recorded_count++] = r;
	}
	m->next = first;
	return rc;
}

void
compare_erased_keep(struct compare *m)
{
	struct taking *t = &m->c->st->taking;

	taking_clear(t);
	*t = (struct taking){ m->kept, m->taken, m->taken_count };
	m->kept = NULL;
	m->taken = NULL;
}

void
taking_clear(struct taking *t)
{
	arena_free(t->arena);
	free(t->lines);
	memset(t, 0, sizeof(*t));
}

void
compare_erased_free(struct compare *m)
{
	free(m->recorded);
	free(m->taken);
	arena_free(m->kept);
}

static enum rc
read_event(struct compare *m, uint64_t seq, struct event *ret, struct err *e)
{
	struct state *st = m->c->st;
	struct buf bytes = { 0 };
	bool missing = false;
	enum rc rc = st->source.fetch(st->source.arg, seq, NULL, &bytes, &missing, e);

	if (rc == RC_OK)
		rc = event_parse(bytes.data, bytes.size, m->arena, 0, NULL, ret, e);
	buf_free(&bytes);
	return rc;
}

/* ---- what is taken as recorded ---- */

static const char *
keep_text(struct compare *m, const struct json *line, const char *name)
{
	const char *text = json_get_string(line, name);

	return text == NULL ? "" : arena_string(m->kept, text, strlen(text));
}

static void
take(struct compare *m, const struct json *line, bool frozen)
{
	struct taken_line *x;

	m->taken = mem_room(m->taken, m->taken_count, &m->taken_capacity, sizeof(*m->taken));
	x = &m->taken[m->taken_count++];
	*x = (struct taken_line){ .line = (uint32_t)json_get_integer(line, "line", 0),
		.frozen = frozen, .amount = json_get_integer(line, "amount", 0),
		.payer = keep_text(m, line, "payer"), .payee = keep_text(m, line, "payee"),
		.unit = keep_text(m, line, "unit"), .payment = keep_text(m, line, "payment") };
}

/* May this line come out otherwise than recorded? */
static bool
may_lean(const struct compare *m, const struct json *line)
{
	const char *version = json_get_string(line, "version");
	const char *payment = json_get_string(line, "payment");
	const struct contract_version *v;
	struct hash digest;

	if (m->c->st->unnamed == 0 || version == NULL || payment == NULL ||
	    !hash_parse(version, strlen(version), &digest))
		return false;
	v = state_version(m->c->st, digest);
	return v != NULL && v->terms != NULL && terms_leans(v->terms, payment);
}

/* A recorded line that was not computed. */
static enum rc
pass_over(struct compare *m, const struct recorded *r, struct err *e)
{
	struct event event;
	struct buf text = { 0 };
	enum rc rc;

	arena_reset(m->arena);
	rc = read_event(m, r->seq, &event, e);
	if (rc != RC_OK)
		return rc;
	if (r->frozen || may_lean(m, event.body)) {
		take(m, event.body, r->frozen);
		return RC_OK;
	}
	json_write(event.body, &text);
	compare_differ(m, r->seq, "/body", "no such line", text.data);
	buf_free(&text);
	return rc_fail(e, RC_NO, "differs");
}

/* ---- line by line ---- */

/* The number that it has among all lines, frozen ones included. */
static struct json
numbered(struct compare *m, const struct json *body, size_t at)
{
	struct json ret = json_copy(m->arena, body);

	json_set(m->arena, &ret, "line", json_integer((int64_t)at + 1));
	return ret;
}

static enum rc
compare_recorded(struct compare *m, const struct recorded *r, const struct json *line,
		 const struct json *basis, struct err *e)
{
	struct json expected;
	struct event event;
	enum rc rc;

	arena_reset(m->arena);
	rc = read_event(m, r->seq, &event, e);
	if (rc != RC_OK)
		return rc;
	expected = numbered(m, line, m->at);
	compare_bodies(m, r->seq, &expected, event.body);
	if (m->differs && may_lean(m, event.body)) {
		m->differs = m->c->st->differs = false;
		take(m, event.body, false);
		return RC_OK;
	}
	if (m->differs || basis == NULL || r->frozen)
		return m->differs ? rc_fail(e, RC_NO, "differs") : RC_OK;
	if (r->basis == SEQ_NEVER) {
		compare_differ(m, r->seq, "", "its settlement.basis behind it", "another event");
		return rc_fail(e, RC_NO, "differs");
	}
	expected = numbered(m, basis, m->at);
	rc = read_event(m, r->basis, &event, e);
	if (rc == RC_OK)
		compare_bodies(m, r->basis, &expected, event.body);
	if (rc != RC_OK || !m->differs)
		return rc;
	if (!may_lean(m, line))
		return rc_fail(e, RC_NO, "differs");
	m->differs = m->c->st->differs = false;
	rc = read_event(m, r->seq, &event, e);
	if (rc == RC_OK)
		take(m, event.body, false);
	return rc;
}

static bool
find_recorded(const struct compare *m, struct hash id, size_t *ret)
{
	for (size_t i = m->at; i < m->recorded_count; i++)
		if (hash_equal(m->recorded[i].id, id)) {
			*ret = i;
			return true;
		}
	return false;
}

/* The terms give a line that is not recorded. */
static enum rc
not_recorded(struct compare *m, const struct json *line, struct err *e)
{
	struct buf text = { 0 };

	if (may_lean(m, line))
		return RC_OK;
	while (m->at < m->recorded_count && m->recorded[m->at].frozen)
		m->at++;
	if (m->at < m->recorded_count)
		return compare_recorded(m, &m->recorded[m->at], line, NULL, e);
	json_write(line, &text);
	compare_differ(m, m->c->x->seq, event_info(EVENT_SETTLEMENT_LINE)->name, text.data,
		       "no further one");
	buf_free(&text);
	return rc_fail(e, RC_NO, "differs");
}

enum rc
compare_erased_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct compare *m = arg;
	size_t at;
	enum rc rc = RC_OK;

	m->lines++;
	if (!find_recorded(m, line_id(line), &at))
		return not_recorded(m, line, e);
	while (rc == RC_OK && m->at < at) {
		rc = pass_over(m, &m->recorded[m->at], e);
		m->at++;
	}
	if (rc == RC_OK)
		rc = compare_recorded(m, &m->recorded[at], line, basis, e);
	m->at = at + 1;
	return rc;
}

/* ---- the settlement.issued: over the lines that are recorded ---- */

struct summing {
	struct merkle_frontier tree;
	struct json totals;
	struct arena *arena;
};

static int
total_order(const struct json *a, const struct json *b)
{
	static const char *const members[] = { "payer", "payee", "unit" };
	int c = 0;

	for (size_t i = 0; c == 0 && i < 3; i++)
		c = strcmp(json_get_string(a, members[i]), json_get_string(b, members[i]));
	return c;
}

static enum rc
add_total(struct summing *s, const struct json *line, struct err *e)
{
	struct json one = json_object();
	int64_t amount = json_get_integer(line, "amount", 0), sum;
	uint32_t at = 0;

	while (at < s->totals.count && total_order(&s->totals.items[at], line) < 0)
		at++;
	if (at < s->totals.count && total_order(&s->totals.items[at], line) == 0) {
		if (!money_add(json_get_integer(&s->totals.items[at], "amount", 0), amount, &sum))
			return rc_fail(e, RC_REFUSED, "a total of the recorded lines is beyond every "
				       "amount");
		json_set(s->arena, &s->totals.items[at], "amount", json_integer(sum));
		return RC_OK;
	}
	json_set(s->arena, &one, "amount", json_integer(amount));
	json_set(s->arena, &one, "payee", json_copy(s->arena, json_get(line, "payee")));
	json_set(s->arena, &one, "payer", json_copy(s->arena, json_get(line, "payer")));
	json_set(s->arena, &one, "unit", json_copy(s->arena, json_get(line, "unit")));
	json_add(s->arena, &s->totals, one);
	for (uint32_t i = s->totals.count - 1; i > at; i--) {
		struct json moved = s->totals.items[i - 1];

		s->totals.items[i - 1] = s->totals.items[i];
		s->totals.items[i] = moved;
	}
	return RC_OK;
}

static enum rc
sum_lines(struct compare *m, struct summing *s, struct err *e)
{
	struct buf text = { 0 };
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < m->recorded_count; i++) {
		struct event event;

		arena_reset(m->arena);
		rc = read_event(m, m->recorded[i].seq, &event, e);
		if (rc != RC_OK)
			break;
		buf_clear(&text);
		json_write(event.body, &text);
		merkle_add(&s->tree, hash_leaf(text.data, text.size));
		rc = add_total(s, event.body, e);
	}
	buf_free(&text);
	return rc;
}

enum rc
compare_erased_end(struct compare *m, const struct json *issued, struct err *e)
{
	struct summing s = { .arena = m->kept, .totals = json_array(m->kept, 8) };
	struct json expected = json_object();
	char hex[HASH_HEX];
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < issued->count; i++)
		if (strcmp(issued->members[i].key, "first") != 0)
			json_set(m->kept, &expected, issued->members[i].key,
				 issued->members[i].value);

	while (rc == RC_OK && m->at < m->recorded_count) {
		rc = pass_over(m, &m->recorded[m->at], e);
		m->at++;
	}
	if (rc == RC_OK)
		rc = sum_lines(m, &s, e);
	if (rc != RC_OK)
		return rc;
	hash_format(merkle_root(&s.tree), hex);
	if (m->recorded_count > 0)
		json_set(m->kept, &expected, "first",
			 json_integer((int64_t)m->recorded[0].seq));
	json_set(m->kept, &expected, "lines", json_integer((int64_t)m->recorded_count));
	json_set(m->kept, &expected, "lines_root", json_string(hex));
	json_set(m->kept, &expected, "totals", s.totals);
	arena_reset(m->arena);
	compare_bodies(m, m->c->x->seq, &expected, m->c->body);
	return RC_OK;
}
