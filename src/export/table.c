/* table.c - listings.
 *
 * Read next: statement_text.c (what a finance officer reads), bundle_write.c.
 */
#include "table.h"

#include <assert.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "csv.h"
#include "json.h"
#include "money.h"
#include "text.h"

struct cell {
	const char *text;	/* for people; NULL: empty */
	const char *plain;	/* for spreadsheets */
	struct json value;
};

struct table {
	struct arena *arena;
	const struct table_column *columns;
	size_t column_count, cell_count, capacity;
	struct cell *cells;
	enum language language;
};

struct table *
table_new(struct arena *arena, const struct table_column *columns, size_t count)
{
	struct table *t = arena_alloc(arena, sizeof(*t));

	t->arena = arena;
	t->columns = columns;
	t->column_count = count;
	return t;
}

void
table_language(struct table *t, enum language l)
{
	t->language = l;
}

static struct cell *
add(struct table *t)
{
	t->cells = arena_room(t->arena, t->cells, t->cell_count, &t->capacity, sizeof(*t->cells));
	return &t->cells[t->cell_count++];
}

void
table_text(struct table *t, const char *text)
{
	struct cell *c = add(t);

	if (text == NULL)
		return;
	c->text = arena_string(t->arena, text, strlen(text));
	c->plain = c->text;
	c->value = json_string(c->text);
}

void
table_integer(struct table *t, int64_t value)
{
	struct cell *c = add(t);

	c->text = arena_printf(t->arena, "%lld", (long long)value);
	c->plain = c->text;
	c->value = json_integer(value);
}

void
table_amount(struct table *t, int64_t amount, const char *unit)
{
	struct cell *c = add(t);
	char text[64];

	language_money(t->language, amount, unit, text);
	c->text = arena_string(t->arena, text, strlen(text));
	money_plain(amount, unit, text);
	c->plain = arena_string(t->arena, text, strlen(text));
	c->value = json_integer(amount);
}

void
table_truth(struct table *t, bool value)
{
	struct cell *c = add(t);

	c->text = value ? "yes" : "no";
	c->plain = c->text;
	c->value = json_boolean(value);
}

size_t
table_rows(const struct table *t)
{
	assert(t->cell_count % t->column_count == 0);
	return t->cell_count / t->column_count;
}

/* Characters, which is columns on a terminal for the letters we print. */
static size_t
width(const char *text)
{
	size_t n = 0;

	for (; text != NULL && *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void
add_padded(struct buf *b, const char *text, size_t room, bool right, bool last)
{
	size_t gap = room - width(text);

	if (right)
		buf_printf(b, "%*s", (int)gap, "");
	buf_text(b, text == NULL ? "" : text);
	if (!right && !last)
		buf_printf(b, "%*s", (int)gap, "");
}

/* The last column that text shows. */
static size_t
last_shown(const struct table *t)
{
	size_t last = 0;

	for (size_t i = 0; i < t->column_count; i++)
		if (t->columns[i].title != NULL)
			last = i;
	return last;
}

static void
print_line(const struct table *t, const size_t *widths, size_t row, bool header, struct buf *b)
{
	size_t last = last_shown(t), start = b->size;

	for (size_t i = 0; i < t->column_count; i++) {
		const struct table_column *c = &t->columns[i];

		if (c->title == NULL)
			continue;
		if (b->size != start)
			buf_text(b, "  ");
		add_padded(b, header ? c->title : t->cells[row * t->column_count + i].text,
			   widths[i], c->right, i == last);
	}
	while (b->size > start && b->data[b->size - 1] == ' ')
		b->data[--b->size] = '\0';
	buf_byte(b, '\n');
}

static void
print_text(const struct table *t, const char *none, struct buf *b)
{
	size_t rows = table_rows(t);
	size_t *widths = arena_array(t->arena, t->column_count, sizeof(widths[0]));

	if (rows == 0) {
		buf_printf(b, "%s\n", none);
		return;
	}
	for (size_t i = 0; i < t->column_count; i++)
		widths[i] = width(t->columns[i].title);
	for (size_t i = 0; i < t->cell_count; i++)
		if (width(t->cells[i].text) > widths[i % t->column_count])
			widths[i % t->column_count] = width(t->cells[i].text);
	print_line(t, widths, 0, true, b);
	for (size_t row = 0; row < rows; row++)
		print_line(t, widths, row, false, b);
}

static void
print_csv(const struct table *t, struct buf *b)
{
	assert(t->column_count > 0);
	for (size_t i = 0; i < t->column_count; i++)
		csv_field(b, t->columns[i].name);
	csv_end(b);
	for (size_t i = 0; i < t->cell_count; i++) {
		csv_field(b, t->cells[i].plain == NULL ? "" : t->cells[i].plain);
		if ((i + 1) % t->column_count == 0)
			csv_end(b);
	}
}

static void
print_json(const struct table *t, struct buf *b)
{
	size_t rows = table_rows(t);
	struct json all = json_array(t->arena, rows);

	for (size_t row = 0; row < rows; row++) {
		struct json object = json_object();

		for (size_t i = 0; i < t->column_count; i++) {
			const struct cell *c = &t->cells[row * t->column_count + i];

			if (c->text != NULL)
				json_set(t->arena, &object, t->columns[i].name, c->value);
		}
		json_add(t->arena, &all, object);
	}
	json_write(&all, b);
	buf_byte(b, '\n');
}

void
table_print(const struct table *t, enum table_form form, const char *none, struct buf *ret)
{
	switch (form) {
	case TABLE_TEXT:
		print_text(t, none, ret);
		return;
	case TABLE_CSV:
		print_csv(t, ret);
		return;
	case TABLE_JSON:
		print_json(t, ret);
		return;
	}
}
