/* verify_pool.h - checks that need no order, run on all cores while the caller goes on.
 *
 * Layer 2. Hashes and signatures of a batch are independent of each other; what
 * follows from them is not. A replay starts the checks of one batch, evaluates
 * the batch before it, reads the next, and waits. One batch at a time.
 */
#ifndef UTFALL_VERIFY_POOL_H
#define UTFALL_VERIFY_POOL_H

#include "rc.h"

struct verify_pool;	/* opaque; belongs to whoever made it; used from one thread */

/* `threads` beside the caller's own; 0 is allowed: all is done in verify_pool_wait(). */
struct verify_pool *verify_pool_new(unsigned threads);
void verify_pool_free(struct verify_pool *p);	/* NULL is allowed; waits */
unsigned verify_pool_cores(void);		/* of this machine, at least 1 */

/* Runs `check` for every item below `count`, in any order, on any thread. It writes only what
 * belongs to its item. */
typedef void verify_fn(void *arg, size_t item);
void verify_pool_start(struct verify_pool *p, verify_fn *check, void *arg, size_t count);
/* Helps, then returns when every item is done. */
void verify_pool_wait(struct verify_pool *p);

#endif
