/* test_store.c - what the store refuses, and that nothing else can change a record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "embed.h"
#include "file.h"
#include "store_test.h"
#include "store_write.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOTE "origin\n3\nroot\n\n\xe2\x80\x94 a b\n"

static void
refused(enum rc rc, enum rc want, const char *text)
{
	if (rc != want || strcmp(err.text, text) != 0)
		fail_msg("%s '%s',\nexpected %s '%s'", rc_name(rc), err.text, rc_name(want), text);
}

/* ---- a transaction of one step ---- */

struct step {
	enum { APPEND, APPEND_EVENT, SWAP, RECEIPT, COSIGN, ERASE, CACHE, CLEAR } what;
	uint64_t number, old;	/* APPEND: seq; SWAP: size, old size; else seq, size or number */
	const char *text;
	char old_root;
};

static enum rc
run_step(struct store *s, const struct step *t, struct err *e)
{
	struct store_head old = { .size = t->old }, new = { .size = t->number };
	size_t size = t->text == NULL ? 0 : strlen(t->text);

	memset(old.root.bytes, t->old_root, sizeof(old.root.bytes));
	memset(new.root.bytes, 'r', sizeof(new.root.bytes));
	switch (t->what) {
	case APPEND:
		return store_append(s, t->number, t->text, size, NULL, 0, e);
	case APPEND_EVENT:
		return store_append(s, t->number, "{entry}", 7, t->text, size, e);
	case SWAP:
		return store_swap_head(s, &old, &new, t->text, size, e);
	case RECEIPT:
		return store_put_receipt(s, t->number, t->text, size, e);
	case COSIGN:
		return store_cosign(s, t->number, t->text, size, e);
	case ERASE:
		return store_erase_event(s, t->number, e);
	case CACHE:
		return store_put_cache(s, CACHE_STATE, t->number, t->text, size, e);
	case CLEAR:
		return store_clear_caches(s, e);
	}
	abort();
}

static enum rc
run_one(struct store *s, void *arg, struct err *e)
{
	return run_step(s, arg, e);
}

