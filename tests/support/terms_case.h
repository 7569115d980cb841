/* terms_case.h - a terms document with one thing changed, for tables of cases. */
#ifndef UTFALL_TEST_TERMS_CASE_H
#define UTFALL_TEST_TERMS_CASE_H

#include "finding.h"
#include "json.h"
#include "terms.h"

struct terms_case {
	struct arena *arena;
	struct findings findings;
	struct terms *terms;		/* NULL where refused */
	enum rc rc;
	struct err e;
};

/* Reads JSON text as people write it; ends the test where it is none. */
const struct json *case_json(struct arena *arena, const char *text);
const struct json *case_file(struct arena *arena, const char *path);
/* A copy of `base` with `patches` applied: ["/pointer", value, "/pointer", value…] replaces or
 * adds what the pointer names ("-": at a list's end); the value "DELETE" removes it. */
const struct json *case_patched(struct arena *arena, const struct json *base, const char *patches);

/* Reads `path` with `patches` (NULL: none) as terms. case_free() ends it. */
void case_terms(struct terms_case *c, const char *path, const char *patches);
void case_free(struct terms_case *c);
/* "POINTER: text" of every finding of this severity, one a line. */
const char *case_findings(struct terms_case *c, enum severity severity);

#endif
