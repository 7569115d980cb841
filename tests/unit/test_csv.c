/* test_csv.c - tables as spreadsheets save them, and every kind of bad row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "csv.h"
#include "finding.h"
#include "limits_utfall.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
check_refused(const char *text, size_t size, const char *want)
{
	struct findings f = { .arena = arena_new() };
	struct csv got = { .column_count = 77 };
	struct buf out = { 0 };
	struct err e = { 0 };

	assert_int_equal(csv_read(text, size, f.arena, &got, &f, &e), RC_REFUSED);
	assert_int_equal(got.column_count, 77);
	findings_print(&f, "t", &out);
	if (strcmp(out.data, want) != 0)
		fail_msg("'%.100s': %s", text, out.data);
	buf_free(&out);
	arena_free(f.arena);
}

static void
every_bad_row_is_named(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "",
		  "t:1:1: error: expected a line that names the columns, found an empty one\n" },
		{ "\r\na,b\r\n",
		  "t:1:1: error: expected a line that names the columns, found an empty one\n" },
		{ "\xef\xbb\xbf\n",
		  "t:1:1: error: expected a line that names the columns, found an empty one\n" },
		{ "\xff\xfe" "a", "t:1:1: error: UTF-16: save the table as CSV UTF-8\n" },
		{ "PK\3\4\24", "t:1:1: error: a spreadsheet program's own file (.xlsx, .ods, .xls): save the "
		  "table as CSV UTF-8\n" },
		{ "\xd0\xcf\x11\xe0\xa1", "t:1:1: error: a spreadsheet program's own file (.xlsx, .ods, "
		  ".xls): save the table as CSV UTF-8\n" },
		{ "sep=;\n", "t:2:1: error: expected a line that names the columns, found an empty one\n" },
		{ "sep=;\na,b\n1;2\n", "t:3:1: error: expected 1 columns as in the first line, found 2\n" },
		{ "sep=;;\n", "t:1:6: error: a column without a name: name every column in the first "
		  "line\n" },
		{ "a,,b\n", "t:1:3: error: a column without a name: "
		  "name every column in the first line\n" },
		{ "a,b,a\n", "t:1:5: error: a column's name stands twice: keep one\n" },
		{ "a,b\n1\n1,2,3\n1,2\n",
		  "t:2:1: error: expected 2 columns as in the first line, found 1\n"
		  "t:3:1: error: expected 2 columns as in the first line, found 3\n" },
		{ "a,b\n1,x\"y\n", "t:2:4: error: a quote inside a field without quotes: "
		  "put the field in quotes and double the quote\n" },
		{ "a,b\n\"1\"x,2\n", "t:2:4: error: text after a closing quote: "
		  "double the quotes inside a field\n" },
		{ "a,b\n1,\"2\n3\"\n", "t:2:3: error: no closing quote on this line: "
		  "a field cannot hold a line break\n"
		  "t:3:2: error: a quote inside a field without quotes: "
		  "put the field in quotes and double the quote\n" },
		{ "a,b\nMalm\xf6,2\n",
		  "t:2:5: error: byte 0xf6 is not UTF-8 here: save the table as CSV UTF-8\n" },
		{ "a,b\n1\t,2\n", "t:2:2: error: character U+0009 in a field: leave it out\n" },
		{ "a,b\n1,2\r\r\n", "t:2:4: error: character U+000D in a field: leave it out\n" },
		{ "a,b\r1,2\r", "t:1:4: error: character U+000D in a field: leave it out\n" },
		{ "a,b\n1,\xef\xbf\xbe\n",
		  "t:2:3: error: character U+FFFE in a field: leave it out\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_refused(cases[i].text, strlen(cases[i].text), cases[i].want);
	check_refused("a\n\0\n", 4, "t:2:1: error: character U+0000 in a field: leave it out\n");
}

static void
check_read(const char *text, size_t columns, size_t rows, const char *want)
{
	struct findings f = { .arena = arena_new() };
	struct buf out = { 0 };
	struct csv got;
	struct err e = { 0 };

	if (csv_read(text, strlen(text), f.arena, &got, &f, &e) != RC_OK)
		fail_msg("'%s': %s: %s", text, e.text, f.items[0].text);
	assert_int_equal(got.column_count, columns);
	assert_int_equal(got.row_count, rows);
	buf_text(&out, "");
	for (size_t r = 0; r < rows; r++) {
		buf_printf(&out, "%zu:", got.rows[r].line);
		for (size_t c = 0; c < columns; c++)
			buf_printf(&out, "[%s]%zu", got.rows[r].fields[c], got.rows[r].columns[c]);
	}
	assert_string_equal(out.data, want);
	buf_free(&out);
	arena_free(f.arena);
}

static void
tables_are_read_as_they_were_saved(void **state)
{
	(void)state;
	check_read("a", 1, 0, "");
	check_read("a\n", 1, 0, "");
	check_read("a,b\n1,2", 2, 1, "2:[1]1[2]3");
	check_read("a,b\r\n1,2\r\n", 2, 1, "2:[1]1[2]3");
	check_read("a;b\n1,5;2\n", 2, 1, "2:[1,5]1[2]5");
	check_read("a\tb\n1;\t2\n", 2, 1, "2:[1;]1[2]4");
	check_read("\xef\xbb\xbf" "a;b\n1;2\n", 2, 1, "2:[1]1[2]3");
	check_read("\"a,b,c\";b\n1;2\n", 2, 1, "2:[1]1[2]3");
	check_read("sep=;\r\na,b;c\r\n1;2\r\n", 2, 1, "3:[1]1[2]3");
	check_read("\xef\xbb\xbfsep=,\na;b,c\n1,2\n", 2, 1, "3:[1]1[2]3");
	check_read("sep=x\n1\n", 1, 1, "2:[1]1");
	check_read("a,b\n\n1,2\n\r\n3,4\n\n", 2, 2, "3:[1]1[2]3" "5:[3]1[4]3");
	check_read("a,b\n\"x\"\"y\",\"\"\n", 2, 1, "2:[x\"y]1[]8");
	check_read("a,b\n\"1,2\",\"\"\"\"\n", 2, 1, "2:[1,2]1[\"]7");
	check_read("a,b\n,\n", 2, 1, "2:[]1[]2");
	check_read("a,b\n \xc3\xb6 ,2\n", 2, 1, "2:[ \xc3\xb6 ]1[2]6");
	check_read("a\n\"\"\n", 1, 1, "2:[]1");
}

/* `count` times `piece`, behind `head`. */
static void
repeat(struct buf *out, const char *head, const char *piece, size_t count)
{
	buf_clear(out);
	buf_text(out, head);
	for (size_t i = 0; i < count; i++)
		buf_text(out, piece);
}

