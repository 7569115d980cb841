/* replay_head.c - the end of a replay: the checkpoint, and who vouches for it. */
#include "replay_priv.h"

#include "arena.h"
#include "bundle.h"
#include "policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Pointers of findings, for the head and for the cosigned checkpoint. */
struct place {
	const char *note, *origin, *size, *root, *key, *signature;
};
static const struct place at_head = { "checkpoint", "checkpoint/origin", "checkpoint/size",
	"checkpoint/root", "checkpoint/key", "checkpoint/signature" };
static const struct place at_cosigned = { "cosigned", "cosigned/origin", "cosigned/size",
	"cosigned/root", "cosigned/key", "cosigned/signature" };

static enum rc
read_note(struct replay_run *r, const struct place *at, const struct buf *bytes,
	  struct note *ret_note, struct checkpoint *ret)
{
	struct err e;
	enum rc rc = note_parse(bytes->data, bytes->size, r->arena, ret_note, &e);

	if (rc == RC_OK)
		rc = checkpoint_parse(ret_note->text, ret_note->text_size, ret, &e);
	if (rc != RC_OK)
		return replay_find(r, FINDING_CHECKPOINT, at->note, "a signed checkpoint", "%s",
				   e.text);
	if (strcmp(ret->origin, r->ring.origin) != 0)
		return replay_find(r, FINDING_CHECKPOINT, at->origin, r->ring.origin, "%s",
				   ret->origin);
	return RC_OK;
}

static enum rc
check_tree(struct replay_run *r, const struct checkpoint *c)
{
	char expected[HASH_HEX], found[HASH_HEX];
	struct hash root = merkle_root(&r->tree);

	if (c->size != r->tree.size) {
		(void)snprintf(expected, sizeof(expected), "%" PRIu64 " entries", c->size);
		return replay_find(r, FINDING_TREE, "checkpoint/size", expected, "%" PRIu64
				   " entries", r->tree.size);
	}
	if (hash_equal(c->root, root))
		return RC_OK;
	hash_format(c->root, expected);
	hash_format(root, found);
	return replay_find(r, FINDING_TREE, "checkpoint/root", expected, "%s", found);
}

static bool
is_live(const struct ring_key *k, uint64_t size)
{
	return k->checkpoints && k->registered < size && k->revoked >= size;
}

static bool
is_trusted(const struct replay_run *r, const struct ring_key *k)
{
	for (size_t i = 0; i < r->args->trusted_count; i++)
		if (verifier_key_equal(&k->key, &r->args->trusted[i]))
			return true;
	return r->args->trusted_count == 0;
}

/* The checkpoint that first covers key `k` is of this history, signed by a key that is vouched
 * for and by `k`: then `k` is vouched for too. */
static enum rc
walk_rotation(struct replay_run *r, const struct ring_key *k, const bool *vouched, bool *ret,
	      struct err *e)
{
	struct replay_source *s = r->world->source;
	struct buf bytes = { 0 };
	struct checkpoint c;
	struct note note;
	struct hash root;
	struct err ignored;
	enum rc rc = s->note(s, k->covered, &bytes, e);

	*ret = false;
	if (rc == RC_NOT_FOUND) {
		buf_free(&bytes);
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = read_note(r, &at_head, &bytes, &note, &c);
	if (rc == RC_OK)
		rc = replay_tree_root(&r->world->tree, k->covered, &root, e);
	if (rc == RC_OK && c.size == k->covered && hash_equal(c.root, root) &&
	    note_verify(&note, &k->key, NULL, &ignored) == RC_OK)
		for (size_t i = 0; i < r->ring.count; i++)
			*ret = *ret || (vouched[i] &&
					note_verify(&note, &r->ring.keys[i].key, NULL,
						    &ignored) == RC_OK);
	buf_free(&bytes);
	return rc;
}

/* Keys that the auditor trusts, and those that they vouched for when they were new. */
static enum rc
find_vouched(struct replay_run *r, bool *vouched, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < r->ring.count; i++) {
		const struct ring_key *k = &r->ring.keys[i];

		vouched[i] = k->checkpoints && is_trusted(r, k);
		if (k->checkpoints && !vouched[i] && k->registered > 1)
			rc = walk_rotation(r, k, vouched, &vouched[i], e);
	}
	return rc;
}

