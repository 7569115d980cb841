/* forge.c - a history is read, changed, and signed anew as its operator could. */
#include "forge.h"

#include "arena.h"
#include "bundle.h"
#include "entry.h"
#include "file.h"
#include "merkle.h"
#include "note.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(enum rc rc, const struct err *e)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "forge: %s\n", e->text);
	abort();
}

static enum rc
read_row(void *arg, const struct store_row *row, struct err *e)
{
	struct forge *f = arg;
	struct forge_said *x;
	struct entry entry;

	must(entry_parse(row->entry, row->entry_size, &entry, e), e);
	if (entry.kind == ENTRY_SUBMISSION) {
		x = &f->said[f->count++];
		x->at = entry.at;
		x->count = 0;
		must(submission_parse(entry.submission, entry.submission_size, &x->s, e), e);
		return RC_OK;
	}
	x = &f->said[f->count - 1];
	x->events[x->count++] = (struct forge_event){
		.bytes = arena_string(f->arena, row->event, row->event_size),
		.size = row->event_size };
	return RC_OK;
}

void
forge_read(struct forge *f, const char *ledger)
{
	struct store *s;
	struct err e;

	must(store_open_read(ledger, &s, &e), &e);
	must(store_scan(s, 0, INT64_MAX, read_row, f, &e), &e);
	store_close(s);
}

uint64_t
forge_entries_before(const struct forge *f, size_t i)
{
	uint64_t ret = 0;

	for (size_t n = 0; n < i; n++)
		ret += 1 + f->said[n].count;
	return ret;
}

/* ---- changes ---- */

void
forge_remove(struct forge *f, size_t i)
{
	f->count--;
	memmove(&f->said[i], &f->said[i + 1], (f->count - i) * sizeof(f->said[0]));
}

void
forge_swap(struct forge *f, size_t i, size_t j)
{
	struct forge_said *kept = arena_alloc(f->arena, sizeof(*kept));
	int64_t first = f->said[i].at, second = f->said[j].at;

	*kept = f->said[i];
	f->said[i] = f->said[j];
	f->said[j] = *kept;
	f->said[i].at = first;		/* times stay in order */
	f->said[j].at = second;
}

struct forge_said *
forge_insert(struct forge *f, size_t i)
{
	memmove(&f->said[i + 1], &f->said[i], (f->count - i) * sizeof(f->said[0]));
	f->count++;
	memset(&f->said[i], 0, sizeof(f->said[i]));
	f->said[i].at = f->said[i - 1].at;
	return &f->said[i];
}

void
forge_edit(struct forge *f, size_t i, size_t event, const char *from, const char *to)
{
	struct forge_event *x = &f->said[i].events[event];
	char *at = strstr(x->bytes, from);

	if (at == NULL) {
		fprintf(stderr, "forge: no '%s' in %s\n", from, x->bytes);
		abort();
	}
	x->bytes = arena_printf(f->arena, "%.*s%s%s", (int)(at - x->bytes), x->bytes, to,
				at + strlen(from));
	x->size = strlen(x->bytes);
}

void
forge_root_of(struct forge *f, size_t i)
{
	struct forge_said *x = &f->said[i];
	struct merkle_frontier row = { 0 };

	for (size_t n = 0; n < x->count; n++)
		merkle_add(&row, hash_leaf(x->events[n].bytes, x->events[n].size));
	x->s.count = x->count;
	x->s.root = merkle_root(&row);
}

void
forge_sign(struct forge *f, size_t i, const struct signing_key *key)
{
	struct err e;

	forge_root_of(f, i);
	must(submission_sign(&f->said[i].s, key, &e), &e);
}

/* ---- writing ---- */

struct writing {
	struct buf entries, events;
	struct merkle_frontier tree;
	struct hash last;
	uint64_t event_count;
};

static void
add_entry(struct writing *w, const struct entry *x)
{
	size_t start = w->entries.size;

	entry_format(x, &w->entries);
	w->last = hash_leaf(w->entries.data + start, w->entries.size - start);
	merkle_add(&w->tree, w->last);
	buf_byte(&w->entries, '\n');
}

