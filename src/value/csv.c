/* csv.c - tables as spreadsheets write them; every bad row is reported, not the first only. */
#include "csv.h"
#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "limits_utfall.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct table {
	struct arena *arena;
	struct findings *f;
	char separator;
	size_t line;			/* from 1 */
	const char *start, *end;	/* of this line, without its end */
	const char *fields[LIMIT_CSV_COLUMNS];
	size_t columns[LIMIT_CSV_COLUMNS];
	size_t count;
	struct csv_row *rows;
	size_t row_count, row_capacity;
};

static size_t
column_of(const struct table *t, const char *at)
{
	return (size_t)(at - t->start) + 1;
}

/* Records what is wrong at `at`; always false. */
static bool
wrong(const struct table *t, const char *at, const char *text)
{
	finding_add(t->f, SEVERITY_ERROR, t->line, column_of(t, at), NULL, "%s", text);
	return false;
}

/* Each character of the line may stand in a string of the format, or separates. */
static bool
check_characters(const struct table *t)
{
	size_t n;

	for (const char *at = t->start; at < t->end; at += n) {
		uint32_t c;

		n = utf8_next(at, (size_t)(t->end - at), &c);
		if (n == 0)
			finding_add(t->f, SEVERITY_ERROR, t->line, column_of(t, at), NULL,
				    "byte 0x%02x is not UTF-8 here: save the table as CSV UTF-8",
				    (unsigned char)*at);
		else if (!text_may_hold(c) && *at != t->separator)
			finding_add(t->f, SEVERITY_ERROR, t->line, column_of(t, at), NULL,
				    "character U+%04X in a field: leave it out", (unsigned)c);
		else
			continue;
		return false;
	}
	return true;
}

/* At an opening quote; writes the field without its quotes to `out`, returns what follows the
 * closing one, or NULL. */
static const char *
unquote(const struct table *t, const char *at, char *out)
{
	const char *opening = at++;

	for (;; at++) {
		if (at == t->end) {
			(void)wrong(t, opening, "no closing quote on this line: "
				    "a field cannot hold a line break");
			return NULL;
		}
		if (*at == '"' && (at + 1 == t->end || at[1] != '"'))
			break;
		if (*at == '"')
			at++;	/* doubled: one quote */
		*out++ = *at;
	}
	*out = '\0';
	return at + 1;
}

static const char *
read_quoted(struct table *t, const char *at)
{
	char *field = arena_alloc(t->arena, (size_t)(t->end - at) + 1);
	const char *after = unquote(t, at, field);

	if (after != NULL && after < t->end && *after != t->separator) {
		(void)wrong(t, after, "text after a closing quote: "
			    "double the quotes inside a field");
		return NULL;
	}
	t->fields[t->count] = field;
	return after;
}

static const char *
read_plain(struct table *t, const char *at)
{
	const char *start = at;

	for (; at < t->end && *at != t->separator; at++)
		if (*at == '"') {
			(void)wrong(t, at, "a quote inside a field without quotes: "
				    "put the field in quotes and double the quote");
			return NULL;
		}
	t->fields[t->count] = arena_string(t->arena, start, (size_t)(at - start));
	return at;
}

/* The field at `at` into the next place; what follows it, or NULL. */
static const char *
read_field(struct table *t, const char *at)
{
	const char *start = at;

	if (t->count == LIMIT_CSV_COLUMNS) {
		finding_add(t->f, SEVERITY_ERROR, t->line, column_of(t, at), NULL,
			    "more than %d columns: leave out what is not needed", LIMIT_CSV_COLUMNS);
		return NULL;
	}
	t->columns[t->count] = column_of(t, at);
	at = at < t->end && *at == '"' ? read_quoted(t, at) : read_plain(t, at);
	if (at == NULL)
		return NULL;
	if (strlen(t->fields[t->count]) > LIMIT_CSV_FIELD_BYTES) {
		finding_add(t->f, SEVERITY_ERROR, t->line, column_of(t, start), NULL,
			    "a field of %zu bytes: at most %d", strlen(t->fields[t->count]),
			    LIMIT_CSV_FIELD_BYTES);
		return NULL;
	}
	t->count++;
	return at;
}

static bool
read_line(struct table *t)
{
	const char *at = t->start;

	t->count = 0;
	if (!check_characters(t))
		return false;
	for (;;) {
		at = read_field(t, at);
		if (at == NULL)
			return false;
		if (at == t->end)
			return true;
		at++;	/* the separator */
	}
}

static const char separators[] = ",;\t";

/* The one that stands most often outside quotes in the header; where none does, the comma. */
static char
find_separator(const char *at, const char *end)
{
	size_t counts[3] = { 0 };
	size_t best = 0;
	bool quoted = false;

	for (; at < end; at++) {
		const char *s = *at == '\0' ? NULL : strchr(separators, *at);

		if (*at == '"')
			quoted = !quoted;
		else if (s != NULL && !quoted)
			counts[s - separators]++;
	}
	for (size_t i = 1; i < 3; i++)
		if (counts[i] > counts[best])
			best = i;
	return separators[best];
}

static bool
check_names(const struct table *t, const struct csv *head)
{
	for (size_t i = 0; i < head->column_count; i++) {
		if (head->names[i][0] == '\0')
			return wrong(t, t->start + t->columns[i] - 1, "a column without a name: "
				     "name every column in the first line");
		for (size_t j = 0; j < i; j++)
			if (strcmp(head->names[i], head->names[j]) == 0)
				return wrong(t, t->start + t->columns[i] - 1,
					     "a column's name stands twice: keep one");
	}
	return true;
}

