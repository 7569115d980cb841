/* random.c - splitmix64; UTFALL_SEED=n begins elsewhere, UTFALL_SEED=clock each time anew. */
#include "random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t state;

void
random_start(const char *test)
{
	const char *seed = getenv("UTFALL_SEED");

	if (seed == NULL)
		state = 1;
	else
		state = strcmp(seed, "clock") == 0 ? (uint64_t)time(NULL) : strtoull(seed, NULL, 10);
	printf("# %s: UTFALL_SEED=%" PRIu64 "\n", test, state);
}

void
random_seed(uint64_t seed)
{
	state = seed;
}

uint64_t
random_bits(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t
random_below(uint64_t limit)
{
	return random_bits() % limit;
}

uint64_t
random_rounds(uint64_t all)
{
	const char *variant = getenv("UTFALL_VARIANT");

	return variant != NULL && strcmp(variant, "asan") == 0 ? (all + 3) / 4 : all;
}
