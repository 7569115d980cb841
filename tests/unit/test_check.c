/* test_check.c - what the checker finds: each flaw once with it and once mended.
 *
 * The Jönköping contract is clean; a case spoils one thing and must get exactly the findings of
 * that flaw, and `mended` (the same thing done right) must get none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "../../src/contract/check_priv.h"
#include "terms.h"
#include "terms_case.h"

#define JONKOPING "contracts/jonkoping/terms.json"

#define SCORE(silence) \
	"\"/proofs/measured\", {\"by\": [\"verifier\"], \"accept\": \"none\"}," \
	" \"/values/score\", {\"of\": \"measurement\", \"take\": \"value\", \"per\": \"day\"," \
	" \"within\": \"max\", \"silence\": \"" silence "\", \"proof\": \"measured\"}," \
	" \"/payments/placed_pay/when\", {\"ge\": [\"score\", 1]}"

static const struct {
	const char *name, *patches;
	enum severity severity;
	const char *says;
	const char *mended;
} cases[] = {
	{ "a band begins above the domain",
	  "[\"/tables/band\", {\"kind\": \"steps\", \"domain\": [25, 125], \"missing\": \"error\","
	  " \"rows\": [{\"from\": 74, \"then\": 1}, {\"from\": 100, \"then\": 2}]},"
	  " \"/payments/placed_pay/price\", {\"look\": {\"table\": \"band\", \"by\": [80]}}]",
	  SEVERITY_ERROR,
	  "/tables/band: there is no row for numbers from 25 up to 74, and the domain begins at 25; "
	  "add a row from 25\n",
	  "[\"/tables/band\", {\"kind\": \"steps\", \"domain\": [25, 125], \"missing\": \"error\","
	  " \"rows\": [{\"from\": 25, \"then\": 1}, {\"from\": 100, \"then\": 2}]},"
	  " \"/payments/placed_pay/price\", {\"look\": {\"table\": \"band\", \"by\": [80]}}]" },
	{ "a line ends before the domain",
	  "[\"/tables/band\", {\"kind\": \"linear\", \"domain\": [0, 100], \"missing\": \"error\","
	  " \"rows\": [{\"from\": 0, \"then\": 0}, {\"from\": 90, \"then\": 9}]},"
	  " \"/payments/placed_pay/price\", {\"look\": {\"table\": \"band\", \"by\": [80]}}]",
	  SEVERITY_ERROR,
	  "/tables/band: the line ends at 90 and the domain at 100; add a row at 100\n",
	  "[\"/tables/band\", {\"kind\": \"linear\", \"domain\": [0, 100], \"missing\": \"error\","
	  " \"rows\": [{\"from\": 0, \"then\": 0}, {\"from\": 100, \"then\": 9}]},"
	  " \"/payments/placed_pay/price\", {\"look\": {\"table\": \"band\", \"by\": [80]}}]" },
	{ "a row beyond the domain",
	  "[\"/tables/band\", {\"kind\": \"steps\", \"domain\": [0, 100], \"missing\": \"error\","
	  " \"rows\": [{\"from\": 0, \"then\": 1}, {\"from\": 101, \"then\": 2}]},"
	  " \"/payments/placed_pay/price\", {\"look\": {\"table\": \"band\", \"by\": [80]}}]",
	  SEVERITY_WARNING,
	  "/tables/band: the row from 101 lies beyond the domain's end 100 and never answers; leave it "
	  "out or widen the domain\n",
	  "[\"/tables/band\", {\"kind\": \"steps\", \"domain\": [0, 100], \"missing\": \"error\","
	  " \"rows\": [{\"from\": 0, \"then\": 1}, {\"from\": 100, \"then\": 2}]},"
	  " \"/payments/placed_pay/price\", {\"look\": {\"table\": \"band\", \"by\": [80]}}]" },
	{ "under 16 and over 16 leave out exactly 16",
	  "[\"/payments/placed_pay/when\", {\"lt\": [\"extent\", 16]},"
	  " \"/payments/retained_6_pay/when\", {\"gt\": [\"extent\", 16]}]",
	  SEVERITY_WARNING,
	  "/payments/placed_pay/when/lt: one test is below 16, another above it, and exactly 16 "
	  "falls through both; say 'le' or 'ge' in one\n",
	  "[\"/payments/placed_pay/when\", {\"lt\": [\"extent\", 16]},"
	  " \"/payments/retained_6_pay/when\", {\"ge\": [\"extent\", 16]}]" },
	{ "up to 16 and from 16 hold it twice",
	  "[\"/payments/placed_pay/when\", {\"le\": [\"extent\", 16]},"
	  " \"/payments/retained_6_pay/when\", {\"le\": [16, \"extent\"]}]",
	  SEVERITY_WARNING,
	  "/payments/placed_pay/when/le: one test is up to 16, another from it on, and exactly 16 "
	  "passes both; say 'lt' or 'gt' in one\n",
	  "[\"/payments/placed_pay/when\", {\"lt\": [\"extent\", 16]},"
	  " \"/payments/retained_6_pay/when\", {\"le\": [16, \"extent\"]}]" },
	{ "a span without lower bound",
	  "[\"/payments/placed_pay/when\", {\"le\": [{\"span\": [\"enrolment.start\", \"outcome.date\","
	  " \"day\"]}, 30]}]",
	  SEVERITY_WARNING,
	  "/payments/placed_pay/when/le: a span is negative where the second date comes first, and "
	  "that passes this test too; add {\"ge\": [the span, 0]}\n",
	  "[\"/payments/placed_pay/when\", {\"all\": [{\"le\": [{\"span\": [\"enrolment.start\","
	  " \"outcome.date\", \"day\"]}, 30]}, {\"ge\": [{\"span\": [\"enrolment.start\","
	  " \"outcome.date\", \"day\"]}, 0]}]}]" },
	{ "a run longer than the contract",
	  "[\"/outcomes/retained_12/reach/run/n\", 37]",
	  SEVERITY_ERROR,
	  "/outcomes/retained_12: this can never be reached: counted from 2017-01-01 it is reached "
	  "on 2020-01-31 at the earliest, and the last day is 2019-12-31; shorten it or move "
	  "'until' and outcome_until\n",
	  "[\"/outcomes/retained_12/reach/run/n\", 15]" },
	{ "whoever enrols last is too late",
	  "[\"/outcomes/retained_12/reach/run/n\", 16]",
	  SEVERITY_WARNING,
	  "/outcomes/retained_12: who enrols on the last day, 2018-09-30, could reach this on "
	  "2020-01-29 at the earliest, after the last day 2019-12-31; move enrol_until or 'until', "
	  "or leave it so\n",
	  "[\"/outcomes/retained_12/reach/run/n\", 15]" },
	{ "thirteen of twelve",
	  "[\"/outcomes/placed/reach\", {\"to\": 13, \"of\": 12}]",
	  SEVERITY_ERROR,
	  "/outcomes/placed: 13 of the last 12 periods can never be reached: each counts at most 1; "
	  "lower 'to' or raise 'of'\n",
	  "[\"/outcomes/placed/reach\", {\"to\": 12, \"of\": 12}]" },
	{ "read after everything is final",
	  "[\"/dates/target_read\", \"2020-07-01\", \"/outcomes/target_30/final\", \"2020-08-01\"]",
	  SEVERITY_ERROR,
	  "/outcomes/target_30: this is read on 2020-07-01, after everything is final on "
	  "2020-06-30; move one of the two\n",
	  "[\"/dates/target_read\", \"2019-06-30\", \"/outcomes/target_30/final\", \"2020-06-30\"]" },
	{ "final before it is read",
	  "[\"/outcomes/target_30/final\", \"2018-12-30\", \"/payments/target_pay/final\","
	  " \"2018-12-31\"]",
	  SEVERITY_ERROR,
	  "/outcomes/target_30: this is final on 2018-12-30, and the first statement that can see "
	  "what is read on 2018-12-31 is through 2018-12-31: nothing would ever be settled; move "
	  "'final' later\n",
	  "[\"/outcomes/target_30/final\", \"2018-12-31\"]" },
	{ "final before the quarter's statement",
	  "[\"/dates/target_read\", \"2018-11-15\", \"/payments/target_pay/final\", \"2018-12-30\"]",
	  SEVERITY_ERROR,
	  "/payments/target_pay: this is final on 2018-12-30, and the first statement that can see "
	  "what is read on 2018-11-15 is through 2018-12-31: nothing would ever be settled; move "
	  "'final' later\n",
	  "[\"/dates/target_read\", \"2018-11-15\", \"/payments/target_pay/final\", \"2018-12-31\"]" },
	{ "until beyond outcome_until",
	  "[\"/dates/placed_until\", \"2020-01-01\"]",
	  SEVERITY_WARNING,
	  "/outcomes/placed: 'until' is 2020-01-01, but nothing counts after outcome_until "
	  "2019-12-31; move one of the two\n",
	  "[\"/dates/placed_until\", \"2019-12-31\"]" },
	{ "final after everything is",
	  "[\"/payments/target_pay/final\", \"2020-07-01\"]",
	  SEVERITY_WARNING,
	  "/payments/target_pay: 'final' is 2020-07-01, but everything is final on 2020-06-30; move one "
	  "of the two\n",
	  "[\"/payments/target_pay/final\", \"2020-06-30\"]" },
	{ "a person's price hangs on the group",
	  "[\"/payments/placed_pay/price\", {\"mul\": [100, {\"over\": {\"group\": \"participants\","
	  " \"do\": \"count\"}}]}, \"/payments/placed_pay/final\", \"2019-06-30\"]",
	  SEVERITY_ERROR,
	  "/payments/placed_pay/price/mul: a person's price depends on a statistic over a group: one "
	  "late fact would change every line; pay the group in one line, for \"contract\"\n",
	  "[\"/payments/target_pay/price\", {\"mul\": [100, {\"over\": {\"group\": \"participants\","
	  " \"do\": \"count\"}}]}]" },
	{ "a group's price without last day",
	  "[\"/payments/target_pay/price\", {\"mul\": [100, {\"over\": {\"group\": \"participants\","
	  " \"do\": \"count\"}}]}, \"/payments/target_pay/final\", \"DELETE\"]",
	  SEVERITY_WARNING,
	  "/payments/target_pay: the price depends on a statistic over a group and late facts change "
	  "it until 2020-06-30; say from when it stays as settled in 'final'\n",
	  "[\"/payments/target_pay/price\", {\"mul\": [100, {\"over\": {\"group\": \"participants\","
	  " \"do\": \"count\"}}]}]" },
	{ "a price that nobody pays",
	  "[\"/payments/target_pay/price\", {\"mul\": [0, 5]}]",
	  SEVERITY_WARNING,
	  "/payments/target_pay/price/mul: the price is 0: nobody ever pays this; leave the payment "
	  "out or give it a price\n",
	  "[\"/payments/target_pay/price\", {\"mul\": [1, 5]}]" },
	{ "a unit that is no code",
	  "[\"/unit\", \"kr\"]",
	  SEVERITY_WARNING,
	  "/unit: 'kr' is no ISO 4217 code: it is counted in wholes, without a minor unit; write SEK, "
	  "DKK or EUR where money is meant\n",
	  "[\"/unit\", \"SEK\"]" },
	{ "a code in small letters",
	  "[\"/unit\", \"sek\"]",
	  SEVERITY_WARNING,
	  "/unit: 'sek' is no ISO 4217 code: it is counted in wholes, without a minor unit; write SEK, "
	  "DKK or EUR where money is meant\n",
	  "[\"/unit\", \"months\"]" },
	{ "a code that nobody has given",
	  "[\"/unit\", \"SKR\"]",
	  SEVERITY_WARNING,
	  "/unit: 'SKR' is no ISO 4217 code: it is counted in wholes, without a minor unit; write SEK, "
	  "DKK or EUR where money is meant\n",
	  "[\"/unit\", \"JPY\"]" },
	{ "a price in kronor",
	  "[\"/payments/target_pay/price\", \"200000.50\"]",
	  SEVERITY_WARNING,
	  "/payments/target_pay/price: the price is 200000.5 minor units and is rounded every time; "
	  "prices are in minor units (öre, cents)\n",
	  "[\"/payments/target_pay/price\", 20000050]" },
	{ "two units under one limit",
	  "[\"/payments/retained_6_pay/unit\", \"months_of_service\"]",
	  SEVERITY_ERROR,
	  "/limits/1: 'placed_pay' is in SEK and 'retained_6_pay' in months_of_service; one limit "
	  "cannot add them, write one for each unit\n"
	  "/limits/2: 'placed_pay' is in SEK and 'retained_6_pay' in months_of_service; one limit "
	  "cannot add them, write one for each unit\n",
	  "[\"/payments/retained_6_pay/unit\", \"SEK\"]" },
	{ "a table in another currency",
	  "[\"/tables/inhabitants/unit\", \"EUR\", \"/payments/target_pay/price\","
	  " \"all_inhabitants\"]",
	  SEVERITY_ERROR,
	  "/values/all_inhabitants/is/add/0/look: table 'inhabitants' answers in EUR, the payment "
	  "is in SEK; mend one of the two units\n"
	  "/values/all_inhabitants/is/add/1/look: table 'inhabitants' answers in EUR, the payment "
	  "is in SEK; mend one of the two units\n"
	  "/values/all_inhabitants/is/add/2/look: table 'inhabitants' answers in EUR, the payment "
	  "is in SEK; mend one of the two units\n"
	  "/values/all_inhabitants/is/add/3/look: table 'inhabitants' answers in EUR, the payment "
	  "is in SEK; mend one of the two units\n",
	  "[\"/tables/inhabitants/unit\", \"SEK\", \"/payments/target_pay/price\","
	  " \"all_inhabitants\"]" },
	{ "a sum of payments in another unit",
	  "[\"/payments/target_pay/unit\", \"EUR\", \"/payments/target_pay/price\", {\"items\": {\"of\":"
	  " [\"support_pay\"], \"do\": \"sum\", \"among\": \"all\"}}]",
	  SEVERITY_ERROR,
	  "/payments/target_pay/price/items: 'support_pay' is in SEK, the payment is in EUR; a sum of both "
	  "has no unit\n",
	  "[\"/payments/target_pay/unit\", \"EUR\", \"/payments/target_pay/price\", {\"items\": {\"of\":"
	  " [\"support_pay\"], \"do\": \"count\", \"among\": \"all\"}}]" },
	{ "nobody bears it",
	  "[\"/shares/empty\", {\"parts\": [{\"party\": \"habo\", \"weight\": 0}], \"residual\": \"first\","
	  " \"none\": \"unknown\"}, \"/payments/target_pay/from\", \"empty\"]",
	  SEVERITY_ERROR,
	  "/shares/empty: all weights are 0 and 'none' is unknown: nothing would ever be paid; give a "
	  "weight or name who bears it\n",
	  "[\"/shares/empty\", {\"parts\": [{\"party\": \"habo\", \"weight\": 1}], \"residual\": \"first\","
	  " \"none\": \"unknown\"}, \"/payments/target_pay/from\", \"empty\"]" },
	{ "a weight below 0",
	  "[\"/shares/coordination/parts/0/weight\", -1]",
	  SEVERITY_ERROR,
	  "/shares/coordination/parts/0/weight: the weight of 'forsakringskassan' is -1, below 0, "
	  "and nothing could ever be split; give 0 or more\n",
	  "[\"/shares/coordination/parts/0/weight\", 1]" },
	{ "a weight of 0",
	  "[\"/shares/coordination/parts/0/weight\", 0]",
	  SEVERITY_WARNING,
	  "/shares/coordination/parts/0/weight: the weight of 'forsakringskassan' is 0 for ever; "
	  "leave the part out or give it a weight\n",
	  "[\"/shares/coordination/parts/0/weight\", 1]" },
	{ "a body that pays itself",
	  "[\"/payments/target_pay/to\", \"habo\"]",
	  SEVERITY_WARNING,
	  "/payments/target_pay: 'habo' both pays and is paid here: part of it is a line from a body "
	  "to itself\n",
	  "[\"/payments/target_pay/to\", \"ips_team\"]" },
	{ "a cap of nothing",
	  "[\"/limits/1/steps/0/to\", 0]",
	  SEVERITY_ERROR,
	  "/limits/1: the limit's end is 0: nothing would ever pass; raise it or leave the payments "
	  "out\n",
	  "[\"/limits/1/steps/0/to\", 13000000]" },
	{ "a cap below every price",
	  "[\"/limits/1/of\", [\"placed_pay\", \"retained_6_pay\"], \"/limits/1/steps/0/to\", 2999999]",
	  SEVERITY_WARNING,
	  "/limits/1: this limit always bites: its room is 2999999 and the smallest price 3000000; "
	  "no payment under it is ever whole\n",
	  "[\"/limits/1/of\", [\"placed_pay\", \"retained_6_pay\"], \"/limits/1/steps/0/to\","
	  " 4000000]" },
	{ "a cap in kronor",
	  "[\"/limits/1/steps/0/to\", \"130000.00\"]",
	  SEVERITY_WARNING,
	  "/limits/1: its room is 130000, below the price of 'placed_pay' alone, which is never paid in "
	  "full; raise it if that is not meant (both are in minor units)\n",
	  "[\"/limits/1/steps/0/to\", \"13000000.00\"]" },
	{ "a cap above all that can be earned",
	  "[\"/limits/1/of\", [\"placed_pay\", \"retained_6_pay\"], \"/limits/1/steps/0/to\", 7000000]",
	  SEVERITY_WARNING,
	  "/limits/1: this limit never bites: a person can earn 7000000 at most and its room is "
	  "7000000; lower it or leave it out\n",
	  "[\"/limits/1/of\", [\"placed_pay\", \"retained_6_pay\"], \"/limits/1/steps/0/to\","
	  " 6999999]" },
	{ "limits that cross",
	  "[\"/limits/2/excess\", \"lost\"]",
	  SEVERITY_WARNING,
	  "/limits/2: limits 'support_cap', 'person_cap' and 'year_cap' cross: made looser, the "
	  "first can pay less in all. Rooms of 10, 20, 10; claims of 10, 10 and 10, the first two in "
	  "one bucket of 'support_cap' and of 'year_cap', the third in others: 10 + 0 + 10 are paid. "
	  "With 20 in 'support_cap' the first two fill 'person_cap', 'year_cap' lets one of them "
	  "pass, and 10 are paid\n",
	  "[\"/limits/2/excess\", \"next\"]" },
	{ "a zero line for what is not asked",
	  "[\"/outcomes/placed/show/-\", \"gap\"]",
	  SEVERITY_WARNING,
	  "/outcomes/placed: 'show' lists gap, which this outcome does not ask for; leave it out\n",
	  "[]" },
	{ "a clause that nothing uses",
	  "[\"/values/wage\", {\"is\": 1}, \"/proofs/seen\", {\"by\": [\"provider\"], \"accept\":"
	  " \"none\"}, \"/dates/some\", \"2018-01-01\"]",
	  SEVERITY_WARNING,
	  "/values/wage: nothing uses this; leave it out, or use it where it was meant to be\n"
	  "/dates/some: nothing uses this; leave it out, or use it where it was meant to be\n"
	  "/proofs/seen: nothing uses this; leave it out, or use it where it was meant to be\n",
	  "[\"/values/wage\", {\"is\": 1}, \"/payments/target_pay/price\", {\"add\": [1, \"wage\"]}]" },
	{ "an outcome for a group of a later day",
	  "[\"/groups/participants/as_of\", \"2018-01-01\"]",
	  SEVERITY_WARNING,
	  "/outcomes/placed: who is in the group 'participants' is not known before 2018-01-01, and "
	  "before that day this is never reached; name a group that is read when people enrol, or "
	  "leave it so\n"
	  "/outcomes/placed_2018: who is in the group 'participants' is not known before 2018-01-01, "
	  "and before that day this is never reached; name a group that is read when people enrol, or "
	  "leave it so\n"
	  "/outcomes/retained_12: who is in the group 'participants' is not known before 2018-01-01, "
	  "and before that day this is never reached; name a group that is read when people enrol, or "
	  "leave it so\n"
	  "/outcomes/retained_6: who is in the group 'participants' is not known before 2018-01-01, "
	  "and before that day this is never reached; name a group that is read when people enrol, or "
	  "leave it so\n"
	  "/payments/support_pay: who is in the group 'participants' is not known before 2018-01-01, "
	  "and before that day what is due stays pending; name a group that is read when people enrol, "
	  "or leave it so\n",
	  "[\"/groups/participants/as_of\", \"2017-01-01\"]" },
	{ "a group of a day behind the last",
	  "[\"/outcomes/placed/for\", \"late\", \"/groups/late\", {\"of\": \"enrolment\", \"in\":"
	  " \"participants\", \"as_of\": \"2019-01-01\"}]",
	  SEVERITY_ERROR,
	  "/outcomes/placed: nobody can ever be in the group 'late' here: it is read on 2019-01-01, and "
	  "the last day is 2018-12-31; name a group that is read when people enrol, and leave this one "
	  "to statistics\n",
	  "[\"/outcomes/placed/for\", \"late\", \"/groups/late\", {\"of\": \"enrolment\", \"in\":"
	  " \"participants\", \"as_of\": \"enrolled\"}]" },
	{ "a date that may never come is always known",
	  "[\"/payments/placed_pay/when\", {\"known\": \"enrolment.exit\"},"
	  " \"/payments/retained_6_pay/when\", {\"not\": {\"known\": {\"shift\": [{\"date\": {\"of\":"
	  " \"placed\", \"nth\": 1, \"as\": \"happened\"}}, 1, \"day\"]}}}]",
	  SEVERITY_WARNING,
	  "/payments/placed_pay/when/known: this always holds: a date that has not come is never, which is "
	  "known; ask whether it has come, as {\"le\": [the date, \"period.end\"]}, or whether it ever "
	  "does, as {\"lt\": [the date, \"contract.final\"]}\n"
	  "/payments/retained_6_pay/when/not/known: this always holds: a date that has not come is never, "
	  "which is known; ask whether it has come, as {\"le\": [the date, \"period.end\"]}, or whether "
	  "it ever does, as {\"lt\": [the date, \"contract.final\"]}\n",
	  "[\"/payments/placed_pay/when\", {\"lt\": [\"enrolment.exit\", \"contract.final\"]},"
	  " \"/payments/retained_6_pay/when\", {\"known\": \"person.site\"}]" },
	{ "two that print alike",
	  "[\"/payments/retained_6_pay/title\", \"Fee for work\", \"/limits/1/title\","
	  " \"Fee for the target\", \"/outcomes/retained_6/title\", \"placed_2018\","
	  " \"/outcomes/placed_2018/title\", \"placed_2018\"]",
	  SEVERITY_WARNING,
	  "/payments/retained_6_pay: 'placed_pay' and 'retained_6_pay' are both called 'Fee for work', "
	  "and in print nobody can tell them apart; give one another title\n"
	  "/limits/1: 'target_pay' and 'person_cap' are both called 'Fee for the target', and in print "
	  "nobody can tell them apart; give one another title\n"
	  "/outcomes/retained_6: 'placed_2018' and 'retained_6' are both called 'placed_2018', and in "
	  "print nobody can tell them apart; give one another title\n",
	  "[\"/payments/retained_6_pay/title\", \"In work\", \"/groups/supported/title\","
	  " \"In work\"]" },
	{ "nobody may attest",
	  "[\"/proofs/attested/accepted_by\", [\"provider\"]]",
	  SEVERITY_ERROR,
	  "/proofs/attested: nobody may attest this: those named in 'accepted_by' are no verifiers, "
	  "or would attest only what they sent themselves; name a verifier\n",
	  "[\"/proofs/attested/accepted_by\", [\"sodra_vatterbygden\"]]" },
	{ "only its sender may attest",
	  "[\"/parties/ips_team/roles\", [\"provider\", \"verifier\"], \"/proofs/attested/accepted_by\","
	  " [\"ips_team\"]]",
	  SEVERITY_ERROR,
	  "/proofs/attested: nobody may attest this: those named in 'accepted_by' are no verifiers, "
	  "or would attest only what they sent themselves; name a verifier\n",
	  "[\"/proofs/attested/accepted_by\", [\"sodra_vatterbygden\"]]" },
	{ "a proof whose sender may not send",
	  "[\"/proofs/logged/by\", [\"habo\"]]",
	  SEVERITY_ERROR,
	  "/values/support_in_work: proof 'logged' can never be given: none of those it names in "
	  "'by' may send activity.logged; name another, or list it in the 'source' of one\n"
	  "/values/support_so_far: proof 'logged' can never be given: none of those it names in "
	  "'by' may send activity.logged; name another, or list it in the 'source' of one\n",
	  "[\"/proofs/logged/by\", [\"habo\"], \"/parties/habo/source\", [\"activity.logged\"]]" },
	{ "silence that nobody can end",
	  "[\"/values/extent/silence\", \"unknown\"]",
	  SEVERITY_WARNING,
	  "/values/extent: silence is unknown, and nobody may send feed.completed, which ends it: what "
	  "no fact says stays unknown for ever; list it in the 'source' of a party, or say \"none\"\n",
	  "[\"/values/extent/silence\", \"unknown\", \"/parties/habo/source\","
	  " [\"feed.completed\"]]" },
	{ "silence of measurements",
	  "[" SCORE("unknown") ", \"/parties/habo/source\", [\"feed.completed\"]]",
	  SEVERITY_WARNING,
	  "/values/score: silence is unknown, and no feed.completed ends it for measurements: what "
	  "none of them says stays unknown until one does; say \"none\", or leave it where each of "
	  "them is waited for\n",
	  "[" SCORE("none") "]" },
	{ "a feed without source",
	  "[\"/proofs/logged/accept\", \"feed\"]",
	  SEVERITY_ERROR,
	  "/values/support_in_work: proof 'logged' can never be given: none of those it names in "
	  "'by' is source for activity.logged; add it to a party's 'source'\n"
	  "/values/support_so_far: proof 'logged' can never be given: none of those it names in "
	  "'by' is source for activity.logged; add it to a party's 'source'\n",
	  "[\"/proofs/logged/accept\", \"feed\", \"/parties/ips_team/source\", [\"activity.logged\"]]" },
	{ "a measurement that nobody may record",
	  "[\"/tables/score\", {\"measured\": \"score\", \"by\": [\"evaluator\"], \"about\":"
	  " \"contract\", \"revised\": \"latest\", \"kind\": \"steps\", \"missing\": \"unknown\"},"
	  " \"/payments/target_pay/when\", {\"ge\": [{\"look\": {\"table\": \"score\", \"at\":"
	  " \"target_read\"}}, 74]}]",
	  SEVERITY_ERROR,
	  "/tables/score: nobody may record 'score': none of those named in 'by' may send "
	  "measurement.recorded: verifiers may, and who lists it in 'source'; name one, or list it\n",
	  "[\"/tables/score\", {\"measured\": \"score\", \"by\": [\"verifier\"], \"about\":"
	  " \"contract\", \"revised\": \"latest\", \"kind\": \"steps\", \"missing\": \"unknown\"},"
	  " \"/payments/target_pay/when\", {\"ge\": [{\"look\": {\"table\": \"score\", \"at\":"
	  " \"target_read\"}}, 74]}]" },
	{ "nobody decides",
	  "[\"/parties/sodra_vatterbygden/roles\", [\"verifier\"]]",
	  SEVERITY_WARNING,
	  "/parties: there is no resolver: a dispute, once opened, could never be decided; give a "
	  "party the role\n",
	  "[\"/parties/sodra_vatterbygden/roles\", [\"verifier\", \"resolver\"]]" },
	{ "nobody provides",
	  "[\"/parties/ips_team/roles\", [\"investor\"], \"/parties/ips_team/source\", [\"activity.logged\","
	  " \"spell.started\"], \"/proofs/attested/by\", [\"ips_team\"], \"/proofs/logged/by\", [\"ips_team\"]]",
	  SEVERITY_ERROR,
	  "/parties: there is no provider: nobody could sign for that side; give a party the role\n",
	  "[\"/parties/ips_team/roles\", [\"investor\", \"provider\"]]" },
	{ "who sends may attest",
	  "[\"/parties/sodra_vatterbygden/attests_own\", true]",
	  SEVERITY_WARNING,
	  "/parties: 'sodra_vatterbygden' may attest what it sent itself; is that meant?\n",
	  "[]" },
	{ "a party to the dispute may decide it",
	  "[\"/parties/sodra_vatterbygden/resolves_own\", true]",
	  SEVERITY_WARNING,
	  "/parties: 'sodra_vatterbygden' may decide disputes that it is party to; is that meant?\n",
	  "[]" },
	{ "who signs decides others' disputes",
	  "[\"/parties/habo/roles\", [\"funder\", \"resolver\"]]",
	  SEVERITY_WARNING,
	  "/parties: 'habo' signs the contract and may decide the disputes of others; is that meant?\n",
	  "[\"/parties/habo/roles\", [\"funder\"]]" },
	{ "who pays does not sign",
	  "[\"/parties/vaggeryd/roles\", [\"source\"]]",
	  SEVERITY_ERROR,
	  "/payments/placed_pay: 'vaggeryd' pays but does not sign; give it the role funder\n"
	  "/payments/retained_12_pay: 'vaggeryd' pays but does not sign; give it the role funder\n"
	  "/payments/retained_6_pay: 'vaggeryd' pays but does not sign; give it the role funder\n"
	  "/payments/support_pay: 'vaggeryd' pays but does not sign; give it the role funder\n"
	  "/payments/target_pay: 'vaggeryd' pays but does not sign; give it the role funder\n",
	  "[\"/parties/vaggeryd/roles\", [\"source\", \"funder\"]]" },
	{ "quotients of members added up",
	  "[\"/payments/target_pay/price\", {\"over\": {\"group\": \"participants\", \"do\": \"sum\","
	  " \"of\": {\"div\": [1, \"support_so_far\"]}}}]",
	  SEVERITY_ERROR,
	  "/payments/target_pay/price/over: members' quotients are added up, and the sum may need "
	  "more than 128 bits; round each with 'places' first\n",
	  "[\"/payments/target_pay/price\", {\"over\": {\"group\": \"participants\", \"do\": \"sum\","
	  " \"of\": {\"places\": [{\"div\": [1, \"support_so_far\"]}, \"down\", 9]}}}]" },
	{ "too many large numbers multiplied",
	  "[\"/payments/placed_pay/price\", {\"mul\": [\"enrolment.a\", \"enrolment.b\","
	  " \"enrolment.c\"]}]",
	  SEVERITY_ERROR,
	  "/payments/placed_pay/price/mul: this number may need 162 bits and 126 are there: too many "
	  "large or fine numbers are multiplied or divided; round one of them with 'places' first\n",
	  "[\"/payments/placed_pay/price\", {\"mul\": [\"enrolment.a\", 100]}]" },
};

static void
check_case(const char *name, const char *patches, enum severity severity, const char *want)
{
	struct terms_case c;
	const char *got;

	case_terms(&c, JONKOPING, patches);
	if (c.rc != RC_OK)
		fail_msg("%s: not even terms: %s", name, case_findings(&c, SEVERITY_ERROR));
	terms_check(c.terms, &c.findings);
	got = case_findings(&c, severity);
	if (want != NULL && strcmp(got, want) != 0)
		fail_msg("%s:\n got  %s want %s", name, got, want);
	case_free(&c);
}

static void
each_flaw_is_found_and_only_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(cases[i].name, cases[i].patches, cases[i].severity, cases[i].says);
}

static void
mended_it_is_not_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(cases[i].name, cases[i].mended, cases[i].severity, "");
}

static void
the_projects_contracts_have_no_error(void **state)
{
	struct terms_case c;

	(void)state;
	case_terms(&c, JONKOPING, NULL);
	terms_check(c.terms, &c.findings);
	assert_string_equal(case_findings(&c, SEVERITY_ERROR), "");
	assert_string_equal(case_findings(&c, SEVERITY_WARNING), "");
	case_free(&c);
}

/* data/terms_all.json says every part, every operator and every reference at least once. */
struct uses {
	bool ops[OP_MAX_COUNT], refs[REF_MAX];
};

