/* settle_load.c - reads what settle_save.c wrote; see settle_save.h.
 *
 * Bytes from elsewhere: no count is trusted before its rows have come, no number of a row before
 * it has been held against the count of what it is a number of, and no chain can run in a ring. */
#include "settle_save.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event_type.h"
#include "fact.h"
#include "hash.h"
#include "held.h"
#include "item.h"
#include "rows.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"
#include "wakes.h"

#define AMOUNT_MAX (INT64_C(1) << 60)
#define DAY_FAR 10000000

struct loading {
	struct settlement *s;
	settle_get_fn *get;
	settle_terms_fn *terms;
	void *get_arg, *terms_arg;
	struct saved_head head;
	uint64_t limits[OF_COUNTED];	/* by enum bound */
	struct err *e;
};

static enum rc
unsound(struct loading *l, const char *what)
{
	return rc_fail(l->e, RC_INTEGRITY, "kept engine: expected %s, found something else", what);
}

static enum rc
get(struct loading *l, void *ret, size_t size)
{
	return size == 0 ? RC_OK : l->get(l->get_arg, ret, size, l->e);
}

/* ---- one row ---- */

static bool
is_day(int32_t day)
{
	return (day > -DAY_FAR && day < DAY_FAR) || day == NEVER || day == INT32_MIN;
}

static uint32_t
read32(const char *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static bool
is_amount(const char *at)
{
	int64_t v;

	memcpy(&v, at, sizeof(v));
	return v >= -AMOUNT_MAX && v <= AMOUNT_MAX;
}

/* `row` is number `index` of `count` in its table. */
static bool
field_is_sound(const struct loading *l, const struct saved_field *f, const char *row,
	       uint64_t index, uint64_t count)
{
	const char *at = row + f->at;

	switch ((enum bound)f->what) {
	case OF_EVENT: case OF_FACT: case OF_OWNER: case OF_SALT: case OF_KEY: case OF_POSTING:
	case OF_DISPUTE: case OF_PAID: case OF_LINE: case OF_STATEMENT: case OF_NAME:
	case OF_VERSION:
		return read32(at) < l->limits[f->what] || (f->none && read32(at) == NONE);
	case OF_ISSUED:
		return read32(at) <= l->limits[OF_STATEMENT];
	case OF_FLAG:
		return (unsigned char)*at <= 1;
	case OF_DAY:
		return is_day((int32_t)read32(at));
	case OF_AMOUNT:
		return is_amount(at);
	case OF_LATER:
		return (read32(at) > index && read32(at) < count) || read32(at) == NONE;
	case OF_EARLIER:
		return read32(at) < index || read32(at) == NONE;
	case OF_KIND:		/* read where it is known what it is a kind of */
	case OF_MAX:
		return true;
	}
	return false;
}

static enum rc
check_rows(struct loading *l, const struct saved_table *t, const char *rows, uint64_t first,
	   size_t count, uint64_t all)
{
	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < t->field_count; f++)
			if (!field_is_sound(l, &t->fields[f], rows + i * t->size, first + i, all))
				return unsound(l, "numbers of what is there");
	return RC_OK;
}

/* ---- tables ---- */

static enum rc
get_rows(struct loading *l, const struct saved_table *t, uint64_t count)
{
	struct rows r = { .size = t->size };
	enum rc rc = RC_OK;

	for (uint64_t i = 0; rc == RC_OK && i < count; i += ROWS_CHUNK) {
		uint32_t n = count - i < ROWS_CHUNK ? (uint32_t)(count - i) : ROWS_CHUNK;

		(void)rows_add(&r, NULL);	/* makes the chunk */
		rc = get(l, r.chunks[i / ROWS_CHUNK], n * t->size);
		if (rc == RC_OK)
			rc = check_rows(l, t, r.chunks[i / ROWS_CHUNK], i, n, count);
		r.count = (uint32_t)i + n;
	}
	memcpy((char *)l->s + t->at, &r, sizeof(r));
	return rc;
}

