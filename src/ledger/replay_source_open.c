/* replay_source_open.c - opens a bundle: every file is held against the manifest first, the long
 * ones from where an earlier replay came to: their hash goes on from there. */
#include "replay_bundle.h"

#include "arena.h"
#include "limits_utfall.h"
#include "tar.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- members ---- */

/* An octal number of a tar header. */
static uint64_t
octal(const char *text, size_t length)
{
	uint64_t value = 0;

	for (size_t i = 0; i < length && text[i] >= '0' && text[i] <= '7'; i++)
		value = value << 3 | (uint64_t)(text[i] - '0');
	return value;
}

/* Where `name` lies in the tar; only what tar_write() makes is read, names without a folder. */
static enum rc
find_in_tar(const struct place_in *in, const char *name, struct lines *ret, struct err *e)
{
	char head[TAR_BLOCK];
	uint64_t at = 0;
	ssize_t got;

	while ((got = pread(in->fd, head, TAR_BLOCK, (off_t)at)) == TAR_BLOCK && head[0] != '\0') {
		uint64_t size = octal(head + 124, 11);
		const char *slash;

		head[99] = '\0';
		slash = strrchr(head, '/');
		if (strcmp(slash == NULL ? head : slash + 1, name) == 0 && head[156] != '5') {
			ret->base = at + TAR_BLOCK;
			ret->size = size;
			ret->fd = dup(in->fd);
			return ret->fd >= 0 ? RC_OK :
				rc_fail(e, RC_SYSTEM, "%s: %s", in->path, strerror(errno));
		}
		if (size > UINT64_MAX / 2 - at)
			break;
		at += TAR_BLOCK + (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
	}
	if (got < 0)
		return rc_fail(e, RC_SYSTEM, "%s: %s", in->path, strerror(errno));
	return rc_fail(e, RC_INTEGRITY, got == TAR_BLOCK ? "%s: expected a file %s in it, found none" :
		       "%s: expected a file %s in it, found none: its end was cut off", in->path, name);
}

static enum rc
open_member(const struct place_in *in, const char *name, struct lines *ret, struct err *e)
{
	char path[4096];
	struct stat st;

	ret->name = name;
	if (in->tar)
		return find_in_tar(in, name, ret, e);
	(void)snprintf(path, sizeof(path), "%s/%s", in->path, name);
	ret->base = 0;
	ret->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0)
		return rc_fail(e, errno == ENOENT ? RC_INTEGRITY : RC_SYSTEM, "%s: %s", path,
			       strerror(errno));
	if (fstat(ret->fd, &st) != 0)
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	ret->size = (uint64_t)st.st_size;
	return RC_OK;
}

static void
close_member(struct lines *l)
{
	if (l->fd >= 0)
		(void)close(l->fd);
	l->fd = -1;
}

static void
free_source(struct replay_source *base)
{
	struct bundle_source *s = (struct bundle_source *)base;

	close_member(&s->entries);
	close_member(&s->events);
	if (s->in.fd >= 0)
		(void)close(s->in.fd);
	free(s->in.path);
	free(s->entries.buffer);
	free(s->events.buffer);
	free(s->places);
	free(s->blocks);
	buf_free(&s->rotations);
	buf_free(&s->looked.entries);
	buf_free(&s->looked.events);
	buf_free(&base->head);
	buf_free(&base->cosigned);
	buf_free(&base->keys);
	free(s);
}

static struct source_damage *
damage_of(struct bundle_source *s, enum bundle_file file)
{
	const struct bundle_manifest *m = &s->manifest;
	struct source_damage *d = &s->base.damage[s->base.damage_count++];
	char hex[HASH_HEX];

	hash_format(m->files[file].sha256, hex);
	d->file = bundle_file_name(file);
	(void)snprintf(d->expected, sizeof(d->expected), "%" PRIu64 " bytes with SHA-256 %s, as the "
		       "manifest says", m->files[file].size, hex);
	return d;
}

