/* test_store_fault.c - a disk that fails, fills up or loses power at every single operation.
 *
 * Whatever happens: the ledger opens again, SQLite finds it sound, every acknowledged
 * transaction is there whole, an unacknowledged one is there whole or not at all, and
 * where the store said that nothing was written, nothing was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "buf.h"
#include "file.h"
#include "index.h"
#include "random.h"
#include "store_write.h"
#include "vfs_fault.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LEDGER "fault.db"
#define BASE 5			/* entries that are there before */

static char *const folder = (char[]){ "/tmp/utfall-test-XXXXXX" };
static struct err err;
static struct buf base;		/* the file as it is before */

/* What one run has been told, and what it may find. */
static struct {
	uint64_t acknowledged;		/* size that a commit answered for */
	uint64_t attempted;		/* size that an unanswered one may have reached */
	uint64_t erased;		/* an event whose erasure was acknowledged; 0 for none */
	size_t event_size;
	const char *what;
	uint64_t operation;
} run;

#define OK(call) do { \
	if ((call) != RC_OK) \
		fail_msg("%s at %llu: %s: %s", run.what, (unsigned long long)run.operation, #call, \
			 err.text); \
} while (0)

static int
remove_folder(void **state)
{
	static const char *const names[] = {
		LEDGER, LEDGER "-wal", LEDGER "-shm", LEDGER "-journal"
	};

	(void)state;
	vfs_fault_forget();
	buf_free(&base);
	for (size_t i = 0; i < COUNT(names); i++)
		(void)unlink(names[i]);
	return chdir("/") != 0 || rmdir(folder) != 0;
}

/* Bytes that say whose they are; some fill several pages. */
static void
bytes_of(const char *what, uint64_t seq, struct buf *ret)
{
	size_t size = seq % 7 == 3 ? 40000 : 100 + seq * 37 % 400;

	buf_clear(ret);
	while (ret->size < (seq >= BASE && run.event_size > 0 ? run.event_size : size))
		buf_printf(ret, "{%s %llu}", what, (unsigned long long)seq);
}

static struct store_head
head_of(uint64_t size)
{
	struct store_head head = { .size = size };

	if (size > 0)
		head.root = hash_bytes(&size, sizeof(size));
	return head;
}

struct append {
	struct index *index;
	uint64_t from, count;
};

static enum rc
append(struct store *s, void *arg, struct err *e)
{
	struct append *a = arg;
	struct store_head old = head_of(a->from), new = head_of(a->from + a->count);
	struct buf entry = { 0 }, event = { 0 };
	enum rc rc = RC_OK;

	for (uint64_t seq = a->from; rc == RC_OK && seq < new.size; seq++) {
		bytes_of("entry", seq, &entry);
		bytes_of("event", seq, &event);
		rc = store_append(s, seq, entry.data, entry.size, event.data, event.size, e);
	}
	if (rc == RC_OK)
		rc = store_put_receipt(s, a->from, "receipt", 7, e);
	if (rc == RC_OK)
		rc = store_put_cache(s, CACHE_STATE, 1, event.data, event.size, e);
	if (rc == RC_OK)
		rc = store_swap_head(s, &old, &new, "note\n", 5, e);
	buf_free(&entry);
	buf_free(&event);
	return rc;
}

static int
make_folder(void **state)
{
	struct append first = { .count = BASE };
	struct store *s = NULL;

	(void)state;
	run.what = "before";
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 1;
	OK(store_create(LEDGER, &s, &err));
	OK(store_transaction(s, append, &first, &err));
	store_close(s);
	OK(file_read(LEDGER, SIZE_MAX, &base, &err));
	vfs_fault_install();
	return 0;
}

static void
restore(void)
{
	FILE *f;

	(void)unlink(LEDGER "-wal");
	(void)unlink(LEDGER "-shm");
	(void)unlink(LEDGER "-journal");
	vfs_fault_forget();
	vfs_fault_arm(FAULT_NONE, 0);
	f = fopen(LEDGER, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(base.data, 1, base.size, f), base.size);
	assert_int_equal(fclose(f), 0);
	run.acknowledged = run.attempted = BASE;
	run.erased = 0;
}

/* ---- what is done while the disk fails ---- */

static enum rc
erase(struct store *s, void *arg, struct err *e)
{
	return store_erase_event(s, *(uint64_t *)arg, e);
}