static enum rc
get_array(struct loading *l, const struct saved_table *t, uint64_t count)
{
	struct saved_array a = { NULL, 0, 0 };
	enum rc rc = RC_OK;

	for (uint64_t i = 0; rc == RC_OK && i < count; i += ROWS_CHUNK) {
		uint64_t n = count - i < ROWS_CHUNK ? count - i : ROWS_CHUNK;

		if (i + n > a.capacity) {
			a.capacity = i + n + (i + n) / 2;
			a.items = mem_grow(a.items, a.capacity, t->size);
		}
		rc = get(l, (char *)a.items + i * t->size, n * t->size);
		if (rc == RC_OK)
			rc = check_rows(l, t, (char *)a.items + i * t->size, i, n, count);
		a.count = i + n;
	}
	memcpy((char *)l->s + t->at, &a, sizeof(a));
	return rc;
}

/* The owner's rows are read with its pointers as zeros; a row of a failed read counts for none. */
static enum rc
get_tables(struct loading *l)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < SAVED_TABLES; i++) {
		const struct saved_table *t = &saved_tables[i];

		rc = t->rows ? get_rows(l, t, l->head.counts[i]) :
			get_array(l, t, l->head.counts[i]);
		if (i == SAVED_OWNERS)
			for (uint32_t n = 0; n < l->s->owners.count; n++)
				owner_at(l->s, n)->kept = NULL;
	}
	return rc;
}

static enum rc
get_names(struct loading *l)
{
	char text[1024];
	size_t size = 0;

	for (uint64_t left = l->head.name_bytes; left > 0;) {
		size_t more = sizeof(text) - size, start = 0;
		const char *end;
		enum rc rc;

		more = left < more ? (size_t)left : more;
		rc = get(l, text + size, more);
		if (rc != RC_OK)
			return rc;
		left -= more;
		size += more;
		while ((end = memchr(text + start, '\0', size - start)) != NULL) {
			size_t length = (size_t)(end - text) - start;

			if (name_number(&l->s->names, text + start, length) + 1 !=
			    l->s->names.count)
				return unsound(l, "each name once");
			start += length + 1;
		}
		memmove(text, text + start, size - start);
		size -= start;
		if (size == sizeof(text))
			return unsound(l, "short names");
	}
	return size == 0 && l->s->names.count == l->head.names ? RC_OK : unsound(l, "all names");
}

static enum rc
get_versions(struct loading *l)
{
	struct settlement *s = l->s;
	struct saved_version v;

	for (uint64_t i = 0; i < l->head.versions; i++) {
		struct settle_version said = { .terms = NULL };
		enum rc rc = get(l, &v, sizeof(v));

		if (rc != RC_OK)
			return rc;
		if (v.from < -DAY_FAR || v.from > DAY_FAR)
			return unsound(l, "a version's first day");
		said.digest = v.digest;
		said.from.days = (int32_t)v.from;
		said.seq = v.seq;
		said.at = v.at;
		said.terms = l->terms(l->terms_arg, v.digest);
		if (said.terms == NULL)
			return rc_fail(l->e, RC_NOT_FOUND, "kept engine: of other terms");
		version_put(s, &said);
	}
	return RC_OK;
}

static enum rc
get_payloads(struct loading *l)
{
	struct settlement *s = l->s;
	enum rc rc = RC_OK;

	if (l->head.payload_chunks > UINT32_MAX >> PAYLOAD_BITS ||
	    l->head.payload_used > PAYLOAD_CHUNK)
		return unsound(l, "members of events in pieces");
	s->payload_used = (uint32_t)l->head.payload_used;
	for (uint64_t i = 0; rc == RC_OK && i < l->head.payload_chunks; i++) {
		s->payload_chunks = mem_room(s->payload_chunks, s->payload_chunk_count,
					     &s->payload_chunk_capacity, sizeof(char *));
		s->payload_chunks[s->payload_chunk_count++] = mem_alloc(PAYLOAD_CHUNK);
		rc = get(l, s->payload_chunks[i],
			 i + 1 == l->head.payload_chunks ? s->payload_used : PAYLOAD_CHUNK);
	}
	return rc;
}