/* Adds what the file holds from `at` on to `sum`. */
static enum rc
add_file(const struct bundle_source *s, const struct lines *l, uint64_t at, struct hash_part *sum,
	 uint64_t *ret_end, struct err *e)
{
	char *buffer = mem_alloc(BUNDLE_CHUNK);
	ssize_t got = 0;

	while (at < l->size) {
		uint64_t left = l->size - at;

		got = pread(l->fd, buffer, left < BUNDLE_CHUNK ? (size_t)left : BUNDLE_CHUNK,
			    (off_t)(l->base + at));
		if (got <= 0)
			break;
		hash_part_add(sum, buffer, (size_t)got);
		at += (uint64_t)got;
	}
	free(buffer);
	if (got < 0)
		return rc_fail(e, RC_SYSTEM, "%s/%s: %s", s->in.path, l->name, strerror(errno));
	*ret_end = at;
	return RC_OK;
}

/* Hash and size of a whole file against the manifest; `*sum` is that of its first `from` bytes and
 * becomes that of all. RC_NO: these are others now. */
static enum rc
check_file(struct bundle_source *s, enum bundle_file file, const struct lines *l, uint64_t from,
	   struct hash_part *sum, struct err *e)
{
	const struct bundle_manifest *m = &s->manifest;
	char found[HASH_HEX];
	struct source_damage *d;
	uint64_t end = 0;
	bool same;
	enum rc rc = add_file(s, l, from, sum, &end, e);

	if (rc != RC_OK)
		return rc;
	same = hash_equal(hash_part_end(*sum), m->files[file].sha256) && end == m->files[file].size;
	if (!same && from > 0) {
		*sum = hash_part_begin();
		rc = check_file(s, file, l, 0, sum, e);
		return rc == RC_OK && s->base.damage_count == 0 ?
			rc_fail(e, RC_NO, "%s is written anew", l->name) : rc;
	}
	if (same)
		return RC_OK;
	hash_format(hash_part_end(*sum), found);
	d = damage_of(s, file);
	(void)snprintf(d->found, sizeof(d->found), "%" PRIu64 " bytes with %s", end, found);
	return RC_OK;
}

/* Opens and checks a file; nothing is opened where the manifest has none, or where it is gone. */
static enum rc
open_file(struct bundle_source *s, enum bundle_file file, uint64_t from, struct hash_part *sum,
	  struct lines *ret, struct err *e)
{
	enum rc rc;

	ret->fd = -1;
	if (!s->manifest.files[file].present)
		return RC_OK;
	rc = open_member(&s->in, bundle_file_name(file), ret, e);
	if (rc == RC_INTEGRITY) {
		(void)snprintf(damage_of(s, file)->found, sizeof(s->base.damage[0].found), "%s",
			       "no such file");
		s->base.unreadable = s->base.unreadable || file == BUNDLE_ENTRIES ||
			file == BUNDLE_EVENTS || file == BUNDLE_CHECKPOINT;
		return RC_OK;
	}
	return rc == RC_OK ? check_file(s, file, ret, from, sum, e) : rc;
}

/* A file that is kept in memory whole, or only checked where `ret` is NULL. */
static enum rc
read_small(struct bundle_source *s, enum bundle_file file, struct buf *ret, struct err *e)
{
	struct lines l = { .fd = -1 };
	struct hash_part sum = hash_part_begin();
	enum rc rc = open_file(s, file, 0, &sum, &l, e);

	if (rc == RC_OK && l.fd >= 0 && l.size > LIMIT_FILE_BYTES)
		rc = rc_fail(e, RC_REFUSED, "%s/%s: expected at most %u bytes", s->in.path, l.name,
			     LIMIT_FILE_BYTES);
	else if (rc == RC_OK && l.fd >= 0 && ret != NULL)
		rc = bundle_read_at(&l, 0, (size_t)l.size, ret, e);
	close_member(&l);
	return rc;
}

