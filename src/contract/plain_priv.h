/* plain_priv.h - what the sources of the plain-language rendering share. */
#ifndef UTFALL_PLAIN_PRIV_H
#define UTFALL_PLAIN_PRIV_H

#include "language.h"
#include "terms.h"

/* Every sentence and word for people; {0}, {1} ... are the arguments, in any order. The texts are
 * the rows of plain_text*.c, a column a language. */
enum plain_id {
	/* words, expressions, references */
	P_SUBJECT_ENROLMENT, P_SUBJECT_PERSON, P_SUBJECT_SITE, P_SUBJECT_CONTRACT, P_PAYER,
	P_PAYEE, P_ROLE_FUNDER, P_ROLE_PROVIDER, P_ROLE_VERIFIER, P_ROLE_EVALUATOR,
	P_ROLE_RESOLVER, P_ROLE_INVESTOR, P_ROLE_GUARANTOR, P_ROLE_SOURCE, P_FACT_SPELL,
	P_FACT_STATUS, P_FACT_MEASUREMENT, P_FACT_EARNINGS, P_FACT_ACTIVITY, P_FACT_MILESTONE,
	P_FACT_FLOW, P_WITHIN_SUM, P_WITHIN_MIN, P_WITHIN_MAX, P_WITHIN_MEAN, P_WITHIN_LAST,
	P_FIRST, P_LAST, P_ROUNDING_HALF_UP, P_ROUNDING_HALF_EVEN, P_ROUNDING_DOWN,
	P_ROUNDING_UP, P_ROUNDING_MULTIPLE, P_QUALIFIER_GROUP, P_QUALIFIER_PROOF,
	P_QUALIFIER_CLAIM, P_QUALIFIER_UNTIL, P_QUALIFIER_WINDOW, P_QUALIFIER_GAP,
	P_QUALIFIER_AFTER, P_QUALIFIER_UNLESS, P_QUALIFIER_TIMES, P_QUALIFIER_LIMIT, P_UNIT_DAY,
	P_UNIT_WEEK, P_UNIT_ISO_WEEK, P_UNIT_MONTH, P_UNIT_QUARTER, P_UNIT_HALF_YEAR,
	P_UNIT_YEAR, P_UNIT_DAYS, P_UNIT_WEEKS, P_UNIT_ISO_WEEKS, P_UNIT_MONTHS, P_UNIT_QUARTERS,
	P_UNIT_HALF_YEARS, P_UNIT_YEARS, P_UNIT_ONE, P_PERIOD_OF, P_PERIODS_OF, P_WEEKDAY_1,
	P_WEEKDAY_2, P_WEEKDAY_3, P_WEEKDAY_4, P_WEEKDAY_5, P_WEEKDAY_6, P_WEEKDAY_7, P_ADD,
	P_SUB, P_MUL, P_DIV, P_MINOR, P_MIN, P_MAX, P_EARLIEST, P_LATEST, P_ROUND, P_PLACES, P_LT, P_LE,
	P_EQ, P_GE, P_GT, P_EARLIER, P_NOT_LATER, P_SAME_DAY, P_NOT_EARLIER, P_LATER, P_IS,
	P_IS_ONE, P_NOT, P_KNOWN, P_IF, P_IN, P_AT, P_LOOK, P_LOOK_BY, P_LOOK_AT, P_COUNT, P_SUM,
	P_MEAN, P_LEAST, P_MOST, P_WHERE, P_ITEMS_COUNT, P_ITEMS_SUM, P_DATE_NTH, P_DATE_LAST,
	P_SHIFT, P_SHIFT_BACK, P_SPAN, P_WHOLE, P_GROW, P_GROW_BY, P_OUTCOME, P_HAS_REACHED,
	P_NOT_REACHED, P_DATE_REACHED, P_TRUE, P_FALSE, P_AND, P_OR,
	P_TIMES, P_COMMA, P_HOLDS, P_RECORDED, P_CLAIMED, P_ACCEPTED, P_FACT, P_FACT_DATE,
	P_FACT_RECORDED, P_FACT_SENDER, P_PERSON, P_PERSON_SITE, P_PERSON_PROVIDER, P_PERSON_ARM,
	P_PERSON_ASSIGNED, P_PERSON_CONSENT, P_ENROLMENT, P_ENROLMENT_SITE, P_ENROLMENT_START,
	P_ENROLMENT_EXIT, P_ENROLMENT_REASON, P_ENROLMENT_INDEX, P_SITE_NAME, P_PERIOD_START,
	P_PERIOD_END, P_PERIOD_DAYS, P_PERIOD_INDEX, P_OUTCOME_DATE, P_OUTCOME_NAME,
	P_OUTCOME_INDEX, P_ITEM_PAYMENT, P_ITEM_OUTCOME, P_ITEM_AMOUNT, P_ITEM_DATE,
	P_ITEM_INDEX, P_ITEM_SAMPLED, P_CONTRACT_START, P_CONTRACT_END, P_CONTRACT_UNTIL,
	P_CONTRACT_FINAL, P_TITLED, P_TITLED_NAME,
	P_WORD_END,
	/* sentences of the terms; the first stands where the words end */
	P_TITLE = P_WORD_END, P_APPLIES_ALL, P_APPLIES_ENROLLED, P_APPLIES_ACHIEVED, P_KEEP,
	P_REPRICE, P_RUNS, P_ENROL, P_UNTIL, P_RECORD, P_FINAL, P_STATEMENTS, P_CUT_OFF, P_CARRY,
	P_REPAY, P_DISPUTE, P_TERMINATE_ALL, P_TERMINATE_BY, P_HEAD_PARTIES, P_HEAD_DATES,
	P_HEAD_PROOFS, P_HEAD_CALENDARS, P_HEAD_TABLES, P_HEAD_GROUPS, P_HEAD_VALUES,
	P_HEAD_OUTCOMES, P_HEAD_PAYMENTS, P_HEAD_LIMITS, P_HEAD_SHARES, P_HEAD_NOTES, P_PARTY,
	P_PARTY_SITES, P_PARTY_SOURCE, P_PARTY_ATTESTS_OWN, P_PARTY_RESOLVES_OWN, P_DATE,
	P_PROOF_ATTESTED, P_PROOF_FEED, P_PROOF_NONE, P_PROOF_NEEDS, P_PROOF_UNTIL,
	P_PROOF_OPENS, P_PROOF_CLOSES, P_PROOF_SAMPLE, P_CALENDAR_GRID, P_CALENDAR_BLOCKS,
	P_CALENDAR_FIRST, P_CALENDAR_NEXT, P_CALENDAR_WEEKDAYS, P_CALENDAR_DAYS, P_CALENDAR_STOP,
	P_TABLE_ROWS, P_TABLE_MEASURED, P_TABLE_ROW, P_TABLE_ROW_FROM, P_TABLE_EXACT,
	P_TABLE_STEPS, P_TABLE_LINEAR, P_MISSING_UNKNOWN, P_MISSING_PREVIOUS, P_MISSING_ERROR,
	P_MISSING_VALUE, P_REVISED_FIRST, P_REVISED_LATEST, P_GROUP, P_GROUP_IN, P_GROUP_WHERE,
	P_GROUP_ENROLLED, P_GROUP_ASSIGNED, P_GROUP_DAY, P_GROUP_PERIOD, P_VALUE_IS, P_VALUE_PER,
	P_VALUE_SUBJECT, P_VALUE_FACTS, P_VALUE_FACTS_EVER, P_VALUE_NUMBER, P_VALUE_WHERE,
	P_VALUE_ADD, P_VALUE_ONCE, P_VALUE_CONFIRMED, P_VALUE_RUNS, P_VALUE_NONE,
	P_VALUE_UNKNOWN, P_VALUE_PROOF, P_OUTCOME_FOR, P_OUTCOME_CONTRACT, P_OUTCOME_COUNT,
	P_OUTCOME_BETWEEN, P_REACH_EVER, P_REACH_OF, P_REACH_ONE, P_REACH_MEAN, P_REACH_RUN,
	P_REACH_NO_GAP, P_REACH_GAP, P_REACH_CLOCK_RUNS, P_REACH_CLOCK_STANDS, P_OUTCOME_ON,
	P_OUTCOME_ANY, P_OUTCOME_ALL, P_OUTCOME_AFTER, P_OUTCOME_UNLESS, P_OUTCOME_APART,
	P_OUTCOME_TIMES, P_OUTCOME_EACH, P_OUTCOME_LAST, P_OUTCOME_CLAIM, P_OUTCOME_SHOW,
	P_OUTCOME_SHOW_NONE, P_PAY_OUTCOMES, P_PAY_PERIODS, P_PAY_PERIODS_CONTRACT, P_PAY_WHEN,
	P_PAY_PRICE, P_PAY_AMOUNT, P_PAY_FROM_TO, P_PAY_SHARE, P_PAY_DUE, P_PAY_TAX, P_PAY_FINAL,
	P_PAY_HOLD, P_PAY_ENDED, P_PAY_STARTED, P_LIMIT, P_LIMIT_CONTRACT, P_LIMIT_WHOLE,
	P_LIMIT_RATE, P_LIMIT_STEP, P_LIMIT_STEP_OPEN, P_LIMIT_COUNT, P_LIMIT_FLOOR,
	P_LIMIT_LESS, P_LIMIT_SCALE, P_ORDER_SETTLED, P_ORDER_ACHIEVED, P_EXCESS_LOST,
	P_EXCESS_NEXT, P_EXCESS_PAYER, P_UNUSED_LOST, P_UNUSED_NEXT, P_FREED_WAITING,
	P_FREED_LOST, P_PER_GROUP, P_PER_ACHIEVED, P_PER_SETTLED, P_PER_ENROLLED,
	P_SHARE_PART, P_SHARE_TRANCHE,
	P_SHARE_REST, P_RESIDUAL_LARGEST, P_RESIDUAL_FIRST, P_RESIDUAL_LAST, P_SHARE_NONE,
	P_SHARE_UNKNOWN, P_NOTE,
	P_TERMS_END,
	/* why a line is what it is; what is missing for the next one */
	P_E_LINE = P_TERMS_END, P_E_LINE_BACK, P_E_LINE_ZERO, P_E_PAYMENT, P_E_PAYMENT_OUTCOME,
	P_E_TAX, P_E_REASON, P_E_VERSION, P_E_ACHIEVED, P_E_SUBJECT_PERSON, P_E_SUBJECT_SITE,
	P_E_SUBJECT_CONTRACT, P_E_OCCURRENCE, P_E_ENROLMENT, P_E_HEAD_OUTCOME, P_E_HEAD_PRICE,
	P_E_HEAD_LIMITS, P_E_HEAD_SHARES, P_E_HEAD_DIFFERENCE, P_E_HEAD_EVIDENCE,
	P_E_HEAD_CHANGED, P_E_HEAD_GONE, P_E_GONE, P_E_SUM, P_E_SUM_WINDOW, P_E_MEAN, P_E_RUN,
	P_E_ON, P_E_ANY, P_E_ALL, P_E_OTHER_NEVER, P_E_OTHER_REACHED, P_E_BOUNDS, P_E_FAILS,
	P_E_PRICE_UNKNOWN, P_E_PRICE_UNEARNED, P_E_PRICE_FIXED, P_E_PRICE, P_E_OWES,
	P_E_OWES_TAX, P_E_DECISION, P_E_DIFFERENCE, P_E_EARLIER, P_E_EVENTS, P_E_NO_LIMIT,
	P_E_MORE, P_E_FACT, P_E_FACT_ON,
	P_E_FACT_FROM_TO, P_E_CORRECTED, P_E_COMPARE, P_E_COMPARE_FAILS, P_E_WHICH_IS, P_E_BELOW,
	P_E_AT_MOST, P_E_EQUAL, P_E_AT_LEAST, P_E_ABOVE, P_E_BEFORE, P_E_NOT_LATER, P_E_SAME_DAY,
	P_E_NOT_EARLIER, P_E_AFTER, P_E_WORD, P_E_UNDECIDED, P_E_NAMED, P_E_NOT_NAMED,
	P_E_ACCEPTED, P_E_REJECTED, P_E_NO_VERDICT, P_E_VALUE, P_E_VALUE_DAY, P_E_VALUE_PERIOD,
	P_E_VALUE_BY, P_E_TIMES, P_E_LOOK,
	P_E_LOOK_ALONE, P_E_OVER, P_E_LIMIT_ALL, P_E_LIMIT_PART, P_E_LIMIT_OTHERS, P_E_HIDDEN,
	P_E_SHARE, P_E_SHARE_PART, P_E_UNKNOWN, P_E_TRUE, P_E_FALSE, P_R_REACHED, P_R_PERIOD,
	P_R_FLOOR, P_R_CHANGED, P_R_REVERSED, P_R_MOVED, P_R_DECIDED, P_R_FAILS, P_R_PENDING,
	P_R_PRICE, P_O_NONE_PAID, P_O_ENROLLED, P_O_REACHED, P_O_REACHED_TIMES, P_O_WILL,
	P_O_NO_RUN, P_O_LAPSED, P_O_RUN, P_O_BREAK, P_O_NO_BREAK, P_O_TOO_LATE, P_O_EARLIEST,
	P_O_MEAN, P_O_WINDOW, P_O_SO_FAR, P_O_NO_MARK, P_O_PERIODS_UNKNOWN, P_O_UNTIL, P_O_ENDED,
	P_O_NO_PERIOD, P_O_ON, P_O_ON_UNKNOWN,
	P_O_ON_NOT, P_O_ON_UNDECIDED, P_O_NONE_OWN, P_O_ANY, P_O_ALL, P_O_FIRST, P_O_BARRED,
	P_O_FAILS,
	P_END
};

