/* settle_save.c - a settlement in bytes, to go on with in another process; see settle_save.h.
 *
 * What is worked out again from the rest is left out: what is known of expressions, and whose day
 * has come. */
#include "settle_save.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fact.h"
#include "held.h"
#include "item.h"
#include "rows.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"

#define END(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))
#define FIELD(type, member, what) { offsetof(type, member), what, false }
#define MAYBE(type, member, what) { offsetof(type, member), what, true }
#define HOLE(type, member, next) { END(type, member), offsetof(type, next) - END(type, member) }
#define TAIL(type, member) { END(type, member), sizeof(type) - END(type, member) }
#define POINTER(type, member) { offsetof(type, member), sizeof(((type *)NULL)->member) }
#define ROWS(type, member, name) { offsetof(struct settlement, member), sizeof(type), true, \
	name##_fields, LENGTH(name##_fields), name##_holes, LENGTH(name##_holes) }
#define ARRAY(type, member, name) { offsetof(struct settlement, member), sizeof(type), false, \
	name##_fields, LENGTH(name##_fields), name##_holes, LENGTH(name##_holes) }
/* Nothing to leave out: an empty array is not C. */
#define NOTHING { { 0, 0 } }

/* A row that has grown: say here what bounds its new members, then mend the number. */
_Static_assert(sizeof(struct event_row) == 44 && sizeof(struct fact) == 32 &&
	       sizeof(struct owner) == 80 && sizeof(struct key_row) == 112 &&
	       sizeof(struct posting_row) == 40 && sizeof(struct dispute_row) == 32 &&
	       sizeof(struct paid_row) == 40 && sizeof(struct line_row) == 32 &&
	       sizeof(struct statement_row) == 128 && sizeof(struct balance_row) == 40 &&
	       sizeof(struct open_line) == 112 && sizeof(struct held_row) == 192 &&
	       sizeof(struct item) == 152 && sizeof(struct saved_part) == sizeof(void *),
	       "settle_save.c says what each row holds");

static const struct saved_field event_fields[] = {
	FIELD(struct event_row, day, OF_DAY), MAYBE(struct event_row, fact, OF_FACT),
};
static const struct saved_hole event_holes[] = NOTHING;

static const struct saved_field fact_fields[] = {
	MAYBE(struct fact, next, OF_LATER), FIELD(struct fact, event, OF_EVENT),
	FIELD(struct fact, from, OF_DAY), FIELD(struct fact, to, OF_DAY),
	FIELD(struct fact, owner, OF_OWNER),
};
static const struct saved_hole fact_holes[] = NOTHING;

static const struct saved_field owner_fields[] = {
	FIELD(struct owner, kind, OF_KIND), FIELD(struct owner, joined, OF_FLAG),
	FIELD(struct owner, follows, OF_FLAG),
	FIELD(struct owner, others, OF_FLAG), FIELD(struct owner, everybody, OF_FLAG),
	FIELD(struct owner, paired, OF_FLAG),
	MAYBE(struct owner, first, OF_FACT), MAYBE(struct owner, last, OF_FACT),
	MAYBE(struct owner, keys, OF_KEY), MAYBE(struct owner, salt, OF_SALT),
	FIELD(struct owner, wakes, OF_DAY), FIELD(struct owner, again, OF_DAY),
};
static const struct saved_hole owner_holes[] = {
	HOLE(struct owner, paired, first), POINTER(struct owner, queued),
	HOLE(struct owner, told, kept), POINTER(struct owner, kept),
};

static const struct saved_field salt_fields[] = { { 0, OF_MAX, false } };
static const struct saved_hole salt_holes[] = NOTHING;

