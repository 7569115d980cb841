/* lines.h - lines of statements as text, made once: most of a page is what another page held.
 *
 * Layer 6. Bounded: a later line takes the place of an earlier one. Safe from several threads.
 */
#ifndef UTFALL_LINES_H
#define UTFALL_LINES_H

#include "rc.h"

struct buf;
struct lines;	/* opaque; belongs to whoever made it */

struct lines *lines_new(void);
void lines_free(struct lines *l);	/* NULL is allowed */
/* Where something was erased: the text of a line holds its basis. */
void lines_clear(struct lines *l);
/* Around a page's many lookups: nothing is put meanwhile. */
void lines_hold(struct lines *l);
void lines_release(struct lines *l);
/* Held: appends the text of the line of entry `seq` where it was put. */
bool lines_find(struct lines *l, uint64_t seq, struct buf *ret);
/* Not held by the caller; where another holds it, it is put another time. */
void lines_put(struct lines *l, uint64_t seq, const struct buf *text);

#endif
