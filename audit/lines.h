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
/* Appends the text of the line of entry `seq` where it was put. */
bool lines_find(struct lines *l, uint64_t seq, struct buf *ret);
void lines_put(struct lines *l, uint64_t seq, const struct buf *text);

#endif
