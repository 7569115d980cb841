/* json.h - the ledger's JSON: RFC 8785 in a subset that leaves no room for two readings.
 *
 * Layer 1. One reader with two manners. JSON_CANONICAL accepts only the
 * canonical bytes themselves and refuses everything else; it never repairs.
 * JSON_RELAXED is for what people write: white space, any order of members, any
 * escapes; the values allowed are the same. One writer makes canonical bytes.
 * A tree lives in its arena and is never changed after reading; the builder
 * functions make new trees.
 */
#ifndef UTFALL_JSON_H
#define UTFALL_JSON_H

#include "rc.h"

struct arena;
struct buf;

enum json_kind { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_INTEGER, JSON_FALSE, JSON_TRUE };

struct json {
	enum json_kind kind;
	uint32_t offset;	/* of its first byte in the text it was read from; 0 when built */
	uint32_t count;		/* members, items, or bytes of the string */
	union {
		struct json_member *members;	/* sorted by key */
		struct json *items;
		const char *string;		/* UTF-8, NUL behind, no NUL inside */
		int64_t integer;
	};
};

struct json_member {
	const char *key;
	uint32_t key_length;
	uint32_t capacity;	/* of the array, in its first member; used by the builder */
	struct json value;
};

enum json_manner { JSON_CANONICAL, JSON_RELAXED };

struct json_fault {		/* where reading stopped */
	size_t offset, line, column;	/* line and column from 1; column in bytes */
	char pointer[256];		/* RFC 6901, as far as it had come */
};

/* Reads exactly one value; bytes behind it are refused. Depth is at most
 * LIMIT_JSON_DEPTH. RC_REFUSED with the reason; where it was goes into
 * `ret_fault`, or in front of the reason where that is NULL. */
MUST_CHECK enum rc json_read(const char *text, size_t size, enum json_manner manner,
			     struct arena *arena, const struct json **ret,
			     struct json_fault *ret_fault, struct err *e);

/* Line and column, both from 1, of the byte at `offset`. */
void json_position(const char *text, size_t size, size_t offset, size_t *ret_line,
		   size_t *ret_column);

void json_write(const struct json *value, struct buf *ret);	/* canonical bytes, no LF */
bool json_equal(const struct json *a, const struct json *b);
int json_depth(const struct json *value);

/* NULL where `object` is NULL, is no object, or has no such member. */
const struct json *json_get(const struct json *object, const char *key);
/* The member's value where it has that kind, else NULL / the fallback. */
const char *json_get_string(const struct json *object, const char *key);
int64_t json_get_integer(const struct json *object, const char *key, int64_t otherwise);
bool json_get_true(const struct json *object, const char *key);
bool json_is(const struct json *value, const char *string);	/* a string equal to this one */

/* Builder. Values are copied shallowly; strings are borrowed, not copied. A tree
 * that was read may be taken as a start: its members are copied at the first change. */
struct json json_object(void);
struct json json_array(struct arena *arena, size_t capacity);
struct json json_string(const char *string);
struct json json_integer(int64_t value);
struct json json_boolean(bool value);
/* Sets `key` (borrowed; matches the key rule, asserted) in sorted place; replaces an earlier
 * one. */
void json_set(struct arena *arena, struct json *object, const char *key, struct json value);
void json_add(struct arena *arena, struct json *array, struct json value);
struct json json_copy(struct arena *arena, const struct json *value);	/* deep */

/* RFC 6901: the value at `pointer`, or NULL. */
const struct json *json_pointer(const struct json *root, const char *pointer);

#endif
