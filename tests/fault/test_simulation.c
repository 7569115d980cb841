/* test_simulation.c - a ledger lives under a virtual clock on a disk that fails, one life a seed.
 *
 * Parties say what comes to their minds; periods are settled; the disk drops what was not synced,
 * tears pages, fills up, fails its syncs. After every step each acknowledged submission is there
 * with its receipt, each head that was signed is a prefix, the root is that of the entries and is
 * signed; after every crash and at the end all of it replays, statements computed with and without
 * carried state are the same, and balances are what lines and payments add up to.
 * UTFALL_SEEDS=n lives n lives, UTFALL_SEED=n begins with that one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "arena.h"
#include "file.h"
#include "random.h"
#include "replay.h"
#include "store_write.h"
#include "vfs_fault.h"
#include "world.h"

enum { DAY = 86400, STEPS = 14, PEOPLE = 6, OPERATIONS = 120 };

static struct world w;
static struct buf base;			/* the ledger as every life begins */
static struct world born;
static struct arena *arena;		/* of the life */

struct told {				/* what was acknowledged */
	uint64_t seq, size;
	struct hash root, entry;
};

static struct {
	uint64_t seed;
	struct told told[4 * STEPS];
	size_t count;
	struct hash spells[PEOPLE];	/* heads */
	unsigned people, attested;
	struct buf last;		/* the last file that was acknowledged */
	uint64_t faults, settled;
} life;

#define CHECK(condition) do { \
	if (!(condition)) \
		fail_msg("life %llu: %s: %s", (unsigned long long)life.seed, #condition, w.e.text); \
} while (0)
#define OK(call) CHECK((call) == RC_OK)

/* ---- what must hold ---- */

struct sums {
	int64_t lines, paid;		/* city to team, in minor units */
	struct merkle_frontier tree;
	size_t next;			/* of what was told */
	struct hash leaves[400];
};

static enum rc
add_row(void *arg, const struct store_row *row, struct err *e)
{
	struct sums *s = arg;
	const char *amount = row->event == NULL ? NULL : strstr(row->event, "\"amount\":");

	(void)e;
	s->leaves[s->tree.size] = hash_leaf(row->entry, row->entry_size);
	merkle_add(&s->tree, s->leaves[s->tree.size]);
	if (amount != NULL && strstr(row->event, "\"type\":\"settlement.line\"") != NULL)
		s->lines += strtoll(amount + 9, NULL, 10);
	if (amount != NULL && strstr(row->event, "\"type\":\"payment.made\"") != NULL)
		s->paid += strtoll(amount + 9, NULL, 10);
	return RC_OK;
}

static void
add_balance(void *arg, const struct settle_balance *b)
{
	int64_t *sum = arg;

	sum[0] += b->lines;
	sum[1] += b->paid;
}

static void
check_balances(struct replay_state *state, const struct sums *s)
{
	struct settlement *engine = replay_settlement(state, w.contract);
	int64_t sum[2] = { 0, 0 };

	CHECK(engine != NULL);
	settle_balances(engine, add_balance, sum);
	CHECK(sum[0] == s->lines);
	CHECK(sum[1] == s->paid);
}

static void
check_told(const struct sums *s)
{
	for (size_t i = 0; i < life.count; i++) {
		const struct told *t = &life.told[i];

		CHECK(t->size <= s->tree.size);
		CHECK(hash_equal(t->entry, s->leaves[t->seq]));
		CHECK(hash_equal(t->root, merkle_root_of(s->leaves, t->size)));
	}
}

static void
check_head(struct store *s, const struct sums *sums)
{
	struct buf note = { 0 };
	struct checkpoint c;
	struct store_head head;

	OK(store_head(s, &head, &note, &w.e));
	OK(checkpoint_open(note.data, note.size, signing_key_verifier(w.checkpoint), arena, &c, NULL,
			   &w.e));
	CHECK(c.size == sums->tree.size && head.size == c.size);
	CHECK(hash_equal(c.root, merkle_root(&sums->tree)) && hash_equal(head.root, c.root));
	buf_free(&note);
}

static void
check_replay(struct store *s, const struct sums *sums, bool from_scratch)
{
	struct replay_args args = { .full = true, .from_scratch = from_scratch, .threads = 1,
		.trusted = signing_key_verifier(w.checkpoint), .trusted_count = 1 };
	struct replay_report *report = arena_alloc(arena, sizeof(*report));
	struct replay_source *source;
	struct replay_state *state;

	OK(replay_source_store(s, &source, &w.e));
	if (replay(source, &args, report, &state, &w.e) != RC_OK)
		fail_msg("life %llu: %s: %s: expected %s, found %s", (unsigned long long)life.seed,
			 finding_kind_name(report->finding.kind), report->finding.field,
			 report->finding.expected, report->finding.found);
	check_balances(state, sums);
	replay_state_free(state);
	replay_source_free(source);
}

enum depth { RECORD, REPLAYED, FROM_SCRATCH };

