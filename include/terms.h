/* terms.h - a contract's terms as one resolved, immutable tree: ten parts and one expression form.
 *
 * Layer 3. Everything lives in the arena given to terms_read() and is never
 * changed afterwards; the structs are open so that the evaluator, the checker
 * and the plain-language writer can walk them. All names are resolved to
 * pointers at load; every part also carries its `index` in its array, and every
 * expression an `id` below `x_count`, for arrays kept beside the tree.
 * contracts/README.md is the language's text; where a comment here and that
 * text differ, the text decides.
 */
#ifndef UTFALL_TERMS_H
#define UTFALL_TERMS_H

#include "date.h"
#include "event_type.h"
#include "language.h"
#include "money.h"
#include "ratio.h"
#include "rc.h"
#include "terms_x.h"

struct arena;
struct buf;
struct findings;
struct json;

/* ---- who ---- */

enum terms_role {
	ROLE_FUNDER, ROLE_PROVIDER, ROLE_VERIFIER, ROLE_EVALUATOR, ROLE_RESOLVER, ROLE_INVESTOR,
	ROLE_GUARANTOR, ROLE_SOURCE, ROLE_MAX
};
#define ROLE_BIT(role) (1u << (role))

struct terms_party {
	const char *name;
	size_t index;
	unsigned roles;			/* ROLE_BITs */
	uint64_t sources;		/* EVENT_BITs of types it may send as `source` */
	size_t site_count;		/* 0: its roles hold for every site */
	const char **sites;
	bool attests_own;		/* may give verdicts on what it sent itself */
	bool resolves_own;		/* may resolve disputes it is party to */
};

/* A list of parties and roles, as proofs and measured tables name who. */
struct terms_who {
	unsigned roles;
	size_t count;
	const struct terms_party **parties;
};

/* ---- the ten parts ---- */

enum terms_accept {
	ACCEPT_ATTESTED,	/* an accepting verdict of `accepted_by`; see README on
				 * corrections */
	ACCEPT_FEED,		/* sent by a party that is source for its type */
	ACCEPT_RECORDED		/* "none": recorded is enough */
};

struct terms_proof {
	const char *name, *pointer;
	size_t index;
	struct terms_who by;	/* whose facts (or claims) count at all; others' do not exist for
				 * it */
	enum terms_accept accept;
	struct terms_who accepted_by;	/* ACCEPT_ATTESTED only */
	size_t need_count;
	const char **needs;		/* evidence kinds that must all be in `evidence` */
	const struct terms_x *until;	/* recorded on or before this date; SCOPE_FACT/OUTCOME;
					 * or NULL */
	const struct terms_x *opens;	/* claims: recorded on or after; or NULL */
	const struct terms_x *closes;	/* claims: recorded on or before; or NULL */
	bool sampled;	/* facts count unverified; a drawn share is checked afterwards */
	struct ratio sample_share;
};

enum terms_unit_of_time {
	TIME_DAY, TIME_WEEK, TIME_ISO_WEEK, TIME_MONTH, TIME_QUARTER, TIME_HALF_YEAR, TIME_YEAR
};

/* How time is cut. On the grid: civil days, ISO weeks, months … labelled "2018-03-31", "2018-w13",
 * "2018-03", "2018-q1", "2018-h1", "2018". From an anchor: blocks of n units, labelled 1, 2, 3. */
struct terms_calendar {
	const char *name, *pointer;
	size_t index;
	bool ever;	/* the built-in "ever": one period, up to the day looked at */
	enum terms_unit_of_time unit;
	int64_t n;			/* units a period; 1 on the grid */
	const struct terms_x *from;	/* anchor date, per subject; NULL: the grid */
	bool first_counts;	/* does the anchor day belong to the first block (else the day
				 * after) */
	unsigned skip_weekdays;		/* bit 1 << ISO weekday (1..7): such days do not exist */
	const struct terms_table *skip_days;	/* days on which it yields 1 do not exist; or
						 * NULL */
	const struct terms_x *stop;	/* days on which it is true do not exist for that
					 * subject; or NULL */
	/* Days that do not exist: on the grid they drop out of their period, and a period with no
	 * day left is none; an anchored block of days or weeks has that many existing days; one of
	 * months or longer ends later by the days that do not exist in it, until none is added. */
};

