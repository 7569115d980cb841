/* world.h - a small ledger for tests: four parties, a signed contract, a clock, seeded keys. */
#ifndef UTFALL_TEST_WORLD_H
#define UTFALL_TEST_WORLD_H

#include "append.h"
#include "buf.h"
#include "finding.h"
#include "json.h"
#include "key.h"

enum world_party { OPERATOR, CITY, TEAM, SECOND_TEAM, JUDGE, REGISTER, WORLD_PARTIES };

struct world {
	char folder[64], path[80];
	struct ledger *l;
	struct arena *arena;
	const char *origin;
	struct signing_key *keys[WORLD_PARTIES];
	struct signing_key *checkpoint;
	const char *terms;		/* world_terms() unless set before world_contract() */
	int64_t now;
	uint64_t drawn;			/* salts and ids so far */
	struct hash contract;		/* zero before world_contract() */
	char contract_hex[HASH_HEX];
	/* of the last send */
	struct findings f;
	struct err e;
	struct buf receipt;
	struct append_result result;
	/* the file that the next send adds to */
	struct event_bytes events[2000];
	size_t event_count;
};

extern const char *const world_names[WORLD_PARTIES];

/* Ledger opened (simulated), parties and first keys registered. Aborts on failure. */
void world_open(struct world *w);
void world_close(struct world *w);
/* contract.proposed with world_terms(), signed by all who must. */
void world_contract(struct world *w);
/* The usual terms, with ' for ". */
const char *world_terms(void);

/* JSON as people write it, with ' for " and %C for the contract's digest. */
const struct json *world_json(struct world *w, const char *text);
/* Adds an event to the file in hand; its digest. */
struct hash world_add(struct world *w, const char *type, const char *body);
struct hash world_addf(struct world *w, const char *type, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds that a person is enrolled on 2017-02-01 and begins to work on `from`; the digest of the latter. */
struct hash world_place(struct world *w, unsigned person, const char *from);
/* Adds a verdict, for JUDGE to send. */
void world_attest(struct world *w, struct hash event, const char *verdict);
/* Signs what was added as `party` and appends it. */
enum rc world_send(struct world *w, enum world_party party);
enum rc world_send_key(struct world *w, const struct signing_key *key);
/* The file that world_send would append, without appending it. */
void world_file(struct world *w, const struct signing_key *key, struct buf *ret);
enum rc world_append(struct world *w, const char *bytes, size_t size);
/* One event of one party, appended: aborts where it is refused. */
struct hash world_say(struct world *w, enum world_party party, const char *type, const char *body);
struct signing_key *world_key(const char *name, unsigned number);	/* seeded */
void world_random(void *ret, size_t size);	/* repeatable: for append_settle_args */
/* For ledger_settle_dry: what a statement says, as bytes behind one another. `arg`: struct buf. */
enum rc world_add_line(void *arg, const struct json *line, const struct json *basis, struct err *e);
const char *world_person(unsigned number);	/* a pseudonym */
/* Every row and every cache that the ledger holds, as one hash. */
struct hash world_print(struct world *w);
char *world_hex(struct world *w, struct hash h);

#endif
