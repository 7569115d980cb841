/* fuzz_policy.c - policies that strangers hand over; evaluation stays within what was read. */
#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "policy.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *arena = arena_new();
	uint64_t times[POLICY_NAMES_MAX] = { 0 };
	struct policy p;
	struct err e;

	if (policy_parse((const char *)bytes, size, arena, &p, &e) == RC_OK)
		for (size_t i = 0; i <= p.name_count && i < POLICY_NAMES_MAX; i++) {
			(void)policy_quorum_met(&p, times);
			times[i] = 1;
		}
	arena_free(arena);
	return 0;
}
