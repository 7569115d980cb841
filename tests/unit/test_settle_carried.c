/* test_settle_carried.c - what is carried from statement to statement under limits that bite: one
 * engine settles month by month from what it carries, another is told the same and works every
 * statement out from scratch; they say the same bytes, whatever displaces what. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "random.h"

#define PEOPLE 60
#define MONTHS 18

/* What a price reads, and nothing else: a table by way of a value. */
#define INDEXED(later) "'/tables/indices',{'rows':[{'from':'2018-01-01','then':1},{'from':'2018-07-01','then':"   \
	      later "}],'kind':'steps','missing':'unknown'},'/values/indexed',{'is':{'look':{'table':"       \
	      "'indices','at':'period.end'}},'per':'month','subject':'contract'}"

/* Fees by the quarter, up to four days' placements, settled by the month. */
#define BASE "'/settlement/periods','month','/outcomes/placed/times',{'max':4,'per':'person'},"           \
	     "'/outcomes/placed/next','each_period','/payments/fee',{'for':{'each':'month','of':"         \
	     "'people','due':'end','from':'enrolment.start','until':'contract.outcome_until'},'when':"    \
	     "{'gt':['hours',0]},'price':{'mul':[700,'hours']},'round':'half_up','from':'both','to':"     \
	     "'prov','ended':'achieved'},'/values/hours/per','month'," INDEXED("'1.05'")                      \
	     ",'/payments/placed_pay/price',{'mul':[10000,'indexed']}"
#define STEP(to) "'steps':[{'to':" to ",'rate':'1'}],'along':'amount'"
#define ALL "'of':['placed_pay','fee']"
#define LOST "'excess':'lost','unused':'lost','freed':'waiting'}"
#define NEXT "'excess':'next','unused':'lost','freed':'waiting'}"

#define ON(excess) "'excess':" excess ",'unused':'next','freed':'waiting'}"
#define OWED "'excess':{'payer':'guar'},'unused':'lost','freed':'waiting'}"
/* What is read on an entitlement's day: more each month, or as a table has it. */
#define GROWS ",'/values/room',{'is':{'add':[9000,{'mul':[4500,{'span':['contract.start',"             \
	      "'period.end','month']}]}]},'per':'month','subject':'contract'}"
#define JUMPS ",'/tables/rooms',{'rows':[{'from':'2018-01-01','then':26000},{'from':'2018-04-01','then':"    \
	      "12000},{'from':'2018-07-01','then':70000},{'from':'2018-10-01','then':52000}],'kind':"         \
	      "'steps','missing':'unknown'},'/values/room',{'is':{'look':{'table':'rooms','at':'period.end'}},"  \
	      "'per':'month','subject':'contract'}"
#define FLOOR(level, on) "'floor':" level ",'on':" on ",'order':'settled','from':'both','to':'prov'}"
/* Rounding leaves the same of many amounts. */
#define HELD "'/payments/placed_pay/hold',{'part':'0.999','until':{'shift':['outcome.date',5,'month']}},"   \
	     "'/payments/fee/hold',{'part':'0.9995','until':{'shift':['period.end',4,'month']}}"

/* Who pays and who receives follow where a person lives. */
#define BY_HOME "'/shares/both',{'parts':[{'party':'fund','weight':{'add':[1,{'is':['person.home','a']}]}},"  \
		"{'party':'town','weight':1}],'residual':'largest','none':'town'},'/shares/who',{'parts':["   \
		"{'party':'prov','weight':2},{'party':'prov2','weight':{'is':['person.home','b']}}],"         \
		"'residual':'largest','none':'prov'},'/payments/placed_pay/to','who','/payments/fee/to','who'"

#define RATES(steps, along) "'steps':[" steps "],'along':" along
#define THREE "{'to':30000,'rate':'1'},{'to':61000,'rate':'0.5'},{'rate':'0.35'}"
#define HOLED "{'to':20000,'rate':'0.7'},{'to':32000,'rate':'0'},{'to':64000,'rate':'1.2'}"
#define COUNTS "{'to':7,'rate':'1'},{'to':19,'rate':'1.5'},{'to':23,'rate':'0'},{'rate':'0.5'}"

/* The first so many thousands are borne by one, the next by another. */
#define TRANCHES(order) TRANCHES_TO("21000", order)
#define TRANCHES_TO(to, order) "'/shares/both',{'tranches':[{'to':" to ",'parts':[{'party':'fund','weight':1}]},"     \
			"{'to':{'mul':[4,13000]},'parts':[{'party':'fund','weight':1},{'party':'town','weight':2}]},"  \
			"{'parts':[{'party':'town','weight':1}]}],'order':" order ",'residual':'largest','none':"     \
			"'town'},'/payments/placed_pay/from','both','/payments/fee/from','both'"
#define PAYEES "'/shares/who',{'tranches':[{'to':15000,'parts':[{'party':'prov','weight':1}]},{'to':48000,"   \
	       "'parts':[{'party':'prov2','weight':1},{'party':'prov','weight':1}]},{'parts':[{'party':"       \
	       "'prov2','weight':1}]}],'order':'settled','residual':'largest','none':'prov'},"               \
	       "'/payments/placed_pay/to','who','/payments/fee/to','who'"

/* So much for each who was there, or was placed, by a day. */
#define MANY(each) "{'at':[{'mul':[" each ",{'over':{'group':'people','do':'count'}}]},'2018-06-30']}"
#define PLACED(each) "{'at':[{'mul':[" each ",{'over':{'group':'people','do':'count','where':{'ge':["     \
		     "'placed',1]}}}]},'2018-05-31']}"

