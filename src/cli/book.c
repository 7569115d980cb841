/* book.c - a party's own names for the events it signed, one JSON object a line.
 *
 * A label that is signed again means the new event from then on: a file that was
 * refused can be mended and signed again under the same labels.
 */
#include "event_list.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "limits_utfall.h"

#define LABEL_MAX 40

bool
label_may_be(const char *text, size_t length)
{
	return length > 0 && length <= LABEL_MAX &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
		       length;
}

/* FNV-1a, for the table of labels. */
static size_t
label_slot(const char *label, size_t slot_count)
{
	uint64_t h = 14695981039346656037u;

	for (; *label != '\0'; label++)
		h = (h ^ (unsigned char)*label) * 1099511628211u;
	return (size_t)(h % slot_count);
}

/* The slot that holds `label`, or the free one where it belongs. */
static uint32_t *
slot_of(const struct book *b, const char *label)
{
	size_t i = label_slot(label, b->slot_count);

	while (b->slots[i] != 0 && strcmp(b->lines[b->slots[i] - 1].label, label) != 0)
		i = (i + 1) % b->slot_count;
	return &b->slots[i];
}

static void
grow_slots(struct book *b)
{
	b->slot_count = 2 * b->capacity;
	b->slots = arena_array(b->call->arena, b->slot_count, sizeof(b->slots[0]));
	for (size_t i = 0; i < b->count; i++)
		*slot_of(b, b->lines[i].label) = (uint32_t)i + 1;
}

static void
add(struct book *b, const struct book_line *line)
{
	if (b->count == b->capacity) {
		b->lines = arena_room(b->call->arena, b->lines, b->count, &b->capacity,
				      sizeof(*b->lines));
		grow_slots(b);
	}
	b->lines[b->count++] = *line;
	*slot_of(b, line->label) = (uint32_t)b->count;
}

static enum rc
read_line(struct book *b, const char *text, size_t size, size_t number, struct err *e)
{
	const struct json *value;
	const char *digest, *label, *type;
	struct hash h;
	enum rc rc = json_read(text, size, JSON_RELAXED, b->call->arena, &value, NULL, e);

	if (rc != RC_OK)
		return rc_where(e, "%s:%zu", b->path, number);
	digest = json_get_string(value, "digest");
	label = json_get_string(value, "label");
	type = json_get_string(value, "type");
	if (digest == NULL || label == NULL || type == NULL ||
	    !hash_parse(digest, strlen(digest), &h))
		return rc_fail(e, RC_REFUSED, "%s:%zu: expected {\"digest\":...,\"label\":...,"
			       "\"type\":...}; this is no book that --book wrote", b->path, number);
	add(b, &(struct book_line){ .label = label, .type = type, .digest = h });
	return RC_OK;
}

static enum rc
read_book(struct book *b, struct err *e)
{
	struct buf text = { 0 };
	size_t number = 1, at = 0;
	enum rc rc = file_read(b->path, LIMIT_FILE_BYTES, &text, e);

	while (rc == RC_OK && at < text.size) {
		const char *line = text.data + at;
		const char *end = memchr(line, '\n', text.size - at);
		size_t size = end == NULL ? text.size - at : (size_t)(end - line);

		if (size != 0)
			rc = read_line(b, line, size, number, e);
		at += size + 1;
		number++;
	}
	buf_free(&text);
	b->kept = b->count;
	return rc;
}

enum rc
book_open(struct call *call, struct book *ret, struct err *e)
{
	struct book b = { .call = call, .path = call_option(call, "book") };
	enum rc rc = RC_OK;

	if (b.path != NULL && access(b.path, F_OK) == 0)
		rc = read_book(&b, e);
	if (rc == RC_OK)
		*ret = b;
	return rc;
}

const struct book_line *
book_find(const struct book *b, const char *label)
{
	uint32_t slot = b->count == 0 ? 0 : *slot_of(b, label);

	return slot == 0 ? NULL : &b->lines[slot - 1];
}

void
book_add(struct book *b, const char *label, enum event_type type, struct hash digest)
{
	add(b, &(struct book_line){ .label = label, .type = event_info(type)->name,
				    .digest = digest });
}

enum rc
book_check_save(const struct book *b, struct err *e)
{
	return b->path == NULL || b->count == b->kept ? RC_OK : file_check_write(b->path, e);
}

enum rc
book_save(struct book *b, struct err *e)
{
	struct buf text = { 0 };
	char hex[HASH_HEX];
	enum rc rc;

	if (b->path == NULL || b->count == b->kept)
		return RC_OK;
	for (size_t i = 0; i < b->count; i++) {
		struct json line = json_object();

		hash_format(b->lines[i].digest, hex);
		json_set(b->call->arena, &line, "digest", json_string(hex));
		json_set(b->call->arena, &line, "label", json_string(b->lines[i].label));
		json_set(b->call->arena, &line, "type", json_string(b->lines[i].type));
		json_write(&line, &text);
		buf_byte(&text, '\n');
	}
	rc = file_write(b->path, text.data, text.size, 0600, e);
	buf_free(&text);
	if (rc != RC_OK)
		rc = rc_fail(e, RC_SYSTEM, "done, but its labels are not kept: %s; 'utfall events' lists "
			     "the digests that they stand for", e->text);
	return rc;
}