/* A power of two with room to spare, so that looking for what is not there ends. */
static enum rc
get_slots(struct loading *l, struct digest_index *x, uint64_t slots, uint64_t count)
{
	uint64_t used = 0;
	enum rc rc;

	if (slots == 0 && count == 0)
		return RC_OK;
	if (slots <= count || slots > 4 * count + 2048 || (slots & (slots - 1)) != 0)
		return unsound(l, "an index of fitting size");
	x->slots = mem_alloc(slots * sizeof(*x->slots));
	x->slot_count = slots;
	rc = get(l, x->slots, slots * sizeof(*x->slots));
	for (uint64_t i = 0; rc == RC_OK && i < slots; i++) {
		if (x->slots[i] > count)
			return unsound(l, "an index of what is there");
		used += x->slots[i] != 0;
	}
	return rc == RC_OK && used != count ? unsound(l, "an index of everything") : rc;
}

/* ---- what evaluating each unit last gave ---- */

static enum rc
set_parts(struct loading *l, struct item *it)
{
	const struct terms *t = l->s->versions[it->version].terms;
	struct saved_part payment, outcome;

	memcpy(&payment, &it->payment, sizeof(payment));
	memcpy(&outcome, &it->outcome, sizeof(outcome));
	if (payment.version != it->version || payment.index >= t->payment_count ||
	    (outcome.version != NONE &&
	     (outcome.version != it->version || outcome.index >= t->outcome_count)) ||
	    memchr(it->occurrence, '\0', sizeof(it->occurrence)) == NULL ||
	    (unsigned)it->fails > QUALIFIER_MAX)
		return unsound(l, "an entitlement of the terms");
	it->payment = &t->payments[payment.index];
	it->outcome = outcome.version == NONE ? NULL : &t->outcomes[outcome.index];
	return RC_OK;
}

static enum rc
get_items(struct loading *l, struct item *items, uint32_t count)
{
	enum rc rc = get(l, items, count * sizeof(*items));

	if (rc == RC_OK)
		rc = check_rows(l, &saved_items, (const char *)items, 0, count, count);
	for (uint32_t i = 0; rc == RC_OK && i < count; i++)
		rc = set_parts(l, &items[i]);
	return rc;
}

static enum rc
get_one_kept(struct loading *l, uint32_t *after)
{
	struct saved_kept in;
	struct owner *o;
	struct kept *k = NULL;
	uint32_t have = 0;
	size_t bytes;
	enum rc rc = get(l, &in, sizeof(in));

	if (rc != RC_OK)
		return rc;
	if (in.owner >= l->s->owners.count || in.owner < *after || !is_day(in.turns) ||
	    !is_day(in.due) || !is_day(in.latest))
		return unsound(l, "entitlements of owners in order");
	*after = in.owner + 1;
	do {
		uint32_t n = in.count - have < ROWS_CHUNK ? in.count - have : ROWS_CHUNK;

		bytes = sizeof(*k) + ((size_t)have + n) * sizeof(struct item);
		k = mem_grow(k, 1, bytes);
		rc = get_items(l, k->items + have, n);
		have += n;
	} while (rc == RC_OK && have < in.count);
	if (rc != RC_OK) {
		free(k);
		return rc;
	}
	k->count = in.count;
	k->gone = 0;
	k->turns = in.turns;
	k->due = in.due;
	k->latest = in.latest;
	kept_pair(k);
	o = owner_at(l->s, in.owner);
	o->kept = k;
	l->s->kept_bytes += bytes;
	return RC_OK;
}

