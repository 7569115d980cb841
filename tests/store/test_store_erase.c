/* test_store_erase.c - erased bytes are in none of the ledger's files; all others still are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "random.h"
#include "store_test.h"
#include "store_write.h"

#define EVENTS 1200
#define MARK 20		/* bytes of a mark, anywhere in a file of megabytes only by being written */

static struct {
	size_t size;
	uint64_t seed;
	bool erased, doomed;
} events[EVENTS];

/* Event n is marks, one behind the other, each of its own: "n.place......". */
static void
event_bytes(size_t n, struct buf *ret)
{
	buf_clear(ret);
	while (ret->size < events[n].size)
		buf_printf(ret, "<%016llx%02x>",
			   (unsigned long long)events[n].seed + ret->size / MARK * 256,
			   (unsigned)(n & 0xff));
	ret->size = events[n].size;
}

static enum rc
append_all(struct store *s, void *arg, struct err *e)
{
	struct buf b = { 0 };
	size_t *next = arg, end = *next + EVENTS / 4;
	enum rc rc = RC_OK;

	for (; rc == RC_OK && *next < end; ++*next) {
		event_bytes(*next, &b);
		rc = store_append(s, *next, "{entry}", 7, b.data, b.size, e);
	}
	buf_free(&b);
	return rc;
}

static enum rc
erase_doomed(struct store *s, void *arg, struct err *e)
{
	(void)arg;
	for (size_t n = 0; n < EVENTS; n++) {
		enum rc rc = events[n].doomed ? store_erase_event(s, n, e) : RC_OK;

		if (rc != RC_OK)
			return rc;
		events[n].erased |= events[n].doomed;
		events[n].doomed = false;
	}
	return RC_OK;
}

/* Seeds of all whole marks that the files hold, sorted. */
static int
by_seed(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t *
marks_in_files(size_t *ret_count)
{
	static const char *const names[] = { LEDGER, LEDGER "-wal", LEDGER "-shm" };
	struct buf b = { 0 };
	uint64_t *found = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; i < 3; i++)
		if (access(names[i], F_OK) == 0)
			OK(file_read(names[i], SIZE_MAX, &b, &err));
	for (size_t i = 0; i + MARK <= b.size; i++) {
		char hex[17] = { 0 };

		/* Half a mark is enough to be found out. */
		if (b.data[i] != '<' || memchr(b.data + i, '\0', 10) != NULL)
			continue;
		memcpy(hex, b.data + i + 1, 16);
		found = mem_room(found, count, &room, sizeof(*found));
		found[count++] = strtoull(hex, NULL, 16);
	}
	buf_free(&b);
	qsort(found, count, sizeof(*found), by_seed);
	*ret_count = count;
	return found;
}

static void
check_files(void)
{
	size_t count;
	uint64_t *found = marks_in_files(&count);

	for (size_t n = 0; n < EVENTS; n++)
		for (size_t at = 0; at + MARK <= events[n].size; at += MARK) {
			uint64_t seed = events[n].seed + at / MARK * 256;
			bool there = bsearch(&seed, found, count, sizeof(*found), by_seed) != NULL;

			if (there && events[n].erased)
				fail_msg("event %zu of %zu bytes: erased, but byte %zu is still there",
					 n, events[n].size, at);
			if (!there && !events[n].erased && events[n].size < 8000)
				fail_msg("event %zu of %zu bytes: byte %zu is gone", n,
					 events[n].size, at);
		}
	free(found);
}

static void
check_store(struct store *s)
{
	struct buf got = { 0 }, want = { 0 };

	for (size_t n = 0; n < EVENTS; n++) {
		bool erased = !events[n].erased;

		buf_clear(&got);
		OK(store_event(s, n, &got, &erased, &err));
		assert_int_equal(erased, events[n].erased);
		event_bytes(n, &want);
		assert_int_equal(got.size, erased ? 0 : want.size);
		assert_int_equal(memcmp(got.data, want.data, got.size), 0);
	}
	buf_free(&got);
	buf_free(&want);
}

static void
erased_bytes_are_nowhere(void **state)
{
	struct store *s = NULL;
	size_t next = 0;

	(void)state;
	random_start("erased_bytes_are_nowhere");
	for (size_t n = 0; n < EVENTS; n++) {
		events[n].size = random_below(20) == 0 ? 1 + random_below(65535)
						       : 100 + random_below(900);
		events[n].seed = random_bits() & ~UINT64_C(0xfffffff);
	}
	OK(store_create(LEDGER, &s, &err));
	while (next < EVENTS)
		OK(store_transaction(s, append_all, &next, &err));
	for (int round = 0; round < 8; round++) {
		size_t from = random_below(EVENTS), chance = 1 + random_below(20);

		for (size_t i = 0; i < EVENTS / 10; i++)
			events[(from + i) % EVENTS].doomed = random_below(chance) == 0;
		OK(store_transaction(s, erase_doomed, NULL, &err));
		OK(store_scrub(s, true, &err));
		check_files();
		check_store(s);
	}
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erased_bytes_are_nowhere),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
