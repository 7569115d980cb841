/* terms_form.c - the grammar of terms as data: one row a member. Schema and shape check read it. */
#include "terms_priv.h"

#include <string.h>

#include "limits_utfall.h"

#define WINDOW LIMIT_TERMS_PERIODS
#define MANY LIMIT_TERMS_LIST
#define ROLES "funder provider verifier evaluator resolver investor guarantor source"
#define TIMES "day week month quarter half_year year"
#define END { NULL, K_NAME, false, NULL, NULL, 0, 0, NULL }

static const struct member applies_members[] = {
	{ "to", K_WORD, true, "enrolled achieved all", NULL, 0, 0,
	  "cases this version governs: by enrolment date, by achieved date, all" },
	{ "from", K_DATE, true, NULL, NULL, 0, 0, "first date it governs" },
	{ "settled", K_WORD, true, "keep reprice", NULL, 0, 0, "keys settled before it" },
	END };
static const struct variant applies_variants[] = { { NULL, NULL, applies_members },
						   { NULL, NULL, NULL } };
static const struct form form_applies = { "applies", applies_variants };

static const struct member party_members[] = {
	{ "roles", K_WORDS, true, ROLES, NULL, 1, ROLE_MAX, "what it may do" },
	{ "sites", K_NAMES, false, NULL, NULL, 1, MANY, "sites its roles hold for; none: all" },
	{ "source", K_TYPES, false, NULL, NULL, 1, EVENT_TYPE_MAX, "types it may send as source" },
	{ "attests_own", K_TRUE, false, NULL, NULL, 0, 0, "may attest what it sent itself" },
	{ "resolves_own", K_TRUE, false, NULL, NULL, 0, 0, "may resolve its own disputes" },
	END };
static const struct variant party_variants[] = { { NULL, NULL, party_members },
						 { NULL, NULL, NULL } };
static const struct form form_party = { "a party", party_variants };

static const struct member window_members[] = {
	{ "opens", K_X, false, NULL, NULL, 0, 0, "first day on which a claim may be recorded" },
	{ "closes", K_X, false, NULL, NULL, 0, 0, "last day on which a claim may be recorded" },
	END };
static const struct variant window_variants[] = { { NULL, NULL, window_members },
						  { NULL, NULL, NULL } };
static const struct form form_window = { "a claim's window", window_variants };

static const struct member sample_members[] = {
	{ "share", K_DECIMAL, true, NULL, NULL, 0, 1, "share of the population drawn" },
	{ "of", K_WORD, true, "settled_period", NULL, 0, 0, "the population" },
	{ "seed", K_WORD, true, "next_checkpoint", NULL, 0, 0, "where chance comes from" },
	END };
static const struct variant sample_variants[] = { { NULL, NULL, sample_members },
						  { NULL, NULL, NULL } };
static const struct form form_sample = { "a sample", sample_variants };

#define PROOF_COMMON \
	{ "by", K_NAMES, true, NULL, NULL, 1, MANY, "roles or parties whose facts count" }, \
	{ "needs", K_NAMES, false, NULL, NULL, 1, MANY, "kinds of evidence that must be there" }, \
	{ "until", K_X, false, NULL, NULL, 0, 0, "last day on which it may be recorded" }, \
	{ "claim", K_FORM, false, NULL, &form_window, 0, 0, "window of the claim" }, \
	{ "sample", K_FORM, false, NULL, &form_sample, 0, 0, "drawn and checked afterwards" }
static const struct member proof_attested[] = {
	{ "accept", K_WORD, true, "attested", NULL, 0, 0, "what makes it count" },
	{ "accepted_by", K_NAMES, true, NULL, NULL, 1, MANY, "roles or parties that attest" },
	PROOF_COMMON, END };
static const struct member proof_other[] = {
	{ "accept", K_WORD, true, "feed none", NULL, 0, 0, "what makes it count" },
	PROOF_COMMON, END };
static const struct variant proof_variants[] = {
	{ "accept", "attested", proof_attested },
	{ "accept", "feed none", proof_other }, { NULL, NULL, NULL } };
static const struct form form_proof = { "a proof", proof_variants };

static const struct member skip_members[] = {
	{ "weekdays", K_WEEKDAYS, false, NULL, NULL, 1, 7, "1 Monday to 7 Sunday" },
	{ "days", K_NAME, false, NULL, NULL, 0, 0, "table that yields 1 on such days" },
	END };
static const struct variant skip_variants[] = { { NULL, NULL, skip_members },
						{ NULL, NULL, NULL } };
static const struct form form_skip = { "what is skipped", skip_variants };

#define CALENDAR_COMMON \
	{ "skip", K_FORM, false, NULL, &form_skip, 0, 0, "days that do not exist" }, \
	{ "stop", K_X, false, NULL, NULL, 0, 0, "truth while the clock stands" }
