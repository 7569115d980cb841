/* append_check.c - what can refuse a submission. Nothing is written here. */
#include "append_priv.h"
#include "state_priv.h"

#include "arena.h"
#include "entry.h"
#include "finding.h"
#include "limits_utfall.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 6 };	/* events between asking the memory for something and looking at it */

/* The same party, id, count and root again: the first receipt. Decided after the signature. */
static enum rc
find_again(struct append *a, struct err *e)
{
	const struct submission *s = &a->file.submission;
	struct state *st = a->l->state;
	const struct key_state *k = key_find(st, s->party, s->key_id);
	struct submission earlier;
	struct entry entry;
	struct buf bytes = { 0 };
	uint64_t seq;
	enum rc rc;

	if (k == NULL || strcmp(s->ledger, st->origin) != 0 || !submission_verify(s, &k->pub.key))
		return RC_OK;		/* the state's own check says what is wrong */
	rc = state_find_submission(st, s->party, s->id, &seq, e);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc == RC_OK)
		rc = st->source.fetch(st->source.arg, seq, &bytes, NULL, NULL, e);
	if (rc == RC_OK)
		rc = entry_parse(bytes.data, bytes.size, &entry, e);
	if (rc == RC_OK)
		rc = submission_parse(entry.submission, entry.submission_size, &earlier, e);
	buf_free(&bytes);
	if (rc != RC_OK)
		return rc;
	if (earlier.count != s->count || !hash_equal(earlier.root, s->root))
		return RC_OK;		/* refused by the state: the id was used before */
	buf_clear(&a->receipt);
	rc = store_receipt(a->l->store, seq, &a->receipt, e);
	a->first = seq;
	a->again = rc == RC_OK;
	return rc;
}

/* ---- entries ---- */

enum { EVENT_ENTRY_MAX = 256 };	/* bytes of an event's entry */

/* An entry behind those there are; returns its leaf. */
static struct hash
add_entry(struct ledger *l, const struct entry *x, struct pending_row *ret)
{
	struct buf *b = &l->pending.entries;

	*ret = (struct pending_row){ .offset = b->size };
	entry_format(x, b);
	ret->size = b->size - ret->offset;
	return hash_leaf(b->data + ret->offset, ret->size);
}

void
append_chain(struct append *a, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct event_bytes *event = &a->file.events[i];
		struct entry x = { .kind = ENTRY_EVENT, .at = a->at, .prev = a->leaves[i],
				   .seq = a->first + 1 + i, .event = event->digest };

		a->leaves[i + 1] = add_entry(a->l, &x, &a->rows[i]);
		assert(a->rows[i].size <= EVENT_ENTRY_MAX);
		a->rows[i].event = event->bytes;
		a->rows[i].event_size = event->size;
	}
}

static void
add_pending(struct pending *p, const struct pending_row *row)
{
	p->rows = mem_room(p->rows, p->count, &p->capacity, sizeof(*p->rows));
	p->rows[p->count++] = *row;
}

/* The submission's entry, and room for the others: they stay where they are while more come. */
static void
begin_entries(struct append *a)
{
	struct pending *p = &a->l->pending;
	struct entry x = { .kind = ENTRY_SUBMISSION, .at = a->at, .prev = a->l->state->last,
		.seq = a->first, .submission = a->file.bytes, .submission_size = a->file.size };
	struct pending_row row;

	p->first = a->first;
	p->count = 0;
	buf_clear(&p->entries);
	buf_reserve(&p->entries, a->file.size +
		    ((size_t)a->file.submission.count + 1) * EVENT_ENTRY_MAX);
	a->leaves[0] = add_entry(a->l, &x, &row);
	add_pending(p, &row);
}

/* ---- the state's word ---- */

static enum rc
take_submission(struct append *a, struct err *e)
{
	struct state *st = a->l->state;
	struct step step = { .seq = a->first, .at = a->at, .submission = &a->file.submission,
			     .event = &a->events[0], .leaf = a->leaves[0], .line = 1 };
	enum rc rc = state_check(st, &step, a->f, e);

	if (rc == RC_OK)
		state_apply(st, &step);
	return rc;
}

/* A refused event is passed over, so that the others' errors are listed too. */
static enum rc
take_event(struct append *a, size_t i, struct err *e)
{
	struct state *st = a->l->state;
	struct step step = { .seq = st->frontier.size, .at = a->at, .event = &a->events[i],
			     .digest = a->file.events[i].digest, .leaf = a->leaves[i + 1],
			     .line = i + 2 };
	enum rc rc;

	add_pending(&a->l->pending, &a->rows[i]);
	rc = state_check(st, &step, a->f, e);
	if (rc == RC_OK)
		state_apply(st, &step);
	else
		a->l->pending.count--;
	return rc;
}

/*
 * Which event: in a file that somebody sent by its number; a statement, which nobody numbers, ends
 * with itself, after its lines.
 */
