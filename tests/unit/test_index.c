/* test_index.c - the index against a naive list, through transactions, rollbacks and reopening. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "index.h"
#include "random.h"
#include "store_test.h"
#include "store_write.h"

#define KEYS 3000		/* few, so that keys repeat */

/* Key n: any; or one of those that differ in their last bytes only; or, rarely, one of those that
 * share their last bytes, which is the worst that can happen to the table. */
static struct hash
key(uint64_t n)
{
	struct hash h = { { 0 } };
	uint64_t spread = (n + 1) * 0x9e3779b97f4a7c15u;
	int at = n % 100 == 1 ? 1 : 6;

	for (int i = 0; i < 8 && n % 5 != 1; i++)
		h.bytes[i] = (uint8_t)(spread >> (56 - 8 * i));
	if (n % 5 == 1) {
		h.bytes[at] = (uint8_t)(n >> 8);
		h.bytes[at + 1] = (uint8_t)n;
	}
	return h;
}

/* ---- the second opinion: for every key, all its seqs in order ---- */

struct list {
	uint64_t *seqs;
	size_t count, room;
};

struct naive {
	struct list lists[KEYS];
};

static void
naive_add(struct naive *x, size_t n, uint64_t seq)
{
	struct list *l = &x->lists[n];

	l->seqs = mem_room(l->seqs, l->count, &l->room, sizeof(*l->seqs));
	l->seqs[l->count++] = seq;
}

static void
naive_cut(struct naive *x, uint64_t seq)
{
	for (size_t n = 0; n < KEYS; n++)
		while (x->lists[n].count > 0
		       && x->lists[n].seqs[x->lists[n].count - 1] >= seq)
			x->lists[n].count--;
}

static void
naive_free(struct naive *x)
{
	for (size_t n = 0; n < KEYS; n++)
		free(x->lists[n].seqs);
	free(x);
}

static void
compare_key(const struct index *x, const struct naive *want, size_t n)
{
	enum { MAX = 5 };
	const struct list *l = &want->lists[n];
	uint64_t seqs[MAX] = { 0 };
	size_t count = 77;

	index_find(x, key(n), seqs, MAX, &count);
	if (count != l->count)
		fail_msg("key %zu: %zu candidates, expected %zu", n, count, l->count);
	for (size_t i = 0; i < count && i < MAX; i++)
		if (seqs[i] != l->seqs[l->count - 1 - i])
			fail_msg("key %zu: candidate %zu is %llu, expected %llu", n, i,
				 (unsigned long long)seqs[i],
				 (unsigned long long)l->seqs[l->count - 1 - i]);
}

static void
compare(const struct index *x, const struct naive *want)
{
	for (size_t n = 0; n < KEYS; n++)
		compare_key(x, want, n);
}

/* ---- one process after another over the same ledger ---- */

struct run {
	struct store *store;
	struct index *index;
	struct naive *naive;
	struct list log;	/* the key of every seq: what a ledger reads from its events */
	uint64_t next;
	size_t adding;
	bool refuse;
};

static void
run_open(struct run *r)
{
	uint64_t next = 99;

	OK(store_open_append(LEDGER, &r->store, &err));
	OK(index_open(r->store, &r->index, &next, &err));
	assert_true(next <= r->next);
	for (; next < r->next; next++)
		index_add(r->index, key(r->log.seqs[next]), next);
}

static void
run_close(struct run *r)
{
	index_free(r->index);
	store_close(r->store);
}

static enum rc
add_some(struct store *s, void *arg, struct err *e)
{
	struct run *r = arg;
	enum rc rc;

	for (size_t i = 0; i < r->adding; i++) {
		uint64_t n = random_below(KEYS);

		r->log.seqs = mem_room(r->log.seqs, r->log.count, &r->log.room,
				       sizeof(*r->log.seqs));
		r->log.seqs[r->log.count++] = n;
		index_add(r->index, key(n), r->next);
		naive_add(r->naive, n, r->next++);
		compare_key(r->index, r->naive, random_below(KEYS));
	}
	rc = index_flush(r->index, s, r->next, e);
	if (rc == RC_OK && r->refuse)
		return rc_fail(e, RC_REFUSED, "on purpose");
	return rc;
}