enum terms_table_kind { TABLE_EXACT, TABLE_STEPS, TABLE_LINEAR };
enum terms_missing { MISSING_UNKNOWN, MISSING_PREVIOUS, MISSING_ERROR, MISSING_VALUE };
enum terms_argument { ARGUMENT_NONE, ARGUMENT_NUMBER, ARGUMENT_DATE };
enum terms_about { ABOUT_CONTRACT, ABOUT_SITE, ABOUT_GROUP, ABOUT_PERSON };

struct terms_row {
	const char **is;		/* `word_count` words */
	struct ratio from;		/* ARGUMENT_NUMBER */
	struct date from_day;		/* ARGUMENT_DATE */
	const struct terms_x *then;	/* a literal */
};

struct terms_table {
	const char *name, *pointer;
	size_t index;
	enum terms_table_kind kind;	/* steps: greatest `from` <= argument; linear: between
					 * two rows, ends included; exact: `from` = argument
					 * (measured: from..to holds it) */
	enum terms_type type;		/* of the result */
	size_t word_count;		/* words asked for, before the number or date */
	enum terms_argument argument;
	size_t row_count;		/* rows: sorted by words, then by `from`, no two equal */
	struct terms_row *rows;
	bool has_domain;		/* a number outside low..high is missing */
	struct ratio low, high;
	/* measured: rows come from measurement.recorded. The argument is a date; `steps` and
	 * `linear` go by the measurements' `from`. About a site: the subject's, or word_count 1 */
	const char *measured;		/* the measurement's name; NULL: rows */
	const char *method;		/* or NULL: those without a method */
	struct terms_who by;
	enum terms_about about;
	const struct terms_group *group;	/* ABOUT_GROUP */
	bool latest;	/* revised: corrected or later-recorded value of a date replaces the
			 * first */
	enum terms_missing missing;	/* previous: the row before by `from`, else unknown;
					 * error: settling is refused */
	const struct terms_x *otherwise;	/* MISSING_VALUE: a literal */
	const char *unit;		/* said for the checker; or NULL */
};

enum terms_subject { SUBJECT_ENROLMENT, SUBJECT_PERSON, SUBJECT_SITE, SUBJECT_CONTRACT };
enum terms_as_of { AS_OF_ENROLLED, AS_OF_ASSIGNED, AS_OF_DATE, AS_OF_PERIOD };

/* A member is an enrolment (person, site) that began on or before the as-of day, is in `within`
 * and for which `where` is true on that day. Before an AS_OF_DATE day comes: unknown. */
struct terms_group {
	const char *name, *pointer;
	const char *title;		/* what people call it; its name where none is said */
	size_t index;
	enum terms_subject of;		/* not SUBJECT_CONTRACT */
	const struct terms_group *within;	/* or NULL */
	const struct terms_x *where;	/* or NULL: all */
	enum terms_as_of as_of;		/* PERIOD: the day looked at */
	unsigned limited;		/* place among those that limits are per, from 1; 0: none is */
	const struct terms_x *day;	/* AS_OF_DATE */
};

enum terms_fact {
	FACT_SPELL,	/* covers from..end with levels extent, hours (a week), pay (a month) */
	FACT_STATUS,		/* covers from..to */
	FACT_MEASUREMENT,	/* covers from..to, or until the next of its name and method */
	FACT_EARNINGS,		/* lies on the last day of its month; amount, hours */
	FACT_ACTIVITY,		/* lies on `on`; days, hours, quantity */
	FACT_MILESTONE,		/* lies on `on` */
	FACT_FLOW,		/* lies on `on`; amount; contract level */
	FACT_NONE		/* the value is an expression */
};
enum terms_within { WITHIN_SUM, WITHIN_MIN, WITHIN_MAX, WITHIN_MEAN, WITHIN_LAST };

/* For facts that cover days: each existing day of the period has a number: what the facts covering
 * it carry, added or the largest; `within` folds the days. For facts that lie on a day: `within`
 * folds the facts in the period (mean: of the facts; last: by day, then ledger order). */
