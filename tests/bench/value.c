/* value.c - how long reading, writing and hashing one event takes: once per event of a ledger. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "hash.h"
#include "json.h"
#include "measure.h"

#define ROUNDS 500000

static const char event[] =
	"{\"body\":{\"amount\":2750000,"
	"\"contract\":\"9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d\","
	"\"currency\":\"SEK\",\"employer\":\"mzxw6ytbojtg633cmfzgmb3pna\",\"month\":\"2024-03\","
	"\"participant\":\"mzxw6ytbojtg633cmfzgmb3pni\",\"ref\":\"2024-03-000123\"},"
	"\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"type\":\"earnings.reported\"}";

/* Keeps the compiler from leaving out what nobody looks at. */
static volatile uint8_t sink;

static void
report(const char *what, uint64_t start)
{
	uint64_t each = (nanoseconds() - start) / ROUNDS, bytes = sizeof(event) - 1;

	printf("bench: %s-ns %" PRIu64 "\n", what, each);
	printf("bench: %s-MB/s %" PRIu64 "\n", what, bytes * 1000 / (each > 0 ? each : 1));
}

static int
read_many(const char *what, enum json_manner manner, struct arena *arena, const struct json **ret)
{
	uint64_t start = nanoseconds();
	struct err e;

	for (int i = 0; i < ROUNDS; i++) {
		arena_reset(arena);
		if (json_read(event, sizeof(event) - 1, manner, arena, ret, NULL, &e) != RC_OK)
			return 1;
	}
	report(what, start);
	return 0;
}

static const char *const meanings[] = {
	"value: one event of 300 bytes, on one core. NAME-ns: nanoseconds each; NAME-MB/s: of",
	"its bytes. hash-leaf is what the others are measured against: a ledger hashes every",
	"event in any case.",
};

int
main(void)
{
	struct arena *arena = arena_new();
	const struct json *v = NULL;
	struct buf out = { 0 };
	uint64_t start;

	ABOUT(meanings);
	if (read_many("json-read-relaxed", JSON_RELAXED, arena, &v) != 0 ||
	    read_many("json-read-canonical", JSON_CANONICAL, arena, &v) != 0)
		return 1;
	start = nanoseconds();
	for (int i = 0; i < ROUNDS; i++) {
		buf_clear(&out);
		json_write(v, &out);
	}
	report("json-write", start);
	start = nanoseconds();
	for (int i = 0; i < ROUNDS; i++)
		sink = hash_leaf(event, sizeof(event) - 1).bytes[0];
	report("hash-leaf", start);
	buf_free(&out);
	arena_free(arena);
	return 0;
}
