/* clock.c - the machine's clock, or the one that a simulation sets. */
#include "clock.h"

#include <time.h>

int64_t
clock_now(const struct clock *c)
{
	return c->fixed ? c->fixed_seconds : (int64_t)time(NULL);
}

uint64_t
clock_elapsed(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
