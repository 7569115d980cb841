/* test_store_disk.c - a real disk that has no more room: a limit on the size of files. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "buf.h"
#include "store_test.h"
#include "store_write.h"

#define ROWS 40
#define ROW 5000

static int
with_limits(void **state)
{
	(void)signal(SIGXFSZ, SIG_IGN);
	return make_folder(state);
}

static void
limit_files(rlim_t size)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static enum rc
append(struct store *s, void *arg, struct err *e)
{
	static const char row[ROW] = "{event}";
	uint64_t *size = arg;
	struct store_head old = { .size = *size }, new = { .size = *size + ROWS };
	enum rc rc = RC_OK;

	for (uint64_t seq = *size; rc == RC_OK && seq < new.size; seq++)
		rc = store_append(s, seq, row, sizeof(row), row, sizeof(row), e);
	return rc != RC_OK ? rc : store_swap_head(s, &old, &new, "note\n", 5, e);
}

static enum rc
append_some(struct store *s, uint64_t *size)
{
	enum rc rc = store_transaction(s, append, size, &err);

	if (rc == RC_OK)
		*size += ROWS;
	return rc;
}

static void
head_is(struct store *s, uint64_t size)
{
	struct store_head head = { 0 };
	struct buf b = { 0 };

	assert_int_equal(store_head(s, &head, NULL, &err), RC_OK);
	assert_int_equal(head.size, size);
	assert_int_equal(store_entry(s, size, &b, &err), RC_NOT_FOUND);
	assert_int_equal(store_entry(s, size - 1, &b, &err), RC_OK);
	assert_int_equal(b.size, ROW);
	buf_free(&b);
}

static void
a_full_disk_loses_nothing(void **state)
{
	struct store *s = NULL;
	uint64_t size = 0;

	(void)state;
	assert_int_equal(store_create(LEDGER, &s, &err), RC_OK);
	assert_int_equal(append_some(s, &size), RC_OK);
	limit_files(4 << 20);
	while (append_some(s, &size) == RC_OK)
		assert_true(size < 10000);
	assert_int_equal(err.rc, RC_SYSTEM);
	assert_string_equal(err.text, "the disk is full: " LEDGER ", committing; nothing was written; "
			    "make room and do it again");
	assert_true(size > ROWS);
	head_is(s, size);
	assert_int_equal(append_some(s, &size), RC_SYSTEM);
	head_is(s, size);
	store_close(s);

	/* Another process, with as little room. */
	assert_int_equal(store_open_append(LEDGER, &s, &err), RC_OK);
	head_is(s, size);
	limit_files(RLIM_INFINITY);
	assert_int_equal(append_some(s, &size), RC_OK);
	head_is(s, size);
	store_close(s);
}

static void
no_room_for_a_new_ledger(void **state)
{
	struct store *s = NULL;

	(void)state;
	(void)remove_ledger(NULL);
	limit_files(5000);
	assert_int_equal(store_create(LEDGER, &s, &err), RC_SYSTEM);
	limit_files(RLIM_INFINITY);
	assert_string_equal(err.text, "the disk is full: " LEDGER ", making the tables; nothing was "
			    "written; make room and do it again");
	assert_null(s);
	assert_int_not_equal(access(LEDGER, F_OK), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_loses_nothing),
		cmocka_unit_test(no_room_for_a_new_ledger),
	};

	return cmocka_run_group_tests(tests, with_limits, remove_folder);
}
