/* terms_op.c - the table of operators and the table of dotted names. A new operator is a row
 * here, a kind rule in terms_type.c, an evaluation, an explanation and a sentence. */
#include "terms_priv.h"

#include <string.h>

#include "arena.h"
#include "limits_utfall.h"
#include "text.h"

#define MANY LIMIT_TERMS_LIST
#define END { NULL, K_NAME, false, NULL, NULL, 0, 0, NULL }
#define ONE(members) { { NULL, NULL, members }, { NULL, NULL, NULL } }

static const struct member look_members[] = {
	{ "table", K_NAME, true, NULL, NULL, 0, 0, "table" },
	{ "by", K_FORMS, false, NULL, NULL, 1, 9, "words, then a number" },
	{ "at", K_X, false, NULL, NULL, 0, 0, "date" },
	END };
static const struct variant look_variants[] = ONE(look_members);
static const struct form form_look = { "look", look_variants };

#define ROUNDINGS "half_up half_even down up"	/* a multiple is a payment's alone */

static const struct member over_count[] = {
	{ "do", K_WORD, true, "count", NULL, 0, 0, "statistic" },
	{ "group", K_NAME, true, NULL, NULL, 0, 0, "whose members" },
	{ "where", K_X, false, NULL, NULL, 0, 0, "truth per member" },
	END };
static const struct member over_number[] = {
	{ "do", K_WORD, true, "sum min max", NULL, 0, 0, "statistic" },
	{ "group", K_NAME, true, NULL, NULL, 0, 0, "whose members" },
	{ "of", K_X, true, NULL, NULL, 0, 0, "number per member" },
	{ "where", K_X, false, NULL, NULL, 0, 0, "truth per member" },
	END };
static const struct member over_mean[] = {
	{ "do", K_WORD, true, "mean", NULL, 0, 0, "statistic" },
	{ "group", K_NAME, true, NULL, NULL, 0, 0, "whose members" },
	{ "of", K_X, true, NULL, NULL, 0, 0, "number per member" },
	{ "where", K_X, false, NULL, NULL, 0, 0, "truth per member" },
	{ "round", K_WORD, true, ROUNDINGS, NULL, 0, 0, "how the mean is rounded" },
	{ "places", K_INTEGER, true, NULL, NULL, 0, LIMIT_DECIMAL_PLACES, "to so many places" },
	END };
static const struct variant over_variants[] = {
	{ "do", "count", over_count }, { "do", "sum min max", over_number },
	{ "do", "mean", over_mean }, { NULL, NULL, NULL } };
static const struct form form_over = { "over", over_variants };

static const struct member items_members[] = {
	{ "of", K_NAMES, true, NULL, NULL, 1, MANY, "payments" },
	{ "do", K_WORD, true, "count sum", NULL, 0, 0, "statistic" },
	{ "among", K_WORD, true, "subject all", NULL, 0, 0, "whose" },
	{ "where", K_X, false, NULL, NULL, 0, 0, "truth per entitlement" },
	END };
static const struct variant items_variants[] = ONE(items_members);
static const struct form form_items = { "items", items_variants };

static const struct member date_members[] = {
	{ "of", K_NAME, true, NULL, NULL, 0, 0, "outcome, or value with facts" },
	{ "nth", K_INTEGER_OR_WORD, true, "last", NULL, 1, LIMIT_TERMS_PERIODS, "which one" },
	{ "as", K_WORD, true, "happened recorded claimed accepted", NULL, 0, 0, "which date" },
	END };
static const struct variant date_variants[] = ONE(date_members);
static const struct form form_date = { "date", date_variants };

static const struct member grow_members[] = {
	{ "flows", K_NAME, true, NULL, NULL, 0, 0, "value of dated flows" },
	{ "rate", K_X, true, NULL, NULL, 0, 0, "interest a year, read at each booking" },
	{ "rests", K_NAME, true, NULL, NULL, 0, 0, "calendar of booking" },
	{ "round", K_WORD, true, ROUNDINGS, NULL, 0, 0, "how interest is rounded" },
	END };
static const struct variant grow_variants[] = ONE(grow_members);
static const struct form form_grow = { "grow", grow_variants };

