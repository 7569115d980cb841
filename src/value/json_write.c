/* json_write.c - canonical bytes of a tree: RFC 8785.
 *
 * Every tree that was read comes back byte for byte. A built string may hold
 * what the format's strings may not (an answer to people that repeats bytes of
 * their input): controls are escaped as the RFC says, bytes that are not UTF-8
 * become U+FFFD; the reader refuses such bytes, so they never enter a ledger.
 */
#include "json_priv.h"
#include "buf.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static void
write_escape(unsigned char c, struct buf *ret)
{
	switch (c) {
	case '"':
		buf_add(ret, "\\\"", 2);
		return;
	case '\\':
		buf_add(ret, "\\\\", 2);
		return;
	case '\b':
		buf_add(ret, "\\b", 2);
		return;
	case '\t':
		buf_add(ret, "\\t", 2);
		return;
	case '\n':
		buf_add(ret, "\\n", 2);
		return;
	case '\f':
		buf_add(ret, "\\f", 2);
		return;
	case '\r':
		buf_add(ret, "\\r", 2);
		return;
	}
	buf_printf(ret, "\\u%04x", c);
}

static bool
needs_escape(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static void
write_string(const char *s, size_t length, struct buf *ret)
{
	size_t plain = 0, kept = 0, n;
	char *at;

	while (length - plain >= 8 && json_plain_bytes(s + plain) == 8)
		plain += 8;
	while (plain < length && (signed char)s[plain] >= 0x20 && !needs_escape(s[plain]))
		plain++;	/* mostly all of it */
	buf_reserve(ret, length + 2);
	if (plain == length) {
		at = ret->data + ret->size;
		*at++ = '"';
		if (length > 0)
			memcpy(at, s, length);
		at[length] = '"';
		at[length + 1] = '\0';
		ret->size += length + 2;
		return;
	}
	buf_byte(ret, '"');
	for (size_t i = plain; i < length; i += n) {
		uint32_t code_point;
		bool escape = needs_escape(s[i]);

		n = (unsigned char)s[i] < 0x80 ? 1 : utf8_next(s + i, length - i, &code_point);
		if (n > 0 && !escape)
			continue;
		buf_add(ret, s + kept, i - kept);
		if (escape)
			write_escape((unsigned char)s[i], ret);
		else
			buf_text(ret, "\xef\xbf\xbd");
		n = 1;
		kept = i + 1;
	}
	buf_add(ret, s + kept, length - kept);
	buf_byte(ret, '"');
}

static void
write_members(const struct json *object, struct buf *ret)
{
	for (uint32_t i = 0; i < object->count; i++) {
		const struct json_member *m = &object->members[i];
		char *at;

		buf_reserve(ret, (size_t)m->key_length + 4);
		at = ret->data + ret->size;
		*at++ = i == 0 ? '{' : ',';
		*at++ = '"';
		memcpy(at, m->key, m->key_length);	/* [a-z0-9_] only */
		memcpy(at + m->key_length, "\":", 3);
		ret->size += (size_t)m->key_length + 4;
		json_write(&m->value, ret);
	}
	buf_text(ret, object->count == 0 ? "{}" : "}");
}

/* Recursion is bounded by the depth of what was read or built. */
void
json_write(const struct json *value, struct buf *ret)
{
	switch (value->kind) {
	case JSON_OBJECT:
		write_members(value, ret);
		return;
	case JSON_ARRAY:
		buf_byte(ret, '[');
		for (uint32_t i = 0; i < value->count; i++) {
			if (i > 0)
				buf_byte(ret, ',');
			json_write(&value->items[i], ret);
		}
		buf_byte(ret, ']');
		return;
	case JSON_STRING:
		write_string(value->string, value->count, ret);
		return;
	case JSON_INTEGER:
		buf_integer(ret, value->integer);
		return;
	case JSON_FALSE:
		buf_text(ret, "false");
		return;
	case JSON_TRUE:
		buf_text(ret, "true");
		return;
	}
	abort();	/* not a kind */
}