struct terms_value {
	const char *name, *pointer;
	size_t index;
	enum terms_type type;
	enum terms_fact of;
	const struct terms_x *where;	/* facts: those for which it is true; unknown makes its
					 * days unknown */
	const char *take;		/* a number field; NULL: 1 each */
	const struct terms_calendar *per;	/* facts: always; expression: NULL keeps the
						 * period in hand */
	enum terms_within within;
	bool overlap_add;		/* spell, status: added, else the largest counts once */
	bool open_runs;	/* spell: an unended one runs on to the day looked at, else it reaches
			 * its last report */
	bool silence_unknown;		/* days without a fact: unknown unless feed.completed covers
					 * them, else 0 */
	const struct terms_proof *proof;	/* facts: always */
	const struct terms_x *is;	/* FACT_NONE */
	enum terms_subject subject;	/* whose facts, or at which level it is read */
	bool subject_kept;		/* `subject` not said: that of whoever asks */
};

struct terms_date {
	const char *name, *pointer;
	size_t index;
	const struct terms_x *is;
};

/* Qualifiers in the fixed order in which a zero line takes the first that fails. */
enum terms_qualifier {
	QUALIFIER_GROUP, QUALIFIER_PROOF, QUALIFIER_CLAIM, QUALIFIER_UNTIL, QUALIFIER_WINDOW,
	QUALIFIER_GAP, QUALIFIER_AFTER, QUALIFIER_UNLESS, QUALIFIER_TIMES, QUALIFIER_LIMIT,
	QUALIFIER_MAX
};

enum terms_reach {
	REACH_SUM,	/* `count` over the last `of` periods (all since `from` where 0) >= `to` */
	REACH_MEAN,		/* its mean over the last `of` periods >= `to` */
	REACH_RUN,	/* truth held from a day for `n` units of time, breaks as `gap_` allows */
	REACH_ON,		/* `count` is true on the date `on` */
	REACH_ANY_OF,		/* earliest of `parts` */
	REACH_ALL_OF		/* latest of `parts`, once all are reached */
};
enum terms_times { TIMES_PERSON, TIMES_ENROLMENT, TIMES_SITE, TIMES_CONTRACT };

struct terms_outcome {
	const char *name, *pointer;
	const char *title;		/* what people call it; its name where none is said */
	size_t index;
	enum terms_subject subject;	/* of `group`, or SUBJECT_CONTRACT */
	const struct terms_group *group;	/* NULL: the contract. Read on the achieved day */
	enum terms_reach reach;
	const struct terms_calendar *per;	/* SUM, MEAN, RUN (then of unit day, on the grid) */
	const struct terms_x *count;	/* number >= 0 or truth (1); unknown never reaches by
					 * itself */
	const struct terms_x *to;	/* SUM, MEAN: the mark, read on the day looked at */
	int64_t of;			/* SUM: 0 or the window; MEAN: the window */
	int64_t n;			/* RUN */
	enum terms_unit_of_time unit;	/* RUN: day, week, month, quarter, half_year or year */
	int64_t gap_each, gap_total;	/* RUN: longest single break, all breaks together, in
					 * days */
	bool gap_stands;	/* RUN: the clock stands in a break (the end moves), else it runs */
	const struct terms_x *on;	/* ON: also the achieved date */
	const struct terms_x *final;	/* ON: statements through a later day leave it as settled */
	const struct terms_x *from;	/* SUM, MEAN, RUN: periods lie wholly between from and
					 * until, */
	const struct terms_x *until;	/* both included; outcome_until bounds it too */
	size_t part_count, after_count, unless_count, apart_count;
	const struct terms_outcome **parts;
	const struct terms_outcome **after;	/* all reached on or before the achieved day */
	const struct terms_outcome **unless;	/* none reached on or before it */
	const struct terms_outcome **apart_from;	/* periods these used count 0 here */
	const struct terms_x *times_max;	/* NULL for ON, ANY_OF, ALL_OF: once a subject */
	enum terms_times times_per;
	bool after_last;	/* repetition: periods restart behind the last one reached, else
				 * every period in which the mark holds is an occurrence */
	const struct terms_proof *claim;	/* a claim.made must count under it; or NULL */
	unsigned show;			/* 1 << terms_qualifier: relaxed to find zero lines */
};

