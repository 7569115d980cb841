/* measure.h - how benches read the clock and end where something fails. */
#ifndef UTFALL_BENCH_MEASURE_H
#define UTFALL_BENCH_MEASURE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rc.h"

static inline uint64_t
clock_of(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static inline uint64_t
nanoseconds(void)
{
	return clock_of(CLOCK_MONOTONIC);
}

/* Of the processor, by this process. */
static inline uint64_t
cpu(void)
{
	return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* What the figures mean, one line each, in front of them: unit, and what a ratio compares. */
static inline void
about(const char *const lines[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("# %s\n", lines[i]);
	(void)fflush(stdout);
}
#define ABOUT(lines) about(lines, sizeof(lines) / sizeof((lines)[0]))

/* How many: what the environment says, or as many as usual. */
static inline uint64_t
asked(const char *variable, uint64_t usual)
{
	const char *text = getenv(variable);

	return text == NULL ? usual : strtoull(text, NULL, 10);
}

/* Arguments are names of rows; none: all. */
static inline bool
is_asked_for(const char *name, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return count == 0;
}

static inline void
must(enum rc rc, const struct err *e)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "bench: %s\n", e->text);
	exit(1);
}

#endif
