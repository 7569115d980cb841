/* scan.c - reading bytes whose form is fully determined, without a tree. */
#include "scan.h"

#include "date.h"
#include "limits_utfall.h"
#include "text.h"

#include <string.h>

bool
scan_text(struct scan *s, const char *literal, size_t length)
{
	if ((size_t)(s->end - s->at) < length || memcmp(s->at, literal, length) != 0)
		return false;
	s->at += length;
	return true;
}

bool
scan_hash(struct scan *s, struct hash *ret)
{
	if (s->end - s->at < 64 || !hash_parse(s->at, 64, ret))
		return false;
	s->at += 64;
	return true;
}

bool
scan_integer(struct scan *s, uint64_t *ret)
{
	const char *p = s->at;
	uint64_t value = 0;

	while (p < s->end && *p >= '0' && *p <= '9' && p - s->at < 16)
		value = value * 10 + (uint64_t)(*p++ - '0');
	if (p == s->at || (*s->at == '0' && p - s->at > 1) || value > LIMIT_INTEGER)
		return false;
	s->at = p;
	*ret = value;
	return true;
}

bool
scan_instant(struct scan *s, int64_t *ret)
{
	if (s->end - s->at < 20 || !instant_parse(s->at, 20, ret))
		return false;
	s->at += 20;
	return true;
}

bool
scan_string(struct scan *s, size_t max, const char **ret, size_t *ret_length)
{
	size_t room = (size_t)(s->end - s->at);
	const char *quote = memchr(s->at, '"', room < max + 1 ? room : max + 1);

	if (quote == NULL || memchr(s->at, '\\', (size_t)(quote - s->at)) != NULL)
		return false;
	*ret = s->at;
	*ret_length = (size_t)(quote - s->at);
	s->at = quote + 1;
	return true;
}

enum rc
scan_refuse(const struct scan *s, const char *expected, struct err *e)
{
	size_t left = (size_t)(s->end - s->at), n = 0;
	char found[48];

	while (n < left && n < sizeof(found) - 1) {
		found[n] = s->at[n] >= ' ' && s->at[n] <= '~' ? s->at[n] : '?';
		n++;
	}
	found[n] = '\0';
	return rc_fail(e, RC_REFUSED, "byte %zu: expected %s, found %s", (size_t)(s->at - s->start),
		       expected, n == 0 ? "the end" : found);
}
