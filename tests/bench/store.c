/* store.c - the store and its index against bare SQLite inserting the same bytes.
 *
 * Rows of 210 and 330 bytes, 1,000 in a transaction, turn by turn in two files; the index holds
 * two keys an event for UTFALL_BENCH_EVENTS events before. Prints, in hundredths, how
 * much of the bare speed is left, and what the index costs by itself.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "index.h"
#include "measure.h"
#include "store_write.h"

enum { EACH = 1000, TURNS = 300, ENTRY = 210, EVENT = 330, KEYS = 2, BATCH = 100000 };

static char *const folder = (char[]){ "/tmp/utfall-bench-XXXXXX" };
static char entry[ENTRY], event[EVENT];

struct bench {
	struct store *store;
	struct index *index;
	uint64_t next, keys;	/* entries; events whose keys are in the index */
};

/* As good as a digest, and quicker. */
static struct hash
key(uint64_t n)
{
	struct hash h = { { 0 } };
	uint64_t z = (n + 1) * 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	memcpy(h.bytes, &z, sizeof(z));
	return h;
}

static void
fill_rows(uint64_t seq)
{
	memcpy(entry, &seq, sizeof(seq));
	memcpy(event, &seq, sizeof(seq));
	entry[0] = event[0] = '{';
}

/* What a ledger asks for an event: are its keys new? Then they are added. */
static void
add_keys(struct bench *b)
{
	for (uint64_t i = 0; i < KEYS; i++) {
		struct hash h = key(b->keys * KEYS + i);
		uint64_t seqs[4];
		size_t count;

		index_find(b->index, h, seqs, 4, &count);
		if (count > 0)
			fprintf(stderr, "bench: a key twice\n");
		index_add(b->index, h, b->keys);
	}
	b->keys++;
}

static enum rc
add_batch(struct store *s, void *arg, struct err *e)
{
	struct bench *b = arg;

	for (int i = 0; i < BATCH; i++)
		add_keys(b);
	return index_flush(b->index, s, b->keys, e);
}

static enum rc
append(struct store *s, void *arg, struct err *e)
{
	struct bench *b = arg;
	struct store_head old, new;
	enum rc rc = store_head(s, &old, NULL, e);

	for (int i = 0; rc == RC_OK && i < EACH; i++) {
		add_keys(b);
		fill_rows(b->next);
		rc = store_append(s, b->next++, entry, ENTRY, event, EVENT, e);
	}
	if (rc == RC_OK)
		rc = index_flush(b->index, s, b->keys, e);
	new.size = b->next;
	new.root = key(b->next);
	return rc != RC_OK ? rc : store_swap_head(s, &old, &new, "note\n", 5, e);
}

/* ---- bare SQLite, as it is when nobody says more than WAL and FULL ---- */

struct raw {
	sqlite3 *db;
	sqlite3_stmt *entry, *event;
	sqlite3_int64 next;
};

static void
sql(struct raw *r, const char *text)
{
	if (sqlite3_exec(r->db, text, NULL, NULL, NULL) == SQLITE_OK)
		return;
	fprintf(stderr, "bench: %s\n", sqlite3_errmsg(r->db));
	exit(1);
}

static void
raw_open(struct raw *r)
{
	if (sqlite3_open("raw.db", &r->db) != SQLITE_OK)
		exit(1);
	sql(r, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
	    "CREATE TABLE event (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;");
	sqlite3_prepare_v2(r->db, "INSERT INTO entry VALUES (?1, ?2)", -1, &r->entry, NULL);
	sqlite3_prepare_v2(r->db, "INSERT INTO event VALUES (?1, ?2)", -1, &r->event, NULL);
}

static void
raw_insert(sqlite3_stmt *st, sqlite3_int64 seq, const char *bytes, int size)
{
	sqlite3_bind_int64(st, 1, seq);
	sqlite3_bind_blob(st, 2, bytes, size, SQLITE_STATIC);
	if (sqlite3_step(st) != SQLITE_DONE)
		exit(1);
	sqlite3_reset(st);
}

static void
raw_append(struct raw *r)
{
	sql(r, "BEGIN IMMEDIATE");
	for (int i = 0; i < EACH; i++) {
		fill_rows((uint64_t)r->next);
		raw_insert(r->entry, r->next, entry, ENTRY);
		raw_insert(r->event, r->next++, event, EVENT);
	}
	sql(r, "COMMIT");
}