static bool
says_unknown(void)
{
	return strstr(err.text, "unknown") != NULL;
}

static enum rc
step_append(struct store *s, uint64_t count)
{
	struct append a = { .from = run.acknowledged, .count = count };
	enum rc rc = store_transaction(s, append, &a, &err);

	run.attempted = a.from + count;
	if (rc == RC_OK)
		run.acknowledged = run.attempted;
	else if (!says_unknown())
		run.attempted = run.acknowledged;
	assert_true(rc == RC_OK || rc == RC_SYSTEM);
	return rc;
}

static enum rc
step_erase(struct store *s)
{
	uint64_t seq = 1;
	enum rc rc = store_transaction(s, erase, &seq, &err);

	if (rc == RC_OK)
		run.erased = seq;
	return rc;
}

/* Stops at the first failure, as a program does. */
static void
work(void)
{
	struct store *s = NULL;

	if (store_open_append(LEDGER, &s, &err) != RC_OK)
		return;
	if (step_append(s, 3) == RC_OK && step_append(s, 1) == RC_OK
	    && store_scrub(s, true, &err) == RC_OK && step_append(s, 4) == RC_OK
	    && step_erase(s) == RC_OK && store_scrub(s, true, &err) == RC_OK)
		(void)step_append(s, 2);
	store_close(s);
}

/* ---- what must hold afterwards ---- */