static enum rc
run_three(struct store *s, void *arg, struct err *e)
{
	const struct step steps[] = {
		{ APPEND, 0, 0, "{submission}", 0 },
		{ APPEND_EVENT, 1, 0, "{event one}", 0 },
		{ APPEND_EVENT, 2, 0, "{event two}", 0 },
		{ SWAP, 3, 0, NOTE, 0 },
		{ RECEIPT, 0, 0, "receipt", 0 },
		{ CACHE, 7, 0, "state", 0 },
	};

	(void)arg;
	for (size_t i = 0; i < COUNT(steps); i++) {
		enum rc rc = run_step(s, &steps[i], e);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
one(struct store *s, struct step t)
{
	return store_transaction(s, run_one, &t, &err);
}

/* Three entries, the last two with events, a head, a receipt. */
static struct store *
new_ledger(void)
{
	struct store *s = NULL;

	OK(store_create("sqlite:" LEDGER, &s, &err));
	OK(store_transaction(s, run_three, NULL, &err));
	return s;
}

/* ---- opening ---- */

static void
what_is_no_ledger_is_refused(void **state)
{
	static const struct {
		const char *url, *bytes;
		size_t size;
		enum rc rc;
		const char *text;
	} cases[] = {
		{ "", NULL, 0, RC_USAGE, "'' names no ledger; expected a path or sqlite:PATH" },
		{ "sqlite:", NULL, 0, RC_USAGE,
		  "'sqlite:' names no ledger; expected a path or sqlite:PATH" },
		{ "postgres:dbname=x", NULL, 0, RC_USAGE,
		  "postgres:dbname=x: this build keeps ledgers in SQLite files only; "
		  "expected a path or sqlite:PATH" },
		{ "sqlite:none.db", NULL, 0, RC_NOT_FOUND, "no ledger at none.db; init makes one" },
		{ ".", NULL, 0, RC_SYSTEM, ".: reading the ledger: Is a directory; expected a file" },
		{ LEDGER, "", 0, RC_REFUSED, LEDGER " is empty, not a ledger; an interrupted init "
		  "leaves such a file: remove it and run init again" },
		{ LEDGER, "hello", 5, RC_REFUSED, LEDGER " is not a ledger: expected an SQLite file; "
		  "name the file that init made" },
		{ LEDGER, "SQLite format 3", 16, RC_REFUSED, LEDGER " is not a ledger: expected an "
		  "SQLite file; name the file that init made" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct store *s = NULL;

		if (cases[i].bytes != NULL)
			OK(file_write(LEDGER, cases[i].bytes, cases[i].size, 0600, &err));
		refused(store_open_read(cases[i].url, &s, &err), cases[i].rc, cases[i].text);
		refused(store_open_append(cases[i].url, &s, &err), cases[i].rc, cases[i].text);
		assert_null(s);
	}
}

/* Another number at `offset` of the file's header, big-endian. */
static void
set_header(long offset, uint8_t last)
{
	FILE *f = fopen(LEDGER, "r+b");

	assert_non_null(f);
	assert_int_equal(fseek(f, offset + 3, SEEK_SET), 0);
	assert_int_equal(fputc(last, f), last);
	assert_int_equal(fclose(f), 0);
}

static void
another_programs_database_is_refused(void **state)
{
	static const char foreign[] = LEDGER " is not a ledger: it is the database of another "
		"program (application id 0x75746662, expected 0x75746661); name the file that init "
		"made";
	static const char newer[] = LEDGER " was written by a newer utfall: its schema is 9, this "
		"program knows 1; use that version or a later one";
	static const char older[] = LEDGER ": its schema is 0, older than this program's 1; open it "
		"once with a command that writes, which brings it up to date";
	struct store *s = new_ledger(), *none = NULL;

	(void)state;
	assert_int_equal(embed_schema_count, 1);
	store_close(s);
	set_header(60, 9);
	refused(store_open_read(LEDGER, &none, &err), RC_REFUSED, newer);
	refused(store_open_append(LEDGER, &none, &err), RC_REFUSED, newer);
	set_header(60, 0);
	refused(store_open_read(LEDGER, &none, &err), RC_REFUSED, older);
	set_header(60, 1);
	set_header(68, 0x62);
	refused(store_open_read(LEDGER, &none, &err), RC_REFUSED, foreign);
	refused(store_open_append(LEDGER, &none, &err), RC_REFUSED, foreign);
	set_header(68, 0x61);
	OK(store_open_append(LEDGER, &s, &err));
	store_close(s);
	assert_null(none);
}

static void
creating_disturbs_nothing(void **state)
{
	struct store *s = new_ledger(), *none = NULL;
	struct stat st;

	(void)state;
	refused(store_create(LEDGER, &none, &err), RC_CONFLICT, LEDGER " exists already; choose "
		"another name or use the ledger that is there");
	store_close(s);
	assert_int_equal(stat(LEDGER, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(unlink(LEDGER), 0);
	refused(store_create("none/" LEDGER, &none, &err), RC_NOT_FOUND, "none/" LEDGER
		": its folder does not exist; make it first");
	OK(file_write(LEDGER "-wal", "x", 1, 0600, &err));
	refused(store_create(LEDGER, &none, &err), RC_CONFLICT, LEDGER "-wal is left of another "
		"ledger of this name; move it away first");
	assert_int_not_equal(access(LEDGER, F_OK), 0);
	assert_null(none);
}

/* ---- the record ---- */

static void
the_record_only_grows(void **state)
{
	static const struct {
		struct step step;
		enum rc rc;
		const char *text;
	} cases[] = {
		{ { APPEND, 2, 0, "{}", 0 }, RC_CONFLICT, LEDGER ": entry 2 is not the next, which is "
		  "3: the ledger has changed since its head was read; read it again" },
		{ { APPEND, 4, 0, "{}", 0 }, RC_CONFLICT, LEDGER ": entry 4 is not the next, which is "
		  "3: the ledger has changed since its head was read; read it again" },
		{ { APPEND, 3, 0, "", 0 }, RC_REFUSED, LEDGER ": appending entry 3: the store's schema "
		  "does not allow it: CHECK constraint failed: length(bytes) BETWEEN 1 AND 65535" },
		{ { APPEND_EVENT, 3, 0, "", 0 }, RC_REFUSED, LEDGER ": appending event 3: the store's "
		  "schema does not allow it: CHECK constraint failed: length(bytes) BETWEEN 1 AND "
		  "65535" },
		{ { SWAP, 4, 2, NOTE, 'r' }, RC_CONFLICT, LEDGER ": the head is of size 3, expected 2: "
		  "another program appended first; read it again" },
		{ { SWAP, 4, 3, NOTE, 'x' }, RC_CONFLICT, LEDGER ": the head is of size 3, expected 3 "
		  "with another root: another program appended first; read it again" },
		{ { SWAP, 3, 3, NOTE, 'r' }, RC_REFUSED, LEDGER ": a head of size 3 behind one of size "
		  "3; expected all 3 entries" },
		{ { SWAP, 4, 3, NOTE, 'r' }, RC_REFUSED, LEDGER ": a head of size 4 behind one of size "
		  "3; expected all 3 entries" },
		{ { RECEIPT, 0, 0, "other", 0 }, RC_CONFLICT, LEDGER ": storing the receipt of entry 0: "
		  "there is one already" },
		{ { RECEIPT, 9, 0, "other", 0 }, RC_REFUSED, LEDGER ": storing the receipt of entry 9: "
		  "the store's schema does not allow it: FOREIGN KEY constraint failed" },
		{ { COSIGN, 2, 0, NOTE, 0 }, RC_NOT_FOUND, LEDGER " has no checkpoint of size 2" },
		{ { COSIGN, 3, 0, NOTE, 0 }, RC_REFUSED, LEDGER ": the checkpoint of size 3: expected "
		  "the same bytes with more signature lines behind" },
		{ { COSIGN, 3, 0, "x" NOTE, 0 }, RC_REFUSED, LEDGER ": the checkpoint of size 3: "
		  "expected the same bytes with more signature lines behind" },
		{ { COSIGN, 3, 0, NOTE "more text\n", 0 }, RC_REFUSED, LEDGER ": the checkpoint of size "
		  "3: expected the same bytes with more signature lines behind" },
		{ { COSIGN, 3, 0, NOTE "\xe2\x80\x94 w s", 0 }, RC_REFUSED, LEDGER ": the checkpoint of "
		  "size 3: expected the same bytes with more signature lines behind" },
		{ { ERASE, 0, 0, NULL, 0 }, RC_NOT_FOUND, LEDGER " has no event 0" },
		{ { ERASE, UINT64_MAX, 0, NULL, 0 }, RC_RANGE, LEDGER ": erasing event "
		  "18446744073709551615: too large for the store" },
	};
	struct store *s = new_ledger();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		refused(one(s, cases[i].step), cases[i].rc, cases[i].text);
	OK(one(s, (struct step){ APPEND, 3, 0, "{}", 0 }));
	OK(one(s, (struct step){ SWAP, 4, 3, NOTE, 'r' }));
	OK(one(s, (struct step){ COSIGN, 3, 0, NOTE "\xe2\x80\x94 w s\n", 0 }));
	store_close(s);
}

static void
is(const struct buf *b, const char *want)
{
	if (b->size != strlen(want) || memcmp(b->data, want, b->size) != 0)
		fail_msg("'%.*s', expected '%s'", (int)b->size, b->data, want);
}

static void
what_was_written_is_read(void **state)
{
	struct store *w = new_ledger(), *s = NULL;
	struct store_head head;
	struct buf b = { 0 };
	bool erased = true;

	(void)state;
	OK(store_open_read(LEDGER, &s, &err));
	OK(store_head(s, &head, &b, &err));
	is(&b, NOTE);
	assert_int_equal(head.size, 3);
	assert_int_equal(head.root.bytes[31], 'r');
	buf_clear(&b);
	OK(store_entry(s, 0, &b, &err));
	OK(store_event(s, 2, &b, &erased, &err));
	OK(store_receipt(s, 0, &b, &err));
	OK(store_cache(s, CACHE_STATE, 7, &b, &err));
	OK(store_checkpoint(s, 3, &b, &err));
	is(&b, "{submission}{event two}receiptstate" NOTE);
	assert_false(erased);
	refused(store_entry(s, 3, &b, &err), RC_NOT_FOUND, LEDGER " has no entry 3");
	refused(store_event(s, 0, &b, &erased, &err), RC_NOT_FOUND, LEDGER " has no event 0");
	refused(store_receipt(s, 1, &b, &err), RC_NOT_FOUND, LEDGER " has no receipt 1");
	refused(store_checkpoint(s, 2, &b, &err), RC_NOT_FOUND,
		LEDGER " has no checkpoint of size 2");
	refused(store_cache(s, CACHE_TILE, 7, &b, &err), RC_NOT_FOUND, LEDGER " has no tile 7");
	is(&b, "{submission}{event two}receiptstate" NOTE);
	buf_free(&b);
	store_close(s);
	store_close(w);
}

static void
an_empty_ledger_has_an_empty_head(void **state)
{
	struct store_head head = { .size = 9 };
	struct store *s = NULL;
	struct buf b = { 0 };

	(void)state;
	OK(store_create(LEDGER, &s, &err));
	OK(store_head(s, &head, &b, &err));
	assert_int_equal(head.size, 0);
	assert_true(hash_is_zero(head.root));
	assert_int_equal(b.size, 0);
	store_close(s);
}

static enum rc
stop_at_one(void *arg, const struct store_row *row, struct err *e)
{
	struct buf *b = arg;

	buf_printf(b, "%llu:%.*s:%s%.*s ", (unsigned long long)row->seq, (int)row->entry_size,
		   row->entry, row->has_event ? "" : "none", (int)row->event_size,
		   row->event == NULL ? "" : row->event);
	return b->size > 60 ? rc_fail(e, RC_NO, "seen enough") : RC_OK;
}

static void
a_scan_is_in_order_and_can_stop(void **state)
{
	struct store *s = new_ledger();
	struct buf b = { 0 };

	(void)state;
	OK(one(s, (struct step){ ERASE, 1, 0, NULL, 0 }));
	OK(store_scan(s, 0, UINT64_MAX, stop_at_one, &b, &err));
	is(&b, "0:{submission}:none 1:{entry}: 2:{entry}:{event two} ");
	buf_clear(&b);
	OK(store_scan(s, 1, 2, stop_at_one, &b, &err));
	is(&b, "1:{entry}: ");
	OK(store_scan(s, 2, 2, stop_at_one, &b, &err));
	OK(store_scan(s, 5, 9, stop_at_one, &b, &err));
	is(&b, "1:{entry}: ");
	buf_text(&b, "012345678901234567890123456789012345678901234567890");
	refused(store_scan(s, 0, 3, stop_at_one, &b, &err), RC_NO, "seen enough");
	buf_free(&b);
	store_close(s);
}

static enum rc
append_and_refuse(struct store *s, void *arg, struct err *e)
{
	enum rc rc = store_append(s, 3, "{}", 2, "{}", 2, e);

	(void)arg;
	return rc != RC_OK ? rc : rc_fail(e, RC_REFUSED, "on second thoughts");
}

static void
a_refusal_rolls_back(void **state)
{
	struct store *s = new_ledger();
	struct buf b = { 0 };

	(void)state;
	refused(store_transaction(s, append_and_refuse, NULL, &err), RC_REFUSED,
		"on second thoughts");
	refused(store_entry(s, 3, &b, &err), RC_NOT_FOUND, LEDGER " has no entry 3");
	OK(one(s, (struct step){ APPEND, 3, 0, "{}", 0 }));
	store_close(s);
}

static void
a_reader_keeps_its_snapshot(void **state)
{
	struct store *w = new_ledger(), *r = NULL;
	struct buf b = { 0 };

	(void)state;
	OK(store_open_read(LEDGER, &r, &err));
	OK(store_begin_read(r, &err));
	OK(one(w, (struct step){ APPEND, 3, 0, "{}", 0 }));
	refused(store_entry(r, 3, &b, &err), RC_NOT_FOUND, LEDGER " has no entry 3");
	refused(store_scrub(w, true, &err), RC_CONFLICT, LEDGER ": a program that reads the ledger keeps "
		"erased bytes in " LEDGER "-wal; end it, then open and close the ledger once more");
	store_end_read(r);
	OK(store_entry(r, 3, &b, &err));
	is(&b, "{}");
	OK(store_scrub(w, true, &err));
	buf_free(&b);
	store_close(r);
	store_close(w);
}

static enum rc
hold_the_lock(struct store *s, void *arg, struct err *e)
{
	struct step t = { APPEND, 3, 0, "{}", 0 };

	(void)s;
	refused(store_transaction(arg, run_one, &t, &err), RC_CONFLICT, LEDGER ": appending: another "
		"program kept the ledger locked for 5 seconds; try again when it is done");
	return run_step(s, &t, e);
}

static void
two_writers_take_turns(void **state)
{
	struct store *a = new_ledger(), *b = NULL;

	(void)state;
	OK(store_open_append(LEDGER, &b, &err));
	OK(store_transaction(a, hold_the_lock, b, &err));
	refused(one(b, (struct step){ APPEND, 3, 0, "{}", 0 }), RC_CONFLICT, LEDGER ": entry 3 is not "
		"the next, which is 4: the ledger has changed since its head was read; read it "
		"again");
	OK(one(b, (struct step){ APPEND, 4, 0, "{}", 0 }));
	store_close(b);
	store_close(a);
}

/* ---- caches ---- */

static enum rc
list_cache(void *arg, uint64_t number, const void *bytes, size_t size, struct err *e)
{
	(void)e;
	buf_printf(arg, "%llu=%.*s ", (unsigned long long)number, (int)size, (const char *)bytes);
	return RC_OK;
}

static void
caches_come_and_go(void **state)
{
	struct store *s = new_ledger();
	struct buf b = { 0 };

	(void)state;
	OK(one(s, (struct step){ CACHE, 8, 0, "eight", 0 }));
	OK(one(s, (struct step){ CACHE, 3, 0, "three", 0 }));
	OK(one(s, (struct step){ CACHE, 7, 0, "seven", 0 }));
	OK(store_cache_scan(s, CACHE_STATE, list_cache, &b, &err));
	is(&b, "3=three 7=seven 8=eight ");
	buf_clear(&b);
	OK(one(s, (struct step){ CACHE, 7, 0, NULL, 0 }));
	OK(store_cache_scan(s, CACHE_STATE, list_cache, &b, &err));
	is(&b, "3=three 8=eight ");
	buf_clear(&b);
	OK(one(s, (struct step){ CLEAR, 0, 0, NULL, 0 }));
	OK(store_cache_scan(s, CACHE_STATE, list_cache, &b, &err));
	OK(store_entry(s, 0, &b, &err));
	is(&b, "{submission}");
	buf_free(&b);
	store_close(s);
}

/* ---- where the folder cannot be written ---- */

/* In a child that is nobody, since root may write everywhere. */
static int
read_as_nobody(void)
{
	struct store *s = NULL;
	struct buf b = { 0 };

	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 2;
	if (store_open_read(LEDGER, &s, &err) != RC_OK || store_entry(s, 0, &b, &err) != RC_OK) {
		printf("# %s\n", err.text);
		return 1;
	}
	store_close(s);
	return b.size == 12 ? 0 : 1;
}

static void
a_folder_that_is_read_only_can_be_read(void **state)
{
	int status;
	pid_t child;

	(void)state;
	store_close(new_ledger());
	assert_int_equal(chmod(LEDGER, 0444), 0);
	assert_int_equal(chmod(".", 0555), 0);
	child = fork();
	if (child == 0)
		_exit(read_as_nobody());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_no_ledger_is_refused, remove_ledger),
		cmocka_unit_test_teardown(another_programs_database_is_refused, remove_ledger),
		cmocka_unit_test_teardown(creating_disturbs_nothing, remove_ledger),
		cmocka_unit_test_teardown(the_record_only_grows, remove_ledger),
		cmocka_unit_test_teardown(a_refusal_rolls_back, remove_ledger),
		cmocka_unit_test_teardown(an_empty_ledger_has_an_empty_head, remove_ledger),
		cmocka_unit_test_teardown(what_was_written_is_read, remove_ledger),
		cmocka_unit_test_teardown(a_scan_is_in_order_and_can_stop, remove_ledger),
		cmocka_unit_test_teardown(a_reader_keeps_its_snapshot, remove_ledger),
		cmocka_unit_test_teardown(two_writers_take_turns, remove_ledger),
		cmocka_unit_test_teardown(caches_come_and_go, remove_ledger),
		cmocka_unit_test_teardown(a_folder_that_is_read_only_can_be_read, remove_ledger),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