static void
raw_close(struct raw *r)
{
	sqlite3_finalize(r->entry);
	sqlite3_finalize(r->event);
	sqlite3_close(r->db);
}

/* ---- figures ---- */

static void
fill_index(struct bench *b, uint64_t events)
{
	struct err e;
	uint64_t worst = 0, next;

	while (b->keys < events) {
		uint64_t start = nanoseconds();

		index_mark(b->index);
		must(store_transaction(b->store, add_batch, b, &e), &e);
		start = nanoseconds() - start;
		worst = start > worst ? start : worst;
	}
	printf("bench: index_bytes_per_key %zu\n", index_bytes(b->index) / (size_t)(b->keys * KEYS));
	printf("bench: index_worst_add_ns %" PRIu64 "\n", worst / ((uint64_t)BATCH * KEYS));
	index_free(b->index);
	worst = nanoseconds();
	must(index_open(b->store, &b->index, &next, &e), &e);
	printf("bench: index_open_ms %" PRIu64 "\n", (nanoseconds() - worst) / 1000000);
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
compare(struct bench *b, struct raw *r)
{
	static uint64_t ours[TURNS], raw[TURNS];
	uint64_t sum = 0, raw_sum = 0;
	struct err e;

	for (int i = 0; i < TURNS; i++) {
		uint64_t start = nanoseconds(), middle;

		index_mark(b->index);
		must(store_transaction(b->store, append, b, &e), &e);
		middle = nanoseconds();
		raw_append(r);
		raw[i] = nanoseconds() - middle;
		ours[i] = middle - start;
		sum += ours[i];
		raw_sum += raw[i];
	}
	qsort(ours, TURNS, sizeof(*ours), by_size);
	qsort(raw, TURNS, sizeof(*raw), by_size);
	printf("bench: store_ns %" PRIu64 "\n", sum / TURNS / EACH);
	printf("bench: store_raw_ns %" PRIu64 "\n", raw_sum / TURNS / EACH);
	printf("bench: store_ratio %" PRIu64 ".%02" PRIu64 "\n", raw_sum / sum,
	       raw_sum * 100 / sum % 100);
	printf("bench: store_worst_us %" PRIu64 "\n", ours[TURNS - 1] / 1000);
	printf("bench: store_raw_worst_us %" PRIu64 "\n", raw[TURNS - 1] / 1000);
}

static void
find_all(const struct bench *b)
{
	enum { FINDS = 1000000 };
	uint64_t seqs[4], found = 0, start = nanoseconds();
	size_t count;

	for (uint64_t i = 0; i < FINDS; i++) {
		index_find(b->index, key(i * 7919 % (b->keys * KEYS)), seqs, 4, &count);
		found += count;
	}
	printf("bench: index_find_ns %" PRIu64 "\n", (nanoseconds() - start) / FINDS);
	if (found < FINDS)
		fprintf(stderr, "bench: a key is missing\n");
}

static const char *const meanings[] = {
	"store: 1,000 rows a transaction. store_ns and store_raw_ns: nanoseconds a row, ours",
	"and bare SQLite with the same bytes, which is the limit; store_ratio: raw / ours,",
	"1.00 is the limit; worst_us: the slowest transaction in microseconds. index: two",
	"keys an event; bytes of memory a key, nanoseconds a key at worst, milliseconds to",
	"open it, nanoseconds to find one.",
};

int
main(void)
{
	struct bench b = { 0 };
	struct raw r = { 0 };
	uint64_t next;
	struct err e;

	ABOUT(meanings);
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return 1;
	must(store_create("ours.db", &b.store, &e), &e);
	must(index_open(b.store, &b.index, &next, &e), &e);
	fill_index(&b, asked("UTFALL_BENCH_EVENTS", 2000000));
	raw_open(&r);
	compare(&b, &r);
	find_all(&b);
	raw_close(&r);
	index_free(b.index);
	store_close(b.store);
	(void)unlink("ours.db");
	(void)unlink("raw.db");
	return chdir("/") != 0 || rmdir(folder) != 0;
}
