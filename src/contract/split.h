/* split.h - who bears and who receives: an amount split over parties, then tax and what is held
 * back.
 *
 * Read settle_split.c first. Amounts are whole minor units; parts always add up to what was split.
 * Lists lie in the arena of what they are of.
 */
#ifndef UTFALL_SPLIT_H
#define UTFALL_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct claim;
struct claims;
struct item;
struct key_row;
struct run;
struct scope;
struct settlement;
struct terms_payment;
struct terms_share;
struct terms_tranche;

struct part {
	uint32_t payer, payee;
	int64_t amount;
};
struct parts {
	struct part *items;
	size_t count;
	bool pending;		/* a weight is unknown, or nobody bears it */
};

/* Payers first, then each payer's part over the payees; what another owes as excess comes last. */
struct parts split_claim(struct scope *sc, const struct claim *c);
/* The parties that a line of zero names. */
struct part first_parties(struct scope *sc, const struct terms_payment *p);
struct span {
	int64_t low, high;
};
/* The amounts of which `posted` is what is not held back: rounding makes several of them one. */
struct span hold_span(const struct terms_payment *p, int64_t posted);
/* What lines of a key took of a limit's room, what is held back included; NONE: of any party. */
struct span room_of_lines(const struct run *r, const struct item *it, const struct key_row *k,
			  uint32_t payer, uint32_t payee);
/* What went through a share's tranches before each claim: sets through_from and through_to. */
void split_offsets(struct run *r, struct claims *claims);
/* The share that it goes through, over payers or payees. */
const struct terms_share *claim_share(const struct claim *c, bool payers);
/* Where the tranche ends, read in the scope of what goes through; false: not known. */
bool tranche_end(struct scope *sc, const struct terms_tranche *t, int64_t *ret);
/* May whoever has no news be left out of what goes through it? */
bool share_may_carry(const struct run *r, const struct terms_share *share);
/* May it go to other parties although it stays what it is, by what others have had of tranches? */
bool split_moves(const struct claim *c);

struct post {			/* an amount at one posting */
	uint32_t payer, payee, unit, tax;	/* tax NONE for none */
	uint32_t version;
	int32_t year;
	int64_t amount;
};
struct posts {
	struct arena *arena;
	struct post *items;
	size_t count, capacity;
};
void post_add(struct posts *p, struct post one);	/* to that posting's amount */
/* Minus first, then by payer, payee, unit, tax, version, year. */
int post_order(const struct settlement *s, const struct post *a, const struct post *b);
/* Tax and hold: what the parts post as of `through`. */
void posts_of_parts(struct scope *sc, const struct claim *c, const struct parts *parts,
		    struct posts *ret);

#endif