static void
note_use(void *arg, const struct terms_x *x)
{
	struct uses *u = arg;

	u->ops[x->op] = true;
	if (x->op == OP_REF)
		u->refs[x->ref] = true;
}

static void
all_of_the_language_is_read_checked_and_said(void **state)
{
	struct uses u = { 0 };
	struct terms_case c;
	struct buf plain = { 0 };

	(void)state;
	case_terms(&c, "tests/unit/data/terms_all.json", NULL);
	assert_string_equal(case_findings(&c, SEVERITY_ERROR), "");
	terms_check(c.terms, &c.findings);
	assert_string_equal(case_findings(&c, SEVERITY_ERROR), "");
	terms_plain(c.terms, LANGUAGE_EN, &plain);
	assert_null(strstr(plain.data, "(null)"));
	assert_null(strstr(plain.data, "{0}"));
	terms_each_x(c.terms, note_use, &u);
	for (int i = 0; i < OP_MAX_COUNT; i++)
		if (!u.ops[i] && i != OP_TRUTH)
			fail_msg("operator %d (%s) is not used", i, terms_op_name((enum terms_op)i));
	for (int i = 0; i < REF_MAX; i++)
		if (!u.refs[i])
			fail_msg("reference %s is not used", terms_ref_name((enum terms_ref)i));
	for (size_t i = 0; i < c.terms->payment_count; i++)
		assert_non_null(strstr(plain.data, c.terms->payments[i].name));
	for (size_t i = 0; i < c.terms->limit_count; i++)
		assert_non_null(strstr(plain.data, c.terms->limits[i].name));
	buf_free(&plain);
	case_free(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_flaw_is_found_and_only_it),
		cmocka_unit_test(mended_it_is_not_found),
		cmocka_unit_test(the_projects_contracts_have_no_error),
		cmocka_unit_test(all_of_the_language_is_read_checked_and_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
