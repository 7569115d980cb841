/* clock.h - the one clock of a process, handed in by main; a simulated ledger sets it.
 *
 * Layer 0. Rules never read it: instants reach them as evidence inside entries.
 */
#ifndef UTFALL_CLOCK_H
#define UTFALL_CLOCK_H

#include "rc.h"

struct clock {
	bool fixed;
	int64_t fixed_seconds;	/* UTC seconds since 1970, where fixed */
};

int64_t clock_now(const struct clock *c);	/* UTC seconds since 1970 */
uint64_t clock_elapsed(void);	/* microseconds since some moment: for durations only */

#endif
