/* replay_bodies.c - the events that an auditor has, by digest. A line takes 24 bytes of memory. */
#include "replay_bodies.h"
#include "replay_bundle.h"

#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct body {
	uint64_t prefix;		/* of its digest */
	uint64_t offset;
	uint32_t size;
	bool erased;
};

struct replay_bodies {
	struct lines file;
	struct body *items;		/* by prefix */
	size_t count, capacity;
};

static uint64_t
prefix_of(struct hash h)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | h.bytes[i];
	return v;
}

static int
compare(const void *a, const void *b)
{
	const struct body *x = a, *y = b;

	return x->prefix < y->prefix ? -1 : x->prefix > y->prefix;
}

static enum rc
read_lines(struct replay_bodies *b, struct err *e)
{
	const char *line;
	uint64_t offset;
	size_t size;
	enum rc rc;

	while ((rc = bundle_take_line(&b->file, &line, &size, &offset, e)) == RC_OK &&
	       line != NULL) {
		struct replay_row row = { .presence = EVENT_NOT };
		struct body x = { .offset = offset, .size = (uint32_t)size };

		bundle_set_event(&row, line, size);
		if (row.presence == EVENT_WITHHELD)
			continue;
		x.erased = row.presence == EVENT_ERASED;
		x.prefix = prefix_of(x.erased ? row.gone : hash_leaf(line, size));
		b->items = mem_room(b->items, b->count, &b->capacity, sizeof(*b->items));
		b->items[b->count++] = x;
	}
	if (b->count > 0)
		qsort(b->items, b->count, sizeof(*b->items), compare);
	return rc == RC_NO ? rc_fail(e, RC_REFUSED, "expected one event a line, each line ending in "
				     "LF") : rc;
}

static enum rc
open_file(struct replay_bodies *b, const char *path, struct err *e)
{
	struct arena *arena = arena_new();
	struct stat st;
	enum rc rc = RC_OK;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		path = arena_printf(arena, "%s/%s", path, bundle_file_name(BUNDLE_EVENTS));
	b->file.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (b->file.fd < 0 || fstat(b->file.fd, &st) != 0)
		rc = rc_fail(e, errno == ENOENT ? RC_NOT_FOUND : RC_SYSTEM, "%s: %s", path,
			     strerror(errno));
	else
		b->file.size = (uint64_t)st.st_size;
	arena_free(arena);
	return rc;
}

enum rc
replay_bodies_open(const char *path, struct replay_bodies **ret, struct err *e)
{
	struct replay_bodies *b = mem_alloc(sizeof(*b));
	enum rc rc;

	memset(b, 0, sizeof(*b));
	b->file = (struct lines){ .fd = -1, .name = "events", .buffer = mem_alloc(BUNDLE_CHUNK) };
	rc = open_file(b, path, e);
	if (rc == RC_OK) {
		rc = read_lines(b, e);
		if (rc != RC_OK)
			rc = rc_where(e, "%s", path);
	}
	if (rc != RC_OK) {
		replay_bodies_free(b);
		return rc;
	}
	*ret = b;
	return RC_OK;
}

void
replay_bodies_free(struct replay_bodies *b)
{
	if (b == NULL)
		return;
	if (b->file.fd >= 0)
		(void)close(b->file.fd);
	free(b->file.buffer);
	free(b->items);
	free(b);
}

/* First item of this prefix or beyond. */
static size_t
first_of(const struct replay_bodies *b, uint64_t prefix)
{
	size_t low = 0, high = b->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->items[middle].prefix < prefix)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum rc
replay_bodies_find(const struct replay_bodies *b, struct hash digest, struct buf *ret,
		   enum presence *ret_presence, struct err *e)
{
	uint64_t prefix = prefix_of(digest);
	struct buf bytes = { 0 };
	enum rc rc = RC_OK;

	*ret_presence = EVENT_WITHHELD;
	for (size_t i = b == NULL ? 0 : first_of(b, prefix);
	     rc == RC_OK && b != NULL && i < b->count && b->items[i].prefix == prefix; i++) {
		const struct body *x = &b->items[i];

		if (x->erased && *ret_presence == EVENT_WITHHELD)
			*ret_presence = EVENT_ERASED;
		if (x->erased)
			continue;
		buf_clear(&bytes);
		rc = bundle_read_at(&b->file, x->offset, x->size, &bytes, e);
		if (rc != RC_OK || !hash_equal(hash_leaf(bytes.data, bytes.size), digest))
			continue;
		buf_add(ret, bytes.data, bytes.size);
		*ret_presence = EVENT_THERE;
		break;
	}
	buf_free(&bytes);
	return rc;
}
