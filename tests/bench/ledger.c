/* ledger.c - appending, verifying and replaying against what the machine can do at best.
 *
 * UTFALL_BENCH_EVENTS: how many events the ledger holds before appending is measured, 2,000,000
 * where it is not said. Replays are measured at a twentieth and at half of that.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "entry.h"
#include "measure.h"
#include "merkle.h"
#include "replay.h"
#include "store.h"
#include "world.h"

enum { EACH = 1000, MEASURED = 240, PEOPLE = 5000 };

static volatile uint8_t sink;

static uint64_t cpu_spent;	/* by the part measured last */

/* ---- what is appended ---- */

static const char terms[] =
	"{'terms':1,'semantics':'1','contract':'bench','version':1,'unit':'SEK','parties':{"
	"'city':{'roles':['funder']},'team':{'roles':['provider']},"
	"'second_team':{'roles':['provider']},'judge':{'roles':['verifier','resolver']},"
	"'register':{'roles':['source'],'source':['earnings.reported']}},"
	"'dates':{'placed_until':'2018-12-31'},"
	"'proofs':{'attested':{'by':['provider'],'accept':'attested','accepted_by':['verifier']},"
	"'logged':{'by':['provider'],'accept':'none'}},"
	"'calendars':{'day':{'unit':'day','from':'grid'},'quarter':{'unit':'quarter','from':'grid'}},"
	"'groups':{'participants':{'of':'enrolment','as_of':'enrolled'}},"
	"'values':{'extent':{'of':'spell','where':{'is':['fact.kind','employment']},'take':'extent',"
	"'per':'day','within':'sum','overlap':'add','open':'confirmed','silence':'none',"
	"'proof':'attested'},"
	"'support':{'of':'activity','where':{'is':['fact.kind','ips_support']},'take':'hours',"
	"'per':'quarter','within':'sum','silence':'none','proof':'logged'},"
	"'works':{'is':{'ge':['extent',25]},'per':'day'}},"
	"'outcomes':{'placed':{'for':'participants','per':'day','count':'works',"
	"'reach':{'to':1,'of':'ever'},'from':'enrolment.start','until':'placed_until',"
	"'times':{'max':1,'per':'person'},'show':['group','proof','until','times']}},"
	"'payments':{'placed_pay':{'for':'placed','price':3000000,'round':'half_up','from':'city',"
	"'to':'team','ended':'achieved'},"
	"'support_pay':{'for':{'each':'quarter','of':'participants','due':'end','from':"
	"'enrolment.start','until':'contract.outcome_until'},'when':{'gt':['support',0]},"
	"'price':{'mul':[45000,'support']},'round':'half_up','from':'city','to':'team','ended':"
	"'achieved'}},"
	"'settlement':{'from':'2017-01-01','enrol_until':'2018-09-30','outcome_until':'2019-12-31',"
	"'record_until':'2020-03-31','final':'2020-06-30','offset':'+01:00','periods':'quarter',"
	"'cut_off':{'n':15,'calendar':'day'},'negative':'carry',"
	"'dispute_until':{'n':30,'calendar':'day'},'terminate':[]}}";

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

/* A job each, begun on a day of 2017, and the verdict on it. */
static void
place(struct world *w)
{
	static char digests[900 * 67];
	struct hash *starts = malloc(PEOPLE * sizeof(*starts));
	size_t n;

	for (unsigned i = 0; i < PEOPLE; i++) {
		starts[i] = world_addf(w, "spell.started", "{'contract':'%s','extent':'50','from':"
				       "'2017-%02u-%02u','kind':'employment','participant':'%s'}",
				       w->contract_hex, i % 12 + 1, i % 28 + 1, people + i * 27);
		if (i % EACH == EACH - 1)
			must(world_send(w, TEAM), &w->e);
	}
	qsort(starts, PEOPLE, sizeof(*starts), hash_order);
	for (unsigned i = 0; i < PEOPLE; i += 500) {
		n = 0;
		for (unsigned j = i; j < i + 500 && j < PEOPLE; j++)
			n += (size_t)snprintf(digests + n, sizeof(digests) - n, "%s'%s'",
					      j == i ? "" : ",", world_hex(w, starts[j]));
		(void)world_addf(w, "claim.attested", "{'contract':'%s','events':[%s],'method':"
				 "'letter','verdict':'accepted'}", w->contract_hex, digests);
		must(world_send(w, JUDGE), &w->e);
	}
	free(starts);
}