static void
add_event(struct writing *w, const struct forge_event *x, struct hash digest)
{
	char hex[HASH_HEX];

	hash_format(digest, hex);
	if (x->shown == FORGE_SHOWN)
		buf_add(&w->events, x->bytes, x->size);
	else
		buf_printf(&w->events, "{\"%s\":\"%s\"}",
			   x->shown == FORGE_ERASED ? "erased" : "withheld", hex);
	buf_byte(&w->events, '\n');
	w->event_count++;
}

/* All, or the first `size` entries. */
static void
write_all(const struct forge *f, uint64_t size, struct writing *w)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < f->count && w->tree.size < size; i++) {
		const struct forge_said *x = &f->said[i];
		struct entry entry = { .kind = ENTRY_SUBMISSION, .at = x->at, .prev = w->last,
				       .seq = w->tree.size };

		buf_clear(&text);
		submission_format(&x->s, &text);
		entry.submission = text.data;
		entry.submission_size = text.size;
		add_entry(w, &entry);
		for (size_t n = 0; n < x->count && w->tree.size < size; n++) {
			entry = (struct entry){ .kind = ENTRY_EVENT, .at = x->at, .prev = w->last,
				.seq = w->tree.size, .event = hash_leaf(x->events[n].bytes,
									x->events[n].size) };
			add_entry(w, &entry);
			add_event(w, &x->events[n], entry.event);
		}
	}
	buf_free(&text);
}

struct hash
forge_root(const struct forge *f, uint64_t size)
{
	struct writing w = { 0 };

	write_all(f, size, &w);
	buf_free(&w.entries);
	buf_free(&w.events);
	return merkle_root(&w.tree);
}

/* The checkpoint over it all, signed. */
static void
forge_checkpoint(const struct forge *f, struct buf *ret)
{
	struct checkpoint c = { .size = forge_entries_before(f, f->count) };
	const struct signing_key *key = f->checkpoint;
	struct err e;

	(void)snprintf(c.origin, sizeof(c.origin), "%s", f->origin);
	c.root = forge_root(f, c.size);
	must(checkpoint_sign(&c, &key, 1, ret, &e), &e);
	if (f->cosigner != NULL) {
		size_t text = (size_t)(strstr(ret->data, "\n\n") + 1 - ret->data);

		must(note_sign_line(ret->data, text, f->cosigner,
				    (uint64_t)f->said[f->count - 1].at, ret, &e), &e);
	}
}

static void
put(struct bundle_manifest *m, const char *folder, enum bundle_file kind, const struct buf *bytes)
{
	char path[300];
	struct err e;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, bundle_file_name(kind));
	must(file_write(path, bytes->data, bytes->size, 0644, &e), &e);
	m->files[kind].present = true;
	m->files[kind].size = bytes->size;
	m->files[kind].sha256 = hash_bytes(bytes->data, bytes->size);
}

void
forge_bundle(const struct forge *f, const char *folder)
{
	struct writing w = { 0 };
	struct bundle_manifest m = { 0 };
	struct buf note = { 0 }, text = { 0 };
	char path[300];
	struct err e;

	write_all(f, UINT64_MAX, &w);
	forge_checkpoint(f, &note);
	must(file_folder(folder, &e), &e);
	m.entries = w.tree.size;
	m.events = w.event_count;
	if (f->party != NULL)
		(void)snprintf(m.party, sizeof(m.party), "%s", f->party);
	put(&m, folder, BUNDLE_ENTRIES, &w.entries);
	put(&m, folder, BUNDLE_EVENTS, &w.events);
	put(&m, folder, BUNDLE_CHECKPOINT, &note);
	bundle_manifest_format(&m, &text);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, BUNDLE_MANIFEST);
	must(file_write(path, text.data, text.size, 0644, &e), &e);
	buf_free(&w.entries);
	buf_free(&w.events);
	buf_free(&note);
	buf_free(&text);
}
