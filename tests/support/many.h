/* many.h - knowledge of very many people without a ledger: events of any size straight into an engine.
 *
 * Events are said once, by a number of the caller's from which their digest is made, so that others
 * can name them. In bodies ' stands for ", and the contract is put in. What the engine refuses ends
 * the program: it is for benches and tests of bounds, which ask for what is allowed.
 */
#ifndef UTFALL_TEST_MANY_H
#define UTFALL_TEST_MANY_H

#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "settle.h"
#include "terms_case.h"

struct many {
	struct settlement *s;
	struct terms_case *terms;	/* of each version */
	size_t version_count, version_capacity;
	struct arena *arena;		/* of the event in hand */
	uint64_t seq;
	int64_t at;			/* the instant at which all is recorded */
	char contract[HASH_HEX];
	uint32_t statements, lines;	/* of all of them */
	uint64_t carried, scratch;	/* nanoseconds: of all statements; of one more from scratch */
};

/* `path` with `patches`, a list as case_patched() has it, or NULL. NULL where the terms are refused:
 * `ret_why`, MANY_WHY bytes, says why. */
enum { MANY_WHY = 500 };
struct many *many_new(const char *path, const char *patches, char *ret_why);
void many_free(struct many *m);
/* A next version, in force now. */
void many_version(struct many *m, const char *path, const char *patches, const char *from);

/* Patches for terms: a row's own, with a party that has so many sites (0: none), statements for each
 * such unit of time (NULL: the terms' own), and what a later version applies to. */
struct many_terms {
	const struct json *patches;	/* or NULL */
	const char *unit;
	uint32_t sites;
};
/* Under so many versions of `path`, as many_new() has it. */
struct many *many_begin(const char *path, const struct many_terms *want, uint32_t versions,
			char *ret_why);

/* The digest's text and the person's pseudonym, until the next event. */
const char *many_hex(struct many *m, uint64_t id);
const char *many_person(struct many *m, uint32_t person);
const char *many_day(struct many *m, int64_t day);	/* counted from 1 January 2018 */
void many_say(struct many *m, uint64_t id, const char *sender, const char *type,
	      const struct json *body);
void many_tell(struct many *m, uint64_t id, const char *sender, const char *type,
	       const char *body, ...) __attribute__((format(printf, 5, 6)));

struct many_size {
	uint32_t people;
	uint32_t facts;			/* that many times the events of each */
	uint32_t sites;
};
#define MANY_TERMS "tests/unit/data/settle.json"
/* Enrols everybody, then says that many of each kind of `says` about them. The terms are those of
 * MANY_TERMS, with a party that has the sites s_0, s_1… */
void many_made(struct many *m, const struct json *says, const struct many_size *size);
/* `events`: as in events.jsonl of contracts/. What is about nobody is said once; who
 * is enrolled, changes or leaves, once of each person. */
void many_copies(struct many *m, const struct json *events, const struct many_size *size);

/* Settles all periods that end before `last` and records that; the next one from scratch, not
 * recorded. RC_NO after the last. */
MUST_CHECK enum rc many_settle_all(struct many *m, const char *last, struct err *e);

#endif
