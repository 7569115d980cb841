/* event_list.h - files of events as people write them: JSON (array, or one a line) and CSV.
 *
 * A file is read to its end and every error is listed with line, column and
 * pointer. Reading gives drafts; finishing draws salts, fills in the contract,
 * turns "@LABEL" into digests and checks each body's shape.
 */
#ifndef UTFALL_EVENT_LIST_H
#define UTFALL_EVENT_LIST_H

#include "cli.h"
#include "csv.h"
#include "json.h"

struct book;

struct draft {
	enum event_type type;		/* EVENT_TYPE_MAX where it could not be told */
	struct json body;		/* an object */
	const char *label;		/* or NULL */
	size_t line, column;		/* where it begins */
	/* JSON: the object as written, and the text its offsets count from */
	const struct json *source;
	const char *text;
	size_t size, line_base;
	/* CSV: its row */
	const struct csv_row *row;
};

struct event_list {
	const char *name;		/* of the file, for messages */
	struct draft *items;
	size_t count, capacity;
	struct csv table;
};

/* `file` holds the whole of what stands at `path`; the list keeps a copy. */
void event_list_take(struct call *call, const char *path, const struct buf *file,
		     struct event_list *ret, struct findings *f);
/* `text` has a NUL behind it and lives as long as the list. */
void event_list_parse(struct call *call, const char *text, size_t size, struct event_list *ret,
		      struct findings *f);
void event_list_csv(struct call *call, const char *text, size_t size, struct event_list *ret,
		    struct findings *f);
/* What is wrong with a type that no event has. */
const char *event_type_unknown(struct arena *arena, const char *type);
struct draft *event_list_add(struct call *call, struct event_list *list);

/* `contract` (64 hex digits) is put where a body has none; may be NULL. Labels go to `book`. */
void event_list_finish(struct call *call, struct event_list *list, const char *contract,
		       struct book *book, struct outbox *ret, struct findings *f);
/* Where in the file the member at `pointer` (from the event's outer object) stands. */
void event_list_place(const struct event_list *list, size_t item, const char *pointer,
		      size_t *ret_line, size_t *ret_column);
bool label_may_be(const char *text, size_t length);

/* ---- the book: what this party signed, by its own labels ---- */

struct book_line {
	const char *label, *type;
	struct hash digest;
};

struct book {
	struct call *call;
	const char *path;	/* NULL: labels hold within the file only */
	struct book_line *lines;
	size_t count, capacity;
	size_t kept;		/* lines that the file had */
	uint32_t *slots;	/* label to 1 + the last line that has it */
	size_t slot_count;
};

MUST_CHECK enum rc book_open(struct call *call, struct book *ret, struct err *e);
/* The last event that was signed under this label, or NULL. */
const struct book_line *book_find(const struct book *b, const char *label);
void book_add(struct book *b, const char *label, enum event_type type, struct hash digest);
/* Could book_save() write it? Asked before what the labels stand for is recorded. */
MUST_CHECK enum rc book_check_save(const struct book *b, struct err *e);
MUST_CHECK enum rc book_save(struct book *b, struct err *e);

#endif
