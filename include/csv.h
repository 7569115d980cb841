/* csv.h - RFC 4180 tables as spreadsheets write them: comma or semicolon, with or without a BOM.
 *
 * Layer 1. The separator is read off the header line. Quoted fields may hold
 * separators and doubled quotes, not line breaks: a line is a record.
 */
#ifndef UTFALL_CSV_H
#define UTFALL_CSV_H

#include "rc.h"

struct arena;
struct buf;
struct findings;

struct csv_row {
	size_t line;			/* from 1 in the file; the header is line 1 */
	const char **fields;		/* as many as the table has columns */
	size_t *columns;		/* 1-based byte column where each field starts */
};

struct csv {
	size_t column_count, row_count;
	const char **names;
	struct csv_row *rows;
};

/* Every error goes to `f` with line and column; RC_REFUSED where there was one. */
MUST_CHECK enum rc csv_read(const char *text, size_t size, struct arena *arena, struct csv *ret,
			    struct findings *f, struct err *e);

/* Writing: RFC 4180 with CRLF, a field that a spreadsheet would run as a formula is prefixed
 * by '. */
void csv_field(struct buf *b, const char *text);	/* puts the comma where one is due */
void csv_end(struct buf *b);

#endif
