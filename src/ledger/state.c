/* state.c - the one step: what may come next, and what is known afterwards.
 *
 * Read next: state_rules.c, the table of who may say what; then the files by subject:
 * state_keys.c, state_contract.c, state_fact.c, state_settlement.c. Large things are found in
 * state_record.c and state_member.c.
 */
#include "state_priv.h"

#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "index.h"
#include "limits_utfall.h"
#include "terms.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_SLOTS = 32768, MEMBER_SLOTS = 65536 };

struct state *
state_new(struct index *index, const struct event_source *source)
{
	struct state *st = mem_alloc(sizeof(*st));

	memset(st, 0, sizeof(*st));
	st->index = index;
	st->source = *source;
	st->arena = arena_new();
	st->at = INT64_MIN;
	st->scratch.seq = SEQ_NEVER;
	records_forget(st);
	return st;
}

/* New memory is zero without being written: who opens a ledger needs few of these slots. */
void
records_forget(struct state *st)
{
	free(st->records);
	free(st->members);
	st->records = mem_alloc(RECORD_SLOTS * sizeof(*st->records));
	st->members = mem_alloc(MEMBER_SLOTS * sizeof(*st->members));
}

static void
contract_free(struct contract_state *k)
{
	for (size_t i = 0; i < k->pub.statement_count; i++) {
		free(k->pub.statements[i].approved);
		free(k->pub.statements[i].acknowledged);
		free(k->pub.statements[i].differs);
	}
	for (size_t i = 0; i < k->more_count; i++)
		arena_free(k->more[i]);
	free(k->more);
	free(k->pub.versions);
	free(k->pub.statements);
	free(k->pub.disputes);
	free(k->terminations);
	arena_free(k->arena);
	free(k);
}

void
state_free(struct state *st)
{
	if (st == NULL)
		return;
	for (size_t i = 0; i < st->key_count; i++) {
		free(st->keys[i]->confirmed);
		free(st->keys[i]);
	}
	for (size_t i = 0; i < st->contract_count; i++)
		contract_free(st->contracts[i]);
	free(st->parties);
	free(st->keys);
	free(st->contracts);
	free(st->submissions);
	free(st->small);
	free(st->records);
	free(st->members);
	taking_clear(&st->taking);
	drawn_facts_forget(st);
	free(st->erased);
	arena_free(st->scratch.arena);
	arena_free(st->arena);
	buf_free(&st->natural);
	free(st);
}

/* ---- queries ---- */

void
state_facts(const struct state *st, struct ledger_facts *ret)
{
	*ret = (struct ledger_facts){
		.origin = st->origin, .operator_id = st->operator_id,
		.simulated = st->simulated, .closed = st->closed, .format = st->format,
		.size = st->frontier.size, .root = merkle_root(&st->frontier), .last = st->last,
		.at = st->frontier.size == 0 ? 0 : st->at, .submissions = st->submission_count,
	};
}

const struct merkle_frontier *
state_frontier(const struct state *st)
{
	return &st->frontier;
}

void
state_tree(struct state *st, const struct merkle_frontier *tree)
{
	assert(st->source.keeps_tree && tree->size == st->frontier.size);
	st->frontier = *tree;
}

size_t
state_party_count(const struct state *st)
{
	return st->party_count;
}

const struct party *
state_party_at(const struct state *st, size_t i)
{
	assert(i < st->party_count);
	return st->parties[i];
}

uint32_t
party_index(const struct state *st, const char *id)
{
	for (size_t i = 0; i < st->party_count; i++)
		if (strcmp(st->parties[i]->id, id) == 0)
			return (uint32_t)i;
	return PARTY_NONE;
}

const struct party *
state_party(const struct state *st, const char *id)
{
	uint32_t i = party_index(st, id);

	return i == PARTY_NONE ? NULL : st->parties[i];
}

size_t
state_key_count(const struct state *st)
{
	return st->key_count;
}

const struct party_key *
state_key_at(const struct state *st, size_t i)
{
	assert(i < st->key_count);
	return &st->keys[i]->pub;
}

