/* test_terms.c - what the loader refuses, with which words, and what it makes of what it takes.
 *
 * Each refusal in data/terms_refused.json is the Jönköping contract with one thing spoilt: one
 * rule of contracts/README.md broken, one finding, at the place where it is broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "accepted.h"
#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"
#include "terms.h"
#include "terms_case.h"

#define JONKOPING "contracts/jonkoping/terms.json"

static void
each_broken_rule_is_named_at_its_place(void **state)
{
	struct arena *arena = arena_new();
	const struct json *cases = case_file(arena, "tests/unit/data/terms_refused.json");

	(void)state;
	assert_true(cases->count > 80);
	for (uint32_t i = 0; i < cases->count; i++) {
		const struct json *one = &cases->items[i];
		struct buf patches = { 0 };
		struct terms_case c;
		const char *want, *got;

		json_write(json_get(one, "patches"), &patches);
		case_terms(&c, JONKOPING, patches.data);
		want = arena_printf(arena, "%s\n", json_get_string(one, "says"));
		got = case_findings(&c, SEVERITY_ERROR);
		if (c.rc != RC_REFUSED || c.terms != NULL || strcmp(got, want) != 0)
			fail_msg("%s: rc %d\n  got  %s  want %s", json_get_string(one, "name"), c.rc,
				 got, want);
		assert_string_equal(c.e.text, "the terms have 1 error");
		buf_free(&patches);
		case_free(&c);
	}
	arena_free(arena);
}

static void
every_error_is_listed_not_only_the_first(void **state)
{
	struct terms_case c;

	(void)state;
	case_terms(&c, JONKOPING, "[\"/unit\", \"DELETE\", \"/version\", 0, "
		   "\"/settlement/offset\", \"CET\"]");
	assert_int_equal(c.rc, RC_REFUSED);
	assert_int_equal(c.findings.errors, 3);
	assert_string_equal(c.e.text, "the terms have 3 errors");
	case_free(&c);
}

static void
names_are_resolved_to_the_clauses(void **state)
{
	struct terms_case c;
	const struct terms_outcome *kept, *target;
	const struct terms_payment *support, *pay;
	const struct terms_value *extent;
	const struct terms_limit *cap;

	(void)state;
	case_terms(&c, JONKOPING, NULL);
	assert_string_equal(case_findings(&c, SEVERITY_ERROR), "");
	assert_int_equal(c.rc, RC_OK);
	kept = terms_outcome(c.terms, "retained_6");
	assert_int_equal(kept->reach, REACH_RUN);
	assert_int_equal(kept->n, 6);
	assert_int_equal(kept->unit, TIME_MONTH);
	assert_int_equal(kept->gap_each, 14);
	assert_int_equal(kept->gap_total, 28);
	assert_false(kept->gap_stands);
	assert_ptr_equal(kept->after[0], terms_outcome(c.terms, "placed"));
	assert_ptr_equal(kept->group, terms_group(c.terms, "participants"));
	assert_int_equal(kept->show, 1u << QUALIFIER_GROUP | 1u << QUALIFIER_PROOF |
			 1u << QUALIFIER_UNTIL | 1u << QUALIFIER_GAP | 1u << QUALIFIER_TIMES);
	target = terms_outcome(c.terms, "target_30");
	assert_int_equal(target->reach, REACH_ON);
	assert_int_equal(target->subject, SUBJECT_CONTRACT);
	extent = terms_value(c.terms, "extent");
	assert_true(extent->overlap_add && !extent->open_runs && !extent->silence_unknown);
	assert_string_equal(extent->take, "extent");
	support = terms_payment(c.terms, "support_pay");
	assert_int_equal(support->what, FOR_PERIODS);
	assert_false(support->due_start);
	pay = terms_payment(c.terms, "placed_pay");
	assert_ptr_equal(pay->from_share, support->from_share);
	assert_string_equal(pay->to_share->name, "ips_team");
	assert_int_equal(pay->to_share->tranches[0].part_count, 1);
	assert_string_equal(pay->unit, "SEK");
	cap = terms_limit(c.terms, "year_cap");
	assert_int_equal(cap->index, 2);
	assert_int_equal(cap->excess, EXCESS_NEXT);
	assert_string_equal(cap->per[0].calendar->name, "year");
	case_free(&c);
}

static void
kinds_and_scopes_are_known_before_any_event(void **state)
{
	struct terms_case c;

	(void)state;
	case_terms(&c, JONKOPING, NULL);
	assert_int_equal(terms_value(c.terms, "works_quarter_time")->type, TYPE_TRUTH);
	assert_int_equal(terms_value(c.terms, "works_quarter_time")->is->needs,
			 SCOPE_PERSON | SCOPE_OWN);
	assert_int_equal(terms_value(c.terms, "placed_share")->type, TYPE_NUMBER);
	assert_int_equal(terms_value(c.terms, "placed_share")->is->needs, 0);
	assert_int_equal(c.terms->calendar_count, 4);
	assert_true(c.terms->calendars[3].ever);
	case_free(&c);
}

static void
who_may_say_what_is_the_terms(void **state)
{
	static const struct {
		enum event_type type;
		const char *party, *site;
		bool may;
	} cases[] = {
		{ EVENT_SPELL_STARTED, "ips_team", NULL, true },
		{ EVENT_SPELL_STARTED, "ips_team", "north", true },
		{ EVENT_SPELL_STARTED, "ips_team", "south", false },
		{ EVENT_SPELL_STARTED, "habo", NULL, false },
		{ EVENT_SPELL_STARTED, "stranger", NULL, false },
		{ EVENT_STATUS_REPORTED, "habo", NULL, true },		/* named as source */
		{ EVENT_FEED_COMPLETED, "habo", NULL, true },
		{ EVENT_FEED_COMPLETED, "ips_team", NULL, false },
		{ EVENT_CLAIM_ATTESTED, "sodra_vatterbygden", NULL, true },
		{ EVENT_CLAIM_ATTESTED, "ips_team", NULL, false },
		{ EVENT_CONTRACT_SIGNED, "habo", NULL, true },
		{ EVENT_CONTRACT_SIGNED, "sodra_vatterbygden", NULL, false },
		{ EVENT_DISPUTE_RESOLVED, "sodra_vatterbygden", NULL, true },
		{ EVENT_PAYMENT_MADE, "vaggeryd", NULL, true },
		{ EVENT_PAYMENT_MADE, "ips_team", NULL, false },
		{ EVENT_PAYMENT_RECEIVED, "ips_team", NULL, true },
		{ EVENT_PADDING_ADDED, "stranger", NULL, true },
		{ EVENT_SETTLEMENT_ISSUED, "habo", NULL, false },
	};
	struct terms_case c;

	(void)state;
	case_terms(&c, JONKOPING, "[\"/parties/habo/source\", [\"status.reported\", "
		   "\"feed.completed\"], \"/parties/ips_team/sites\", [\"north\"], "
		   "\"/settlement/terminate\", [\"habo\"]]");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (terms_may_send(c.terms, cases[i].type, cases[i].party, cases[i].site) !=
		    cases[i].may)
			fail_msg("%s by %s", event_info(cases[i].type)->name, cases[i].party);
	assert_true(terms_must_sign(terms_party(c.terms, "ips_team")));
	assert_false(terms_must_sign(terms_party(c.terms, "sodra_vatterbygden")));
	assert_true(terms_may_terminate(c.terms, "habo"));
	assert_false(terms_may_terminate(c.terms, "mullsjo"));
	assert_true(terms_has_role(c.terms, "sodra_vatterbygden", ROLE_RESOLVER));
	case_free(&c);
}

