/* replay_source_bundle.c - a bundle, a folder or a tar of it, as something to read again.
 *
 * Files are read by pread(), never mapped: a replay of any length keeps two buffers, and where
 * each line starts. Opening is in replay_source_open.c.
 */
#include "replay_bundle.h"

#include "arena.h"
#include "limits_utfall.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- lines ---- */

/* Bytes that may still be read: of the buffer and of the file. */
static size_t
room(const struct lines *l)
{
	uint64_t left = l->size - (l->offset + l->end);

	return left < BUNDLE_CHUNK - l->end ? (size_t)left : BUNDLE_CHUNK - l->end;
}

static enum rc
fill(struct lines *l, struct err *e)
{
	ssize_t got;

	memmove(l->buffer, l->buffer + l->start, l->end - l->start);
	l->end -= l->start;
	l->start = 0;
	got = pread(l->fd, l->buffer + l->end, room(l), (off_t)(l->base + l->offset + l->end));
	if (got < 0)
		return rc_fail(e, RC_SYSTEM, "%s: %s", l->name, strerror(errno));
	l->over = got == 0;
	l->end += (size_t)got;
	return RC_OK;
}

enum rc
bundle_take_line(struct lines *l, const char **ret, size_t *ret_size, uint64_t *ret_offset,
		 struct err *e)
{
	for (;;) {
		const char *from = l->buffer + l->start;
		const char *lf = memchr(from, '\n', l->end - l->start);
		enum rc rc;

		if (lf != NULL) {
			*ret = from;
			*ret_size = (size_t)(lf - from);
			*ret_offset = l->offset;
			l->start += *ret_size + 1;
			l->offset += *ret_size + 1;
			return RC_OK;
		}
		if (l->over && l->start == l->end) {
			*ret = NULL;
			return RC_OK;
		}
		if (l->over || l->end - l->start > LIMIT_EVENT_BYTES)
			return rc_fail(e, RC_NO, "%s: expected a line of at most %d bytes that ends in "
				       "LF", l->name, LIMIT_EVENT_BYTES);
		rc = fill(l, e);
		if (rc != RC_OK)
			return rc;
	}
}

static void
rewind_lines(struct lines *l)
{
	l->start = l->end = 0;
	l->offset = 0;
	l->over = false;
}

/* ---- rows ---- */

/* {"erased":"<digest>"} or {"withheld":"<digest>"} */
static bool
is_gone(const char *line, size_t size, const char *word, struct hash *ret)
{
	size_t length = strlen(word);

	return size == length + 64 + 2 && memcmp(line, word, length) == 0 &&
		memcmp(line + length + 64, "\"}", 2) == 0 &&
		hash_parse(line + length, 64, ret);
}

void
bundle_set_event(struct replay_row *row, const char *line, size_t size)
{
	row->event = line;
	row->event_size = size;
	row->presence = EVENT_THERE;
	if (is_gone(line, size, "{\"erased\":\"", &row->gone))
		row->presence = EVENT_ERASED;
	else if (is_gone(line, size, "{\"withheld\":\"", &row->gone))
		row->presence = EVENT_WITHHELD;
	if (row->presence != EVENT_THERE)
		row->event = NULL;
}

static bool
is_event_entry(const char *bytes, size_t size)
{
	static const char member[] = "\",\"event\":\"";

	return size > 40 && memcmp(bytes + 27, member, sizeof(member) - 1) == 0;
}

static enum rc
take_row(struct bundle_source *s, struct replay_row *row, struct err *e)
{
	struct place p = { .event = 0 };
	const char *line;
	size_t size = 0;
	enum rc rc = bundle_take_line(&s->entries, &row->entry, &row->entry_size, &p.entry, e);

	if (rc != RC_OK || row->entry == NULL)
		return rc;
	p.entry_size = (uint32_t)row->entry_size;
	if (is_event_entry(row->entry, row->entry_size)) {
		rc = bundle_take_line(&s->events, &line, &size, &p.event, e);
		if (rc != RC_OK)
			return rc;
		if (line != NULL)
			bundle_set_event(row, line, size);
		p.event_size = (uint32_t)size;
		p.missing = row->event == NULL;
	}
	if (row->line == s->place_count) {
		s->places = mem_room(s->places, s->place_count, &s->place_capacity,
				     sizeof(*s->places));
		s->places[s->place_count++] = p;
	}
	return RC_OK;
}

/* Behind the last entry there are no more events. */
static enum rc
check_end(struct bundle_source *s, struct err *e)
{
	const char *rest;
	size_t size;
	uint64_t offset;
	enum rc rc = bundle_take_line(&s->events, &rest, &size, &offset, e);

	if (rc == RC_OK && rest != NULL)
		rc = rc_fail(e, RC_NO, "events.jsonl: expected the end behind the event of the last "
			     "entry, found more lines");
	return rc;
}

