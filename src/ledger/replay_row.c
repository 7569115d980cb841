/* replay_row.c - one entry of a history: its bytes, its place, its submission, its rules. */
#include "replay_priv.h"

#include "arena.h"
#include "bundle.h"
#include "date.h"
#include "finding.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum rc
find_hashes(struct replay_run *r, enum finding_kind kind, const char *field, struct hash expected,
	    struct hash found)
{
	char a[HASH_HEX], b[HASH_HEX];

	hash_format(expected, a);
	hash_format(found, b);
	return replay_find(r, kind, field, a, "%s", b);
}

/* ---- place: number, time, chain ---- */

static enum rc
check_place(struct replay_run *r, const struct entry *x)
{
	char expected[40], found[INSTANT_TEXT];

	if (x->seq != r->seq) {
		(void)snprintf(expected, sizeof(expected), "%" PRIu64, r->seq);
		return replay_find(r, FINDING_SEQUENCE, "/seq", expected, "%" PRIu64, x->seq);
	}
	if (x->at < r->at || (x->kind == ENTRY_EVENT && x->at != r->at)) {
		instant_format(x->at, found);
		if (r->at == INT64_MIN)
			return replay_find(r, FINDING_COUNT, "", "the entry of a submission first",
					   "an event's");
		instant_format(r->at, expected);
		if (x->kind == ENTRY_EVENT)
			return replay_find(r, FINDING_TIME, "/at", expected, "%s", found);
		(void)snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected),
			       " or later");
		return replay_find(r, FINDING_TIME, "/at", expected, "%s", found);
	}
	if (!hash_equal(x->prev, r->last))
		return find_hashes(r, FINDING_CHAIN, "/prev", r->last, x->prev);
	return RC_OK;
}

/* ---- a submission ---- */

static enum rc
check_signature(struct replay_run *r, uint64_t seq)
{
	const struct submission *s = &r->submission;
	const struct ring_key *k = key_ring_find(&r->ring, s->party, s->key_id);
	char name[KEY_ID_TEXT];

	(void)snprintf(name, sizeof(name), "%s+%08" PRIx32, s->party, s->key_id);
	if (k == NULL || (k->registered >= seq && seq > 0))
		return replay_find(r, FINDING_SIGNATURE, "/submission/key",
				   "a key registered earlier in this ledger", "%s", name);
	if (k->checkpoints)
		return replay_find(r, FINDING_SIGNATURE, "/submission/key",
				   "a key for submissions", "%s, a key for checkpoints", name);
	if (k->revoked < seq)
		return replay_find(r, FINDING_SIGNATURE, "/submission/key", "a live key",
				   "%s, revoked by entry %" PRIu64, name, k->revoked);
	if (!submission_verify(s, &k->key))
		return replay_find(r, FINDING_SIGNATURE, "/submission/signature",
				   "a signature that verifies", "one that does not under %s", name);
	return RC_OK;
}

static enum rc
begin_submission(struct replay_run *r, const struct entry *x)
{
	struct err e;

	if (r->left > 0)
		return replay_find(r, FINDING_COUNT, "/event",
				   "an event of the submission before, as its count says",
				   "another submission, %" PRIu64 " events too early", r->left);
	if (submission_parse(x->submission, x->submission_size, &r->submission, &e) != RC_OK)
		return replay_find(r, FINDING_BYTES, "/submission", "a submission", "%s", e.text);
	r->submission_seq = r->seq;
	r->left = r->submission.count;
	memset(&r->events, 0, sizeof(r->events));
	r->report->submissions++;
	if (r->seq == 0)
		return RC_OK;		/* its key stands in its own first event */
	if (strcmp(r->submission.ledger, r->ring.origin) != 0)
		return replay_find(r, FINDING_SIGNATURE, "/submission/ledger", r->ring.origin, "%s",
				   r->submission.ledger);
	return check_signature(r, r->seq);
}

/* The checkpoint at the end of this submission is the first that covers the keys it registers. */
static void
cover_keys(struct replay_run *r)
{
	for (size_t i = r->ring.count; i > 0; i--) {
		struct ring_key *k = &r->ring.keys[i - 1];

		if (k->covered != SEQ_NEVER)
			break;
		k->covered = r->seq + 1;
	}
}

static enum rc
end_submission(struct replay_run *r)
{
	struct hash root = merkle_root(&r->events);

	cover_keys(r);
	if (hash_equal(root, r->submission.root))
		return RC_OK;
	r->seq = r->submission_seq;
	return find_hashes(r, FINDING_SUBMISSION_ROOT, "/submission/root", root,
			   r->submission.root);
}

