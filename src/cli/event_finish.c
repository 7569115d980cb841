/* event_finish.c - drafts become events: contract, labels, salt, shape. */
#include "event_list.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "limits_utfall.h"
#include "text.h"

struct finish {
	struct call *call;
	struct event_list *list;
	struct book *book;
	struct findings *f;
	size_t item;
};

static void
wrong(struct finish *x, const char *pointer, const char *text)
{
	size_t line, column;

	event_list_place(x->list, x->item, pointer, &line, &column);
	finding_add(x->f, SEVERITY_ERROR, line, column, pointer, "%s", text);
}

static int
compare_strings(const void *a, const void *b)
{
	const struct json *x = a, *y = b;

	return strcmp(x->string, y->string);
}

/* Lists of digests and of pseudonyms are ascending in the format; people need not sort them. */
static void
sort_list(struct json *array)
{
	for (uint32_t i = 0; i < array->count; i++) {
		const struct json *v = &array->items[i];
		struct hash h;

		if (v->kind != JSON_STRING || (!hash_parse(v->string, v->count, &h) &&
					       !text_is_pseudonym(v->string, v->count)))
			return;
	}
	if (array->count != 0)
		qsort(array->items, array->count, sizeof(array->items[0]), compare_strings);
}

static void
resolve_string(struct finish *x, struct json *value, const char *pointer)
{
	const struct book_line *line = book_find(x->book, value->string + 1);

	static const struct hash none;

	if (line == NULL)
		wrong(x, pointer, arena_printf(x->call->arena, "no event is labelled '%s' earlier in this "
					       "file%s; expected a digest or a label", value->string + 1,
					       x->book->path == NULL ? " (and no --book was given)"
								     : ", nor in the book"));
	/* a digest in any case, so that the same fault is not found twice */
	*value = json_string(cli_hex(x->call, line == NULL ? none : line->digest));
}

/* "@LABEL" anywhere in a body stands for a digest; free text is never looked into. */
static void
resolve(struct finish *x, struct json *value, const char *pointer, int depth)
{
	struct arena *arena = x->call->arena;

	if (value->kind == JSON_STRING && value->string[0] == '@')
		resolve_string(x, value, pointer);
	if (depth > LIMIT_JSON_DEPTH)
		return;
	if (value->kind == JSON_OBJECT)
		for (uint32_t i = 0; i < value->count; i++) {
			struct json_member *m = &value->members[i];

			if (strcmp(m->key, "terms") != 0 && strcmp(m->key, "title") != 0)
				resolve(x, &m->value, arena_printf(arena, "%s/%s", pointer, m->key),
					depth + 1);
		}
	if (value->kind == JSON_ARRAY) {
		for (uint32_t i = 0; i < value->count; i++)
			resolve(x, &value->items[i], arena_printf(arena, "%s/%u", pointer, i),
				depth + 1);
		sort_list(value);
	}
}

/* Gives a place to what event_body_check() found: it knows pointers only. */
static void
place_findings(struct finish *x, size_t first)
{
	for (size_t i = first; i < x->f->count; i++) {
		struct finding *f = &x->f->items[i];

		if (f->line == 0 && f->pointer != NULL)
			event_list_place(x->list, x->item, f->pointer, &f->line, &f->column);
	}
}

static void
label_add(struct finish *x, const struct draft *d, struct hash digest)
{
	const struct book_line *old = book_find(x->book, d->label);

	if (old != NULL && (size_t)(old - x->book->lines) >= x->book->kept)
		wrong(x, "/label", "this label stands twice in the file");
	else
		book_add(x->book, d->label, d->type, digest);
}

/* The contract is named once for the whole file; a corrected body is under the same one. */
static void
put_contract(struct finish *x, enum event_type type, const char *contract, struct json *body)
{
	const struct json *inner = json_get(body, "body");

	if (json_get(body, "contract") == NULL &&
	    event_field_find(event_info(type), "contract") != NULL)
		json_set(x->call->arena, body, "contract", json_string(contract));
	if (type == EVENT_EVENT_CORRECTED && inner != NULL && inner->kind == JSON_OBJECT &&
	    json_get(inner, "contract") == NULL) {
		struct json copy = json_copy(x->call->arena, inner);

		json_set(x->call->arena, &copy, "contract", json_string(contract));
		json_set(x->call->arena, body, "body", copy);
	}
}

static void
finish_one(struct finish *x, const char *contract, struct outbox *ret)
{
	struct draft *d = &x->list->items[x->item];
	size_t first = x->f->count, errors = x->f->errors;
	struct json body = json_copy(x->call->arena, &d->body);
	struct hash digest = { 0 };

	if (d->type == EVENT_TYPE_MAX)
		return;
	if (contract != NULL)
		put_contract(x, d->type, contract, &body);
	resolve(x, &body, "/body", 0);
	if (!event_body_check(d->type, &body, "/body", x->f))
		place_findings(x, first);
	if (x->f->errors == errors) {
		outbox_add(x->call, ret, d->type, &body, &digest);
		if (ret->events[ret->count - 1].size > LIMIT_EVENT_BYTES)
			wrong(x, "", "expected an event of at most 65535 bytes");
	}
	/* an event that is wrong itself keeps its label, so that those that name it are not wrong too */
	if (d->label != NULL)
		label_add(x, d, digest);
}

void
event_list_finish(struct call *call, struct event_list *list, const char *contract,
		  struct book *book, struct outbox *ret, struct findings *f)
{
	struct finish x = { .call = call, .list = list, .book = book, .f = f };

	for (x.item = 0; x.item < list->count; x.item++)
		finish_one(&x, contract, ret);
}
