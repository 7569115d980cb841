/* test_ledger_left.c - parties and rights that an amendment leaves out: what they said stays theirs. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "world_test.h"

/* The small terms as version 2 with some of their text replaced. */
static const char *
terms_with(const char *const cuts[][2], size_t count)
{
	const char *terms = world_terms();

	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(terms, cuts[i][0]);

		assert_non_null(at);
		terms = arena_printf(w->arena, "%.*s%s%s", (int)(at - terms), terms, cuts[i][1],
				     at + strlen(cuts[i][0]));
	}
	return terms;
}

/* In force once all have signed. */
static void
amend(const char *terms, const struct signing_key *team)
{
	static const int signers[] = { CITY, TEAM, SECOND_TEAM };
	struct buf body = { 0 };
	struct hash version;

	amendment(terms, "2017-04-01", team, &body);
	version = world_say(w, OPERATOR, "contract.amended", body.data);
	for (size_t i = 0; i < 3; i++)
		(void)world_say(w, (enum world_party)signers[i], "contract.signed",
				arena_printf(w->arena, "{'contract':'%%C','version':'%s'}",
					     world_hex(w, version)));
	buf_free(&body);
}

/* Version 2 knows no team: second_team is paid from 2017-04-01 on. */
static void
leave_team_out(void)
{
	static const char *const cuts[][2] = {
		{ "'version':1,", "'version':2,'applies':{'to':'achieved','from':'2017-04-01','settled':"
		  "'keep'}," },
		{ "'team':{'roles':['provider']},", "" }, { "'to':'team'", "'to':'second_team'" },
	};

	amend(terms_with(cuts, sizeof(cuts) / sizeof(cuts[0])), NULL);
}

static void
want_line(const struct statement *s, const char *payee, int64_t amount, struct hash *ret)
{
	struct event line;

	assert_int_equal(s->lines, 1);
	assert_rc(ledger_event(w->l, s->first, w->arena, &line, &w->e), RC_OK);
	assert_string_equal(json_get_string(line.body, "payee"), payee);
	assert_int_equal(json_get_integer(line.body, "amount", 0), amount);
	*ret = line.digest;
}

/* Who is left out of a version still settles what an earlier one gave it, and nothing else. */
static void
test_left_out(void **state)
{
	static struct replay_report report;
	struct statement s;
	struct hash job = place_by(TEAM, 1, "2017-02-10"), own, others, other_job;

	(void)state;
	attest(job, "accepted");
	w->now = 1492300800;
	assert_rc(settle_next(&s), RC_OK);
	want_line(&s, "team", 3000000, &own);
	leave_team_out();
	enrol(3, "2017-05-01");
	assert_refused(world_send(w, TEAM), "event 1: participant.enrolled is sent by the provider, or a "
		     "source that the terms name for it, found team");
	(void)world_addf(w, "payment.made", "{'amount':1,'contract':'%s','on':'2017-04-20','payee':"
			 "'judge','ref':'1','unit':'SEK'}", w->contract_hex);
	assert_refused(world_send(w, CITY), "event 1: /body/payee: expected a payment from a party that "
		     "pays under the terms to one that is paid, found city to judge");
	(void)world_addf(w, "payment.made", "{'amount':3000000,'contract':'%s','on':'2017-04-20','payee'"
			 ":'team','ref':'1','unit':'SEK'}", w->contract_hex);
	assert_rc(world_send(w, CITY), RC_OK);
	(void)world_addf(w, "payment.received", "{'amount':3000000,'contract':'%s','on':'2017-04-21',"
			 "'payer':'city','ref':'1','unit':'SEK'}", w->contract_hex);
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_addf(w, "dispute.opened", "{'contract':'%s','line':'%s','reason':'wrong'}",
			 w->contract_hex, world_hex(w, own));
	assert_rc(world_send(w, TEAM), RC_OK);
	other_job = place_by(SECOND_TEAM, 2, "2017-05-10");
	attest(other_job, "accepted");
	w->now = 1500163200;
	assert_rc(settle_next(&s), RC_OK);
	want_line(&s, "second_team", 3000000, &others);
	(void)world_addf(w, "dispute.opened", "{'contract':'%s','line':'%s','reason':'wrong'}",
			 w->contract_hex, world_hex(w, others));
	assert_refused(world_send(w, TEAM), "event 1: /body/line: team is no funder or provider of the "
		     "version in force: expected a line that it pays or is paid by, found one of city to "
		     "second_team");
	(void)world_addf(w, "event.retracted", "{'contract':'%s','event':'%s'}", w->contract_hex,
			 world_hex(w, job));
	assert_rc(world_send(w, TEAM), RC_OK);
	w->now = 1508112000;
	assert_rc(settle_next(&s), RC_OK);
	want_line(&s, "team", -3000000, &own);		/* as version 1, which made the line, has it */
	assert_rc(replay_ledger(true, &report), RC_OK);
}

