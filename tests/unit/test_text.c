/* test_text.c - one spelling per value: refusals first, then round trips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
hex_has_one_spelling(void **state)
{
	static const char *const refused[] = {
		"", "0", "000", "0G", "AB", "ab ", "abcd", " a", "0x",
	};
	uint8_t got = 7;
	char text[3];

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (hex_parse(refused[i], strlen(refused[i]), &got, 1) || got != 7)
			fail_msg("'%s' was read", refused[i]);
	for (int b = 0; b < 256; b++) {
		uint8_t byte = (uint8_t)b;

		hex_format(&byte, 1, text);
		assert_true(hex_parse(text, 2, &got, 1));
		assert_int_equal(got, b);
	}
	assert_true(hex_parse("a0", 2, &got, 1));
	assert_int_equal(got, 0xa0);
}

/* Eight digits are read at once: every byte at each of their places, the others at both ends. */
static void
hex_digits_are_told_at_every_place(void **state)
{
	static const char *const around[] = { "00000000", "99999999", "aaaaaaaa", "ffffffff" };

	(void)state;
	for (size_t k = 0; k < COUNT(around); k++)
		for (size_t at = 0; at < 16; at++)
			for (int c = 0; c < 256; c++) {
				bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
				uint8_t got[8] = { 7, 7, 7, 7, 7, 7, 7, 7 };
				char text[17], again[17];

				memcpy(text, around[k], 8);
				memcpy(text + 8, around[k], 9);
				text[at] = (char)c;
				if (hex_parse(text, 16, got, 8) != digit)
					fail_msg("byte %d at %zu of %s", c, at, around[k]);
				hex_format(got, 8, again);
				assert_string_equal(again, digit ? text : "0707070707070707");
			}
}

/* RFC 4648 section 10. */
static void
base64_speaks_rfc_4648(void **state)
{
	static const struct {
		const char *bytes, *text;
	} cases[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t size = strlen(cases[i].bytes), got_size = 99;
		uint8_t got[8] = { 0 };
		char text[16];

		base64_format((const uint8_t *)cases[i].bytes, size, text);
		assert_string_equal(text, cases[i].text);
		assert_true(base64_parse(text, strlen(text), got, size));
		assert_memory_equal(got, cases[i].bytes, size);
		assert_true(base64_parse_any(text, strlen(text), got, 6, &got_size));
		assert_int_equal(got_size, size);
	}
}

