/* see.h - which events a party may see: one rule for the API and for bundles that are cut.
 *
 * Layer 5. What a party sent itself, and what no party keeps from another (ledger.*, party.*,
 * key.*), everybody sees.
 */
#ifndef UTFALL_SEE_H
#define UTFALL_SEE_H

#include <stdbool.h>
#include <stdint.h>

#include "terms.h"

struct contract;
struct state;
struct view;

/* How somebody stands to one thing; a later one holds all before it. */
enum relation { REL_ANY, REL_PARTY, REL_OWN };

struct seer {
	const struct view *view;
	struct state *state;	/* at the view's size or beyond */
	const char *party;
	uint16_t name;		/* of the party in the view; 0: unknown there */
	enum terms_role role;	/* that is asked for; ROLE_MAX: none under any contract */
};

enum relation see_contract(const struct seer *x, const struct contract *k);
enum relation see_whole(const struct seer *x, const struct contract *k);
/* Is the site one of those that the terms give the party? Those of a party without any: all. */
bool see_site(const struct contract *k, const char *party, const char *site);
/* Entry `seq`, in that role. */
bool see_event(const struct seer *x, uint64_t seq);
/* In any role of a contract: funder, provider, verifier. */
bool see_any(const struct seer *x, uint64_t seq);
/* An erased event may be told of as such to who may see the data.erased that names it: that
 * one's entry. Any other event: its own. */
uint64_t see_erased_by(const struct view *v, uint64_t seq);

#endif