static void
correct_to(struct hash event, const char *inner)
{
	(void)world_addf(w, "event.corrected", "{'body':%s,'contract':'%s','event':'%s'}", inner,
			 w->contract_hex, world_hex(w, event));
}

#define correct(event, body, day) \
	correct_to(event, arena_printf(w->arena, body, w->contract_hex, day, world_person(1)))
#define FIFTH "{'contract':'%s','extent':'20','from':'%s','kind':'employment','participant':'%s'}"
#define TO_TEAM "{'contract':'%s','on':'%s','participant':'%s','to':'team'}"
#define PAY "{'amount':1000,'contract':'%s','month':'%s','participant':'%s'}"

/* Who is left out corrects what it said before, and nobody else's; it counts as version 1 has it. */
static void
test_left_out_corrects(void **state)
{
	static struct replay_report report;
	struct statement s;
	struct hash job = place_by(TEAM, 1, "2017-02-10"), corrected, line;

	(void)state;
	attest(job, "accepted");
	w->now = 1492300800;
	assert_rc(settle_next(&s), RC_OK);
	want_line(&s, "team", 3000000, &line);
	leave_team_out();
	correct(job, FIFTH, "2017-02-10");
	assert_refused(world_send(w, SECOND_TEAM), "event 1: event.corrected is sent by the party that "
		       "sent the first, team, found second_team");
	(void)world_addf(w, "spell.ended", "{'contract':'%s','on':'2017-03-01','participant':'%s',"
			 "'reason':'other','spell':'%s'}", w->contract_hex, world_person(1),
			 world_hex(w, job));
	assert_rc(world_send(w, TEAM), RC_OK);		/* nobody else may say that it ended */
	correct(job, FIFTH, "2017-02-10");
	assert_rc(world_send(w, TEAM), RC_OK);
	assert_rc(state_head(ledger_state(w->l), job, &corrected, &(bool){ false }, &w->e), RC_OK);
	attest(corrected, "accepted");
	correct(corrected, FIFTH, "2017-02-11");	/* a correction of a correction, too */
	assert_rc(world_send(w, TEAM), RC_OK);
	w->now = 1500163200;
	assert_rc(settle_next(&s), RC_OK);
	want_line(&s, "team", -3000000, &line);
	assert_rc(replay_ledger(true, &report), RC_OK);
	assert_rc(replay_ledger(false, &report), RC_OK);
}

/* A transfer to itself that nobody has confirmed: the receiver was a provider when it said so. */
static void
test_left_out_transfer(void **state)
{
	struct hash transfer;

	(void)state;
	(void)place_by(SECOND_TEAM, 1, "2017-02-10");
	transfer = world_addf(w, "participant.transferred", TO_TEAM, w->contract_hex, "2017-03-01",
			      world_person(1));
	assert_rc(world_send(w, TEAM), RC_OK);
	leave_team_out();
	correct(transfer, TO_TEAM, "2017-03-02");
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_addf(w, "participant.transferred", TO_TEAM, w->contract_hex, "2017-03-02",
			 world_person(1));
	assert_refused(world_send(w, SECOND_TEAM), "event 1: /body/to: expected a provider of the "
		       "terms, found team");
}

/* The same where a party stays and may no longer send the type. */
static void
test_source_left_out(void **state)
{
	static const char *const cuts[][2] = {
		{ "'version':1,", "'version':2,'applies':{'to':'achieved','from':'2017-04-01','settled':"
		  "'keep'}," },
		{ "'earnings.reported',", "" },
	};
	static struct replay_report report;
	struct hash pay;

	(void)state;
	(void)place_by(TEAM, 1, "2017-02-10");
	pay = world_addf(w, "earnings.reported", PAY, w->contract_hex, "2017-02-01", world_person(1));
	assert_rc(world_send(w, REGISTER), RC_OK);
	amend(terms_with(cuts, sizeof(cuts) / sizeof(cuts[0])), w->keys[TEAM]);
	(void)world_addf(w, "earnings.reported", PAY, w->contract_hex, "2017-03-01", world_person(1));
	assert_refused(world_send(w, REGISTER), "event 1: earnings.reported is sent by the "
		       "provider, or a source that the terms name for it, found register");
	correct(pay, PAY, "2017-03-01");
	assert_rc(world_send(w, REGISTER), RC_OK);
	assert_rc(replay_ledger(true, &report), RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_left_out, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_left_out_corrects, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_left_out_transfer, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_source_left_out, world_set_up, world_tear_down),
	};

	return cmocka_run_group_tests_name("left out of an amendment", tests, NULL, NULL);
}
