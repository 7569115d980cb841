/* test_settlement.c - statements recorded, read again, and every way to make one wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "replay.h"
#include "store.h"
#include "text.h"
#include "world.h"

static struct world *w;

static void
assert_rc(enum rc rc, enum rc want)
{
	if (rc != want)
		print_message("# %s: %s\n", rc_name(rc), rc == RC_OK ? "" : w->e.text);
	assert_int_equal(rc, want);
}

static enum rc
settle_it(struct statement *ret)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = w->now, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };

	buf_clear(&w->receipt);
	return ledger_append_statement(w->l, &args, &w->receipt, ret, &w->e);
}

static enum rc
replay_it(bool from_scratch, struct replay_report *ret)
{
	struct replay_args args = { .full = true, .from_scratch = from_scratch,
		.trusted = signing_key_verifier(w->checkpoint), .trusted_count = 1 };
	struct replay_source *source;
	struct store *s;
	enum rc rc;

	assert_rc(store_open_read(w->path, &s, &w->e), RC_OK);
	assert_rc(replay_source_store(s, &source, &w->e), RC_OK);
	rc = replay(source, &args, ret, NULL, &w->e);
	if (rc == RC_NO)
		print_message("# %s at %u: %s: expected %s, found %s\n",
			      finding_kind_name(ret->finding.kind), (unsigned)ret->finding.seq,
			      ret->finding.field, ret->finding.expected, ret->finding.found);
	replay_source_free(source);
	store_close(s);
	return rc;
}

/* A person enrolled and employed from a day on; the start's digest. */
static struct hash
place(unsigned person, const char *from)
{
	struct hash start;

	(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-02-01',"
			 "'participant':'%s'}", w->contract_hex, world_person(person));
	start = world_addf(w, "spell.started", "{'contract':'%s','extent':'50','from':'%s','kind':"
			   "'employment','participant':'%s'}", w->contract_hex, from,
			   world_person(person));
	assert_rc(world_send(w, TEAM), RC_OK);
	return start;
}

static void
attest(struct hash event, const char *verdict)
{
	(void)world_addf(w, "claim.attested", "{'contract':'%s','events':['%s'],'method':'letter',"
			 "'verdict':'%s'}", w->contract_hex, world_hex(w, event), verdict);
	assert_rc(world_send(w, JUDGE), RC_OK);
}

static int
set_up(void **state)
{
	(void)state;
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	world_contract(w);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	world_close(w);
	free(w);
	return 0;
}

/* Three quarters: a job attested, a job lost to a retraction, a late one; replay agrees. */
static void
test_quarters(void **state)
{
	struct replay_report report;
	struct statement s;
	struct hash one, two;

	(void)state;
	one = place(1, "2017-02-10");
	two = place(2, "2017-02-15");
	attest(one, "accepted");
	w->now = 1492300800;	/* 2017-04-16 */
	assert_rc(settle_it(&s), RC_OK);
	assert_int_equal(s.number, 1);
	assert_int_equal(s.lines, 2);		/* 30 000 kronor, and a zero line: not attested */
	assert_rc(replay_it(false, &report), RC_OK);
	assert_int_equal(report.statements, 1);
	assert_int_equal(report.lines, 2);
	attest(two, "accepted");
	(void)world_addf(w, "event.retracted", "{'contract':'%s','event':'%s'}", w->contract_hex,
			 world_hex(w, one));
	assert_rc(world_send(w, TEAM), RC_OK);
	w->now = 1500163200;	/* 2017-07-16 */
	assert_rc(settle_it(&s), RC_OK);
	assert_int_equal(s.number, 2);
	assert_int_equal(s.lines, 2);		/* minus one, plus the other */
	w->now = 1508112000;	/* 2017-10-16 */
	assert_rc(settle_it(&s), RC_OK);
	assert_int_equal(s.number, 3);
	assert_int_equal(s.lines, 0);
	assert_rc(replay_it(false, &report), RC_OK);
	assert_rc(replay_it(true, &report), RC_OK);
	assert_int_equal(report.statements, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_quarters, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("settlement", tests, NULL, NULL);
}
