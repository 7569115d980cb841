/* ledger.c - appending, verifying and replaying against what the machine can do at best.
 *
 * UTFALL_BENCH_EVENTS: how many events the ledger holds before appending is measured.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "entry.h"
#include "merkle.h"
#include "replay.h"
#include "store.h"
#include "world.h"

enum { EACH = 1000, MEASURED = 60, PEOPLE = 20000 };

static volatile uint8_t sink;

static uint64_t
nanoseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t
cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t cpu_spent;	/* by the part measured last */

static void
must(enum rc rc, const struct err *e)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "bench: %s\n", e->text);
	exit(1);
}

/* ---- what is appended ---- */

static char *people;	/* pseudonyms */

static void
make_file(struct world *w, uint64_t number, struct buf *ret)
{
	arena_reset(w->arena);
	for (unsigned i = 0; i < EACH; i++) {
		uint64_t n = number * EACH + i;

		(void)world_addf(w, "activity.logged", "{'contract':'%s','hours':'1.5','kind':"
				 "'ips_support','on':'2018-03-%02u','participant':'%s','ref':"
				 "'r%" PRIu64 "'}", w->contract_hex, (unsigned)(n % 28) + 1,
				 people + (n * 7919 % PEOPLE) * 27, n);
	}
	buf_clear(ret);
	world_file(w, w->keys[TEAM], ret);
}

static void
enrol(struct world *w)
{
	people = malloc(PEOPLE * 27);
	for (unsigned i = 0; i < PEOPLE; i++) {
		memcpy(people + i * 27, world_person(i), 27);
		(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-02-01',"
				 "'participant':'%s'}", w->contract_hex, people + i * 27);
		if (i % EACH == EACH - 1)
			must(world_send(w, TEAM), &w->e);
	}
}

static uint64_t
append_many(struct world *w, uint64_t from, uint64_t to)
{
	struct buf file = { 0 };
	uint64_t spent = 0, start;

	cpu_spent = 0;
	for (uint64_t i = from; i < to; i++) {
		make_file(w, i, &file);
		start = nanoseconds();
		cpu_spent -= cpu();
		must(world_append(w, file.data, file.size), &w->e);
		cpu_spent += cpu();
		spent += nanoseconds() - start;
	}
	buf_free(&file);
	return spent;
}

/* ---- the limit: SQLite alone with the same bytes, transactions, hashes and one signature ---- */