static const struct member calendar_grid[] = {
	{ "from", K_WORD, true, "grid", NULL, 0, 0, "civil days, ISO weeks, months" },
	{ "unit", K_WORD, true, "day iso_week month quarter half_year year", NULL, 0, 0,
	  "one period" },
	CALENDAR_COMMON, END };
static const struct member calendar_anchored[] = {
	{ "from", K_X, true, "grid", NULL, 0, 0, "the anchor date" },
	{ "unit", K_WORD, true, TIMES, NULL, 0, 0, "unit of a block" },
	{ "n", K_INTEGER, true, NULL, NULL, 1, WINDOW, "units a block" },
	{ "first", K_INTEGER, true, NULL, NULL, 0, 1, "does the anchor day count" },
	CALENDAR_COMMON, END };
static const struct variant calendar_variants[] = {
	{ "from", "grid", calendar_grid }, { "from", NULL, calendar_anchored },
	{ NULL, NULL, NULL } };
static const struct form form_calendar = { "a calendar", calendar_variants };

static const struct member row_members[] = {
	{ "is", K_NAMES, false, NULL, NULL, 1, 8, "the words asked for" },
	{ "from", K_LITERAL, false, NULL, NULL, 0, 0, "the number or date asked for" },
	{ "then", K_LITERAL, true, NULL, NULL, 0, 0, "the answer" },
	END };
static const struct variant row_variants[] = { { NULL, NULL, row_members },
					       { NULL, NULL, NULL } };
static const struct form form_row = { "a row", row_variants };

#define TABLE_COMMON \
	{ "kind", K_WORD, true, "exact steps linear", NULL, 0, 0, "how rows answer" }, \
	{ "domain", K_DOMAIN, false, NULL, NULL, 0, 0, "numbers that may be asked for" }, \
	{ "missing", K_LITERAL_OR_WORD, true, "unknown previous error", NULL, 0, 0, \
	  "the answer where there is no row" }, \
	{ "unit", K_UNIT, false, NULL, NULL, 0, 0, "unit of the answers" }
static const struct member table_rows[] = {
	{ "rows", K_FORMS, true, NULL, &form_row, 1, MANY, "the function" },
	TABLE_COMMON, END };
static const struct member table_measured[] = {
	{ "measured", K_NAME, true, NULL, NULL, 0, 0, "name of the measurement" },
	{ "by", K_NAMES, true, NULL, NULL, 1, MANY, "roles or parties that may record it" },
	{ "method", K_NAME, false, NULL, NULL, 0, 0, "method it must have; none: without one" },
	{ "about", K_WORD, true, "contract site group person", NULL, 0, 0, "its subject" },
	{ "group", K_NAME, false, NULL, NULL, 0, 0, "about a group: which" },
	{ "revised", K_WORD, true, "first latest", NULL, 0, 0, "which of two values counts" },
	TABLE_COMMON, END };
static const struct variant table_variants[] = {
	{ "rows", NULL, table_rows }, { "measured", NULL, table_measured },
	{ NULL, NULL, NULL } };
static const struct form form_table = { "a table", table_variants };

static const struct member group_members[] = {
	MEMBER_TITLE,
	{ "of", K_WORD, true, "enrolment person site", NULL, 0, 0, "what its members are" },
	{ "in", K_NAME, false, NULL, NULL, 0, 0, "group that its members must be in" },
	{ "where", K_X, false, NULL, NULL, 0, 0, "truth for members" },
	{ "as_of", K_X_OR_WORD, true, "enrolled assigned period", NULL, 0, 0,
	  "day on which it is read" },
	END };
static const struct variant group_variants[] = { { NULL, NULL, group_members },
						 { NULL, NULL, NULL } };
static const struct form form_group = { "a group", group_variants };

#define VALUE_COMMON \
	{ "where", K_X, false, NULL, NULL, 0, 0, "facts that count" }, \
	{ "take", K_INTEGER_OR_WORD, true, "extent hours pay amount days quantity value", NULL, \
	  1, 1, "number taken from each, or 1" }, \
	{ "per", K_NAME, true, NULL, NULL, 0, 0, "calendar, or ever" }, \
	{ "within", K_WORD, true, "sum min max mean last", NULL, 0, 0, "how a period is made" }, \
	{ "silence", K_WORD, true, "none unknown", NULL, 0, 0, "what no report means" }, \
	{ "proof", K_NAME, true, NULL, NULL, 0, 0, "what makes facts count" }, \
	{ "subject", K_WORD, false, "person enrolment site contract", NULL, 0, 0, "whose" }
#define VALUE_OVERLAP \
	{ "overlap", K_WORD, true, "add once", NULL, 0, 0, "two facts on one day" }
