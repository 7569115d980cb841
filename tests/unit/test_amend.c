/* test_amend.c - two versions of a contract side by side: each flaw once with it and once mended.
 *
 * Version 1 is the Jönköping contract; version 2 applies to everything achieved from 2018-07-01 on,
 * keeps what is settled and says the same, but for a case's patches. Three statements were issued,
 * through 2017-09-30: placed 90,000.00 kronor, person_cap at most 70,000.00, year_cap 650,000.00.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "terms.h"
#include "terms_case.h"

#define JONKOPING "contracts/jonkoping/terms.json"
#define NEXT "\"/version\", 2, \"/applies\", {\"to\": \"achieved\", \"from\": \"2018-07-01\"," \
	" \"settled\": \"keep\"}"
#define SAME_PLACED "{\"for\": \"participants\", \"per\": \"day\", \"count\": \"works_quarter_time\"," \
	" \"reach\": {\"to\": 1, \"of\": \"ever\"}, \"from\": \"enrolment.start\"," \
	" \"until\": \"placed_until\", \"times\": {\"max\": 1, \"per\": \"person\"}," \
	" \"show\": [\"group\", \"proof\", \"until\", \"times\"]}"

#define WITHOUT_PLACED "\"/limits/1/of\", [\"retained_12_pay\", \"retained_6_pay\", \"support_pay\"],"\
	" \"/limits/2/of\", [\"retained_12_pay\", \"retained_6_pay\", \"support_pay\"]"

#define ONE_PAYS "\"/shares/coordination/parts\"," \
	" [{\"party\": \"region_jonkoping\", \"weight\": 1}]"
#define LEFT_OUT(with) "/parties: party 'habo' is left out" with ": lines of earlier versions go on " \
	"naming it, and it still pays, is paid, approves and disputes these; but of facts it only " \
	"corrects, takes back or ends those of its own, it hands over nobody, and what it has said does " \
	"not count where this version governs; keep it, without a share, while any of that matters\n"

enum about { NOTHING_KNOWN, NOTHING_SETTLED, SETTLED };

static const struct {
	const char *name;
	const char *patches;		/* behind version and applies */
	enum about about;
	enum severity severity;
	const char *says;
	const char *mended;
} cases[] = {
	{ "another contract's name", "\"/contract\", \"jonkoping_ips_2\"", SETTLED, SEVERITY_ERROR,
	  "/contract: expected jonkoping_ips, the name that the contract has kept, found "
	  "jonkoping_ips_2; another contract is proposed, not amended\n", NULL },
	{ "a version left out", "\"/version\", 3", SETTLED, SEVERITY_ERROR,
	  "/version: expected 2, one more than the version before, found 3\n", NULL },
	{ "the unit changes", "\"/unit\", \"EUR\", \"/payments/placed_pay/unit\", \"SEK\","
	  " \"/payments/retained_6_pay/unit\", \"SEK\", \"/payments/retained_12_pay/unit\", \"SEK\","
	  " \"/payments/support_pay/unit\", \"SEK\", \"/payments/target_pay/unit\", \"SEK\"", SETTLED,
	  SEVERITY_WARNING,
	  "/unit: the unit changes from SEK to EUR: amounts without a unit of their own now mean something "
	  "else; look at every price and cap\n", NULL },
	{ "a version that governs nothing", "\"/applies/from\", \"2020-01-01\"", SETTLED,
	  SEVERITY_WARNING,
	  "/applies/from: this version governs nothing: it applies from 2020-01-01, and outcomes count "
	  "until 2019-12-31; move one of the two\n", "\"/applies/from\", \"2019-12-31\"" },
	{ "keep, where nothing is settled", "\"/applies/settled\", \"keep\"", NOTHING_SETTLED,
	  SEVERITY_WARNING,
	  "/applies/settled: nothing is settled yet: 'keep' has nothing to take hold of\n", NULL },
	{ "from before what is settled, kept", "\"/applies/from\", \"2017-09-30\"", SETTLED,
	  SEVERITY_WARNING,
	  "/applies/from: 2017-09-30 lies before 2017-09-30, the end of what is settled: what was "
	  "settled keeps its amount, and what is found out late about that time comes by this version; "
	  "apply from a later day if that is not meant\n", "\"/applies/from\", \"2017-10-01\"" },
	{ "from before what is settled, priced anew",
	  "\"/applies/from\", \"2017-04-01\", \"/applies/settled\", \"reprice\"", SETTLED,
	  SEVERITY_WARNING,
	  "/applies/from: 2017-04-01 lies before 2017-09-30, the end of what is settled: what was "
	  "settled since is priced anew, and differences are paid or taken back; apply from a later day "
	  "if that is not meant\n", "\"/applies/from\", \"2017-10-01\", \"/applies/settled\", \"reprice\"" },
	{ "everything final before what is settled",
	  "\"/settlement/final\", \"2017-09-30\", \"/settlement/record_until\", \"2017-09-30\","
	  " \"/settlement/outcome_until\", \"2017-09-30\", \"/settlement/enrol_until\", \"2017-09-30\","
	  " \"/applies/to\", \"enrolled\", \"/applies/from\", \"2017-10-01\"", SETTLED, SEVERITY_ERROR,
	  "/settlement/final: everything would be final on 2017-09-30, before 2017-09-30, the end of "
	  "what is settled; choose a later day\n", NULL },
	{ "the first day moves", "\"/settlement/from\", \"2017-01-02\"", SETTLED, SEVERITY_ERROR,
	  "/settlement/from: the contract's first day and its offset from UTC stay as they were in "
	  "version 1: days that are settled would become others\n", NULL },
	{ "statements by the half year", "\"/calendars/half\", {\"unit\": \"half_year\", \"from\": \"grid\"},"
	  " \"/settlement/periods\", \"half\"", SETTLED, SEVERITY_WARNING,
	  "/settlement/periods: statements change from every quarter to every half_year: the next one "
	  "goes through the end of the half_year in which the last one ended\n", NULL },
	{ "a payer left out, with something open", "\"/parties/habo\", \"DELETE\","
	  ONE_PAYS, SETTLED, SEVERITY_WARNING,
	  LEFT_OUT(", with 2 500.00 SEK from 'habo' to 'ips_team' not paid, a dispute that is not decided"),
	  NULL },
	{ "a payer left out, nothing known", "\"/parties/habo\", \"DELETE\","
	  ONE_PAYS, NOTHING_KNOWN, SEVERITY_WARNING, LEFT_OUT(""),
	  ONE_PAYS },
	{ "a payment renamed", "\"/payments/placed_pay\", \"DELETE\", \"/payments/job_pay\","
	  " {\"for\": \"placed\", \"price\": 3000000, \"round\": \"half_up\", \"from\": \"coordination\","
	  " \"to\": \"ips_team\", \"ended\": \"achieved\"},"
	  " \"/limits/1/of/0\", \"job_pay\", \"/limits/2/of/0\", \"job_pay\"", SETTLED, SEVERITY_ERROR,
	  "/payments: payment 'placed_pay' is now called 'job_pay': a name is a clause's identity, and "
	  "under another one everything would be owed anew; keep the name\n", NULL },
	{ "the same before anything is known", "\"/payments/placed_pay\", \"DELETE\", \"/payments/job_pay\","
	  " {\"for\": \"placed\", \"price\": 3000000, \"round\": \"half_up\", \"from\": \"coordination\","
	  " \"to\": \"ips_team\", \"ended\": \"achieved\"},"
	  " \"/limits/1/of/0\", \"job_pay\", \"/limits/2/of/0\", \"job_pay\"", NOTHING_KNOWN,
	  SEVERITY_WARNING,
	  "/payments: payment 'placed_pay' is now called 'job_pay': a name is a clause's identity, and "
	  "under another one everything would be owed anew; keep the name\n", NULL },
	{ "a payment gone, what is settled kept",
	  "\"/payments/placed_pay\", \"DELETE\", " WITHOUT_PLACED, SETTLED, SEVERITY_WARNING,
	  "/payments: payment 'placed_pay' is gone: what is settled keeps its amount, but nothing more "
	  "is found due under it; keep it if that is not meant\n",
	  "\"/payments/placed_pay\", \"DELETE\", " WITHOUT_PLACED ", \"/applies/to\", \"enrolled\"" },
	{ "a payment gone, what is settled priced anew", "\"/payments/placed_pay\", \"DELETE\","
	  WITHOUT_PLACED ","
	  " \"/applies/settled\", \"reprice\"", SETTLED, SEVERITY_ERROR,
	  "/payments: payment 'placed_pay' is gone, and what is settled would be priced anew: all of it "
	  "would be taken back; keep the clause, or say 'keep'\n",
	  "\"/payments/placed_pay/price\", 2500000, \"/applies/settled\", \"reprice\"" },
	{ "an outcome renamed", "\"/outcomes/placed\", \"DELETE\", \"/outcomes/in_work\", " SAME_PLACED
	  ", \"/payments/placed_pay/for\", \"in_work\", \"/outcomes/retained_6/after\", [\"in_work\"],"
	  " \"/values/support_in_work/where/all/1/ge/1/date/of\", \"in_work\"",
	  SETTLED, SEVERITY_ERROR,
	  "/outcomes: outcome 'placed' is now called 'in_work': a name is a clause's identity, and under "
	  "another one everything would be owed anew; keep the name\n", NULL },
	{ "a payment in another currency", "\"/payments/placed_pay/unit\", \"EUR\","
	  WITHOUT_PLACED, SETTLED, SEVERITY_ERROR,
	  "/payments/placed_pay: this payment is counted in EUR, until now it was SEK: lines of one key "
	  "would not add up; give the new one a name of its own\n",
	  "\"/payments/placed_pay/unit\", \"SEK\"" },
	{ "an outcome that may now be reached twice", "\"/outcomes/placed/times/max\", 2,"
	  " \"/outcomes/placed/next\", \"after_last\"", SETTLED, SEVERITY_ERROR,
	  "/outcomes/placed: it is reached another number of times than before: the keys of what is "
	  "settled would be others, and it would be owed again; give the new one a name of its own\n",
	  "\"/outcomes/placed/times/max\", 2, \"/outcomes/placed/next\", \"after_last\","
	  " \"/applies/to\", \"enrolled\"" },
	{ "a window that changes under way", "\"/outcomes/retained_6/reach/run/n\", 5", SETTLED,
	  SEVERITY_WARNING,
	  "/outcomes/retained_6: its window changes for those who are in the middle of one on "
	  "2018-07-01: they are measured by the new one from its beginning; apply the version to "
	  "'enrolled', or give the new one a name of its own\n",
	  "\"/outcomes/retained_6/reach/run/n\", 5, \"/applies/to\", \"enrolled\"" },
	{ "a cap below what is settled", "\"/limits/1/steps/0/to\", 6999999", SETTLED, SEVERITY_WARNING,
	  "/limits/1: 70 000.00 SEK is settled under it in one place, more than the 69 999.99 SEK that it "
	  "now ends at: what is settled stands, and nothing more is paid there\n",
	  "\"/limits/1/steps/0/to\", 7000000" },
	{ "a cap below what is settled, in the order of achievement",
	  "\"/limits/1/steps/0/to\", 6999999, \"/limits/1/order\", \"achieved\"", SETTLED, SEVERITY_ERROR,
	  "/limits/1: 70 000.00 SEK is settled under it in one place, more than the 69 999.99 SEK that it "
	  "now ends at: in the order of achievement the difference is taken back; raise it, or let "
	  "settled room stand ('settled')\n",
	  "\"/limits/1/steps/0/to\", 7000000, \"/limits/1/order\", \"achieved\"" },
	{ "a limit renamed", "\"/limits/2/name\", \"annual_cap\"", SETTLED, SEVERITY_WARNING,
	  "/limits: limit 'year_cap' is gone: limits of one name share one total over all versions, and "
	  "this total no longer binds; keep the name if it still should\n", NULL },
};