#define SO_FAR(each) "{'mul':[" each ",{'over':{'group':'people','do':'count','where':{'ge':['placed',1]}}}]}"

/* ... of people by a day that is long to come. */
#define TO_COME(name, which) "'/values/" name "',{'is':{'at':[{'over':{'group':'people','do':'count','where':"        \
			     which "}},'2019-05-31']},'subject':'contract'}"
#define KEPT "'/outcomes/kept',{'for':'people','per':'day','count':'at_work','reach':{'run':{'n':2,'unit':"          \
	     "'month'},'gap':{'each':7,'total':14,'clock':'runs'}},'from':'enrolment.start','until':"                \
	     "'contract.outcome_until','times':{'max':1,'per':'person'},'show':[]}"

#define INDEX "'/tables/index',{'measured':'index','by':['reg'],'about':'contract','revised':'latest',"   \
	      "'kind':'steps','missing':1}"

struct contract {
	const char *name, *patches;
	const char *amended;	/* what takes its place in the middle; NULL: nothing */
	bool always;		/* is never carried */
};

static const struct contract contracts[] = {
	{ "achieved over everybody",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("90000")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "achieved over everybody, what counts months later",
	  "[" BASE ",'/payments/placed_pay/due',{'shift':['outcome.date',3,'month']},'/limits',[{'name':'all',"
	  ALL ",'per':['contract']," STEP("90000") ",'order':'achieved'," LOST "]]", NULL, false },
	{ "settled over everybody",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("90000")
	  ",'order':'settled'," LOST "]]", NULL, false },
	{ "year with excess, over persons",
	  "[" BASE ",'/limits',[{'name':'mine'," ALL ",'per':['person',{'achieved':'year'}],"
	  STEP("22000") ",'order':'settled'," LOST ",{'name':'year'," ALL ",'per':[{'achieved':"
	  "'year'}]," STEP("80000") ",'order':'settled'," NEXT "]]",
	  "[" BASE ",'/limits',[{'name':'mine'," ALL ",'per':['person',{'achieved':'year'}],"
	  STEP("25000") ",'order':'settled'," LOST ",{'name':'year'," ALL ",'per':[{'achieved':"
	  "'year'}]," STEP("60000") ",'order':'settled'," NEXT "]]", false },
	{ "quarters with excess, then achieved",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  STEP("21000") ",'order':'settled'," NEXT ",{'name':'all'," ALL ",'per':['contract'],"
	  STEP("95000") ",'order':'achieved'," LOST "]]", NULL, false },
	{ "months with excess in achieved order, amended",
	  "[" BASE ",'/limits',[{'name':'month'," ALL ",'per':[{'achieved':'month'}]," STEP("9000")
	  ",'order':'achieved'," NEXT "]]",
	  "[" BASE ",'/limits',[{'name':'month'," ALL ",'per':[{'achieved':'month'}]," STEP("12500")
	  ",'order':'achieved'," NEXT "]]", false },
	{ "by the settled quarter, over the person's",
	  "[" BASE ",'/limits',[{'name':'mine'," ALL ",'per':['person',{'settled':'quarter'}],"
	  STEP("9000") ",'order':'settled'," LOST ",{'name':'quarter'," ALL ",'per':[{'settled':"
	  "'quarter'}]," STEP("31000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "settled quarters with excess",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'settled':'quarter'}],"
	  STEP("17000") ",'order':'settled'," NEXT "]]", NULL, false },
	{ "a person's quarters with excess, a part held",
	  "[" BASE ",'/payments/placed_pay/hold',{'part':'0.07','until':{'shift':['outcome.date',4,"
	  "'month']}},'/limits',[{'name':'mine'," ALL ",'per':['person',{'achieved':'quarter'}],"
	  STEP("8000") ",'order':'settled'," NEXT ",{'name':'all'," ALL ",'per':['contract'],"
	  STEP("120000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "closed before the contract is",
	  "[" BASE ",'/payments/fee/final',{'shift':['period.end',2,'month']},"
	  "'/payments/placed_pay/final','2018-10-31','/limits',[{'name':'all'," ALL ",'per':"
	  "['contract']," STEP("80000") ",'order':'achieved'," LOST ",{'name':'year'," ALL ",'per':"
	  "[{'achieved':'year'}]," STEP("70000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "three limits over each other",
	  "[" BASE ",'/limits',[{'name':'fees','of':['fee'],'per':['contract']," STEP("40000")
	  ",'order':'settled'," LOST ",{'name':'all'," ALL ",'per':['contract']," STEP("85000")
	  ",'order':'achieved'," LOST ",{'name':'year'," ALL ",'per':[{'achieved':'year'}],"
	  STEP("60000") ",'order':'settled'," NEXT "]]", NULL, false },
	{ "a scale and a cap",
	  "[" BASE ",'/limits',[{'name':'part'," ALL ",'per':['contract'],'scale':'0.9','order':"
	  "'settled'},{'name':'all'," ALL ",'per':['contract']," STEP("70000")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "a ceiling of each payer's",
	  "[" BASE ",'/limits',[{'name':'own'," ALL ",'per':['payer']," STEP("42000")
	  ",'order':'settled'," LOST "]]", NULL, false },
	{ "payers' ceilings in achieved order, under one over everybody",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("80000")
	  ",'order':'settled'," LOST ",{'name':'own'," ALL ",'per':['payer']," STEP("36000")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "payers' quarters with excess, receivers by home, amended",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'achieved':"
	  "'quarter'}]," STEP("9000") ",'order':'settled'," NEXT ",{'name':'got'," ALL
	  ",'per':['payee']," STEP("30000") ",'order':'achieved'," LOST "]]",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'achieved':"
	  "'quarter'}]," STEP("11000") ",'order':'settled'," NEXT ",{'name':'got'," ALL
	  ",'per':['payee']," STEP("28000") ",'order':'achieved'," LOST "]]", false },
	{ "a payer's year over a person's, payer and payee",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'mine'," ALL ",'per':['person',{'achieved':'year'}],"
	  STEP("22000") ",'order':'settled'," LOST ",{'name':'own'," ALL ",'per':['payer','payee',"
	  "{'achieved':'year'}]," STEP("24000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "freed room is lost",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("70000")
	  ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'}]]", NULL, false },
	{ "freed room is lost by each payer, beside an order by achievement",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("75000")
	  ",'order':'achieved'," LOST ",{'name':'own'," ALL ",'per':['payer']," STEP("33000")
	  ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'}]]", NULL, false },
	{ "a part held under a cap",
	  "[" BASE "," HELD ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("60000")
	  ",'order':'settled'," LOST "]]", NULL, false },
	{ "a part held under quarters with excess, amended",
	  "[" BASE "," HELD ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  STEP("14000") ",'order':'settled'," NEXT "]]",
	  "[" BASE "," HELD ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  STEP("18000") ",'order':'settled'," NEXT "]]", false },
	{ "a part held under payers' ceilings, freed room is lost",
	  "[" BASE "," HELD ",'/limits',[{'name':'own'," ALL ",'per':['payer']," STEP("24000")
	  ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'}]]", NULL, false },
	{ "unused room goes on",
	  "[" BASE ",'/limits',[{'name':'month'," ALL ",'per':[{'achieved':'month'}]," STEP("9000")
	  ",'order':'achieved'," ON("'lost'") "]]", NULL, false },
	{ "unused room and excess go on, by payer, amended",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'achieved':'quarter'}],"
	  STEP("12000") ",'order':'settled'," ON("'next'") "]]",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'achieved':'quarter'}],"
	  STEP("9500") ",'order':'settled'," ON("'next'") "]]", false },
	{ "unused room of settled months goes on under a cap, freed room is lost",
	  "[" BASE ",'/limits',[{'name':'month'," ALL ",'per':[{'settled':'month'}]," STEP("6000")
	  ",'order':'settled','excess':'lost','unused':'next','freed':'lost'},{'name':'all'," ALL
	  ",'per':['contract']," STEP("64000") ",'order':'achieved'," LOST "]]", NULL, false },
	{ "settled quarters, freed room is lost",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'settled':'quarter'}],"
	  STEP("21000") ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'}]]", NULL, false },
	{ "settled months of payers, freed room is lost, a part held",
	  "[" BASE "," HELD ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'settled':'month'}],"
	  STEP("6000") ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'}]]", NULL, false },
	{ "settled quarters, freed room is lost, over a cap as achieved, amended",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'settled':'quarter'}],"
	  STEP("21000") ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'},{'name':'all',"
	  ALL ",'per':['contract']," STEP("60000") ",'order':'achieved'," LOST "]]",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'settled':'quarter'}],"
	  STEP("25000") ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'},{'name':'all',"
	  ALL ",'per':['contract']," STEP("65000") ",'order':'achieved'," LOST "]]", false },
	{ "unused room of settled months goes on under a cap",
	  "[" BASE ",'/limits',[{'name':'month'," ALL ",'per':[{'settled':'month'}]," STEP("6000")
	  ",'order':'settled'," ON("'lost'") ",{'name':'all'," ALL ",'per':['contract'],"
	  STEP("64000") ",'order':'achieved'," LOST "]]", NULL, false },
	{ "settled quarters in achieved order: what is taken back moves on",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'settled':'quarter'}],"
	  STEP("21000") ",'order':'achieved'," LOST "]]", NULL, false },
	{ "another owes what is beyond",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("60000")
	  ",'order':'settled'," OWED ",{'name':'year'," ALL ",'per':[{'achieved':'year'}],"
	  STEP("52000") ",'order':'achieved'," LOST "]]", NULL, false },
	{ "a payer owes what is beyond",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("60000")
	  ",'order':'settled','excess':{'payer':'town'},'unused':'lost','freed':'waiting'}]]", NULL, false },
	{ "another owes what is beyond, above payers' ceilings",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("60000")
	  ",'order':'settled'," OWED ",{'name':'own'," ALL ",'per':['payer']," STEP("25000")
	  ",'order':'settled'," LOST "]]", NULL, false },
	{ "another owes what is beyond in achieved order, a part held",
	  "[" BASE "," HELD ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  STEP("20000") ",'order':'achieved'," OWED "]]", NULL, false },
	{ "a floor over everybody, behind a year's cap",
	  "[" BASE ",'/limits',[{'name':'year'," ALL ",'per':[{'achieved':'year'}]," STEP("52000")
	  ",'order':'settled'," LOST ",{'name':'least'," ALL ",'per':['contract'],"
	  FLOOR("70000", "'2018-09-30'") "]]", NULL, false },
	{ "floors of quarters, before a cap, amended",
	  "[" BASE ",'/limits',[{'name':'least'," ALL ",'per':[{'achieved':'quarter'}],"
	  FLOOR("19000", "'2018-06-15'") ",{'name':'all'," ALL ",'per':['contract'],"
	  STEP("60000") ",'order':'achieved'," LOST "]]",
	  "[" BASE ",'/limits',[{'name':'least'," ALL ",'per':[{'achieved':'quarter'}],"
	  FLOOR("24000", "'2018-07-15'") ",{'name':'all'," ALL ",'per':['contract'],"
	  STEP("60000") ",'order':'achieved'," LOST "]]", false },
	{ "floors of settled quarters and of each person, of a group, amended",
	  "[" BASE ",'/groups/near',{'of':'enrolment','where':{'is':['enrolment.home','a']},'as_of':"
	  "'enrolled'},'/limits',[{'name':'least'," ALL ",'per':[{'group':'near'},{'settled':"
	  "'quarter'}]," FLOOR("9000", "'2018-05-31'") ",{'name':'each'," ALL ",'per':['person'],"
	  FLOOR("12000", "'2018-03-31'") "]]",
	  "[" BASE ",'/groups/near',{'of':'enrolment','where':{'is':['enrolment.home','a']},'as_of':"
	  "'enrolled'},'/limits',[{'name':'least'," ALL ",'per':[{'group':'near'},{'settled':"
	  "'quarter'}]," FLOOR("9000", "'2018-05-31'") ",{'name':'each'," ALL ",'per':['person'],"
	  FLOOR("12000", "'2018-03-31'") "]]", false },
	{ "a floor by how many there are",
	  "[" BASE ",'/limits',[{'name':'least'," ALL ",'per':['contract'],"
	  FLOOR("{'mul':[1200,{'over':{'group':'people','do':'count'}}]}", "'2018-07-31'") "]]", NULL, false },
	{ "floors of what is freed and lost, a part held",
	  "[" BASE "," HELD ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("60000") ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'},{'name':"
	  "'least'," ALL ",'per':[{'achieved':'year'}]," FLOOR("58000", "'2018-04-30'") "]]",
	  NULL, false },
	{ "rates along amounts in achieved order",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," RATES(THREE, "'amount'")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "rates along amounts in settled order, a step at nothing, amended",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," RATES(HOLED, "'amount'")
	  ",'order':'settled'," LOST "]]",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," RATES(THREE, "'amount'")
	  ",'order':'settled'," LOST "]]", false },
	{ "rates along each quarter's amounts, excess goes on",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  RATES("{'to':6000,'rate':'1'},{'to':14000,'rate':'0.4'}", "'amount'")
	  ",'order':'settled'," NEXT "]]", NULL, false },
	{ "one rate up to an end, by settled quarter, freed room is lost",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'settled':'quarter'}],"
	  RATES("{'to':24000,'rate':'0.75'}", "'amount'")
	  ",'order':'settled','excess':'lost','unused':'lost','freed':'lost'}]]", NULL, false },
	{ "rates by count in achieved order",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," RATES(COUNTS, "'count'")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "rates by count in settled order, another owes what is beyond",
	  "[" BASE ",'/limits',[{'name':'year'," ALL ",'per':[{'achieved':'year'}],"
	  RATES("{'to':8,'rate':'1'},{'to':27,'rate':'1.25'}", "'count'")
	  ",'order':'settled'," OWED "]]", NULL, false },
	{ "rates by count of each payer's, amended",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer'],"
	  RATES(COUNTS, "'count'") ",'order':'settled'," LOST "]]",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer'],"
	  RATES("{'to':9,'rate':'1'},{'rate':'0.9'}", "'count'") ",'order':'settled'," LOST "]]", false },
	{ "rates over each other, closed before the contract is",
	  "[" BASE ",'/payments/fee/final',{'shift':['period.end',2,'month']},"
	  "'/payments/placed_pay/final','2018-10-31','/limits',[{'name':'count'," ALL ",'per':['contract'],"
	  RATES(COUNTS, "'count'") ",'order':'achieved'," LOST ",{'name':'all'," ALL ",'per':['contract'],"
	  RATES(THREE, "'amount'") ",'order':'settled'," LOST "]]", NULL, false },
	{ "rates under a cap, a part held",
	  "[" BASE "," HELD ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  RATES(THREE, "'amount'") ",'order':'settled'," LOST ",{'name':'year'," ALL ",'per':"
	  "[{'achieved':'year'}]," STEP("52000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "rates along amounts, unused room goes on",
	  "[" BASE ",'/limits',[{'name':'month'," ALL ",'per':[{'achieved':'month'}],"
	  RATES("{'to':2000,'rate':'1'},{'to':7000,'rate':'0.5'}", "'amount'")
	  ",'order':'achieved'," ON("'lost'") "]]", NULL, false },
	{ "rates by count of each payer's settled quarters, unused room goes on, amended",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'settled':'quarter'}],"
	  RATES("{'to':3,'rate':'1'},{'to':9,'rate':'0.5'}", "'count'")
	  ",'order':'settled'," ON("{'payer':'guar'}") "]]",
	  "[" BASE "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'settled':'quarter'}],"
	  RATES("{'to':4,'rate':'1'},{'to':9,'rate':'0.5'}", "'count'")
	  ",'order':'settled'," ON("{'payer':'guar'}") "]]", false },
	{ "rates along quarters' amounts, excess and unused room go on, an end of how many there are",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  RATES("{'to':2000,'rate':'0.8'},{'to':" MANY("290") ",'rate':'0.5'}", "'amount'")
	  ",'order':'achieved'," ON("'next'") "]]", NULL, false },
	{ "rates by count up to how many there are, in achieved order",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  RATES("{'to':" MANY("'0.25'") ",'rate':'1'},{'to':" MANY("'0.5'") ",'rate':'0.5'}", "'count'")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "rates along amounts up to what was placed by then, in settled order, amended",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  RATES("{'to':" PLACED("700") ",'rate':'1'},{'to':" PLACED("1600") ",'rate':'1.2'}", "'amount'")
	  ",'order':'settled'," LOST "]]",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  RATES("{'to':" PLACED("900") ",'rate':'1'},{'to':" PLACED("1600") ",'rate':'1.2'}", "'amount'")
	  ",'order':'settled'," LOST "]]", false },
	{ "rates with steps that grow by the month, in settled order",
	  "[" BASE GROWS ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  RATES("{'to':{'mul':['room','0.4']},'rate':'1'},{'to':'room','rate':'0.5'},{'rate':'0.25'}", "'amount'")
	  ",'order':'settled'," LOST "]]", NULL, false },
	{ "rates with steps that jump, in achieved order, a part held, over a year's",
	  "[" BASE JUMPS "," HELD ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  RATES("{'to':15000,'rate':'1'},{'to':'room','rate':'0.5'},{'rate':'0.25'}", "'amount'")
	  ",'order':'achieved'," LOST ",{'name':'year'," ALL ",'per':[{'achieved':'year'}],"
	  STEP("40000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "rates by count with steps that jump, of payers, another owes what is beyond",
	  "[" BASE JUMPS "," BY_HOME ",'/limits',[{'name':'own'," ALL ",'per':['payer'],"
	  RATES("{'to':{'div':['room',4000]},'rate':'1'},{'to':{'div':['room',2000]},'rate':'0.5'}", "'count'")
	  ",'order':'achieved'," OWED "]]", NULL, false },
	{ "tranches up to how many there were, amended",
	  "[" BASE "," TRANCHES_TO(MANY("400"), "'settled'") "]",
	  "[" BASE "," TRANCHES_TO(MANY("450"), "'settled'") "]", false },
	{ "tranches up to what was placed, of payees too, in achieved order, under a cap",
	  "[" BASE "," TRANCHES_TO(PLACED("700"), "'achieved'") "," PAYEES ",'/limits',[{'name':'all',"
	  ALL ",'per':['contract']," STEP("70000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "tranches that grow by the month, a floor's top-up behind them",
	  "[" BASE GROWS "," TRANCHES_TO("'room'", "'achieved'") ",'/limits',[{'name':'least'," ALL
	  ",'per':['contract']," FLOOR("70000", "'2018-09-30'") "]]", NULL, false },
	{ "tranches that jump, of payees too, a part held",
	  "[" BASE JUMPS "," HELD "," TRANCHES_TO("'room'", "'settled'") "," PAYEES
	  ",'/shares/who/tranches/1/to',{'mul':['room',2]}]", NULL, false },
	{ "tranches beside each person's top-up",
	  "[" BASE "," TRANCHES("'settled'") ",'/shares/alone',{'parts':[{'party':'fund','weight':1}],"
	  "'residual':'first','none':'unknown'},'/limits',[{'name':'each'," ALL ",'per':['person'],'floor':"
	  "1500,'on':'2018-03-31','order':'settled','from':'alone','to':'prov'}]]", NULL, false },
	{ "tranches of payees of which another owes what is beyond",
	  "[" BASE "," PAYEES ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("60000") ",'order':'settled'," OWED "]]", NULL, true },
	{ "an end of how many there are on each day",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("{'mul':[1300,{'over':{'group':'people','do':'count'}}]}")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "an end of how many were placed by each day, in settled order, over a year's, amended",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP(SO_FAR("4000"))
	  ",'order':'settled'," LOST ",{'name':'year'," ALL ",'per':[{'achieved':'year'}],"
	  STEP("48000") ",'order':'achieved'," LOST "]]",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP(SO_FAR("4500"))
	  ",'order':'settled'," LOST ",{'name':'year'," ALL ",'per':[{'achieved':'year'}],"
	  STEP("48000") ",'order':'achieved'," LOST "]]", false },
	{ "ends of how many were placed by each day, of payers' quarters with excess, a part held",
	  "[" BASE "," BY_HOME "," HELD ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'achieved':"
	  "'quarter'}]," STEP(SO_FAR("900")) ",'order':'settled'," NEXT "]]", NULL, false },
	{ "an end of what is owed so far, another owes what is beyond",
	  "[" BASE ",'/limits',[{'name':'all','of':['placed_pay'],'per':['contract'],"
	  STEP("{'add':[9000,{'items':{'of':['fee'],'do':'sum','among':'all'}}]}") ",'order':'achieved'," OWED
	  "]]", NULL, false },
	{ "an end of how many there are by a day to come, who were placed, worked on, or are owed twice",
	  "[" BASE "," KEPT "," TO_COME("placers", "{'ge':['placed',1]}") "," TO_COME("keepers",
	  "{'ge':['kept',1]}") "," TO_COME("owed", "{'ge':[{'items':{'of':['fee'],'do':'count','among':"
	  "'subject'}},2]}") ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("{'add':[{'mul':[900,'placers']},{'mul':[500,'keepers']},{'mul':[700,'owed']}]}")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "rates by count of how many are placed by a day to come, amended",
	  "[" BASE "," KEPT "," TO_COME("keepers", "{'ge':['kept',1]}") ",'/limits',[{'name':'all'," ALL
	  ",'per':['contract']," RATES("{'to':{'mul':['keepers','0.4']},'rate':'1'},{'rate':'0.5'}", "'count'")
	  ",'order':'settled'," LOST "]]",
	  "[" BASE "," KEPT "," TO_COME("keepers", "{'ge':['kept',1]}") ",'/limits',[{'name':'all'," ALL
	  ",'per':['contract']," RATES("{'to':{'mul':['keepers','0.3']},'rate':'1'},{'rate':'0.5'}", "'count'")
	  ",'order':'settled'," LOST "]]", false },
	{ "tranches as settled", "[" BASE "," TRANCHES("'settled'") "]", NULL, false },
	{ "tranches in achieved order, of payees too, amended",
	  "[" BASE "," TRANCHES("'achieved'") "," PAYEES "]",
	  "[" BASE "," TRANCHES("'achieved'") "," PAYEES ",'/shares/both/tranches/0/to',30000]", false },
	{ "tranches under a cap, by payees' ceilings",
	  "[" BASE "," TRANCHES("'settled'") ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("70000") ",'order':'achieved'," LOST ",{'name':'own'," ALL ",'per':['payer'],"
	  STEP("40000") ",'order':'settled'," LOST "]]", NULL, false },
	{ "tranches behind rates, a part held, closed before the contract is",
	  "[" BASE "," HELD "," TRANCHES("'achieved'") ",'/payments/fee/final',{'shift':['period.end',2,"
	  "'month']},'/limits',[{'name':'all'," ALL ",'per':['contract']," RATES(THREE, "'amount'")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "tranches through which a floor's top-up goes",
	  "[" BASE "," TRANCHES("'settled'") ",'/limits',[{'name':'least'," ALL ",'per':['contract'],"
	  FLOOR("70000", "'2018-09-30'") "]]", NULL, false },
	{ "tranches through which each person's top-up goes",
	  "[" BASE "," TRANCHES("'achieved'") ",'/limits',[{'name':'each'," ALL ",'per':['person'],"
	  FLOOR("1500", "'2018-08-31'") "]]", NULL, true },
	{ "tranches by how many there are on each day",
	  "[" BASE "," TRANCHES_TO("{'mul':[400,{'over':{'group':'people','do':'count'}}]}", "'settled'")
	  "]", NULL, true },
	{ "tranches of which another owes what is beyond",
	  "[" BASE "," TRANCHES("'settled'") ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("60000") ",'order':'settled'," OWED "]]", NULL, false },
	{ "an end that grows by the month, in achieved order",
	  "[" BASE GROWS ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("'room'")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "an end that jumps, in settled order, over a year's",
	  "[" BASE JUMPS ",'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("'room'")
	  ",'order':'settled'," LOST ",{'name':'year'," ALL ",'per':[{'achieved':'year'}],"
	  STEP("48000") ",'order':'achieved'," LOST "]]", NULL, false },
	{ "ends that jump of quarters with excess, a part held",
	  "[" BASE JUMPS "," HELD ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  STEP("{'mul':['room','0.4']}") ",'order':'settled'," NEXT "]]", NULL, false },
	{ "ends that grow of payers, in achieved order, another owes what is beyond, amended",
	  "[" BASE GROWS "," BY_HOME ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("'room'") ",'order':'settled'," OWED ",{'name':'own'," ALL ",'per':['payer'],"
	  STEP("{'mul':['room','0.3']}") ",'order':'achieved'," LOST "]]",
	  "[" BASE JUMPS "," BY_HOME ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("'room'") ",'order':'settled'," OWED ",{'name':'own'," ALL ",'per':['payer'],"
	  STEP("{'mul':['room','0.3']}") ",'order':'achieved'," LOST "]]", false },
	{ "an end of how many there are",
	  "[" BASE ",'/limits',[{'name':'all'," ALL ",'per':['contract'],"
	  STEP("{'at':[{'mul':[1300,{'over':{'group':'people','do':'count'}}]},'2018-06-30']}")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "an end of how many there are by each quarter, unused room goes on, amended",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  STEP("{'at':[{'mul':[350,{'over':{'group':'people','do':'count'}}]},'2018-06-30']}")
	  ",'order':'settled','excess':'lost','unused':'next','freed':'waiting'}]]",
	  "[" BASE ",'/limits',[{'name':'quarter'," ALL ",'per':[{'achieved':'quarter'}],"
	  STEP("{'at':[{'mul':[380,{'over':{'group':'people','do':'count'}}]},'2018-06-30']}")
	  ",'order':'settled','excess':'lost','unused':'next','freed':'waiting'}]]", false },
	{ "an end of what was placed by then, of payers with excess",
	  "[" BASE ",'/limits',[{'name':'own'," ALL ",'per':['payer',{'achieved':'quarter'}],"
	  STEP("{'at':[{'mul':[300,{'over':{'group':'people','do':'count','where':{'ge':['placed',1]}}}]},"
	  "'2018-05-31']}") ",'order':'settled'," NEXT "]]", NULL, false },
	{ "months with excess in achieved order, ends that jump",
	  "[" BASE JUMPS ",'/limits',[{'name':'month'," ALL ",'per':[{'achieved':'month'}],"
	  STEP("{'mul':['room','0.2']}") ",'order':'achieved'," NEXT "]]", NULL, false },
	{ "prices by what is measured at the contract, under a cap",
	  "[" BASE "," INDEX ",'/payments/placed_pay/price',{'mul':[10000,{'look':{'table':'index','at':"
	  "'outcome.date'}}]},'/limits',[{'name':'all'," ALL ",'per':['contract']," STEP("90000")
	  ",'order':'achieved'," LOST "]]", NULL, false },
	{ "weights by what is measured at the contract, of payers' ceilings",
	  "['/settlement/periods','month','/outcomes/placed/times',{'max':4,'per':'person'},"
	  "'/outcomes/placed/next','each_period'," INDEX ",'/shares/both/parts/0/weight',{'look':{'table':"
	  "'index','at':'contract.start'}},'/limits',[{'name':'own','of':['placed_pay'],'per':['payer'],"
	  STEP("42000")
	  ",'order':'settled'," LOST "]]", NULL, false },
};
#define CONTRACTS (sizeof(contracts) / sizeof(contracts[0]))
#define HOWS 4			/* ways to live under each: live() */

struct claim {			/* an event that may be taken back */
	char label[24];
	unsigned person;
	bool job;
};

struct life {
	struct settle_case *c;
	unsigned people;
	unsigned next;
	int month;		/* from January 2018 */
	struct claim said[900];
	size_t count;
	bool gone[PEOPLE + 1];	/* erased */
	uint64_t asked, all;	/* subjects claimed, and those there were */
};

/* Labels are those of settle_case: no more than it holds. */
static void
new_label(struct life *l, char ret[24])
{
	(void)snprintf(ret, 24, "x%u", l->next++);
}

static unsigned
anybody(const struct life *l)
{
	unsigned person;

	do
		person = 1 + (unsigned)random_below(l->people);
	while (l->gone[person]);
	return person;
}

static void
remember(struct life *l, const char *label, unsigned person, bool job)
{
	struct claim *s = &l->said[l->count++];

	assert_true(l->count < sizeof(l->said) / sizeof(l->said[0]));
	*s = (struct claim){ .person = person, .job = job };
	memcpy(s->label, label, sizeof(s->label));
}

static void
attest(struct life *l, const char *of, const char *verdict)
{
	char label[24];

	new_label(l, label);
	settle_case_tell(l->c, l->month, "ver", "claim.attested", label,
			 "{'method':'letter','verdict':'%s','events':['@%s']}", verdict, of);
}

static void
job(struct life *l)
{
	unsigned person = anybody(l);
	char label[24], on[32];

	settle_case_day(l->month - (int)random_below(4), 1 + (unsigned)random_below(28), on);
	new_label(l, label);
	settle_case_tell(l->c, l->month, "prov", "spell.started", label,
			 "{'participant':'p%u','from':'%s','kind':'employment','extent':'%u','ref':'r%u'}",
			 person, on, random_below(4) == 0 ? 20 : 50, l->next);
	attest(l, label, "accepted");
	remember(l, label, person, true);
}

static void
work(struct life *l)
{
	unsigned person = anybody(l);
	char label[24], on[32];

	settle_case_day(l->month - (int)random_below(3), 1 + (unsigned)random_below(28), on);
	new_label(l, label);
	settle_case_tell(l->c, l->month, "prov", "activity.logged", label,
			 "{'participant':'p%u','on':'%s','kind':'support','hours':'%u.5','ref':'r%u'}",
			 person, on, (unsigned)random_below(9), l->next);
	remember(l, label, person, false);
}

static void
take_back(struct life *l)
{
	size_t at = l->count == 0 ? 0 : random_below(l->count);
	char label[24];

	if (l->count == 0 || l->gone[l->said[at].person])
		return;
	if (l->said[at].job && random_below(3) != 0) {
		attest(l, l->said[at].label, random_below(3) == 0 ? "accepted" : "rejected");
		return;
	}
	new_label(l, label);
	settle_case_tell(l->c, l->month, "prov", "event.retracted", label,
			 "{'event':'@%s'}", l->said[at].label);
	l->said[at] = l->said[--l->count];
}

static void
enrol(struct life *l)
{
	char label[24], on[32];

	new_label(l, label);
	settle_case_day(l->month, 1 + (unsigned)random_below(28), on);
	settle_case_tell(l->c, l->month, "prov", "participant.enrolled", label,
			 "{'participant':'p%u','on':'%s','attributes':{'home':'%c'}}",
			 ++l->people, on, "aab"[random_below(3)]);
}

/* Two pseudonyms are of one person. */
static void
join(struct life *l)
{
	unsigned one = anybody(l), other = anybody(l);
	char label[24];

	if (one == other)
		return;
	new_label(l, label);
	settle_case_tell(l->c, l->month, "reg", "participants.joined", label,
			 "{'participants':['p%u','p%u']}", one, other);
}

/* Decides a line of an earlier statement to another amount. */
static void
dispute(struct life *l, unsigned statement)
{
	char label[24], decided[24];
	size_t lines = 0, at;

	for (size_t i = 0; i < l->c->label_count; i++)
		lines += sscanf(l->c->labels[i], "line_%zu_%zu", &at, &at) == 2;
	if (lines == 0 || statement == 0)
		return;
	for (size_t i = 0, n = random_below(lines); i < l->c->label_count; i++) {
		if (sscanf(l->c->labels[i], "line_%zu_%zu", &at, &at) != 2 || n-- > 0)
			continue;
		new_label(l, label);
		settle_case_tell(l->c, l->month, "fund", "dispute.opened", label,
				 "{'line':'@%s','text':'no'}", l->c->labels[i]);
		new_label(l, decided);
		settle_case_tell(l->c, l->month, "ver", "dispute.resolved", decided,
				 "{'dispute':'@%s','amount':%u,'text':'so'}", label,
				 (unsigned)random_below(9000));
		return;
	}
}

/* In the same engine: from here on the person is frozen. */
static void
erase(struct life *l)
{
	unsigned person = anybody(l);
	struct buf events = { 0 };
	char label[24];

	for (size_t i = 0, n = 0; i < l->count; i++)
		if (l->said[i].person == person && n++ < 20)
			buf_printf(&events, "%s{'event':'@%s'}", n == 1 ? "" : ",", l->said[i].label);
	new_label(l, label);
	if (events.size > 0) {
		settle_case_freeze(l->c, l->month, label, person, events.data);
		l->gone[person] = true;
	}
	buf_free(&events);
}

/* A fact about the contract: where something reads one, everybody may have to be asked. */
static void
measure(struct life *l)
{
	char label[24], on[32];

	settle_case_day(random_below(3) != 0 ? 1 : l->month, 1, on);
	new_label(l, label);
	settle_case_tell(l->c, l->month, "reg", "measurement.recorded", label,
			 "{'from':'%s','to':'%s','name':'index','value':'1.%u'}", on, on,
			 (unsigned)random_below(9));
}

static void
month(struct life *l, bool busy)
{
	for (uint64_t i = random_below(busy ? 7 : 2); i > 0; i--)
		work(l);
	for (uint64_t i = random_below(busy ? 3 : 2); i > 0; i--)
		job(l);
	for (uint64_t i = random_below(3); i > 0; i--)
		take_back(l);
	if (l->people < PEOPLE && random_below(5) == 0)
		enrol(l);
	if (random_below(8) == 0)
		measure(l);
}

static void
settle_month(struct life *l)
{
	struct settle_use use;
	enum rc rc = settle_case_settle(l->c);

	if (rc != RC_OK && rc != RC_NO)
		fail_msg("%s", l->c->e.text);
	settle_use(l->c->s, &use);
	l->asked += use.claimed;
	l->all += use.participants;
}

/* What a next version may have otherwise, beside what the contract says. */
static const char *const changes[] = {
	",'/payments/placed_pay/price',11000",
	"," INDEXED("'1.2'"),
	"," INDEXED("'1.05'") ",'/values/indexed',{'is':{'div':[11,10]},'subject':'contract'}",
	",'/parties/region',{'roles':['funder']},'/payments/placed_pay/from','region'",
	",'/parties/region',{'roles':['provider']},'/payments/placed_pay/to','region'",
	",'/settlement/record_until','2020-02-29','/settlement/periods','quarter'",
	",'/groups/others',{'of':'enrolment','where':{'is':['enrolment.home','b']},'as_of':'enrolled'}",
	"",
	/* of these everybody is read */
	",'/settlement/outcome_until','2019-05-31'",
	",'/groups/people/where',{'is':['enrolment.home','a']}",
	",'/values/at_work/is',{'ge':['extent',60]}",
	",'/values/at_work/is',{'ge':['extent',15]}",
	",'/proofs/logged/by',['source']",
};

/* A next version, for whom or what lies behind a day, or for all that was not settled. */
static void
amend(struct life *l, const char *to, const char *settled, const char *patches, const char *change)
{
	char on[32], all[4000];
	int n;

	settle_case_day(l->month + 1, 1, on);
	n = snprintf(all, sizeof(all), "['/applies',{'to':'%s','from':'%s','settled':'%s'},%.*s%s]", to,
		     on, settled, (int)strlen(patches) - 2, patches + 1, change);
	assert_true(n > 0 && (size_t)n < sizeof(all));
	settle_case_version(l->c, on, all);
}

static void
live(struct life *l, const struct contract *k, unsigned how)
{
	static const struct { const char *to, *settled; } applies[] = {
		{ "enrolled", "keep" }, { "all", "keep" }, { "achieved", "reprice" },
	};
	uint64_t amended = 4 + random_below(6);
	uint64_t change = random_below(sizeof(changes) / sizeof(changes[0]));

	l->month = 1;
	while (l->people < PEOPLE - 10)
		enrol(l);
	for (; l->month <= MONTHS; l->month++) {
		if ((uint64_t)l->month == amended && k->amended != NULL)
			amend(l, "all", "keep", k->amended, changes[change]);
		else if ((uint64_t)l->month == amended && how < sizeof(applies) / sizeof(applies[0]))
			amend(l, applies[how].to, applies[how].settled, k->patches, changes[change]);
		month(l, l->month < 5 || random_below(3) == 0);
		if (how == 1 && random_below(8) == 0)
			join(l);
		if (how == 2 && random_below(4) == 0)
			dispute(l, (unsigned)l->month - 1);
		settle_month(l);
		if (how == 3 && l->month > 3 && random_below(7) == 0)
			erase(l);
	}
}

static void
carried_under_limits_is_from_scratch(void **state)
{
	uint64_t asked[CONTRACTS] = { 0 }, all[CONTRACTS] = { 0 };
	uint64_t rounds = random_rounds(HOWS * CONTRACTS);

	(void)state;
	random_start("test_settle_carried");
	for (unsigned i = 0; i < rounds; i++) {
		const struct contract *k = &contracts[i % CONTRACTS];
		struct life l = { .c = settle_case_new(k->patches) };

		settle_case_twin(l.c);
		l.c->erased = true;	/* limits over each other settle down in later statements */
		live(&l, k, (i / CONTRACTS + i % CONTRACTS) % HOWS);
		asked[i % CONTRACTS] += l.asked;
		all[i % CONTRACTS] += l.all;
		settle_case_free(l.c);
	}
	for (size_t i = 0; i < CONTRACTS; i++) {
		print_message("# %s: %u %% claimed\n", contracts[i].name,
			      (unsigned)(100 * asked[i] / all[i]));
		if (rounds == HOWS * CONTRACTS && !contracts[i].always &&
		    100 * asked[i] / all[i] > 40)
			fail_msg("%s: nothing is carried", contracts[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carried_under_limits_is_from_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