static void
base64_refuses_every_other_spelling(void **state)
{
	static const struct {
		const char *text;
		size_t size;
	} cases[] = {
		{ "Zg", 1 }, { "Zg=", 1 }, { "Zh==", 1 }, { "Zm9=", 2 }, { "Zm8", 2 },
		{ "Z===", 0 }, { "====", 0 }, { "Zg==", 2 }, { "Zm8=", 1 }, { "Zm9v", 2 },
		{ "Zm9v\n", 3 },
		{ " Zm9v", 3 }, { "Zm-_", 3 }, { "Z=9v", 3 }, { "Zg==Zg==", 4 }, { "Zm9vY===", 4 },
		{ "", 1 }, { "A", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t got[8] = { 7, 7, 7, 7, 7, 7, 7, 7 };

		if (base64_parse(cases[i].text, strlen(cases[i].text), got, cases[i].size))
			fail_msg("'%s' was read as %zu bytes", cases[i].text, cases[i].size);
		assert_memory_equal(got, "\7\7\7\7\7\7\7\7", 8);
	}
	uint8_t small[2] = { 7, 7 };
	size_t size = 9;

	assert_false(base64_parse_any("Zm9v", 4, small, 2, &size));
	assert_false(base64_parse_any("Zg=", 3, small, 2, &size));
	assert_false(base64_parse_any("Z===", 4, small, 2, &size));
	assert_false(base64_parse_any("====", 4, small, 2, &size));
	assert_false(base64_parse_any("Zg==\n", 5, small, 2, &size));
	assert_int_equal(size, 9);
}

/* Every pair of last characters: what decodes must encode to the same text. */
static void
base64url_decodes_only_what_it_encodes(void **state)
{
	size_t accepted = 0;

	(void)state;
	for (int a = 1; a < 256; a++)
		for (int b = 1; b < 256; b++) {
			char text[23] = "AAAAAAAAAAAAAAAAAAAA", again[23];
			uint8_t bytes[16];

			text[20] = (char)a;
			text[21] = (char)b;
			if (!base64url_parse(text, 22, bytes, 16))
				continue;
			base64url_format(bytes, 16, again);
			assert_string_equal(again, text);
			accepted++;
		}
	assert_int_equal(accepted, 256);	/* 8 bits are left for the two characters */
}

static void
utf8_follows_the_standard(void **state)
{
	static const struct {
		const char *text;
		size_t length, want;
		uint32_t code_point;
	} cases[] = {
		{ "", 0, 0, 0 },
		{ "\x80", 1, 0, 0 }, { "\xbf", 1, 0, 0 }, { "\xc0\x80", 2, 0, 0 },
		{ "\xc1\xbf", 2, 0, 0 }, { "\xc2", 1, 0, 0 }, { "\xc2\x41", 2, 0, 0 },
		{ "\xe0\x9f\xbf", 3, 0, 0 },
		{ "\xe2\x82", 2, 0, 0 }, { "\xe2\x82\xc0", 3, 0, 0 }, { "\xed\xa0\x80", 3, 0, 0 },
		{ "\xed\xbf\xbf", 3, 0, 0 }, { "\xf0\x8f\xbf\xbf", 4, 0, 0 },
		{ "\xf4\x90\x80\x80", 4, 0, 0 }, { "\xf5\x80\x80\x80", 4, 0, 0 },
		{ "\xff", 1, 0, 0 },
		{ "\xf0\x9f\x98", 3, 0, 0 },
		{ "\0", 1, 1, 0 }, { "a", 1, 1, 'a' }, { "\xc2\x80", 2, 2, 0x80 },
		{ "\xdf\xbf", 2, 2, 0x7ff }, { "\xe0\xa0\x80", 3, 3, 0x800 },
		{ "\xed\x9f\xbf", 3, 3, 0xd7ff }, { "\xee\x80\x80", 3, 3, 0xe000 },
		{ "\xef\xbf\xbf", 3, 3, 0xffff }, { "\xf0\x90\x80\x80", 4, 4, 0x10000 },
		{ "\xf0\x9f\x98\x82", 4, 4, 0x1f602 }, { "\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t got = 0;

		if (utf8_next(cases[i].text, cases[i].length, &got) != cases[i].want ||
		    got != cases[i].code_point)
			fail_msg("case %zu: U+%04X", i, (unsigned)got);
	}
}

static void
strings_hold_no_controls_and_no_noncharacters(void **state)
{
	size_t refused = 0;

	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++)
		refused += !text_may_hold(c);
	assert_int_equal(refused, 32 + 1 + 32 + 2 * 17);
	assert_false(text_may_hold(0x110000));
	assert_false(text_is_clean("a\tb", 3));
	assert_false(text_is_clean("\x7f", 1));
	assert_false(text_is_clean("\xef\xb7\x90", 3));
	assert_false(text_is_clean("\xef\xbf\xbe", 3));
	assert_false(text_is_clean("\xed\xa0\x80", 3));
	assert_true(text_is_clean("", 0));
	assert_true(text_is_clean("Malm\xc3\xb6 \xf0\x9f\x98\x82", 11));
	assert_true(text_is_clean("\xef\xbf\xbd", 3));
}

struct shape_case {
	const char *text;
	bool want;
};

static void
check_shape(const char *name, bool (*is)(const char *, size_t), const struct shape_case *cases,
	    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is(cases[i].text, strlen(cases[i].text)) != cases[i].want)
			fail_msg("%s: '%s'", name, cases[i].text);
}