enum terms_for { FOR_OUTCOMES, FOR_PERIODS };
/* What a payment earns when the contract is terminated on a day E. */
enum terms_ended {
	ENDED_ACHIEVED,		/* only what was achieved (periods: ended) on or before E */
	ENDED_STARTED	/* also later, if its first counted day (period: start) is on or before E */
};

struct terms_payment {
	const char *name, *pointer;
	const char *title;		/* what people call it; its name where none is said */
	size_t index;
	enum terms_for what;
	size_t outcome_count;
	const struct terms_outcome **outcomes;
	const struct terms_calendar *each;	/* FOR_PERIODS: those whose due day lies in
						 * from..until */
	const struct terms_group *group;	/* FOR_PERIODS: per member on the due day; or
						 * NULL */
	enum terms_subject subject;
	bool due_start;			/* FOR_PERIODS: due day is the first day, else the last */
	const struct terms_x *from, *until;	/* FOR_PERIODS */
	const struct terms_x *when;	/* false: no line; unknown: pending; NULL: always */
	const struct terms_x *price;	/* in minor units of `unit`; may be negative */
	enum rounding round;
	int64_t round_multiple;		/* 1, or 100 for half_up_100 */
	const char *unit;
	const struct terms_x *due;	/* later day from which it counts; NULL: achieved or due
					 * day */
	const struct terms_share *from_share, *to_share;	/* a lone party is a share of one
								 * part */
	const struct terms_table *tax;	/* rate by date; the tax code is the table's name; or
					 * NULL */
	const struct terms_x *final;	/* or NULL: settlement.final */
	bool held;	/* `hold_part` of the amount counts only from `hold_until` */
	struct ratio hold_part;
	const struct terms_x *hold_until;
	enum terms_ended ended;
};

enum terms_limit_kind {
	LIMIT_STEPS,		/* what passes is rate times what falls in each step */
	LIMIT_FLOOR,		/* tops up to `amount` on the date `on` */
	LIMIT_LESS,		/* takes off what `less` yielded in the bucket, as far as it goes */
	LIMIT_SCALE		/* times `amount` */
};
enum terms_dimension {
	PER_PERSON, PER_ENROLMENT, PER_SITE, PER_GROUP, PER_ACHIEVED, PER_SETTLED, PER_ENROLLED,
	PER_PAYER, PER_PAYEE, PER_CONTRACT
};
enum terms_excess { EXCESS_LOST, EXCESS_NEXT, EXCESS_PAYER };

struct terms_per {
	enum terms_dimension what;
	const struct terms_group *group;	/* PER_GROUP: members share a bucket, others are
						 * not limited */
	const struct terms_calendar *calendar;	/* of PER_ACHIEVED, PER_SETTLED,
						 * PER_ENROLLED: on the grid */
};

struct terms_step {
	const struct terms_x *to;	/* upper end, counted from the bucket's start; NULL: no
					 * end */
	struct ratio rate;
};

struct terms_limit {
	const char *name, *pointer;
	const char *title;		/* what people call it; its name where none is said */
	size_t index;			/* place in the order of limits */
	enum terms_limit_kind kind;
	size_t of_count, less_count, per_count, step_count;
	const struct terms_payment **of, **less;
	struct terms_per *per;		/* a bucket is one combination of these */
	bool after_split;		/* per names payer or payee: applied to parts */
	struct terms_step *steps;
	bool along_count;		/* steps count entitlements, else amounts */
	const struct terms_x *amount;	/* FLOOR, SCALE */
	const struct terms_x *on;	/* FLOOR: the day it is read, and the top-up's due date */
	const struct terms_share *from_share, *to_share;	/* FLOOR: of the top-up */
	bool achieved_order;	/* recomputed in order of achievement; else settled room is kept */
	enum terms_excess excess;	/* STEPS: what goes beyond the last step */
	const struct terms_party *excess_payer;	/* EXCESS_PAYER: it is owed by this party instead */
	bool unused_next;		/* STEPS: room not used goes to the next period's bucket */
	bool freed_waiting;	/* STEPS: room set free goes to those who went without, by order */
};