static void
enrol(struct world *w)
{
	people = malloc(PEOPLE * 27);
	for (unsigned i = 0; i < PEOPLE; i++) {
		memcpy(people + i * 27, world_person(i), 27);
		(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-01-01',"
				 "'participant':'%s'}", w->contract_hex, people + i * 27);
		if (i % EACH == EACH - 1)
			must(world_send(w, TEAM), &w->e);
	}
}

static void
settle_many(struct world *w, int count)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = w->now, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };
	struct statement statement;
	uint64_t start = nanoseconds();

	for (int i = 0; i < count; i++) {
		buf_clear(&w->receipt);
		must(ledger_append_statement(w->l, &args, &w->receipt, &statement, &w->e), &w->e);
	}
	fprintf(stderr, "settled %d periods in %" PRIu64 " ms, the last with %u lines\n", count,
		(nanoseconds() - start) / 1000000, (unsigned)statement.lines);
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
	replay_source_free(source);
	store_close(s);
}

/* ---- replaying: a process of its own, so that its memory is its own ---- */

static int
replay_here(const char *path)
{
	struct replay_args args = { .full = true };
	struct replay_source *source;
	struct replay_report report;
	struct store *s;
	struct err e;

	must(store_open_read(path, &s, &e), &e);
	must(replay_source_store(s, &source, &e), &e);
	if (replay(source, &args, &report, NULL, &e) != RC_OK) {
		fprintf(stderr, "bench: %s: %s, expected %s, found %s\n",
			finding_kind_name(report.finding.kind), report.finding.field,
			report.finding.expected, report.finding.found);
		return 1;
	}
	replay_source_free(source);
	store_close(s);
	return 0;
}

static uint64_t
used(const struct rusage *use)
{
	return (uint64_t)(use->ru_utime.tv_sec + use->ru_stime.tv_sec) * 1000000000 +
		(uint64_t)(use->ru_utime.tv_usec + use->ru_stime.tv_usec) * 1000;
}

/* Nanoseconds of the processor, so that neighbours count less; `*ret_rss` in MiB. */
static uint64_t
time_replay(const struct world *w, const char *program, long *ret_rss)
{
	struct rusage before, use;
	pid_t child;
	int status;

	(void)getrusage(RUSAGE_CHILDREN, &before);
	child = fork();
	if (child == 0) {
		(void)execl(program, program, "replay", w->path, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		exit(1);
	(void)getrusage(RUSAGE_CHILDREN, &use);
	*ret_rss = use.ru_maxrss / 1024;
	return used(&use) - used(&before);
}

static void
bench_replay(struct world *w, const char *program, uint64_t events)
{
	uint64_t small, large;
	long rss;

	(void)append_many(w, 0, events / 20 / EACH);
	settle_many(w, 4);
	small = time_replay(w, program, &rss);
	(void)append_many(w, events / 20 / EACH, events / 2 / EACH);
	settle_many(w, 1);
	large = time_replay(w, program, &rss);
	printf("bench: replay_ns %" PRIu64 "\n", large / (events / 2));
	printf("bench: replay_growth %" PRIu64 ".%" PRIu64 "\n", large / small,
	       large * 10 / small % 10);
	printf("bench: replay_rss_mib %ld\n", rss);
}

static void
bench_append(struct world *w, uint64_t events)
{
	struct ledger_facts facts;
	uint64_t append, raw, start;
	struct ledger *l;

	(void)append_many(w, events / 2 / EACH, events / EACH);
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
}

static const char *const meanings[] = {
	"ledger: ns: nanoseconds an event on the clock; cpu_ns: of the processor. raw: SQLite",
	"inserting the same bytes in the same transactions, with the same hashes and a",
	"signature each, which is the limit; append_ratio: raw / append, 1.00 is the limit.",
	"verify_ratio: reads, hashes and signature checks on one core / verify on all cores.",
	"replay_growth: the replay of half of the events / of a twentieth: 10.0 is linear,",
	"less is what every replay costs once. rss_mib: its memory. open_us: microseconds to",
	"open the ledger.",
};

int
main(int argc, char **argv)
{
	uint64_t events = asked("UTFALL_BENCH_EVENTS", 2000000);
	struct world *w;

	if (argc == 3)
		return replay_here(argv[2]);
	w = malloc(sizeof(*w));
	if (w == NULL)
		return 1;
	ABOUT(meanings);
	setvbuf(stdout, NULL, _IOLBF, 0);
	world_open(w);
	w->terms = terms;
	world_contract(w);
	w->now = 1530000000;	/* 2018-06-26: four quarters and one can be settled */
	enrol(w);
	place(w);
	bench_replay(w, "/proc/self/exe", events);
	bench_append(w, events);
	world_close(w);
	free(people);
	free(w);
	return 0;
}