static enum rc
get_kept(struct loading *l)
{
	uint32_t after = 0;
	enum rc rc = RC_OK;

	for (uint64_t i = 0; rc == RC_OK && i < l->head.kept; i++)
		rc = get_one_kept(l, &after);
	return rc;
}

/* ---- one against another ---- */

static enum rc
check_events(struct loading *l)
{
	struct settlement *s = l->s;

	for (uint32_t i = 0; i < s->events.count; i++)
		if (event_at(s, i)->seq > s->last_seq ||
		    (i > 0 && event_at(s, i)->seq <= event_at(s, i - 1)->seq))
			return unsound(l, "events in ledger order");
	return RC_OK;
}

/* A join's link is the other's owner; every other link is a fact before it. */
static bool
link_is_sound(const struct settlement *s, uint32_t i)
{
	const struct fact *f = fact_at(s, i);

	if (f->type == EVENT_PARTICIPANTS_JOINED && (f->flags & FACT_CORRECTS) == 0)
		return f->link < s->owners.count;
	return f->link == NONE || f->link < i;
}

static enum rc
check_facts(struct loading *l)
{
	struct settlement *s = l->s;
	uint32_t sound = 0;

	for (uint32_t i = 0; i < s->facts.count; i++) {
		const struct fact *f = fact_at(s, i);

		if (f->type >= EVENT_TYPE_MAX || f->sender >= s->names.count ||
		    (i > 0 && f->event < fact_at(s, i - 1)->event) || !link_is_sound(s, i))
			return unsound(l, "facts of events");
		if (f->payload != sound && !payload_is_sound(s, f->payload))
			return unsound(l, "an event's members");
		sound = f->payload;
	}
	return RC_OK;
}

static enum rc
check_owners(struct loading *l)
{
	struct settlement *s = l->s;

	for (uint32_t i = 0; i < s->owners.count; i++) {
		const struct owner *o = owner_at(s, i);

		if (o->kind > OWNER_PERSON || (o->kind == OWNER_CONTRACT) != (i == 0) ||
		    (o->kind == OWNER_SITE && owner_site(o) >= s->names.count) ||
		    (o->first == NONE) != (o->last == NONE))
			return unsound(l, "the contract, sites and people");
		s->person_count += o->kind == OWNER_PERSON;
	}
	return s->owners.count > 0 ? RC_OK : unsound(l, "the contract's own row");
}

static enum rc
check_statements(struct loading *l)
{
	struct settlement *s = l->s;
	uint64_t next = 0;

	for (uint32_t i = 1; i <= s->statements.count; i++) {
		const struct statement_row *row = statement_at(s, i);

		if (row->first_line != next)
			return unsound(l, "statements with their lines");
		next += row->line_count;
	}
	for (size_t i = 0; i < s->held.count; i++)
		if (s->held.items[i].kind >= HELD_KIND_MAX || s->held.items[i].sum.den < 1 ||
		    s->held.items[i].low.den < 1 || s->held.items[i].high.den < 1)
			return unsound(l, "what erased people's lines hold");
	return next == s->lines.count ? RC_OK : unsound(l, "a statement for each line");
}

static enum rc
check_all(struct loading *l)
{
	enum rc rc = check_events(l);

	if (rc == RC_OK)
		rc = check_facts(l);
	if (rc == RC_OK)
		rc = check_owners(l);
	return rc == RC_OK ? check_statements(l) : rc;
}

/* ---- the whole ---- */

