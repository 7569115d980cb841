/* replay_row.c - one entry of a history: its bytes, its place, its submission, its rules. */
#include "replay_batch.h"
#include "state_priv.h"

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
check_time(struct replay_run *r, const struct entry *x)
{
	char expected[40], found[INSTANT_TEXT];

	if (x->kind == ENTRY_EVENT ? x->at == r->at : x->at >= r->at)
		return RC_OK;
	instant_format(x->at, found);
	if (r->at == INT64_MIN)
		return replay_find(r, FINDING_COUNT, "", "the entry of a submission first",
				   "an event's");
	instant_format(r->at, expected);
	if (x->kind == ENTRY_SUBMISSION)
		(void)snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected),
			       " or later");
	return replay_find(r, FINDING_TIME, "/at", expected, "%s", found);
}

static enum rc
check_place(struct replay_run *r, const struct entry *x)
{
	char expected[40];
	enum rc rc;

	if (x->seq != r->seq) {
		(void)snprintf(expected, sizeof(expected), "%" PRIu64, r->seq);
		return replay_find(r, FINDING_SEQUENCE, "/seq", expected, "%" PRIu64, x->seq);
	}
	rc = check_time(r, x);
	if (rc == RC_OK && !hash_equal(x->prev, r->last))
		rc = find_hashes(r, FINDING_CHAIN, "/prev", r->last, x->prev);
	return rc;
}

/* ---- a submission ---- */

/* `it` may have been checked ahead, where its key was known by then. */
static bool
verifies(const struct replay_run *r, const struct replay_item *it, const struct ring_key *k)
{
	if (it != NULL && it->signature != CHECKED_NOT && &r->ring.keys[it->key] == k)
		return it->signature == CHECKED_GOOD;
	return submission_verify(&r->submission, &k->key);
}

static enum rc
check_key(struct replay_run *r, const struct ring_key *k, uint64_t seq)
{
	const struct submission *s = &r->submission;

	if (k == NULL || (k->registered >= seq && seq > 0))
		return replay_find(r, FINDING_SIGNATURE, "/submission/key",
				   "a key registered earlier in this ledger", "%s+%08" PRIx32,
				   s->party, s->key_id);
	if (k->checkpoints)
		return replay_find(r, FINDING_SIGNATURE, "/submission/key",
				   "a key for submissions", "%s+%08" PRIx32
				   ", a key for checkpoints", s->party, s->key_id);
	if (k->revoked < seq)
		return replay_find(r, FINDING_SIGNATURE, "/submission/key", "a live key",
				   "%s+%08" PRIx32 ", revoked by entry %" PRIu64, s->party, s->key_id,
				   k->revoked);
	return RC_OK;
}

static enum rc
check_signature(struct replay_run *r, const struct replay_item *it, uint64_t seq)
{
	const struct submission *s = &r->submission;
	const struct ring_key *k = key_ring_find(&r->ring, s->party, s->key_id);
	uint64_t findings = r->report->finding_count;
	enum rc rc;

	r->unchecked = k == NULL && r->world->source->open && r->report->withheld > 0;
	if (r->unchecked) {
		r->report->unchecked++;
		return RC_OK;
	}
	rc = check_key(r, k, seq);
	if (rc != RC_OK || k == NULL || r->report->finding_count > findings)
		return rc;
	if (!verifies(r, it, k))
		return replay_find(r, FINDING_SIGNATURE, "/submission/signature",
				   "a signature that verifies", "one that does not under %s+%08" PRIx32,
				   s->party, s->key_id);
	r->verified = k->key;
	return RC_OK;
}

static enum rc
begin_submission(struct replay_run *r, const struct replay_item *it)
{
	uint64_t findings = r->report->finding_count;
	enum rc rc;

	if (r->left > 0)
		return replay_find(r, FINDING_COUNT, "/event",
				   "an event of the submission before, as its count says",
				   "another submission, %" PRIu64 " events too early", r->left);
	if (it->row.presence != EVENT_NOT)
		return replay_find(r, FINDING_EVENT, "/submission", "an event beside its own entry",
				   "one beside a submission's");
	if (it->submission == NULL)
		return replay_find(r, FINDING_BYTES, "/submission", "a submission", "%s", it->wrong);
	r->submission = *it->submission;
	r->submission_seq = r->seq;
	r->left = r->submission.count;
	memset(&r->events, 0, sizeof(r->events));
	r->report->submissions++;
	r->unchecked = false;
	if (r->seq == 0)
		return RC_OK;		/* its key stands in its own first event */
	if (strcmp(r->submission.ledger, r->ring.origin) != 0)
		rc = replay_find(r, FINDING_SIGNATURE, "/submission/ledger", r->ring.origin, "%s",
				 r->submission.ledger);
	else
		rc = check_signature(r, it, r->seq);
	r->unchecked = r->unchecked || r->report->finding_count > findings;
	return rc;
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
		if (r->party == NULL && !r->world->source->open)
			return replay_find(r, FINDING_EVENT, "/event",
					   "every event, as the bundle was cut for nobody",
					   "one withheld");
		if (r->party != NULL && strcmp(r->party, r->submission.party) == 0)
			return replay_find(r, FINDING_EVENT, "/event",
					   "every event that the bundle's party sent",
					   "one withheld");
	}
	return RC_OK;
}