static void
words_have_their_shapes(void **state)
{
	static const struct shape_case names[] = {
		{ "", false }, { "A", false }, { "1a", false }, { "_a", false }, { "a-b", false },
		{ "a b", false }, { "\xc3\xb6", false },
		{ "a1234567890123456789012345678901234567890", false },
		{ "a", true }, { "a_1", true },
		{ "a123456789012345678901234567890123456789", true },
	};
	static const struct shape_case pseudonyms[] = {
		{ "aaaaaaaaaaaaaaaaaaaaaaaaa", false }, { "aaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaab", false }, { "aaaaaaaaaaaaaaaaaaaaaaaa1a", false },
		{ "Aaaaaaaaaaaaaaaaaaaaaaaaaa", false },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaa", true }, { "zzzzzzzzzzzzzzzzzzzzzzzzz4", true },
	};
	static const struct shape_case ulids[] = {
		{ "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", false }, { "01ARZ3NDEKTSV4RRFFQ69G5FA", false },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FAI", false }, { "01ARZ3NDEKTSV4RRFFQ69G5FAU", false },
		{ "01arz3ndektsv4rrffq69g5fav", false },
		{ "01ARZ3NDEKTSV4RRFFQ69G5FAV", true }, { "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", true },
	};
	static const struct shape_case origins[] = {
		{ "", false }, { "a b", false }, { "a+b", false }, { "a\n", false },
		{ "\xc3\xb6", false }, { "utfall/x", false },
		{ "a\"b", false }, { "a\\b", false },
		{ "!#$%&'()*,-./0:;<=>?@A[]^_`a{|}~", true },
		{ "utfall.example/x", true }, { "ledger.example/outcomes", true },
	};

	(void)state;
	check_shape("name", text_is_name, names, COUNT(names));
	check_shape("pseudonym", text_is_pseudonym, pseudonyms, COUNT(pseudonyms));
	check_shape("ulid", text_is_ulid, ulids, COUNT(ulids));
	check_shape("origin", text_is_origin, origins, COUNT(origins));
}

static void
origins_end_at_200_characters(void **state)
{
	char text[202];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(text_is_origin(text, 200));
	assert_false(text_is_origin(text, 201));
}

/* The pseudonym is RFC 4648 base32 in lower case (section 10: "foobar" is MZXW6YTBOI);
 * the ULID's time is the example of its specification, 1469918176385 for 01ARYZ6S41. */
static void
ids_are_written_as_their_standards_say(void **state)
{
	static const uint8_t all_ones[16] = { 255, 255, 255, 255, 255, 255, 255, 255,
					      255, 255, 255, 255, 255, 255, 255, 255 };
	uint8_t bytes[16] = { 0 };
	char text[27];

	(void)state;
	pseudonym_format((const uint8_t *)"foobarfoobarfoob", text);
	assert_memory_equal(text, "mzxw6ytbojtg633cmfzg", 20);
	assert_true(text_is_pseudonym(text, 26));
	assert_true(pseudonym_parse(text, 26, bytes));
	assert_memory_equal(bytes, "foobarfoobarfoob", 16);
	assert_false(pseudonym_parse("aaaaaaaaaaaaaaaaaaaaaaaaab", 26, bytes));
	assert_memory_equal(bytes, "foobarfoobarfoob", 16);
	pseudonym_format(all_ones, text);
	assert_string_equal(text, "77777777777777777777777774");
	ulid_format(1469918176385, all_ones, text);
	assert_string_equal(text, "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
	ulid_format(UINT64_MAX, all_ones, text);
	assert_true(text_is_ulid(text, 26));
}

static void
integers_have_one_spelling(void **state)
{
	static const char *const refused[] = {
		"", "-", "+1", "-0", "00", "01", "-01", "1 ", " 1", "1.0", "1e3", "0x1", "1a",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999",
	};
	static const struct {
		const char *text;
		int64_t want;
	} accepted[] = {
		{ "0", 0 }, { "7", 7 }, { "-7", -7 }, { "10", 10 },
		{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
	};
	int64_t got = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		if (integer_parse(refused[i], strlen(refused[i]), &got) || got != 42)
			fail_msg("'%s' was read", refused[i]);
	for (size_t i = 0; i < COUNT(accepted); i++) {
		assert_true(integer_parse(accepted[i].text, strlen(accepted[i].text), &got));
		assert_true(got == accepted[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_has_one_spelling),
		cmocka_unit_test(hex_digits_are_told_at_every_place),
		cmocka_unit_test(base64_speaks_rfc_4648),
		cmocka_unit_test(base64_refuses_every_other_spelling),
		cmocka_unit_test(base64url_decodes_only_what_it_encodes),
		cmocka_unit_test(utf8_follows_the_standard),
		cmocka_unit_test(strings_hold_no_controls_and_no_noncharacters),
		cmocka_unit_test(words_have_their_shapes),
		cmocka_unit_test(origins_end_at_200_characters),
		cmocka_unit_test(ids_are_written_as_their_standards_say),
		cmocka_unit_test(integers_have_one_spelling),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