const struct party_key *
state_key(const struct state *st, const char *name, uint32_t id)
{
	const struct key_state *k = key_find(st, name, id);

	return k == NULL ? NULL : &k->pub;
}

size_t
state_contract_count(const struct state *st)
{
	return st->contract_count;
}

const struct contract *
state_contract_at(const struct state *st, size_t i)
{
	assert(i < st->contract_count);
	return &st->contracts[i]->pub;
}

struct contract_state *
contract_find(const struct state *st, struct hash digest)
{
	for (size_t i = 0; i < st->contract_count; i++)
		if (hash_equal(st->contracts[i]->pub.digest, digest))
			return st->contracts[i];
	return NULL;
}

const struct contract *
state_contract(const struct state *st, struct hash digest)
{
	const struct contract_state *k = contract_find(st, digest);

	return k == NULL ? NULL : &k->pub;
}

const struct contract_version *
state_version(const struct state *st, struct hash digest)
{
	for (size_t i = 0; i < st->contract_count; i++) {
		const struct contract *k = &st->contracts[i]->pub;

		for (size_t v = 0; v < k->version_count; v++)
			if (hash_equal(k->versions[v].digest, digest))
				return &k->versions[v];
	}
	return NULL;
}

const struct terms *
state_terms(void *state, struct hash version)
{
	const struct contract_version *v = state_version(state, version);

	return v == NULL ? NULL : v->terms;
}

const struct submission_row *
submission_of(const struct state *st, uint64_t seq)
{
	size_t low = 0, high = st->submission_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (st->submissions[middle].seq <= seq)
			low = middle;
		else
			high = middle;
	}
	return st->submission_count == 0 ? NULL : &st->submissions[low];
}

uint64_t
state_submission_of(const struct state *st, uint64_t seq)
{
	const struct submission_row *row = submission_of(st, seq);

	return row == NULL ? SEQ_NEVER : row->seq;
}

uint64_t
state_size_behind(const struct state *st, uint64_t seq)
{
	for (size_t i = st->submission_count; i > 0 && st->submissions[i - 1].seq >= seq; i--)
		if (st->submissions[i - 1].seq == seq)
			return i < st->submission_count ? st->submissions[i].seq : SEQ_NEVER;
	return SEQ_NEVER;
}

const struct state_difference *
state_difference(const struct state *st)
{
	return st->differs ? &st->difference : NULL;
}

/* ---- refusing ---- */

struct hash
body_digest(const struct json *body, const char *field)
{
	const char *text = json_get_string(body, field);
	struct hash h;

	if (text == NULL || !hash_parse(text, strlen(text), &h))
		memset(&h, 0, sizeof(h));
	return h;
}

static void
refuse_with(struct check *c, enum rc rc, const char *pointer, const char *text)
{
	char inner[160];

	if (c->inside && strncmp(pointer, "/body", 5) == 0) {
		snprintf(inner, sizeof(inner), "/body%s", pointer);
		pointer = inner;
	}
	if (c->f != NULL)
		finding_add(c->f, SEVERITY_ERROR, c->x->line, 0, pointer, "%s", text);
	if (c->rc != RC_OK)
		return;
	if (pointer[0] == '\0')
		c->rc = rc_fail(c->e, rc, "%s", text);
	else
		c->rc = rc_fail(c->e, rc, "%s: %s", pointer, text);
}

void
refuse(struct check *c, const char *pointer, const char *fmt, ...)
{
	char text[560];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	refuse_with(c, RC_REFUSED, pointer, text);
}

void
refuse_as(struct check *c, enum rc rc, const char *pointer, const char *fmt, ...)
{
	char text[560];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	refuse_with(c, rc, pointer, text);
}

bool
went_on(struct check *c, enum rc rc)
{
	if (rc == RC_OK)
		return true;
	c->rc = rc;
	c->stopped = true;
	return false;
}

/* ---- a submission's entry ---- */

