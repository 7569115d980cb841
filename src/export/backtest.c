/* backtest.c - other terms on the same facts: an engine of its own is told all but the terms. */
#include "backtest.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "event.h"
#include "hash.h"
#include "json.h"
#include "ledger.h"
#include "money.h"
#include "settle.h"
#include "state.h"
#include "terms.h"

/* Facts and lines get numbers of their own: the other terms may give more lines than there were. */
struct trial {
	const struct contract *contract;
	struct settlement *s;
	struct arena *arena;
	uint64_t next;			/* number of the next event */
	uint32_t done;			/* statements settled again */
	int64_t at;
	const char *operator_id;
};

static const char no_salt[] = "AAAAAAAAAAAAAAAAAAAAAA";

static enum rc
tell(struct trial *t, enum event_type type, const struct json *body, const char *salt,
     const char *sender, struct hash digest, struct err *e)
{
	struct settle_record r = { .seq = t->next++, .digest = digest, .type = type, .body = body,
				   .salt = salt, .sender = sender, .at = t->at };

	return settle_record(t->s, &r, e);
}

/* A statement's own events have no digest yet: any that nobody has will do. */
static enum rc
tell_own(struct trial *t, enum event_type type, const struct json *body, struct err *e)
{
	return tell(t, type, body, no_salt, t->operator_id,
		    hash_bytes(&t->next, sizeof(t->next)), e);
}

struct bodies {
	struct trial *trial;
	struct json *items;
	size_t count, capacity;
};

static enum rc
keep_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct bodies *b = arg;

	(void)e;
	for (int i = 0; i < 2; i++) {
		b->items = mem_room(b->items, b->count, &b->capacity, sizeof(*b->items));
		b->items[b->count++] = json_copy(b->trial->arena, i == 0 ? line : basis);
	}
	return RC_OK;
}

static enum rc
settle_again(struct trial *t, const struct statement *was, struct err *e)
{
	struct settle_args args = { .size = t->next, .through = was->through };
	struct bodies bodies = { .trial = t };
	const struct json *issued;
	enum rc rc = settle(t->s, &args, keep_line, &bodies, t->arena, &issued, e);

	for (size_t i = 0; rc == RC_OK && i < bodies.count; i++)
		rc = tell_own(t, i % 2 == 0 ? EVENT_SETTLEMENT_LINE : EVENT_SETTLEMENT_BASIS,
			      &bodies.items[i], e);
	if (rc == RC_OK)
		rc = tell_own(t, EVENT_SETTLEMENT_ISSUED, issued, e);
	free(bodies.items);
	if (rc != RC_OK)
		return rc_where(e, "statement %u under the other terms", was->number);
	t->done++;
	return RC_OK;
}

/* Statements whose cut-off is at or before `seq`. */
static enum rc
settle_until(struct trial *t, uint64_t seq, struct err *e)
{
	const struct contract *c = t->contract;
	enum rc rc = RC_OK;

	while (rc == RC_OK && t->done < c->statement_count && c->statements[t->done].size <= seq)
		rc = settle_again(t, &c->statements[t->done], e);
	return rc;
}

static bool
is_of_settling(enum event_type type)
{
	return type == EVENT_SETTLEMENT_LINE || type == EVENT_SETTLEMENT_BASIS ||
	       type == EVENT_SETTLEMENT_ISSUED || type == EVENT_DISPUTE_OPENED ||
	       type == EVENT_DISPUTE_RESOLVED || type == EVENT_SETTLEMENT_APPROVED ||
	       type == EVENT_SETTLEMENT_ACKNOWLEDGED;
}

static bool
is_of_versions(enum event_type type)
{
	return type == EVENT_CONTRACT_PROPOSED || type == EVENT_CONTRACT_SIGNED ||
	       type == EVENT_CONTRACT_AMENDED || type == EVENT_KEY_CONFIRMED;
}

static enum rc
take_fact(void *arg, const struct ledger_row *row, struct err *e)
{
	struct trial *t = arg;
	enum rc rc = settle_until(t, row->seq, e);

	if (rc != RC_OK || row->event == NULL || is_of_settling(row->event->type) ||
	    is_of_versions(row->event->type))
		return rc;
	t->at = row->at;
	return tell(t, row->event->type, row->event->body, row->event->salt, row->sender,
		    row->digest, e);
}