static const struct saved_field key_fields[] = {
	MAYBE(struct key_row, next, OF_EARLIER), MAYBE(struct key_row, owner, OF_OWNER),
	MAYBE(struct key_row, enrolment, OF_FACT), FIELD(struct key_row, payment, OF_NAME),
	MAYBE(struct key_row, outcome, OF_NAME), MAYBE(struct key_row, occurrence, OF_NAME),
	MAYBE(struct key_row, postings, OF_POSTING), FIELD(struct key_row, achieved, OF_DAY),
	MAYBE(struct key_row, reason, OF_NAME), FIELD(struct key_row, last_zero, OF_FLAG),
	FIELD(struct key_row, had_amount, OF_FLAG), FIELD(struct key_row, decided, OF_FLAG),
	FIELD(struct key_row, statement, OF_ISSUED),
	FIELD(struct key_row, first_statement, OF_ISSUED),
	FIELD(struct key_row, first_paid, OF_ISSUED),
	FIELD(struct key_row, ever_paid, OF_ISSUED), MAYBE(struct key_row, version, OF_VERSION),
	FIELD(struct key_row, settled, OF_AMOUNT), FIELD(struct key_row, peak, OF_AMOUNT),
};
static const struct saved_hole key_holes[] = {
	HOLE(struct key_row, decided, statement), HOLE(struct key_row, version, settled),
};

static const struct saved_field posting_fields[] = {
	MAYBE(struct posting_row, next, OF_LATER), FIELD(struct posting_row, payer, OF_NAME),
	FIELD(struct posting_row, payee, OF_NAME), FIELD(struct posting_row, unit, OF_NAME),
	MAYBE(struct posting_row, tax, OF_NAME), MAYBE(struct posting_row, version, OF_VERSION),
	FIELD(struct posting_row, sum, OF_AMOUNT),
};
static const struct saved_hole posting_holes[] = { HOLE(struct posting_row, year, sum) };

static const struct saved_field dispute_fields[] = {
	FIELD(struct dispute_row, event, OF_EVENT), FIELD(struct dispute_row, key, OF_KEY),
	FIELD(struct dispute_row, payer, OF_NAME), MAYBE(struct dispute_row, resolved, OF_EVENT),
	FIELD(struct dispute_row, decided, OF_FLAG), FIELD(struct dispute_row, amount, OF_AMOUNT),
};
static const struct saved_hole dispute_holes[] = { HOLE(struct dispute_row, decided, amount) };

static const struct saved_field paid_fields[] = {
	FIELD(struct paid_row, event, OF_EVENT), MAYBE(struct paid_row, payer, OF_NAME),
	MAYBE(struct paid_row, payee, OF_NAME), MAYBE(struct paid_row, unit, OF_NAME),
	FIELD(struct paid_row, paid, OF_AMOUNT), FIELD(struct paid_row, received, OF_AMOUNT),
	FIELD(struct paid_row, made, OF_FLAG),
};
static const struct saved_hole paid_holes[] = { TAIL(struct paid_row, made) };

static const struct saved_field line_fields[] = {
	FIELD(struct line_row, event, OF_EVENT), FIELD(struct line_row, key, OF_KEY),
	FIELD(struct line_row, posting, OF_POSTING), FIELD(struct line_row, achieved, OF_DAY),
	MAYBE(struct line_row, reason, OF_NAME), FIELD(struct line_row, amount, OF_AMOUNT),
};
static const struct saved_hole line_holes[] = { HOLE(struct line_row, reason, amount) };

static const struct saved_field statement_fields[] = {
	FIELD(struct statement_row, through, OF_DAY),
};
static const struct saved_hole statement_holes[] = { TAIL(struct statement_row, line_count) };

static const struct saved_field common_fields[] = { { 0, OF_FACT, false } };
static const struct saved_hole common_holes[] = NOTHING;

static const struct saved_field again_fields[] = { { 0, OF_OWNER, false } };
static const struct saved_hole again_holes[] = NOTHING;

static const struct saved_field balance_fields[] = {
	MAYBE(struct balance_row, payer, OF_NAME), MAYBE(struct balance_row, payee, OF_NAME),
	MAYBE(struct balance_row, unit, OF_NAME), FIELD(struct balance_row, lines, OF_AMOUNT),
	FIELD(struct balance_row, paid, OF_AMOUNT), FIELD(struct balance_row, received, OF_AMOUNT),
};
static const struct saved_hole balance_holes[] = { HOLE(struct balance_row, unit, lines) };

