/* trace.h - sentences while a reading goes on; nothing happens where run->trace is NULL.
 *
 * Whoever reads tells what it has read: explain_trace.c makes the sentences. What the sources that
 * explain share is in explain_priv.h.
 */
#ifndef UTFALL_TRACE_H
#define UTFALL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ratio.h"
#include "terms.h"
#include "xval.h"

struct claim;
struct covers;
struct period;
struct run;
struct scope;
struct stat;

#define TRACE_NO_ORDER 2	/* they cannot be compared; else the first is below, equal, above */
void trace_compare(struct scope *sc, const struct terms_x *x, struct xval a, struct xval b,
		   int order);
void trace_word(struct scope *sc, const struct terms_x *x, const char *word, bool found);
void trace_look(struct scope *sc, const struct terms_x *x, const char **words, size_t word_count,
		struct ratio number, int32_t day, struct xval got);
void trace_over(struct scope *sc, const struct terms_x *x, const struct stat *st,
		struct xval got);
void trace_value(struct scope *sc, const struct terms_value *v, const struct period *p,
		 const struct covers *c, struct xval got);
void trace_times(struct scope *sc, const struct terms_outcome *o, struct xval got);
void trace_share(struct scope *sc, const struct terms_share *share,
		 const struct terms_tranche *t, const struct ratio *weights,
		 const int64_t *parts, int64_t amount);
bool trace_asks(const struct run *r, const struct claim *c);
void trace_limit(struct run *r, const struct terms_limit *l, const struct claim *c,
		 int64_t others);

#endif