/* Copies of this line's fields and columns. */
static struct csv_row
make_row(const struct table *t)
{
	struct csv_row row = { .line = t->line };

	row.fields = arena_array(t->arena, t->count, sizeof(*row.fields));
	row.columns = arena_array(t->arena, t->count, sizeof(*row.columns));
	memcpy(row.fields, t->fields, t->count * sizeof(*row.fields));
	memcpy(row.columns, t->columns, t->count * sizeof(*row.columns));
	return row;
}

static bool
read_header(struct table *t, struct csv *head)
{
	size_t size = (size_t)(t->end - t->start);

	if (size >= 2 && (memcmp(t->start, "\xff\xfe", 2) == 0 ||
			  memcmp(t->start, "\xfe\xff", 2) == 0))
		return wrong(t, t->start, "UTF-16: save the table as CSV UTF-8");
	if (size >= 4 && (memcmp(t->start, "PK\3\4", 4) == 0 ||
			  memcmp(t->start, "\xd0\xcf\x11\xe0", 4) == 0))
		return wrong(t, t->start, "a spreadsheet program's own file (.xlsx, .ods, .xls): save the "
			     "table as CSV UTF-8");
	if (t->start == t->end)
		return wrong(t, t->start, "expected a line that names the columns, "
			     "found an empty one");
	if (t->separator == '\0')
		t->separator = find_separator(t->start, t->end);
	if (!read_line(t))
		return false;
	head->names = make_row(t).fields;
	head->column_count = t->count;
	return check_names(t, head);
}

static void
read_row(struct table *t, const struct csv *head)
{
	if (t->start == t->end || !read_line(t))
		return;		/* an empty line says nothing */
	if (t->count != head->column_count) {
		finding_add(t->f, SEVERITY_ERROR, t->line, 1, NULL,
			    "expected %zu columns as in the first line, found %zu",
			    head->column_count, t->count);
		return;
	}
	t->rows = mem_room(t->rows, t->row_count, &t->row_capacity, sizeof(*t->rows));
	t->rows[t->row_count++] = make_row(t);
}

/* Sets this line's bounds; returns where the next one starts. */
static const char *
next_line(struct table *t, const char *at, const char *end)
{
	const char *lf = memchr(at, '\n', (size_t)(end - at));

	t->line++;
	t->start = at;
	t->end = lf == NULL ? end : lf;
	if (t->end > t->start && t->end[-1] == '\r')
		t->end--;
	return lf == NULL ? end : lf + 1;
}

static void
read_rows(struct table *t, const char *at, const char *end, const struct csv *head)
{
	while (at < end) {
		bool full = t->row_count == LIMIT_FILE_EVENTS;

		at = next_line(t, at, end);
		if (full && t->start < t->end) {
			finding_add(t->f, SEVERITY_ERROR, t->line, 1, NULL,
				    "more than %d rows: split the table", LIMIT_FILE_EVENTS);
			return;
		}
		read_row(t, head);
	}
}

/* The first line of a table: behind a byte order mark, and behind the line "sep=;" by which some
 * spreadsheets are told the separator. */
static const char *
first_line(struct table *t, const char *text, const char *end)
{
	const char *at = next_line(t, text, end);

	if (t->end - t->start >= 3 && memcmp(t->start, "\xef\xbb\xbf", 3) == 0)
		t->start += 3;
	if (t->end - t->start != 5 || memcmp(t->start, "sep=", 4) != 0 ||
	    strchr(separators, t->start[4]) == NULL)
		return at;
	t->separator = t->start[4];
	return next_line(t, at, end);
}

enum rc
csv_read(const char *text, size_t size, struct arena *arena, struct csv *ret, struct findings *f,
	 struct err *e)
{
	struct table t = { .arena = arena, .f = f };
	const char *end = text + size, *at = first_line(&t, text, end);
	size_t errors_before = f->errors;
	struct csv head = { 0 };

	if (read_header(&t, &head))
		read_rows(&t, at, end, &head);
	if (f->errors == errors_before) {
		head.rows = arena_array(arena, t.row_count, sizeof(*t.rows));
		if (t.row_count > 0)
			memcpy(head.rows, t.rows, t.row_count * sizeof(*t.rows));
		head.row_count = t.row_count;
		*ret = head;
	}
	free(t.rows);
	if (f->errors > errors_before)
		return rc_fail(e, RC_REFUSED, "%zu errors in the table", f->errors - errors_before);
	return RC_OK;
}

/* A spreadsheet runs what begins like this; a number with a sign is none of it. */
static bool
is_formula(const char *text)
{
	size_t digits = strspn(text + (*text != '\0'), "0123456789. ");

	if (*text == '\0' || strchr("=+-@\t\r", *text) == NULL)
		return false;
	return *text != '-' || digits == 0 || text[1 + digits] != '\0';
}

void
csv_field(struct buf *b, const char *text)
{
	bool quoted = *text == '\0' || strpbrk(text, ",;\"\t\r\n") != NULL ||
		      *text == ' ' || text[strlen(text) - 1] == ' ';

	if (b->size > 0 && b->data[b->size - 1] != '\n')
		buf_byte(b, ',');
	if (quoted)
		buf_byte(b, '"');
	if (is_formula(text))
		buf_byte(b, '\'');
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"')
			buf_byte(b, '"');
		buf_byte(b, *c);
	}
	if (quoted)
		buf_byte(b, '"');
}

void
csv_end(struct buf *b)
{
	buf_text(b, "\r\n");
}
