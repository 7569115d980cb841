/* test_base.c - rc, arena, buf and clock: what all other modules stand on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"
#include "parts.h"
#include "rc.h"

static void
reasons_are_kept_and_placed(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(rc_fail(&e, RC_REFUSED, "expected %d, found %s", 3, "x"), RC_REFUSED);
	assert_int_equal(e.rc, RC_REFUSED);
	assert_string_equal(e.text, "expected 3, found x");
	assert_int_equal(rc_where(&e, "line %d", 7), RC_REFUSED);
	assert_string_equal(e.text, "line 7: expected 3, found x");
	assert_int_equal(rc_fail(&e, RC_CONFLICT, "%s, again", e.text), RC_CONFLICT);
	assert_string_equal(e.text, "line 7: expected 3, found x, again");
}

/* 600 bytes hold 599: what is longer ends in "...", never in half a character. */
static void
long_reasons_end_in_dots(void **state)
{
	char text[1000];
	struct err e = { 0 };

	(void)state;
	memset(text, 'a', sizeof(text));
	text[599] = '\0';
	assert_int_equal(rc_fail(&e, RC_NO, "%s", text), RC_NO);
	assert_string_equal(e.text, text);
	text[599] = 'a';
	text[600] = '\0';
	assert_int_equal(rc_fail(&e, RC_NO, "%s", text), RC_NO);
	assert_int_equal(strlen(e.text), 599);
	assert_string_equal(e.text + 595, "a...");
	memcpy(text + 594, "\xe2\x82\xac", 3);	/* cut within: the whole character goes */
	assert_int_equal(rc_fail(&e, RC_NO, "%s", text), RC_NO);
	assert_string_equal(e.text + 593, "a...");
	assert_int_equal(rc_where(&e, "w"), RC_NO);
	assert_string_equal(e.text + 595, "a...");
	assert_int_equal(rc_where(&e, "%s", text), RC_NO);
	assert_string_equal(e.text + 593, "a...");
}

/* The statuses that README promises to scripts: 0 1 2 3 4 5 6. */
static void
every_result_has_its_status(void **state)
{
	static const struct {
		enum rc rc;
		int exit_status;
	} cases[] = {
		{ RC_OK, 0 }, { RC_NO, 1 }, { RC_USAGE, 2 }, { RC_REFUSED, 3 }, { RC_NOT_FOUND, 3 },
		{ RC_RANGE, 3 }, { RC_CONFLICT, 4 }, { RC_INTEGRITY, 5 }, { RC_SYSTEM, 6 },
	};

	(void)state;
	assert_int_equal(sizeof(cases) / sizeof(cases[0]), RC_MAX);
	for (int i = 0; i < RC_MAX; i++) {
		assert_int_equal(rc_exit_status(cases[i].rc), cases[i].exit_status);
		assert_true(strlen(rc_name(cases[i].rc)) > 0);
	}
}

static void
arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena *a = arena_new();
	size_t used = 0;

	(void)state;
	arena_reset(a);
	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 7) {
			unsigned char *p = arena_alloc(a, size);

			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, size);
			used += size;
			assert_string_equal(arena_string(a, "abc", 2), "ab");
			used += 3;
		}
		assert_int_equal(arena_used(a), used);
		arena_reset(a);
		used = 0;
		assert_int_equal(arena_used(a), 0);
	}
	arena_free(a);
	arena_free(NULL);
}

static void
arena_holds_what_is_larger_than_a_block(void **state)
{
	struct arena *a = arena_new();
	char *small = arena_string(a, "here", 4), *large = arena_array(a, 10, 1 << 20);

	(void)state;
	memset(large, 'x', 10u << 20);
	assert_string_equal(small, "here");
	assert_string_equal(arena_printf(a, "%s-%d", "n", 12), "n-12");
	assert_string_equal(arena_string(a, NULL, 0), "");
	arena_reset(a);
	assert_string_equal(arena_printf(a, "%*s", 100000, "x") + 99999, "x");
	arena_free(a);
}

static void
arrays_find_room(void **state)
{
	size_t capacity = 0, arena_capacity = 0;
	int *array = NULL, *other = NULL;
	struct arena *a = arena_new();

	(void)state;
	for (size_t count = 0; count < 1000; count++) {
		array = mem_room(array, count, &capacity, sizeof(*array));
		assert_true(capacity > count);
		array[count] = (int)count;
		other = arena_room(a, other, count, &arena_capacity, sizeof(*other));
		assert_true(arena_capacity > count);
		assert_int_equal(other[count], 0);
		other[count] = (int)count;
	}
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(array[i], i);
		assert_int_equal(other[i], i);
	}
	free(array);
	arena_free(a);
}

