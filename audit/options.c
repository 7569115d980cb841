/* options.c - options that several commands read alike. */
#include "commands.h"

#include <string.h>

#include "text.h"

enum rc
number_option(struct call *call, const char *name, int64_t low, int64_t high, int64_t otherwise,
	      int64_t *ret, struct err *e)
{
	const char *text = call_option(call, name);

	*ret = otherwise;
	if (text == NULL)
		return RC_OK;
	if (!integer_parse(text, strlen(text), ret) || *ret < low || *ret > high)
		return rc_fail(e, RC_USAGE, "--%s %s: expected a number from %lld to %lld", name, text,
			       (long long)low, (long long)high);
	return RC_OK;
}
