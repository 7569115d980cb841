/* clock.c - the machine's clock, or the one that a simulation sets. */
#include "clock.h"

#include <time.h>

int64_t
clock_now(const struct clock *c)
{
	return c->fixed ? c->fixed_seconds : (int64_t)time(NULL);
}
