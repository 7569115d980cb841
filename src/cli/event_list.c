/* event_list.c - event files in JSON, and what JSON and CSV have in common. */
#include "event_list.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "limits_utfall.h"
#include "text.h"

struct draft *
event_list_add(struct call *call, struct event_list *list)
{
	list->items = arena_room(call->arena, list->items, list->count, &list->capacity,
				 sizeof(*list->items));
	return &list->items[list->count++];
}

/* ---- places ---- */

static void
json_place(const struct draft *d, const char *pointer, size_t *ret_line, size_t *ret_column)
{
	const struct json *at = NULL;
	char path[256];
	size_t length = strlen(pointer) < sizeof(path) ? strlen(pointer) : 0;

	memcpy(path, pointer, length);
	path[length] = '\0';
	while ((at = json_pointer(d->source, path)) == NULL && strrchr(path, '/') != NULL)
		*strrchr(path, '/') = '\0';
	if (at == NULL)
		at = d->source;
	json_position(d->text, d->size, at->offset, ret_line, ret_column);
	*ret_line += d->line_base;
}

void
event_list_place(const struct event_list *list, size_t item, const char *pointer,
		 size_t *ret_line, size_t *ret_column)
{
	const struct draft *d = &list->items[item];
	const char *name = strncmp(pointer, "/body/", 6) == 0 ? pointer + 6 : "type";

	*ret_line = d->line;
	*ret_column = d->column;
	if (d->source != NULL) {
		json_place(d, pointer, ret_line, ret_column);
		return;
	}
	for (size_t i = 0; d->row != NULL && i < list->table.column_count; i++) {
		const char *column = list->table.names[i];
		size_t length = strlen(column);

		/* "attributes.home" stands for /body/attributes/home, "events" for /body/events/3 */
		if (strncmp(column, name, length) == 0 &&
		    (name[length] == '\0' || name[length] == '/'))
			*ret_column = d->row->columns[i];
		else if (strncmp(name, "attributes/", 11) == 0 &&
			 strncmp(column, "attributes.", 11) == 0 &&
			 strcmp(column + 11, name + 11) == 0)
			*ret_column = d->row->columns[i];
	}
}

/* ---- JSON ---- */

static void
wrong_at(const struct draft *d, const struct json *value, struct findings *f, const char *pointer,
	 const char *text)
{
	size_t line, column;

	json_position(d->text, d->size, value->offset, &line, &column);
	finding_add(f, SEVERITY_ERROR, line + d->line_base, column, pointer, "%s", text);
}

/* Types with the same first word are what was meant, most likely. */
const char *
event_type_unknown(struct arena *arena, const char *type)
{
	size_t length = strcspn(type, ".");
	const char *near = "";

	for (int i = 0; i < EVENT_TYPE_MAX; i++) {
		const char *name = event_info((enum event_type)i)->name;

		if (strncmp(name, type, length) == 0 && name[length] == '.')
			near = arena_printf(arena, "%s%s%s", near, *near == '\0' ? "" : ", ", name);
	}
	return arena_printf(arena, "there is no event of the type '%.60s'; expected %s", type,
			    *near == '\0' ? "one of those in audit/EVENTS.md" : near);
}

/* One object of a JSON file: {"type":...,"body":{...},"label":...}. */
static void
take_members(struct draft *d, struct findings *f)
{
	const struct json *outer = d->source;

	for (uint32_t i = 0; i < outer->count; i++) {
		const struct json_member *m = &outer->members[i];

		if (strcmp(m->key, "type") == 0 && m->value.kind == JSON_STRING) {
			if (!event_type_parse(m->value.string, m->value.count, &d->type))
				wrong_at(d, &m->value, f, "/type", event_type_unknown(f->arena,
					 m->value.string));
		} else if (strcmp(m->key, "body") == 0 && m->value.kind == JSON_OBJECT) {
			d->body = m->value;
		} else if (strcmp(m->key, "label") == 0 && m->value.kind == JSON_STRING &&
			   label_may_be(m->value.string, m->value.count)) {
			d->label = m->value.string;
		} else if (strcmp(m->key, "label") == 0) {
			wrong_at(d, &m->value, f, "/label", "expected a label: 1 to 40 of A-Z, a-z, 0-9, "
			      "'.', '_' and '-'");
		} else {
			wrong_at(d, &m->value, f, arena_printf(f->arena, "/%s", m->key),
				 "expected only \"type\" (text), \"body\" (an object) and \"label\" (text)");
		}
	}
	if (json_get(outer, "type") == NULL)
		wrong_at(d, outer, f, "", "expected a member \"type\"");
	if (json_get(outer, "body") == NULL)
		wrong_at(d, outer, f, "", "expected a member \"body\"");
}

