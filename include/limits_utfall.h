/* limits_utfall.h - every bound on input, loops and containers, in one place.
 *
 * Layer 0. The first group is the format's (audit/FORMAT.md) and can never
 * change within format version 1; the others guard this implementation.
 */
#ifndef UTFALL_LIMITS_H
#define UTFALL_LIMITS_H

/* the format's */
#define LIMIT_JSON_DEPTH 16			/* levels, counted from the event's outer object */
#define LIMIT_EVENT_BYTES 65535			/* one event, one entry */
#define LIMIT_TERMS_BYTES 60000			/* canonical bytes of one terms document */
#define LIMIT_NAME_BYTES 40			/* [a-z][a-z0-9_]{0,39} */
#define LIMIT_INTEGER 9007199254740991LL	/* 2^53 - 1 */
#define LIMIT_DECIMAL_PLACES 9
#define LIMIT_DECIMAL_DIGITS 15
#define LIMIT_DIGESTS_IN_BODY 900
#define LIMIT_ERASED_IN_BODY 500
#define LIMIT_HELD_IN_BODY 100

/* admission's */
#define LIMIT_FILE_EVENTS 100000		/* a file that travels */
#define LIMIT_FILE_BYTES (64u << 20)
#define LIMIT_STATEMENT_EVENTS 2000000
#define LIMIT_CLOCK_AHEAD_SECONDS 300
#define LIMIT_CLOCK_JUMP_DAYS 31

/* this implementation's */
#define LIMIT_NOTE_BYTES (1u << 20)
#define LIMIT_NOTE_SIGNATURES 100
#define LIMIT_KEY_FILE_BYTES 4096
#define LIMIT_JSON_VALUES 2000000		/* values in one document that a person hands in */
/* errors listed for one file; the rest are counted */
#define LIMIT_FINDINGS 1000
#define LIMIT_TERMS_NAMES 400			/* members of one part */
#define LIMIT_TERMS_LIST 1000			/* items of one list in terms */
#define LIMIT_TERMS_LIMITED 32			/* groups that limits are per */
#define LIMIT_TERMS_CHAIN 64			/* names that stand on each other */
#define LIMIT_TERMS_VERSIONS 100		/* of one contract */
#define LIMIT_TERMS_YEARS 100			/* from a contract's first day to its `final` */
#define LIMIT_TERMS_PERIODS 4000		/* of a window, a run, a break, a block */
#define LIMIT_CSV_COLUMNS 64
#define LIMIT_CSV_FIELD_BYTES 4096

#endif
