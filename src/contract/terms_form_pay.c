/* terms_form_pay.c - the rows of payments, limits, shares and settlement. */
#include "terms_priv.h"

#include "limits_utfall.h"

#define WINDOW LIMIT_TERMS_PERIODS
#define MANY LIMIT_TERMS_LIST
#define END { NULL, K_NAME, false, NULL, NULL, 0, 0, NULL }
#define ONE(members) { { NULL, NULL, members }, { NULL, NULL, NULL } }

static const struct member each_members[] = {
	{ "each", K_NAME, true, NULL, NULL, 0, 0, "calendar" },
	{ "of", K_NAME, true, NULL, NULL, 0, 0, "group, or contract" },
	{ "due", K_WORD, true, "start end", NULL, 0, 0, "day of the period it is due" },
	{ "from", K_X, true, NULL, NULL, 0, 0, "first due day" },
	{ "until", K_X, true, NULL, NULL, 0, 0, "last due day" },
	END };
static const struct variant each_variants[] = ONE(each_members);
static const struct form form_each = { "a payment for periods", each_variants };

static const struct member hold_members[] = {
	{ "part", K_DECIMAL, true, NULL, NULL, 0, 1, "part held back" },
	{ "until", K_X, true, NULL, NULL, 0, 0, "day from which it counts" },
	END };
static const struct variant hold_variants[] = ONE(hold_members);
static const struct form form_hold = { "a hold", hold_variants };

static const struct member payment_members[] = {
	MEMBER_TITLE,
	{ "for", K_FOR, true, NULL, &form_each, 1, MANY, "outcomes, or periods" },
	{ "when", K_X, false, NULL, NULL, 0, 0, "condition" },
	{ "price", K_X, true, NULL, NULL, 0, 0, "in minor units" },
	{ "round", K_ROUNDING, true, NULL, NULL, 0, 0, "how a key's amount is rounded" },
	{ "unit", K_UNIT, false, NULL, NULL, 0, 0, "other than the contract's" },
	{ "due", K_X, false, NULL, NULL, 0, 0, "later day from which it counts" },
	{ "from", K_NAME, true, NULL, NULL, 0, 0, "share or party that pays" },
	{ "to", K_NAME, true, NULL, NULL, 0, 0, "share or party that is paid" },
	{ "tax", K_NAME, false, NULL, NULL, 0, 0, "table of rates by date" },
	{ "final", K_X, false, NULL, NULL, 0, 0, "from this date as settled" },
	{ "hold", K_FORM, false, NULL, &form_hold, 0, 0, "part held back" },
	{ "ended", K_WORD, true, "achieved started", NULL, 0, 0,
	  "what it earns after termination" },
	END };
static const struct variant payment_variants[] = ONE(payment_members);
const struct form form_payment = { "a payment", payment_variants };

static const struct member per_group[] = {
	{ "group", K_NAME, true, NULL, NULL, 0, 0, "one bucket for its members" }, END };
static const struct member per_achieved[] = {
	{ "achieved", K_NAME, true, NULL, NULL, 0, 0, "calendar of achieved dates" }, END };
static const struct member per_settled[] = {
	{ "settled", K_NAME, true, NULL, NULL, 0, 0, "calendar of statements' periods" }, END };
static const struct member per_enrolled[] = {
	{ "enrolled", K_NAME, true, NULL, NULL, 0, 0, "calendar of enrolments' first days" }, END };
static const struct variant per_variants[] = {
	{ "group", NULL, per_group }, { "achieved", NULL, per_achieved },
	{ "settled", NULL, per_settled }, { "enrolled", NULL, per_enrolled },
	{ NULL, NULL, NULL } };
static const struct form form_per = { "what a limit is per", per_variants };

static const struct member step_members[] = {
	{ "to", K_X, false, NULL, NULL, 0, 0, "upper end; none: no end" },
	{ "rate", K_DECIMAL, true, NULL, NULL, 0, 1000, "part of it that passes" },
	END };
static const struct variant step_variants[] = ONE(step_members);
static const struct form form_step = { "a step", step_variants };

static const struct member excess_members[] = {
	{ "payer", K_NAME, true, NULL, NULL, 0, 0, "party that owes it instead" }, END };
static const struct variant excess_variants[] = ONE(excess_members);
static const struct form form_excess = { "an excess", excess_variants };

#define LIMIT_COMMON \
	{ "name", K_NAME, true, NULL, NULL, 0, 0, "for the contract's whole life" }, \
	MEMBER_TITLE, \
	{ "of", K_NAMES, true, NULL, NULL, 1, MANY, "payments" }, \
	{ "per", K_FORMS_OR_WORDS, true, "person enrolment site payer payee contract", &form_per, \
	  1, 6, "one bucket each" }, \
	{ "order", K_WORD, true, "settled achieved", NULL, 0, 0, "who comes first" }