/* ---- both sides, key by key ---- */

struct sides {
	struct arena *arena;
	struct backtest_row *rows;
	size_t count, capacity;
	bool other;
};

static const char *
kept(struct sides *s, const char *text)
{
	return text == NULL ? "" : arena_string(s->arena, text, strlen(text));
}

static void
take_amount(void *arg, const struct settle_amount *a)
{
	struct sides *s = arg;
	const char *subject = a->participant != NULL ? a->participant : a->site;
	struct backtest_row row = {
		.payment = kept(s, a->payment), .outcome = kept(s, a->outcome),
		.subject = kept(s, subject), .occurrence = kept(s, a->occurrence),
		.payer = kept(s, a->posting.payer), .payee = kept(s, a->posting.payee),
		.unit = kept(s, a->posting.unit) };

	*(s->other ? &row.other : &row.settled) = a->amount;
	s->rows = mem_room(s->rows, s->count, &s->capacity, sizeof(*s->rows));
	s->rows[s->count++] = row;
}

static int
compare_rows(const void *x, const void *y)
{
	const struct backtest_row *a = x, *b = y;
	const char *const left[] = { a->payer, a->payee, a->unit, a->payment, a->outcome,
				     a->subject, a->occurrence };
	const char *const right[] = { b->payer, b->payee, b->unit, b->payment, b->outcome,
				      b->subject, b->occurrence };
	int order = 0;

	for (size_t i = 0; order == 0 && i < sizeof(left) / sizeof(left[0]); i++)
		order = strcmp(left[i], right[i]);
	return order;
}

/* Rows of one key and pair become one: postings that differ in year or version are added. */
static enum rc
merge(struct sides *s, struct backtest *ret, struct err *e)
{
	struct backtest_row *rows = arena_array(s->arena, s->count, sizeof(*rows));
	size_t n = 0;

	if (s->count > 0)
		qsort(s->rows, s->count, sizeof(*s->rows), compare_rows);
	for (size_t i = 0; i < s->count; i++) {
		if (n == 0 || compare_rows(&rows[n - 1], &s->rows[i]) != 0) {
			rows[n++] = s->rows[i];
			continue;
		}
		if (!money_add(rows[n - 1].settled, s->rows[i].settled, &rows[n - 1].settled) ||
		    !money_add(rows[n - 1].other, s->rows[i].other, &rows[n - 1].other))
			return rc_fail(e, RC_RANGE, "the amounts of %s add up beyond every amount",
				       s->rows[i].payment);
	}
	ret->rows = rows;
	ret->count = n;
	return RC_OK;
}

static enum rc
compare(struct trial *t, struct settlement *real, struct backtest *ret, struct err *e)
{
	struct sides s = { .arena = t->arena };
	enum rc rc;

	settle_sums(real, take_amount, &s);
	s.other = true;
	settle_sums(t->s, take_amount, &s);
	rc = merge(&s, ret, e);
	free(s.rows);
	ret->statements = t->done;
	return rc;
}

enum rc
backtest(struct ledger *l, const struct contract *c, const struct terms *other,
	 struct arena *arena, struct backtest *ret, struct err *e)
{
	struct trial t = { .contract = c, .arena = arena, .next = 2 };
	struct settle_version version = { .digest = c->digest, .terms = other,
					  .from = other->settlement.from, .seq = 1 };
	struct settlement *real;
	struct ledger_facts facts;
	enum rc rc;

	if (c->current == NULL)
		return rc_fail(e, RC_REFUSED, "the contract is not signed by all: nothing was settled");
	version.at = c->versions[0].in_force_at;
	state_facts(ledger_state(l), &facts);
	t.operator_id = facts.operator_id;
	t.s = settlement_new(c->digest, c->salt);
	rc = ledger_settlement(l, c->digest, &real, e);
	if (rc == RC_OK)
		rc = settle_version_add(t.s, &version, e);
	if (rc == RC_OK)
		rc = ledger_scan(l, &c->digest, 0, facts.size, take_fact, &t, e);
	if (rc == RC_OK)
		rc = settle_until(&t, facts.size, e);
	if (rc == RC_OK)
		rc = compare(&t, real, ret, e);
	settlement_free(t.s);
	return rc;
}
