/* settle_save.h - how a settlement lies in bytes: settle_save.c writes it, settle_load.c reads it.
 *
 * A line that names the build; a head with how many there are of each; then rows as they lie in
 * memory, with pointers and padding as zeros. Every member that is a number of something else is
 * a line of a table here, and what a table bounds is all that reading may rely on.
 */
#ifndef UTFALL_SETTLE_SAVE_H
#define UTFALL_SETTLE_SAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"
#include "rc.h"
#include "settle.h"

struct settlement;

#define SAVED_LINE "utfall engine 1 "	/* and 64 characters: the build; LF */
#define SAVED_END "the end\n"

enum bound {		/* of what a member is the number; below the head's count of it */
	OF_EVENT, OF_FACT, OF_OWNER, OF_SALT, OF_KEY, OF_POSTING, OF_DISPUTE, OF_PAID, OF_LINE,
	OF_STATEMENT, OF_NAME, OF_VERSION,
	OF_COUNTED,		/* the last kind that is counted */
	OF_ISSUED = OF_COUNTED,	/* a statement's number from 1, or 0 */
	OF_FLAG, OF_DAY, OF_AMOUNT, OF_KIND,
	OF_LATER, OF_EARLIER,	/* another row of the same table, behind or before this one */
	OF_MAX
};

struct saved_field {
	uint16_t at;
	uint8_t what;		/* enum bound */
	bool none;		/* NONE is allowed */
};

struct saved_hole {		/* padding or a pointer */
	uint16_t at, size;
};

struct saved_table {
	size_t at;		/* of its struct rows or array in the settlement */
	size_t size;		/* of one */
	bool rows;
	const struct saved_field *fields;
	size_t field_count;
	const struct saved_hole *holes;
	size_t hole_count;
};

enum saved_number {
	SAVED_EVENTS, SAVED_FACTS, SAVED_OWNERS, SAVED_SALTS, SAVED_KEYS, SAVED_POSTINGS,
	SAVED_DISPUTES, SAVED_PAID, SAVED_LINES, SAVED_STATEMENTS,
	SAVED_COMMON, SAVED_AGAIN, SAVED_BALANCES, SAVED_OPEN, SAVED_HELD,
	SAVED_TABLES
};
extern const struct saved_table saved_tables[SAVED_TABLES];
extern const struct saved_table saved_items;	/* of `kept`: `at` is not used */

struct saved_array {		/* what every growing array of the settlement is */
	void *items;
	size_t count, capacity;
};

struct saved_head {
	struct hash contract, computed_root;
	char salt[24];
	uint64_t counts[SAVED_TABLES];
	uint64_t names, name_bytes, versions, payload_chunks, payload_used, kept;
	uint64_t digest_slots, key_slots, owner_slots;
	uint64_t last_seq, terminated_seq, kept_size;
	uint32_t terminated_event, again_for, runs, diverged;
	int32_t terminated_on, kept_through;
};

struct saved_version {
	struct hash digest;
	uint64_t seq;
	int64_t at, from;
};

struct saved_kept {		/* what evaluating a unit last gave; its items follow */
	uint32_t owner, count;
	int32_t turns, due, latest;
	uint32_t unused;
};

struct saved_part {		/* in an item's place for a pointer to a part of the terms */
	uint32_t version, index;	/* version NONE: no part */
};

/* limit_save.c, settle_carried.c: what is carried between statements; behind all else. */
enum rc limits_save(const struct settlement *s, settle_put_fn *put, void *arg, struct err *e);
enum rc limits_load(struct settlement *s, settle_get_fn *get, void *arg, struct err *e);
enum rc carried_save(const struct settlement *s, settle_put_fn *put, void *arg, struct err *e);
enum rc carried_load(struct settlement *s, settle_get_fn *get, void *arg, struct err *e);

/* The counting of a build: another build's bytes are not read. */
extern const char engine_build[65];

#endif