static void
check(enum depth depth)
{
	struct sums *sums = arena_alloc(arena, sizeof(*sums));
	struct store *s;

	OK(store_open_read(w.path, &s, &w.e));
	OK(store_scan(s, 0, INT64_MAX, add_row, sums, &w.e));
	check_told(sums);
	check_head(s, sums);
	if (depth != RECORD)
		check_replay(s, sums, depth == FROM_SCRATCH);
	store_close(s);
}

/* ---- what is done ---- */

static void
take_receipt(void)
{
	struct told *t = &life.told[life.count++];
	struct tlog_proof proof;
	struct checkpoint c;

	OK(tlog_proof_parse(w.receipt.data, w.receipt.size, arena, &proof, &w.e));
	t->entry = hash_leaf(proof.extra, proof.extra_size);
	OK(tlog_proof_check(&proof, t->entry, signing_key_verifier(w.checkpoint), arena, &c, NULL,
			    &w.e));
	t->seq = proof.index;
	t->size = c.size;
	t->root = c.root;
}

/* RC_OK where it was acknowledged; RC_NO where it was refused; RC_SYSTEM where the disk failed. */
static enum rc
told(enum rc rc)
{
	if (rc == RC_OK) {
		take_receipt();
		return RC_OK;
	}
	CHECK(rc == RC_REFUSED || rc == RC_NO || rc == RC_CONFLICT || vfs_fault_happened());
	return rc == RC_REFUSED || rc == RC_NO || rc == RC_CONFLICT ? RC_NO : RC_SYSTEM;
}

static enum rc
send(enum world_party party)
{
	struct buf file = { 0 };
	enum rc rc;

	world_file(&w, w.keys[party], &file);
	rc = told(world_append(&w, file.data, file.size));
	if (rc == RC_OK) {
		buf_clear(&life.last);
		buf_add(&life.last, file.data, file.size);
	}
	buf_free(&file);
	return rc;
}

static enum rc
enrol(void)
{
	unsigned n = life.people;
	struct hash spell;
	enum rc rc;

	if (n == PEOPLE)
		return RC_NO;
	(void)world_addf(&w, "participant.enrolled", "{'contract':'%s','on':'2017-01-02',"
			 "'participant':'%s'}", w.contract_hex, world_person(n));
	spell = world_addf(&w, "spell.started", "{'contract':'%s','extent':'%u','from':'2017-%02u-%02u',"
			   "'kind':'employment','participant':'%s'}", w.contract_hex,
			   (unsigned)(20 + random_below(60)), (unsigned)(1 + random_below(12)),
			   (unsigned)(1 + random_below(28)), world_person(n));
	rc = send(TEAM);
	if (rc == RC_OK)
		life.spells[life.people++] = spell;
	return rc;
}

static enum rc
attest(void)
{
	enum rc rc;

	if (life.attested == life.people)
		return RC_NO;
	world_attest(&w, life.spells[life.attested], random_below(4) == 0 ? "rejected" : "accepted");
	rc = send(JUDGE);
	life.attested += rc == RC_OK ? 1 : 0;
	return rc;
}

static enum rc
correct(void)
{
	unsigned n = life.people == 0 ? 0 : (unsigned)random_below(life.people);
	struct hash correction;
	enum rc rc;

	if (life.people == 0)
		return RC_NO;
	correction = world_addf(&w, "event.corrected", "{'body':{'contract':'%s','extent':'%u','from':"
				"'2017-%02u-10','kind':'employment','participant':'%s'},'contract':'%s',"
				"'event':'%s'}", w.contract_hex, (unsigned)(10 + random_below(80)),
				(unsigned)(1 + random_below(12)), world_person(n), w.contract_hex,
				world_hex(&w, life.spells[n]));
	rc = send(TEAM);
	if (rc == RC_OK)
		life.spells[n] = correction;
	return rc;
}

static enum rc
pay(void)
{
	(void)world_addf(&w, "payment.made", "{'amount':%u,'contract':'%s','on':'2017-04-20','payee':"
			 "'team','ref':'%u','unit':'SEK'}", (unsigned)(1 + random_below(5000000)),
			 w.contract_hex, (unsigned)w.drawn);
	return send(CITY);
}

static enum rc
settle_next(void)
{
	const struct signing_key *signers[] = { w.checkpoint };
	struct append_settle_args args = { .contract = w.contract, .through = DATE_NEVER,
		.key = w.keys[OPERATOR], .checkpoint_keys = signers, .checkpoint_key_count = 1,
		.random = world_random };
	struct statement s;
	enum rc rc;

	w.now += (int64_t)(30 + random_below(70)) * DAY;
	args.now = w.now;
	args.clock_confirmed = true;
	buf_clear(&w.receipt);
	rc = told(ledger_append_statement(w.l, &args, &w.receipt, &s, &w.e));
	life.settled += rc == RC_OK ? 1 : 0;
	return rc;
}

