/* bundle_write.c - a ledger as a folder of plain files. */
#include "bundle_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "bundle.h"
#include "entry.h"
#include "file.h"
#include "hash.h"
#include "ledger.h"
#include "replay.h"
#include "see.h"
#include "state.h"
#include "store.h"
#include "tar.h"
#include "view.h"

struct out {			/* one file that is being written */
	FILE *file;
	struct hasher *hasher;
	uint64_t size;
};

struct writer {
	struct ledger *l;
	struct arena *arena;
	const char *folder;	/* under its temporary name */
	struct bundle_manifest manifest;
	struct out entries, events;
	struct view *view;	/* where it is cut; else NULL */
	struct seer seer;
	uint64_t withheld;
};

static enum rc
out_open(const struct writer *w, enum bundle_file which, struct out *ret, struct err *e)
{
	const char *path = arena_printf(w->arena, "%s/%s", w->folder, bundle_file_name(which));
	FILE *file = fopen(path, "wb");

	if (file == NULL)
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	*ret = (struct out){ .file = file, .hasher = hasher_new() };
	return RC_OK;
}

static enum rc
out_add(struct out *o, const void *bytes, size_t size, struct err *e)
{
	if (fwrite(bytes, 1, size, o->file) != size)
		return rc_fail(e, RC_SYSTEM, "bundle: %s", strerror(errno));
	hasher_add(o->hasher, bytes, size);
	o->size += size;
	return RC_OK;
}

/* On the disk, its hash in the manifest. */
static enum rc
out_close(struct writer *w, enum bundle_file which, struct out *o, enum rc rc, struct err *e)
{
	if (o->file == NULL)
		return rc;
	if (rc == RC_OK && (fflush(o->file) != 0 || fsync(fileno(o->file)) != 0))
		rc = rc_fail(e, RC_SYSTEM, "bundle: %s", strerror(errno));
	if (fclose(o->file) != 0 && rc == RC_OK)
		rc = rc_fail(e, RC_SYSTEM, "bundle: %s", strerror(errno));
	w->manifest.files[which].present = true;
	w->manifest.files[which].size = o->size;
	w->manifest.files[which].sha256 = hasher_end(o->hasher);
	hasher_free(o->hasher);
	o->file = NULL;
	return rc;
}

static enum rc
write_small(struct writer *w, enum bundle_file which, const struct buf *bytes, struct err *e)
{
	struct out o = { 0 };
	enum rc rc = out_open(w, which, &o, e);

	if (rc == RC_OK && bytes->size != 0)
		rc = out_add(&o, bytes->data, bytes->size, e);
	return out_close(w, which, &o, rc, e);
}

/* ---- entries and events ---- */

static enum rc
add_event(struct writer *w, const struct store_row *row, struct err *e)
{
	struct entry entry;
	char line[100], hex[HASH_HEX];
	bool shown = w->view == NULL ||
		see_any(&w->seer, row->event != NULL ? row->seq : see_erased_by(w->view, row->seq));
	enum rc rc;

	if (row->event != NULL && shown) {
		rc = out_add(&w->events, row->event, row->event_size, e);
		return rc == RC_OK ? out_add(&w->events, "\n", 1, e) : rc;
	}
	rc = entry_parse(row->entry, row->entry_size, &entry, e);
	if (rc != RC_OK)
		return rc;
	hash_format(entry.event, hex);
	w->withheld += shown ? 0 : 1;
	(void)snprintf(line, sizeof(line), "{\"%s\":\"%s\"}\n",
		       shown ? "erased" : "withheld", hex);
	return out_add(&w->events, line, strlen(line), e);
}

static enum rc
add_row(void *arg, const struct store_row *row, struct err *e)
{
	struct writer *w = arg;
	enum rc rc = out_add(&w->entries, row->entry, row->entry_size, e);

	if (rc == RC_OK)
		rc = out_add(&w->entries, "\n", 1, e);
	w->manifest.entries++;
	if (rc != RC_OK || !row->has_event)
		return rc;
	w->manifest.events++;
	return add_event(w, row, e);
}

