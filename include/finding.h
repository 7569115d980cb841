/* finding.h - a list of what is wrong with a document, each with its place.
 *
 * Layer 1. One file is read to its end and every error is listed; beyond
 * LIMIT_FINDINGS they are only counted.
 */
#ifndef UTFALL_FINDING_H
#define UTFALL_FINDING_H

#include "rc.h"

struct arena;
struct buf;

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct finding {
	enum severity severity;
	size_t line, column;		/* from 1; 0 where there is none */
	const char *pointer;		/* RFC 6901, "" for the whole, NULL where there is none */
	const char *text;		/* what was expected, what was found, what to do */
};

struct findings {
	struct arena *arena;		/* borrowed: texts live there */
	struct finding *items;		/* in arena */
	size_t count, capacity;		/* listed */
	size_t errors, warnings;	/* all, listed or not */
};

PRINTF_LIKE(6, 7)
void finding_add(struct findings *f, enum severity severity, size_t line, size_t column,
		 const char *pointer, const char *fmt, ...);

/* "FILE:LINE:COLUMN: error at /pointer: text", one a line. */
void findings_print(const struct findings *f, const char *file, struct buf *ret);

#endif
