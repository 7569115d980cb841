/* submission_file.c - the file that travels: the submission's line, then each event's. */
#include "submission.h"

#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"
#include "merkle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes one line off [*at, end); false where no LF ends it. */
static bool
take_line(const char **at, const char *end, const char **ret, size_t *ret_size)
{
	const char *lf = memchr(*at, '\n', (size_t)(end - *at));

	if (lf == NULL)
		return false;
	*ret = *at;
	*ret_size = (size_t)(lf - *at);
	*at = lf + 1;
	return true;
}

static enum rc
take_events(const char *at, const char *end, struct submission_file *file, struct err *e)
{
	uint64_t count = file->submission.count;

	for (uint64_t i = 0; i < count; i++) {
		struct event_bytes *x = &file->events[i];

		if (at == end)
			return rc_fail(e, RC_REFUSED, "line %" PRIu64 ": expected %" PRIu64
				       " events as \"count\" says, found %" PRIu64, i + 2, count, i);
		if (!take_line(&at, end, &x->bytes, &x->size))
			return rc_fail(e, RC_REFUSED, "line %" PRIu64 ": expected LF at its end, "
				       "found the end of the file", i + 2);
		if (x->size > LIMIT_EVENT_BYTES)
			return rc_fail(e, RC_REFUSED, "line %" PRIu64 ": expected an event of at most "
				       "%d bytes, found %zu", i + 2, LIMIT_EVENT_BYTES, x->size);
	}
	if (at != end)
		return rc_fail(e, RC_REFUSED, "line %" PRIu64 ": expected the end after %" PRIu64
			       " events as \"count\" says, found more", count + 2, count);
	return RC_OK;
}

enum rc
submission_file_check_root(const struct submission_file *file, struct err *e)
{
	struct merkle_frontier f = { 0 };
	char expected[HASH_HEX], found[HASH_HEX];
	struct hash root;

	for (uint64_t i = 0; i < file->submission.count; i++)
		merkle_add(&f, file->events[i].digest);
	root = merkle_root(&f);
	if (hash_equal(root, file->submission.root))
		return RC_OK;
	hash_format(root, expected);
	hash_format(file->submission.root, found);
	return rc_fail(e, RC_REFUSED, "line 1: \"root\": expected %s, the root of the events below, "
		       "found %s: an event was changed after signing", expected, found);
}

enum rc
submission_file_split(const char *bytes, size_t size, uint64_t count_max, struct arena *arena,
		      struct submission_file *ret, struct err *e)
{
	struct submission_file x = { .bytes = bytes };
	const char *at = bytes, *end = bytes + size;
	enum rc rc;

	if (size > LIMIT_FILE_BYTES && count_max <= LIMIT_FILE_EVENTS)
		return rc_fail(e, RC_REFUSED, "expected at most %u bytes, found %zu: split it into "
			       "several submissions", LIMIT_FILE_BYTES, size);
	if (!take_line(&at, end, &x.bytes, &x.size))
		return rc_fail(e, RC_REFUSED, "line 1: expected a submission and LF at its end, "
			       "found %s", size == 0 ? "an empty file" : "no LF");
	rc = submission_parse(x.bytes, x.size, &x.submission, e);
	if (rc != RC_OK)
		return rc_where(e, "line 1");
	if (x.submission.count > count_max)
		return rc_fail(e, RC_REFUSED, "line 1: expected a \"count\" of at most %" PRIu64
			       ", found %" PRIu64 ": split it into several submissions", count_max,
			       x.submission.count);
	if (x.submission.count > size)	/* before memory is taken for them */
		return rc_fail(e, RC_REFUSED, "line 1: expected %" PRIu64 " events as \"count\" "
			       "says, found a file of %zu bytes", x.submission.count, size);
	x.events = arena_array(arena, (size_t)x.submission.count, sizeof(*x.events));
	rc = take_events(at, end, &x, e);
	if (rc == RC_OK)
		*ret = x;
	return rc;
}

enum rc
submission_file_parse(const char *bytes, size_t size, uint64_t count_max, struct arena *arena,
		      struct submission_file *ret, struct err *e)
{
	struct submission_file x;
	enum rc rc = submission_file_split(bytes, size, count_max, arena, &x, e);

	for (uint64_t i = 0; rc == RC_OK && i < x.submission.count; i++)
		x.events[i].digest = hash_leaf(x.events[i].bytes, x.events[i].size);
	if (rc == RC_OK)
		rc = submission_file_check_root(&x, e);
	if (rc == RC_OK)
		*ret = x;
	return rc;
}

enum rc
submission_file_make(const struct submission_args *args, struct buf *ret, struct err *e)
{
	struct submission s = { .count = args->count, .submitted_at = args->submitted_at };
	struct merkle_frontier f = { 0 };
	enum rc rc;

	if (args->count == 0)
		return rc_fail(e, RC_USAGE, "a submission says at least one event");
	snprintf(s.ledger, sizeof(s.ledger), "%s", args->ledger);
	snprintf(s.id, sizeof(s.id), "%s", args->id);
	for (size_t i = 0; i < args->count; i++)
		merkle_add(&f, hash_leaf(args->events[i].bytes, args->events[i].size));
	s.root = merkle_root(&f);
	rc = submission_sign(&s, args->key, e);
	if (rc != RC_OK)
		return rc;
	submission_format(&s, ret);
	buf_byte(ret, '\n');
	for (size_t i = 0; i < args->count; i++) {
		buf_add(ret, args->events[i].bytes, args->events[i].size);
		buf_byte(ret, '\n');
	}
	return RC_OK;
}
