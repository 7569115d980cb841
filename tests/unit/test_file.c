/* test_file.c - whole files, in a folder of their own that is removed again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "file.h"

static char *const folder = (char[]){ "/tmp/utfall-test-XXXXXX" };

static const char *
in_folder(const char *name)
{
	static char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

/* Counts what is left: temporary files must not be. */
static int
entries(void)
{
	DIR *d = opendir(folder);
	int count = -2;		/* . and .. */

	assert_non_null(d);
	while (readdir(d) != NULL)
		count++;
	closedir(d);
	return count;
}

static int
remove_folder(void **state)
{
	(void)state;
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static void
assert_content(const char *name, const char *want)
{
	struct buf got = { 0 };
	struct err e = { 0 };

	if (file_read(in_folder(name), 100, &got, &e) != RC_OK)
		fail_msg("%s", e.text);
	assert_string_equal(got.data, want);
	buf_free(&got);
}

static void
writing_replaces_and_creating_does_not(void **state)
{
	struct err e = { 0 };
	struct stat st;
	char want[300];

	(void)state;
	assert_int_equal(file_write(in_folder("a"), "one", 3, 0600, &e), RC_OK);
	assert_content("a", "one");
	assert_int_equal(stat(in_folder("a"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(file_write(in_folder("a"), "two!", 4, 0644, &e), RC_OK);
	assert_content("a", "two!");
	assert_int_equal(stat(in_folder("a"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);

	assert_int_equal(file_create(in_folder("a"), "three", 5, 0600, &e), RC_CONFLICT);
	(void)snprintf(want, sizeof(want), "%s/a: exists already; name another file", folder);
	assert_string_equal(e.text, want);
	assert_content("a", "two!");
	assert_int_equal(file_create("b", "", 0, 0600, &e), RC_OK);	/* beside us, no slash */
	assert_content("b", "");
	assert_int_equal(entries(), 2);
	assert_int_equal(unlink(in_folder("a")), 0);
	assert_int_equal(unlink(in_folder("b")), 0);
}

static void
reading_is_bounded_and_appends(void **state)
{
	struct buf got = { 0 };
	struct err e = { 0 };
	char want[300];

	(void)state;
	assert_int_equal(file_write(in_folder("a"), "12345", 5, 0600, &e), RC_OK);
	buf_text(&got, "0");
	assert_int_equal(file_read(in_folder("a"), 4, &got, &e), RC_REFUSED);
	(void)snprintf(want, sizeof(want), "%s/a: more than 4 bytes", folder);
	assert_string_equal(e.text, want);
	assert_string_equal(got.data, "0");
	assert_int_equal(file_read(in_folder("a"), 5, &got, &e), RC_OK);
	assert_string_equal(got.data, "012345");
	assert_int_equal(unlink(in_folder("a")), 0);

	assert_int_equal(file_read(in_folder("a"), 5, &got, &e), RC_NOT_FOUND);
	(void)snprintf(want, sizeof(want), "%s/a: open: No such file or directory", folder);
	assert_string_equal(e.text, want);
	assert_int_equal(file_read(folder, 5, &got, &e), RC_REFUSED);
	(void)snprintf(want, sizeof(want), "%s: expected a file, found a folder", folder);
	assert_string_equal(e.text, want);
	assert_int_equal(got.size, 6);
	buf_free(&got);
}

static void
folders_are_made_as_deep_as_needed(void **state)
{
	struct err e = { 0 };
	struct stat st;
	char want[300];

	(void)state;
	assert_int_equal(file_folder(in_folder("x//y/z/"), &e), RC_OK);
	assert_int_equal(file_folder(in_folder("x/y"), &e), RC_OK);
	assert_int_equal(stat(in_folder("x/y/z"), &st), 0);
	assert_int_equal(file_folder("w", &e), RC_OK);
	assert_int_equal(file_folder("/", &e), RC_OK);
	assert_int_equal(file_write(in_folder("f"), "", 0, 0600, &e), RC_OK);
	assert_int_equal(file_folder(in_folder("f/g"), &e), RC_SYSTEM);
	(void)snprintf(want, sizeof(want), "%s/f: exists and is not a folder", folder);
	assert_string_equal(e.text, want);
	assert_int_equal(file_write(in_folder("no/f"), "", 0, 0600, &e), RC_NOT_FOUND);
	(void)snprintf(want, sizeof(want), "%s/no/f: create: No such file or directory", folder);
	assert_string_equal(e.text, want);
	assert_int_equal(file_write(in_folder("x"), "", 0, 0600, &e), RC_CONFLICT);
	(void)snprintf(want, sizeof(want), "%s/x: exists already and is no ordinary file; name another "
		       "file", folder);
	assert_string_equal(e.text, want);
	assert_int_equal(mkfifo(in_folder("p"), 0600), 0);
	assert_int_equal(file_write(in_folder("p"), "", 0, 0600, &e), RC_CONFLICT);
	assert_int_equal(stat(in_folder("p"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(unlink(in_folder("p")), 0);
	memset(want, 'n', 256);
	want[256] = '\0';
	assert_int_equal(file_folder(want, &e), RC_SYSTEM);
	assert_string_equal(e.text + 256, ": create the folder: File name too long");
	assert_int_equal(unlink(in_folder("f")), 0);
	assert_int_equal(rmdir(in_folder("x/y/z")), 0);
	assert_int_equal(rmdir(in_folder("x/y")), 0);
	assert_int_equal(rmdir(in_folder("x")), 0);
	assert_int_equal(rmdir(in_folder("w")), 0);
	assert_int_equal(entries(), 0);
}

/* The disk is full in the middle of a file: the old one stays, nothing lies about. */
static void
a_failed_write_leaves_the_old_file(void **state)
{
	const struct rlimit small = { 1000, RLIM_INFINITY };
	struct rlimit before;
	char bytes[2000] = { 0 }, want[300];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(file_write(in_folder("a"), "old", 3, 0600, &e), RC_OK);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(file_write(in_folder("a"), bytes, sizeof(bytes), 0600, &e), RC_SYSTEM);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	(void)snprintf(want, sizeof(want), "%s/a: write: File too large", folder);
	assert_string_equal(e.text, want);
	assert_content("a", "old");
	assert_int_equal(entries(), 1);
	assert_int_equal(unlink(in_folder("a")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writing_replaces_and_creating_does_not),
		cmocka_unit_test(reading_is_bounded_and_appends),
		cmocka_unit_test(a_failed_write_leaves_the_old_file),
		cmocka_unit_test(folders_are_made_as_deep_as_needed),
	};

	return cmocka_run_group_tests_name("file", tests, make_folder, remove_folder);
}
