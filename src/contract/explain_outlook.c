/* explain_outlook.c - what is missing for each of a person's next payments. */
#include "explain.h"

#include "settle_priv.h"

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