static void
check_case(size_t i, const char *patches, enum severity severity, const char *want)
{
	struct terms_settled_part payments[] = { { "placed_pay", 9000000 } };
	struct terms_settled_part outcomes[] = { { "placed", 9000000 } };
	struct terms_settled_part limits[] = { { "person_cap", 7000000 }, { "year_cap", 65000000 } };
	struct terms_settled_open open[] = { { "habo", "ips_team", "SEK", 250000 },
		{ "habo", "ips_team", NULL, 0 }, { "region_jonkoping", "ips_team", "SEK", 1 } };
	struct terms_settled settled = { .statements = 3, .open_count = 3, .open = open,
					 .payment_count = 1, .outcome_count = 1,
					 .limit_count = 2, .payments = payments, .outcomes = outcomes,
					 .limits = limits };
	struct terms_settled nothing = { .statements = 0 };
	struct terms_case then, now;
	char all[4000];
	const char *got;

	assert_true(date_parse("2017-09-30", 10, &settled.through));
	(void)snprintf(all, sizeof(all), "[" NEXT "%s%s]", patches == NULL ? "" : ", ",
		       patches == NULL ? "" : patches);
	case_terms(&then, JONKOPING, NULL);
	case_terms(&now, JONKOPING, all);
	if (now.rc != RC_OK)
		fail_msg("%s: not even terms: %s", cases[i].name, case_findings(&now, SEVERITY_ERROR));
	terms_check_against(now.terms, then.terms, cases[i].about == NOTHING_KNOWN ? NULL :
			    cases[i].about == NOTHING_SETTLED ? &nothing : &settled, &now.findings);
	got = case_findings(&now, severity);
	if (strcmp(got, want) != 0)
		fail_msg("%s:\n got  %s want %s", cases[i].name, got, want);
	case_free(&now);
	case_free(&then);
}

static void
each_flaw_is_found_and_only_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(i, cases[i].patches, cases[i].severity, cases[i].says);
}

static void
mended_it_is_not_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (cases[i].mended != NULL || cases[i].about == SETTLED)
			check_case(i, cases[i].mended, cases[i].severity, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_flaw_is_found_and_only_it),
		cmocka_unit_test(mended_it_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
