/* explain.c - a line in plain sentences. */
#include "explain.h"

#include "settle_priv.h"

enum rc
explain_line(struct settlement *s, uint32_t number, uint32_t line, struct buf *ret, struct err *e)
{
	(void)s;
	(void)ret;
	return rc_fail(e, RC_NOT_FOUND, "statement %u has no line %u", number, line);
}

enum rc
explain_outlook(struct settlement *s, const char *participant, uint64_t size, struct date day,
		struct buf *ret, struct err *e)
{
	(void)s;
	(void)size;
	(void)day;
	(void)ret;
	return rc_fail(e, RC_NOT_FOUND, "participant %s is not known", participant);
}