/* Where the events that register keys are not here: is it one of those that the auditor trusts? */
static bool
is_signed_by_trusted(const struct replay_run *r, const struct note *note,
		     struct verifier_key *ret)
{
	struct err why;

	for (size_t i = 0; i < r->args->trusted_count; i++)
		if (note_verify(note, &r->args->trusted[i], NULL, &why) == RC_OK) {
			*ret = r->args->trusted[i];
			return true;
		}
	return false;
}

static enum rc
check_signer(struct replay_run *r, const struct place *at, const struct note *note,
	     const struct checkpoint *c, struct verifier_key *ret, struct err *e)
{
	bool *vouched = arena_array(r->arena, r->ring.count + 1, sizeof(*vouched));
	bool any = false;
	struct err why;
	enum rc rc = find_vouched(r, vouched, e);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < r->ring.count; i++) {
		const struct ring_key *k = &r->ring.keys[i];

		any = any || vouched[i];
		if (!vouched[i] || !is_live(k, c->size))
			continue;
		rc = note_verify(note, &k->key, NULL, &why);
		if (rc == RC_INTEGRITY)
			return replay_find(r, FINDING_CHECKPOINT, at->signature,
					   "a signature that verifies", "%s", why.text);
		if (rc == RC_OK) {
			*ret = k->key;
			return RC_OK;
		}
	}
	if (r->world->source->open && r->report->withheld > 0 &&
	    is_signed_by_trusted(r, note, ret))
		return RC_OK;
	if (!any && r->ring.count > 0)
		return replay_find(r, FINDING_CHECKPOINT, at->key,
				   "a checkpoint key that you trust in this ledger's history",
				   "none: is this the ledger that you mean?");
	return replay_find(r, FINDING_CHECKPOINT, at->signature,
			   "a signature by a live checkpoint key that you trust",
			   "none: no key that you trust signed it, or vouched for one that did");
}

/* ---- witnesses ---- */

static enum rc
count_witnesses(struct replay_run *r, const struct place *at, const struct note *note,
		const struct checkpoint *c)
{
	const struct policy *p = r->args->policy;
	uint64_t *times;
	size_t count = 0;
	struct err why;

	if (p == NULL || p->quorum == POLICY_NONE)
		return RC_OK;
	times = arena_array(r->arena, POLICY_NAMES_MAX, sizeof(*times));
	for (size_t i = 0; i < p->name_count; i++) {
		enum rc rc = p->names[i].kind != POLICY_WITNESS ? RC_NOT_FOUND :
			note_verify(note, &p->names[i].witness.key, &times[i], &why);

		if (rc == RC_INTEGRITY)
			return replay_find(r, FINDING_CHECKPOINT, at->signature,
					   "cosignatures that verify", "%s", why.text);
		count += rc == RC_OK ? 1 : 0;
	}
	if (!policy_quorum_met(p, times))
		return RC_OK;
	r->report->witnessed = c->size;
	r->report->witnesses = count;
	return RC_OK;
}

