/* test_entry.c - entries: two forms, one spelling; every other byte is refused with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "entry.h"

#define AT "{\"at\":\"2017-01-01T00:00:00Z\""
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define DIGEST "00000000000000000000000000000000000000000000000000000000000000ab"
#define EVENT AT ",\"event\":\"" DIGEST "\",\"prev\":\"" ZERO "\",\"seq\":42,\"v\":1}"
#define SUBMISSION AT ",\"prev\":\"" ZERO "\",\"seq\":0,\"submission\":{\"count\":1},\"v\":1}"

static void
test_forms(void **state)
{
	struct buf again = { 0 };
	struct entry x;
	struct err e;

	(void)state;
	assert_int_equal(entry_parse(EVENT, strlen(EVENT), &x, &e), RC_OK);
	assert_int_equal(x.kind, ENTRY_EVENT);
	assert_true(x.at == 1483228800 && x.seq == 42);
	assert_true(hash_is_zero(x.prev));
	assert_int_equal(x.event.bytes[31], 0xab);
	entry_format(&x, &again);
	assert_string_equal(again.data, EVENT);
	buf_clear(&again);
	assert_int_equal(entry_parse(SUBMISSION, strlen(SUBMISSION), &x, &e), RC_OK);
	assert_int_equal(x.kind, ENTRY_SUBMISSION);
	assert_int_equal(x.submission_size, strlen("{\"count\":1}"));
	assert_memory_equal(x.submission, "{\"count\":1}", x.submission_size);
	entry_format(&x, &again);
	assert_string_equal(again.data, SUBMISSION);
	buf_free(&again);
}

static const struct {
	const char *bytes, *text;
} refusals[] = {
	{ "", "byte 0: expected {\"at\":\"YYYY-MM-DDThh:mm:ssZ\", found the end" },
	{ "[]", "byte 0: expected {\"at\":\"YYYY-MM-DDThh:mm:ssZ\", found []" },
	{ "{\"at\":\"2017-02-30T00:00:00Z\"", "byte 7: expected {\"at\":\"YYYY-MM-DDThh:mm:ssZ\", found "
	  "2017-02-30T00:00:00Z\"" },
	{ AT ",\"event\":\"" ZERO "\",\"seq\":1", "byte 102: expected \"prev\":\"64 hexadecimal "
	  "digits\", found \",\"seq\":1" },
	{ AT ",\"event\":\"ABCD", "byte 38: expected a digest of 64 hexadecimal digits, found ABCD" },
	{ AT ",\"prev\":\"" ZERO "\",\"seq\":01,\"v\":1}",
	  "byte 109: expected \"seq\":a whole number, found 01,\"v\":1}" },
	{ AT ",\"prev\":\"" ZERO "\",\"seq\":9007199254740992,\"v\":1}",
	  "byte 109: expected \"seq\":a whole number, found 9007199254740992,\"v\":1}" },
	{ AT ",\"prev\":\"" ZERO "\",\"seq\":1,\"v\":1}",
	  "byte 110: expected \"submission\":{...}, found ,\"v\":1}" },
	{ AT ",\"event\":\"" ZERO "\",\"prev\":\"" ZERO "\",\"seq\":1,\"v\":2}",
	  "byte 185: expected \"v\":1} and the end, found ,\"v\":2}" },
	{ EVENT "\n", "byte 193: expected \"v\":1} and the end, found ?" },
};

static void
test_refusals(void **state)
{
	struct entry x = { .seq = 7 };
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		enum rc rc = entry_parse(refusals[i].bytes, strlen(refusals[i].bytes), &x, &e);

		assert_int_equal(rc, RC_REFUSED);
		assert_string_equal(e.text, refusals[i].text);
		assert_int_equal(x.seq, 7);	/* untouched */
	}
}

/* At the limit of 65,535 bytes, and one beyond. */
static void
test_limit(void **state)
{
	static char bytes[70000];
	static const char head[] = AT ",\"prev\":\"" ZERO "\",\"seq\":0,\"submission\":{\"";
	static const char tail[] = "\":1},\"v\":1}";
	struct entry x;
	struct err e;

	(void)state;
	for (size_t size = 65535; size <= 65536; size++) {
		memset(bytes, 'a', size);
		memcpy(bytes, head, sizeof(head) - 1);
		memcpy(bytes + size - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
		assert_int_equal(entry_parse(bytes, size, &x, &e),
				 size == 65535 ? RC_OK : RC_REFUSED);
	}
	assert_string_equal(e.text, "expected at most 65535 bytes, found 65536");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