const struct op_row op_rows[] = {
	{ "add", OP_ADD, "xx+", NULL, 0, 0 },
	{ "sub", OP_SUB, "xx", NULL, 0, 0 },
	{ "mul", OP_MUL, "xx+", NULL, 0, 0 },
	{ "div", OP_DIV, "xx", NULL, 0, 0 },
	{ "min", OP_MIN, "xx+", NULL, 0, 0 },
	{ "max", OP_MAX, "xx+", NULL, 0, 0 },
	{ "round", OP_ROUND, "xri", NULL, 1, 1000000000 },
	{ "places", OP_PLACES, "xri", NULL, 0, LIMIT_DECIMAL_PLACES },
	{ "lt", OP_LT, "xx", NULL, 0, 0 },
	{ "le", OP_LE, "xx", NULL, 0, 0 },
	{ "eq", OP_EQ, "xx", NULL, 0, 0 },
	{ "ge", OP_GE, "xx", NULL, 0, 0 },
	{ "gt", OP_GT, "xx", NULL, 0, 0 },
	{ "is", OP_IS, "xw+", NULL, 0, 0 },
	{ "all", OP_ALL, "x+", NULL, 0, 0 },
	{ "any", OP_ANY, "x+", NULL, 0, 0 },
	{ "not", OP_NOT, "=x", NULL, 0, 0 },
	{ "known", OP_KNOWN, "=x", NULL, 0, 0 },
	{ "if", OP_IF, "xxx", NULL, 0, 0 },
	{ "word", OP_WORD, "=w", NULL, 0, 0 },
	{ "in", OP_IN, "=g", NULL, 0, 0 },
	{ "at", OP_AT, "xx", NULL, 0, 0 },
	{ "look", OP_LOOK, NULL, &form_look, 0, 0 },
	{ "over", OP_OVER, NULL, &form_over, 0, 0 },
	{ "items", OP_ITEMS, NULL, &form_items, 0, 0 },
	{ "date", OP_DATE_OF, NULL, &form_date, 0, 0 },
	{ "shift", OP_SHIFT, "xxc", NULL, 0, 0 },
	{ "span", OP_SPAN, "xxc", NULL, 0, 0 },
	{ "grow", OP_GROW, NULL, &form_grow, 0, 0 },
	{ NULL, OP_MAX_COUNT, NULL, NULL, 0, 0 },
};

/* A name that ends in '.' stands for any attribute behind it; fixed names go first. */
static const struct { const char *name; enum terms_ref ref; } refs[] = {
	{ "fact.date", REF_FACT_DATE },
	{ "fact.recorded", REF_FACT_RECORDED },
	{ "fact.sender", REF_FACT_PARTY },
	{ "fact.", REF_FACT_FIELD },
	{ "person.site", REF_PERSON_SITE },
	{ "person.provider", REF_PERSON_PROVIDER },
	{ "person.arm", REF_PERSON_ARM },
	{ "person.assigned", REF_PERSON_ASSIGNED },
	{ "person.consent", REF_PERSON_CONSENT },
	{ "person.", REF_PERSON_ATTRIBUTE },
	{ "enrolment.site", REF_ENROLMENT_SITE },
	{ "enrolment.start", REF_ENROLMENT_START },
	{ "enrolment.exit", REF_ENROLMENT_EXIT },
	{ "enrolment.exit_reason", REF_ENROLMENT_REASON },
	{ "enrolment.index", REF_ENROLMENT_INDEX },
	{ "enrolment.", REF_ENROLMENT_ATTRIBUTE },
	{ "site.name", REF_SITE_NAME },
	{ "period.start", REF_PERIOD_START },
	{ "period.end", REF_PERIOD_END },
	{ "period.days", REF_PERIOD_DAYS },
	{ "period.index", REF_PERIOD_INDEX },
	{ "outcome.date", REF_OUTCOME_DATE },
	{ "outcome.name", REF_OUTCOME_NAME },
	{ "outcome.index", REF_OUTCOME_INDEX },
	{ "item.payment", REF_ITEM_PAYMENT },
	{ "item.outcome", REF_ITEM_OUTCOME },
	{ "item.amount", REF_ITEM_AMOUNT },
	{ "item.date", REF_ITEM_DATE },
	{ "item.index", REF_ITEM_INDEX },
	{ "item.sampled", REF_ITEM_SAMPLED },
	{ "contract.start", REF_CONTRACT_START },
	{ "contract.end", REF_CONTRACT_END },
	{ "contract.outcome_until", REF_CONTRACT_OUTCOME_UNTIL },
	{ "contract.final", REF_CONTRACT_FINAL },
};
#define REFS (sizeof(refs) / sizeof(refs[0]))

const struct op_row *
op_find(const char *name)
{
	for (const struct op_row *row = op_rows; row->name != NULL; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

const char *
op_names(struct arena *arena)
{
	const char *text = op_rows[0].name;

	for (const struct op_row *row = op_rows + 1; row->name != NULL; row++)
		text = arena_printf(arena, "%s %s", text, row->name);
	return text;
}

bool
ref_find(const char *text, enum terms_ref *ret)
{
	for (size_t i = 0; i < REFS; i++) {
		size_t length = strlen(refs[i].name);
		bool open = refs[i].name[length - 1] == '.';

		if (open ? strncmp(text, refs[i].name, length) != 0 ||
				   !text_is_name(text + length, strlen(text + length))
			 : strcmp(text, refs[i].name) != 0)
			continue;
		*ret = refs[i].ref;
		return true;
	}
	return false;
}

const char *
ref_row(size_t index)
{
	return index < REFS ? refs[index].name : NULL;
}

const char *
terms_ref_name(enum terms_ref ref)
{
	for (size_t i = 0; i < REFS; i++)
		if (refs[i].ref == ref)
			return refs[i].name;
	return "";
}

const char *
terms_op_name(enum terms_op op)
{
	for (const struct op_row *row = op_rows; row->name != NULL; row++)
		if (row->op == op)
			return row->name;
	return "";
}
