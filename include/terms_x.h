/* terms_x.h - one expression form for all of a contract's terms: exact, three-valued, resolved.
 *
 * Layer 3. Part of terms.h, which says who owns it. "The day looked at" is the
 * one day on which an expression is read: the last day of the period in hand
 * (values with `per`, outcomes), the achieved or due date (payments, limits,
 * shares), or what OP_AT says.
 */
#ifndef UTFALL_TERMS_X_H
#define UTFALL_TERMS_X_H

#include "date.h"
#include "ratio.h"
#include "rc.h"

struct terms_calendar;
struct terms_date;
struct terms_group;
struct terms_outcome;
struct terms_payment;
struct terms_table;
struct terms_value;

/* What an expression yields, as far as the text alone tells. Any may be unknown. Where a number
 * is asked for, a truth counts 1 or 0 (an operand, `count`, `of`, a weight, a price). */
enum terms_type {
	TYPE_NUMBER,	/* exact rational */
	TYPE_TRUTH,
	TYPE_DATE,	/* or never: later than every date */
	TYPE_WORD,
	TYPE_ANY	/* an attribute: only the events tell; another kind than asked for is
			 * unknown */
};

enum terms_op {
	/* leaves */
	OP_NUMBER,	/* .number */
	OP_TRUTH,	/* .truth */
	OP_DAY,		/* .day: a literal date */
	OP_WORD,	/* .word */
	OP_VALUE,	/* .value: on the day looked at (period of its own calendar that holds
			 * it) */
	OP_DATE_NAME,	/* .named: a member of `dates` */
	OP_OUTCOME,	/* .outcome: how many times reached up to and with the day looked at;
			 * unknown where unknown counts could still change that */
	OP_REF,		/* .ref and, for *_ATTRIBUTE and FACT_FIELD, .word: see enum terms_ref */
	/* numbers; unknown spreads, so does never (a span that touches never) */
	OP_ADD,		/* 2 or more */
	OP_SUB,		/* 2 */
	OP_MUL,		/* 2 or more; 0 times unknown is unknown */
	OP_DIV,		/* 2; by zero is unknown */
	OP_MIN,		/* 2 or more numbers, or 2 or more dates (never is the latest) */
	OP_MAX,
	OP_ROUND,	/* 1: to a multiple of .rounding.n minor units */
	OP_PLACES,	/* 1: to .rounding.n decimal places, 0..9 */
	/* tests: two numbers or two dates (eq also two words or truths). A number that is never
	 * holds no test: false. Among dates never is the latest; never eq never is true */
	OP_LT,
	OP_LE,
	OP_EQ,
	OP_GE,
	OP_GT,
	OP_IS,		/* 1: the word (or truth "yes"/"no") is one of .words */
	/* truth, three-valued (Kleene) */
	OP_ALL,		/* 1 or more: false if one is false, else unknown if one is unknown */
	OP_ANY,		/* 1 or more: true if one is true, else unknown if one is unknown */
	OP_NOT,		/* 1 */
	OP_KNOWN,	/* 1: never unknown itself; never is known */
	OP_IF,	/* 3: condition, then, else; unknown condition is unknown (even if both are
		 * equal) */
	/* reaching further */
	OP_IN,	/* .group: is the subject a member? (its person's or enrolment's or site's set) */
	OP_AT,	/* 2: args[0] read on the day args[1] instead; period becomes the one that holds
		 * it */
	OP_LOOK,	/* .look: args are the `by` operands, words first; .look.at the date, may
			 * be NULL */
	OP_OVER,	/* .over: a statistic over a group's members; .over.of, .over.where per
			 * member */
	OP_ITEMS,	/* .items: entitlements before limits, achieved or due up to the day
			 * looked at */
	OP_DATE_OF,	/* .date_of: when an outcome was reached or a value's fact happened;
			 * never if not */
	OP_SHIFT,	/* 2 and .calendar: date args[0], args[1] (whole) periods later, from the
			 * date itself */
	OP_SPAN,	/* 2 and .calendar: whole periods from args[0] (not counted) to args[1];
			 * negative back */
	OP_GROW,	/* 1 and .grow: a running account on the day looked at; args[0] the
			 * yearly rate, of each booking with its period in hand */
	OP_MAX_COUNT
};