static const struct member limit_steps[] = {
	{ "steps", K_FORMS, true, NULL, &form_step, 1, 16, "ascending" },
	{ "along", K_WORD, true, "amount count", NULL, 0, 0, "what the steps measure" },
	{ "excess", K_FORM_OR_WORD, true, "lost next", &form_excess, 0, 0, "beyond the last step" },
	{ "unused", K_WORD, true, "lost next", NULL, 0, 0, "room left at a period's end" },
	{ "freed", K_WORD, true, "waiting lost", NULL, 0, 0, "room set free by a reversal" },
	LIMIT_COMMON, END };
static const struct member limit_floor[] = {
	{ "floor", K_X, true, NULL, NULL, 0, 0, "amount topped up to" },
	{ "on", K_X, true, NULL, NULL, 0, 0, "the day it is read and due" },
	{ "from", K_NAME, true, NULL, NULL, 0, 0, "share or party that pays the top-up" },
	{ "to", K_NAME, true, NULL, NULL, 0, 0, "share or party that is paid" },
	LIMIT_COMMON, END };
static const struct member limit_less[] = {
	{ "less", K_NAMES, true, NULL, NULL, 1, MANY, "payments taken off" },
	LIMIT_COMMON, END };
static const struct member limit_scale[] = {
	{ "scale", K_X, true, NULL, NULL, 0, 0, "factor" },
	LIMIT_COMMON, END };
static const struct variant limit_variants[] = {
	{ "steps", NULL, limit_steps }, { "floor", NULL, limit_floor },
	{ "less", NULL, limit_less }, { "scale", NULL, limit_scale }, { NULL, NULL, NULL } };
const struct form form_limit = { "a limit", limit_variants };

static const struct member part_members[] = {
	{ "party", K_NAME, true, NULL, NULL, 0, 0, "who" },
	{ "weight", K_X, true, NULL, NULL, 0, 0, "against the others'" },
	END };
static const struct variant part_variants[] = ONE(part_members);
static const struct form form_part = { "a part", part_variants };

static const struct member tranche_members[] = {
	{ "to", K_X, false, NULL, NULL, 0, 0, "upper end; none: no end" },
	{ "parts", K_FORMS, true, NULL, &form_part, 1, 64, "who shares this tranche" },
	END };
static const struct variant tranche_variants[] = ONE(tranche_members);
static const struct form form_tranche = { "a tranche", tranche_variants };

#define SHARE_COMMON \
	{ "residual", K_WORD, true, "largest first last", NULL, 0, 0, "who takes the remainder" }, \
	{ "none", K_NAME, true, NULL, NULL, 0, 0, "party that bears all, or unknown" }
static const struct member share_parts[] = {
	{ "parts", K_FORMS, true, NULL, &form_part, 1, 64, "who, by weight" },
	SHARE_COMMON, END };
static const struct member share_tranches[] = {
	{ "tranches", K_FORMS, true, NULL, &form_tranche, 1, 64, "ascending" },
	{ "order", K_WORD, true, "settled achieved", NULL, 0, 0, "who comes first" },
	SHARE_COMMON, END };
static const struct variant share_variants[] = {
	{ "parts", NULL, share_parts }, { "tranches", NULL, share_tranches },
	{ NULL, NULL, NULL } };
const struct form form_share = { "a share", share_variants };

static const struct member after_members[] = {
	{ "n", K_INTEGER, true, NULL, NULL, 0, WINDOW, "how many" },
	{ "calendar", K_NAME, true, NULL, NULL, 0, 0, "of what" },
	END };
static const struct variant after_variants[] = ONE(after_members);
static const struct form form_after = { "a time after", after_variants };

static const struct member settlement_members[] = {
	{ "from", K_DATE, true, NULL, NULL, 0, 0, "first day of the contract" },
	{ "enrol_until", K_DATE, true, NULL, NULL, 0, 0, "last day of enrolment" },
	{ "outcome_until", K_DATE, true, NULL, NULL, 0, 0, "last day an outcome counts" },
	{ "record_until", K_DATE, true, NULL, NULL, 0, 0, "last day facts are recorded" },
	{ "final", K_DATE, true, NULL, NULL, 0, 0, "from here everything is as settled" },
	{ "offset", K_OFFSET, true, NULL, NULL, 0, 0, "civil time from UTC" },
	{ "periods", K_NAME, true, NULL, NULL, 0, 0, "calendar of statements" },
	{ "cut_off", K_FORM, true, NULL, &form_after, 0, 0, "after a period's end" },
	{ "negative", K_WORD, true, "carry repay", NULL, 0, 0, "negative totals" },
	{ "dispute_until", K_FORM, false, NULL, &form_after, 0, 0, "after a statement" },
	{ "terminate", K_NAMES, true, NULL, NULL, 0, 64, "parties that may end it alone" },
	END };
static const struct variant settlement_variants[] = ONE(settlement_members);
const struct form form_settlement = { "settlement", settlement_variants };