static const struct saved_field open_fields[] = {
	FIELD(struct open_line, event, OF_EVENT), FIELD(struct open_line, payer, OF_NAME),
	FIELD(struct open_line, payee, OF_NAME), FIELD(struct open_line, unit, OF_NAME),
	MAYBE(struct open_line, tax, OF_NAME), FIELD(struct open_line, payment, OF_NAME),
	MAYBE(struct open_line, outcome, OF_NAME), MAYBE(struct open_line, reason, OF_NAME),
	MAYBE(struct open_line, version, OF_VERSION), FIELD(struct open_line, amount, OF_AMOUNT),
	FIELD(struct open_line, has_basis, OF_FLAG), MAYBE(struct open_line, owner, OF_OWNER),
	MAYBE(struct open_line, enrolment, OF_FACT),
	MAYBE(struct open_line, occurrence, OF_NAME), FIELD(struct open_line, achieved, OF_DAY),
};
static const struct saved_hole open_holes[] = {
	HOLE(struct open_line, year, amount), HOLE(struct open_line, has_basis, owner),
	TAIL(struct open_line, achieved),
};

static const struct saved_field held_fields[] = {
	FIELD(struct held_row, kind, OF_KIND), MAYBE(struct held_row, name, OF_NAME),
	MAYBE(struct held_row, version, OF_VERSION), FIELD(struct held_row, day, OF_DAY),
	FIELD(struct held_row, from, OF_DAY), MAYBE(struct held_row, site, OF_NAME),
	MAYBE(struct held_row, payer, OF_NAME), MAYBE(struct held_row, payee, OF_NAME),
	MAYBE(struct held_row, owner, OF_OWNER), FIELD(struct held_row, count, OF_AMOUNT),
	FIELD(struct held_row, amount, OF_AMOUNT), FIELD(struct held_row, at, OF_AMOUNT),
};
static const struct saved_hole held_holes[] = {
	HOLE(struct held_row, owner, count), HOLE(struct held_row, seq, sum),
	POINTER(struct held_row, claim), TAIL(struct held_row, claim),
};

static const struct saved_field item_fields[] = {
	FIELD(struct item, version, OF_VERSION), FIELD(struct item, owner, OF_OWNER),
	MAYBE(struct item, enrolment, OF_FACT), FIELD(struct item, start, OF_DAY),
	FIELD(struct item, achieved, OF_DAY), FIELD(struct item, counts, OF_DAY),
	FIELD(struct item, held_until, OF_DAY), FIELD(struct item, first, OF_DAY),
	FIELD(struct item, period.start, OF_DAY), FIELD(struct item, period.end, OF_DAY),
	FIELD(struct item, amount, OF_AMOUNT), FIELD(struct item, index, OF_AMOUNT),
	FIELD(struct item, pending, OF_FLAG), FIELD(struct item, sampled, OF_FLAG),
	MAYBE(struct item, site, OF_NAME), MAYBE(struct item, of_enrolment, OF_FACT),
};
static const struct saved_hole item_holes[] = {
	POINTER(struct item, rival), HOLE(struct item, sampled, occurrence),
	HOLE(struct item, occurrence, site), POINTER(struct item, stand),
};

