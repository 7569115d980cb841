/* json_read.c - the one reader: canonical bytes as they are, or what people write.
 *
 * The text is copied into the arena once; strings are unescaped in place and
 * ended by a NUL where their closing quote stood, so that a value costs no
 * allocation of its own. Open containers stand on a stack of LIMIT_JSON_DEPTH;
 * members wait on one row until their container closes. The copy ends in a NUL,
 * which no rule allows: no loop needs to look for the end.
 *
 * Read next: json_scan.c (strings and numbers), json_fault.c (reasons),
 * json_build.c (trees), json_write.c (bytes).
 */
#include "json_scan.h"
#include "arena.h"
#include "json_priv.h"
#include "limits_utfall.h"
#include "text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_AT_FIRST 48

struct level {			/* an open container */
	bool is_object;
	uint32_t offset;
	size_t first;		/* its first member on the row */
};

struct reader {
	struct scan s;		/* first: the scanners' part */
	struct arena *arena;
	struct level levels[LIMIT_JSON_DEPTH];
	int depth;
	bool between;		/* what is read now belongs to the container, to no value in it */
	size_t value_count;
	struct json_member *waiting;	/* members and items of open containers, in order */
	size_t waiting_count, waiting_capacity;
	struct json_member at_first[WAITING_AT_FIRST];
};

static struct json_member *
push(struct reader *r)
{
	if (r->waiting_count == r->waiting_capacity) {
		size_t capacity = 2 * r->waiting_capacity;
		bool own = r->waiting != r->at_first;
		struct json_member *row = mem_grow(own ? r->waiting : NULL, capacity, sizeof(*row));

		if (!own)
			memcpy(row, r->at_first, sizeof(r->at_first));
		r->waiting = row;
		r->waiting_capacity = capacity;
	}
	return &r->waiting[r->waiting_count++];
}

static struct level *
top(struct reader *r)
{
	return &r->levels[r->depth - 1];
}

static bool
open_container(struct reader *r, bool is_object)
{
	if (r->depth == LIMIT_JSON_DEPTH)
		return json_scan_refuse(&r->s, r->s.at, "more than %d levels of nesting: "
				   "flatten the document", LIMIT_JSON_DEPTH);
	r->levels[r->depth++] = (struct level){ is_object, scan_offset(&r->s), r->waiting_count };
	r->s.at++;
	return true;
}

static int
member_order(const void *a, const void *b)
{
	const struct json_member *x = a, *y = b;

	return json_key_compare(x->key, x->key_length, y->key, y->key_length);
}

/* The first key in the text that stood there before, or NULL; members are sorted. */
static const struct json_member *
find_duplicate(const struct json_member *m, size_t count)
{
	const struct json_member *found = NULL;

	for (size_t i = 1; i < count; i++) {
		const struct json_member *later = m[i].key > m[i - 1].key ? &m[i] : &m[i - 1];

		if (member_order(&m[i - 1], &m[i]) != 0)
			continue;
		if (found == NULL || later->key < found->key)
			found = later;
	}
	return found;
}

static bool
refuse_twice(struct reader *r, const char *at, const char *key)
{
	return json_scan_refuse(&r->s, at, "key '%s' stands twice in one object: keep one", key);
}

static bool
sort_members(struct reader *r, struct json_member *m, size_t count)
{
	const struct json_member *twice;
	size_t sorted = 1;

	while (sorted < count && member_order(&m[sorted - 1], &m[sorted]) < 0)
		sorted++;
	if (sorted >= count)
		return true;
	qsort(m, count, sizeof(*m), member_order);
	twice = find_duplicate(m, count);
	if (twice == NULL)
		return true;
	r->between = true;
	return refuse_twice(r, twice->key - 1, twice->key);
}