/* Its bytes are those that the entry names; keys and erasures among them are taken in. */
static enum rc
check_shown(struct replay_run *r, const struct replay_item *it)
{
	const struct replay_row *row = &it->row;
	struct err e;

	if (!hash_equal(it->digest, it->entry.event))
		return find_hashes(r, FINDING_DIGEST, "/event", it->entry.event, it->digest);
	if (key_ring_event(&r->ring, row->event, row->event_size, r->seq, &e) != RC_OK)
		return replay_find(r, FINDING_RULE, "/body", "keys that can be read", "%s", e.text);
	if (replay_gone_event(r, row->event, row->event_size, &e) != RC_OK)
		return replay_find(r, FINDING_BYTES, "", "a data.erased as its type asks", "%s",
				   e.text);
	return RC_OK;
}

static enum rc
check_event(struct replay_run *r, const struct replay_item *it)
{
	uint64_t findings = r->report->finding_count;
	enum rc rc;

	if (r->left == 0)
		return replay_find(r, FINDING_COUNT, "/event", "the entry of a submission",
				   "one event more than its submission counts");
	r->report->events++;
	if (it->row.presence == EVENT_THERE)
		rc = check_shown(r, it);
	else
		rc = check_missing(r, &it->row, &it->entry);
	if (rc != RC_OK)
		return rc;
	r->aside = r->report->finding_count > findings;
	if (r->seq == 1) {	/* the key of the first submission is known now */
		if (r->ring.origin[0] == '\0' && r->world->source->open)
			replay_head_origin(r);
		r->seq = 0;
		rc = check_signature(r, NULL, 0);
		if (rc == RC_OK && strcmp(r->submission.ledger, r->ring.origin) != 0)
			rc = replay_find(r, FINDING_SIGNATURE, "/submission/ledger", r->ring.origin,
					 "%s", r->submission.ledger);
		r->seq = 1;
	}
	merkle_add(&r->events, it->entry.event);
	return rc;
}

/* ---- the rules ---- */

/* A rule says "expected X, found Y: do Z", or why not in its own words. */
static enum rc
find_rule(struct replay_run *r, enum finding_kind kind, const char *field, const char *expected,
	  const char *text)
{
	static const char begins[] = "expected ", middle[] = ", found ";
	const char *found = strstr(text, middle);
	char own[400];

	if (found == NULL || strncmp(text, begins, sizeof(begins) - 1) != 0)
		return replay_find(r, kind, field, expected, "%s", text);
	text += sizeof(begins) - 1;
	(void)snprintf(own, sizeof(own), "%.*s", (int)(found - text), text);
	return replay_find(r, kind, field, own, "%s", found + sizeof(middle) - 1);
}

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
		if (strcmp(first->pointer, "/submission_id") == 0)
			return find_rule(r, FINDING_RULE, field, "a name of its own", first->text);
		return find_rule(r, FINDING_SIGNATURE, field,
				 "a live key of this ledger and a signature that verifies",
				 first->text);
	}
	if (first != NULL)
		return find_rule(r, FINDING_RULE, first->pointer == NULL ? "" : first->pointer,
				 "what the rules allow", first->text);
	return find_rule(r, FINDING_RULE, "", "what the rules allow", e->text);
}

static enum rc
check_form(struct replay_run *r, const struct replay_item *it)
{
	if (it->is_event)
		return RC_OK;
	return replay_find(r, FINDING_BYTES, it->pointer, "an event as its type asks", "%s",
			   it->wrong);
}

