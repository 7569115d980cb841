/* replay.c - reading a ledger again on all cores, against the same reads, hashes and signature
 * checks with nothing else, on as many cores.
 *
 * Ledgers of UTFALL_BENCH_REPLAY events (60,000): one of files with three events each, as people
 * send them by hand, one of files with a thousand, as systems do; and one such with two statements,
 * of which the second is new to the replay that is resumed.
 *
 * Then where the time goes, in nanoseconds of a processor an entry: reading, hashing, signatures,
 * parsing, the settlement engine, and what is left of a replay on one thread: the state.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "entry.h"
#include "event.h"
#include "measure.h"
#include "merkle.h"
#include "replay.h"
#include "settle.h"
#include "store.h"
#include "verify_pool.h"
#include "world.h"

enum { PEOPLE = 1000, TRIES = 5, ROWS = 1024, CHUNK = 8 };

struct cost {			/* nanoseconds */
	uint64_t wall, cpu;
};

static struct cost
now(void)
{
	return (struct cost){ nanoseconds(), cpu() };
}

static struct cost
since(struct cost start)
{
	struct cost end = now();

	return (struct cost){ end.wall - start.wall, end.cpu - start.cpu };
}

/* ---- the limit ---- */

struct row {
	size_t entry, entry_size, event, event_size;
	struct hash leaf, digest;
	bool has_event, good;
};

struct rows {
	struct buf bytes;
	struct row items[ROWS];
	size_t count;
	const struct verifier_key *key;
};

struct limit {
	struct verify_pool *pool;
	struct rows a, b, *filling, *started;
	struct merkle_frontier tree, events;
	uint64_t seen;
};

static void
work(void *arg, size_t chunk)
{
	struct rows *x = arg;

	for (size_t i = chunk * CHUNK; i < (chunk + 1) * CHUNK && i < x->count; i++) {
		struct row *row = &x->items[i];
		struct entry entry;
		struct submission s;
		struct err e;

		row->leaf = hash_leaf(x->bytes.data + row->entry, row->entry_size);
		row->good = true;
		if (row->has_event) {
			row->digest = hash_leaf(x->bytes.data + row->event, row->event_size);
			continue;
		}
		must(entry_parse(x->bytes.data + row->entry, row->entry_size, &entry, &e), &e);
		must(submission_parse(entry.submission, entry.submission_size, &s, &e), &e);
		row->good = strcmp(s.party, x->key->name) != 0 || submission_verify(&s, x->key);
	}
}

static void
turn(struct limit *l)
{
	struct rows *done = l->started;

	verify_pool_wait(l->pool);
	l->started = l->filling;
	l->filling = done;
	verify_pool_start(l->pool, work, l->started, (l->started->count + CHUNK - 1) / CHUNK);
	for (size_t i = 0; i < done->count; i++) {
		const struct row *row = &done->items[i];

		if (!row->good)
			abort();
		if (!row->has_event)
			memset(&l->events, 0, sizeof(l->events));
		else
			merkle_add(&l->events, row->digest);
		merkle_add(&l->tree, row->leaf);
		l->seen++;
	}
	done->count = 0;
	buf_clear(&done->bytes);
}

static void
add_row(struct rows *x, const struct store_row *row)
{
	struct row *it = &x->items[x->count++];

	*it = (struct row){ .entry = x->bytes.size, .entry_size = row->entry_size,
			    .has_event = row->event != NULL };
	buf_add(&x->bytes, row->entry, row->entry_size);
	it->event = x->bytes.size;
	if (row->event != NULL) {
		it->event_size = row->event_size;
		buf_add(&x->bytes, row->event, row->event_size);
	}
}

static enum rc
read_row(void *arg, const struct store_row *row, struct err *e)
{
	struct limit *l = arg;

	(void)e;
	add_row(l->filling, row);
	if (l->filling->count == ROWS)
		turn(l);
	return RC_OK;
}

