/* state_record.c - events among millions: by digest, by natural key, along their correction chains.
 *
 * Index keys are the first eight bytes of a hash. An event is under its digest; under the digest
 * turned by 8 bytes stand the corrections and retractions that name it; turned by 16, the first
 * event of a correction's chain; turned by 24, the retraction of the chain that begins with it.
 * A candidate counts only after its own bytes have been looked at.
 */
#include "state_priv.h"

#include "arena.h"
#include "buf.h"
#include "entry.h"
#include "index.h"
#include "limits_utfall.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_SLOTS = 32768 };

static struct hash
turned(struct hash a, size_t by)
{
	struct hash r;

	for (size_t i = 0; i < 32; i++)
		r.bytes[i] = a.bytes[(i + by) % 32];
	return r;
}

struct hash
key_of_submission(const char *party, const char *id)
{
	size_t party_length = strnlen(party, PARTY_TEXT), id_length = strnlen(id, ULID_TEXT);
	char text[PARTY_TEXT + ULID_TEXT + 4] = "s\n";

	memcpy(text + 2, party, party_length);
	text[2 + party_length] = '\n';
	memcpy(text + 3 + party_length, id, id_length);
	return hash_bytes(text, 3 + party_length + id_length);
}

struct hash
key_of_member(struct hash contract, const char *participant)
{
	char bytes[1 + 32 + 26] = "m";

	memcpy(bytes + 1, contract.bytes, 32);
	memcpy(bytes + 33, participant, 26);
	return hash_bytes(bytes, sizeof(bytes));
}

uint32_t
party_of_entry(const struct state *st, uint64_t seq)
{
	const struct submission_row *row = submission_of(st, seq);

	return row == NULL ? PARTY_NONE : row->party;
}

/* Walks over the candidates of one key, newest first. */
struct walk {
	struct state *st;
	uint64_t *seqs, few[CANDIDATES];
	size_t count, at;
};

static void
walk_begin(struct walk *w, struct state *st, struct hash key)
{
	size_t all;

	w->st = st;
	w->seqs = w->few;
	w->at = 0;
	index_find(st->index, key, w->few, CANDIDATES, &w->count);
	if (w->count <= CANDIDATES)
		return;
	all = w->count;
	w->seqs = mem_alloc(all * sizeof(*w->seqs));
	index_find(st->index, key, w->seqs, all, &w->count);
}

static void
walk_end(struct walk *w)
{
	if (w->seqs != w->few)
		free(w->seqs);
}

static bool
walk_next(struct walk *w, uint64_t *ret)
{
	if (w->at == w->count)
		return false;
	*ret = w->seqs[w->at++];
	return true;
}

enum rc
record_find(struct state *st, struct hash digest, struct record *ret, struct err *e)
{
	enum rc rc = RC_NOT_FOUND;
	struct record r;
	struct walk w;
	uint64_t seq;

	walk_begin(&w, st, digest);
	while (rc == RC_NOT_FOUND && walk_next(&w, &seq)) {
		rc = record_at(st, seq, &r, e);
		if (rc == RC_OK && !hash_equal(r.digest, digest))
			rc = RC_NOT_FOUND;
	}
	walk_end(&w);
	if (rc == RC_OK)
		*ret = r;
	else if (rc == RC_NOT_FOUND)
		return rc_fail(e, RC_NOT_FOUND, "no event of this ledger has that digest");
	return rc;
}

bool
record_may_exist(const struct state *st, struct hash digest)
{
	uint64_t seq;
	size_t count;

	index_find(st->index, digest, &seq, 1, &count);
	return count > 0;
}

enum rc
chain_next(struct state *st, struct hash digest, uint64_t *ret, struct err *e)
{
	struct record r;
	struct walk w;
	uint64_t seq, found = SEQ_NEVER;
	enum rc rc = RC_OK;

	walk_begin(&w, st, turned(digest, 8));
	while (rc == RC_OK && found == SEQ_NEVER && walk_next(&w, &seq)) {
		rc = record_at(st, seq, &r, e);
		if (rc == RC_OK && hash_equal(r.link, digest) &&
		    (r.type == EVENT_EVENT_CORRECTED || r.type == EVENT_EVENT_RETRACTED))
			found = seq;
	}
	walk_end(&w);
	if (rc == RC_OK)
		*ret = found;
	return rc;
}

