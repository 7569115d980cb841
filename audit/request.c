/* request.c - paths, queries and headers that strangers wrote. */
#include "request.h"

#include <string.h>

#include "arena.h"
#include "text.h"

/* ---- path ---- */

static bool
is_path_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

static bool
copy_part(const char *text, size_t length, char *ret, size_t size)
{
	if (length >= size)
		return false;
	memcpy(ret, text, length);
	ret[length] = '\0';
	return true;
}

static bool
parse_number(const char *text, size_t length, uint64_t *ret)
{
	int64_t n;

	if (!integer_parse(text, length, &n) || n < 0)
		return false;
	*ret = (uint64_t)n;
	return true;
}

static bool
word_is(const char *word, size_t length, const char *want)
{
	return strlen(want) == length && memcmp(word, want, length) == 0;
}

/* One part of a path against one in braces. */
static bool
catch_part(const char *word, size_t word_length, const char *text, size_t length,
	   struct path_parts *ret)
{
	if (word_is(word, word_length, "seq") || word_is(word, word_length, "line"))
		return parse_number(text, length, &ret->number);
	if (word_is(word, word_length, "party"))
		return text_is_name(text, length) &&
		       copy_part(text, length, ret->name, sizeof(ret->name));
	if (word_is(word, word_length, "participant"))
		return text_is_pseudonym(text, length) &&
		       copy_part(text, length, ret->pseudonym, sizeof(ret->pseudonym));
	if (word_is(word, word_length, "submission"))
		return text_is_ulid(text, length) &&
		       copy_part(text, length, ret->ulid, sizeof(ret->ulid));
	return hash_parse(text, length, &ret->hash);
}

static size_t
part_length(const char *text)
{
	size_t n = 0;

	while (is_path_byte(text[n]))
		n++;
	return n;
}

static size_t
rest_length(const char *text)
{
	size_t n = 0;

	while (is_path_byte(text[n]) || text[n] == '/')
		n++;
	return n;
}

bool
path_match(const char *path, const char *pattern, struct path_parts *ret)
{
	for (;;) {
		size_t length, word;

		for (; *pattern == *path && *pattern != '{' && *pattern != '\0'; pattern++)
			path++;
		if (*pattern == '\0')
			return *path == '\0';
		if (*pattern != '{')
			return false;
		if (strcmp(pattern, "{path}") == 0)
			return rest_length(path) == strlen(path) &&
			       copy_part(path, strlen(path), ret->rest, sizeof(ret->rest));
		length = part_length(path);
		word = strcspn(pattern, "}");
		if (!catch_part(pattern + 1, word - 1, path, length, ret))
			return false;
		path += length;
		pattern += word + 1;
	}
}

/* ---- query ---- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-decoded text of clean UTF-8, or NULL. */
static const char *
decode(const char *text, size_t length, struct arena *arena)
{
	char *ret = arena_alloc(arena, length + 1);
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		int high, low;

		if (text[i] != '%') {
			ret[n++] = text[i] == '+' ? ' ' : text[i];
			continue;
		}
		if (length - i < 3)
			return NULL;
		high = hex_digit(text[i + 1]);
		low = hex_digit(text[i + 2]);
		if (high < 0 || low < 0)
			return NULL;
		ret[n++] = (char)(high << 4 | low);
		i += 2;
	}
	return text_is_clean(ret, n) ? ret : NULL;
}

static bool
in_words(const char *words, const char *name)
{
	size_t length = strlen(name);

	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		if (n == length && memcmp(words, name, n) == 0)
			return true;
		words += n + strspn(words + n, " ");
	}
	return false;
}

static enum rc
query_add(struct query *q, const char *name, const char *value, const char *names, struct err *e)
{
	if (name == NULL || value == NULL)
		return rc_fail(e, RC_USAGE, "the query: expected name=value pairs in UTF-8 with "
			       "%%XX escapes");
	if (!in_words(names, name))
		return rc_fail(e, RC_USAGE, "the query: expected %s%s, found '%s'",
			       names[0] == '\0' ? "nothing" : "any of ", names, name);
	if (query_get(q, name) != NULL)
		return rc_fail(e, RC_USAGE, "the query: '%s' stands twice", name);
	q->items[q->count].name = name;
	q->items[q->count++].value = value;
	return RC_OK;
}