/* Moves what waits for the innermost container into the arena, and the container onto the row. */
static bool
close_container(struct reader *r, struct json *ret)
{
	const struct level *l = top(r);
	struct json_member *first = r->waiting + l->first;
	size_t count = r->waiting_count - l->first;

	if (l->is_object && !r->s.canonical && !sort_members(r, first, count))
		return false;
	ret->kind = l->is_object ? JSON_OBJECT : JSON_ARRAY;
	ret->offset = l->offset;
	ret->count = (uint32_t)count;
	ret->members = NULL;
	if (l->is_object && count > 0) {
		ret->members = arena_array(r->arena, count, sizeof(*first));
		memcpy(ret->members, first, count * sizeof(*first));
	} else if (count > 0) {
		ret->items = json_new_items(r->arena, (uint32_t)count);
		ret->items[-1].count = 0;	/* a reader's tree is never changed */
		for (size_t i = 0; i < count; i++)
			ret->items[i] = first[i].value;
	}
	r->waiting_count = l->first;
	r->depth--;
	r->between = false;
	r->s.at++;
	return true;
}

static bool
read_word(struct reader *r, const char *word, enum json_kind kind, struct json *ret)
{
	size_t length = strlen(word);

	if (strncmp(r->s.at, word, length) != 0)
		return json_scan_refuse_value(&r->s);
	*ret = (struct json){ .kind = kind, .offset = scan_offset(&r->s) };
	r->s.at += length;
	return true;
}

static bool
read_string(struct reader *r, struct json *ret)
{
	ret->kind = JSON_STRING;
	ret->offset = scan_offset(&r->s);
	return json_scan_string(&r->s, &ret->string, &ret->count);
}

/* A value that holds no others; `*ret` is already in its place on the row. */
static bool
read_scalar(struct reader *r, struct json *ret)
{
	switch (*r->s.at) {
	case '"':
		return read_string(r, ret);
	case 't':
		return read_word(r, "true", JSON_TRUE, ret);
	case 'f':
		return read_word(r, "false", JSON_FALSE, ret);
	case '-':
	case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		ret->kind = JSON_INTEGER;
		ret->offset = scan_offset(&r->s);
		ret->count = 0;
		return json_scan_integer(&r->s, &ret->integer);
	}
	return json_scan_refuse_value(&r->s);
}

static bool
check_key(struct reader *r, const struct json_member *m, char *start)
{
	const struct json_member *before = m - 1;
	bool is_first = m == r->waiting + top(r)->first;

	if (!text_is_name(m->key, m->key_length))
		return json_scan_refuse_key(&r->s, start, m->key, m->key_length);
	if (!r->s.canonical || is_first || member_order(before, m) < 0)
		return true;
	if (member_order(before, m) == 0)
		return refuse_twice(r, start, m->key);
	return json_scan_refuse(&r->s, start, "key '%s' after '%s': "
			   "canonical bytes have members sorted by key", m->key, before->key);
}

/* "key": and what stands around it; leaves the row's last member waiting for its value. */
static bool
read_key(struct reader *r)
{
	struct json_member *m;
	char *start = r->s.at;

	r->between = true;
	if (*start != '"')
		return json_scan_refuse_found(&r->s, "a key in double quotes");
	m = push(r);
	m->capacity = 0;	/* a reader's tree is never changed */
	if (!json_scan_string(&r->s, &m->key, &m->key_length) || !check_key(r, m, start))
		return false;
	scan_space(&r->s);
	if (*r->s.at != ':')
		return json_scan_refuse_found(&r->s, "':' after the key");
	r->s.at++;
	scan_space(&r->s);
	r->between = false;
	return true;
}

/* The place of the value that comes now: behind its key, or a new item. */
static struct json *
value_place(struct reader *r)
{
	if (r->depth > 0 && top(r)->is_object)
		return &r->waiting[r->waiting_count - 1].value;
	return &push(r)->value;
}

/* Takes '{' or '[' and what comes before the first value in it, or a whole scalar.
 * `*ret_whole` says that a value has ended. */
static bool
begin_value(struct reader *r, bool *ret_whole)
{
	bool is_object = *r->s.at == '{';
	struct json *place = value_place(r);

	if (++r->value_count > LIMIT_JSON_VALUES)
		return json_scan_refuse(&r->s, r->s.at, "more than %d values in one document: split it",
				   LIMIT_JSON_VALUES);
	*ret_whole = true;
	if (!is_object && *r->s.at != '[')
		return read_scalar(r, place);
	if (!open_container(r, is_object))
		return false;
	scan_space(&r->s);
	if (*r->s.at == (is_object ? '}' : ']'))
		return close_container(r, place);
	*ret_whole = false;
	return !is_object || read_key(r);
}