static enum rc
write_record(struct writer *w, uint64_t size, struct err *e)
{
	enum rc rc = out_open(w, BUNDLE_ENTRIES, &w->entries, e);

	if (rc == RC_OK)
		rc = out_open(w, BUNDLE_EVENTS, &w->events, e);
	if (rc == RC_OK)
		rc = store_scan(ledger_store(w->l), 0, size, add_row, w, e);
	rc = out_close(w, BUNDLE_ENTRIES, &w->entries, rc, e);
	return out_close(w, BUNDLE_EVENTS, &w->events, rc, e);
}

/* ---- keys and rotations ---- */

void
bundle_keys(struct ledger *l, struct buf *ret)
{
	const struct state *st = ledger_state(l);

	for (size_t i = 0; i < state_key_count(st); i++) {
		char text[KEY_TEXT];

		verifier_key_format(&state_key_at(st, i)->key, text);
		buf_printf(ret, "%s\n", text);
	}
}

static enum rc
write_keys(struct writer *w, struct err *e)
{
	struct buf b = { 0 };
	enum rc rc;

	bundle_keys(w->l, &b);
	rc = write_small(w, BUNDLE_KEYS, &b, e);
	buf_free(&b);
	return rc;
}

/* The first stored checkpoint that covers entry `seq`. */
static enum rc
first_note(struct ledger *l, uint64_t seq, uint64_t size, struct buf *ret, struct err *e)
{
	for (uint64_t n = seq + 1; n <= size; n++) {
		enum rc rc = store_checkpoint(ledger_store(l), n, ret, e);

		if (rc != RC_NOT_FOUND)
			return rc;
	}
	return rc_fail(e, RC_INTEGRITY, "no stored checkpoint covers entry %llu; run 'utfall verify'",
		       (unsigned long long)seq);
}

enum rc
bundle_rotations(struct ledger *l, uint64_t size, struct buf *ret, struct err *e)
{
	const struct state *st = ledger_state(l);
	struct buf note = { 0 };
	bool first = true;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < state_key_count(st); i++) {
		const struct party_key *k = state_key_at(st, i);

		if (k->use != USE_CHECKPOINTS)
			continue;
		if (!first) {
			buf_clear(&note);
			rc = first_note(l, k->registered, size, &note, e);
			if (rc == RC_OK) {
				buf_printf(ret, "%zu\n", note.size);
				buf_add(ret, note.data, note.size);
			}
		}
		first = false;
	}
	buf_free(&note);
	return rc;
}

static enum rc
write_rotations(struct writer *w, uint64_t size, struct err *e)
{
	struct buf all = { 0 };
	enum rc rc = bundle_rotations(w->l, size, &all, e);

	if (rc == RC_OK && all.size != 0)
		rc = write_small(w, BUNDLE_ROTATIONS, &all, e);
	buf_free(&all);
	return rc;
}

/* ---- the whole ---- */

/* The newest checkpoint that a witness cosigned, where there is one. */
static enum rc
write_cosigned(struct writer *w, uint64_t size, struct err *e)
{
	struct buf note = { 0 };
	enum rc rc = replay_cosigned(ledger_store(w->l), size, &note, e);

	if (rc == RC_OK && note.size != 0)
		rc = write_small(w, BUNDLE_COSIGNED, &note, e);
	buf_free(&note);
	return rc;
}

static enum rc
write_files(struct writer *w, struct err *e)
{
	struct store_head head;
	struct buf note = { 0 }, manifest = { 0 };
	enum rc rc = store_head(ledger_store(w->l), &head, &note, e);

	if (rc == RC_OK)
		rc = write_record(w, head.size, e);
	if (rc == RC_OK)
		rc = write_small(w, BUNDLE_CHECKPOINT, &note, e);
	if (rc == RC_OK)
		rc = write_cosigned(w, head.size, e);
	if (rc == RC_OK)
		rc = write_keys(w, e);
	if (rc == RC_OK)
		rc = write_rotations(w, head.size, e);
	if (rc == RC_OK) {
		bundle_manifest_format(&w->manifest, &manifest);
		rc = file_create(arena_printf(w->arena, "%s/%s", w->folder, BUNDLE_MANIFEST),
				 manifest.data, manifest.size, 0644, e);
	}
	buf_free(&note);
	buf_free(&manifest);
	return rc;
}