const struct saved_table saved_tables[SAVED_TABLES] = {
	[SAVED_EVENTS] = ROWS(struct event_row, events, event),
	[SAVED_FACTS] = ROWS(struct fact, facts, fact),
	[SAVED_OWNERS] = ROWS(struct owner, owners, owner),
	[SAVED_SALTS] = ROWS(char[22], salts, salt),
	[SAVED_KEYS] = ROWS(struct key_row, keys, key),
	[SAVED_POSTINGS] = ROWS(struct posting_row, postings, posting),
	[SAVED_DISPUTES] = ROWS(struct dispute_row, disputes, dispute),
	[SAVED_PAID] = ROWS(struct paid_row, paid, paid),
	[SAVED_LINES] = ROWS(struct line_row, lines, line),
	[SAVED_STATEMENTS] = ROWS(struct statement_row, statements, statement),
	[SAVED_COMMON] = ARRAY(uint32_t, common, common),
	[SAVED_AGAIN] = ARRAY(uint32_t, again, again),
	[SAVED_BALANCES] = ARRAY(struct balance_row, balances, balance),
	[SAVED_OPEN] = ARRAY(struct open_line, open, open),
	[SAVED_HELD] = ARRAY(struct held_row, held, held),
};
const struct saved_table saved_items = {
	0, sizeof(struct item), false, item_fields, LENGTH(item_fields), item_holes,
	LENGTH(item_holes)
};

/* ---- writing ---- */

struct saving {
	const struct settlement *s;
	settle_put_fn *put;
	void *arg;
	char *rows;		/* room for a chunk of them */
	struct err *e;
	enum rc rc;
};

static void
put(struct saving *w, const void *bytes, size_t size)
{
	if (w->rc == RC_OK && size > 0)
		w->rc = w->put(w->arg, bytes, size, w->e);
}

/* At most ROWS_CHUNK rows, without what is not theirs to say. */
static void
put_rows(struct saving *w, const struct saved_table *t, const void *rows, size_t count)
{
	if (t->holes[0].at + t->holes[0].size == 0) {
		put(w, rows, count * t->size);
		return;
	}
	memcpy(w->rows, rows, count * t->size);
	for (size_t h = 0; h < t->hole_count; h++)
		for (size_t i = 0; i < count; i++)
			memset(w->rows + i * t->size + t->holes[h].at, 0, t->holes[h].size);
	put(w, w->rows, count * t->size);
}

static void
put_table(struct saving *w, const struct saved_table *t)
{
	const char *at = (const char *)w->s + t->at;
	struct saved_array a;
	struct rows r;

	if (t->rows) {
		memcpy(&r, at, sizeof(r));
		for (uint32_t i = 0; i < r.count; i += ROWS_CHUNK)
			put_rows(w, t, rows_at(&r, i),
				 r.count - i < ROWS_CHUNK ? r.count - i : ROWS_CHUNK);
		return;
	}
	memcpy(&a, at, sizeof(a));
	for (size_t i = 0; i < a.count; i += ROWS_CHUNK)
		put_rows(w, t, (const char *)a.items + i * t->size,
			 a.count - i < ROWS_CHUNK ? a.count - i : ROWS_CHUNK);
}

static uint64_t
table_count(const struct settlement *s, const struct saved_table *t)
{
	const char *at = (const char *)s + t->at;
	struct saved_array a;
	struct rows r;

	if (t->rows) {
		memcpy(&r, at, sizeof(r));
		return r.count;
	}
	memcpy(&a, at, sizeof(a));
	return a.count;
}

static struct saved_head
make_head(const struct settlement *s)
{
	struct saved_head h;

	memset(&h, 0, sizeof(h));
	h.contract = s->contract;
	h.computed_root = s->computed_root;
	memcpy(h.salt, s->salt, sizeof(s->salt));
	for (size_t i = 0; i < SAVED_TABLES; i++)
		h.counts[i] = table_count(s, &saved_tables[i]);
	h.names = s->names.count;
	for (size_t i = 0; i < s->names.count; i++)
		h.name_bytes += strlen(s->names.items[i]) + 1;
	h.versions = s->version_count;
	h.payload_chunks = s->payload_chunk_count;
	h.payload_used = s->payload_used;
	for (uint32_t i = 0; i < s->owners.count; i++)
		h.kept += owner_at(s, i)->kept != NULL;
	h.digest_slots = s->digests.slot_count;
	h.key_slots = s->key_hashes.slot_count;
	h.owner_slots = s->owner_index.slot_count;
	h.last_seq = s->last_seq;
	h.terminated_seq = s->terminated.seq;
	h.terminated_event = s->terminated.event;
	h.terminated_on = s->terminated.on;
	h.kept_size = s->kept_size;
	h.kept_through = s->kept_through;
	h.again_for = s->again_for;
	h.runs = s->runs;
	h.diverged = s->diverged;
	return h;
}