static void
take_object(struct call *call, struct event_list *list, const struct draft *place,
	    struct findings *f)
{
	struct draft *d = event_list_add(call, list);

	*d = *place;
	d->type = EVENT_TYPE_MAX;
	d->body = json_object();
	json_position(d->text, d->size, d->source->offset, &d->line, &d->column);
	d->line += d->line_base;
	if (d->source->kind == JSON_OBJECT)
		take_members(d, f);
	else
		wrong_at(d, d->source, f, "", "expected an event: {\"type\":...,\"body\":{...}}");
}

static void
fault_add(const struct json_fault *fault, size_t line_base, const struct err *e,
	  struct findings *f)
{
	finding_add(f, SEVERITY_ERROR, fault->line + line_base, fault->column, fault->pointer, "%s",
		    e->text);
}

static void
take_array(struct call *call, const char *text, size_t size, struct event_list *ret,
	   struct findings *f)
{
	const struct json *all;
	struct json_fault fault;
	struct err e;

	if (json_read(text, size, JSON_RELAXED, call->arena, &all, &fault, &e) != RC_OK) {
		fault_add(&fault, 0, &e, f);
		return;
	}
	for (uint32_t i = 0; i < all->count; i++) {
		struct draft place = { .source = &all->items[i], .text = text, .size = size };

		take_object(call, ret, &place, f);
	}
}

static bool
is_blank(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (strchr(" \t\r", text[i]) == NULL)
			return false;
	return true;
}

static void
take_lines(struct call *call, const char *text, size_t size, struct event_list *ret,
	   struct findings *f)
{
	size_t at = 0, line = 0;

	for (; at < size; line++) {
		const char *end = memchr(text + at, '\n', size - at);
		size_t length = end == NULL ? size - at : (size_t)(end - text) - at;
		struct draft place = { .text = text + at, .size = length, .line_base = line };
		struct json_fault fault;
		struct err e;

		at += length + 1;
		if (is_blank(place.text, length))
			continue;
		if (json_read(place.text, length, JSON_RELAXED, call->arena, &place.source, &fault,
			      &e) == RC_OK)
			take_object(call, ret, &place, f);
		else
			fault_add(&fault, line, &e, f);
	}
}

static void
take_json(struct call *call, const char *text, size_t size, struct event_list *ret,
	  struct findings *f)
{
	struct draft whole = { .text = text, .size = size };
	struct err e;

	if (text[strspn(text, " \t\r\n")] == '[')
		take_array(call, text, size, ret, f);
	else if (json_read(text, size, JSON_RELAXED, call->arena, &whole.source, NULL, &e) == RC_OK)
		take_object(call, ret, &whole, f);	/* one event, over as many lines as it likes */
	else
		take_lines(call, text, size, ret, f);
}

void
event_list_parse(struct call *call, const char *text, size_t size, struct event_list *ret,
		 struct findings *f)
{
	size_t skip = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	size_t blank = skip + strspn(text + skip, " \t\r\n");

	if (text[blank] == '[' || text[blank] == '{')
		take_json(call, text + skip, size - skip, ret, f);
	else if (blank < size)
		event_list_csv(call, text, size, ret, f);
	if (ret->count == 0 && f->errors == 0)
		finding_add(f, SEVERITY_ERROR, 1, 1, NULL, "expected events, found none");
	if (ret->count > LIMIT_FILE_EVENTS)
		finding_add(f, SEVERITY_ERROR, 1, 1, NULL, "expected at most %d events a file, found "
			    "%zu; split the file", LIMIT_FILE_EVENTS, ret->count);
}

void
event_list_take(struct call *call, const char *path, const struct buf *file,
		struct event_list *ret, struct findings *f)
{
	const char *text = arena_string(call->arena, file->data == NULL ? "" : file->data, file->size);

	*ret = (struct event_list){ .name = strcmp(path, "-") == 0 ? "standard input" : path };
	event_list_parse(call, text, file->size, ret, f);
}
