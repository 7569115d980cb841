/* test_settlement.c - statements recorded, read again, and every way to make one wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "forecast_view.h"
#include "world_test.h"

/* Three quarters: a job attested, a job lost to a retraction, a late one; replay agrees. */
static void
test_quarters(void **state)
{
	struct replay_report report;
	struct statement s;
	struct hash one, two;

	(void)state;
	one = place_by(TEAM, 1, "2017-02-10");
	two = place_by(TEAM, 2, "2017-02-15");
	attest(one, "accepted");
	w->now = 1492300800;	/* 2017-04-16 */
	assert_rc(settle_next(&s), RC_OK);
	assert_int_equal(s.number, 1);
	assert_int_equal(s.lines, 2);		/* 30 000 kronor, and a zero line: not attested */
	assert_rc(replay_ledger(false, &report), RC_OK);
	assert_int_equal(report.statements, 1);
	assert_int_equal(report.lines, 2);
	attest(two, "accepted");
	(void)world_addf(w, "event.retracted", "{'contract':'%s','event':'%s'}", w->contract_hex,
			 world_hex(w, one));
	assert_rc(world_send(w, TEAM), RC_OK);
	w->now = 1500163200;	/* 2017-07-16 */
	assert_rc(settle_next(&s), RC_OK);
	assert_int_equal(s.number, 2);
	assert_int_equal(s.lines, 2);		/* minus one, plus the other */
	w->now = 1508112000;	/* 2017-10-16 */
	assert_rc(settle_next(&s), RC_OK);
	assert_int_equal(s.number, 3);
	assert_int_equal(s.lines, 0);
	assert_rc(replay_ledger(false, &report), RC_OK);
	assert_rc(replay_ledger(true, &report), RC_OK);
	assert_int_equal(report.statements, 3);
}

/* ---- a statement that the terms do not give ---- */

struct draft {
	char *lines[8];		/* settlement.line, settlement.basis, ...: canonical bodies */
	size_t count;
	char *issued;
};

static char *
text_of(const struct json *x)
{
	struct buf b = { 0 };
	char *ret;

	json_write(x, &b);
	ret = arena_string(w->arena, b.data, b.size);
	buf_free(&b);
	return ret;
}

static enum rc
keep_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct draft *d = arg;

	(void)e;
	assert_true(d->count + 2 <= 8);
	d->lines[d->count++] = text_of(line);
	d->lines[d->count++] = text_of(basis);
	return RC_OK;
}

static void
make_draft(struct draft *d)
{
	const struct json *issued;

	memset(d, 0, sizeof(*d));
	assert_rc(ledger_settle_dry(w->l, w->contract, DATE_NEVER, keep_line, d, w->arena, &issued,
				    &w->e), RC_OK);
	d->issued = text_of(issued);
}

/* A dry run does not know the entry of its first line: it is put in here. */
static enum rc
send_draft(const struct draft *d, size_t count)
{
	struct ledger_facts facts;
	char first[60];

	state_facts(ledger_state(w->l), &facts);
	for (size_t i = 0; i < count; i++)
		(void)world_add(w, i % 2 == 0 ? "settlement.line" : "settlement.basis",
				d->lines[i]);
	(void)snprintf(first, sizeof(first), "\"first\":%u,\"lines\"", (unsigned)facts.size + 1);
	(void)world_add(w, "settlement.issued", strstr(d->issued, "\"first\"") != NULL ||
			count == 0 ? d->issued : replaced(d->issued, "\"lines\"", first));
	return world_send(w, OPERATOR);
}

static void
want_refused(const struct draft *d, size_t count, enum rc rc, const char *text)
{
	struct hash before = world_print(w);

	assert_rc(send_draft(d, count), rc);
	if (strstr(w->e.text, text) == NULL)
		print_message("# %s\n", w->e.text);
	assert_non_null(strstr(w->e.text, text));
	assert_true(hash_equal(world_print(w), before));
}

