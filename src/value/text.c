/* text.c - spellings of bytes and the word shapes of the ledger format.
 *
 * Every decoder accepts one spelling only: what decodes encodes to the same text.
 * Read next: hash.c, date.c, ratio.c, money.c (values), json_read.c (documents).
 */
#include "text.h"
#include "limits_utfall.h"

#include <assert.h>
#include <string.h>

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char crockford_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void
hex_format(const uint8_t *bytes, size_t size, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		ret[2 * i] = digits[bytes[i] >> 4];
		ret[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret[2 * size] = '\0';
}

/* Value of a digit plus one; 0 for what is none. */
static const uint8_t hex_value[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8,
	['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15,
	['f'] = 16,
};

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Eight digits at once, first the highest byte. False where one is none.
 * A letter is 0x61 to 0x66, its value 9 more than its low half; other digits are 0x30 to 0x39. */
static bool
hex_parse_8(const char *text, uint8_t ret[4])
{
	const unsigned char *t = (const unsigned char *)text;
	uint64_t x = (uint64_t)t[0] << 56 | (uint64_t)t[1] << 48 | (uint64_t)t[2] << 40 |
		(uint64_t)t[3] << 32 | (uint64_t)t[4] << 24 | (uint64_t)t[5] << 16 |
		(uint64_t)t[6] << 8 | t[7];
	uint64_t letter, low, wrong;

	letter = x >> 6 & EACH_BYTE(1);
	low = x & EACH_BYTE(0x0f);
	wrong = (x & EACH_BYTE(0xf0)) ^ (EACH_BYTE(0x30) + letter * 0x30);
	wrong |= (low + EACH_BYTE(6) + letter * 3) & EACH_BYTE(0x10);	/* above 9, above f */
	wrong |= ~(low + EACH_BYTE(0x0f)) >> 4 & letter;			/* below a */
	if (wrong != 0)
		return false;
	low += letter * 9;
	low |= low >> 4;	/* every second byte is two digits' now */
	ret[0] = (uint8_t)(low >> 48);
	ret[1] = (uint8_t)(low >> 32);
	ret[2] = (uint8_t)(low >> 16);
	ret[3] = (uint8_t)low;
	return true;
}

bool
hex_parse(const char *text, size_t length, uint8_t *ret, size_t size)
{
	uint8_t some[32];

	if (length % 2 != 0 || length / 2 != size)
		return false;
	if (size % 4 == 0 && size <= sizeof(some)) {
		for (size_t i = 0; i < size; i += 4)
			if (!hex_parse_8(text + 2 * i, some + i))
				return false;
		if (size > 0)
			memcpy(ret, some, size);
		return true;
	}
	for (size_t i = 0; i < length; i++)
		if (hex_value[(unsigned char)text[i]] == 0)
			return false;
	for (size_t i = 0; i < size; i++)
		ret[i] = (uint8_t)((hex_value[(unsigned char)text[2 * i]] - 1) << 4 |
				   (hex_value[(unsigned char)text[2 * i + 1]] - 1));
	return true;
}

size_t
base64_length(size_t size)
{
	return (size + 2) / 3 * 4;
}

/* Digits of `width` bits each, most significant first, the last one filled with zeros; without
 * padding. Returns how many. */
static size_t
format_digits(const uint8_t *bytes, size_t size, const char *digits, unsigned width, char *ret)
{
	const uint32_t mask = (1u << width) - 1;
	size_t n = 0;
	uint32_t bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < size; i++) {
		bits = bits << 8 | bytes[i];
		for (have += 8; have >= width; ) {
			have -= width;
			ret[n++] = digits[bits >> have & mask];
		}
	}
	if (have > 0)
		ret[n++] = digits[bits << (width - have) & mask];
	return n;
}

void
base64_format(const uint8_t *bytes, size_t size, char *ret)
{
	size_t n = format_digits(bytes, size, base64_digits, 6, ret);

	while (n % 4 != 0)
		ret[n++] = '=';
	ret[n] = '\0';
}

void
base64url_format(const uint8_t *bytes, size_t size, char *ret)
{
	ret[format_digits(bytes, size, base64url_digits, 6, ret)] = '\0';
}

#define BASE64_DIGITS \
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8, \
	['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, \
	['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, \
	['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, \
	['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, \
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, \
	['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, \
	['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57, \
	['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62

/* Value of a digit plus one; 0 for what is none. */
static const uint8_t base64_value[256] = { BASE64_DIGITS, ['+'] = 63, ['/'] = 64 };
static const uint8_t base64url_value[256] = { BASE64_DIGITS, ['-'] = 63, ['_'] = 64 };

/* Only digits, none left over, unused bits zero. */
static bool
check_64(const char *text, size_t length, const uint8_t values[256])
{
	static const unsigned unused[4] = { 0, 0, 15, 3 };
	unsigned wrong = 0;

	assert(length % 4 != 1);	/* its callers have compared lengths */
	for (size_t i = 0; i < length; i++)
		wrong |= values[(unsigned char)text[i]] - 1u;
	return wrong <= 63 &&
	       (length == 0 ||
		((values[(unsigned char)text[length - 1]] - 1u) & unused[length % 4]) == 0);
}

static void
parse_64(const char *text, size_t length, const uint8_t values[256], uint8_t *ret)
{
	uint32_t bits = 0;
	unsigned have = 0;

	for (size_t i = 0; i < length; i++) {
		bits = bits << 6 | (values[(unsigned char)text[i]] - 1u);
		have += 6;
		if (have >= 8) {
			have -= 8;
			*ret++ = (uint8_t)(bits >> have);
		}
	}
}

bool
base64_parse_any(const char *text, size_t length, uint8_t *ret, size_t size_max, size_t *ret_size)
{
	size_t digits = length;

	if (length % 4 != 0)
		return false;
	for (int i = 0; i < 2 && digits > 0 && text[digits - 1] == '='; i++)
		digits--;
	if (digits / 4 * 3 + (digits % 4) * 6 / 8 > size_max)
		return false;
	if (!check_64(text, digits, base64_value))
		return false;
	parse_64(text, digits, base64_value, ret);
	*ret_size = digits / 4 * 3 + (digits % 4) * 6 / 8;
	return true;
}

bool
base64_parse(const char *text, size_t length, uint8_t *ret, size_t size)
{
	size_t padding = (3 - size % 3) % 3, got;

	if (length != base64_length(size))
		return false;
	if (length > 0 && (text[length - 1] == '=') != (padding > 0))
		return false;
	if (length > 0 && (text[length - 2] == '=') != (padding > 1))
		return false;
	return base64_parse_any(text, length, ret, size, &got);
}

bool
base64url_parse(const char *text, size_t length, uint8_t *ret, size_t size)
{
	if (length != (size * 8 + 5) / 6 || !check_64(text, length, base64url_value))
		return false;
	parse_64(text, length, base64url_value, ret);
	return true;
}

static bool
is_follower(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Table 3-7 of the Unicode standard: no overlong form, no surrogate, none above U+10FFFF. */
size_t
utf8_next(const char *text, size_t length, uint32_t *ret)
{
	const unsigned char *s = (const unsigned char *)text;

	if (length == 0)
		return 0;
	if (s[0] < 0x80) {
		*ret = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || length < 2 || !is_follower(s[1]))
		return 0;
	if (s[0] < 0xe0) {
		*ret = (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
		return 2;
	}
	if (length < 3 || !is_follower(s[2]))
		return 0;
	if (s[0] < 0xf0) {
		if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f))
			return 0;
		*ret = (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
		return 3;
	}
	if (s[0] > 0xf4 || length < 4 || !is_follower(s[3]))
		return 0;
	if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	*ret = (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 |
	       (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
	return 4;
}

bool
text_may_hold(uint32_t code_point)
{
	if (code_point < 0x20 || code_point == 0x7f)
		return false;
	if (code_point >= 0xfdd0 && code_point <= 0xfdef)
		return false;
	return (code_point & 0xfffe) != 0xfffe && code_point <= 0x10ffff;
}

bool
text_is_clean(const char *text, size_t length)
{
	size_t n;

	for (size_t i = 0; i < length; i += n) {
		uint32_t code_point;

		n = utf8_next(text + i, length - i, &code_point);
		if (n == 0 || !text_may_hold(code_point))
			return false;
	}
	return true;
}

/* Value of a digit of the pseudonyms' alphabet plus one; 0 for what is none. */
static const uint8_t base32_value[256] = {
	['a'] = 1, ['b'] = 2, ['c'] = 3, ['d'] = 4, ['e'] = 5, ['f'] = 6, ['g'] = 7, ['h'] = 8,
	['i'] = 9, ['j'] = 10, ['k'] = 11, ['l'] = 12, ['m'] = 13, ['n'] = 14, ['o'] = 15,
	['p'] = 16, ['q'] = 17, ['r'] = 18, ['s'] = 19, ['t'] = 20, ['u'] = 21, ['v'] = 22,
	['w'] = 23, ['x'] = 24, ['y'] = 25, ['z'] = 26, ['2'] = 27, ['3'] = 28, ['4'] = 29,
	['5'] = 30, ['6'] = 31, ['7'] = 32,
};

/* What stands in a name behind its first letter: the same letters, every digit, '_'. */
static bool
is_name_character(unsigned char c)
{
	return base32_value[c] != 0 || (c >= '0' && c <= '9') || c == '_';
}

bool
text_is_name(const char *text, size_t length)
{
	if (length == 0 || length > LIMIT_NAME_BYTES || text[0] < 'a' || text[0] > 'z')
		return false;
	for (size_t i = 1; i < length; i++)
		if (!is_name_character((unsigned char)text[i]))
			return false;
	return true;
}

bool
text_is_pseudonym(const char *text, size_t length)
{
	unsigned wrong = 0;

	if (length != 26)
		return false;
	for (size_t i = 0; i < 26; i++)
		wrong |= base32_value[(unsigned char)text[i]] - 1u;
	return wrong <= 31 && ((base32_value[(unsigned char)text[25]] - 1u) & 3) == 0;
}

bool
pseudonym_parse(const char *text, size_t length, uint8_t ret[16])
{
	uint32_t bits = 0;
	unsigned have = 0;

	if (!text_is_pseudonym(text, length))
		return false;
	for (size_t i = 0; i < 26; i++) {
		bits = bits << 5 | (base32_value[(unsigned char)text[i]] - 1u);
		have += 5;
		if (have >= 8) {
			have -= 8;
			*ret++ = (uint8_t)(bits >> have);
		}
	}
	return true;
}

bool
text_is_ulid(const char *text, size_t length)
{
	if (length != 26 || text[0] > '7')
		return false;
	for (size_t i = 0; i < 26; i++)
		if (text[i] == '\0' || strchr(crockford_digits, text[i]) == NULL)
			return false;
	return true;
}

bool
text_is_origin(const char *text, size_t length)
{
	static const char ours[] = "utfall/";	/* prefixes of what is signed */

	if (length == 0 || length > 200)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '+' || text[i] == '"' ||
		    text[i] == '\\')
			return false;
	return length < strlen(ours) || memcmp(text, ours, strlen(ours)) != 0;
}

void
pseudonym_format(const uint8_t bytes[16], char ret[27])
{
	ret[format_digits(bytes, 16, base32_digits, 5, ret)] = '\0';
}

void
ulid_format(uint64_t milliseconds, const uint8_t random[10], char ret[27])
{
	for (int i = 9; i >= 0; i--) {
		ret[i] = crockford_digits[milliseconds & 31];
		milliseconds >>= 5;
	}
	ret[0] = (char)('0' + (ret[0] - '0') % 8);	/* 48 bits: the first digit carries three */
	ret[10 + format_digits(random, 10, crockford_digits, 5, ret + 10)] = '\0';
}

bool
integer_parse(const char *text, size_t length, int64_t *ret)
{
	bool negative = length > 0 && text[0] == '-';
	size_t first = negative ? 1 : 0;
	int64_t value = 0;

	if (length == first || (text[first] == '0' && (length > first + 1 || negative)))
		return false;
	for (size_t i = first; i < length; i++) {
		int digit = text[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, digit, &value))
			return false;
	}
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*ret = value;
	return true;
}
