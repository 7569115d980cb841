/* person.h - what a ledger says of a person, under every pseudonym joined with those named.
 *
 * Layer 4. These are the events that erasing the person destroys: facts, claims,
 * corrections and retractions of them, joins with either pseudonym, bases of lines.
 * Verdicts, lines and statements name nobody and are not among them.
 */
#ifndef UTFALL_PERSON_H
#define UTFALL_PERSON_H

#include "event_type.h"
#include "hash.h"
#include "rc.h"

struct arena;
struct ledger;

struct person_event {
	uint64_t seq;
	int64_t at;
	struct hash digest, contract;
	enum event_type type;
	const char *sender;
};

struct person {			/* in the caller's arena */
	const char **pseudonyms;	/* as asked for, then those that joins add */
	size_t pseudonym_count;
	struct person_event *events;	/* in ledger order */
	size_t event_count;
};

/* Reads the whole ledger once, and once more for each join that adds a pseudonym. No event is an
 * answer too. */
MUST_CHECK enum rc person_read(struct ledger *l, const char *const *pseudonyms, size_t count,
			       struct arena *arena, struct person *ret, struct err *e);
/* NULL where the person has no such event. */
const struct person_event *person_event(const struct person *p, struct hash digest);
bool person_is_under(const struct person *p, struct hash contract);

#endif
