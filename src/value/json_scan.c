/* json_scan.c - strings, numbers, and what is said about those that break a rule. */
#include "json_scan.h"
#include "json_priv.h"
#include "limits_utfall.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
json_scan_refuse(struct scan *s, const char *at, const char *fmt, ...)
{
	char text[sizeof(s->e->text)];
	va_list args;
	enum rc rc;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	rc = rc_fail(s->e, RC_REFUSED, "%s", text);
	s->fault_at = at;
	return rc == RC_OK;
}

/* What stands at `at`, in words. */
static void
describe(const struct scan *s, char ret[32])
{
	unsigned char c = (unsigned char)*s->at;

	if (s->at == s->end)
		(void)snprintf(ret, 32, "the end of the text");
	else if (c > ' ' && c < 0x7f)
		(void)snprintf(ret, 32, "'%c'", c);
	else
		(void)snprintf(ret, 32, "byte 0x%02x", c);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool
json_scan_refuse_found(struct scan *s, const char *expected)
{
	char found[32];

	if (s->canonical && is_space(*s->at))
		return json_scan_refuse(s, s->at, "white space: canonical bytes have none");
	describe(s, found);
	return json_scan_refuse(s, s->at, "expected %s, found %s", expected, found);
}

#define FRACTION "a number with a fraction: " \
		 "write amounts as whole minor units, decimals as strings"

/* Spellings that people try, each with what to do instead. */
static const struct {
	const char *start, *reason;
} misspelt[] = {
	{ "null", "null: leave the member out" },
	{ "+", "a number with a plus sign: leave the sign out" },
	{ ".", FRACTION },
	{ "'", "a single quote: strings stand in double quotes" },
	{ "/", "a comment: JSON has none" },
	{ "\xef\xbb\xbf", "a byte order mark: save the file as UTF-8 without one" },
};

bool
json_scan_refuse_value(struct scan *s)
{
	for (size_t i = 0; i < sizeof(misspelt) / sizeof(misspelt[0]); i++)
		if (strncmp(s->at, misspelt[i].start, strlen(misspelt[i].start)) == 0)
			return json_scan_refuse(s, s->at, "%s", misspelt[i].reason);
	return json_scan_refuse_found(s, "a value (object, array, string, whole number, true or false)");
}

/* The key may be anything: only its harmless characters are repeated. */
bool
json_scan_refuse_key(struct scan *s, const char *at, const char *key, size_t length)
{
	char shown[LIMIT_NAME_BYTES + 1];
	size_t n = length < LIMIT_NAME_BYTES ? length : LIMIT_NAME_BYTES;

	for (size_t i = 0; i < n; i++)
		shown[i] = key[i] >= ' ' && key[i] <= '~' ? key[i] : '?';
	shown[n] = '\0';
	return json_scan_refuse(s, at, "key '%s'%s: expected a small letter, then at most %d small "
			   "letters, digits and underscores", shown, length > n ? "..." : "",
			   LIMIT_NAME_BYTES - 1);
}

static bool
refuse_character(struct scan *s, const char *at, uint32_t code_point)
{
	bool control = code_point < 0x20 || code_point == 0x7f;

	return json_scan_refuse(s, at, "%s U+%04X in a string: leave it out",
			   control ? "control character" : "noncharacter", (unsigned)code_point);
}

/* A byte that cannot stand in a string as it is. */
static bool
refuse_byte(struct scan *s, const char *at)
{
	if (at == s->end)
		return json_scan_refuse(s, at, "expected '\"' at the end of the string, "
				   "found the end of the text");
	if ((unsigned char)*at < 0x80)
		return refuse_character(s, at, (unsigned char)*at);
	return json_scan_refuse(s, at, "byte 0x%02x is not UTF-8 here: save the text as UTF-8",
			   (unsigned char)*at);
}

/* Four hexadecimal digits of either case, or -1. */
static int32_t
hex_4(const char *text)
{
	int32_t value = 0;

	for (int i = 0; i < 4; i++) {
		char c = text[i];

		if (c >= '0' && c <= '9')
			value = value << 4 | (c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			value = value << 4 | ((c | 0x20) - 'a' + 10);
		else
			return -1;	/* the NUL at the end too */
	}
	return value;
}

/* At the backslash of \uXXXX; a pair of surrogates is one character. */
static bool
unescape_unicode(struct scan *s, char **in, uint32_t *ret)
{
	int32_t high = hex_4(*in + 2), low;

	if (high < 0)
		return json_scan_refuse(s, *in, "expected four hexadecimal digits after '\\u'");
	if (high >= 0xdc00 && high <= 0xdfff)
		return json_scan_refuse(s, *in, "lone surrogate U+%04X: it is half a character",
				   (unsigned)high);
	if (high < 0xd800 || high > 0xdbff) {
		*ret = (uint32_t)high;
		*in += 6;
		return true;
	}
	low = (*in)[6] == '\\' && (*in)[7] == 'u' ? hex_4(*in + 8) : -1;
	if (low < 0xdc00 || low > 0xdfff)
		return json_scan_refuse(s, *in, "lone surrogate U+%04X: it is half a character",
				   (unsigned)high);
	*ret = 0x10000 + ((uint32_t)(high - 0xd800) << 10 | (uint32_t)(low - 0xdc00));
	*in += 12;
	return true;
}

static char *
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (c & 0x3f));
	return out;
}

