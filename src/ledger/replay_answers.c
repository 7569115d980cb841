/* replay_answers.c - what the operator's file keeps beside the entries: what it has answered with.
 *
 * Every checkpoint was the tree's head once, and every submission got a receipt against the
 * checkpoint behind it. Whoever holds an old one compares it with the ledger, so they must fit.
 */
#include "replay.h"

#include "arena.h"
#include "buf.h"
#include "ledger.h"
#include "merkle.h"
#include "store.h"

#include <inttypes.h>
#include <string.h>

#define COSIGNATURE_BYTES 72		/* a time stamp and an Ed25519 signature */

struct answers {
	struct ledger *l;
	struct arena *arena;
	uint64_t before;		/* size that the last checkpoint covers */
	uint64_t count;			/* of checkpoints, or of receipts */
};

static bool
signed_by_live_key(const struct state *st, const struct note *note, uint64_t size)
{
	struct err why;

	for (size_t i = 0; i < state_key_count(st); i++) {
		const struct party_key *k = state_key_at(st, i);

		if (k->use == USE_CHECKPOINTS && k->registered < size && k->revoked >= size &&
		    note_verify(note, &k->key, NULL, &why) == RC_OK)
			return true;
	}
	return false;
}

/* Cosignatures are added to a note later, behind what it was when the receipt was given. */
static bool
has_grown(const struct tlog_proof *proof, const char *note, size_t size, struct arena *arena)
{
	struct note then, now;
	struct err why;

	if (proof->checkpoint_size > size ||
	    memcmp(proof->checkpoint, note, proof->checkpoint_size) != 0 ||
	    note_parse(proof->checkpoint, proof->checkpoint_size, arena, &then, &why) != RC_OK ||
	    note_parse(note, size, arena, &now, &why) != RC_OK)
		return false;
	for (size_t i = then.signature_count; i < now.signature_count; i++)
		if (now.signatures[i].size != COSIGNATURE_BYTES)
			return false;
	return true;
}

static enum rc
check_receipt(struct answers *a, const struct checkpoint *c, const char *note, size_t size,
	      struct err *e)
{
	struct buf receipt = { 0 }, entry = { 0 };
	struct tlog_proof proof;
	enum rc rc = store_receipt(ledger_store(a->l), a->before, &receipt, e);

	if (rc == RC_OK)
		rc = store_entry(ledger_store(a->l), a->before, &entry, e);
	if (rc == RC_OK)
		rc = tlog_proof_parse(receipt.data, receipt.size, a->arena, &proof, e);
	if (rc == RC_OK && (proof.index != a->before || proof.extra == NULL ||
			    proof.extra_size != entry.size ||
			    memcmp(proof.extra, entry.data, entry.size) != 0))
		rc = rc_fail(e, RC_INTEGRITY, "expected the proof of that entry, found another");
	if (rc == RC_OK && !has_grown(&proof, note, size, a->arena))
		rc = rc_fail(e, RC_INTEGRITY, "expected the checkpoint of %" PRIu64 " entries that is "
			     "kept, found another", c->size);
	if (rc == RC_OK)
		rc = merkle_check_inclusion(proof.index, c->size, hash_leaf(entry.data, entry.size),
					    &proof.path, c->root, e);
	buf_free(&receipt);
	buf_free(&entry);
	if (rc == RC_OK || rc == RC_SYSTEM)
		return rc;
	(void)!rc_where(e, "receipt of entry %" PRIu64, a->before);
	return e->rc = RC_INTEGRITY;
}

static enum rc
check_note(struct answers *a, const struct store_head *head, const char *bytes, size_t size,
	   struct checkpoint *ret, struct err *e)
{
	const struct state *st = ledger_state(a->l);
	struct ledger_facts facts;
	struct note note;
	struct hash root;
	enum rc rc = note_parse(bytes, size, a->arena, &note, e);

	if (rc == RC_OK)
		rc = checkpoint_parse(note.text, note.text_size, ret, e);
	if (rc == RC_OK && (ret->size != head->size || !hash_equal(ret->root, head->root)))
		rc = rc_fail(e, RC_INTEGRITY, "expected the size and root that its note signs, found "
			     "others beside it");
	if (rc == RC_OK)
		rc = ledger_root(a->l, ret->size, &root, e);
	if (rc == RC_OK && !hash_equal(ret->root, root))
		rc = rc_fail(e, RC_INTEGRITY, "expected the tree's root at that size, found another");
	state_facts(st, &facts);
	if (rc == RC_OK && strcmp(ret->origin, facts.origin) != 0)
		rc = rc_fail(e, RC_INTEGRITY, "expected origin %s, found %s", facts.origin,
			     ret->origin);
	if (rc == RC_OK && !signed_by_live_key(st, &note, ret->size))
		rc = rc_fail(e, RC_INTEGRITY, "expected a signature by a checkpoint key that was live "
			     "then, found none");
	return rc;
}

static enum rc
check_checkpoint(void *arg, const struct store_head *head, const char *note, size_t size,
		 struct err *e)
{
	struct answers *a = arg;
	struct checkpoint c;
	enum rc rc;

	arena_reset(a->arena);
	rc = check_note(a, head, note, size, &c, e);
	if (rc != RC_OK && rc != RC_SYSTEM) {
		(void)!rc_where(e, "checkpoint of size %" PRIu64, head->size);
		return e->rc = RC_INTEGRITY;
	}
	if (rc == RC_OK)
		rc = check_receipt(a, &c, note, size, e);
	a->before = head->size;
	a->count++;
	return rc;
}

static enum rc
count_receipt(void *arg, uint64_t number, const void *bytes, size_t size, struct err *e)
{
	struct answers *a = arg;

	(void)number, (void)bytes, (void)size, (void)e;
	a->count++;
	return RC_OK;
}

enum rc
replay_answers(struct ledger *l, uint64_t submissions, struct err *e)
{
	struct answers a = { .l = l, .arena = arena_new() }, receipts = { .l = l };
	enum rc rc = store_checkpoints(ledger_store(l), check_checkpoint, &a, e);

	if (rc == RC_OK)
		rc = store_receipts(ledger_store(l), count_receipt, &receipts, e);
	if (rc == RC_OK && (a.count != submissions || receipts.count != submissions))
		rc = rc_fail(e, RC_INTEGRITY, "expected a checkpoint and a receipt for each of %" PRIu64
			     " submissions, found %" PRIu64 " and %" PRIu64, submissions, a.count,
			     receipts.count);
	arena_free(a.arena);
	return rc;
}
