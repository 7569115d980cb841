/* fact.h - what is known: events by digest, their facts, and the owners that facts are about.
 *
 * Knowledge only grows and every item says its sequence number, so that it can be read as of any
 * tree size. Read fact.c first, then fact_record.c (where each event goes) and fact_payload.c (its
 * other members). Rows live as long as their settlement.
 */
#ifndef UTFALL_FACT_H
#define UTFALL_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event_type.h"
#include "hash.h"

struct json;
struct kept;
struct settle_record;
struct settlement;
struct xval;

struct event_row {
	struct hash digest;
	uint32_t seq;
	int32_t day;		/* civil date it was recorded */
	uint32_t fact;		/* its first fact, or NONE */
};

enum fact_flag {
	FACT_CORRECTS = 1,	/* `link` is what it corrects */
	FACT_ACCEPTED = 2,	/* of a verdict */
	FACT_SAMPLED = 4	/* of a verdict: drawn from a population */
};

/* One event about one owner; a verdict has one for each event that it names. */
struct fact {
	uint32_t next;		/* the owner's next, in ledger order */
	uint32_t event;
	uint32_t link;		/* what it corrects, retracts, judges, or the spell it belongs to */
	int32_t from, to;	/* days; `to` NEVER where there is none */
	uint32_t payload;	/* other members, packed; 0 for none */
	uint32_t owner;
	uint32_t sender : 16, type : 8, flags : 8;
};

enum owner_kind { OWNER_CONTRACT, OWNER_SITE, OWNER_PERSON };

struct owner {
	uint8_t id[16];		/* person: the pseudonym's bytes; site: name number in the first four */
	uint8_t kind;
	bool joined;		/* one of several pseudonyms of a person */
	bool follows;		/* ... of which another keeps for both */
	bool others, everybody;	/* read beyond its own facts: the contract's, all people's */
	bool paired;		/* some event said that it is one of several: may be taken back */
	uint32_t first, last;	/* facts */
	uint32_t keys;		/* first of its keys, or NONE */
	uint32_t salt;		/* in `salts`; NONE until its first event */
	uint32_t frozen;	/* seq + 1 of the data.erased that froze it, or 0 */
	uint32_t touched;	/* number of the run that found news of it */
	uint32_t claimed;	/* number of the run that asks limits for it */
	uint32_t since;		/* size as of which it was last evaluated */
	int32_t wakes;		/* the next day on which time alone makes a difference; NEVER */
	int32_t again;		/* the next day on which limits are asked for it again; NEVER */
	int32_t queued;		/* the day of its entry in `wakes`; INT32_MIN: it is in `due` */
	uint32_t told;		/* the last statement worked out that looked for its lines */
	struct kept *kept;	/* what evaluating it last gave, or NULL */
};

struct fact *fact_at(const struct settlement *s, uint32_t i);
struct event_row *event_at(const struct settlement *s, uint32_t i);
struct owner *owner_at(const struct settlement *s, uint32_t i);
#define OWNER_OF_CONTRACT 0u
uint32_t event_find(const struct settlement *s, struct hash digest);	/* NONE */
uint32_t person_find(const struct settlement *s, const char *pseudonym);	/* NONE */
uint32_t site_find(const struct settlement *s, uint32_t name);		/* NONE */
void owner_pseudonym(const struct owner *o, char ret[27]);
uint32_t owner_site(const struct owner *o);	/* name number */
uint64_t fact_seq(const struct settlement *s, const struct fact *f);
/* How many facts were recorded before `size`: they stand in ledger order. */
uint32_t facts_before(const struct settlement *s, uint64_t size);

uint32_t event_add(struct settlement *s, const struct settle_record *r, int32_t day);
/* What to ask owner_get() for; false where the text is no pseudonym. */
bool owner_person(const char *pseudonym, struct owner *ret);
struct owner owner_of_site(uint32_t name);
/* The owner's number; made where there is none yet. */
uint32_t owner_get(struct settlement *s, const struct owner *wanted);
/* They are read next: their facts lie anywhere, and are fetched together. */
#define EXPECTED 16
void facts_expect(const struct settlement *s, const uint32_t *owners, size_t count);
/* Behind its owner's others. */
uint32_t fact_add(struct settlement *s, const struct fact *f);

/* The contract, sites by name, people by pseudonym: as ties go. */
int owner_order(const struct settlement *s, uint32_t a, uint32_t b);
/* The start of that order as a number: where it is the same for two, owner_order() decides. */
uint32_t owner_rank(const struct settlement *s, uint32_t owner);

/* ---- the members of an event that have no place in its fact: fact_payload.c ---- */

#define PAYLOAD_BITS 20
#define PAYLOAD_CHUNK ((uint32_t)1 << PAYLOAD_BITS)
/* 0 where there is nothing to keep. */
uint32_t payload_write(struct settlement *s, enum event_type type, const struct json *body);
/* Can it be read without reading past it? Of bytes that were kept between processes. */
bool payload_is_sound(const struct settlement *s, uint32_t payload);

/* A member of the body; unknown where it has none. */
struct xval fact_field(const struct settlement *s, const struct fact *f, const char *name);
/* The same of the attributes in it. */
struct xval fact_attribute(const struct settlement *s, const struct fact *f, const char *name);
int32_t fact_day(const struct fact *f);	/* earnings: the last day of the month */
bool fact_has_evidence(const struct settlement *s, const struct fact *f, const char *kind);

#endif
