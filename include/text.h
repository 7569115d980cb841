/* text.h - hexadecimal, base64, UTF-8 and the few word shapes of the ledger format.
 *
 * Layer 1. Every decoder accepts exactly one spelling: lowercase hex; padded
 * base64 with unused bits zero (RFC 4648 section 4); base64url without padding
 * (section 5); UTF-8 without overlong forms and surrogates.
 */
#ifndef UTFALL_TEXT_H
#define UTFALL_TEXT_H

#include "rc.h"

struct buf;

void hex_format(const uint8_t *bytes, size_t size, char *ret);	/* 2 * size + 1 bytes */
MUST_CHECK bool hex_parse(const char *text, size_t length, uint8_t *ret, size_t size);

size_t base64_length(size_t size);				/* characters, padding included */
/* base64_length + 1 bytes */
void base64_format(const uint8_t *bytes, size_t size, char *ret);
/* Exactly `size` bytes or false. */
MUST_CHECK bool base64_parse(const char *text, size_t length, uint8_t *ret, size_t size);
/* Any number of bytes up to `size_max`. */
MUST_CHECK bool base64_parse_any(const char *text, size_t length, uint8_t *ret, size_t size_max,
				 size_t *ret_size);
void base64url_format(const uint8_t *bytes, size_t size, char *ret);
MUST_CHECK bool base64url_parse(const char *text, size_t length, uint8_t *ret, size_t size);

/* Bytes of one well-formed character at `text`, or 0. `*ret` is its code point. */
size_t utf8_next(const char *text, size_t length, uint32_t *ret);
/* A string value may hold it: no U+0000-U+001F, U+007F, noncharacter. */
bool text_may_hold(uint32_t code_point);
/* Valid UTF-8 of such characters. */
MUST_CHECK bool text_is_clean(const char *text, size_t length);

bool text_is_name(const char *text, size_t length);		/* [a-z][a-z0-9_]{0,39} */
/* 26 of a-z2-7, the last carrying 3 bits: 16 bytes */
bool text_is_pseudonym(const char *text, size_t length);
/* 26 of Crockford's base32, uppercase, first 0-7 */
bool text_is_ulid(const char *text, size_t length);
/* C2SP origin: printable ASCII, <= 200, none of space + " \ (it stands in JSON as it is), not
 * "utfall/..." */
bool text_is_origin(const char *text, size_t length);

MUST_CHECK bool pseudonym_parse(const char *text, size_t length, uint8_t ret[16]);
void pseudonym_format(const uint8_t bytes[16], char ret[27]);
void ulid_format(uint64_t milliseconds, const uint8_t random[10], char ret[27]);

/* Integer in decimal, no sign but '-', no leading zero, no "-0". */
MUST_CHECK bool integer_parse(const char *text, size_t length, int64_t *ret);

#endif
