/* test_cut.c - bundles of a contract with two providers, cut to what each party may see. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bundle_write.h"
#include "file.h"
#include "world_test.h"

enum { DAY = 86400 };

/* The usual terms, with each provider paid for the people it has. */
static const char *
two_providers(void)
{
	static char text[8000];
	const char *usual = world_terms(), *to = strstr(usual, "'to':'team'");
	const char *end = strstr(usual, "'settlement':");

	assert_non_null(to);
	assert_non_null(end);
	(void)snprintf(text, sizeof(text), "%.*s'to':'holder'%.*s'shares':{'holder':{'parts':["
		       "{'party':'second_team','weight':{'is':['person.provider','second_team']}},"
		       "{'party':'team','weight':{'is':['person.provider','team']}}],"
		       "'residual':'first','none':'unknown'}},%s", (int)(to - usual), usual,
		       (int)(end - to) - (int)strlen("'to':'team'"), to + strlen("'to':'team'"), end);
	return text;
}

static int
set_up(void **state)
{
	(void)state;
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	w->terms = two_providers();
	world_contract(w);
	return 0;
}

static void
settle_on(int64_t now, uint32_t lines)
{
	struct statement s;

	w->now = now;
	assert_rc(settle_next(&s), RC_OK);
	assert_int_equal(s.lines, lines);
}

/* Three statements with lines of both, which take turns; the second takes back one of each. */
static void
make_history(void)
{
	struct hash starts[6], paid;

	for (unsigned i = 0; i < 6; i++) {
		char from[DATE_TEXT];

		(void)snprintf(from, sizeof(from), "2017-02-%02u", 10 + i);
		starts[i] = place_by(i % 2 == 0 ? TEAM : SECOND_TEAM, i, from);
	}
	for (unsigned i = 0; i < 4; i++)
		attest(starts[i], "accepted");
	settle_on(1492300800, 6);	/* four jobs, two zero lines */
	(void)world_addf(w, "event.retracted", "{'contract':'%s','event':'%s'}", w->contract_hex,
			 world_hex(w, starts[0]));
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_addf(w, "event.retracted", "{'contract':'%s','event':'%s'}", w->contract_hex,
			 world_hex(w, starts[1]));
	assert_rc(world_send(w, SECOND_TEAM), RC_OK);
	attest(starts[4], "accepted");
	settle_on(1500163200, 3);
	attest(starts[5], "accepted");
	(void)place_by(SECOND_TEAM, 6, "2017-07-20");
	paid = world_say(w, CITY, "payment.made", "{'amount':7000000,'contract':'%C','on':'2017-08-01',"
			 "'payee':'team','ref':'a','unit':'SEK'}");
	(void)world_addf(w, "event.corrected", "{'body':{'amount':6000000,'contract':'%s','on':"
			 "'2017-08-01','payee':'team','ref':'corrected-ref','unit':'SEK'},'contract':"
			 "'%s','event':'%s'}", w->contract_hex, w->contract_hex, world_hex(w, paid));
	assert_rc(world_send(w, CITY), RC_OK);
	settle_on(1508112000, 2);	/* a job accepted, another not yet */
}

static void
replay_cut(const char *party, struct bundle_counts *ret_counts, struct replay_report *ret,
	   bool *ret_paid)
{
	char *folder = arena_printf(w->arena, "%s/cut", w->folder);
	struct bundle_args args = { .path = folder, .party = party };
	struct replay_source *source;
	struct buf events = { 0 };

	assert_rc(ledger_refresh(w->l, &w->e), RC_OK);
	assert_rc(bundle_write(w->l, &args, ret_counts, &w->e), RC_OK);
	for (int scratch = 0; scratch < 2; scratch++) {
		assert_rc(replay_source_bundle(folder, &source, &w->e), RC_OK);
		assert_rc(replay_from(source, scratch > 0, ret), RC_OK);
		replay_source_free(source);
	}
	assert_rc(file_read(arena_printf(w->arena, "%s/events.jsonl", folder), 1 << 24, &events,
			    &w->e), RC_OK);
	*ret_paid = strstr(events.data, "corrected-ref") != NULL;
	buf_free(&events);
	remove_bundle(folder);
}

/* Each replays what it may see; what the other was paid, and for whom, is not there. A line of
 * zero names the provider that would be paid. */
static void
test_each(void **state)
{
	static const struct {
		const char *party;
		uint64_t statements, lines;	/* lines that are shown */
		bool whole, paid;	/* sees the correction of a payment to the team */
	} rows[] = {
		{ "city", 3, 11, true, true },
		{ "team", 0, 5, false, true },
		{ "second_team", 0, 6, false, false },
		{ "judge", 0, 0, false, false },
		{ "register", 0, 0, false, false },
	};
	struct replay_report report;
	struct bundle_counts counts;
	bool paid;

	(void)state;
	make_history();
	assert_rc(replay_ledger(false, &report), RC_OK);
	assert_int_equal(report.statements, 3);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# cut for %s\n", rows[i].party);
		replay_cut(rows[i].party, &counts, &report, &paid);
		assert_int_equal(paid, rows[i].paid);
		assert_int_equal(counts.withheld == 0, rows[i].whole);
		assert_int_equal(report.withheld, counts.withheld);
		assert_int_equal(report.statements, rows[i].statements);
		assert_int_equal(report.shown_lines, rows[i].lines);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each, set_up, world_tear_down),
	};

	return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