enum rc
chain_retracted(struct state *st, const struct record *r, bool *ret, struct err *e)
{
	struct record root, other;
	struct walk w;
	uint64_t seq;
	bool found = false;
	enum rc rc = RC_OK;

	root = *r;
	if (r->root != r->seq)
		rc = record_at(st, r->root, &root, e);
	if (rc != RC_OK)
		return rc;
	walk_begin(&w, st, turned(root.digest, 24));
	while (rc == RC_OK && !found && walk_next(&w, &seq)) {
		rc = record_at(st, seq, &other, e);
		found = rc == RC_OK && other.type == EVENT_EVENT_RETRACTED &&
			other.root == root.seq;
	}
	walk_end(&w);
	if (rc == RC_OK)
		*ret = found;
	return rc;
}

enum rc
natural_taken(struct state *st, const struct record *r, struct hash but, uint64_t *ret,
	      struct err *e)
{
	struct record other;
	struct walk w;
	uint64_t seq, next, found = SEQ_NEVER;
	enum rc rc = RC_OK;

	if (hash_is_zero(r->natural)) {
		*ret = SEQ_NEVER;
		return RC_OK;
	}
	walk_begin(&w, st, r->natural);
	while (rc == RC_OK && found == SEQ_NEVER && walk_next(&w, &seq)) {
		rc = record_at(st, seq, &other, e);
		if (rc != RC_OK || !hash_equal(other.natural, r->natural) ||
		    hash_equal(other.digest, but))
			continue;
		rc = chain_next(st, other.digest, &next, e);
		if (rc == RC_OK && next == SEQ_NEVER)	/* it is its chain's head */
			found = seq;
	}
	walk_end(&w);
	if (rc == RC_OK)
		*ret = found;
	return rc;
}

/* ---- making a record ---- */

/* As much as there is room for: a name that is longer is refused. */
static void
copy_text(const char *text, char *ret, size_t size)
{
	size_t length = text == NULL ? 0 : strnlen(text, size - 1);

	if (length > 0)
		memcpy(ret, text, length);
	ret[length] = '\0';
}

static void
copy_name(const struct json *body, const char *field, char *ret, size_t size)
{
	copy_text(json_get_string(body, field), ret, size);
}