static void
test_wrong_statement(void **state)
{
	struct replay_report report;
	struct draft d, x;
	struct hash one = place_by(TEAM, 1, "2017-02-10");

	(void)state;
	(void)place_by(TEAM, 2, "2017-02-15");
	attest(one, "accepted");
	w->now = 1492300800;
	make_draft(&d);
	assert_int_equal(d.count, 4);
	x = d;
	x.lines[0] = replaced(d.lines[0], "\"amount\":3000000", "\"amount\":3000001");
	want_refused(&x, 4, RC_REFUSED, "/body/amount: expected 3000000 as the terms give it, found "
		     "3000001");
	x = d;
	x.lines[1] = replaced(d.lines[1], "\"achieved\":\"2017-02-10\"",
			      "\"achieved\":\"2017-02-11\"");
	want_refused(&x, 4, RC_REFUSED, "/body/achieved: expected \"2017-02-10\" as the terms give it, "
		     "found \"2017-02-11\"");
	want_refused(&d, 2, RC_REFUSED, "settlement.line: expected {\"amount\":0,");
	x = d;
	x.issued = replaced(d.issued, "\"amount\":3000000", "\"amount\":2000000");
	want_refused(&x, 4, RC_REFUSED, "/body/totals: expected [{\"amount\":3000000,");
	x.issued = replaced(d.issued, "\"through\":\"2017-03-31\"", "\"through\":\"2017-06-30\"");
	want_refused(&x, 4, RC_REFUSED, "/body/through: expected to be settled on or after "
		     "2017-07-15");
	x.issued = replaced(d.issued, "\"number\":1", "\"number\":2");
	want_refused(&x, 4, RC_CONFLICT, "/body/number: expected 1, found 2");
	x.issued = arena_string(w->arena, d.issued, strlen(d.issued));
	memset(strstr(x.issued, "\"root\":\"") + 8, 'a', 64);
	want_refused(&x, 4, RC_REFUSED, "/body/root: expected ");
	x.issued = replaced(d.issued, "\"size\":", "\"size\":1");
	want_refused(&x, 4, RC_REFUSED, "/body/size: expected the tree's size before a submission, at "
		     "most ");
	assert_rc(send_draft(&d, 4), RC_OK);
	assert_rc(replay_ledger(true, &report), RC_OK);
	make_draft(&x);		/* the next one; the first again is a conflict */
	want_refused(&d, 4, RC_CONFLICT, "/body/statement: expected 2, the contract's next statement, "
		     "found 1: another settlement came first");
}

/* Lines that no settlement.issued closes are void: the statement is made anew. */
static void
test_void_lines(void **state)
{
	struct replay_report report;
	struct statement s;
	struct draft d;
	struct hash one = place_by(TEAM, 1, "2017-02-10");

	(void)state;
	attest(one, "accepted");
	w->now = 1492300800;
	make_draft(&d);
	(void)world_add(w, "settlement.line", d.lines[0]);
	assert_rc(world_send(w, OPERATOR), RC_OK);
	assert_rc(settle_next(&s), RC_OK);
	assert_int_equal(s.lines, 1);
	assert_rc(replay_ledger(true, &report), RC_OK);
	assert_int_equal(report.statements, 1);
}

/* What opening reads from the caches is what the record gives. */
static void
want_same_state(void)
{
	struct buf kept = { 0 }, made = { 0 };
	struct ledger *l;

	assert_rc(ledger_open_read(w->path, &l, &w->e), RC_OK);
	state_dump(ledger_state(l), &kept);
	ledger_close(l);
	assert_rc(ledger_append_rebuild(w->l, &w->e), RC_OK);
	state_dump(ledger_state(w->l), &made);
	assert_string_equal(kept.data, made.data);
	buf_free(&kept);
	buf_free(&made);
}

/* What is under a statement: approval, dispute, resolution, payment; and the replay of it all. */
static void
test_after(void **state)
{
	struct replay_report report;
	struct statement s;
	struct event line;
	struct hash dispute, one = place_by(TEAM, 1, "2017-02-10");

	(void)state;
	attest(one, "accepted");
	w->now = 1492300800;
	assert_rc(settle_next(&s), RC_OK);
	assert_rc(ledger_event(w->l, s.first, w->arena, &line, &w->e), RC_OK);
	(void)world_addf(w, "settlement.approved", "{'contract':'%s','statement':'%s'}",
			 w->contract_hex, world_hex(w, s.issued));
	(void)world_addf(w, "payment.made", "{'amount':3000000,'contract':'%s','on':'2017-04-20',"
			 "'payee':'team','ref':'1','unit':'SEK'}", w->contract_hex);
	dispute = world_addf(w, "dispute.opened", "{'contract':'%s','line':'%s','reason':'wrong'}",
			     w->contract_hex, world_hex(w, line.digest));
	assert_rc(world_send(w, CITY), RC_OK);
	(void)world_addf(w, "payment.received", "{'amount':3000000,'contract':'%s','on':'2017-04-21',"
			 "'payer':'city','ref':'1','unit':'SEK'}", w->contract_hex);
	assert_rc(world_send(w, TEAM), RC_OK);
	(void)world_addf(w, "dispute.resolved", "{'amount':2000000,'contract':'%s','dispute':'%s'}",
			 w->contract_hex, world_hex(w, dispute));
	assert_rc(world_send(w, JUDGE), RC_OK);
	w->now = 1500163200;
	assert_rc(settle_next(&s), RC_OK);
	assert_int_equal(s.lines, 1);	/* ten thousand kronor less */
	want_same_state();
	assert_rc(replay_ledger(false, &report), RC_OK);
	assert_rc(replay_ledger(true, &report), RC_OK);
}