static void
check_sound(void)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	const char *text;

	assert_int_equal(sqlite3_open_v2(LEDGER, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	text = (const char *)sqlite3_column_text(st, 0);
	if (strcmp(text, "ok") != 0)
		fail_msg("%s at %llu: %s", run.what, (unsigned long long)run.operation, text);
	sqlite3_finalize(st);
	sqlite3_close(db);
}

static enum rc
check_row(void *arg, const struct store_row *row, struct err *e)
{
	uint64_t *next = arg;
	struct buf want = { 0 };
	bool good;

	(void)e;
	bytes_of("entry", row->seq, &want);
	good = row->seq == *next && row->entry_size == want.size
		&& memcmp(row->entry, want.data, want.size) == 0 && row->has_event;
	bytes_of("event", row->seq, &want);
	if (row->event == NULL)
		good = good && row->seq == 1;	/* erasing it was attempted */
	else
		good = good && (run.erased == 0 || row->seq != run.erased)
			&& row->event_size == want.size
			&& memcmp(row->event, want.data, want.size) == 0;
	buf_free(&want);
	if (!good)
		fail_msg("%s at %llu: entry %llu is not what was appended", run.what,
			 (unsigned long long)run.operation, (unsigned long long)row->seq);
	++*next;
	return RC_OK;
}

static void
check(void)
{
	struct store_head head = { 0 };
	struct store *s = NULL;
	uint64_t next = 0;

	OK(store_open_append(LEDGER, &s, &err));
	OK(store_head(s, &head, NULL, &err));
	if (head.size != run.acknowledged && head.size != run.attempted)
		fail_msg("%s at %llu: head of size %llu, acknowledged %llu, attempted %llu",
			 run.what, (unsigned long long)run.operation,
			 (unsigned long long)head.size, (unsigned long long)run.acknowledged,
			 (unsigned long long)run.attempted);
	assert_true(hash_equal(head.root, head_of(head.size).root));
	OK(store_scan(s, 0, UINT64_MAX, check_row, &next, &err));
	assert_int_equal(next, head.size);
	run.acknowledged = run.attempted = head.size;
	OK(step_append(s, 1));
	store_close(s);
	check_sound();
}

/* ---- every operation in turn ---- */

static void
at_every_operation(enum fault what, const char *name, bool then_power)
{
	uint64_t runs = 0;

	random_start(name);
	for (run.operation = 1;; run.operation++) {
		run.what = name;
		restore();
		vfs_fault_arm(what, run.operation);
		work();
		if (!vfs_fault_happened())
			break;
		if (what == FAULT_POWER || then_power)
			vfs_fault_reboot();
		else
			vfs_fault_arm(FAULT_NONE, 0);
		check();
		runs++;
	}
	printf("# %s: %llu operations\n", name, (unsigned long long)runs);
	assert_true(runs > 15);
}

static void
a_write_or_sync_fails(void **state)
{
	(void)state;
	at_every_operation(FAULT_ERROR, "fails", false);
	at_every_operation(FAULT_ERROR, "fails, then power is lost", true);
}

static void
a_write_or_sync_is_done_and_says_it_failed(void **state)
{
	(void)state;
	at_every_operation(FAULT_LIAR, "lies", false);
	at_every_operation(FAULT_LIAR, "lies, then power is lost", true);
}

static void
the_disk_fills_up(void **state)
{
	(void)state;
	at_every_operation(FAULT_FULL, "full", false);
	at_every_operation(FAULT_FULL, "full, then power is lost", true);
}

/* The page cache still shows what was written; the platters may never have it. */
static void
a_failed_sync_loses_what_it_covered(void **state)
{
	(void)state;
	at_every_operation(FAULT_SYNC, "sync loses", true);
}

static void
power_is_lost(void **state)
{
	(void)state;
	at_every_operation(FAULT_POWER, "power", true);
}

static void
a_full_disk_says_so(void **state)
{
	struct store *s = NULL;

	(void)state;
	run.what = "full";
	restore();
	OK(store_open_append(LEDGER, &s, &err));
	vfs_fault_arm(FAULT_FULL, 1);
	assert_int_equal(step_append(s, 1), RC_SYSTEM);
	assert_string_equal(err.text, "the disk is full: " LEDGER ", committing; nothing was written; "
			    "make room and do it again");
	vfs_fault_arm(FAULT_NONE, 0);
	OK(step_append(s, 1));		/* the same handle goes on when there is room */
	store_close(s);
	check();
}

static void
an_unknown_commit_ends_the_handle(void **state)
{
	struct store *s = NULL;

	(void)state;
	run.what = "unknown";
	restore();
	OK(store_open_append(LEDGER, &s, &err));
	vfs_fault_arm(FAULT_SYNC, 1);
	assert_int_equal(step_append(s, 1), RC_SYSTEM);
	assert_string_equal(err.text, LEDGER ": the disk failed during the commit (disk I/O error): "
			    "whether it was written is unknown; open the ledger again and look "
			    "before sending it again");
	assert_int_equal(step_append(s, 1), RC_SYSTEM);
	assert_string_equal(err.text, LEDGER ": appending: the result of an earlier commit is "
			    "unknown; close the ledger and open it again");
	store_close(s);
	check();
}

/* ---- seeds ---- */

static void
random_faults(uint64_t seeds, size_t event_size, uint64_t operations)
{
	static const enum fault faults[] = {
		FAULT_ERROR, FAULT_LIAR, FAULT_FULL, FAULT_SYNC, FAULT_POWER, FAULT_POWER
	};

	for (uint64_t i = 0; i < seeds; i++) {
		run.what = "random faults";
		run.event_size = event_size;
		restore();
		for (uint64_t crashes = 1 + random_below(3); crashes > 0; crashes--) {
			struct store *s = NULL;
			bool open;

			vfs_fault_arm(faults[random_below(COUNT(faults))],
				      run.operation = 1 + random_below(operations));
			open = store_open_append(LEDGER, &s, &err) == RC_OK;
			while (open && step_append(s, 1 + random_below(6)) == RC_OK
			       && !vfs_fault_happened() && run.acknowledged < 400)
				if (random_below(8) == 0 && store_scrub(s, true, &err) != RC_OK)
					break;
			store_close(s);
			if (random_below(4) != 0)
				vfs_fault_reboot();
			else
				vfs_fault_arm(FAULT_NONE, 0);
			check();
		}
		run.event_size = 0;
	}
}

static void
many_seeds(void **state)
{
	const char *seeds = getenv("UTFALL_SEEDS");

	(void)state;
	random_start("many_seeds");
	random_faults(seeds == NULL ? random_rounds(1000) : strtoull(seeds, NULL, 10), 0, 80);
	/* Large enough that the write-ahead log is moved into the file between commits. */
	random_faults(random_rounds(8), 65000, 4000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_says_so),
		cmocka_unit_test(an_unknown_commit_ends_the_handle),
		cmocka_unit_test(a_write_or_sync_fails),
		cmocka_unit_test(a_write_or_sync_is_done_and_says_it_failed),
		cmocka_unit_test(the_disk_fills_up),
		cmocka_unit_test(a_failed_sync_loses_what_it_covered),
		cmocka_unit_test(power_is_lost),
		cmocka_unit_test(many_seeds),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
