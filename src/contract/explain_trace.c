/* explain_trace.c - sentences while a reading goes on. */
#include "settle_priv.h"

void
trace_compare(struct scope *sc, const struct terms_x *x, struct xval a, struct xval b)
{
	(void)sc; (void)x; (void)a; (void)b;
}

void
trace_word(struct scope *sc, const struct terms_x *x, const char *word, bool found)
{
	(void)sc; (void)x; (void)word; (void)found;
}

void
trace_value(struct scope *sc, const struct terms_value *v, const struct period *p,
	    const struct covers *c, struct xval got)
{
	(void)sc; (void)v; (void)p; (void)c; (void)got;
}

void
trace_look(struct scope *sc, const struct terms_x *x, const char **words, size_t word_count,
	   struct ratio number, int32_t day, struct xval got)
{
	(void)sc; (void)x; (void)words; (void)word_count; (void)number; (void)day; (void)got;
}

void
trace_over(struct scope *sc, const struct terms_x *x, const struct stat *st, struct xval got)
{
	(void)sc; (void)x; (void)st; (void)got;
}

void
trace_limit(struct run *r, const struct terms_limit *l, const struct claim *c, int64_t before,
	    int64_t after)
{
	(void)r; (void)l; (void)c; (void)before; (void)after;
}

void
trace_share(struct scope *sc, const struct terms_share *share, const struct terms_tranche *t,
	    const struct ratio *weights, const int64_t *parts, int64_t amount)
{
	(void)sc; (void)share; (void)t; (void)weights; (void)parts; (void)amount;
}
