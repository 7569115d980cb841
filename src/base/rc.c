/* rc.c - reasons of failure and the statuses that programs answer with.
 *
 * Read next: arena.c and buf.c (memory), file.c (whole files), clock.c.
 */
#include "rc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int exit_status;
} rc_info[RC_MAX] = {
	[RC_OK]        = { "ok",        0 },
	[RC_NO]        = { "no",        1 },
	[RC_USAGE]     = { "usage",     2 },
	[RC_REFUSED]   = { "refused",   3 },
	[RC_NOT_FOUND] = { "not found", 3 },
	[RC_RANGE]     = { "range",     3 },
	[RC_CONFLICT]  = { "conflict",  4 },
	[RC_INTEGRITY] = { "integrity", 5 },
	[RC_SYSTEM]    = { "system",    6 },
};

/* A text that was cut ends in "...", and never in half a UTF-8 character. */
static void
mark_cut(char *text, size_t capacity)
{
	size_t end = capacity - 4;

	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", 4);
}

enum rc
rc_fail(struct err *e, enum rc rc, const char *fmt, ...)
{
	char text[sizeof(e->text)];	/* an argument may be e->text itself */
	va_list args;
	int n;

	assert(rc > RC_OK && rc < RC_MAX);
	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (n >= (int)sizeof(text))
		mark_cut(text, sizeof(text));
	e->rc = rc;
	memcpy(e->text, text, strlen(text) + 1);
	return rc;
}

enum rc
rc_where(struct err *e, const char *fmt, ...)
{
	char reason[sizeof(e->text)];
	va_list args;
	size_t room = sizeof(e->text);
	int n;

	memcpy(reason, e->text, sizeof(reason));
	va_start(args, fmt);
	n = vsnprintf(e->text, room, fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n < room)
		n += snprintf(e->text + n, room - (size_t)n, ": %s", reason);
	if (n >= (int)room)
		mark_cut(e->text, room);
	return e->rc;
}

const char *
rc_name(enum rc rc)
{
	assert(rc < RC_MAX);
	return rc_info[rc].name;
}

int
rc_exit_status(enum rc rc)
{
	assert(rc < RC_MAX);
	return rc_info[rc].exit_status;
}