/* What a dotted name means. Attributes are members of participant.enrolled/changed `attributes`. */
enum terms_ref {
	REF_FACT_FIELD,		/* fact.FIELD: a member of the fact's body; absent is unknown */
	REF_FACT_DATE,		/* fact.date: its day (from, on, last day of the month) */
	REF_FACT_RECORDED,	/* fact.recorded: civil date its chain's first event was recorded */
	REF_FACT_PARTY,		/* fact.sender: the party that sent it, a word */
	REF_PERSON_ATTRIBUTE,	/* person.NAME: as it was on the day looked at */
	REF_PERSON_SITE,	/* person.site, person.provider: on the day looked at */
	REF_PERSON_PROVIDER,
	REF_PERSON_ARM,		/* person.arm: latest assignment's arm; unknown if never assigned */
	REF_PERSON_ASSIGNED,	/* person.assigned: its date; never if not */
	REF_PERSON_CONSENT,	/* person.consent: truth on the day looked at; false where never
				 * given */
	REF_ENROLMENT_ATTRIBUTE,/* enrolment.NAME: as enrolled, whatever changed later */
	REF_ENROLMENT_SITE,
	REF_ENROLMENT_START,	/* first day */
	REF_ENROLMENT_EXIT,	/* last day; never if not exited */
	REF_ENROLMENT_REASON,	/* enrolment.exit_reason; unknown if not exited or not said */
	REF_ENROLMENT_INDEX,	/* 1 for the person's first enrolment by date, 2 … */
	REF_SITE_NAME,		/* site.name: the site, or the person's site on the day looked at */
	REF_PERIOD_START,
	REF_PERIOD_END,
	REF_PERIOD_DAYS,	/* days that exist in it (skip and stop taken out) */
	REF_PERIOD_INDEX,	/* 1 for the first period of the range (`from`) it is counted in */
	REF_OUTCOME_DATE,	/* achieved date of what is paid or claimed */
	REF_OUTCOME_NAME,
	REF_OUTCOME_INDEX,	/* 1 for the key's first occurrence, 2 … */
	REF_ITEM_PAYMENT,	/* words */
	REF_ITEM_OUTCOME,
	REF_ITEM_AMOUNT,	/* before limits, in minor units */
	REF_ITEM_DATE,		/* achieved or due */
	REF_ITEM_INDEX,		/* occurrence ordinal, or index of its period */
	REF_ITEM_SAMPLED,	/* truth: its facts were named by a sampled verdict */
	REF_CONTRACT_START,	/* settlement.from */
	REF_CONTRACT_END,	/* last day in force after termination; never if not terminated */
	REF_CONTRACT_OUTCOME_UNTIL,	/* settlement.outcome_until */
	REF_CONTRACT_FINAL,	/* settlement.final */
	REF_MAX
};

/* What must be at hand where an expression is read; the loader has checked it. */
#define SCOPE_FACT 1u
#define SCOPE_PERSON 2u		/* the subject is an enrolment or person */
#define SCOPE_SITE 4u		/* the subject is an enrolment, person or site */
#define SCOPE_PERIOD 8u
#define SCOPE_OUTCOME 16u
#define SCOPE_ITEM 32u
#define SCOPE_OWN 64u		/* it is read of whoever asks, who is always there */

enum terms_do { DO_COUNT, DO_SUM, DO_MEAN, DO_MIN, DO_MAX };
enum terms_as { AS_HAPPENED, AS_RECORDED, AS_CLAIMED, AS_ACCEPTED };
#define NTH_LAST 0	/* terms_date_of.nth: the last so far */

struct terms_x {
	enum terms_op op;
	enum terms_type type;
	uint32_t id;			/* unique in these terms, from 0 */
	uint32_t needs;			/* SCOPE_ bits, those of the names it uses included */
	bool walked;			/* the loader's own */
	const char *pointer;		/* RFC 6901 into the terms */
	size_t count;			/* operands */
	const struct terms_x **args;
	const struct terms_calendar *calendar;	/* OP_SHIFT, OP_SPAN */
	union {
		struct ratio number;
		bool truth;
		struct date day;
		const char *word;		/* OP_WORD, and OP_REF's FIELD or attribute name */
		const struct terms_value *value;
		const struct terms_date *named;
		const struct terms_outcome *outcome;
		const struct terms_group *group;
		struct { enum rounding how; int64_t n; } rounding;
		struct { size_t count; const char **items; } words;
		struct { const struct terms_table *table; const struct terms_x *at; } look;
		struct {
			const struct terms_group *group;	/* members on the day looked at */
			enum terms_do what;
			const struct terms_x *of;	/* number per member; NULL for count */
			const struct terms_x *where;	/* truth per member or NULL; unknown
							 * makes all unknown */
			enum rounding how;		/* mean only: rounded to `places` */
			int places;
		} over;			/* empty group: count 0, sum 0, others unknown */
		struct {
			size_t count;
			const struct terms_payment **of;
			enum terms_do what;		/* count or sum (minor units) */
			bool all;	/* of every subject; else of this subject only */
			const struct terms_x *where;	/* SCOPE_ITEM; or NULL */
		} items;
		struct {
			const struct terms_outcome *outcome;	/* one of the two */
			const struct terms_value *value;	/* with facts (not `is`) */
			int64_t nth;			/* 1.. or NTH_LAST, by date */
			enum terms_as as;
		} date_of;
		struct {
			const struct terms_value *flows;	/* contract level, per day;
								 * paid in is positive */
			const struct terms_calendar *rests;	/* interest is booked at each
								 * period's end */
			enum rounding how;
		} grow;
	};
	enum terms_ref ref;		/* OP_REF */
};

#endif
