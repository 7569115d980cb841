/* json_priv.h - what the three sources of json share. */
#ifndef UTFALL_JSON_PRIV_H
#define UTFALL_JSON_PRIV_H

#include "json.h"

/* An array's items have a hidden slot in front: `count` is their capacity,
 * `offset` how many of them are taken. A reader's array has no capacity to give. */
struct json *json_new_items(struct arena *arena, uint32_t capacity);

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* How many of these eight bytes, from the first on, stand for themselves in a string: U+0020 to
 * U+007E but quote and backslash. A borrow goes upward only: below the first mark all is true. */
static inline unsigned
json_plain_bytes(const char *text)
{
	const uint64_t low = EACH_BYTE(0x01), high = EACH_BYTE(0x80);
	const unsigned char *t = (const unsigned char *)text;
	uint64_t x = t[0] | (uint64_t)t[1] << 8 | (uint64_t)t[2] << 16 | (uint64_t)t[3] << 24 |
		(uint64_t)t[4] << 32 | (uint64_t)t[5] << 40 | (uint64_t)t[6] << 48 |
		(uint64_t)t[7] << 56;
	uint64_t quote = x ^ EACH_BYTE('"'), backslash = x ^ EACH_BYTE('\\');
	uint64_t marks = ((x - EACH_BYTE(' ')) | (quote - low) | (backslash - low) | (x + low) | x) &
		high;

	return marks == 0 ? 8 : (unsigned)__builtin_ctzll(marks) / 8;
}

int json_key_compare(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