struct terms_part {
	const struct terms_party *party;
	const struct terms_x *weight;	/* >= 0; negative is unknown */
};

struct terms_tranche {
	const struct terms_x *to;	/* of what has gone through this share; NULL: no end */
	size_t part_count;
	struct terms_part *parts;
};

struct terms_share {
	const char *name, *pointer;	/* a lone party's share bears the party's name */
	size_t index;
	size_t tranche_count;		/* 1 where no tranches are said */
	struct terms_tranche *tranches;
	bool achieved_order;		/* tranches: recomputed by achievement, else as settled */
	enum residual residual;
	const struct terms_party *none;	/* bears all where weights sum to 0; NULL: pending */
};

struct terms_settlement {
	struct date from;		/* first day of the contract; the first period holds it */
	struct date enrol_until, outcome_until, record_until, final;
	const struct terms_calendar *periods;	/* on the grid */
	int64_t cut_off_n;	/* a period is settled at the earliest this long after its end */
	const struct terms_calendar *cut_off_calendar;
	bool negative_carry;		/* negative totals wait for later lines, else are repaid */
	int64_t dispute_n;		/* dispute within this long after issue; 0: none said */
	const struct terms_calendar *dispute_calendar;
	int offset_minutes;		/* civil dates of recorded instants */
	size_t terminate_count;		/* parties that may terminate alone; none: all signatures */
	const struct terms_party **terminate;
};

enum terms_applies { APPLIES_ALL, APPLIES_ENROLLED, APPLIES_ACHIEVED };

struct terms_note {
	const char *at, *source, *reading;
};

struct terms {
	const struct json *document;
	const char *contract;		/* its name */
	int64_t version;
	const char *semantics;		/* "1" */
	const char *unit;		/* of payments that say none */
	enum terms_applies applies;	/* version 1: ALL */
	struct date applies_from;
	bool reprice;			/* settled keys too */
	size_t party_count, proof_count, calendar_count, table_count, group_count, value_count;
	size_t date_count, outcome_count, payment_count, limit_count, share_count, note_count;
	struct terms_party *parties;	/* all ascending by name, but limits in their order */
	struct terms_proof *proofs;
	struct terms_calendar *calendars;	/* the last is the built-in "ever" */
	struct terms_table *tables;
	struct terms_group *groups;
	struct terms_value *values;
	struct terms_date *dates;
	struct terms_outcome *outcomes;
	struct terms_payment *payments;
	struct terms_limit *limits;
	struct terms_share *shares;	/* lone parties' shares behind the named ones */
	struct terms_note *notes;
	struct terms_settlement settlement;
	uint32_t x_count;		/* expression ids are below this */
	const struct terms_x **expressions;	/* by id */
};

/* Reads and resolves a document. Every error goes to `f` with its pointer (under `prefix` of the
 * findings' reader: pointers start at the terms); RC_REFUSED where there was one. */
MUST_CHECK enum rc terms_read(const struct json *document, struct arena *arena,
			      struct findings *f, struct terms **ret, struct err *e);

/* By name, NULL where there is none. */
const struct terms_party *terms_party(const struct terms *t, const char *name);
const struct terms_payment *terms_payment(const struct terms *t, const char *name);
const struct terms_outcome *terms_outcome(const struct terms *t, const char *name);
const struct terms_value *terms_value(const struct terms *t, const char *name);
const struct terms_group *terms_group(const struct terms *t, const char *name);
const struct terms_limit *terms_limit(const struct terms *t, const char *name);
const struct terms_share *terms_share(const struct terms *t, const char *name);
const struct terms_calendar *terms_calendar(const struct terms *t, const char *name);
/* What people call it, NULL where there is none of this name. A limit's is that of its top-up. */
const char *terms_payment_title(const struct terms *t, const char *name);
const char *terms_outcome_title(const struct terms *t, const char *name);