static struct cost
time_limit(struct store *s, uint64_t size, const struct verifier_key *key)
{
	static struct limit l;
	struct cost start = now();
	struct err e;

	memset(&l, 0, sizeof(l));
	l.pool = verify_pool_new(verify_pool_cores() - 1);
	l.filling = &l.a;
	l.started = &l.b;
	l.a.key = l.b.key = key;
	must(store_scan(s, 0, size, read_row, &l, &e), &e);
	turn(&l);
	turn(&l);
	verify_pool_free(l.pool);
	buf_free(&l.a.bytes);
	buf_free(&l.b.bytes);
	if (l.seen != size)
		abort();
	return since(start);
}

/* ---- where the time goes: each kind of work alone, on one thread ---- */

enum part { PART_READ, PART_HASH, PART_SIGNATURE, PART_PARSE, PART_ENGINE, PARTS };

static const char *const part_names[PARTS] = { "read", "hash", "signature", "parse", "engine" };

struct parts {
	struct rows rows;
	struct event events[ROWS];
	char senders[ROWS][PARTY_TEXT];
	char sender[PARTY_TEXT];
	struct arena *arena;
	struct settlement *settlement;
	struct merkle_frontier tree, submission;
	uint64_t spent[PARTS], first, began;
};

static void
spent_on(struct parts *p, enum part part)
{
	uint64_t at = clock_of(CLOCK_PROCESS_CPUTIME_ID);

	p->spent[part] += at - p->began;
	p->began = at;
}

static void
hash_rows(struct parts *p)
{
	struct rows *x = &p->rows;

	for (size_t i = 0; i < x->count; i++) {
		struct row *row = &x->items[i];

		merkle_add(&p->tree, hash_leaf(x->bytes.data + row->entry, row->entry_size));
		if (!row->has_event)
			memset(&p->submission, 0, sizeof(p->submission));
		else
			merkle_add(&p->submission, row->digest = hash_leaf(x->bytes.data + row->event,
									   row->event_size));
	}
}

static void
verify_rows(struct parts *p)
{
	struct rows *x = &p->rows;
	struct submission s;
	struct entry entry;
	struct err e;

	for (size_t i = 0; i < x->count; i++) {
		struct row *row = &x->items[i];

		if (!row->has_event) {
			must(entry_parse(x->bytes.data + row->entry, row->entry_size, &entry, &e), &e);
			must(submission_parse(entry.submission, entry.submission_size, &s, &e), &e);
			memcpy(p->sender, s.party, sizeof(p->sender));
			row->good = strcmp(s.party, x->key->name) != 0 ||
				submission_verify(&s, x->key);
		}
		memcpy(p->senders[i], p->sender, sizeof(p->sender));
	}
}

static void
parse_rows(struct parts *p)
{
	struct rows *x = &p->rows;
	struct entry entry;
	struct err e;

	for (size_t i = 0; i < x->count; i++) {
		const struct row *row = &x->items[i];

		if (!row->has_event)
			continue;
		must(entry_parse(x->bytes.data + row->entry, row->entry_size, &entry, &e), &e);
		must(event_read(x->bytes.data + row->event, row->event_size, p->arena, 0, NULL,
				&p->events[i], &e), &e);
	}
}

/* What is no event under a contract is refused, which is as good here. */
static void
tell_rows(struct parts *p)
{
	for (size_t i = 0; i < p->rows.count; i++) {
		const struct event *event = &p->events[i];
		struct settle_record r = { .seq = p->first + i, .digest = p->rows.items[i].digest,
			.type = event->type, .body = event->body, .salt = event->salt,
			.sender = p->senders[i] };
		struct err e;

		if (p->rows.items[i].has_event && settle_record(p->settlement, &r, &e) != RC_OK)
			continue;
	}
}

static void
part_turn(struct parts *p)
{
	spent_on(p, PART_READ);
	hash_rows(p);
	spent_on(p, PART_HASH);
	verify_rows(p);
	spent_on(p, PART_SIGNATURE);
	parse_rows(p);
	spent_on(p, PART_PARSE);
	tell_rows(p);
	spent_on(p, PART_ENGINE);
	p->first += p->rows.count;
	p->rows.count = 0;
	buf_clear(&p->rows.bytes);
	arena_reset(p->arena);
}

static enum rc
part_row(void *arg, const struct store_row *row, struct err *e)
{
	struct parts *p = arg;

	(void)e;
	add_row(&p->rows, row);
	if (p->rows.count == ROWS)
		part_turn(p);
	return RC_OK;
}

