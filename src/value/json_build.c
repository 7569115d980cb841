/* json_build.c - looking into trees and making new ones. */
#include "json.h"
#include "arena.h"
#include "json_priv.h"
#include "limits_utfall.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Keys are ASCII: bytes sort like RFC 8785's UTF-16 units. */
int
json_key_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

void
json_position(const char *text, size_t size, size_t offset, size_t *ret_line, size_t *ret_column)
{
	size_t line = 1, start = 0;

	if (offset > size)
		offset = size;
	for (size_t i = 0; i < offset; i++)
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	*ret_line = line;
	*ret_column = offset - start + 1;
}

/* Where `key` is, or where it would go. */
static uint32_t
find_key(const struct json *object, const char *key, size_t length, bool *ret_found)
{
	uint32_t low = 0, high = object->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct json_member *m = &object->members[middle];
		int order = json_key_compare(m->key, m->key_length, key, length);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_found = false;
	return low;
}

enum { FEW = 10 };

static const struct json *
get(const struct json *object, const char *key, size_t length)
{
	uint32_t at;
	bool found;

	if (object == NULL || object->kind != JSON_OBJECT)
		return NULL;
	if (object->count <= FEW) {	/* most objects: looking at lengths is quicker */
		for (at = 0; at < object->count; at++) {
			const struct json_member *m = &object->members[at];

			if (m->key_length == length && m->key[0] == key[0] &&
			    memcmp(m->key, key, length) == 0)
				return &m->value;
		}
		return NULL;
	}
	at = find_key(object, key, length, &found);
	return found ? &object->members[at].value : NULL;
}

const struct json *
json_get(const struct json *object, const char *key)
{
	return get(object, key, strlen(key));
}

const char *
json_get_string(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v != NULL && v->kind == JSON_STRING ? v->string : NULL;
}

int64_t
json_get_integer(const struct json *object, const char *key, int64_t otherwise)
{
	const struct json *v = json_get(object, key);

	return v != NULL && v->kind == JSON_INTEGER ? v->integer : otherwise;
}

bool
json_get_true(const struct json *object, const char *key)
{
	const struct json *v = json_get(object, key);

	return v != NULL && v->kind == JSON_TRUE;
}

bool
json_is(const struct json *value, const char *string)
{
	return value != NULL && value->kind == JSON_STRING && strcmp(value->string, string) == 0;
}

static bool
members_equal(const struct json *a, const struct json *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		const struct json_member *x = &a->members[i], *y = &b->members[i];

		if (json_key_compare(x->key, x->key_length, y->key, y->key_length) != 0 ||
		    !json_equal(&x->value, &y->value))
			return false;
	}
	return true;
}

bool
json_equal(const struct json *a, const struct json *b)
{
	if (a->kind != b->kind || a->count != b->count)
		return false;
	switch (a->kind) {
	case JSON_OBJECT:
		return members_equal(a, b);
	case JSON_ARRAY:
		for (uint32_t i = 0; i < a->count; i++)
			if (!json_equal(&a->items[i], &b->items[i]))
				return false;
		return true;
	case JSON_STRING:
		return memcmp(a->string, b->string, a->count) == 0;
	case JSON_INTEGER:
		return a->integer == b->integer;
	case JSON_FALSE:
	case JSON_TRUE:
		return true;
	}
	abort();	/* not a kind */
}

int
json_depth(const struct json *value)
{
	int deepest = 0;

	if (value->kind != JSON_OBJECT && value->kind != JSON_ARRAY)
		return 0;
	for (uint32_t i = 0; i < value->count; i++) {
		int depth = json_depth(value->kind == JSON_OBJECT ? &value->members[i].value
								  : &value->items[i]);

		if (depth > deepest)
			deepest = depth;
	}
	return deepest + 1;
}

struct json *
json_new_items(struct arena *arena, uint32_t capacity)
{
	struct json *slot = arena_array(arena, (size_t)capacity + 1, sizeof(*slot));

	slot->count = capacity;
	return slot + 1;
}

struct json
json_object(void)
{
	return (struct json){ .kind = JSON_OBJECT };
}

struct json
json_array(struct arena *arena, size_t capacity)
{
	struct json ret = { .kind = JSON_ARRAY };

	assert(capacity <= UINT32_MAX - 1);
	if (capacity > 0)
		ret.items = json_new_items(arena, (uint32_t)capacity);
	return ret;
}