/* Do these terms let `party` send this type about this site (NULL: none named)? Whether the
 * provider holds the participant, and whether a verdict is on its own fact, is the ledger's. */
bool terms_may_send(const struct terms *t, enum event_type type, const char *party,
		    const char *site);
bool terms_has_role(const struct terms *t, const char *party, enum terms_role role);
bool terms_who_has(const struct terms_who *who, const struct terms_party *party);
/* Is one of this name in a list, as of what a limit is about? */
bool terms_payments_have(const struct terms_payment *const *list, size_t count, const char *name);
bool terms_has_site(const struct terms *t, const char *site);	/* does any party list it? */
bool terms_must_sign(const struct terms_party *party);	/* funders and providers */
bool terms_pays(const struct terms *t, const char *party);	/* may bear a part of some
								 * payment */
bool terms_is_paid(const struct terms *t, const char *party);
bool terms_is_once(const struct terms_outcome *o);	/* it has one occurrence, and no label */
bool terms_may_terminate(const struct terms *t, const char *party);	/* alone */
/* The party that confirms transfers instead of the present holder, by being source for the type. */
bool terms_confirms_transfer(const struct terms *t, const char *party);

/* Can an amount of this payment (or a top-up of this limit) come out otherwise where the facts of
 * other people are missing? terms_lean.c */
bool terms_leans(const struct terms *t, const char *payment);

/* What is another one in a further version of a contract's terms: definitions that are new, gone or
 * written otherwise, and whatever reads such a one. Lives in its arena. terms_change.c */
struct terms_change;
struct terms_change *terms_change_new(const struct terms *then, const struct terms *now,
				      struct arena *arena);
bool terms_change_has(const struct terms_change *c, const char *name);
/* Does a member of `object`, but for those of these names, read such a one? */
bool terms_change_reaches(const struct terms_change *c, const struct json *object,
			  const char *const *but);
/* Is what everything stands on the same: the contract, its days, and whom facts count of? */
bool terms_same_ground(const struct terms *then, const struct terms *now);
/* ... its days but for those that decide when statements and facts come */
bool terms_same_settlement(const struct terms *then, const struct terms *now);
/* Two objects of the documents, but for the members of these names. */
bool terms_same_but(const struct json *a, const struct json *b, const char *const *but);

/* Words of the language, as written in documents. */
const char *terms_role_name(enum terms_role role);
const char *terms_op_name(enum terms_op op);
const char *terms_qualifier_name(enum terms_qualifier q);
const char *terms_time_name(enum terms_unit_of_time unit);
const char *terms_fact_name(enum terms_fact fact);
const char *terms_ref_name(enum terms_ref ref);	/* "person.site", "person." for attributes */

/* The JSON Schema (draft 2020-12) of a terms document, from the loader's own table. */
void terms_schema_write(struct buf *ret);

/* What lawyers miss: `t` was read from its document. Errors stop, warnings explain. */
void terms_check(const struct terms *t, struct findings *f);
/* What statements hold under the versions so far. */
struct terms_settled_part {
	const char *name;
	int64_t amount;		/* in minor units; of a limit: the room taken in its fullest bucket */
};
struct terms_settled_open {	/* between two parties: lines that are not paid, or a dispute */
	const char *payer, *payee;
	const char *unit;	/* NULL: a dispute that is not decided */
	int64_t amount;		/* not 0 where there is a unit */
};
struct terms_settled {
	uint32_t statements;
	struct date through;	/* of the last one */
	size_t payment_count, outcome_count, limit_count, open_count;
	struct terms_settled_part *payments, *outcomes, *limits;	/* those with lines */
	struct terms_settled_open *open;
};
/* What goes wrong between two versions of a contract: keys that would move, amounts that would be
 * taken back or paid twice, windows that change under way. `settled` NULL: not known, then what
 * hangs on it is a warning. */
void terms_check_against(const struct terms *now, const struct terms *then,
			 const struct terms_settled *settled, struct findings *f);
/* The terms as sentences, one clause a paragraph. */
void terms_plain(const struct terms *t, enum language l, struct buf *ret);
const char *terms_role_word(enum language l, enum terms_role role);

#endif