/* The same file again: answered as it was, with the receipt of then. */
static enum rc
repeat(void)
{
	enum rc rc;

	if (life.last.size == 0)
		return RC_NO;
	rc = world_append(&w, life.last.data, life.last.size);
	CHECK(rc == RC_OK || vfs_fault_happened());
	if (rc != RC_OK)
		return RC_SYSTEM;
	CHECK(w.result.again);
	take_receipt();
	life.count--;		/* it was told before */
	return RC_OK;
}

static enum rc
scrub(void)
{
	enum rc rc = store_scrub(ledger_store(w.l), true, &w.e);

	CHECK(rc == RC_OK || rc == RC_CONFLICT || vfs_fault_happened());
	return rc == RC_OK ? RC_NO : RC_SYSTEM;
}

static enum rc
act(void)
{
	static enum rc (*const acts[])(void) = {
		enrol, enrol, attest, attest, correct, pay, settle_next, settle_next, repeat, scrub
	};

	w.now += (int64_t)random_below(5 * DAY);
	w.event_count = 0;
	return acts[random_below(sizeof(acts) / sizeof(acts[0]))]();
}

/* ---- lives ---- */

static void
arm(void)
{
	static const enum fault faults[] = {
		FAULT_ERROR, FAULT_LIAR, FAULT_FULL, FAULT_SYNC, FAULT_POWER, FAULT_POWER, FAULT_NONE
	};

	vfs_fault_arm(faults[random_below(sizeof(faults) / sizeof(faults[0]))],
		      1 + random_below(OPERATIONS));
}

static void
reopen(void)
{
	ledger_close(w.l);
	w.l = NULL;
	if (vfs_fault_happened()) {
		life.faults++;
		if (random_below(4) != 0)
			vfs_fault_reboot();
	}
	vfs_fault_arm(FAULT_NONE, 0);
	OK(ledger_append_open(w.path, &w.l, &w.e));
}

static void
begin(uint64_t seed)
{
	static const char *const behind[] = { "-wal", "-shm", "-journal" };
	struct buf last = life.last;
	FILE *f;

	w = born;
	w.arena = arena;
	memset(&life, 0, sizeof(life));
	life.seed = seed;
	life.last = last;
	buf_clear(&life.last);
	random_seed(seed);
	w.drawn += 1000 * (seed % 1000000);
	for (size_t i = 0; i < 3; i++)
		(void)unlink(arena_printf(arena, "%s%s", w.path, behind[i]));
	vfs_fault_forget();
	vfs_fault_arm(FAULT_NONE, 0);
	f = fopen(w.path, "wb");	/* no sync is waited for: thousands of lives are quick */
	CHECK(f != NULL && fwrite(base.data, 1, base.size, f) == base.size && fclose(f) == 0);
	OK(ledger_append_open(w.path, &w.l, &w.e));
}

static void
live(uint64_t seed, uint64_t *faults, uint64_t *settled)
{
	begin(seed);
	arm();
	for (int step = 0; step < STEPS; step++) {
		enum rc rc = act();

		if (rc == RC_SYSTEM || vfs_fault_happened()) {
			reopen();
			check(step % 2 == 0 ? FROM_SCRATCH : REPLAYED);
			arm();
		} else if (rc == RC_OK) {
			check(RECORD);
		}
	}
	vfs_fault_arm(FAULT_NONE, 0);
	reopen();
	check(FROM_SCRATCH);
	check(REPLAYED);
	*faults += life.faults;
	*settled += life.settled;
	ledger_close(w.l);
	buf_free(&w.receipt);
}

static void
many_lives(void **state)
{
	const char *seeds = getenv("UTFALL_SEEDS"), *seed = getenv("UTFALL_SEED");
	uint64_t count = seeds == NULL ? 60 : strtoull(seeds, NULL, 10);
	uint64_t first = seed == NULL ? 1 : strtoull(seed, NULL, 10), faults = 0, settled = 0;

	(void)state;
	for (uint64_t i = 0; i < count; i++) {
		arena = arena_new();
		live(first + i, &faults, &settled);
		arena_free(arena);
	}
	printf("# UTFALL_SEED=%llu UTFALL_SEEDS=%llu: %llu faults, %llu statements\n",
	       (unsigned long long)first, (unsigned long long)count, (unsigned long long)faults,
	       (unsigned long long)settled);
	assert_true(count < 50 || (faults > count / 2 && settled > count / 2));
}

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	vfs_fault_install();
	world_open(&born);
	world_contract(&born);
	ledger_close(born.l);
	born.l = NULL;
	buf_free(&born.receipt);
	born.receipt = (struct buf){ 0 };
	vfs_fault_forget();
	return file_read(born.path, SIZE_MAX, &base, &e) != RC_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	buf_free(&base);
	buf_free(&life.last);
	vfs_fault_forget();
	world_close(&born);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_lives),
	};

	return cmocka_run_group_tests_name("simulation", tests, set_up, tear_down);
}
