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
rewind_lines(struct lines *l, uint64_t offset)
{
	l->start = l->end = 0;
	l->offset = offset;
	l->over = false;
}

void
bundle_rewind(struct bundle_source *s)
{
	rewind_lines(&s->entries, s->first.entries_size);
	rewind_lines(&s->events, s->first.events_size);
	s->next = s->first.rows;
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
	if (row->line == s->first.rows + s->place_count) {
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

	if (from < s->next)
		bundle_rewind(s);
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

/* ---- of a first part that is not read ---- */

/* The lines of a block, all of its entries or all of its events. */
static enum rc
read_block(const struct bundle_source *s, uint64_t number, bool events, struct buf *ret,
	   struct err *e)
{
	const struct block *b = &s->blocks[number];
	bool last = (number + 1) * BLOCK >= s->first.rows;
	uint64_t from = events ? b->event : b->entry, to;

	if (last)
		to = events ? s->first.events_size : s->first.entries_size;
	else
		to = events ? b[1].event : b[1].entry;
	buf_clear(ret);
	return bundle_read_at(events ? &s->events : &s->entries, from, (size_t)(to - from), ret, e);
}

static enum rc
look_at_block(struct bundle_source *s, uint64_t number, struct err *e)
{
	enum rc rc;

	if (s->looked.number == number)
		return RC_OK;
	s->looked.number = UINT64_MAX;
	rc = read_block(s, number, false, &s->looked.entries, e);
	if (rc == RC_OK)
		rc = read_block(s, number, true, &s->looked.events, e);
	if (rc == RC_OK)
		s->looked.number = number;
	return rc;
}

/* The line that begins at `*at`; false at the end. */
static bool
next_line(const struct buf *lines, size_t *at, const char **ret, size_t *ret_size)
{
	const char *from = *at < lines->size ? lines->data + *at : NULL;
	const char *lf = from == NULL ? NULL : memchr(from, '\n', lines->size - *at);

	if (lf == NULL)
		return false;
	*ret = from;
	*ret_size = (size_t)(lf - from);
	*at += *ret_size + 1;
	return true;
}

static enum rc
fetch_first(struct bundle_source *s, uint64_t seq, struct buf *ret_entry, struct buf *ret_event,
	    bool *ret_missing, struct err *e)
{
	size_t entry_at = 0, event_at = 0, size = 0;
	struct replay_row row = { .entry = NULL };
	enum rc rc = look_at_block(s, seq / BLOCK, e);

	if (rc != RC_OK)
		return rc;
	for (uint64_t i = seq / BLOCK * BLOCK; i <= seq; i++) {
		const char *line;

		row = (struct replay_row){ .entry = NULL };
		if (!next_line(&s->looked.entries, &entry_at, &row.entry, &row.entry_size))
			return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " is not in the bundle any more",
				       seq);
		if (!is_event_entry(row.entry, row.entry_size))
			continue;
		if (next_line(&s->looked.events, &event_at, &line, &size))
			bundle_set_event(&row, line, size);
		else
			row.presence = EVENT_NOT;
	}
	if (ret_entry != NULL)
		buf_add(ret_entry, row.entry, row.entry_size);
	if (ret_event != NULL && row.event != NULL)
		buf_add(ret_event, row.event, row.event_size);
	if (ret_missing != NULL)
		*ret_missing = row.event == NULL && is_event_entry(row.entry, row.entry_size);
	return RC_OK;
}

static bool
blocks_ascend(const struct block *b, size_t count, const struct bundle_kept *k)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t entry = i + 1 < count ? b[i + 1].entry : k->entries_size;
		uint64_t event = i + 1 < count ? b[i + 1].event : k->events_size;

		if (b[i].entry > entry || b[i].event > event ||
		    entry - b[i].entry > BLOCK * (LIMIT_EVENT_BYTES + 1) ||
		    event - b[i].event > BLOCK * (LIMIT_EVENT_BYTES + 1))
			return false;
	}
	return true;
}

bool
bundle_take_kept(struct bundle_source *s, const struct buf *kept, uint64_t from)
{
	struct bundle_kept k;
	size_t count = (size_t)((from + BLOCK - 1) / BLOCK);

	if (kept == NULL || kept->size < sizeof(k))
		return false;
	memcpy(&k, kept->data, sizeof(k));
	if (memcmp(k.kind, "bundle\0", sizeof(k.kind)) != 0 || k.rows != from ||
	    kept->size != sizeof(k) + count * sizeof(struct block) ||
	    !hash_part_is_of(&k.entries, k.entries_size) ||
	    !hash_part_is_of(&k.events, k.events_size))
		return false;
	s->blocks = mem_grow(s->blocks, count, sizeof(*s->blocks));
	memcpy(s->blocks, kept->data + sizeof(k), count * sizeof(*s->blocks));
	if (!blocks_ascend(s->blocks, count, &k))
		return false;
	s->first = k;
	return true;
}

static void
keep(const struct replay_source *base, struct buf *ret)
{
	const struct bundle_source *s = (const struct bundle_source *)base;
	struct bundle_kept k;
	struct block b = { s->entries.size, s->events.size }, *blocks;
	size_t known = (size_t)((s->first.rows + BLOCK - 1) / BLOCK), count;

	memset(&k, 0, sizeof(k));
	memcpy(k.kind, "bundle", 6);
	k.rows = s->first.rows + s->place_count;
	k.entries_size = s->entries.size;
	k.events_size = s->events.size;
	k.entries = s->entries_sum;
	k.events = s->events_sum;
	count = (size_t)((k.rows + BLOCK - 1) / BLOCK);
	blocks = mem_alloc((count + 1) * sizeof(*blocks));
	if (known > 0)
		memcpy(blocks, s->blocks, known * sizeof(*blocks));
	for (size_t i = s->place_count; i > 0; i--) {
		const struct place *p = &s->places[i - 1];
		uint64_t row = s->first.rows + i - 1;

		b.entry = p->entry;
		b.event = p->event_size > 0 ? p->event : b.event;
		if (row % BLOCK == 0)
			blocks[row / BLOCK] = b;
	}
	buf_add(ret, &k, sizeof(k));
	buf_add(ret, blocks, count * sizeof(*blocks));
	free(blocks);
}

/* ---- by number ---- */

static enum rc
fetch(struct replay_source *base, uint64_t seq, struct buf *ret_entry, struct buf *ret_event,
      bool *ret_missing, struct err *e)
{
	struct bundle_source *s = (struct bundle_source *)base;
	const struct place *p;
	enum rc rc = RC_OK;

	if (seq < s->first.rows)
		return fetch_first(s, seq, ret_entry, ret_event, ret_missing, e);
	if (seq - s->first.rows >= s->place_count)
		return rc_fail(e, RC_NOT_FOUND, "entry %" PRIu64 " is not in the bundle", seq);
	p = &s->places[seq - s->first.rows];
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
	base->keep = keep;
	base->note = note;
}
