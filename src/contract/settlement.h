/* settlement.h - the handle: what is known of one contract, and what is carried between statements.
 *
 * What it was told only grows: names, events, facts, owners, keys, lines, versions. What is carried
 * (`kept` of owners, `carried`, `limits`, `wakes`) is a cache: settlement_free() frees all of it.
 * It lies in bytes between processes, as the tables of settle_save.c say: a new member has its line
 * there, or is made again by settle_load.c.
 */
#ifndef UTFALL_SETTLEMENT_H
#define UTFALL_SETTLEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"
#include "held.h"
#include "rows.h"
#include "settle.h"
#include "wakes.h"

struct arena;
struct balance_row;
struct carried;
struct limits_carried;
struct open_line;
struct reading;
struct terms;
struct terms_party;

struct version {
	struct settle_version said;
	const struct terms *terms;
	struct reading *readings;	/* per expression id */
	const struct terms_party **party_of;	/* by name number of the sender; grown as needed */
	size_t party_count;
};

struct settlement {
	struct hash contract;
	char salt[23];
	struct arena *arena;
	struct names names;
	struct rows events, facts, owners, salts, keys, postings, disputes, lines, statements;
	struct rows paid;
	struct digest_index digests, key_hashes, owner_index;
	struct digest_index key_names;	/* settle_key.c: derived from the keys */
	struct ordinals common;		/* facts about sites and the contract */
	struct ordinals erased;		/* people who were erased, as their rows say */
	struct ordinals again;		/* units looked at when statement `again_for` was worked out */
	uint32_t again_for, runs;
	/* settle_wakes.c: derived from the owners */
	struct wakes wakes;		/* who wakes when */
	struct ordinals due;		/* who has woken and was not looked at since */
	struct ordinals news;		/* who was evaluated since the last statement, or earlier */
	struct ordinals looked;		/* who has news in the run in hand */
	struct ordinals sites;		/* owners that are sites, ascending */
	uint32_t seen_owners;		/* as many owners are in these lists */
	uint32_t kept_owners;		/* ... were read when what is kept was */
	uint32_t everybody_count;	/* people who read what all people do */
	uint32_t person_count;
	char **payload_chunks;
	size_t payload_chunk_count, payload_chunk_capacity;
	uint32_t payload_used;
	struct version *versions;
	size_t version_count, version_capacity;
	struct balance_row *balances;
	size_t balance_count, balance_capacity;
	uint64_t last_seq;
	struct { uint32_t event; int32_t on; uint64_t seq; } terminated;	/* event NONE: not */
	/* lines recorded that no settlement.issued has closed yet */
	struct open_line *open;
	size_t open_count, open_capacity;
	/* caches, from statement to statement */
	struct carried *carried;	/* statistics: settle_carried.c */
	struct limits_carried *limits;	/* what items take of limits: limit_carried.c */
	struct held_rows held;		/* what erased people's lines hold: held.c */
	struct holding *holding;	/* while that is read off; or NULL */
	struct hash computed_root;	/* lines_root of the last statement computed here */
	bool diverged;			/* the last recorded statement was not what was computed */
	uint64_t evaluated, claimed;
	uint64_t kept_bytes, kept_size;	/* size as of which it was read */
	int32_t kept_through;
};

struct settlement *settlement_empty(struct hash contract, const char *salt);	/* no owner yet */
/* Adds the version and nothing that follows from it. */
void version_put(struct settlement *s, const struct settle_version *v);
/* Behind the last event and the last version: the number that a further entry has at least. */
uint64_t settlement_next(const struct settlement *s);

#endif
