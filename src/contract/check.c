/* check.c - what lawyers miss: one row a rule. Errors stop, warnings explain.
 *
 * To add a rule: a row here, a function, and in tests/unit/test_check.c a case that has the flaw
 * and one that has not. */
#include "check_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"

static void (*const rules[])(struct check *) = {
	check_parties,	/* nobody signs, attests or decides */
	check_proofs,	/* a proof that nobody may give */
	check_bands,	/* holes and overlaps between bands */
	check_spans,	/* a test of a span without lower bound */
	check_reach,	/* marks that can never be reached, windows longer than the contract */
	check_dates,	/* last days in the wrong order */
	check_group_days,	/* groups whose members are not known yet */
	check_known,	/* tests of a date that may never come, which always hold */
	check_prices,	/* a person's price that hangs on a group; prices of nothing */
	check_units,	/* amounts of different units together */
	check_shares,	/* weights that cannot be split by */
	check_caps,	/* caps that never or always bite */
	check_crossing,	/* limits where a looser one pays less */
	check_show,	/* zero lines for what an outcome does not ask */
	check_unused,	/* clauses that nothing uses */
	check_titles,	/* two that print cannot tell apart */
	check_bounds,	/* numbers beyond 128 bits */
};

void
terms_check(const struct terms *t, struct findings *f)
{
	struct check c = { .t = t, .f = f };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		rules[i](&c);
}

void
check_error(struct check *c, const char *pointer, const char *fmt, ...)
{
	char text[600];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	finding_add(c->f, SEVERITY_ERROR, 0, 0, pointer, "%s", text);
}

void
check_warn(struct check *c, const char *pointer, const char *fmt, ...)
{
	char text[600];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	finding_add(c->f, SEVERITY_WARNING, 0, 0, pointer, "%s", text);
}

const char *
number_text(struct check *c, struct ratio r)
{
	char text[RATIO_TEXT];

	ratio_format(r, text);
	return arena_string(c->f->arena, text, strlen(text));
}

const char *
day_text(struct check *c, struct date d)
{
	char text[DATE_TEXT];

	date_format(d, text);
	return arena_string(c->f->arena, text, strlen(text));
}