struct json
json_string(const char *string)
{
	size_t length = strlen(string);

	assert(length <= UINT32_MAX);
	return (struct json){ .kind = JSON_STRING, .count = (uint32_t)length, .string = string };
}

struct json
json_integer(int64_t value)
{
	assert(value >= -LIMIT_INTEGER && value <= LIMIT_INTEGER);
	return (struct json){ .kind = JSON_INTEGER, .integer = value };
}

struct json
json_boolean(bool value)
{
	return (struct json){ .kind = value ? JSON_TRUE : JSON_FALSE };
}

static uint32_t
doubled(uint32_t capacity)
{
	assert(capacity <= UINT32_MAX / 2);
	return capacity < 4 ? 8 : 2 * capacity;
}

/* A reader's members have capacity 0: they are copied before the first change. */
static void
make_room(struct arena *arena, struct json *object, uint32_t count)
{
	uint32_t capacity = object->count == 0 ? 0 : object->members[0].capacity;
	struct json_member *m;

	if (count <= capacity)
		return;
	capacity = doubled(object->count);
	m = arena_array(arena, capacity, sizeof(*m));
	if (object->count > 0)
		memcpy(m, object->members, object->count * sizeof(*m));
	m[0].capacity = capacity;
	object->members = m;
}

void
json_set(struct arena *arena, struct json *object, const char *key, struct json value)
{
	size_t length = strlen(key);
	struct json_member *m;
	uint32_t at, capacity;
	bool found;

	assert(object->kind == JSON_OBJECT && text_is_name(key, length));
	at = find_key(object, key, length, &found);
	make_room(arena, object, object->count + !found);
	m = object->members;
	assert(m != NULL);
	if (!found) {
		capacity = m[0].capacity;
		memmove(m + at + 1, m + at, (object->count - at) * sizeof(*m));
		object->count++;
		m[at] = (struct json_member){ .key = key, .key_length = (uint32_t)length };
		m[0].capacity = capacity;
	}
	m[at].value = value;
}

/* Where two copies of one array are added to, the second one gets its own items. */
void
json_add(struct arena *arena, struct json *array, struct json value)
{
	struct json *slot = array->items == NULL ? NULL : array->items - 1;

	assert(array->kind == JSON_ARRAY);
	if (slot == NULL || array->count >= slot->count || slot->offset != array->count) {
		struct json *items = json_new_items(arena, doubled(array->count));

		if (array->count > 0)
			memcpy(items, array->items, array->count * sizeof(*items));
		array->items = items;
		slot = items - 1;
	}
	array->items[array->count++] = value;
	slot->offset = array->count;
}

struct json
json_copy(struct arena *arena, const struct json *value)
{
	struct json ret = *value;

	ret.offset = 0;
	switch (value->kind) {
	case JSON_OBJECT:
		ret.count = 0;
		ret.members = NULL;
		for (uint32_t i = 0; i < value->count; i++)
			json_set(arena, &ret, arena_string(arena, value->members[i].key,
							   value->members[i].key_length),
				 json_copy(arena, &value->members[i].value));
		return ret;
	case JSON_ARRAY:
		ret = json_array(arena, value->count);
		for (uint32_t i = 0; i < value->count; i++)
			json_add(arena, &ret, json_copy(arena, &value->items[i]));
		return ret;
	case JSON_STRING:
		ret.string = arena_string(arena, value->string, value->count);
		return ret;
	case JSON_INTEGER:
	case JSON_FALSE:
	case JSON_TRUE:
		return ret;
	}
	abort();	/* not a kind */
}

/* The item that the reference token names: "0", or digits without a leading zero. */
static const struct json *
item_at(const struct json *array, const char *token, size_t length)
{
	int64_t index;

	if (length == 0 || token[0] == '-' || !integer_parse(token, length, &index))
		return NULL;
	return index < array->count ? &array->items[index] : NULL;
}

const struct json *
json_pointer(const struct json *root, const char *pointer)
{
	const struct json *v = root;

	while (v != NULL && *pointer != '\0') {
		size_t length;

		if (*pointer != '/')
			return NULL;
		pointer++;
		length = strcspn(pointer, "/");
		v = v->kind == JSON_ARRAY ? item_at(v, pointer, length) : get(v, pointer, length);
		pointer += length;
	}
	return v;	/* keys of the format hold no '~' and no '/', so nothing is unescaped */
}