enum rc
query_parse(const char *text, const char *names, struct arena *arena, struct query *ret,
	    struct err *e)
{
	struct query q = { 0 };

	if (strlen(text) > QUERY_BYTES_MAX)
		return rc_fail(e, RC_USAGE, "the query: expected at most %d bytes, found %zu",
			       QUERY_BYTES_MAX, strlen(text));
	while (*text != '\0') {
		size_t length = strcspn(text, "&"), name = strcspn(text, "=&");
		enum rc rc;

		if (length > 0) {
			size_t value = name < length ? name + 1 : name;

			if (q.count == QUERY_MAX)
				return rc_fail(e, RC_USAGE, "the query: expected at most %d "
					       "parameters", QUERY_MAX);
			rc = query_add(&q, decode(text, name, arena),
				       decode(text + value, length - value, arena), names, e);
			if (rc != RC_OK)
				return rc;
		}
		text += length + (text[length] == '&');
	}
	*ret = q;
	return RC_OK;
}

const char *
query_get(const struct query *q, const char *name)
{
	for (size_t i = 0; i < q->count; i++)
		if (strcmp(q->items[i].name, name) == 0)
			return q->items[i].value;
	return NULL;
}

enum rc
query_number(const struct query *q, const char *name, uint64_t low, uint64_t high, uint64_t *ret,
	     struct err *e)
{
	const char *text = query_get(q, name);
	uint64_t n;

	if (text == NULL)
		return RC_OK;
	if (!parse_number(text, strlen(text), &n) || n < low || n > high)
		return rc_fail(e, RC_USAGE, "%s: expected a number from %llu to %llu, found '%.40s'",
			       name, (unsigned long long)low, (unsigned long long)high, text);
	*ret = n;
	return RC_OK;
}

enum rc
query_hash(const struct query *q, const char *name, struct hash *ret, struct err *e)
{
	const char *text = query_get(q, name);

	if (text == NULL || hash_parse(text, strlen(text), ret))
		return RC_OK;
	return rc_fail(e, RC_USAGE, "%s: expected 64 lowercase hexadecimal digits, found '%.70s'",
		       name, text);
}

enum rc
query_digest(const struct query *q, const char *name, bool *ret_given, struct digest_part *ret,
	     struct err *e)
{
	const char *text = query_get(q, name);
	size_t length = text == NULL ? 0 : strlen(text);
	struct digest_part part = { .length = length };

	*ret_given = text != NULL;
	if (text == NULL)
		return RC_OK;
	if (length < 8 || length >= HASH_HEX || strspn(text, "0123456789abcdef") != length)
		return rc_fail(e, RC_USAGE, "%s: expected the first 8 to 64 lowercase hexadecimal "
			       "digits of a digest, found '%.70s'", name, text);
	memcpy(part.hex, text, length);
	for (size_t i = 0; i < 8; i++)
		part.first = part.first << 4 | (uint32_t)hex_digit(text[i]);
	*ret = part;
	return RC_OK;
}

bool
digest_begins(struct hash digest, const struct digest_part *part)
{
	char hex[HASH_HEX];

	hash_format(digest, hex);
	return memcmp(hex, part->hex, part->length) == 0;
}

/* ---- Accept ---- */

static const char *const media_types[MEDIA_MAX] = {
	"application/json", "text/csv", "application/x-ndjson", "text/plain",
	"application/octet-stream", "application/x-tar",
};

const char *
media_type(enum media m)
{
	return media_types[m];
}

static bool
same_text(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] - 'A' + 'a') : a[i];

		if (c != b[i])
			return false;
	}
	return true;
}

/* How well a range of an Accept header fits: 0 not, 1 any, 2 the kind, 3 exactly. */
static int
range_fits(const char *range, size_t length, const char *type)
{
	size_t kind = strcspn(type, "/") + 1;

	if (length == strlen(type) && same_text(range, type, length))
		return 3;
	if (length == kind + 1 && range[kind] == '*' && same_text(range, type, kind))
		return 2;
	return length == 3 && memcmp(range, "*/*", 3) == 0 ? 1 : 0;
}

