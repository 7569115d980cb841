/* event_csv.c - event files as spreadsheets write them: one row an event, one column a field.
 *
 * Columns: type, label, the fields' names, attributes.NAME. An empty cell is an
 * absent member, a row of empty cells no event. Lists are separated by spaces; a
 * decimal may have a comma.
 */
#include "event_list.h"

#include <string.h>

#include "arena.h"
#include "date.h"
#include "finding.h"
#include "ratio.h"
#include "text.h"

struct reader {
	struct call *call;
	struct event_list *list;
	struct findings *f;
	const struct csv_row *row;
	struct draft *draft;
};

static void
wrong(const struct reader *r, size_t column, const char *pointer, const char *text)
{
	finding_add(r->f, SEVERITY_ERROR, r->row->line, r->row->columns[column], pointer, "%s", text);
}

/* "37,5" as spreadsheets of half of Europe write it. */
static const char *
decimal_text(struct arena *arena, const char *cell)
{
	char *copy = arena_string(arena, cell, strlen(cell));
	char *comma = strchr(copy, ',');

	if (comma != NULL)
		*comma = '.';
	return copy;
}

/* Words of a cell, separated by spaces. */
static struct json
list_value(struct arena *arena, const char *cell)
{
	struct json list = json_array(arena, 8);

	while (*(cell += strspn(cell, " ")) != '\0') {
		size_t length = strcspn(cell, " ");

		json_add(arena, &list, json_string(arena_string(arena, cell, length)));
		cell += length;
	}
	return list;
}

/* "kind:digest kind:digest" */
static struct json
evidence_value(struct arena *arena, const char *cell)
{
	struct json words = list_value(arena, cell), list = json_array(arena, 8);

	for (uint32_t i = 0; i < words.count; i++) {
		const char *word = words.items[i].string, *colon = strchr(word, ':');
		struct json one = json_object();

		json_set(arena, &one, "kind", json_string(colon == NULL ? word :
				arena_string(arena, word, (size_t)(colon - word))));
		json_set(arena, &one, "file", json_string(colon == NULL ? "" : colon + 1));
		json_add(arena, &list, one);
	}
	return list;
}

static struct json
attribute_value(struct arena *arena, const char *cell)
{
	int64_t integer;
	struct ratio ratio;
	const char *decimal = decimal_text(arena, cell);

	if (strcmp(cell, "true") == 0 || strcmp(cell, "false") == 0)
		return json_boolean(cell[0] == 't');
	if (integer_parse(cell, strlen(cell), &integer))
		return json_integer(integer);
	if (ratio_parse(decimal, strlen(decimal), &ratio))
		return json_string(decimal);
	return json_string(cell);
}

/* A cell as its field's kind asks for; where it cannot be, as text, and the check of the body says
 * what was expected. */
static struct json
field_value(struct arena *arena, const struct event_field *field, const char *cell)
{
	int64_t integer;

	if (field->kind == FIELD_INTEGER && integer_parse(cell, strlen(cell), &integer))
		return json_integer(integer);
	if (field->kind == FIELD_DECIMAL)
		return json_string(decimal_text(arena, cell));
	if (field->kind == FIELD_TRUE && strcmp(cell, "true") == 0)
		return json_boolean(true);
	if (field->kind == FIELD_DIGESTS || field->kind == FIELD_PSEUDONYMS)
		return list_value(arena, cell);
	if (field->kind == FIELD_EVIDENCE)
		return evidence_value(arena, cell);
	return json_string(cell);
}

bool
event_value_from_text(struct arena *arena, enum event_type type, const char *name,
		      const char *text, struct json *ret)
{
	bool attribute = strncmp(name, "attributes.", 11) == 0;
	const struct event_field *field = event_field_find(event_info(type),
							   attribute ? "attributes" : name);

	if (field == NULL || (attribute && !text_is_name(name + 11, strlen(name + 11))))
		return false;
	*ret = attribute ? attribute_value(arena, text) : field_value(arena, field, text);
	return true;
}