static enum rc
refuse_event(const struct append *a, size_t i, enum rc rc, const char *text, struct err *e)
{
	if (a->count_max <= LIMIT_FILE_EVENTS)
		return rc_fail(e, rc, "event %zu: %s", i + 1, text);
	if (i + 1 < a->file.submission.count)
		return rc_fail(e, rc, "line %zu: %s", i + 1, text);
	return rc_fail(e, rc, "statement: %s", text);
}

/* Events `from` to `to`; the first refusal into `*first` and `e`. False where nothing can go on. */
static bool
take_batch(struct append *a, size_t from, size_t to, enum rc *first, struct err *e)
{
	bool travels = a->count_max <= LIMIT_FILE_EVENTS;
	struct err each;

	for (size_t i = from; i < to; i++) {
		enum rc rc;

		if (i + AHEAD < to)
			state_expect(a->l->state, &a->events[i + AHEAD]);
		if (travels)
			append_admit_event(a->f, i + 2, &a->events[i]);
		rc = take_event(a, i, &each);
		if (rc != RC_OK && *first == RC_OK)
			*first = refuse_event(a, i, rc, each.text, e);
		if (rc != RC_OK && rc != RC_REFUSED && rc != RC_CONFLICT)
			return false;
	}
	return true;
}

/* An event that cannot be read is all that is listed: what the state says of others waits. */
static enum rc
take_all(struct append *a, struct err *e)
{
	struct findings before = *a->f;
	enum rc first = RC_OK;
	size_t at = 0;
	bool good;

	begin_entries(a);
	append_read_begin(a);
	while (at < a->file.submission.count) {
		size_t end = append_read_more(a, &good);

		if (!good) {
			*a->f = before;
			return append_read_refuse(a, e);
		}
		if (at == 0)
			first = take_submission(a, e);
		if ((at == 0 && first != RC_OK) || !take_batch(a, at, end, &first, e))
			return first;
		at = end;
	}
	return first;
}

/* The first of what append_admit_event() found. */
static enum rc
not_admitted(const struct findings *f, size_t first, struct err *e)
{
	const struct finding *x = &f->items[first];

	if (first >= f->count)
		return rc_fail(e, RC_REFUSED, "an event is not admitted");
	return rc_fail(e, RC_REFUSED, "event %zu: %s: %s", x->line - 1, x->pointer, x->text);
}

enum rc
append_validate(struct append *a, struct err *e)
{
	struct ledger *l = a->l;
	size_t errors = a->f->errors, listed = a->f->count;
	enum rc rc = RC_OK;

	if (l->store != NULL)
		rc = find_again(a, e);
	if (rc != RC_OK || a->again)
		return rc;
	a->first = l->head.size;
	a->before = l->state->frontier;
	a->at = a->args->now > l->state->at ? a->args->now : l->state->at;
	if (!append_admit_clock(a))
		return rc_fail(e, RC_REFUSED, "%s", a->f->count == 0 ? "the clock is not plausible" :
			       a->f->items[a->f->count - 1].text);
	rc = take_all(a, e);
	if (rc == RC_OK && a->f->errors > errors)
		return not_admitted(a->f, listed, e);
	a->after = l->state->frontier;
	return rc;
}

/* ---- who signs the checkpoint ---- */

static const struct key_state *
checkpoint_key(const struct state *st, const struct signing_key *key)
{
	const struct verifier_key *v = signing_key_verifier(key);
	const struct key_state *k = key_find(st, v->name, v->id);

	return k != NULL && k->pub.use == USE_CHECKPOINTS && verifier_key_equal(&k->pub.key, v) ?
		k : NULL;
}

/* A key live at the new size; the first checkpoint that covers a rotation carries both. */
enum rc
append_check_signers(struct append *a, struct err *e)
{
	const struct state *st = a->l->state;
	const struct append_args *args = a->args;
	size_t live = 0, old = 0, added = 0, needed = 0;

	for (size_t i = 0; i < st->key_count; i++)
		needed += st->keys[i]->pub.use == USE_CHECKPOINTS &&
			st->keys[i]->pub.registered >= a->first && a->first > 0;
	for (size_t i = 0; i < args->checkpoint_key_count; i++) {
		const struct key_state *k = checkpoint_key(st, args->checkpoint_keys[i]);

		if (k == NULL)
			return rc_fail(e, RC_REFUSED, "%s+%08" PRIx32 " is no checkpoint key of this "
				       "ledger: name the operator's checkpoint key",
				       signing_key_verifier(args->checkpoint_keys[i])->name,
				       signing_key_verifier(args->checkpoint_keys[i])->id);
		live += k->pub.revoked == SEQ_NEVER;
		added += k->pub.registered >= a->first;
		old += k->pub.registered < a->first &&
			(k->pub.revoked == SEQ_NEVER || k->pub.revoked >= a->first);
	}
	if (live == 0)
		return rc_fail(e, RC_REFUSED, "expected a live checkpoint key to sign with, found none");
	if (needed > 0 && (added < needed || old == 0))
		return rc_fail(e, RC_REFUSED, "the first checkpoint that covers a new checkpoint key is "
			       "signed by the old key and the new one: name both");
	return RC_OK;
}