static void
sql(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

struct raw {
	sqlite3 *db;
	sqlite3_stmt *entry, *event;
	struct merkle_frontier tree, events;
};

static enum rc
raw_row(void *arg, const struct store_row *row, struct err *e)
{
	struct raw *r = arg;

	(void)e;
	merkle_add(&r->tree, hash_leaf(row->entry, row->entry_size));
	sqlite3_bind_int64(r->entry, 1, (sqlite3_int64)row->seq);
	sqlite3_bind_blob(r->entry, 2, row->entry, (int)row->entry_size, SQLITE_STATIC);
	sqlite3_step(r->entry);
	sqlite3_reset(r->entry);
	if (row->event == NULL)
		return RC_OK;
	merkle_add(&r->events, hash_leaf(row->event, row->event_size));
	sqlite3_bind_int64(r->event, 1, (sqlite3_int64)row->seq);
	sqlite3_bind_blob(r->event, 2, row->event, (int)row->event_size, SQLITE_STATIC);
	sqlite3_step(r->event);
	sqlite3_reset(r->event);
	return RC_OK;
}

static uint64_t
raw_many(struct world *w, uint64_t size)
{
	struct raw r = { .db = NULL };
	char path[120];
	uint8_t signature[64];
	uint64_t start, spent = 0;
	struct err e;

	(void)snprintf(path, sizeof(path), "%s/raw.db", w->folder);
	if (sqlite3_open(path, &r.db) != SQLITE_OK)
		exit(1);
	sql(r.db, "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
	    "CREATE TABLE event (seq INTEGER PRIMARY KEY, bytes BLOB) STRICT;");
	sqlite3_prepare_v2(r.db, "INSERT INTO entry VALUES (?, ?)", -1, &r.entry, NULL);
	sqlite3_prepare_v2(r.db, "INSERT INTO event VALUES (?, ?)", -1, &r.event, NULL);
	cpu_spent = 0;
	for (uint64_t i = 0; i < MEASURED; i++) {
		uint64_t from = size - (MEASURED - i) * (EACH + 1);

		start = nanoseconds();
		cpu_spent -= cpu();
		sql(r.db, "BEGIN IMMEDIATE");
		must(store_scan(ledger_store(w->l), from, from + EACH + 1, raw_row, &r, &e), &e);
		must(signing_key_sign(w->checkpoint, &r.tree, 64, signature, &e), &e);
		sql(r.db, "COMMIT");
		cpu_spent += cpu();
		spent += nanoseconds() - start;
	}
	sqlite3_finalize(r.entry);
	sqlite3_finalize(r.event);
	sqlite3_close(r.db);
	(void)unlink(path);
	return spent;
}

/* ---- verifying against a loop that reads, hashes and checks signatures, and nothing else ---- */

struct bare {
	struct world *w;
	struct merkle_frontier tree, events;
	struct buf message;
};

static enum rc
bare_row(void *arg, const struct store_row *row, struct err *e)
{
	struct bare *b = arg;
	struct entry x;
	struct submission s;

	merkle_add(&b->tree, hash_leaf(row->entry, row->entry_size));
	if (row->event != NULL) {
		merkle_add(&b->events, hash_leaf(row->event, row->event_size));
		return RC_OK;
	}
	if (entry_parse(row->entry, row->entry_size, &x, e) != RC_OK ||
	    submission_parse(x.submission, x.submission_size, &s, e) != RC_OK)
		return RC_INTEGRITY;
	sink = submission_verify(&s, signing_key_verifier(b->w->keys[TEAM]));
	memset(&b->events, 0, sizeof(b->events));
	return RC_OK;
}

static void
bench_verify(struct world *w, uint64_t size)
{
	struct replay_source *source;
	struct replay_report report;
	struct replay_args args = { .full = false };
	struct bare b = { .w = w };
	uint64_t start, bare, verify;
	struct store *s;
	struct err e;

	must(store_open_read(w->path, &s, &e), &e);
	must(replay_source_store(s, &source, &e), &e);
	must(store_scan(s, 0, size, bare_row, &b, &e), &e);	/* warm */
	start = nanoseconds();
	must(store_scan(s, 0, size, bare_row, &b, &e), &e);
	bare = nanoseconds() - start;
	start = nanoseconds();
	must(replay(source, &args, &report, NULL, &e), &e);
	verify = nanoseconds() - start;
	printf("bench: verify_ns %" PRIu64 "\n", verify / size);
	printf("bench: verify_ratio %" PRIu64 ".%02" PRIu64 "\n", bare / verify,
	       bare * 100 / verify % 100);
	args.full = true;
	start = nanoseconds();
	must(replay(source, &args, &report, NULL, &e), &e);
	printf("bench: replay_ns %" PRIu64 "\n", (nanoseconds() - start) / size);
	replay_source_free(source);
	store_close(s);
}

int
main(void)
{
	const char *text = getenv("UTFALL_BENCH_EVENTS");
	uint64_t events = text == NULL ? 2000000 : strtoull(text, NULL, 10), append, raw, start;
	struct world *w = malloc(sizeof(*w));
	struct ledger_facts facts;
	struct ledger *l;
	struct rusage use;

	if (w == NULL)
		return 1;
	world_open(w);
	world_contract(w);
	w->now = 1520000000;
	enrol(w);
	(void)append_many(w, 0, events / EACH);
	append = append_many(w, events / EACH, events / EACH + MEASURED);
	printf("bench: append_cpu_ns %" PRIu64 "\n", cpu_spent / (MEASURED * EACH));
	state_facts(ledger_state(w->l), &facts);
	raw = raw_many(w, facts.size);
	printf("bench: raw_cpu_ns %" PRIu64 "\n", cpu_spent / (MEASURED * EACH));
	printf("bench: raw_ns %" PRIu64 "\n", raw / (MEASURED * EACH));
	printf("bench: append_ns %" PRIu64 "\n", append / (MEASURED * EACH));
	printf("bench: append_ratio %" PRIu64 ".%02" PRIu64 "\n", raw / append,
	       raw * 100 / append % 100);
	start = nanoseconds();
	must(ledger_open_read(w->path, &l, &w->e), &w->e);
	printf("bench: open_us %" PRIu64 "\n", (nanoseconds() - start) / 1000);
	ledger_close(l);
	bench_verify(w, facts.size);
	(void)getrusage(RUSAGE_SELF, &use);
	printf("bench: rss_mib %ld\n", use.ru_maxrss / 1024);
	world_close(w);
	free(people);
	free(w);
	return 0;
}