/* The least of several tries for each part; the rest of a replay on one thread is the state's. */
static void
print_parts(struct store *s, uint64_t size, const struct verifier_key *key, uint64_t alone,
	    const char *name)
{
	struct parts *p = malloc(sizeof(*p));
	uint64_t best[PARTS] = { 0 }, sum = 0;
	struct err e;

	if (p == NULL)
		exit(1);
	for (int i = 0; i < TRIES; i++) {
		memset(p, 0, sizeof(*p));
		p->rows.key = key;
		p->arena = arena_new();
		p->settlement = settlement_new((struct hash){ { 1 } }, "AAAAAAAAAAAAAAAAAAAAAA");
		p->began = clock_of(CLOCK_PROCESS_CPUTIME_ID);
		must(store_scan(s, 0, size, part_row, p, &e), &e);
		part_turn(p);
		for (size_t k = 0; k < PARTS; k++)
			if (i == 0 || p->spent[k] < best[k])
				best[k] = p->spent[k];
		settlement_free(p->settlement);
		arena_free(p->arena);
		buf_free(&p->rows.bytes);
	}
	for (size_t k = 0; k < PARTS; sum += best[k++])
		printf("bench: %s_ns_%s %" PRIu64 "\n", part_names[k], name, best[k] / size);
	printf("bench: state_ns_%s %" PRIu64 "\n", name, alone < sum ? 0 : (alone - sum) / size);
	free(p);
}

/* ---- the replay ---- */

static struct cost
time_replay(struct store *s, bool full, unsigned threads, const char *keep)
{
	struct replay_args args = { .full = full, .threads = threads, .keep = keep };
	struct replay_source *source;
	static struct replay_report report;
	struct cost start = now();
	struct err e;

	must(replay_source_store(s, &source, &e), &e);
	if (replay(source, &args, &report, NULL, &e) != RC_OK) {
		fprintf(stderr, "bench: no verdict\n");
		exit(1);
	}
	replay_source_free(source);
	return since(start);
}

static void
least(struct cost *best, struct cost x)
{
	if (best->wall == 0 || x.wall < best->wall)
		best->wall = x.wall;
	if (best->cpu == 0 || x.cpu < best->cpu)
		best->cpu = x.cpu;
}

static void
ratio(const char *what, const char *name, uint64_t limit, uint64_t spent)
{
	printf("bench: %s_%s %" PRIu64 ".%02" PRIu64 "\n", what, name, limit / spent,
	       limit * 100 / spent % 100);
}

/* The least of several tries, taken in turn, so that neighbours disturb all of them alike; and the
 * same by the processors' time, which neighbours change less. */
static void
measure(const struct world *w, const char *name)
{
	struct cost limit = { 0, 0 }, verify = limit, replay = limit, alone = limit;
	struct store_head head;
	struct store *s;
	struct err e;

	must(store_open_read(w->path, &s, &e), &e);
	must(store_head(s, &head, NULL, &e), &e);
	for (int i = 0; i < TRIES; i++) {
		least(&limit, time_limit(s, head.size, signing_key_verifier(w->keys[TEAM])));
		least(&verify, time_replay(s, false, 0, NULL));
		least(&replay, time_replay(s, true, 0, NULL));
		least(&alone, time_replay(s, true, 1, NULL));
	}
	print_parts(s, head.size, signing_key_verifier(w->keys[TEAM]), alone.cpu, name);
	store_close(s);
	printf("bench: limit_ns_%s %" PRIu64 "\n", name, limit.wall / head.size);
	printf("bench: limit_cpu_ns_%s %" PRIu64 "\n", name, limit.cpu / head.size);
	printf("bench: replay_ns_%s %" PRIu64 "\n", name, replay.wall / head.size);
	printf("bench: replay_cpu_ns_%s %" PRIu64 "\n", name, replay.cpu / head.size);
	ratio("verify_ratio", name, limit.wall, verify.wall);
	ratio("verify_cpu_ratio", name, limit.cpu, verify.cpu);
	ratio("replay_ratio", name, limit.wall, replay.wall);
	ratio("replay_cpu_ratio", name, limit.cpu, replay.cpu);
	ratio("replay_cores", name, alone.wall, replay.wall);
}