/* After a value: ',' and the next key, or the ends of containers. `*ret_done` at the root's end. */
static bool
end_value(struct reader *r, bool *ret_done)
{
	while (r->depth > 0) {
		bool is_object = top(r)->is_object;

		r->between = true;
		scan_space(&r->s);
		if (*r->s.at == ',') {
			r->s.at++;
			scan_space(&r->s);
			if (*r->s.at == '}' || *r->s.at == ']')
				return json_scan_refuse(&r->s, r->s.at, "a comma before '%c': leave it out",
						   *r->s.at);
			if (is_object)
				return read_key(r);
			r->between = false;
			return true;
		}
		if (*r->s.at != (is_object ? '}' : ']'))
			return json_scan_refuse_found(&r->s, is_object ? "',' or '}' after a member"
								  : "',' or ']' after an item");
		if (!close_container(r, &r->waiting[top(r)->first - 1].value))
			return false;
	}
	*ret_done = true;
	return true;
}

static bool
read_document(struct reader *r)
{
	bool done = false;

	scan_space(&r->s);
	while (!done) {
		bool whole = false;

		if (!begin_value(r, &whole))
			return false;
		if (whole && !end_value(r, &done))
			return false;
	}
	scan_space(&r->s);
	if (r->s.at != r->s.end)
		return json_scan_refuse_found(&r->s, "the end of the text after its one value");
	return true;
}

/* RFC 6901, as far as reading had come; a key of the format needs no escapes. */
static void
fault_pointer(const struct reader *r, char *ret, size_t capacity)
{
	int depth = r->between ? r->depth - 1 : r->depth;
	size_t used = 0;

	ret[0] = '\0';
	for (int d = 0; d < depth; d++) {
		const struct level *l = &r->levels[d];
		size_t end = d + 1 < r->depth ? r->levels[d + 1].first : r->waiting_count;
		char step[LIMIT_NAME_BYTES + 24];

		assert(end > l->first);
		if (l->is_object)
			(void)snprintf(step, sizeof(step), "/%s", r->waiting[end - 1].key);
		else
			(void)snprintf(step, sizeof(step), "/%zu", end - l->first - 1);
		if (used + strlen(step) >= capacity)
			return;		/* as far as there is room */
		memcpy(ret + used, step, strlen(step) + 1);
		used += strlen(step);
	}
}

/* Says where: to the caller who asks, else in front of the reason. */
static enum rc
refuse(const struct reader *r, const char *text, size_t size, struct json_fault *ret_fault,
	struct err *e)
{
	struct json_fault f = { .offset = (size_t)(r->s.fault_at - r->s.start) };

	json_position(text, size, f.offset, &f.line, &f.column);
	fault_pointer(r, f.pointer, sizeof(f.pointer));
	if (ret_fault != NULL) {
		*ret_fault = f;
		return e->rc;
	}
	return rc_where(e, "line %zu, column %zu%s%s", f.line, f.column,
			f.pointer[0] != '\0' ? ", at " : "", f.pointer);
}

enum rc
json_read(const char *text, size_t size, enum json_manner manner, struct arena *arena,
	  const struct json **ret, struct json_fault *ret_fault, struct err *e)
{
	struct reader r;
	struct json *root;
	enum rc rc = RC_OK;

	if (ret_fault != NULL)
		*ret_fault = (struct json_fault){ .line = 1, .column = 1 };
	if (size >= UINT32_MAX)
		return rc_fail(e, RC_REFUSED, "%zu bytes of JSON: at most %u", size,
			       UINT32_MAX - 1);
	r.s.start = r.s.at = arena_string(arena, text, size);
	r.s.end = r.s.start + size;
	r.s.canonical = manner == JSON_CANONICAL;
	r.s.e = e;
	r.arena = arena;
	r.depth = 0;
	r.between = false;
	r.value_count = 0;
	r.waiting = r.at_first;
	r.waiting_count = 0;
	r.waiting_capacity = WAITING_AT_FIRST;
	if (!read_document(&r)) {
		rc = refuse(&r, text, size, ret_fault, e);
	} else {
		root = arena_alloc(arena, sizeof(*root));
		*root = r.waiting[0].value;
		*ret = root;
	}
	if (r.waiting != r.at_first)
		free(r.waiting);
	return rc;
}