static void
check_key(struct check *c, const struct submission *s)
{
	const struct state *st = c->st;
	const struct key_state *k = key_find(st, s->party, s->key_id);

	if (k == NULL) {
		refuse(c, "/key", "expected a key registered earlier in this ledger, found %s+%08"
		       PRIx32 ": register it first", s->party, s->key_id);
		return;
	}
	if ((c->x->verified == NULL || !verifier_key_equal(c->x->verified, &k->pub.key)) &&
	    !submission_verify(s, &k->pub.key)) {
		refuse(c, "/signature", "does not verify under %s+%08" PRIx32 ": sign it again with "
		       "that key", s->party, s->key_id);
		return;
	}
	if (k->pub.use != USE_SUBMISSIONS)
		refuse(c, "/key", "expected a key for submissions, found %s+%08" PRIx32 ", a key for "
		       "%s", s->party, s->key_id, key_use_name(k->pub.use));
	if (k->pub.revoked != SEQ_NEVER)
		refuse(c, "/key", "expected a live key, found %s+%08" PRIx32 ", revoked by entry %"
		       PRIu64 ": sign with another", s->party, s->key_id, k->pub.revoked);
}

/* The first submission is signed by the key that its own ledger.opened names. */
static void
check_first_key(struct check *c, const struct submission *s)
{
	const struct event *first = c->x->event;
	const char *text;
	struct verifier_key key;
	struct err e;

	if (first == NULL || first->type != EVENT_LEDGER_OPENED) {
		refuse(c, "", "expected ledger.opened as the ledger's first event");
		return;
	}
	text = json_get_string(first->body, "operator_key");
	if (text == NULL || verifier_key_parse(text, strlen(text), &key, &e) != RC_OK)
		return;		/* ledger.opened itself is refused for it */
	if (strcmp(key.name, s->party) != 0 || key.id != s->key_id)
		refuse(c, "/key", "expected %s+%08" PRIx32 ", the operator_key of its own "
		       "ledger.opened, found %s+%08" PRIx32, key.name, key.id, s->party, s->key_id);
	else if (!submission_verify(s, &key))
		refuse(c, "/signature", "does not verify under %s+%08" PRIx32 ": sign it again with "
		       "that key", s->party, s->key_id);
}

static void
check_submission(struct check *c)
{
	const struct state *st = c->st;
	const struct submission *s = c->x->submission;
	uint64_t earlier;
	enum rc rc;

	if (st->left > 0)
		refuse(c, "", "expected %" PRIu64 " more events of the submission before",
		       st->left);
	if (st->closed) {
		refuse(c, "", "the ledger is closed: nothing follows ledger.closed");
		return;
	}
	if (st->frontier.size == 0) {
		check_first_key(c, s);
		return;
	}
	if (strcmp(s->ledger, st->origin) != 0) {
		refuse(c, "/ledger", "expected %s, this ledger's origin, found %s: it was signed for "
		       "another ledger", st->origin, s->ledger);
		return;
	}
	check_key(c, s);
	if (c->rc != RC_OK)
		return;
	rc = state_find_submission(c->st, s->party, s->id, &earlier, c->e);
	if (rc == RC_OK)
		refuse(c, "/submission_id", "%s was used by %s before, for entry %" PRIu64
		       ": draw a new one", s->id, s->party, earlier);
	else if (rc != RC_NOT_FOUND)
		(void)went_on(c, rc);
}

static void
apply_submission(struct state *st, const struct step *x)
{
	const struct submission *s = x->submission;
	struct submission_row row = { x->seq, party_index(st, s->party) };

	if (st->frontier.size == 0)
		row.party = 0;		/* its own ledger.opened registers it */
	st->submissions = mem_room(st->submissions, st->submission_count,
				   &st->submission_capacity, sizeof(*st->submissions));
	st->submissions[st->submission_count++] = row;
	st->current = *s;
	st->current_key = key_find(st, s->party, s->key_id);
	st->left = s->count;
	index_add(st->index, key_of_submission(s->party, s->id), x->seq);
}