/* ---- an event ---- */

/* What kind of event it was cannot be told; who sent it can. */
static void
count_missing(struct replay_run *r, enum presence presence)
{
	const char *sender = r->submission.party;
	struct replay_report *report = r->report;
	struct replay_missing *x;
	size_t i = 0;

	while (i < report->missing_count && strcmp(report->missing[i].sender, sender) != 0)
		i++;
	if (i >= REPLAY_SENDERS_MAX - 1) {
		i = REPLAY_SENDERS_MAX - 1;
		sender = "(others)";
	}
	x = &report->missing[i];
	if (i >= report->missing_count) {
		(void)snprintf(x->sender, sizeof(x->sender), "%s", sender);
		report->missing_count = i + 1;
	}
	report->erased += presence == EVENT_ERASED ? 1 : 0;
	report->withheld += presence == EVENT_WITHHELD ? 1 : 0;
	x->erased += presence == EVENT_ERASED ? 1 : 0;
	x->withheld += presence == EVENT_WITHHELD ? 1 : 0;
}

static enum rc
check_missing(struct replay_run *r, const struct replay_row *row, const struct entry *x)
{
	if (row->presence == EVENT_NOT)
		return replay_find(r, FINDING_EVENT, "/event", "the event's line",
				   "the end of the events");
	if (!hash_is_zero(row->gone) && !hash_equal(row->gone, x->event))
		return find_hashes(r, FINDING_DIGEST, "/event", x->event, row->gone);
	count_missing(r, row->presence);
	if (row->presence == EVENT_ERASED)
		replay_gone_add(r, x->event);
	if (row->presence == EVENT_WITHHELD) {
		if (r->party == NULL)
			return replay_find(r, FINDING_EVENT, "/event",
					   "every event, as the bundle was cut for nobody",
					   "one withheld");
		if (strcmp(r->party, r->submission.party) == 0)
			return replay_find(r, FINDING_EVENT, "/event",
					   "every event that the bundle's party sent",
					   "one withheld");
	}
	return RC_OK;
}

static enum rc
check_event(struct replay_run *r, const struct replay_row *row, const struct entry *x)
{
	struct hash digest = x->event;
	struct err e;
	enum rc rc = RC_OK;

	if (r->left == 0)
		return replay_find(r, FINDING_COUNT, "/event", "the entry of a submission",
				   "one event more than its submission counts");
	r->report->events++;
	if (row->presence != EVENT_THERE) {
		rc = check_missing(r, row, x);
	} else {
		digest = hash_leaf(row->event, row->event_size);
		if (!hash_equal(digest, x->event))
			return find_hashes(r, FINDING_DIGEST, "/event", x->event, digest);
		if (key_ring_event(&r->ring, row->event, row->event_size, r->seq, &e) != RC_OK)
			return replay_find(r, FINDING_RULE, "/body", "keys that can be read", "%s",
					   e.text);
		if (replay_gone_event(r, row->event, row->event_size, &e) != RC_OK)
			return replay_find(r, FINDING_BYTES, "", "a data.erased as its type asks",
					   "%s", e.text);
	}
	if (rc != RC_OK)
		return rc;
	if (r->seq == 1) {	/* the key of the first submission is known now */
		r->seq = 0;
		rc = check_signature(r, 0);
		if (rc == RC_OK && strcmp(r->submission.ledger, r->ring.origin) != 0)
			rc = replay_find(r, FINDING_SIGNATURE, "/submission/ledger", r->ring.origin,
					 "%s", r->submission.ledger);
		r->seq = 1;
	}
	merkle_add(&r->events, digest);
	return rc;
}

/* ---- the rules ---- */

static enum rc
rule_finding(struct replay_run *r, bool submission, const struct findings *f, const struct err *e)
{
	const struct state_difference *d = state_difference(r->world->state);
	const struct finding *first = f->count == 0 ? NULL : &f->items[0];
	char field[80];

	if (d != NULL) {
		r->seq = d->seq;
		return replay_find(r, FINDING_STATEMENT, d->field, d->expected, "%s", d->found);
	}
	if (first != NULL && submission && first->pointer != NULL && first->pointer[0] == '/') {
		(void)snprintf(field, sizeof(field), "/submission%s", first->pointer);
		return replay_find(r, strcmp(first->pointer, "/submission_id") == 0 ?
				   FINDING_RULE : FINDING_SIGNATURE, field,
				   "a live key of this ledger and a signature that verifies", "%s",
				   first->text);
	}
	if (first != NULL)
		return replay_find(r, FINDING_RULE, first->pointer == NULL ? "" : first->pointer,
				   "what the rules allow", "%s", first->text);
	return replay_find(r, FINDING_RULE, "", "what the rules allow", "%s", e->text);
}

