/* replay_bodies.h - events by their digest, read from a file of lines. */
#ifndef UTFALL_REPLAY_BODIES_H
#define UTFALL_REPLAY_BODIES_H

#include "replay_priv.h"

struct replay_bodies;	/* opaque; belongs to whoever opened it */

/* `path`: a file of events, one a line, in any order; or a folder that holds events.jsonl. */
MUST_CHECK enum rc replay_bodies_open(const char *path, struct replay_bodies **ret,
				      struct err *e);
void replay_bodies_free(struct replay_bodies *b);	/* NULL is allowed */
/* The event's bytes to `ret`, EVENT_THERE; or EVENT_ERASED or EVENT_WITHHELD. */
MUST_CHECK enum rc replay_bodies_find(const struct replay_bodies *b, struct hash digest,
				      struct buf *ret, enum presence *ret_presence,
				      struct err *e);

#endif