static void
limits_hold_at_the_limit_and_one_beyond(void **state)
{
	struct findings f = { .arena = arena_new() };
	struct buf text = { 0 };
	struct csv got;
	struct err e = { 0 };

	(void)state;
	repeat(&text, "a\n", "x", LIMIT_CSV_FIELD_BYTES);
	assert_int_equal(csv_read(text.data, text.size, f.arena, &got, &f, &e), RC_OK);
	buf_byte(&text, 'x');
	check_refused(text.data, text.size, "t:2:1: error: a field of 4097 bytes: at most 4096\n");

	repeat(&text, "a\n", "x\n", LIMIT_FILE_EVENTS);
	assert_int_equal(csv_read(text.data, text.size, f.arena, &got, &f, &e), RC_OK);
	assert_int_equal(got.row_count, LIMIT_FILE_EVENTS);
	buf_text(&text, "x\nx\n");
	check_refused(text.data, text.size,
		      "t:100002:1: error: more than 100000 rows: split the table\n");

	buf_clear(&text);
	for (int i = 0; i < LIMIT_CSV_COLUMNS; i++)
		buf_printf(&text, "%sc%d", i == 0 ? "" : ",", i);
	assert_int_equal(csv_read(text.data, text.size, f.arena, &got, &f, &e), RC_OK);
	buf_text(&text, ",x");
	check_refused(text.data, text.size,
		      "t:1:247: error: more than 64 columns: leave out what is not needed\n");
	buf_free(&text);
	arena_free(f.arena);
}

static void
assert_line(const char *const *fields, size_t count, const char *want)
{
	struct buf out = { 0 };

	buf_text(&out, "before\r\n");
	for (size_t i = 0; i < count; i++)
		csv_field(&out, fields[i]);
	csv_end(&out);
	assert_string_equal(out.data + strlen("before\r\n"), want);
	buf_free(&out);
}

static void
lines_are_written_for_spreadsheets(void **state)
{
	static const struct {
		const char *fields[3];
		const char *want;
	} cases[] = {
		{ { "a", "b", "c" }, "a,b,c\r\n" },
		{ { "", "", "" }, "\"\",\"\",\"\"\r\n" },
		{ { "x,y", "x;y", "say \"hi\"" }, "\"x,y\",\"x;y\",\"say \"\"hi\"\"\"\r\n" },
		{ { " a", "b ", "c d" }, "\" a\",\"b \",c d\r\n" },
		{ { "=1+1", "+46 70", "@x" }, "'=1+1,'+46 70,'@x\r\n" },
		{ { "-", "-1+2", "-a" }, "'-,'-1+2,'-a\r\n" },
		{ { "-5", "-1234.50", "5" }, "-5,-1234.50,5\r\n" },
		{ { "=\"a\"", "\ta", "\rb" }, "\"'=\"\"a\"\"\",\"'\ta\",\"'\rb\"\r\n" },
		{ { "Malm\xc3\xb6", "a'b", "'" }, "Malm\xc3\xb6,a'b,'\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_line(cases[i].fields, 3, cases[i].want);
}

/* What is written is read back, formulas with the mark that disarms them. */
static void
what_is_written_is_read(void **state)
{
	static const char *const values[] = {
		"", "a", "x,y", ";", "\"", "\"\"", " ", "-5", "\xc3\xb6",
	};
	struct findings f = { .arena = arena_new() };
	struct buf out = { 0 };
	struct csv got;
	struct err e = { 0 };

	(void)state;
	csv_field(&out, "a");
	csv_field(&out, "b");
	csv_end(&out);
	for (size_t i = 0; i < COUNT(values); i++)
		for (size_t j = 0; j < COUNT(values); j++) {
			csv_field(&out, values[i]);
			csv_field(&out, values[j]);
			csv_end(&out);
		}
	assert_int_equal(csv_read(out.data, out.size, f.arena, &got, &f, &e), RC_OK);
	assert_int_equal(got.row_count, COUNT(values) * COUNT(values));
	for (size_t i = 0; i < got.row_count; i++) {
		assert_string_equal(got.rows[i].fields[0], values[i / COUNT(values)]);
		assert_string_equal(got.rows[i].fields[1], values[i % COUNT(values)]);
	}
	buf_free(&out);
	arena_free(f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bad_row_is_named),
		cmocka_unit_test(tables_are_read_as_they_were_saved),
		cmocka_unit_test(limits_hold_at_the_limit_and_one_beyond),
		cmocka_unit_test(lines_are_written_for_spreadsheets),
		cmocka_unit_test(what_is_written_is_read),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
