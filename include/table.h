/* table.h - one listing as aligned text for people, CSV for spreadsheets, JSON for programs.
 *
 * Layer 5. Fill row by row, cell by cell, in the order of the columns; what is
 * given is copied. An amount is text with thousands separators, a plain decimal
 * in CSV, and whole minor units in JSON.
 */
#ifndef UTFALL_TABLE_H
#define UTFALL_TABLE_H

#include "language.h"
#include "rc.h"

struct arena;
struct buf;
struct table;	/* opaque; in its arena */

struct table_column {
	const char *name;	/* JSON member and CSV header */
	const char *title;	/* header of the text; NULL: not shown there */
	bool right;		/* aligned to the right */
};

enum table_form { TABLE_TEXT, TABLE_CSV, TABLE_JSON };

struct table *table_new(struct arena *arena, const struct table_column *columns, size_t count);
/* Amounts of the text are written as in this language from here on; English unless it is said. */
void table_language(struct table *t, enum language l);
void table_text(struct table *t, const char *text);		/* NULL: an empty cell */
void table_integer(struct table *t, int64_t value);
void table_amount(struct table *t, int64_t amount, const char *unit);
void table_truth(struct table *t, bool value);
size_t table_rows(const struct table *t);

/* JSON: an array of objects, empty cells left out, and LF. Text of no rows: `none` and LF. */
void table_print(const struct table *t, enum table_form form, const char *none, struct buf *ret);

#endif
