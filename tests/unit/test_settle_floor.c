/* test_settle_floor.c - one person is touched under a floor, or under a cap with an end that is read
 * on the day: the top-up is made of what is carried of all others, and the room is found that is
 * before the one who came.
 *
 * Eight people came to 10,000 each, on the first eight days of February. Each statement is worked
 * out from what is carried and, by another engine that was told the same, from scratch; and no more
 * people are claimed than those that the change touches. */
#include "settle_case.h"
#include "settle_case_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PEOPLE = 11, PLACED = 8 };

#define MONTHLY "'/settlement/periods','month',"
#define FUND "'/shares/both',{'parts':[{'party':'fund','weight':1}],'residual':'first','none':'unknown'},"
#define FLOOR_OF(per, level, on) "[" MONTHLY FUND "'/limits',[{'name':'least','of':['placed_pay'],'per':["  \
	per "],'floor':" level ",'on':'" on "','order':'settled','from':'both','to':'prov'}]]"
#define FLOOR FLOOR_OF("'contract'", "100000", "2018-03-31")
#define LATER FLOOR_OF("'contract'", "100000", "2018-04-30")
#define QUARTERS FLOOR_OF("{'achieved':'quarter'}", "100000", "2018-06-30")
#define EACH FLOOR_OF("'person'", "12000", "2018-04-30")
#define CAPPED "[" MONTHLY FUND "'/limits',[{'name':'most','of':['placed_pay'],'per':['contract'],"         \
	"'steps':[{'to':60000,'rate':'1'}],'along':'amount','order':'achieved','excess':'lost','unused':"    \
	"'lost','freed':'waiting'},{'name':'least','of':['placed_pay'],'per':['contract'],'floor':65000,"    \
	"'on':'2018-03-31','order':'settled','from':'both','to':'prov'}]]"
/* 45,000 up to February, then 70,000. */
#define ENDS(order) "[" MONTHLY FUND "'/tables/rooms',{'rows':[{'from':'2018-01-01','then':45000},{'from':" \
	"'2018-03-01','then':70000}],'kind':'steps','missing':'unknown'},'/values/room',{'is':{'look':{"     \
	"'table':'rooms','at':'period.end'}},'per':'month','subject':'contract'},'/limits',[{'name':'most'," \
	"'of':['placed_pay'],'per':['contract'],'steps':[{'to':'room','rate':'1'}],'along':'amount'," \
	"'order':'" order "','excess':'lost','unused':'lost','freed':'waiting'}]]"

#define GOES(who, day) day " prov event.retracted g" who " {'event':'@j" who "'}\n"
#define APRIL "2018-04-10"
#define MAY "2018-05-10"