static enum rc
parse(struct replay_run *r, const struct replay_row *row, struct event *ret)
{
	struct findings f = { .arena = r->arena };
	struct err e;

	if (event_read(row->event, row->event_size, r->arena, 0, &f, ret, &e) == RC_OK)
		return RC_OK;
	return replay_find(r, FINDING_BYTES, f.count > 0 && f.items[0].pointer != NULL ?
			   f.items[0].pointer : "", "an event as its type asks", "%s",
			   f.count > 0 ? f.items[0].text : e.text);
}

/* The first submission is signed by the key that its own first event names. */
static enum rc
opening(struct replay_run *r, struct event *ret, struct err *e)
{
	struct replay_source *s = r->world->source;
	struct buf bytes = { 0 };
	struct replay_row row = { .line = 1 };
	bool missing = false;
	enum rc rc = s->peek(s, &bytes, &missing, e);

	r->seq = 1;
	if (rc == RC_OK && (missing || bytes.size == 0)) {
		rc = replay_find(r, FINDING_EVENT, "/event", "ledger.opened", "nothing");
	} else if (rc == RC_OK) {
		row.event = arena_string(r->arena, bytes.data, bytes.size);
		row.event_size = bytes.size;
		rc = parse(r, &row, ret);
	}
	r->seq = 0;
	buf_free(&bytes);
	return rc;
}

static enum rc
check_rules(struct replay_run *r, const struct replay_row *row, const struct entry *x,
	    struct hash leaf, struct err *e)
{
	struct findings f = { .arena = r->arena };
	struct replay_state *w = r->world;
	struct event event;
	struct step step = { .seq = r->seq, .at = x->at, .leaf = leaf, .digest = x->event,
			     .missing = x->kind == ENTRY_EVENT && row->presence != EVENT_THERE,
			     .withheld = row->presence == EVENT_WITHHELD };
	enum rc rc = RC_OK;

	if (x->kind == ENTRY_SUBMISSION)
		step.submission = &r->submission;
	if (r->seq == 0)
		rc = opening(r, &event, e);
	else if (x->kind == ENTRY_EVENT && !step.missing)
		rc = parse(r, row, &event);
	event.digest = x->event;	/* its bytes have been held against it */
	if (rc != RC_OK)
		return rc;
	if (r->seq == 0 || (x->kind == ENTRY_EVENT && !step.missing))
		step.event = &event;
	rc = state_check(w->state, &step, &f, e);
	if (rc == RC_SYSTEM || rc == RC_INTEGRITY)
		return rc;
	if (rc != RC_OK)
		return rule_finding(r, step.submission != NULL, &f, e);
	state_apply(w->state, &step);
	if (x->kind == ENTRY_EVENT && !step.missing && event.type == EVENT_SETTLEMENT_LINE)
		r->report->shown_lines++;
	if (step.submission != NULL)
		return RC_OK;
	rc = engines_tell(&w->engines, w->state, &step, r->submission.party, e);
	if (rc == RC_OK || rc == RC_SYSTEM)
		return rc;
	if (rc == RC_REFUSED && r->report->withheld > 0)
		return RC_OK;	/* it names what is missing */
	return replay_find(r, FINDING_RULE, "/body", "what the settlement can take in", "%s",
			   e->text);
}

enum rc
replay_row(void *run, const struct replay_row *row, struct err *e)
{
	struct replay_run *r = run;
	struct entry x;
	struct hash leaf;
	enum rc rc;

	r->seq = row->line;
	arena_reset(r->arena);
	if (entry_parse(row->entry, row->entry_size, &x, e) != RC_OK)
		return replay_find(r, FINDING_BYTES, "", "an entry", "%s", e->text);
	rc = check_place(r, &x);
	if (rc == RC_OK)
		rc = x.kind == ENTRY_SUBMISSION ? begin_submission(r, &x) : check_event(r, row, &x);
	leaf = hash_leaf(row->entry, row->entry_size);
	if (rc == RC_OK && r->args->full)
		rc = check_rules(r, row, &x, leaf, e);
	if (rc == RC_OK && x.kind == ENTRY_EVENT && --r->left == 0)
		rc = end_submission(r);
	if (rc != RC_OK)
		return rc;
	r->last = leaf;
	r->at = x.at;
	if (r->args->progress != NULL && row->line % 4096 == 0)
		r->args->progress(r->args->progress_arg, row->line, r->world->source->size);
	return replay_tree_add(&r->world->tree, leaf, e);
}