/* The character behind a backslash in `letter` form, or UINT32_MAX. */
static uint32_t
escape_letter(char letter)
{
	switch (letter) {
	case '"': case '\\': case '/':
		return (unsigned char)letter;
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	}
	return UINT32_MAX;
}

static bool
unescape(struct scan *s, char **in, char **out)
{
	char *start = *in;
	char letter = start[1];
	uint32_t c = escape_letter(letter);

	if (letter == 'u') {
		if (!unescape_unicode(s, in, &c))
			return false;
	} else if (c == UINT32_MAX) {
		return json_scan_refuse(s, start, "expected one of \"\\/bfnrtu after '\\'");
	} else {
		*in += 2;
	}
	if (!text_may_hold(c))
		return refuse_character(s, start, c);
	if (s->canonical && letter != '"' && letter != '\\')
		return json_scan_refuse(s, start, "an escape where none is needed: "
				   "canonical bytes escape only \" and \\");
	*out = put_utf8(*out, c);
	return true;
}

/* Bytes that stand for themselves: U+0020 to U+007E but quote and backslash. */
static inline bool
is_plain(char c)
{
	return (unsigned char)(c - ' ') < 0x5f && c != '"' && c != '\\';
}

static bool
copy_utf8(struct scan *s, char **in, char **out)
{
	uint32_t c;
	size_t n = (unsigned char)**in < 0x80 ? 0 : utf8_next(*in, (size_t)(s->end - *in), &c);

	if (n == 0)
		return refuse_byte(s, *in);
	if (!text_may_hold(c))
		return refuse_character(s, *in, c);
	memmove(*out, *in, n);
	*in += n;
	*out += n;
	return true;
}

bool
json_scan_string(struct scan *s, const char **ret, uint32_t *ret_length)
{
	char *start = s->at + 1, *in = start, *out;
	unsigned plain = 8;

	for (; plain == 8 && s->end - in >= 8; in += plain)
		plain = json_plain_bytes(in);
	while (is_plain(*in))
		in++;
	for (out = in; *in != '"'; ) {
		if (is_plain(*in)) {
			*out++ = *in++;
			continue;
		}
		if (!(*in == '\\' ? unescape(s, &in, &out) : copy_utf8(s, &in, &out)))
			return false;
	}
	*out = '\0';
	*ret = start;
	*ret_length = (uint32_t)(out - start);
	s->at = in + 1;
	return true;
}

bool
json_scan_integer(struct scan *s, int64_t *ret)
{
	const char *start = s->at, *at = start;
	bool negative = *at == '-';
	const char *first = negative ? ++at : at;
	int64_t value = 0;

	for (; *at >= '0' && *at <= '9'; at++)
		if (value <= LIMIT_INTEGER)
			value = 10 * value + (*at - '0');
	if (at == first) {
		s->at++;
		return json_scan_refuse_found(s, "a digit after '-'");
	}
	if (*at == '.')
		return json_scan_refuse(s, start, FRACTION);
	if (*at == 'e' || *at == 'E')
		return json_scan_refuse(s, start, "a number with an exponent: write out its digits");
	if (*first == '0' && at > first + 1)
		return json_scan_refuse(s, start, "a number with a leading zero: leave the zero out");
	if (negative && value == 0)
		return json_scan_refuse(s, start, "a negative zero: write 0");
	if (value > LIMIT_INTEGER)
		return json_scan_refuse(s, start, "a number beyond +-%lld: no reader agrees on more",
				   LIMIT_INTEGER);
	*ret = negative ? -value : value;
	s->at += at - start;
	return true;
}