/* What passes is 80,000 when nothing is new; March's statement tops it up. */
static const struct settle_change rows[] = {
	{ "nothing is new", FLOOR, "", "", 0 },
	{ "one more counts: so much less is topped up", FLOOR, COMES("9", "2018-03-20", APRIL),
	  "9 10000 reached\nleast -10000 changed\n", 1 },
	{ "one more is after its day: it does not count", FLOOR, COMES("9", "2018-04-02", APRIL),
	  "9 10000 reached\n", 1 },
	{ "one goes: so much more", FLOOR, GOES("3", APRIL),
	  "3 -10000 reversed\nleast 10000 changed\n", 1 },
	{ "exactly the level: nothing is topped up", FLOOR,
	  COMES("9", "2018-03-20", APRIL) COMES("10", "2018-03-21", APRIL),
	  "9 10000 reached\n10 10000 reached\nleast -20000 reversed\n", 2 },
	{ "at the level, and one goes again", FLOOR,
	  COMES("9", "2018-03-20", APRIL) COMES("10", "2018-03-21", APRIL) "settle\n" GOES("1", MAY),
	  "1 -10000 reversed\nleast 10000 changed\n", 1 },
	{ "one comes and one goes: the sum stays", FLOOR,
	  COMES("9", "2018-03-20", APRIL) GOES("2", APRIL),
	  "2 -10000 reversed\n9 10000 reached\n", 2 },
	{ "corrected to a day behind the floor's", FLOOR,
	  APRIL " prov event.corrected k {'event':'@j1','body':{'participant':'p1','from':'2018-04-03',"
	  "'kind':'employment','extent':'50','ref':'j1'}}\n" OK_ON(APRIL, "v9", "'@k'"),
	  "least 10000 changed\n", 1 },
	/* what is decided is paid; the entitlement counts, not the decision */
	{ "a dispute moves nothing of it", FLOOR,
	  APRIL " fund dispute.opened d {'line':'@line_2_2','text':'no'}\n"
	  APRIL " ver dispute.resolved s {'dispute':'@d','amount':1000}\n",
	  "2 -9000 decided\n", 1 },
	{ "what an erased person held still counts", FLOOR, "erase p4\nsettle\n" GOES("3", MAY),
	  "3 -10000 reversed\nleast 10000 changed\n", 1 },
	{ "its day comes: of all that are carried", LATER, "", "least 20000 floor\n", 0 },
	{ "its day comes, and one more", LATER, COMES("9", "2018-04-20", "2018-04-21"),
	  "9 10000 reached\nleast 10000 floor\n", 1 },
	{ "each quarter's day comes: nobody counts towards another", QUARTERS,
	  "settle\nsettle\n" COMES("9", "2018-05-20", "2018-06-01"),
	  "9 10000 reached\nleast 20000 floor\nleast 90000 floor\n", 1 },
	{ "a new quarter begins: the others stay", QUARTERS,
	  "settle\nsettle\nsettle\n" COMES("9", "2018-05-20", "2018-07-01"),
	  "9 10000 reached\nleast 90000 floor\n", 1 },
	{ "each person's day comes: all are asked", EACH, "",
	  "6 2000 floor\n7 2000 floor\n1 2000 floor\n8 2000 floor\n2 2000 floor\n3 2000 floor\n"
	  "4 2000 floor\n5 2000 floor\n", 11 },
	{ "each person's: one goes, and its top-up", EACH, "settle\nsettle\n" GOES("3", "2018-06-02"),
	  "3 -10000 reversed\n3 -2000 reversed\n", 1 },
	/* six pass the cap, which is 5,000 short; the seventh does when the first goes */
	{ "what counts is what the cap before it left", CAPPED, GOES("1", APRIL),
	  "1 -10000 reversed\n7 10000 reached\n", 2 },
	/* four and a half of eight pass */
	{ "an end of its own: room that others never had", ENDS("achieved"),
	  COMES("9", "2018-03-05", APRIL), "9 10000 reached\n", 1 },
	{ "an end of its own: the last finds what is left of it", ENDS("achieved"),
	  COMES("9", "2018-03-05", APRIL) COMES("10", "2018-03-06", APRIL) "settle\n"
	  COMES("11", "2018-04-01", MAY),
	  "11 5000 reached\n", 1 },
	{ "one more before all pushes out who is behind, but for later ends", ENDS("achieved"),
	  COMES("9", "2018-03-05", APRIL) "settle\n" COMES("10", "2018-01-20", MAY),
	  "10 10000 reached\n4 -5000 changed\n5 -5000 reversed\n", 3 },
	{ "one goes that was before all", ENDS("achieved"),
	  COMES("9", "2018-03-05", APRIL) "settle\n" GOES("1", MAY),
	  "1 -10000 reversed\n5 5000 changed\n6 5000 reached\n", 3 },
	{ "in settled order who is earlier comes behind", ENDS("settled"),
	  COMES("9", "2018-03-05", APRIL) "settle\n" COMES("10", "2018-01-20", MAY),
	  "10 0 limit\n", 1 },
};

static void
place_all(struct settle_case *c)
{
	settle_case_place(c, PEOPLE, PLACED, 0);
}

/* Who has an amount, or the floor's name; the amount; the reason: a line each. */
static void
last_said(const char *text, struct buf *ret)
{
	char parties[40], what[40], who[40], reason[40];
	long long amount;
	unsigned number;
	int length;

	while (sscanf(text, "%u %39s %39s %39s %lld %39[a-z]%n", &number, parties, what, who, &amount,
		      reason, &length) == 6) {
		buf_printf(ret, "%s %lld %s\n", who[0] == 'p' ? who + 1 : what, amount, reason);
		text += length;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	buf_byte(ret, '\0');
}

static void
one_change_moves_what_it_touches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		settle_case_change(&rows[i], place_all, last_said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_change_moves_what_it_touches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