static void
append_some(struct run *r, size_t count, bool refuse)
{
	uint64_t before = r->next;
	enum rc rc;

	r->adding = count;
	r->refuse = refuse;
	index_mark(r->index);
	rc = store_transaction(r->store, add_some, r, &err);
	if (!refuse) {
		OK(rc);
		return;
	}
	assert_int_equal(rc, RC_REFUSED);
	index_rollback(r->index);
	naive_cut(r->naive, before);
	r->next = r->log.count = before;
}

static void
random_histories_match_a_naive_list(void **state)
{
	struct run r = { .naive = mem_alloc(sizeof(*r.naive)) };

	(void)state;
	memset(r.naive, 0, sizeof(*r.naive));
	random_start("random_histories_match_a_naive_list");
	OK(store_create(LEDGER, &r.store, &err));
	store_close(r.store);
	run_open(&r);
	for (uint64_t i = random_rounds(60); i > 0; i--) {
		size_t most = random_below(10) == 0 ? 70000 : 4000;

		append_some(&r, random_below(most), random_below(3) == 0);
		if (random_below(4) == 0) {
			run_close(&r);
			run_open(&r);
		}
		if (random_below(16) == 0)
			compare(r.index, r.naive);
	}
	compare(r.index, r.naive);
	run_close(&r);
	naive_free(r.naive);
	free(r.log.seqs);
}

/* Two writers in turn, each reading the other's entries into its own index before it appends. */
static void
two_writers_write_no_run_twice(void **state)
{
	struct run a = { .naive = mem_alloc(sizeof(*a.naive)) }, b = { 0 };
	uint64_t seen = 0;

	(void)state;
	memset(a.naive, 0, sizeof(*a.naive));
	random_start("two_writers_write_no_run_twice");
	OK(store_create(LEDGER, &a.store, &err));
	store_close(a.store);
	run_open(&a);
	run_open(&b);
	for (uint64_t i = random_rounds(40); i > 0; i--) {
		struct run *r = random_below(2) == 0 ? &a : &b, *other = r == &a ? &b : &a;

		r->naive = a.naive;
		r->log = a.log;
		r->next = seen;
		append_some(r, 1 + random_below(12000), false);
		for (uint64_t seq = seen; seq < r->next; seq++)
			index_add(other->index, key(r->log.seqs[seq]), seq);
		a.log = r->log;
		a.next = seen = r->next;
	}
	compare(a.index, a.naive);
	compare(b.index, a.naive);
	run_close(&b);
	run_close(&a);
	run_open(&a);
	compare(a.index, a.naive);
	run_close(&a);
	naive_free(a.naive);
	free(a.log.seqs);
}

static void
without_a_store_it_is_the_same(void **state)
{
	struct index *x = index_new();
	struct naive *want = mem_alloc(sizeof(*want));
	uint64_t seq = 0;

	(void)state;
	memset(want, 0, sizeof(*want));
	random_start("without_a_store_it_is_the_same");
	compare(x, want);
	for (int i = 0; i < 200; i++) {
		uint64_t before = seq;

		index_mark(x);
		for (uint64_t left = random_below(900); left > 0; left--) {
			uint64_t n = random_below(KEYS);

			index_add(x, key(n), seq);
			naive_add(want, n, seq);
			seq += random_below(2);
		}
		seq++;
		if (random_below(2) == 0) {
			index_rollback(x);
			naive_cut(want, before);
		}
	}
	compare(x, want);
	assert_true(index_bytes(x) > 1000);
	index_free(x);
	naive_free(want);
}