/* The cosigned checkpoint holds at its own size: the tree had that root then. */
static enum rc
check_cosigned(struct replay_run *r, struct err *e)
{
	char expected[HASH_HEX], found[HASH_HEX];
	struct verifier_key signer;
	struct checkpoint c;
	struct note note;
	struct hash root;
	enum rc rc;

	if (r->world->source->cosigned.size == 0)
		return RC_OK;
	rc = read_note(r, &at_cosigned, &r->world->source->cosigned, &note, &c);
	if (rc == RC_OK && (c.size == 0 || c.size > r->tree.size)) {
		(void)snprintf(expected, sizeof(expected), "at most %" PRIu64 " entries",
			       r->tree.size);
		return replay_find(r, FINDING_TREE, at_cosigned.size, expected, "%" PRIu64
				   " entries: the end was cut off", c.size);
	}
	if (rc == RC_OK)
		rc = replay_tree_root(&r->world->tree, c.size, &root, e);
	if (rc == RC_OK && !hash_equal(root, c.root)) {
		hash_format(c.root, expected);
		hash_format(root, found);
		return replay_find(r, FINDING_TREE, at_cosigned.root, expected, "%s", found);
	}
	if (rc == RC_OK)
		rc = check_signer(r, &at_cosigned, &note, &c, &signer, e);
	if (rc == RC_OK)
		r->report->cosigned = c.size;
	return rc == RC_OK ? count_witnesses(r, &at_cosigned, &note, &c) : rc;
}

void
replay_head_origin(struct replay_run *r)
{
	const struct buf *head = &r->world->source->head;
	const char *lf = memchr(head->data, '\n', head->size);

	if (lf != NULL && lf - head->data <= ORIGIN_MAX)
		(void)snprintf(r->ring.origin, sizeof(r->ring.origin), "%.*s",
			       (int)(lf - head->data), head->data);
}

/* The list of keys is a convenience, but one that is there is true: the history's, in its order. */
static enum rc
check_keys(struct replay_run *r)
{
	const struct buf *have = &r->world->source->keys;
	char text[KEY_TEXT];
	size_t at = 0, length;

	if (!r->world->source->has_keys)
		return RC_OK;
	for (size_t i = 0; i <= r->ring.count; i++) {
		const char *line = have->data == NULL ? "" : have->data + at;

		length = strcspn(line, "\n");
		if (i == r->ring.count) {
			if (at == have->size)
				return RC_OK;
			return replay_find(r, FINDING_FILE, "keys", "the end", "%.80s", line);
		}
		verifier_key_format(&r->ring.keys[i].key, text);
		if (length != strlen(text) || memcmp(line, text, length) != 0 || line[length] != '\n')
			return replay_find(r, FINDING_FILE, "keys", text, "%.*s",
					   (int)(length < 200 ? length : 200), line);
		at += length + 1;
	}
	return RC_OK;
}

/* What the manifest counts is what was read. */
static enum rc
check_counts(struct replay_run *r)
{
	const struct bundle_manifest *m = r->world->source->manifest;
	char expected[40];

	if (m == NULL)
		return RC_OK;
	(void)snprintf(expected, sizeof(expected), "%" PRIu64 " entries", m->entries);
	if (m->entries != r->tree.size)
		return replay_find(r, FINDING_FILE, "manifest.json/entries", expected, "%" PRIu64
				   " entries", r->tree.size);
	(void)snprintf(expected, sizeof(expected), "%" PRIu64 " events", m->events);
	if (m->events != r->report->events)
		return replay_find(r, FINDING_FILE, "manifest.json/events", expected, "%" PRIu64
				   " events", r->report->events);
	return RC_OK;
}

enum rc
replay_head(struct replay_run *r, struct err *e)
{
	struct checkpoint c;
	struct note note;
	enum rc rc;

	r->seq = r->tree.size;
	if (r->left > 0 || r->tree.size == 0)
		return replay_find(r, FINDING_COUNT, "", "all events that the last submission counts",
				   "the end, %" PRIu64 " events too early", r->left);
	rc = replay_gone_check(r);
	if (rc == RC_OK)
		rc = check_counts(r);
	if (rc == RC_OK)
		rc = check_keys(r);
	if (rc == RC_OK)
		rc = read_note(r, &at_head, &r->world->source->head, &note, &c);
	if (rc == RC_OK)
		rc = check_tree(r, &c);
	if (rc == RC_OK)
		rc = check_signer(r, &at_head, &note, &c, &r->report->signed_by, e);
	if (rc == RC_OK)
		rc = count_witnesses(r, &at_head, &note, &c);
	if (rc == RC_OK && r->report->witnessed == 0)
		rc = check_cosigned(r, e);
	return rc;
}