/* ---- the ledgers ---- */

static char people[PEOPLE][27];

static void
enrol(struct world *w)
{
	for (unsigned i = 0; i < PEOPLE; i++) {
		memcpy(people[i], world_person(i), 27);
		(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-02-01',"
				 "'participant':'%s'}", w->contract_hex, people[i]);
	}
	must(world_send(w, TEAM), &w->e);
}

static void
fill(struct world *w, uint64_t from, uint64_t to, unsigned each)
{
	for (uint64_t i = from; i < to; i++) {
		(void)world_addf(w, "activity.logged", "{'contract':'%s','hours':'1.5','kind':"
				 "'ips_support','on':'2017-03-%02u','participant':'%s','ref':"
				 "'r%" PRIu64 "'}", w->contract_hex, (unsigned)(i % 28) + 1,
				 people[i * 7919 % PEOPLE], i);
		if (i % each < each - 1 && i + 1 < to)
			continue;
		must(world_send(w, TEAM), &w->e);
		arena_reset(w->arena);
	}
}

static void
settle_world(struct world *w, int64_t now)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = now, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };
	struct statement s;

	must(ledger_append_statement(w->l, &args, &w->receipt, &s, &w->e), &w->e);
	w->now = now;
}

/* A hundredth more entries: from the first on, and from where the replay before came to. */
static void
measure_resumed(struct world *w, const char *name, uint64_t events, unsigned each, bool settled)
{
	struct cost scratch = { 0, 0 }, resumed = scratch;
	char kept[120], copy[120];
	struct store *s;
	struct err e;

	(void)snprintf(kept, sizeof(kept), "%s/kept", w->folder);
	(void)snprintf(copy, sizeof(copy), "%s/copy", w->folder);
	if (settled)
		settle_world(w, 1492300800);	/* 2017-04-16 */
	must(store_open_read(w->path, &s, &e), &e);
	(void)time_replay(s, true, 0, kept);
	store_close(s);
	fill(w, events, events + events / 100, each);
	if (settled)
		settle_world(w, 1500163200);	/* 2017-07-16 */
	must(store_open_read(w->path, &s, &e), &e);
	for (int i = 0; i < TRIES; i++) {
		(void)unlink(copy);
		if (link(kept, copy) != 0)
			exit(1);
		least(&scratch, time_replay(s, true, 0, NULL));
		least(&resumed, time_replay(s, true, 0, copy));
	}
	store_close(s);
	(void)unlink(copy);
	(void)unlink(kept);
	ratio("resumed_share", name, resumed.wall, scratch.wall);
	ratio("resumed_cpu_share", name, resumed.cpu, scratch.cpu);
}

static const char *const meanings[] = {
	"replay: small is a ledger of 3 events a signature, large one of 1,000. limit: the",
	"same reads, hashes and signature checks with nothing else, on as many cores. ns:",
	"nanoseconds an entry on the clock; cpu_ns: of all processors. verify_ratio,",
	"replay_ratio: limit / ours, 1.00 is the limit. replay_cores: one thread / all.",
	"resumed_share: a replay that goes on from an earlier one, a hundredth of the entries",
	"being new, as a share of the whole one; its limit is 0.01. read_ns to state_ns:",
	"where the time of one thread goes.",
};

int
main(void)
{
	uint64_t events = asked("UTFALL_BENCH_REPLAY", 60000);
	static const struct {
		const char *name;
		unsigned each;
		bool settled;
	} ledgers[] = { { "small", 3, false }, { "large", 1000, false }, { "settled", 1000, true } };
	struct world *w = malloc(sizeof(*w));

	if (w == NULL)
		return 1;
	ABOUT(meanings);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(ledgers) / sizeof(ledgers[0]); i++) {
		world_open(w);
		world_contract(w);
		enrol(w);
		fill(w, 0, events, ledgers[i].each);
		if (!ledgers[i].settled)
			measure(w, ledgers[i].name);
		measure_resumed(w, ledgers[i].name, events, ledgers[i].each, ledgers[i].settled);
		world_close(w);
	}
	free(w);
	return 0;
}
