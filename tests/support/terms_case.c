/* terms_case.c - terms are read from a file, changed by patches, and checked. */
#include "terms_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "file.h"

static void
must(bool holds, const char *what, const char *why)
{
	if (holds)
		return;
	(void)fprintf(stderr, "# test's own fault: %s: %s\n", what, why);
	abort();
}

const struct json *
case_json(struct arena *arena, const char *text)
{
	const struct json *v = NULL;
	struct json_fault fault;
	struct err e = { 0 };
	const char *copy = arena_string(arena, text, strlen(text));

	must(json_read(copy, strlen(copy), JSON_RELAXED, arena, &v, &fault, &e) == RC_OK, text,
	     e.text);
	return v;
}

const struct json *
case_file(struct arena *arena, const char *path)
{
	const struct json *v;
	struct buf bytes = { 0 };
	struct err e = { 0 };

	must(file_read(path, 1 << 20, &bytes, &e) == RC_OK, path, e.text);
	v = case_json(arena, bytes.data);
	buf_free(&bytes);
	return v;
}

static struct json *
child(struct json *parent, const char *token, size_t length)
{
	if (parent->kind == JSON_ARRAY) {
		size_t i = (size_t)atol(token);	/* allow: a test's own text */

		return i < parent->count ? &parent->items[i] : NULL;
	}
	for (uint32_t i = 0; parent->kind == JSON_OBJECT && i < parent->count; i++)
		if (strlen(parent->members[i].key) == length &&
		    memcmp(parent->members[i].key, token, length) == 0)
			return &parent->members[i].value;
	return NULL;
}

static void
object_remove(struct json *object, const char *key)
{
	for (uint32_t i = 0; i < object->count; i++) {
		if (strcmp(object->members[i].key, key) != 0)
			continue;
		memmove(&object->members[i], &object->members[i + 1],
			(object->count - i - 1) * sizeof(*object->members));
		object->count--;
		return;
	}
	must(false, key, "nothing to delete");
}

static void
patch(struct arena *arena, struct json *root, const char *pointer, const struct json *value)
{
	struct json *at = root;
	const char *token = pointer + 1, *slash;

	while ((slash = strchr(token, '/')) != NULL) {
		at = child(at, token, (size_t)(slash - token));
		must(at != NULL, pointer, "no such place");
		token = slash + 1;
	}
	if (json_is(value, "DELETE"))
		object_remove(at, token);
	else if (at->kind == JSON_ARRAY && strcmp(token, "-") == 0)
		json_add(arena, at, *value);
	else if (at->kind == JSON_ARRAY)
		*child(at, token, strlen(token)) = *value;
	else
		json_set(arena, at, token, *value);
}

/* The patches are a list ["/pointer", value, "/pointer", value…]. */
const struct json *
case_patched(struct arena *arena, const struct json *base, const char *patches)
{
	struct json *copy = arena_alloc(arena, sizeof(*copy));
	const struct json *list = case_json(arena, patches);

	*copy = json_copy(arena, base);
	for (uint32_t i = 0; i + 1 < list->count; i += 2)
		patch(arena, copy, list->items[i].string, &list->items[i + 1]);
	return copy;
}

void
case_terms(struct terms_case *c, const char *path, const char *patches)
{
	const struct json *document;

	memset(c, 0, sizeof(*c));
	c->arena = arena_new();
	c->findings.arena = c->arena;
	document = case_file(c->arena, path);
	if (patches != NULL)
		document = case_patched(c->arena, document, patches);
	c->rc = terms_read(document, c->arena, &c->findings, &c->terms, &c->e);
}

void
case_free(struct terms_case *c)
{
	arena_free(c->arena);
}

const char *
case_findings(struct terms_case *c, enum severity severity)
{
	const char *text = "";

	for (size_t i = 0; i < c->findings.count; i++)
		if (c->findings.items[i].severity == severity)
			text = arena_printf(c->arena, "%s%s: %s\n", text,
					    c->findings.items[i].pointer,
					    c->findings.items[i].text);
	return text;
}
