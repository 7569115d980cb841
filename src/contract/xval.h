/* xval.h - the value of an expression: unknown, or a number, a truth, a date or a word.
 *
 * A value is passed as it is and owns nothing: its word lives as long as the terms or names that
 * it is from.
 */
#ifndef UTFALL_XVAL_H
#define UTFALL_XVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "ratio.h"

enum xkind { X_UNKNOWN, X_NEVER /* a number that is never */, X_NUMBER, X_TRUTH, X_DATE, X_WORD };
struct xval {
	enum xkind kind;
	union {
		struct ratio number;
		bool truth;
		int32_t day;		/* or NEVER */
		const char *word;
	};
};

static inline struct xval x_unknown(void) { return (struct xval){ .kind = X_UNKNOWN }; }
static inline struct xval x_never(void) { return (struct xval){ .kind = X_NEVER }; }
static inline struct xval
x_truth(bool t)
{
	return (struct xval){ .kind = X_TRUTH, .truth = t };
}
static inline struct xval
x_day(int32_t day)
{
	return (struct xval){ .kind = X_DATE, .day = day };
}
static inline struct xval
x_number(struct ratio r)
{
	return (struct xval){ .kind = X_NUMBER, .number = r };
}
static inline struct xval
x_integer(int64_t i)
{
	return x_number(ratio_integer(i));
}
static inline struct xval
x_word(const char *w)
{
	return (struct xval){ .kind = X_WORD, .word = w };
}
static inline bool
x_is_true(struct xval v)
{
	return v.kind == X_TRUTH && v.truth;
}

bool x_ratio(struct xval v, struct ratio *ret);	/* number, or truth as 1 and 0 */

#endif