#define NOTE ",{\"at\":\"\",\"reading\":\"\",\"source\":\"s\"}"

/* Notes that together add `size` canonical bytes. */
static void
write_notes(size_t size, struct buf *ret)
{
	buf_text(ret, "[");
	for (bool first = true; size > 0; first = false) {
		size_t text = size > 8000 ? 3900 : size > 4000 ? 2000 : size - strlen(NOTE);

		buf_text(ret, first ? "" : ",");
		buf_text(ret, "\"/notes/-\",{\"at\":\"\",\"source\":\"s\",\"reading\":\"");
		for (size_t k = 0; k < text; k++)
			buf_byte(ret, 'x');
		buf_text(ret, "\"}");
		size -= text + strlen(NOTE);
	}
	buf_text(ret, "]");
}

static void
sixty_thousand_bytes_are_the_most(void **state)
{
	struct arena *arena = arena_new();
	struct buf bytes = { 0 };

	(void)state;
	json_write(case_file(arena, JONKOPING), &bytes);
	for (size_t beyond = 0; beyond < 2; beyond++) {
		struct buf patch = { 0 };
		struct terms_case c;

		write_notes(LIMIT_TERMS_BYTES - bytes.size + beyond, &patch);
		case_terms(&c, JONKOPING, patch.data);
		assert_string_equal(case_findings(&c, SEVERITY_ERROR), beyond ? ": terms have "
				    "60001 canonical bytes, at most 60000; say shared parts once, "
				    "as values and tables\n" : "");
		case_free(&c);
		buf_free(&patch);
	}
	buf_free(&bytes);
	arena_free(arena);
}

static void
a_long_chain_of_names_is_refused_not_followed(void **state)
{
	struct buf patch = { 0 };
	struct terms_case c;

	(void)state;
	buf_text(&patch, "[\"/values/v0\", {\"is\": 1}");
	for (int i = 1; i <= LIMIT_TERMS_CHAIN; i++)
		buf_printf(&patch, ", \"/values/v%d\", {\"is\": {\"add\": [\"v%d\", \"v%d\"]}}", i,
			   i - 1, i - 1);
	buf_text(&patch, ", \"/payments/placed_pay/price\", \"v64\"]");
	case_terms(&c, JONKOPING, patch.data);
	assert_string_equal(case_findings(&c, SEVERITY_ERROR), "/values/v1: more than 64 names "
			    "stand on each other; join some\n");
	case_free(&c);
	buf_free(&patch);
}

static void
the_schema_is_the_loaders_table(void **state)
{
	struct buf text = { 0 };

	(void)state;
	terms_schema_write(&text);
	assert_accepted("contracts/terms.schema.json", &text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_broken_rule_is_named_at_its_place),
		cmocka_unit_test(every_error_is_listed_not_only_the_first),
		cmocka_unit_test(names_are_resolved_to_the_clauses),
		cmocka_unit_test(kinds_and_scopes_are_known_before_any_event),
		cmocka_unit_test(who_may_say_what_is_the_terms),
		cmocka_unit_test(sixty_thousand_bytes_are_the_most),
		cmocka_unit_test(a_long_chain_of_names_is_refused_not_followed),
		cmocka_unit_test(the_schema_is_the_loaders_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