static const struct member value_spell[] = {
	{ "of", K_WORD, true, "spell", NULL, 0, 0, "kind of fact" },
	{ "open", K_WORD, true, "confirmed runs", NULL, 0, 0, "how far an unended spell goes" },
	VALUE_OVERLAP, VALUE_COMMON, END };
static const struct member value_status[] = {
	{ "of", K_WORD, true, "status", NULL, 0, 0, "kind of fact" },
	VALUE_OVERLAP, VALUE_COMMON, END };
static const struct member value_point[] = {
	{ "of", K_WORD, true, "earnings activity milestone measurement flow", NULL, 0, 0,
	  "kind of fact" },
	VALUE_COMMON, END };
static const struct member value_is[] = {
	{ "is", K_X, true, NULL, NULL, 0, 0, "the expression" },
	{ "per", K_NAME, false, NULL, NULL, 0, 0, "calendar; none: the period in hand" },
	{ "subject", K_WORD, false, "person enrolment site contract", NULL, 0, 0, "read for" },
	END };
static const struct variant value_variants[] = {
	{ "of", "spell", value_spell }, { "of", "status", value_status },
	{ "of", "earnings activity milestone measurement flow", value_point },
	{ "is", NULL, value_is }, { NULL, NULL, NULL } };
static const struct form form_value = { "a value", value_variants };

static const struct member run_members[] = {
	{ "n", K_INTEGER, true, NULL, NULL, 1, WINDOW, "how many" },
	{ "unit", K_WORD, true, TIMES, NULL, 0, 0, "of what" },
	END };
static const struct variant run_variants[] = { { NULL, NULL, run_members },
					       { NULL, NULL, NULL } };
static const struct form form_run = { "a run", run_variants };

static const struct member gap_members[] = {
	{ "each", K_INTEGER, true, NULL, NULL, 0, WINDOW, "longest break, in days" },
	{ "total", K_INTEGER, true, NULL, NULL, 0, WINDOW, "all breaks together, in days" },
	{ "clock", K_WORD, true, "runs stands", NULL, 0, 0, "in a break" },
	END };
static const struct variant gap_variants[] = { { NULL, NULL, gap_members },
					       { NULL, NULL, NULL } };
static const struct form form_gap = { "a gap", gap_variants };

static const struct member reach_sum[] = {
	{ "to", K_X, true, NULL, NULL, 0, 0, "the mark" },
	{ "of", K_INTEGER_OR_WORD, true, "ever", NULL, 1, WINDOW, "last periods looked at" },
	{ "mean", K_TRUE, false, NULL, NULL, 0, 0, "their mean, not their sum" },
	END };
static const struct member reach_run[] = {
	{ "run", K_FORM, true, NULL, &form_run, 0, 0, "how long it must hold" },
	{ "gap", K_FORM, true, NULL, &form_gap, 0, 0, "breaks it bears" },
	END };
static const struct variant reach_variants[] = {
	{ "to", NULL, reach_sum }, { "run", NULL, reach_run }, { NULL, NULL, NULL } };
static const struct form form_reach = { "reach", reach_variants };

static const struct member times_members[] = {
	{ "max", K_X, true, NULL, NULL, 0, 0, "how often at most" },
	{ "per", K_WORD, true, "person enrolment site contract", NULL, 0, 0, "for each" },
	END };
static const struct variant times_variants[] = { { NULL, NULL, times_members },
						 { NULL, NULL, NULL } };
static const struct form form_times = { "times", times_variants };

static const struct member outcome_per[] = {
	MEMBER_TITLE,
	{ "for", K_NAME, true, NULL, NULL, 0, 0, "group, or contract" },
	{ "per", K_NAME, true, NULL, NULL, 0, 0, "calendar of the periods counted" },
	{ "count", K_X, true, NULL, NULL, 0, 0, "what a period adds; a truth adds 1" },
	{ "reach", K_FORM, true, NULL, &form_reach, 0, 0, "the mark" },
	{ "from", K_X, true, NULL, NULL, 0, 0, "first day counted" },
	{ "until", K_X, true, NULL, NULL, 0, 0, "last day counted" },
	{ "after", K_NAMES, false, NULL, NULL, 1, MANY, "outcomes reached before it" },
	{ "unless", K_NAMES, false, NULL, NULL, 1, MANY, "outcomes that bar it" },
	{ "apart_from", K_NAMES, false, NULL, NULL, 1, MANY, "outcomes sharing no period" },
	{ "times", K_FORM, true, NULL, &form_times, 0, 0, "how often" },
	{ "next", K_WORD, false, "each_period after_last", NULL, 0, 0, "how it repeats" },
	{ "claim", K_NAME, false, NULL, NULL, 0, 0, "proof of the claim it needs" },
	{ "show", K_WORDS, true, "group proof claim until window gap after unless times limit",
	  NULL, 0, QUALIFIER_MAX, "what, missing, still makes a line of 0" },
	END };
