/* limit.h - limits as the statement sees them: applied to claims, carried between statements.
 *
 * Read limit.c first: the order in which room is given. What the sources of limits share among
 * themselves is in limit_priv.h.
 */
#ifndef UTFALL_LIMIT_H
#define UTFALL_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settle.h"
#include "split.h"

struct claims;
struct item;
struct key_row;
struct ordinals;
struct run;
struct scope;
struct settlement;
struct terms_limit;

/* ---- limit_apply.c ---- */

/* Applies every limit of one stage (before or after the split) in the order of the list. `fn` is
 * told the room of each bucket; or NULL. */
void limits_apply(struct run *r, struct claims *claims, bool after_split, settle_room_fn *fn,
		  void *arg);

/* ---- limit.c ---- */

/* What another party owes of the key as its excess: no room held. */
struct span limit_moved(const struct run *r, const struct terms_limit *l, const struct item *it,
			const struct key_row *k);

/* ---- limit_subject.c: whom an entitlement is for ---- */

/* Reads the site and groups that limits ask for, in the item's scope, into the item. */
void limit_read_subject(struct scope *sc, struct item *it);
/* Do the limits of this version (index) ask for more than those of the versions before it? */
bool limits_ask_more(const struct run *r, size_t version);

/* ---- limit_carried.c: what is carried, statement by statement ---- */

/* May this run leave units without news out of the claims? */
bool limits_may_carry(struct run *r);
void limits_begin(struct run *r);	/* a full working out: nobody stands anywhere */
void limits_again(struct run *r);	/* another round, with more units */
void limits_done(struct run *r);	/* they hold the statement in hand */
/* Leaves its buckets; `stand`: whose first stand it is, an item's or an owner's gone keys'. */
void limits_leave(struct settlement *s, uint32_t *stand);
void limits_forget(struct settlement *s);
uint64_t limits_bytes(const struct settlement *s);	/* that they hold */

/* ---- limit_settled.c, limit_gave.c: who must be claimed ---- */

/* After all limits: who else must be claimed, as what was claimed takes room from them or leaves
 * them some, is put to `ret`; where there are some, and `claimed` is who was, with whoever of those
 * was given what it should not have been. False where all must be claimed. */
bool limits_settled(struct run *r, const struct ordinals *claimed, struct ordinals *ret);
/* May a further round leave out who was claimed and was given what it should have been? */
bool limits_by_parts(const struct run *r);
/* Do the key's lines hold what limits gave the item? Then it need not be claimed. */
bool limits_gave(const struct run *r, const struct item *it, const struct key_row *k);
/* It only comes to hold that: its stands are brought to it. */
void limits_hold(struct run *r, struct item *it, const struct key_row *k);

#endif
