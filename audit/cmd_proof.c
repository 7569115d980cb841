/* cmd_proof.c - proof: an entry stands in a signed tree; consistency: a tree grew from another. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "bundle.h"
#include "entry.h"
#include "event.h"
#include "file.h"
#include "ledger.h"
#include "limits_utfall.h"
#include "place.h"
#include "store.h"
#include "submission.h"
#include "tiles.h"
#include "trust.h"

#define PROOF_BYTES (1u << 20)

/* ---- proof ---- */

struct proved {			/* what a proof file carries in `extra` */
	const char *entry, *event;	/* `event` NULL where there is none */
	size_t entry_size, event_size;
};

static enum rc
split_extra(const struct tlog_proof *p, struct proved *ret, struct err *e)
{
	const char *extra = (const char *)p->extra, *lf;

	if (p->extra == NULL)
		return rc_fail(e, RC_REFUSED, "the proof carries no entry in its line 'extra'");
	lf = memchr(extra, '\n', p->extra_size);
	*ret = (struct proved){ .entry = extra,
				.entry_size = lf ? (size_t)(lf - extra) : p->extra_size };
	if (lf != NULL) {
		ret->event = lf + 1;
		ret->event_size = p->extra_size - ret->entry_size - 1;
	}
	return RC_OK;
}

/* The entry is the one at the proof's index, and the event, where it is there, is the entry's. */
static enum rc
check_entry(const struct proved *x, uint64_t index, struct entry *ret, struct err *e)
{
	struct hash digest;
	enum rc rc = entry_parse(x->entry, x->entry_size, ret, e);

	if (rc != RC_OK)
		return rc;
	if (ret->seq != index)
		return rc_fail(e, RC_INTEGRITY, "the proof is for entry %" PRIu64 ", the entry says "
			       "it is %" PRIu64, index, ret->seq);
	if (x->event == NULL)
		return RC_OK;
	digest = hash_leaf(x->event, x->event_size);
	if (ret->kind != ENTRY_EVENT || !hash_equal(digest, ret->event))
		return rc_fail(e, RC_INTEGRITY, "the event is not the one that entry %" PRIu64
			       " names", index);
	return RC_OK;
}

static void
print_proved(struct call *call, const struct proved *x, const struct entry *entry,
	     const struct trusted_head *head)
{
	char at[INSTANT_TEXT], key[KEY_ID_TEXT];

	instant_format(entry->at, at);
	verifier_key_short(&head->signed_by, key);
	fprintf(call->out, "proved: entry %" PRIu64 " of %s\n", entry->seq, head->head.origin);
	fprintf(call->out, "  recorded    %s\n", at);
	fprintf(call->out, "  head        %" PRIu64 " entries, signed by %s\n", head->head.size, key);
	if (head->witnessed)
		fprintf(call->out, "  witnesses   %zu, as the policy asks\n", head->witnesses);
	if (entry->kind == ENTRY_SUBMISSION)
		fprintf(call->out, "  submission  %.*s\n", (int)entry->submission_size,
			entry->submission);
	else if (x->event != NULL)
		fprintf(call->out, "  event       %.*s\n", (int)x->event_size, x->event);
}

enum rc
audit_proof(struct call *call, struct err *e)
{
	const char *path = call->args[0];
	struct trust trust;
	struct trusted_head head;
	struct tlog_proof proof;
	struct proved proved = { 0 };
	struct entry entry;
	struct buf bytes = { 0 };
	enum rc rc = trust_read(call, &trust, e);

	if (rc != RC_OK)
		return rc;
	rc = file_read(path, PROOF_BYTES, &bytes, e);
	if (rc == RC_OK)
		rc = tlog_proof_parse(bytes.data, bytes.size, call->arena, &proof, e);
	if (rc == RC_OK)
		rc = trust_check(&trust, proof.checkpoint, proof.checkpoint_size, &head, e);
	if (rc == RC_OK)
		rc = split_extra(&proof, &proved, e);
	if (rc == RC_OK)
		rc = merkle_check_inclusion(proof.index, head.head.size,
					    hash_leaf(proved.entry, proved.entry_size), &proof.path,
					    head.head.root, e);
	if (rc == RC_OK)
		rc = check_entry(&proved, proof.index, &entry, e);
	if (rc == RC_OK)
		print_proved(call, &proved, &entry, &head);
	else
		rc = rc_where(e, "%s", path);
	buf_free(&bytes);
	return rc;
}

/* ---- consistency ---- */

struct tree {			/* a signed head and the nodes under it */
	struct buf note;
	merkle_node_fn *node;
	void *arg;
	struct ledger *ledger;		/* the three places that a tree is read from; */
	struct tile_reader *tiles;	/* tiles: also of a published folder, */
	const char *folder;
	uint64_t size;
	struct hash *leaves;		/* leaves: of a bundle */
	size_t leaf_count;
};

static enum rc
read_hashes(const struct tree *t, unsigned level, uint64_t index, unsigned width, struct hash *ret,
	    struct err *e)
{
	struct arena *arena = arena_new();
	struct buf bytes = { 0 };
	char name[TILE_PATH];
	const char *path;
	enum rc rc;