static void
put_versions(struct saving *w)
{
	for (size_t i = 0; i < w->s->version_count; i++) {
		const struct settle_version *v = &w->s->versions[i].said;
		struct saved_version out = { v->digest, v->seq, v->at, v->from.days };

		put(w, &out, sizeof(out));
	}
}

static struct saved_part
part_of(const struct settlement *s, const struct item *it, const void *part)
{
	const struct terms *t = s->versions[it->version].terms;
	struct saved_part ret = { NONE, NONE };

	for (size_t i = 0; part != NULL && i < t->payment_count; i++)
		if (part == &t->payments[i])
			ret = (struct saved_part){ it->version, (uint32_t)i };
	for (size_t i = 0; part != NULL && i < t->outcome_count; i++)
		if (part == &t->outcomes[i])
			ret = (struct saved_part){ it->version, (uint32_t)i };
	assert(part == NULL || ret.version != NONE);
	return ret;
}

static void
put_item(struct saving *w, const struct item *it)
{
	struct saved_part payment = part_of(w->s, it, it->payment);
	struct saved_part outcome = part_of(w->s, it, it->outcome);
	struct item out;
	size_t length = strlen(it->occurrence);

	memcpy(&out, it, sizeof(out));
	memset(out.occurrence + length, 0, sizeof(out.occurrence) - length);
	memcpy(&out.payment, &payment, sizeof(payment));
	memcpy(&out.outcome, &outcome, sizeof(outcome));
	put_rows(w, &saved_items, &out, 1);
}

static void
put_kept(struct saving *w)
{
	for (uint32_t i = 0; i < w->s->owners.count; i++) {
		const struct kept *k = owner_at(w->s, i)->kept;
		struct saved_kept out = { .owner = i };

		if (k == NULL)
			continue;
		out.count = k->count;
		out.turns = k->turns;
		out.due = k->due;
		out.latest = k->latest;
		put(w, &out, sizeof(out));
		for (uint32_t n = 0; n < k->count; n++)
			put_item(w, &k->items[n]);
	}
}

const char *
settle_build(void)
{
	return engine_build;
}

enum rc
settle_save(const struct settlement *s, settle_put_fn *fn, void *arg, struct err *e)
{
	struct saving w = { .s = s, .put = fn, .arg = arg, .e = e, .rc = RC_OK };
	struct saved_head head = make_head(s);

	w.rows = mem_alloc(ROWS_CHUNK * sizeof(struct item));
	put(&w, SAVED_LINE, sizeof(SAVED_LINE) - 1);
	put(&w, engine_build, sizeof(engine_build) - 1);
	put(&w, "\n", 1);
	put(&w, &head, sizeof(head));
	for (size_t i = 0; i < s->names.count; i++)
		put(&w, s->names.items[i], strlen(s->names.items[i]) + 1);
	put_versions(&w);
	for (size_t i = 0; i < SAVED_TABLES; i++)
		put_table(&w, &saved_tables[i]);
	put(&w, s->digests.slots, s->digests.slot_count * sizeof(uint32_t));
	put(&w, s->key_hashes.slots, s->key_hashes.slot_count * sizeof(uint32_t));
	put(&w, s->owner_index.slots, s->owner_index.slot_count * sizeof(uint32_t));
	for (size_t i = 0; i < s->payload_chunk_count; i++)
		put(&w, s->payload_chunks[i],
		    i + 1 == s->payload_chunk_count ? s->payload_used : PAYLOAD_CHUNK);
	put_kept(&w);
	if (w.rc == RC_OK)
		w.rc = limits_save(s, fn, arg, e);
	if (w.rc == RC_OK)
		w.rc = carried_save(s, fn, arg, e);
	put(&w, SAVED_END, sizeof(SAVED_END) - 1);
	free(w.rows);
	return w.rc;
}