static enum rc
get_head(struct loading *l, struct hash contract)
{
	char line[sizeof(SAVED_LINE) - 1 + sizeof(engine_build)];
	const struct saved_head *h = &l->head;
	enum rc rc = get(l, line, sizeof(line));

	if (rc != RC_OK)
		return rc;
	if (memcmp(line, SAVED_LINE, sizeof(SAVED_LINE) - 1) != 0 ||
	    memcmp(line + sizeof(SAVED_LINE) - 1, engine_build, sizeof(engine_build) - 1) != 0 ||
	    line[sizeof(line) - 1] != '\n')
		return rc_fail(l->e, RC_NOT_FOUND, "kept engine: of another build");
	rc = get(l, &l->head, sizeof(l->head));
	if (rc != RC_OK)
		return rc;
	if (!hash_equal(h->contract, contract))
		return rc_fail(l->e, RC_NOT_FOUND, "kept engine: of another contract");
	for (size_t i = 0; i < SAVED_TABLES; i++)
		if (h->counts[i] >= NONE)
			return unsound(l, "counts that fit");
	if (h->salt[22] != '\0' || h->salt[23] != '\0' || h->names >= NONE || h->diverged > 1 ||
	    (h->terminated_event != NONE && h->terminated_event >= h->counts[SAVED_EVENTS]) ||
	    !is_day(h->terminated_on) || !is_day(h->kept_through) || h->last_seq >= NONE ||
	    h->versions > h->counts[SAVED_EVENTS] + h->last_seq + 1)
		return unsound(l, "a head");
	for (size_t i = 0; i <= SAVED_STATEMENTS; i++)
		l->limits[i] = h->counts[i];
	l->limits[OF_NAME] = h->names;
	l->limits[OF_VERSION] = h->versions;
	return RC_OK;
}

static void
take_head(struct settlement *s, const struct saved_head *h)
{
	s->last_seq = h->last_seq;
	s->terminated.event = h->terminated_event;
	s->terminated.on = h->terminated_on;
	s->terminated.seq = h->terminated_seq;
	s->computed_root = h->computed_root;
	s->diverged = h->diverged != 0;
	s->again_for = h->again_for;
	s->runs = h->runs;
	s->kept_size = h->kept_size;
	s->kept_through = h->kept_through;
}

static enum rc
get_end(struct loading *l)
{
	char end[sizeof(SAVED_END) - 1];
	enum rc rc = get(l, end, sizeof(end));

	return rc == RC_OK && memcmp(end, SAVED_END, sizeof(end)) != 0 ? unsound(l, "the end") : rc;
}

static enum rc
get_all(struct loading *l)
{
	struct settlement *s = l->s;
	enum rc rc = get_names(l);

	if (rc == RC_OK)
		rc = get_versions(l);
	if (rc == RC_OK)
		rc = get_tables(l);
	if (rc == RC_OK)
		rc = get_slots(l, &s->digests, l->head.digest_slots, s->events.count);
	if (rc == RC_OK)
		rc = get_slots(l, &s->key_hashes, l->head.key_slots, s->keys.count);
	if (rc == RC_OK)
		rc = get_slots(l, &s->owner_index, l->head.owner_slots, s->owners.count);
	if (rc == RC_OK)
		rc = get_payloads(l);
	take_head(s, &l->head);
	if (rc == RC_OK)
		rc = get_kept(l);
	if (rc == RC_OK)
		rc = check_all(l);
	if (rc == RC_OK)
		rc = limits_load(s, l->get, l->get_arg, l->e);
	if (rc == RC_OK)
		rc = carried_load(s, l->get, l->get_arg, l->e);
	return rc == RC_OK ? get_end(l) : rc;
}

enum rc
settle_load(settle_get_fn *fn, void *arg, const struct settle_of *of, struct settlement **ret,
	    struct err *e)
{
	struct loading l = { .get = fn, .get_arg = arg, .terms = of->terms,
			     .terms_arg = of->terms_arg, .e = e };
	enum rc rc = get_head(&l, of->contract);

	if (rc != RC_OK)
		return rc;
	l.s = settlement_empty(l.head.contract, l.head.salt);
	rc = get_all(&l);
	if (rc == RC_OK) {
		wakes_restore(l.s);
		settled_names_restore(l.s);
		*ret = l.s;
	} else {
		settlement_free(l.s);
	}
	return rc;
}