static void
buf_grows_and_ends_in_a_nul(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add(&b, NULL, 0);
	assert_string_equal(b.data, "");
	buf_text(&b, "a");
	buf_byte(&b, 'b');
	buf_add(&b, "c\0d", 3);
	assert_int_equal(b.size, 5);
	assert_memory_equal(b.data, "abc\0d", 6);
	buf_clear(&b);
	assert_string_equal(b.data, "");
	buf_printf(&b, "%s|%0*d", "x", 500, 7);
	assert_int_equal(b.size, 502);
	assert_int_equal(b.data[501], '7');
	assert_int_equal(b.data[502], '\0');
	for (int i = 0; i < 10000; i++)
		buf_byte(&b, 'z');
	assert_int_equal(strlen(b.data), 10502);
	buf_free(&b);
	assert_true(b.data == NULL && b.size == 0 && b.capacity == 0);
	buf_clear(&b);
	buf_free(&b);
}

enum { PART = 7, PARTS = 20 };

struct kept_parts {
	struct buf parts[PARTS];
	size_t count, next;
};

static enum rc
keep_part(void *arg, struct buf *part, struct err *e)
{
	struct kept_parts *k = arg;

	(void)e;
	assert_true(part->size == PART && k->count < PARTS);
	buf_add(&k->parts[k->count++], part->data, part->size);
	return RC_OK;
}

static enum rc
kept_part(void *arg, struct buf *part, struct err *e)
{
	struct kept_parts *k = arg;

	if (k->next == k->count)
		return rc_fail(e, RC_NO, "that was the last one");
	assert_int_equal(part->size, 0);
	buf_add(part, k->parts[k->next].data, k->parts[k->next].size);
	k->next++;
	return RC_OK;
}

/* Written by 1, 2, 3 ... bytes, read by 13, 12, 11 ...: the same, and nothing behind it. */
static void
parts_hold_what_was_put(void **state)
{
	static const char text[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "abcdefghijklmnopqrstuvwxyzABC";	/* 13 of 7 bytes: 91 */
	struct kept_parts k = { .count = 0 };
	struct parts_out many = { .size = PART, .put = keep_part, .arg = &k }, one = { .put = NULL };
	struct parts_in in = { .next = kept_part, .arg = &k };
	char found[sizeof(text)] = "";
	struct err e;

	(void)state;
	for (size_t n = 1, at = 0; n <= 13; at += n++) {
		assert_int_equal(parts_put(&many, text + at, n, &e), RC_OK);
		assert_int_equal(parts_put(&one, text + at, n, &e), RC_OK);
	}
	assert_int_equal(k.count, 13);
	assert_int_equal(many.part.size, 0);
	assert_string_equal(one.part.data, text);
	for (size_t n = 13, at = 0; n > 0; at += n--)
		assert_int_equal(parts_get(&in, found + at, n, &e), RC_OK);
	assert_string_equal(found, text);
	assert_int_equal(parts_get(&in, found, 0, &e), RC_OK);
	assert_int_equal(parts_get(&in, found, 1, &e), RC_NO);
	assert_string_equal(e.text, "that was the last one");
	buf_free(&in.part);
	in = (struct parts_in){ .part = one.part };
	assert_int_equal(parts_get(&in, found, 91, &e), RC_OK);
	assert_int_equal(parts_get(&in, found, 1, &e), RC_INTEGRITY);
	assert_string_equal(e.text, "the bytes end too soon");
	buf_free(&many.part);
	buf_free(&one.part);
	for (size_t i = 0; i < PARTS; i++)
		buf_free(&k.parts[i]);
}

static void
buf_writes_integers(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_integer(&b, 0);
	buf_byte(&b, ' ');
	buf_integer(&b, -10);
	buf_byte(&b, ' ');
	buf_integer(&b, INT64_MAX);
	buf_byte(&b, ' ');
	buf_integer(&b, INT64_MIN);
	assert_string_equal(b.data, "0 -10 9223372036854775807 -9223372036854775808");
	buf_free(&b);
}

static void
clock_stands_where_it_is_set(void **state)
{
	struct clock fixed = { .fixed = true, .fixed_seconds = -5 }, real = { 0 };

	(void)state;
	assert_true(clock_now(&fixed) == -5);
	assert_true(clock_now(&real) > 1700000000);	/* November 2023 */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reasons_are_kept_and_placed),
		cmocka_unit_test(long_reasons_end_in_dots),
		cmocka_unit_test(every_result_has_its_status),
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_holds_what_is_larger_than_a_block),
		cmocka_unit_test(arrays_find_room),
		cmocka_unit_test(buf_grows_and_ends_in_a_nul),
		cmocka_unit_test(parts_hold_what_was_put),
		cmocka_unit_test(buf_writes_integers),
		cmocka_unit_test(clock_stands_where_it_is_set),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