/* A key of entry 9 that names entry 2, as a correction's does its chain. */
static void
an_entry_may_name_an_earlier_one(void **state)
{
	struct run r = { 0 };
	uint64_t next, got[3];
	size_t count;

	(void)state;
	OK(store_create(LEDGER, &r.store, &err));
	OK(index_open(r.store, &r.index, &next, &err));
	index_mark(r.index);
	index_add(r.index, key(5), 9);
	index_add(r.index, key(6), 2);
	index_add(r.index, key(6), 10);
	index_find(r.index, key(6), got, 3, &count);
	assert_int_equal(count, 2);
	assert_int_equal(got[0], 10);
	assert_int_equal(got[1], 2);
	index_rollback(r.index);
	index_find(r.index, key(6), got, 3, &count);
	assert_int_equal(count, 0);
	run_close(&r);
}

static void
largest_seq_comes_back(void **state)
{
	static const uint64_t seqs[] = { 0, 1, UINT32_MAX, (uint64_t)UINT32_MAX + 1,
					 (UINT64_C(1) << 40) - 1 };
	struct index *x = index_new();
	uint64_t got[9];
	size_t count;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		index_add(x, key(3), seqs[i]);
	index_find(x, key(3), got, 9, &count);
	assert_int_equal(count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(got[i], seqs[4 - i]);
	index_find(x, key(3), got, 0, &count);
	assert_int_equal(count, 5);
	index_free(x);
}

/* ---- runs that are not what was written ---- */

struct damage {
	uint64_t number;
	const struct buf *bytes;
};

static enum rc
put_run(struct store *s, void *arg, struct err *e)
{
	const struct damage *d = arg;

	return store_put_cache(s, CACHE_RUN, d->number, d->bytes->data, d->bytes->size, e);
}

static void
refused(struct store *s, const char *what)
{
	static const char want[] = "run 0 of the index is damaged or missing; "
		"empty the caches, they are made again from the record";
	struct index *x = NULL;
	uint64_t next = 99;
	enum rc rc = index_open(s, &x, &next, &err);

	if (rc != RC_INTEGRITY || strcmp(err.text, want) != 0 || x != NULL || next != 99)
		fail_msg("%s: %s, %s", what, rc_name(rc), err.text);
}

static void
damaged_runs_are_refused(void **state)
{
	struct run r = { .naive = mem_alloc(sizeof(*r.naive)) };
	struct buf run = { 0 };
	struct damage d = { 0, &run };

	(void)state;
	memset(r.naive, 0, sizeof(*r.naive));
	random_start("damaged_runs_are_refused");
	OK(store_create(LEDGER, &r.store, &err));
	store_close(r.store);
	run_open(&r);
	append_some(&r, 20000, false);
	OK(store_cache(r.store, CACHE_RUN, 0, &run, &err));
	for (int i = 0; i < 300; i++) {
		/* Every byte of the header in turn, then any. */
		size_t at = i < 60 ? (size_t)i : random_below(run.size);
		char bit = (char)(1 << random_below(8)), whole = run.data[at];

		run.data[at] = (char)(whole ^ bit);
		OK(store_transaction(r.store, put_run, &d, &err));
		refused(r.store, "a flipped bit");
		run.data[at] = whole;
	}
	run.size--;
	OK(store_transaction(r.store, put_run, &d, &err));
	refused(r.store, "a byte less");
	run.size++;
	d.number = 1;
	OK(store_transaction(r.store, put_run, &d, &err));
	run.size = 0;
	d.number = 0;
	OK(store_transaction(r.store, put_run, &d, &err));
	refused(r.store, "a missing run");
	buf_free(&run);
	run_close(&r);
	naive_free(r.naive);
	free(r.log.seqs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(damaged_runs_are_refused, remove_ledger),
		cmocka_unit_test(largest_seq_comes_back),
		cmocka_unit_test_teardown(an_entry_may_name_an_earlier_one, remove_ledger),
		cmocka_unit_test(without_a_store_it_is_the_same),
		cmocka_unit_test_teardown(random_histories_match_a_naive_list, remove_ledger),
		cmocka_unit_test_teardown(two_writers_write_no_run_twice, remove_ledger),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
