/* fuzz_csv.c - a table that is read, written and read again is the same table. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "csv.h"
#include "finding.h"
#include "fuzz.h"
#include "limits_utfall.h"
#include "text.h"

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
write_line(struct buf *out, const char *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		must(text_is_clean(fields[i], strlen(fields[i])) ||
		     strchr(fields[i], '\t') != NULL);	/* a separator, within quotes */
		csv_field(out, fields[i]);
	}
	csv_end(out);
}

/* The same but for the mark in front of a formula. */
static bool
same_field(const char *was, const char *is)
{
	return strcmp(was, is) == 0 || (is[0] == '\'' && strcmp(was, is + 1) == 0);
}

static void
check_again(const struct csv *was, struct arena *arena)
{
	struct findings f = { .arena = arena };
	struct buf out = { 0 };
	struct csv is;
	struct err e = { 0 };

	write_line(&out, was->names, was->column_count);
	for (size_t r = 0; r < was->row_count; r++)
		write_line(&out, was->rows[r].fields, was->column_count);
	if (csv_read(out.data, out.size, arena, &is, &f, &e) == RC_OK) {
		must(is.column_count == was->column_count && is.row_count == was->row_count);
		for (size_t r = 0; r < is.row_count; r++)
			for (size_t c = 0; c < is.column_count; c++)
				must(same_field(was->rows[r].fields[c], is.rows[r].fields[c]));
	}
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct findings f = { .arena = arena_new() };
	struct csv table;
	struct err e = { 0 };
	struct buf out = { 0 };
	enum rc rc = csv_read((const char *)bytes, size, f.arena, &table, &f, &e);

	if (rc == RC_OK) {
		must(f.errors == 0 && table.column_count >= 1);
		must(table.column_count <= LIMIT_CSV_COLUMNS);
		check_again(&table, f.arena);
	} else {
		must(rc == RC_REFUSED && f.errors > 0);
	}
	for (size_t i = 0; i < f.count; i++)
		must(f.items[i].line >= 1 && f.items[i].column >= 1);
	findings_print(&f, "table", &out);
	buf_free(&out);
	arena_free(f.arena);
	return 0;
}