/* ---- an event's entry ---- */

static const struct party *
current_sender(const struct state *st)
{
	uint32_t party;

	if (st->submission_count == 0)
		return NULL;
	party = st->submissions[st->submission_count - 1].party;
	return party < st->party_count ? st->parties[party] : NULL;
}

enum rc
state_prepare(struct state *st, const struct step *x, struct err *e)
{
	uint32_t party = st->submission_count == 0 ? PARTY_NONE :
		st->submissions[st->submission_count - 1].party;
	enum rc rc;

	arena_free(st->scratch.arena);
	memset(&st->scratch, 0, sizeof(st->scratch));
	st->scratch.seq = SEQ_NEVER;
	rc = record_make(st, x, party, &st->scratch.record, e);
	if (rc == RC_OK)
		st->scratch.seq = x->seq;
	return rc;
}

static void
check_event(struct check *c)
{
	struct state *st = c->st;
	struct record twin;
	enum rc rc;

	if (st->left == 0) {
		refuse(c, "", "expected the entry of a submission before its events");
		return;
	}
	if (st->closed) {
		refuse(c, "", "the ledger is closed: nothing follows ledger.closed");
		return;
	}
	rc = record_may_exist(st, c->x->digest) ? record_find(st, c->x->digest, &twin, c->e) :
		RC_NOT_FOUND;
	if (rc == RC_OK) {
		refuse(c, "", "is in this ledger already, as entry %" PRIu64 ": leave it out",
		       twin.seq);
		return;
	}
	if (rc != RC_NOT_FOUND && !went_on(c, rc))
		return;
	if (!went_on(c, state_prepare(st, c->x, c->e)) || c->x->missing)
		return;
	rules_check(c);
}

enum rc
state_check(struct state *st, const struct step *x, struct findings *f, struct err *e)
{
	struct check c = { .st = st, .x = x, .f = f, .e = e, .rc = RC_OK };

	st->differs = st->taken = false;
	taking_clear(&st->taking);
	if (x->seq != st->frontier.size)
		refuse(&c, "", "expected entry %" PRIu64 ", found %" PRIu64, st->frontier.size,
		       x->seq);
	if (x->at < st->at)
		refuse(&c, "", "expected an instant not before that of the entry before");
	if (x->submission != NULL) {
		check_submission(&c);
	} else {
		c.sender = current_sender(st);
		if (!x->missing) {
			c.type = x->event->type;
			c.info = event_info(c.type);
			c.body = x->event->body;
		}
		check_event(&c);
	}
	return c.rc;
}

void
state_expect(const struct state *st, const struct event *event)
{
	index_expect(st->index, event->digest);
	if (!hash_is_zero(event->natural))
		index_expect(st->index, event->natural);
	if (event->participant != NULL)
		participant_expect(st, event->participant);
}

static void
apply_event(struct state *st, const struct step *x)
{
	const struct record *r = &st->scratch.record;
	const struct rule *rule;

	if (x->missing) {
		st->blind++;
		st->hidden += x->withheld ? 1 : 0;
		st->unnamed += x->withheld ? 0 : 1;
	} else {
		rule = rule_of(x->event->type);
		if (rule->flags & RULE_SMALL) {
			st->small = mem_room(st->small, st->small_count, &st->small_capacity,
					     sizeof(*st->small));
			st->small[st->small_count++] = x->seq;
		}
		if (rule->apply != NULL)
			rule->apply(st, x, current_sender(st));
	}
	record_index(st, r);
	if (st->left > 0)
		st->left--;
}

void
state_apply(struct state *st, const struct step *x)
{
	if (x->submission != NULL) {
		apply_submission(st, x);
	} else {
		assert(st->scratch.seq == x->seq);
		apply_event(st, x);
	}
	if (st->source.keeps_tree)
		st->frontier.size++;
	else
		merkle_add(&st->frontier, x->leaf);
	st->last = x->leaf;
	st->at = x->at;
}
