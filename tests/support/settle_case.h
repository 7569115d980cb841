/* settle_case.h - a small contract, events in shorthand, statements as text: for tables of cases.
 *
 * An event is one line: "DATE PARTY TYPE LABEL {body}". In bodies ' stands for ", p1 .. p99 (quoted)
 * for a pseudonym, @LABEL for that event's digest, and `contract` is put in. Other lines of a script:
 *     settle               settles the next period
 *     amend DATE [patches] a next version: the base terms with these patches, from that day on
 *     erase p1             erases somebody; "erase p1 p2" two names at once
 *     twin                 settle_case_twin(), before the first event
 * What a statement says is one line per settlement.line:
 *     NUMBER PAYER>PAYEE PAYMENT[/OUTCOME] SUBJECT[#OCCURRENCE] AMOUNT REASON [ACHIEVED] [~changed labels]
 */
#ifndef UTFALL_TEST_SETTLE_CASE_H
#define UTFALL_TEST_SETTLE_CASE_H

#include "buf.h"
#include "settle.h"
#include "terms_case.h"

struct case_told {		/* what the engine was told, to tell another one */
	struct settle_record r;
	char *body, sender[44];		/* body: JSON */
};

struct settle_case {
	struct terms_case terms[4];
	size_t version_count;
	struct settlement *s;
	/* told the same, settles from scratch; or NULL. It lives on through what is erased */
	struct settlement *twin;
	struct settle_version versions[4];
	uint64_t seq;
	struct buf said;		/* lines of all statements */
	struct err e;
	unsigned statements;
	size_t label_count;
	char labels[4000][24];
	bool achieved;			/* lines end with their achieved date */
	bool changed;			/* and the labels of what changed */
	struct case_told *told;
	size_t told_count, told_capacity;
	bool erased;			/* somebody was: lines are more than entitlements */
	bool moves;			/* the next statement may move room though nothing is new */
};

/* Base terms tests/unit/data/settle.json with `patches` (' for "). */
struct settle_case *settle_case_new(const char *patches);
/* A next version of the terms: the base with other patches, in force now. Its number is put in. */
void settle_case_version(struct settle_case *c, const char *from, const char *patches);
/* From here on statements are not worked out from scratch by the engine itself but by another one
 * that is told the same, so that what is carried is carried on for ever. Before the first event. */
void settle_case_twin(struct settle_case *c);
void settle_case_free(struct settle_case *c);

/* One event line. Fails the test where the engine refuses it. */
void settle_case_event(struct settle_case *c, const char *line);
/* A day of a month counted from January 2018 as 1; of a month before that, of January. */
void settle_case_day(int month, unsigned day, char ret[32]);
/* One event, recorded on the 28th of that month; its body as printf() has it. */
void settle_case_tell(struct settle_case *c, int month, const char *party, const char *type,
		      const char *label, const char *body, ...) PRINTF_LIKE(6, 7);
/* These events of p`person` are erased in the same engine: "{'event':'@e1'},...". */
void settle_case_freeze(struct settle_case *c, int month, const char *label, unsigned person,
			const char *events);
/* The engine as bytes, and from bytes. */
void settle_case_save(const struct settle_case *c, struct buf *ret);
MUST_CHECK enum rc settle_case_load(struct settle_case *c, const struct buf *bytes,
				    struct settlement **ret);
/* Settles the next period twice, every other one also from scratch, some with an engine that was
 * kept as bytes before or behind: always the same bytes, and the same answers to whatever else an
 * engine is asked (settle_answers.h); checks that all lines add up to the
 * entitlements; then records the statement. */
enum rc settle_case_settle(struct settle_case *c);
/* The case goes on with an engine of who is left, its twin with the one that there was. Where a
 * statement was the last, everybody's amounts but those of p`people[i]` must be the same as before,
 * as of that statement. */
void settle_case_erase(struct settle_case *c, const unsigned *people, size_t count);
/* Lines separated by LF: events and the others above. */
void settle_case_run(struct settle_case *c, const char *script);
/* Runs a script on new terms and compares what the statements say. */
void settle_case_check(const char *name, const char *patches, const char *script,
		       const char *want);

struct settle_row {
	const char *name, *patches, *script, *want;
};
void settle_case_rows(const struct settle_row *rows, size_t count);
#define RUN(rows) settle_case_rows(rows, sizeof(rows) / sizeof((rows)[0]))

/* Patches: the fund pays all of it, and nothing is shared. */
#define ONE_FUND "'/payments/placed_pay/from','fund','/shares',{}"

/* Settles the next period without recording it, carried; what that cost. */
struct settle_use settle_case_once(struct settle_case *c);

struct settle_change {		/* one change, and the statement behind it */
	const char *name, *patches;
	const char *script;	/* ends behind the statement before the one looked at */
	const char *want;	/* the lines of that one, as `said` has them */
	unsigned claimed;	/* people whom that one asks for, without the contract */
};
typedef void settle_begin_fn(struct settle_case *c);
typedef void settle_said_fn(const char *lines, struct buf *ret);
/* p1 .. are enrolled on 10 January 2018, in home a, `far` (or 0) in b; the first of them began to work
 * on the first days of February, one a day: job j1, verdict o1 ... Settled up to March. */
void settle_case_place(struct settle_case *c, unsigned people, unsigned placed, unsigned far);
/* On new terms with a twin: `begin`, the script, then what is wanted. Amounts may settle down in
 * later statements. */
void settle_case_change(const struct settle_change *k, settle_begin_fn *begin,
			settle_said_fn *said);

#endif