/* First event of the chain that a correction or retraction of `link` continues. */
static enum rc
find_root(struct state *st, struct record *r, struct err *e)
{
	struct record target;
	uint64_t seqs[4];
	size_t count = 0;
	bool same;
	enum rc rc;

	r->root = r->seq;
	r->chain = r->type;
	index_find(st->index, turned(r->digest, 16), seqs, 4, &count);
	same = count > 0 && count <= 4;
	for (size_t i = 1; same && i < count; i++)
		same = seqs[i] == seqs[0];
	if (same) {	/* added with the correction: no other has these eight bytes */
		rc = record_at(st, seqs[0], &target, e);
	} else {
		rc = record_find(st, r->link, &target, e);
		if (rc == RC_NOT_FOUND)		/* its check refuses it */
			return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	r->root = target.root;
	r->chain = target.chain;
	return RC_OK;
}

/* The natural key, with a spell named by the first event of its chain. */
static enum rc
find_natural(struct state *st, const struct json *body, const char *sender, struct record *r,
	     struct err *e)
{
	struct json copy = *body;
	struct arena *arena = NULL;
	struct record spell;
	struct hash start;
	char hex[HASH_HEX];
	enum rc rc;

	if (!event_has_natural_key(event_info(r->chain)))
		return RC_OK;
	start = body_digest(body, "spell");
	if (!hash_is_zero(start)) {
		rc = record_find(st, start, &spell, e);
		if (rc == RC_OK && spell.root != spell.seq)
			rc = record_at(st, spell.root, &spell, e);
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
		if (rc == RC_OK && !hash_equal(spell.digest, start)) {
			arena = arena_new();
			copy = json_copy(arena, body);
			hash_format(spell.digest, hex);
			json_set(arena, &copy, "spell", json_string(hex));
		}
	}
	buf_clear(&st->natural);
	event_natural_key(r->chain, &copy, sender, &st->natural);
	r->natural = hash_bytes(st->natural.data, st->natural.size);
	arena_free(arena);
	return RC_OK;
}

enum rc
record_make(struct state *st, const struct step *x, uint32_t party, struct record *ret,
	    struct err *e)
{
	const struct json *body;
	struct record r = { .seq = x->seq, .at = x->at, .digest = x->digest, .root = x->seq,
			    .party = party, .missing = x->missing };
	enum rc rc = RC_OK;

	if (x->missing) {
		r.type = r.chain = EVENT_PADDING_ADDED;	/* as if nothing were said */
		*ret = r;
		return RC_OK;
	}
	body = x->event->body;
	r.type = r.chain = x->event->type;
	r.contract = x->event->contract;
	if (r.type == EVENT_EVENT_CORRECTED || r.type == EVENT_EVENT_RETRACTED) {
		r.link = body_digest(body, "event");
		rc = find_root(st, &r, e);
	} else {
		r.link = body_digest(body, "spell");
	}
	if (rc != RC_OK)
		return rc;
	if (r.type == EVENT_EVENT_CORRECTED) {
		body = json_get(body, "body");
		copy_name(body, "participant", r.participant, sizeof(r.participant));
		copy_name(body, "site", r.site, sizeof(r.site));
	} else {
		copy_text(x->event->participant, r.participant, sizeof(r.participant));
		copy_text(x->event->site, r.site, sizeof(r.site));
	}
	if (r.chain == EVENT_PARTICIPANT_TRANSFERRED)
		copy_name(body, "to", r.to, sizeof(r.to));
	else if (r.chain == EVENT_PAYMENT_MADE || r.chain == EVENT_PAYMENT_RECEIVED)
		copy_name(body, r.chain == EVENT_PAYMENT_MADE ? "payee" : "payer", r.to,
			  sizeof(r.to));
	if (!hash_is_zero(x->event->natural))
		r.natural = x->event->natural;
	else if (r.type != EVENT_EVENT_RETRACTED && party < st->party_count)
		rc = find_natural(st, body, st->parties[party]->id, &r, e);
	if (rc == RC_OK)
		*ret = r;
	return rc;
}

void
record_index(struct state *st, const struct record *r)
{
	struct record root;
	struct err e;

	index_add(st->index, r->digest, r->seq);
	if (!hash_is_zero(r->natural))
		index_add(st->index, r->natural, r->seq);
	if (r->participant[0] != '\0' && (rule_of(r->chain)->flags & RULE_MEMBER)) {
		index_add(st->index, key_of_member(r->contract, r->participant), r->seq);
		participant_forget(st, r->contract, r->participant);
	}
	if (r->type == EVENT_EVENT_CORRECTED || r->type == EVENT_EVENT_RETRACTED) {
		index_add(st->index, turned(r->link, 8), r->seq);
		if (r->type == EVENT_EVENT_CORRECTED)
			index_add(st->index, turned(r->digest, 16), r->root);
		else if (record_at(st, r->root, &root, &e) == RC_OK) {
			index_add(st->index, turned(root.digest, 24), r->seq);
			if (root.participant[0] != '\0')
				participant_forget(st, root.contract, root.participant);
		}
	}
	st->records[r->seq % RECORD_SLOTS] = *r;
}

/* ---- reading one back ---- */

static enum rc
read_record(struct state *st, uint64_t seq, struct record *ret, struct err *e)
{
	struct buf entry = { 0 }, bytes = { 0 };
	struct arena *arena = NULL;
	struct entry x = { .kind = ENTRY_EVENT };
	struct event event;
	struct step step = { .seq = seq };
	enum rc rc;

	rc = st->source.fetch(st->source.arg, seq, &entry, &bytes, &step.missing, e);
	if (rc == RC_OK)
		rc = entry_parse(entry.data, entry.size, &x, e);
	if (rc == RC_OK && x.kind != ENTRY_EVENT)
		rc = rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 ": expected an event's entry: the "
			     "index is not of this ledger, rebuild it", seq);
	if (rc == RC_OK && !step.missing) {
		arena = arena_new();
		rc = event_parse(bytes.data, bytes.size, arena, 0, NULL, &event, e);
		step.event = &event;
	}
	if (rc == RC_OK) {
		step.at = x.at;
		step.digest = x.event;
		rc = record_make(st, &step, party_of_entry(st, seq), ret, e);
	} else if (rc != RC_SYSTEM) {
		rc = rc_where(e, "entry %" PRIu64, seq);
	}
	arena_free(arena);
	buf_free(&entry);
	buf_free(&bytes);
	return rc;
}