static enum rc
scan(struct replay_source *base, uint64_t from, uint64_t to, replay_row_fn *fn, void *arg,
     struct err *e)
{
	struct bundle_source *s = (struct bundle_source *)base;
	enum rc rc = RC_OK;

	if (from < s->next) {
		rewind_lines(&s->entries);
		rewind_lines(&s->events);
		s->next = 0;
	}
	while (rc == RC_OK && s->next < to) {
		struct replay_row row = { .line = s->next, .presence = EVENT_NOT };

		rc = take_row(s, &row, e);
		if (rc == RC_OK && row.entry == NULL)
			return check_end(s, e);
		s->next++;
		if (rc == RC_OK && row.line >= from)
			rc = fn(arg, &row, e);
	}
	return rc;
}

enum rc
bundle_read_at(const struct lines *l, uint64_t offset, size_t size, struct buf *ret,
	       struct err *e)
{
	char chunk[4096];

	while (size > 0) {
		size_t want = size < sizeof(chunk) ? size : sizeof(chunk);
		ssize_t got = pread(l->fd, chunk, want, (off_t)(l->base + offset));

		if (got < 0)
			return rc_fail(e, RC_SYSTEM, "%s: %s", l->name, strerror(errno));
		if (got == 0)
			return rc_fail(e, RC_INTEGRITY, "%s: ends before its last byte", l->name);
		buf_add(ret, chunk, (size_t)got);
		size -= (size_t)got;
		offset += (uint64_t)got;
	}
	return RC_OK;
}

static enum rc
fetch(struct replay_source *base, uint64_t seq, struct buf *ret_entry, struct buf *ret_event,
      bool *ret_missing, struct err *e)
{
	struct bundle_source *s = (struct bundle_source *)base;
	const struct place *p;
	enum rc rc = RC_OK;

	if (seq >= s->place_count)
		return rc_fail(e, RC_NOT_FOUND, "entry %" PRIu64 " is not in the bundle", seq);
	p = &s->places[seq];
	if (ret_entry != NULL)
		rc = bundle_read_at(&s->entries, p->entry, p->entry_size, ret_entry, e);
	if (rc == RC_OK && ret_event != NULL && !p->missing && p->event_size > 0)
		rc = bundle_read_at(&s->events, p->event, p->event_size, ret_event, e);
	if (rc == RC_OK && ret_missing != NULL)
		*ret_missing = p->missing;
	return rc;
}

/* The rotation whose checkpoint has this size. */
/* One of the notes, behind its length in decimal and LF; false where there is no further one. */
static bool
next_rotation(const char **at, size_t *left, const char **ret_text, size_t *ret_size)
{
	const char *lf = *left == 0 ? NULL : memchr(*at, '\n', *left);
	char length[24];

	if (lf == NULL)
		return false;
	*ret_text = lf + 1;
	*ret_size = strtoull(*at, NULL, 10);
	(void)snprintf(length, sizeof(length), "%zu\n", *ret_size);
	*left -= (size_t)(*ret_text - *at);
	if (*ret_size == 0 || *ret_size > *left ||
	    strncmp(*at, length, (size_t)(*ret_text - *at)) != 0)
		return false;
	*at = *ret_text + *ret_size;
	*left -= *ret_size;
	return true;
}

enum rc
bundle_check_rotations(const struct bundle_source *s, struct err *e)
{
	const char *at = s->rotations.data, *text;
	size_t left = s->rotations.size, size;

	while (left > 0)
		if (!next_rotation(&at, &left, &text, &size))
			return rc_fail(e, RC_INTEGRITY, "rotations: expected checkpoints, each behind a "
				       "line with its length in bytes, found something else %zu bytes "
				       "before the end", left);
	return RC_OK;
}

static enum rc
note(struct replay_source *base, uint64_t size, struct buf *ret, struct err *e)
{
	struct bundle_source *s = (struct bundle_source *)base;
	const char *at = s->rotations.data, *text;
	size_t left = s->rotations.size, length;

	while (next_rotation(&at, &left, &text, &length)) {
		const char *second = memchr(text, '\n', length);

		if (second == NULL || strtoull(second + 1, NULL, 10) != size)
			continue;
		buf_add(ret, text, length);
		return RC_OK;
	}
	return rc_fail(e, RC_NOT_FOUND, "the bundle holds no checkpoint of size %" PRIu64, size);
}

void
bundle_source_methods(struct replay_source *base)
{
	base->scan = scan;
	base->fetch = fetch;
	base->note = note;
}
