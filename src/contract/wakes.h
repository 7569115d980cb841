/* wakes.h - whom a statement looks at: who has news, and who wakes because a day has come.
 *
 * Read settle_touched.c first. What settle_wakes.c keeps is derived from the owners' rows and is
 * made again from them.
 */
#ifndef UTFALL_WAKES_H
#define UTFALL_WAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ordinals;
struct owner;
struct run;
struct settlement;

struct wake {
	int32_t day;
	uint32_t owner;
};
struct wakes {			/* a heap: the earliest day first */
	struct wake *items;
	size_t count, capacity;
};

/* settle_wakes.c: who is looked at because a day has come */
void wakes_queue(struct settlement *s, uint32_t owner);	/* when one of its days has changed */
void wakes_until(struct settlement *s, int32_t day);	/* puts who woke until then to `due` */
void wakes_see(struct settlement *s);			/* takes in new owners */
uint32_t site_place(const struct settlement *s, uint32_t owner);	/* in `sites` */
void wakes_forget(struct settlement *s);		/* everything but the owners' rows */
void wakes_restore(struct settlement *s);		/* after owners were read back */
/* Limits are to be asked for it again on that day, or an earlier one that was said before. */
void owner_again(struct run *r, uint32_t owner, int32_t day);

/* settle_amended.c: what a further version leaves as it is */
/* Does it govern only who enrols from its first day on, and settle as the one before? */
bool amended_for_new(const struct run *r, size_t version);
/* Or only entitlements that come to be its own, of the same ones? */
bool amended_for_moved(const struct run *r, size_t version);
/* Do the lines of whom it governs nothing of stand but for what limits say? */
bool amended_lines_stand(const struct run *r, size_t version);
/* ... and has it the limits of the versions before, so that what is carried of them stands? */
bool amended_limits_stand(const struct run *r, size_t version);
/* Do people take places from each other, whichever version governs them? */
bool amended_places(const struct run *r);

/* settle_lean.c: no line reads a fact about a site or the contract behind its entitlement */
bool lines_are_lean(const struct run *r);

/* settle_touched.c: who is looked at because of news */
bool touched_is(const struct run *r, const struct owner *o);
void touched_begin(struct run *r);	/* before anything is read */
void touched_mark(struct run *r);	/* when everything kept is up to date */
/* Its lines are given: were the statement worked out once more they are to be given again. */
void touched_tell(struct run *r, uint32_t owner);
/* Of these owners EXPECTED from `from` on: what they are entitled to and what their lines hold is
 * looked at next. It lies anywhere, and is fetched together. */
void touched_expect(const struct settlement *s, const struct ordinals *owners, size_t from);
/* Who is asked for at limits: touched, or their keys have new lines, or limits ask them again. */
void touched_claims(struct run *r, struct ordinals *ret);
/* Puts them in order, each once, with the other pseudonyms of the same persons. */
void touched_persons(struct run *r, struct ordinals *ret);

#endif