/* Thousandths of "; q=0.5", 1000 where there is none. */
static int
range_weight(const char *text, size_t length)
{
	for (size_t i = 0; i + 2 < length; i++) {
		int thousandths = 0, unit = 100;

		if ((text[i] != 'q' && text[i] != 'Q') || text[i + 1] != '=')
			continue;
		if (text[i + 2] == '1')
			return 1000;
		for (i += 4; i < length && text[i] >= '0' && text[i] <= '9' && unit > 0; i++) {
			thousandths += unit * (text[i] - '0');
			unit /= 10;
		}
		return thousandths;
	}
	return 1000;
}

/* Weight that the header gives to `type`: of the range that fits best. */
static int
accept_weight(const char *accept, const char *type)
{
	int best = 0, weight = 0;

	while (*accept != '\0') {
		size_t length = strcspn(accept, ","), skip = strspn(accept, " \t");
		size_t end = strcspn(accept, ";, \t");
		int fit;

		if (skip > 0) {
			accept += skip;
			continue;
		}
		fit = range_fits(accept, end, type);
		if (fit > best) {
			best = fit;
			weight = range_weight(accept + end, length - end);
		}
		accept += length + (accept[length] == ',');
	}
	return weight;
}

bool
media_choose(const char *accept, unsigned offered, enum media *ret)
{
	int best = 0;

	for (unsigned m = 0; m < MEDIA_MAX; m++) {
		int weight;

		if ((offered & MEDIA_BIT(m)) == 0)
			continue;
		weight = accept == NULL || accept[0] == '\0' ? 1000
							     : accept_weight(accept, media_types[m]);
		if (weight > best) {
			best = weight;
			*ret = (enum media)m;
		}
	}
	return best > 0;
}

/* ---- Accept-Language ---- */

/* How well a range fits a language: 0 not, 1 any, 2 more closely than asked, 3 exactly. */
static int
language_fits(const char *range, size_t length, const char *code)
{
	size_t n = strlen(code);

	if (length == 1 && range[0] == '*')
		return 1;
	if (length < n || !same_text(range, code, n))
		return 0;
	return length == n ? 3 : range[n] == '-' ? 2 : 0;
}

struct wish {
	int fit, weight;
	size_t place;	/* of the range in the header */
};

static struct wish
language_wish(const char *accept, const char *code)
{
	struct wish best = { 0 };

	for (size_t place = 0; *accept != '\0'; place++) {
		size_t length, end, skip = strspn(accept, " \t");
		struct wish w;

		accept += skip;
		length = strcspn(accept, ",");
		end = strcspn(accept, ";, \t");
		w = (struct wish){ language_fits(accept, end, code),
				   range_weight(accept + end, length - end), place };
		if (w.fit > best.fit || (w.fit == best.fit && w.weight > best.weight))
			best = w;
		accept += length + (accept[length] == ',');
	}
	return best;
}

enum language
language_choose(const char *accept, unsigned offered)
{
	enum language ret = LANGUAGE_EN;
	struct wish best = { 0 };

	for (unsigned l = 0; accept != NULL && l < LANGUAGE_MAX; l++) {
		struct wish w;

		if ((offered & LANGUAGE_BIT(l)) == 0)
			continue;
		w = language_wish(accept, language_code((enum language)l));
		if (w.fit == 0 || w.weight < best.weight ||
		    (w.weight == best.weight && (best.weight == 0 || w.place >= best.place)))
			continue;
		best = w;
		ret = (enum language)l;
	}
	return ret;
}

/* ---- If-None-Match ---- */

bool
etag_matches(const char *header, const char *etag)
{
	size_t length = strlen(etag);

	if (header == NULL)
		return false;
	for (const char *at = header; *at != '\0'; at++) {
		if (*at == '*' && at == header)
			return true;
		if (strncmp(at, etag, length) == 0)
			return true;
	}
	return false;
}