/* The first submission is signed by the key that its own first event names. */
static enum rc
check_opening(struct replay_run *r, const struct replay_item *next)
{
	enum rc rc;

	r->seq = 1;
	if (next == NULL || !next->is_entry || next->row.event == NULL)
		rc = replay_find(r, FINDING_EVENT, "/event", "ledger.opened", "nothing");
	else
		rc = check_form(r, next);
	r->seq = 0;
	return rc;
}

/* The rules' word. A step that they refuse is passed over like what is not there, where all
 * findings are asked for, and where what it rests on may be among what nobody handed out. */
static enum rc
judge(struct replay_run *r, struct step *step, struct err *e)
{
	struct findings f = { .arena = r->arena };
	struct state *st = r->world->state;
	enum rc rc = RC_OK;

	if (step->submission == NULL || !r->unchecked)
		rc = state_check(st, step, &f, e);
	if (rc == RC_OK || rc == RC_SYSTEM || rc == RC_INTEGRITY)
		return rc;
	step->withheld = r->world->source->open && r->report->withheld > 0;
	if (!step->withheld) {
		rc = rule_finding(r, step->submission != NULL, &f, e);
		if (rc != RC_OK)
			return rc;
	}
	if (step->submission != NULL) {
		r->unchecked = true;
		return RC_OK;
	}
	r->report->unjudged += step->withheld ? 1 : 0;
	step->missing = true;
	step->event = NULL;
	return state_prepare(st, step, e);
}

/* Was the event read ahead as that of the party that did send it? */
static bool
is_sender(const struct replay_run *r, const struct replay_item *it)
{
	return strlen(r->submission.party) == it->sender_length &&
		memcmp(r->submission.party, it->sender, it->sender_length) == 0;
}

static enum rc
check_rules(struct replay_run *r, const struct replay_item *it, const struct replay_item *next,
	    struct err *e)
{
	struct replay_state *w = r->world;
	const struct entry *x = &it->entry;
	struct event event;
	bool blind = r->unchecked || r->aside || it->row.presence != EVENT_THERE;
	struct step step = { .seq = r->seq, .leaf = it->leaf, .digest = x->event,
			     .missing = x->kind == ENTRY_EVENT && blind,
			     .withheld = it->row.presence == EVENT_WITHHELD ||
					(r->unchecked && r->world->source->open) };
	enum rc rc = RC_OK;

	step.at = x->kind == ENTRY_EVENT || x->at < r->at ? r->at : x->at;
	if (x->kind == ENTRY_SUBMISSION) {
		step.submission = &r->submission;
		step.verified = r->seq == 0 ? NULL : &r->verified;
		if (r->seq == 0)
			rc = check_opening(r, next);
	} else if (!step.missing) {
		r->judging = true;
		rc = check_form(r, it);
		step.missing = !it->is_event;
	}
	if (rc != RC_OK)
		return rc;
	if (r->seq == 0 || (x->kind == ENTRY_EVENT && !step.missing)) {
		event = r->seq == 0 ? next->event : it->event;
		event.digest = x->event;	/* its bytes have been held against it */
		if (!is_sender(r, it))
			event.natural = (struct hash){ { 0 } };
		step.event = &event;
	}
	rc = judge(r, &step, e);
	if (rc != RC_OK)
		return rc;
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
replay_row(struct replay_run *r, const struct replay_item *it, const struct replay_item *next,
	   struct err *e)
{
	enum rc rc;

	r->seq = it->row.line;
	r->judging = r->aside = false;
	arena_reset(r->arena);
	if (r->seq < r->before_count && !hash_equal(r->before[r->seq], it->leaf))
		return replay_other_leaf(r, r->before[r->seq], it->leaf);
	if (!it->is_entry)
		return replay_find(r, FINDING_BYTES, "", "an entry", "%s", it->wrong);
	rc = check_place(r, &it->entry);
	if (rc == RC_OK)
		rc = it->entry.kind == ENTRY_SUBMISSION ? begin_submission(r, it) :
			check_event(r, it);
	if (rc == RC_OK && r->world->anew != NULL)
		rc = rc_fail(e, RC_INTEGRITY, "%s", r->world->anew);
	if (rc == RC_OK && r->args->full)
		rc = check_rules(r, it, next, e);
	if (rc == RC_OK && it->entry.kind == ENTRY_EVENT && --r->left == 0)
		rc = end_submission(r);
	if (rc != RC_OK)
		return rc;
	r->last = it->leaf;
	if (it->entry.kind == ENTRY_SUBMISSION && it->entry.at > r->at)
		r->at = it->entry.at;
	return replay_tree_add(&r->world->tree, it->leaf, e);
}