static const struct member outcome_on[] = {
	MEMBER_TITLE,
	{ "for", K_NAME, true, NULL, NULL, 0, 0, "group, or contract" },
	{ "on", K_X, true, NULL, NULL, 0, 0, "the date it is read" },
	{ "count", K_X, true, NULL, NULL, 0, 0, "the test" },
	{ "final", K_X, true, NULL, NULL, 0, 0, "from this date as settled" },
	END };
static const struct member outcome_any[] = {
	MEMBER_TITLE,
	{ "any_of", K_NAMES, true, NULL, NULL, 1, MANY, "the earliest of these" }, END };
static const struct member outcome_all[] = {
	MEMBER_TITLE,
	{ "all_of", K_NAMES, true, NULL, NULL, 1, MANY, "the latest of these" }, END };
static const struct variant outcome_variants[] = {
	{ "per", NULL, outcome_per }, { "on", NULL, outcome_on },
	{ "any_of", NULL, outcome_any }, { "all_of", NULL, outcome_all },
	{ NULL, NULL, NULL } };
static const struct form form_outcome = { "an outcome", outcome_variants };

static const struct member note_members[] = {
	{ "at", K_TEXT, true, NULL, NULL, 0, 400, "JSON pointer into these terms" },
	{ "source", K_TEXT, true, NULL, NULL, 1, 2000, "where it comes from" },
	{ "reading", K_TEXT, true, NULL, NULL, 1, 4000, "how it is read here" },
	END };
static const struct variant note_variants[] = { { NULL, NULL, note_members },
						{ NULL, NULL, NULL } };
static const struct form form_note = { "a note", note_variants };

static const struct member terms_members[] = {
	{ "terms", K_INTEGER, true, NULL, NULL, 1, 1, "version of the language" },
	{ "semantics", K_SEMANTICS, true, NULL, NULL, 0, 0, "version of its meaning" },
	{ "contract", K_NAME, true, NULL, NULL, 0, 0, "the contract's name" },
	{ "version", K_INTEGER, true, NULL, NULL, 1, LIMIT_TERMS_VERSIONS, "of the contract" },
	{ "unit", K_UNIT, true, NULL, NULL, 0, 0, "of payments that say none" },
	{ "applies", K_FORM, false, NULL, &form_applies, 0, 0, "what a later version governs" },
	{ "parties", K_MAP, true, NULL, &form_party, 1, 64, "who" },
	{ "dates", K_MAP_X, false, NULL, NULL, 0, LIMIT_TERMS_NAMES, "named dates" },
	{ "proofs", K_MAP, false, NULL, &form_proof, 0, LIMIT_TERMS_NAMES, "what counts" },
	{ "calendars", K_MAP, true, NULL, &form_calendar, 1, LIMIT_TERMS_NAMES, "time" },
	{ "tables", K_MAP, false, NULL, &form_table, 0, LIMIT_TERMS_NAMES, "functions" },
	{ "groups", K_MAP, false, NULL, &form_group, 0, LIMIT_TERMS_NAMES, "sets" },
	{ "values", K_MAP, false, NULL, &form_value, 0, LIMIT_TERMS_NAMES, "numbers, truths" },
	{ "outcomes", K_MAP, false, NULL, &form_outcome, 0, LIMIT_TERMS_NAMES, "marks" },
	{ "payments", K_MAP, true, NULL, &form_payment, 1, LIMIT_TERMS_NAMES, "amounts" },
	{ "limits", K_FORMS, false, NULL, &form_limit, 0, LIMIT_TERMS_NAMES, "in order" },
	{ "shares", K_MAP, false, NULL, &form_share, 0, LIMIT_TERMS_NAMES, "who bears" },
	{ "settlement", K_FORM, true, NULL, &form_settlement, 0, 0, "periods and last days" },
	{ "notes", K_FORMS, false, NULL, &form_note, 0, MANY, "sources and readings" },
	END };
static const struct variant terms_variants[] = { { NULL, NULL, terms_members },
						 { NULL, NULL, NULL } };
const struct form form_terms = { "terms", terms_variants };

const struct member *
member_find(const struct member *members, const char *name)
{
	for (const struct member *m = members; m->name != NULL; m++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

const struct variant *
variant_of(const struct form *form, const struct json *object)
{
	for (const struct variant *v = form->variants; v->members != NULL; v++) {
		const char *word;

		if (v->by == NULL)
			return v;
		if (json_get(object, v->by) == NULL)
			continue;
		if (v->words == NULL)
			return v;
		word = json_get_string(object, v->by);
		if (word != NULL && shape_is_listed(v->words, word))
			return v;
	}
	return NULL;
}
