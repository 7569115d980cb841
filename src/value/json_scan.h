/* json_scan.h - strings, numbers and reasons of refusal; for json_read.c. */
#ifndef UTFALL_JSON_SCAN_H
#define UTFALL_JSON_SCAN_H

#include "rc.h"

/* The text is a copy of our own with a NUL behind `end`; strings change it in place. */
struct scan {
	char *start, *at, *end;
	bool canonical;
	const char *fault_at;	/* where refused */
	struct err *e;
};

static inline uint32_t
scan_offset(const struct scan *s)
{
	return (uint32_t)(s->at - s->start);
}

/* White space where it is allowed. */
static inline void
scan_space(struct scan *s)
{
	if (s->canonical)
		return;
	while (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t')
		s->at++;
}

/* At the opening quote; leaves `at` behind the closing one. */
MUST_CHECK bool json_scan_string(struct scan *s, const char **ret, uint32_t *ret_length);
MUST_CHECK bool json_scan_integer(struct scan *s, int64_t *ret);

/* Each keeps place and reason and returns false. */
MUST_CHECK PRINTF_LIKE(3, 4)
bool json_scan_refuse(struct scan *s, const char *at, const char *fmt, ...);
MUST_CHECK bool json_scan_refuse_found(struct scan *s, const char *expected);
MUST_CHECK bool json_scan_refuse_value(struct scan *s);
MUST_CHECK bool json_scan_refuse_key(struct scan *s, const char *at, const char *key,
				     size_t length);

#endif