	tile_path((int)level, index, width, name);
	path = arena_printf(arena, "%s/%s", t->folder, name);
	rc = file_read(path, TILE_WIDTH * sizeof(*ret), &bytes, e);
	if (rc == RC_NOT_FOUND)
		rc = rc_fail(e, RC_INTEGRITY, "%s: expected %u hashes, found no such file", path,
			     width);
	else if (rc == RC_REFUSED)
		rc = rc_fail(e, RC_INTEGRITY, "%s: expected %u hashes, found more than %zu bytes",
			     path, width, TILE_WIDTH * sizeof(*ret));
	else if (rc == RC_OK && bytes.size != width * sizeof(*ret))
		rc = rc_fail(e, RC_INTEGRITY, "%s: expected %u hashes, found %zu bytes", path, width,
			     bytes.size);
	if (rc == RC_OK)
		memcpy(ret, bytes.data, bytes.size);
	buf_free(&bytes);
	arena_free(arena);
	return rc;
}

/* A full tile must hash to its node in the tile above, up to the tiles that the root is made of:
 * so it is known which tile was changed, and nobody is accused of what a server did. */
static enum rc
read_tile_file(void *arg, unsigned level, uint64_t index, unsigned width, struct hash *ret,
	       struct err *e)
{
	const struct tree *t = arg;
	struct hash tile[TILE_WIDTH], above[TILE_WIDTH];
	char name[TILE_PATH];
	enum rc rc = read_hashes(t, level, index, width, ret, e);

	if (rc == RC_OK)
		memcpy(tile, ret, width * sizeof(*ret));
	for (; rc == RC_OK && width == TILE_WIDTH; level++, index /= TILE_WIDTH) {
		width = tile_width(t->size, level + 1, index / TILE_WIDTH);
		rc = read_hashes(t, level + 1, index / TILE_WIDTH, width, above, e);
		if (rc == RC_OK && !hash_equal(merkle_root_of(tile, TILE_WIDTH),
					       above[index % TILE_WIDTH])) {
			tile_path((int)level, index, TILE_WIDTH, name);
			rc = rc_fail(e, RC_INTEGRITY, "%s/%s: expected the 256 hashes that the tile "
				     "above it is made of, found others", t->folder, name);
		}
		if (rc == RC_OK)
			memcpy(tile, above, width * sizeof(*above));
	}
	return rc;
}

static enum rc
leaf_node(void *arg, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
	struct tree *t = arg;
	uint64_t first = index << level, count = (uint64_t)1 << level;

	if (level > 40 || first + count > t->leaf_count)
		return rc_fail(e, RC_INTEGRITY, "the bundle has %zu entries, fewer than its "
			       "checkpoint", t->leaf_count);
	*ret = merkle_root_of(t->leaves + first, count);
	return RC_OK;
}

static enum rc
read_bundle_leaves(struct tree *t, struct err *e)
{
	struct arena *arena = arena_new();
	const char *path = arena_printf(arena, "%s/%s", t->folder,
					bundle_file_name(BUNDLE_ENTRIES));
	struct buf bytes = { 0 };
	size_t at = 0, capacity = 0;
	enum rc rc = file_read(path, SIZE_MAX / 2, &bytes, e);

	while (rc == RC_OK && at < bytes.size) {
		const char *line = bytes.data + at;
		const char *lf = memchr(line, '\n', bytes.size - at);

		if (lf == NULL) {
			rc = rc_fail(e, RC_INTEGRITY, "%s: the last line does not end", path);
			break;
		}
		t->leaves = mem_room(t->leaves, t->leaf_count, &capacity, sizeof(*t->leaves));
		t->leaves[t->leaf_count++] = hash_leaf(line, (size_t)(lf - line));
		at += (size_t)(lf - line) + 1;
	}
	buf_free(&bytes);
	arena_free(arena);
	t->node = leaf_node;
	t->arg = t;
	return rc;
}

static enum rc
open_folder(const char *folder, enum place place, struct tree *t, struct arena *arena,
	    struct err *e)
{
	struct checkpoint head;
	struct note note;
	enum rc rc = file_read(arena_printf(arena, "%s/checkpoint", folder), LIMIT_NOTE_BYTES,
			       &t->note, e);

	t->folder = folder;
	if (rc == RC_OK)
		rc = note_parse(t->note.data, t->note.size, arena, &note, e);
	if (rc == RC_OK)
		rc = checkpoint_parse(note.text, note.text_size, &head, e);
	if (rc != RC_OK)
		return rc;
	if (place == PLACE_BUNDLE)
		return read_bundle_leaves(t, e);
	t->size = head.size;
	t->tiles = tile_reader_new(head.size, read_tile_file, t);
	t->node = tile_node;
	t->arg = t->tiles;
	return RC_OK;
}