static void
set_attribute(struct reader *r, const char *name, struct json value)
{
	struct arena *arena = r->call->arena;
	const struct json *old = json_get(&r->draft->body, "attributes");
	struct json attributes = old == NULL ? json_object() : json_copy(arena, old);

	json_set(arena, &attributes, name, value);
	json_set(arena, &r->draft->body, "attributes", attributes);
}

static void
take_cell(struct reader *r, size_t column)
{
	const char *name = r->list->table.names[column], *cell = r->row->fields[column];
	struct arena *arena = r->call->arena;
	struct json value;

	if (cell[0] == '\0' || strcmp(name, "type") == 0)
		return;
	if (strcmp(name, "label") == 0) {
		r->draft->label = cell;
		if (!label_may_be(cell, strlen(cell)))
			wrong(r, column, "/label", "expected a label: 1 to 40 of A-Z, a-z, 0-9, "
			      "'.', '_' and '-'");
		return;
	}
	if (!event_value_from_text(arena, r->draft->type, name, cell, &value))
		wrong(r, column, arena_printf(arena, "/body/%s", name),
		      arena_printf(arena, "%s has no such field; leave the cell empty",
				   event_info(r->draft->type)->name));
	else if (strncmp(name, "attributes.", 11) == 0)
		set_attribute(r, name + 11, value);
	else
		json_set(arena, &r->draft->body, name, value);
}

/* Spreadsheets write rows of nothing below the last that was ever filled. */
static bool
is_empty(const struct csv *table, const struct csv_row *row)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (row->fields[i][strspn(row->fields[i], " ")] != '\0')
			return false;
	return true;
}

static void
take_row(struct reader *r, size_t type_column)
{
	const char *type = r->row->fields[type_column];

	r->draft = event_list_add(r->call, r->list);
	*r->draft = (struct draft){ .type = EVENT_TYPE_MAX, .body = json_object(), .row = r->row,
				    .line = r->row->line, .column = 1 };
	if (!event_type_parse(type, strlen(type), &r->draft->type)) {
		wrong(r, type_column, "/type", event_type_unknown(r->f->arena, type));
		return;
	}
	for (size_t i = 0; i < r->list->table.column_count; i++)
		take_cell(r, i);
}

/* Is it a column's name at all: a field of some type, or attributes.NAME? */
static bool
column_may_be(const char *name)
{
	if (strcmp(name, "type") == 0 || strcmp(name, "label") == 0)
		return true;
	if (strncmp(name, "attributes.", 11) == 0)
		return text_is_name(name + 11, strlen(name + 11));
	for (int type = 0; type < EVENT_TYPE_MAX; type++)
		if (event_field_find(event_info((enum event_type)type), name) != NULL)
			return true;
	return false;
}

/* Gives the column `type`, or column_count with the reasons in `f`. */
static size_t
check_header(const struct csv *table, struct findings *f)
{
	size_t found = table->column_count;
	size_t errors = f->errors;

	for (size_t i = 0; i < table->column_count; i++) {
		if (strcmp(table->names[i], "type") == 0)
			found = i;
		if (!column_may_be(table->names[i]))
			finding_add(f, SEVERITY_ERROR, 1, 1, NULL, "column '%s' is no field of any event; "
				    "expected type, label, a field's name, or attributes.NAME",
				    table->names[i]);
	}
	if (found == table->column_count)
		finding_add(f, SEVERITY_ERROR, 1, 1, NULL, "expected a column 'type' in the header");
	return f->errors == errors ? found : table->column_count;
}

void
event_list_csv(struct call *call, const char *text, size_t size, struct event_list *ret,
	       struct findings *f)
{
	struct reader r = { .call = call, .list = ret, .f = f };
	size_t type_column;
	struct err e;

	if (csv_read(text, size, call->arena, &ret->table, f, &e) != RC_OK) {
		if (f->errors == 0)
			finding_add(f, SEVERITY_ERROR, 1, 1, NULL, "%s", e.text);
		return;
	}
	type_column = check_header(&ret->table, f);
	for (size_t i = 0; type_column < ret->table.column_count && i < ret->table.row_count; i++) {
		r.row = &ret->table.rows[i];
		if (!is_empty(&ret->table, r.row))
			take_row(&r, type_column);
	}
}