/* Within 30 days, in civil days of the contract's offset, +01:00: the last one counts. */
static void
test_dispute_until(void **state)
{
	struct statement s;
	struct event line;
	struct hash one = place_by(TEAM, 1, "2017-02-10");

	(void)state;
	attest(one, "accepted");
	w->now = 1492383600;	/* 2017-04-16T23:00:00Z, the 17th there */
	assert_rc(settle_next(&s), RC_OK);
	assert_rc(ledger_event(w->l, s.first, w->arena, &line, &w->e), RC_OK);
	w->now = 1495062000;	/* 2017-05-17T23:00:00Z */
	(void)world_addf(w, "dispute.opened", "{'contract':'%s','line':'%s','reason':'wrong'}",
			 w->contract_hex, world_hex(w, line.digest));
	assert_refused(world_send(w, CITY), "event 1: /body/line: expected to be disputed on or before "
		       "2017-05-17, as the terms' dispute_until says for statement 1, found "
		       "2017-05-18: a later line of the same key can be disputed; what the parties "
		       "agree on besides is paid and recorded as a payment");
	w->now--;
	(void)world_addf(w, "dispute.opened", "{'contract':'%s','line':'%s','reason':'wrong'}",
			 w->contract_hex, world_hex(w, line.digest));
	assert_rc(world_send(w, CITY), RC_OK);
	want_same_state();
}

/* ---- a forecast beside what is settled ---- */

static void
next_lines(struct buf *ret)
{
	const struct json *issued;

	buf_clear(ret);
	assert_rc(ledger_settle_dry(w->l, w->contract, DATE_NEVER, world_add_line, ret, w->arena, &issued,
				    &w->e), RC_OK);
	json_write(issued, ret);
}

static bool
count_down(void *arg)
{
	return --*(int *)arg > 0;
}

/* Until it is given up at the `left`th question. */
static enum rc
forecast_text_of(int left, struct buf *ret)
{
	struct forecast_watch watch = { count_down, &left };
	struct forecast_asked asked = { .arena = w->arena, .contract = "small" };
	const struct contract *k = state_contract(ledger_state(w->l), w->contract);
	struct forecast_view v = { .rows = NULL };
	struct date until;
	enum rc rc;

	assert_true(date_parse("2017-12-31", 10, &until));
	rc = forecast_read(w->l, k, until, &watch, w->arena, &v, &w->e);
	buf_clear(ret);
	if (rc == RC_OK)
		forecast_text(&v, &asked, ret);
	return rc;
}

/* It is told what nobody said: the ledger's own engine knows nothing of it, however it ends. */
static void
test_forecast(void **state)
{
	struct buf before = { 0 }, after = { 0 }, first = { 0 }, text = { 0 };
	struct statement s;
	int left = 1;

	(void)state;
	attest(place_by(TEAM, 1, "2017-02-10"), "accepted");
	w->now = 1492300800;	/* 2017-04-16 */
	assert_rc(settle_next(&s), RC_OK);
	attest(place_by(TEAM, 2, "2017-02-20"), "accepted");
	next_lines(&before);
	assert_rc(forecast_text_of(1000, &first), RC_OK);
	for (enum rc rc = RC_CONFLICT; rc != RC_OK; left++) {
		rc = forecast_text_of(left, &text);
		if (rc != RC_OK) {
			assert_rc(rc, RC_CONFLICT);
			assert_string_equal(w->e.text,
					    "the forecast was given up: nobody waits for it");
		}
		next_lines(&after);
		assert_int_equal(after.size, before.size);
		assert_memory_equal(after.data, before.data, after.size);
	}
	assert_true(left > 3);
	assert_string_equal(text.data, first.data);
	buf_free(&before);
	buf_free(&after);
	buf_free(&first);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_quarters, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_forecast, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_statement, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_void_lines, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_dispute_until, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_after, world_set_up, world_tear_down),
	};

	return cmocka_run_group_tests_name("settlement", tests, NULL, NULL);
}