static enum rc
open_tree(const char *place, struct tree *t, struct arena *arena, struct err *e)
{
	struct store_head head;
	enum place kind;
	enum rc rc = place_of(place, &kind, e);

	if (rc != RC_OK)
		return rc;
	if (kind == PLACE_TAR)
		return rc_fail(e, RC_REFUSED, "%s: expected a bundle's folder, found a .tar: unpack it "
			       "first", place);
	if (kind != PLACE_LEDGER)
		return open_folder(place, kind, t, arena, e);
	rc = ledger_open_read(place, &t->ledger, e);
	if (rc != RC_OK)
		return rc;
	t->node = ledger_node;
	t->arg = t->ledger;
	return store_head(ledger_store(t->ledger), &head, &t->note, e);
}

static void
close_tree(struct tree *t)
{
	buf_free(&t->note);
	ledger_close(t->ledger);
	tile_reader_free(t->tiles);
	free(t->leaves);
}

/* What lies at `place` is the tree that its own head signs. */
static enum rc
check_tree(const char *place, const struct checkpoint *now, struct tree *t, struct err *e)
{
	struct merkle_frontier f = { .size = now->size };
	size_t count = 0;
	enum rc rc = RC_OK;

	for (unsigned level = 64; rc == RC_OK && level-- > 0;)
		if ((now->size >> level & 1) != 0)
			rc = t->node(t->arg, level, (now->size >> level) - 1, &f.roots[count++], e);
	if (rc == RC_OK && !hash_equal(merkle_root(&f), now->root))
		rc = rc_fail(e, RC_INTEGRITY, "%s: expected the %" PRIu64 " entries that its checkpoint "
			     "signs, found others: this is not what the operator signed", place,
			     now->size);
	return rc;
}

static enum rc
check_grown(const struct checkpoint *old, const struct checkpoint *now, struct tree *t,
	    struct err *e)
{
	struct merkle_proof proof = { 0 };
	enum rc rc = RC_OK;

	if (old->size > 0 && old->size < now->size)
		rc = merkle_prove_consistency(old->size, now->size, t->node, t->arg, &proof, e);
	if (rc != RC_OK)
		return rc;
	rc = merkle_check_consistency(old->size, old->root, now->size, now->root, &proof, e);
	if (rc == RC_INTEGRITY)
		rc = rc_where(e, "the %" PRIu64 " entries signed then are not the beginning of the %"
			      PRIu64 " signed now", old->size, now->size);
	return rc;
}

static enum rc
check_heads(const struct checkpoint *old, const struct checkpoint *now, struct err *e)
{
	if (strcmp(old->origin, now->origin) != 0)
		return rc_fail(e, RC_REFUSED, "one is a checkpoint of '%s', the other of '%s'",
			       old->origin, now->origin);
	if (old->size > now->size)
		return rc_fail(e, RC_INTEGRITY, "%" PRIu64 " entries were signed then, only %" PRIu64
			       " now: the end was cut off", old->size, now->size);
	return RC_OK;
}

/* A receipt, or any proof, ends in the checkpoint that it was given against. */
static enum rc
check_old(const struct trust *trust, const struct buf *bytes, struct arena *arena,
	  struct trusted_head *ret, struct err *e)
{
	struct tlog_proof proof = { .checkpoint = bytes->data, .checkpoint_size = bytes->size };
	enum rc rc = RC_OK;

	if (bytes->size > 0 && strncmp(bytes->data, "c2sp.org/tlog-proof@", 20) == 0)
		rc = tlog_proof_parse(bytes->data, bytes->size, arena, &proof, e);
	return rc == RC_OK ? trust_check(trust, proof.checkpoint, proof.checkpoint_size, ret, e) : rc;
}

enum rc
audit_consistency(struct call *call, struct err *e)
{
	struct trust trust;
	struct trusted_head old, now;
	struct tree tree = { 0 };
	struct buf bytes = { 0 };
	enum rc rc = trust_read(call, &trust, e);

	if (rc != RC_OK)
		return rc;
	trust.policy = NULL;	/* who witnessed which head is `proof`'s and `replay`'s question */
	rc = file_read(call->args[0], LIMIT_NOTE_BYTES, &bytes, e);
	if (rc == RC_OK) {
		rc = check_old(&trust, &bytes, call->arena, &old, e);
		if (rc != RC_OK)
			rc = rc_where(e, "%s", call->args[0]);
	}
	if (rc == RC_OK)
		rc = open_tree(call->args[1], &tree, call->arena, e);
	if (rc == RC_OK)
		rc = trust_check(&trust, tree.note.data, tree.note.size, &now, e);
	if (rc == RC_OK)
		rc = check_heads(&old.head, &now.head, e);
	if (rc == RC_OK)
		rc = check_tree(call->args[1], &now.head, &tree, e);
	if (rc == RC_OK)
		rc = check_grown(&old.head, &now.head, &tree, e);
	if (rc == RC_OK)
		fprintf(call->out, "consistent: the %" PRIu64 " entries signed then are the first of "
			"the %" PRIu64 " signed now\n", old.head.size, now.head.size);
	close_tree(&tree);
	buf_free(&bytes);
	return rc;
}
