/* open.c - what a new process pays to say what the next statement would be: `utfall settle
 * --dry-run`, with the engine that the store keeps and without.
 *
 * One contract with UTFALL_BENCH_OPEN events (60,000), settled once; then a hundredth more.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "ledger.h"
#include "measure.h"
#include "settle.h"
#include "store_write.h"
#include "world.h"

enum { EACH = 250, TRIES = 3 };		/* people in a file; a verdict names so many spells */

/* An enrolment, a job and three hours of support each; one verdict on all jobs. */
static void
add_people(struct world *w, unsigned from)
{
	struct hash starts[EACH];
	struct buf digests = { 0 };

	for (unsigned i = 0; i < EACH; i++) {
		const char *person = arena_string(w->arena, world_person(from + i), 26);

		(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-02-01',"
				 "'participant':'%s'}", w->contract_hex, person);
		starts[i] = world_addf(w, "spell.started", "{'contract':'%s','extent':'50','from':"
				       "'2017-02-%02u','kind':'employment','participant':'%s'}",
				       w->contract_hex, i % 28 + 1, person);
		for (unsigned k = 0; k < 3; k++)
			(void)world_addf(w, "activity.logged", "{'contract':'%s','hours':'1.5',"
					 "'kind':'ips_support','on':'2017-03-%02u','participant':"
					 "'%s','ref':'r%u'}", w->contract_hex, (i + k) % 28 + 1,
					 person, k);
	}
	must(world_send(w, TEAM), &w->e);
	qsort(starts, EACH, sizeof(*starts), hash_order);
	for (unsigned i = 0; i < EACH; i++)
		buf_printf(&digests, "%s'%s'", i == 0 ? "" : ",", world_hex(w, starts[i]));
	(void)world_addf(w, "claim.attested", "{'contract':'%s','events':[%s],'method':'letter',"
			 "'verdict':'accepted'}", w->contract_hex, digests.data);
	must(world_send(w, JUDGE), &w->e);
	buf_free(&digests);
	arena_reset(w->arena);
}

static enum rc
pass_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	(void)line, (void)basis, (void)e;
	++*(uint64_t *)arg;
	return RC_OK;
}

/* The least of several tries. */
static void
measure(const struct world *w, const char *name)
{
	uint64_t wall = UINT64_MAX, least = UINT64_MAX, lines = 0;

	for (int i = 0; i < TRIES; i++) {
		uint64_t from = nanoseconds(), spent = cpu();
		struct arena *arena = arena_new();
		const struct json *issued;
		struct ledger *l;
		struct err e;

		lines = 0;
		must(ledger_open_read(w->path, &l, &e), &e);
		must(ledger_settle_dry(l, w->contract, DATE_NEVER, pass_line, &lines, arena, &issued,
				       &e), &e);
		ledger_close(l);
		arena_free(arena);
		from = nanoseconds() - from;
		spent = cpu() - spent;
		wall = from < wall ? from : wall;
		least = spent < least ? spent : least;
	}
	printf("bench: settle_open_%s_ms %" PRIu64 "\n", name, wall / 1000000);
	printf("bench: settle_open_%s_cpu_ms %" PRIu64 "\n", name, least / 1000000);
	printf("bench: settle_open_%s_lines %" PRIu64 "\n", name, lines);
}

static enum rc
forget(struct store *s, void *arg, struct err *e)
{
	(void)arg;
	return store_put_cache(s, CACHE_STATE, UINT64_C(4) << 40, NULL, 0, e);
}

static const char *const meanings[] = {
	"open: a new process says what the next statement would be. kept: with the engine",
	"that the store keeps; anew: from the record. A hundredth of the events is new: the",
	"limit of kept is a hundredth of anew and the reading of what is kept. ms: on the",
	"clock; cpu_ms: of the processor; lines: of that statement, the same for both.",
};

int
main(void)
{
	uint64_t events = asked("UTFALL_BENCH_OPEN", 60000);
	unsigned people = (unsigned)(events / 5 / EACH) * EACH, more = people / 100 / EACH + 1;
	struct world *w = malloc(sizeof(*w));
	struct append_settle_args args = { .through = DATE_NEVER, .now = 1492300800,
					   .random = world_random };
	const struct signing_key *signers[1];
	struct statement s;

	if (w == NULL)
		return 1;
	ABOUT(meanings);
	setvbuf(stdout, NULL, _IOLBF, 0);
	world_open(w);
	world_contract(w);
	for (unsigned i = 0; i < people; i += EACH)
		add_people(w, i);
	signers[0] = w->checkpoint;
	args.contract = w->contract;
	args.key = w->keys[OPERATOR];
	args.checkpoint_keys = signers;
	args.checkpoint_key_count = 1;
	must(ledger_append_statement(w->l, &args, &w->receipt, &s, &w->e), &w->e);
	w->now = args.now;
	for (unsigned i = 0; i < more; i++)
		add_people(w, people + i * EACH);
	printf("bench: settle_open_events %u\n", (people + more * EACH) * 5);
	measure(w, "kept");
	must(store_transaction(ledger_store(w->l), forget, NULL, &w->e), &w->e);
	measure(w, "anew");
	world_close(w);
	free(w);
	return 0;
}