enum rc
record_at(struct state *st, uint64_t seq, struct record *ret, struct err *e)
{
	struct record *slot = &st->records[seq % RECORD_SLOTS];
	struct record r;
	enum rc rc;

	if (slot->seq == seq && seq > 0) {
		*ret = *slot;
		return RC_OK;
	}
	rc = read_record(st, seq, &r, e);
	if (rc != RC_OK)
		return rc;
	*slot = r;
	*ret = r;
	return RC_OK;
}

/* ---- for those outside ---- */

static void
describe(const struct state *st, const struct record *r, struct event_record *ret)
{
	*ret = (struct event_record){ .seq = r->seq, .digest = r->digest, .type = r->type,
		.sender = r->party < st->party_count ? st->parties[r->party]->id : "",
		.at = r->at, .contract = r->contract, .missing = r->missing };
	memcpy(ret->participant, r->participant, sizeof(ret->participant));
}

enum rc
state_record(struct state *st, uint64_t seq, struct event_record *ret, struct err *e)
{
	struct record r;
	enum rc rc = record_at(st, seq, &r, e);

	if (rc == RC_OK)
		describe(st, &r, ret);
	return rc;
}

enum rc
state_find(struct state *st, struct hash digest, struct event_record *ret, struct err *e)
{
	struct record r;
	enum rc rc = record_find(st, digest, &r, e);

	if (rc == RC_OK)
		describe(st, &r, ret);
	return rc;
}

enum rc
state_head(struct state *st, struct hash digest, struct hash *ret, bool *ret_retracted,
	   struct err *e)
{
	struct record r;
	uint64_t next;
	enum rc rc = record_find(st, digest, &r, e);

	while (rc == RC_OK) {
		rc = chain_next(st, r.digest, &next, e);
		if (rc != RC_OK || next == SEQ_NEVER)
			break;
		rc = record_at(st, next, &r, e);
	}
	if (rc != RC_OK)
		return rc;
	*ret = r.type == EVENT_EVENT_RETRACTED ? r.link : r.digest;
	*ret_retracted = r.type == EVENT_EVENT_RETRACTED;
	return RC_OK;
}

enum rc
state_find_submission(struct state *st, const char *party, const char *id, uint64_t *ret,
		      struct err *e)
{
	struct buf bytes = { 0 };
	struct submission s;
	struct entry x;
	struct walk w;
	uint64_t seq;
	bool found = false;
	enum rc rc = RC_OK;

	walk_begin(&w, st, key_of_submission(party, id));
	while (rc == RC_OK && !found && walk_next(&w, &seq)) {
		buf_clear(&bytes);
		rc = st->source.fetch(st->source.arg, seq, &bytes, NULL, NULL, e);
		if (rc == RC_OK)
			rc = entry_parse(bytes.data, bytes.size, &x, e);
		if (rc != RC_OK || x.kind != ENTRY_SUBMISSION)
			continue;
		rc = submission_parse(x.submission, x.submission_size, &s, e);
		found = rc == RC_OK && strcmp(s.party, party) == 0 && strcmp(s.id, id) == 0;
		if (found)
			*ret = seq;
	}
	walk_end(&w);
	buf_free(&bytes);
	if (rc != RC_OK || found)
		return rc;
	return rc_fail(e, RC_NOT_FOUND, "%s sent no submission %s", party, id);
}