struct plain_row {
	const char *text[LANGUAGE_MAX];
};
extern const struct plain_row plain_words[P_WORD_END];
extern const struct plain_row plain_sentences[P_TERMS_END - P_WORD_END];
extern const struct plain_row plain_reasons[P_END - P_TERMS_END];

struct plain {
	enum language language;
	const struct terms *t;
	struct arena *arena;
	struct buf *out;
};

const char *plain_text(enum language l, enum plain_id id);
/* The text with its arguments put in; in the arena. Ends with a NULL. */
const char *plain_fill(struct plain *p, enum plain_id id, ...);
const char *plain_x(struct plain *p, const struct terms_x *x);
/* A price in minor units of `unit`: its sums of money are written as such where it is plain that
 * they are; else the phrase says in which unit it is. */
/* A number in minor units of `unit` as money; anything else, or without a unit, as it stands. */
const char *plain_sum(struct plain *p, const struct terms_x *x, const char *unit);
const char *plain_price(struct plain *p, const struct terms_x *x, const char *unit);
/* The paragraph so far, a part's heading, a clause's name in front of its paragraph. */
void plain_say(struct plain *p, const char *sentence);
void plain_head(struct plain *p, enum plain_id id, size_t count);
void plain_clause(struct plain *p, const char *name);
/* The same of what has a title: both are in front. */
void plain_titled_clause(struct plain *p, const char *name, const char *title);
/* How a sentence names it: the title in quotation marks, or the bare name. */
const char *plain_title(struct plain *p, const char *name, const char *title);
#define plain_named(p, part) plain_title(p, (part)->name, (part)->title)
void plain_outcomes(struct plain *p);	/* values, outcomes */
void plain_money(struct plain *p);	/* payments, limits, shares */
const char *plain_truth(struct plain *p, const struct terms_x *x);	/* "NAME holds" */
const char *plain_units(struct plain *p, int64_t n, enum terms_unit_of_time unit); /* "3 months" */
enum plain_id plain_unit(enum terms_unit_of_time unit);
/* "quarter", or "period of NAME" where it is no plain one; "3 quarters" */
const char *plain_period(struct plain *p, const struct terms_calendar *c);
const char *plain_periods(struct plain *p, int64_t n, const struct terms_calendar *c);
const char *plain_number(struct plain *p, struct ratio r);
const char *plain_day(struct plain *p, struct date d);
const char *plain_amount(struct plain *p, int64_t amount, const char *unit);
extern const enum plain_id plain_subjects[];	/* by enum terms_subject */
extern const enum plain_id plain_roundings[];	/* by enum rounding */
extern const enum plain_id plain_qualifiers[];	/* by enum terms_qualifier */
const char *plain_list(struct plain *p, const char *const *items, size_t count,
		       enum plain_id joint);

#endif
