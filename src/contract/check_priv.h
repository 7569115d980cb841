/* check_priv.h - what the sources of the checker share. One row a rule, in check.c. */
#ifndef UTFALL_CHECK_PRIV_H
#define UTFALL_CHECK_PRIV_H

#include "finding.h"
#include "terms.h"

struct check {
	const struct terms *t;
	struct findings *f;
};

PRINTF_LIKE(3, 4)
void check_error(struct check *c, const char *pointer, const char *fmt, ...);
PRINTF_LIKE(3, 4)
void check_warn(struct check *c, const char *pointer, const char *fmt, ...);

/* Calls `fn` for `x` and everything inside it; names are not followed. */
typedef void x_fn(void *arg, const struct terms_x *x);
void x_each(const struct terms_x *x, x_fn *fn, void *arg);
/* The same for every expression of the terms. */
void terms_each_x(const struct terms *t, x_fn *fn, void *arg);
/* Is there such an operator inside, the values and dates that it names included? */
bool x_reaches(const struct terms_x *x, enum terms_op op);
bool x_same(const struct terms_x *a, const struct terms_x *b);
/* A number or date that the text alone gives: literals, arithmetic and shifts of them. */
bool x_constant(const struct terms *t, const struct terms_x *x, struct ratio *ret);
bool x_constant_day(const struct terms *t, const struct terms_x *x, struct date *ret);
const char *number_text(struct check *c, struct ratio r);
const char *day_text(struct check *c, struct date d);
bool day_plus(struct date from, enum terms_unit_of_time unit, int64_t n, struct date *ret);

void check_bands(struct check *c);		/* check_band.c */
void check_spans(struct check *c);
void check_reach(struct check *c);		/* check_time.c */
void check_dates(struct check *c);
void check_group_days(struct check *c);
void check_known(struct check *c);
void check_caps(struct check *c);		/* check_limit.c */
void check_crossing(struct check *c);
void check_shares(struct check *c);
void check_units(struct check *c);
void check_prices(struct check *c);
void check_parties(struct check *c);		/* check_who.c */
void check_proofs(struct check *c);
void check_unused(struct check *c);
void check_titles(struct check *c);		/* check_name.c */
void check_show(struct check *c);
void check_bounds(struct check *c);		/* check_bound.c */

#endif