static void
remove_folder(struct writer *w)
{
	for (int i = 0; i < BUNDLE_FILE_MAX; i++)
		(void)unlink(arena_printf(w->arena, "%s/%s", w->folder,
					  bundle_file_name((enum bundle_file)i)));
	(void)unlink(arena_printf(w->arena, "%s/%s", w->folder, BUNDLE_MANIFEST));
	(void)rmdir(w->folder);
}

static enum rc
finish_tar(struct writer *w, const char *path, struct err *e)
{
	const char *names[BUNDLE_FILE_MAX + 1];
	size_t count = 0;
	enum rc rc;

	for (int i = 0; i < BUNDLE_FILE_MAX; i++)
		if (w->manifest.files[i].present)
			names[count++] = bundle_file_name((enum bundle_file)i);
	names[count++] = BUNDLE_MANIFEST;
	rc = tar_write(path, w->folder, names, count, e);
	remove_folder(w);
	return rc;
}

static enum rc
finish_folder(struct writer *w, const char *path, struct err *e)
{
	enum rc rc = RC_OK;

	if (rename(w->folder, path) != 0) {
		rc = rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
		remove_folder(w);
	}
	return rc;
}

/* Who the bundle is for, and what that party may see. */
static enum rc
prepare_cut(struct writer *w, const char *party, struct err *e)
{
	struct state *st = ledger_state(w->l);
	struct ledger_facts facts;
	enum rc rc;

	state_facts(st, &facts);
	if (state_party(st, party) == NULL)
		return rc_fail(e, RC_NOT_FOUND, "--for: no party '%s' is registered; 'utfall party list' "
			       "shows who is", party);
	if (strcmp(party, facts.operator_id) == 0)
		return rc_fail(e, RC_USAGE, "--for: %s is the operator, who sees everything; leave it "
			       "out", party);
	w->view = view_new();
	rc = view_grow(w->view, w->l, e);
	w->seer = (struct seer){ .view = w->view, .state = st, .party = party,
		.name = rc == RC_OK ? view_name_of(w->view, party) : 0, .role = ROLE_MAX };
	(void)snprintf(w->manifest.party, sizeof(w->manifest.party), "%s", party);
	return rc;
}

static enum rc
make_folder(struct writer *w, const char *path, struct err *e)
{
	struct stat st;

	w->folder = arena_printf(w->arena, "%s.%ld.part", path, (long)getpid());
	if (lstat(path, &st) == 0)
		return rc_fail(e, RC_CONFLICT, "%s: it exists already; name a new one", path);
	if (mkdir(w->folder, 0777) != 0)
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	return RC_OK;
}

enum rc
bundle_write(struct ledger *l, const struct bundle_args *args, struct bundle_counts *ret,
	     struct err *e)
{
	struct writer w = { .l = l, .arena = arena_new() };
	enum rc rc = args->party == NULL ? RC_OK : prepare_cut(&w, args->party, e);

	if (rc == RC_OK)
		rc = make_folder(&w, args->path, e);
	if (rc == RC_OK) {
		rc = write_files(&w, e);
		if (rc != RC_OK)
			remove_folder(&w);
		else
			rc = args->tar ? finish_tar(&w, args->path, e)
				       : finish_folder(&w, args->path, e);
	}
	if (rc == RC_OK)
		*ret = (struct bundle_counts){ w.manifest.entries, w.manifest.events, w.withheld };
	view_free(w.view);
	arena_free(w.arena);
	return rc;
}