static enum rc
read_manifest(const struct place_in *in, struct bundle_manifest *ret, struct err *e)
{
	struct lines l = { .fd = -1 };
	struct buf text = { 0 };
	enum rc rc = open_member(in, BUNDLE_MANIFEST, &l, e);

	if (rc == RC_OK && l.size > LIMIT_NOTE_BYTES)
		rc = rc_fail(e, RC_REFUSED, "expected at most %u bytes", LIMIT_NOTE_BYTES);
	if (rc == RC_OK)
		rc = bundle_read_at(&l, 0, (size_t)l.size, &text, e);
	if (rc == RC_OK)
		rc = bundle_manifest_parse(text.data, text.size, ret, e);
	close_member(&l);
	buf_free(&text);
	if (rc == RC_OK && (!ret->files[BUNDLE_ENTRIES].present ||
			    !ret->files[BUNDLE_EVENTS].present ||
			    !ret->files[BUNDLE_CHECKPOINT].present))
		rc = rc_fail(e, RC_REFUSED, "expected entries.jsonl, events.jsonl and checkpoint "
			     "among its files");
	if (rc == RC_REFUSED) {
		e->rc = RC_INTEGRITY;
		rc = rc_where(e, "%s/%s", in->path, BUNDLE_MANIFEST);
	}
	return rc;
}

static enum rc
open_all(struct bundle_source *s, struct err *e)
{
	const struct bundle_kept *k = &s->first;
	enum rc rc;

	s->entries_sum = k->rows > 0 ? k->entries : hash_part_begin();
	s->events_sum = k->rows > 0 ? k->events : hash_part_begin();
	rc = open_file(s, BUNDLE_ENTRIES, k->entries_size, &s->entries_sum, &s->entries, e);
	if (rc == RC_OK)
		rc = open_file(s, BUNDLE_EVENTS, k->events_size, &s->events_sum, &s->events, e);
	if (rc == RC_OK)
		rc = read_small(s, BUNDLE_CHECKPOINT, &s->base.head, e);
	if (rc == RC_OK)
		rc = read_small(s, BUNDLE_COSIGNED, &s->base.cosigned, e);
	if (rc == RC_OK)
		rc = read_small(s, BUNDLE_KEYS, &s->base.keys, e);
	s->base.has_keys = s->manifest.files[BUNDLE_KEYS].present;
	if (rc == RC_OK)
		rc = read_small(s, BUNDLE_ROTATIONS, &s->rotations, e);
	if (rc == RC_OK && s->base.damage_count == 0)
		rc = bundle_check_rotations(s, e);
	return rc;
}

static enum rc
begin(struct replay_source *base, const struct buf *kept, uint64_t from, struct err *e)
{
	struct bundle_source *s = (struct bundle_source *)base;
	enum rc rc;

	close_member(&s->entries);
	close_member(&s->events);
	buf_clear(&base->head);
	buf_clear(&base->cosigned);
	buf_clear(&base->keys);
	buf_clear(&s->rotations);
	base->damage_count = s->place_count = 0;
	base->unreadable = false;
	memset(&s->first, 0, sizeof(s->first));
	s->looked.number = UINT64_MAX;
	base->placed = bundle_take_kept(s, kept, from);
	rc = open_all(s, e);
	bundle_rewind(s);
	return rc;
}

static enum rc
open_place(const char *path, struct place_in *ret, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return rc_fail(e, errno == ENOENT ? RC_NOT_FOUND : RC_SYSTEM, "%s: %s", path,
			       strerror(errno));
	ret->tar = S_ISREG(st.st_mode);
	if (!ret->tar)
		return RC_OK;
	ret->fd = open(path, O_RDONLY | O_CLOEXEC);
	return ret->fd >= 0 ? RC_OK : rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
}

enum rc
replay_source_bundle(const char *path, struct replay_source **ret, struct err *e)
{
	struct bundle_source *s = mem_alloc(sizeof(*s));
	enum rc rc;

	memset(s, 0, sizeof(*s));
	bundle_source_methods(&s->base);
	s->base.begin = begin;
	s->base.free = free_source;
	s->base.manifest = &s->manifest;
	s->in.path = mem_alloc(strlen(path) + 1);
	memcpy(s->in.path, path, strlen(path) + 1);
	s->in.fd = -1;
	s->entries = (struct lines){ .fd = -1, .buffer = mem_alloc(BUNDLE_CHUNK) };
	s->events = (struct lines){ .fd = -1, .buffer = mem_alloc(BUNDLE_CHUNK) };
	rc = open_place(path, &s->in, e);
	if (rc == RC_OK)
		rc = read_manifest(&s->in, &s->manifest, e);
	if (rc != RC_OK) {
		free_source(&s->base);
		return rc;
	}
	s->base.size = s->manifest.entries;
	*ret = &s->base;
	return RC_OK;
}
