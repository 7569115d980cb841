/* test_engine_cache.c - a disk that fails or fills up while a statement is recorded and what its
 * engine worked out is kept: at every single operation.
 *
 * Either nothing is recorded, or the statement is; what is kept of the engine, and whether anything
 * is, changes no answer. Who asked is told where nothing is kept (and, where only the answer of a
 * commit was lost, where it is).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "settle.h"
#include "vfs_fault.h"
#include "world_test.h"

static struct buf base;		/* the ledger before the statement */
static struct hash late;	/* a job that is attested behind it */

static struct ledger *
opened(void)
{
	struct ledger *l = NULL;

	assert_rc(ledger_append_open(w->path, &l, &w->e), RC_OK);
	return l;
}

static void
closed(void)
{
	ledger_close(w->l);
	w->l = NULL;
}

/* The file is as it was before the statement, and nothing stands beside it. */
static void
restore(void)
{
	static const char *const behind[] = { "-wal", "-shm", "-journal" };
	char path[100];

	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", w->path, behind[i]);
		(void)unlink(path);
	}
	vfs_fault_forget();
	vfs_fault_arm(FAULT_NONE, 0);
	assert_rc(file_write(w->path, base.data, base.size, 0600, &w->e), RC_OK);
}

static enum rc
settle_here(struct err *ret_unkept)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = w->now, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random, .ret_unkept = ret_unkept };
	struct statement s;

	buf_clear(&w->receipt);
	return ledger_append_statement(w->l, &args, &w->receipt, &s, &w->e);
}

/* The lines of the next statement, as a reader finds them; is an engine kept? */
static bool
next_lines(struct buf *ret)
{
	struct arena *arena = arena_new();
	const struct json *issued;
	struct ledger *l;
	bool kept;

	buf_clear(ret);
	assert_rc(ledger_open_read(w->path, &l, &w->e), RC_OK);
	kept = ledger_keeps_engine(l, w->contract);
	assert_rc(ledger_settle_dry(l, w->contract, DATE_NEVER, world_add_line, ret, arena, &issued,
				    &w->e), RC_OK);
	ledger_close(l);
	arena_free(arena);
	return kept;
}

struct seen {
	unsigned kept, unkept, refused;
	struct buf lines;	/* of the next statement: always the same */
};

/* False where the fault did not come any more. */
static bool
try_fault(enum fault what, uint64_t operation, struct seen *seen)
{
	struct err unkept = { .rc = RC_MAX };
	struct buf lines = { 0 };
	bool happened, kept;
	enum rc rc;

	restore();
	w->l = opened();
	vfs_fault_arm(what, operation);
	rc = settle_here(&unkept);
	happened = vfs_fault_happened();
	vfs_fault_arm(FAULT_NONE, 0);
	closed();
	w->l = opened();
	if (rc != RC_OK) {		/* the disk is well again */
		assert_rc(rc, RC_SYSTEM);
		assert_int_equal(unkept.rc, RC_MAX);
		rc = settle_here(&unkept);
		assert_true(rc == RC_OK || rc == RC_REFUSED);	/* it was recorded unanswered */
		assert_int_equal(unkept.rc, rc == RC_OK ? RC_OK : RC_MAX);
		rc = RC_SYSTEM;
	}
	w->drawn = 1000;		/* the same salts and ids every time */
	attest(late, "accepted");
	closed();
	kept = next_lines(&lines);
	assert_true(kept || unkept.rc == (rc == RC_OK ? RC_SYSTEM : RC_MAX));
	if (seen->lines.size == 0)
		buf_add(&seen->lines, lines.data, lines.size);
	assert_int_equal(lines.size, seen->lines.size);
	assert_memory_equal(lines.data, seen->lines.data, lines.size);
	*(rc != RC_OK ? &seen->refused : kept ? &seen->kept : &seen->unkept) += 1;
	buf_free(&lines);
	return happened;
}

static void
test_faults(void **state)
{
	static const enum fault faults[] = { FAULT_ERROR, FAULT_FULL };
	struct seen seen = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint64_t n = 1;

		seen.refused = seen.unkept = seen.kept = 0;
		while (try_fault(faults[i], n, &seen))
			n++;
		print_message("# %s: %u refused, %u unkept, %u kept\n",
			      i == 0 ? "an error" : "a full disk", seen.refused, seen.unkept,
			      seen.kept);
		assert_true(seen.refused > 0 && seen.unkept > 0 && seen.kept > 0);
	}
	buf_free(&seen.lines);
}

/* Two jobs, one attested: a ledger that was closed. */
static int
set_up(void **state)
{
	vfs_fault_install();
	(void)world_set_up(state);
	attest(place_by(TEAM, 1, "2017-02-10"), "accepted");
	late = place_by(TEAM, 2, "2017-02-15");
	closed();
	w->now = 1492300800;	/* 2017-04-16 */
	return file_read(w->path, SIZE_MAX, &base, &w->e) != RC_OK;
}

static int
tear_down(void **state)
{
	buf_free(&base);
	vfs_fault_forget();
	return world_tear_down(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_faults, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
