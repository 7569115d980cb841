/* test_settle_save.c - an engine kept as bytes: what is damaged is refused or is other knowledge,
 * and nothing is read where nothing is. That a kept one goes on as the one that was not is tried
 * at every statement of settle_case.c. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parts.h"

static const char script[] =
	"2018-01-10 prov participant.enrolled e1 {'participant':'p1','from':'2018-01-10','home':'a'}\n"
	"2018-01-11 prov participant.enrolled e2 {'participant':'p2','from':'2018-01-11','home':'b'}\n"
	"2018-01-20 prov spell.started s1 {'participant':'p1','from':'2018-01-15','kind':'employment',"
	"'extent':'50','ref':'r1','evidence':[{'kind':'payslip','sha256':'00'}]}\n"
	"2018-01-20 prov spell.started s2 {'participant':'p2','from':'2018-01-16','kind':'employment',"
	"'extent':'25.50','ref':'r2'}\n"
	"2018-01-25 ver claim.attested a1 {'events':['@s1','@s2'],'verdict':'accepted'}\n"
	"2018-02-01 prov event.corrected c1 {'event':'@s2','body':{'participant':'p2','from':"
	"'2018-01-17','kind':'employment','extent':'30','ref':'r2'}}\n"
	"2018-02-02 ver claim.attested a2 {'events':['@c1'],'verdict':'accepted'}\n"
	"2018-02-03 reg participants.joined j1 {'participants':['p2','p3'],'reason':'same'}\n"
	"settle\n"
	"2018-04-25 fund dispute.opened d {'line':'@line_1_1','reason':'wrong'}\n"
	"2018-04-26 fund payment.made m {'payee':'prov','amount':100,'unit':'SEK','on':'2018-04-26'}\n"
	"2018-05-25 ver dispute.resolved r {'dispute':'@d','amount':5000}\n"
	"settle";

/* Both kinds of order among what is carried, with room for one of two, and a count over people. */
static const char limits[] =
	"['/values/placed_share',{'is':{'over':{'group':'people','do':'count','where':{'ge':['placed',1]}}},"
	"'subject':'contract'},'/outcomes/target',{'for':'contract','on':'2018-06-30','count':{'ge':"
	"['placed_share',1]},'final':'2018-12-31'},'/payments/target_pay',{'for':'target','price':5000,"
	"'round':'half_up','from':'both','to':'prov','ended':'achieved'},"
	"'/limits',[{'name':'year','of':['placed_pay'],'per':[{'achieved':'year'}],'steps':[{'to':13000,"
	"'rate':'1'}],'along':'amount','order':'settled','excess':'next','unused':'lost','freed':"
	"'waiting'},{'name':'all','of':['placed_pay'],'per':['contract'],'steps':[{'to':12000,'rate':"
	"'1'}],'along':'amount','order':'achieved','excess':'lost','unused':'lost','freed':'waiting'}]]";

static struct settle_case *
small_case(struct buf *ret)
{
	struct settle_case *c = settle_case_new(limits);

	settle_case_run(c, script);
	settle_case_save(c, ret);
	return c;
}

static void
add_up(void *arg, const struct settle_amount *a)
{
	*(int64_t *)arg ^= a->amount;
}

static void
add_balance(void *arg, const struct settle_balance *b)
{
	*(int64_t *)arg ^= b->lines ^ b->paid;
}

static enum rc
count_bytes(void *arg, const void *bytes, size_t size, struct err *e)
{
	(void)bytes;
	(void)e;
	*(size_t *)arg += size;
	return RC_OK;
}

/* What was taken can be asked and kept again. */
static void
ask(struct settlement *s)
{
	struct settle_use use;
	int64_t sum = 0;
	size_t size = 0;
	struct err e;

	settle_sums(s, add_up, &sum);
	settle_balances(s, add_balance, &sum);
	settle_use(s, &use);
	assert_int_equal(settle_save(s, count_bytes, &size, &e), RC_OK);
	assert_true(size > 0);
}

/* Refused in words, or taken whole; true where it was taken. */
static bool
try_bytes(struct settle_case *c, const char *bytes, size_t size)
{
	struct buf exact = { .data = malloc(size + 1), .size = size, .capacity = size + 1 };
	struct settlement *s;
	enum rc rc;

	memcpy(exact.data, bytes, size);
	rc = settle_case_load(c, &exact, &s);
	if (rc == RC_OK) {
		ask(s);
		settlement_free(s);
	} else if (rc != RC_NOT_FOUND && rc != RC_INTEGRITY) {
		fail_msg("%s: %s", rc_name(rc), c->e.text);
	}
	buf_free(&exact);
	return rc == RC_OK;
}

static void
a_cut_one_is_refused(void **state)
{
	struct buf bytes = { 0 };
	struct settle_case *c = small_case(&bytes);

	(void)state;
	assert_true(try_bytes(c, bytes.data, bytes.size));
	for (size_t size = 0; size < bytes.size; size++)
		if (try_bytes(c, bytes.data, size))
			fail_msg("the first %zu of %zu bytes are taken for all", size, bytes.size);
	settle_case_free(c);
	buf_free(&bytes);
}

static void
a_changed_byte_is_never_a_place(void **state)
{
	static const unsigned char changes[] = { 1, 0x80, 0xff };
	struct buf bytes = { 0 };
	struct settle_case *c = small_case(&bytes);

	(void)state;
	for (size_t i = 0; i < bytes.size; i++) {
		unsigned char change = changes[i % sizeof(changes)];

		bytes.data[i] = (char)(bytes.data[i] ^ change);
		(void)try_bytes(c, bytes.data, bytes.size);
		bytes.data[i] = (char)(bytes.data[i] ^ change);
	}
	settle_case_free(c);
	buf_free(&bytes);
}

static const struct terms *
no_terms(void *arg, struct hash version)
{
	(void)arg;
	(void)version;
	return NULL;
}

static void
another_one_is_not_gone_on_with(void **state)
{
	struct buf bytes = { 0 };
	struct settle_case *c = small_case(&bytes);
	struct settle_of of = { hash_bytes("contract", 8), no_terms, NULL };
	struct parts_in in = { .part = bytes };
	struct settlement *s = NULL;
	struct err e;

	(void)state;
	assert_int_equal(settle_load(parts_get, &in, &of, &s, &e), RC_NOT_FOUND);
	assert_string_equal(e.text, "kept engine: of other terms");
	of.contract = hash_bytes("another", 7);
	in.at = 0;
	assert_int_equal(settle_load(parts_get, &in, &of, &s, &e), RC_NOT_FOUND);
	assert_string_equal(e.text, "kept engine: of another contract");
	bytes.data[20] = bytes.data[20] == '0' ? '1' : '0';
	in.at = 0;
	assert_int_equal(settle_load(parts_get, &in, &of, &s, &e), RC_NOT_FOUND);
	assert_string_equal(e.text, "kept engine: of another build");
	assert_null(s);
	settle_case_free(c);
	buf_free(&bytes);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_one_is_refused),
		cmocka_unit_test(a_changed_byte_is_never_a_place),
		cmocka_unit_test(another_one_is_not_gone_on_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
