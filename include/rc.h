/* rc.h - how a function says that it did not do what was asked, and why.
 *
 * Layer 0. A function that can fail returns enum rc and writes one line into
 * the caller's struct err. Outputs are untouched on failure. The line names
 * the thing, what was expected and what was found; lower case, no full stop.
 */
#ifndef UTFALL_RC_H
#define UTFALL_RC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum rc {		/* indexes rc_info[]: name, exit status */
	RC_OK = 0,
	RC_NO,		/* the question was understood and the answer is no */
	RC_USAGE,	/* the request makes no sense */
	RC_REFUSED,	/* the input breaks a rule we can name */
	RC_NOT_FOUND,	/* what was named does not exist */
	RC_RANGE,	/* the answer does not fit its type */
	RC_CONFLICT,	/* someone was first; read again */
	RC_INTEGRITY,	/* a hash, link or signature does not verify */
	RC_SYSTEM,	/* the machine refused: disk, memory, permission */
	RC_MAX
};

struct err {
	enum rc rc;
	char text[600];
};

/* Records the reason and returns `rc`, so that a failing path is one line. */
MUST_CHECK PRINTF_LIKE(3, 4)
enum rc rc_fail(struct err *e, enum rc rc, const char *fmt, ...);

/* Puts "WHERE: " in front of the reason that is already there; returns e->rc. */
MUST_CHECK PRINTF_LIKE(2, 3)
enum rc rc_where(struct err *e, const char *fmt, ...);

const char *rc_name(enum rc rc);
/* 0 done, 1 no, 2 usage, 3 refused, 4 conflict, 5 integrity, 6 system */
int rc_exit_status(enum rc rc);

#ifdef UTFALL_ANALYZE	/* `make lint`: tells analysers that a reason is never RC_OK */
#define rc_never_ok(call) __extension__ ({ \
	enum rc never_ok = (call); \
	if (never_ok == RC_OK) \
		__builtin_unreachable(); \
	never_ok; })
#define rc_fail(...) rc_never_ok((rc_fail)(__VA_ARGS__))
#define rc_where(...) rc_never_ok((rc_where)(__VA_ARGS__))
#endif

#endif
