/* scan.h - a cursor over bytes whose form is fully determined. */
#ifndef UTFALL_SCAN_H
#define UTFALL_SCAN_H

#include "hash.h"
#include "rc.h"

struct scan {
	const char *start, *at, *end;
};

MUST_CHECK bool scan_text(struct scan *s, const char *literal, size_t length);
#define SCAN_TEXT(s, literal) scan_text(s, literal, sizeof(literal) - 1)
MUST_CHECK bool scan_hash(struct scan *s, struct hash *ret);
/* Decimal, no leading zero, at most 2^53 - 1. */
MUST_CHECK bool scan_integer(struct scan *s, uint64_t *ret);
MUST_CHECK bool scan_instant(struct scan *s, int64_t *ret);
/* Up to the next quotation mark, which is taken too; no escapes. */
MUST_CHECK bool scan_string(struct scan *s, size_t max, const char **ret, size_t *ret_length);
/* RC_REFUSED: "byte N: expected EXPECTED, found ...". */
MUST_CHECK enum rc scan_refuse(const struct scan *s, const char *expected, struct err *e);

#endif
