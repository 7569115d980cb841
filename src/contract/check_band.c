/* check_band.c - bands that leave a number out or hold it twice; spans tested from above only. */
#include "check_priv.h"

#include <stdlib.h>

#include "arena.h"

/* ---- tables with a domain ---- */

static void
check_table(struct check *c, const struct terms_table *t)
{
	const struct terms_row *last = NULL;

	if (!t->has_domain || t->kind == TABLE_EXACT || t->word_count > 0)
		return;
	if (ratio_compare(t->rows[0].from, t->low) > 0)
		check_error(c, t->pointer, "there is no row for numbers from %s up to %s, and the "
			    "domain begins at %s; add a row from %s",
			    number_text(c, t->low), number_text(c, t->rows[0].from),
			    number_text(c, t->low), number_text(c, t->low));
	last = &t->rows[t->row_count - 1];
	if (t->kind == TABLE_LINEAR && ratio_compare(last->from, t->high) < 0)
		check_error(c, t->pointer, "the line ends at %s and the domain at %s; add a row at "
			    "%s", number_text(c, last->from), number_text(c, t->high),
			    number_text(c, t->high));
	if (ratio_compare(last->from, t->high) > 0)
		check_warn(c, t->pointer, "the row from %s lies beyond the domain's end %s and never "
			   "answers; leave it out or widen the domain", number_text(c, last->from),
			   number_text(c, t->high));
}

/* ---- tests of one thing against one number ---- */

struct test {
	const struct terms_x *x, *what;
	enum terms_op op;
	struct ratio number;
};

struct tests {
	struct check *c;
	struct test *items;
	size_t count, capacity;
};

static enum terms_op
turned(enum terms_op op)
{
	return op == OP_LT ? OP_GT : op == OP_LE ? OP_GE : op == OP_GT ? OP_LT :
	       op == OP_GE ? OP_LE : op;
}

static void
gather(void *arg, const struct terms_x *x)
{
	struct tests *all = arg;
	struct test one = { .x = x, .op = x->op };

	if (x->op != OP_LT && x->op != OP_LE && x->op != OP_GE && x->op != OP_GT &&
	    x->op != OP_EQ)
		return;
	if (x_constant(all->c->t, x->args[1], &one.number)) {
		one.what = x->args[0];
	} else if (x_constant(all->c->t, x->args[0], &one.number)) {
		one.what = x->args[1];
		one.op = turned(x->op);
	} else {
		return;
	}
	all->items = mem_room(all->items, all->count, &all->capacity, sizeof(*all->items));
	all->items[all->count++] = one;
}

static bool
is_tested(const struct tests *all, const struct test *like, enum terms_op op)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].op == op && x_same(all->items[i].what, like->what) &&
		    ratio_compare(all->items[i].number, like->number) == 0)
			return true;
	return false;
}

/* "under 16" beside "over 16" leaves out exactly 16; "up to 16" beside "from 16" holds it twice. */
void
check_bands(struct check *c)
{
	struct tests all = { .c = c };

	for (size_t i = 0; i < c->t->table_count; i++)
		if (c->t->tables[i].measured == NULL)
			check_table(c, &c->t->tables[i]);
	terms_each_x(c->t, gather, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct test *one = &all.items[i];

		if (one->op == OP_LT && is_tested(&all, one, OP_GT) &&
		    !is_tested(&all, one, OP_GE) && !is_tested(&all, one, OP_LE) &&
		    !is_tested(&all, one, OP_EQ))
			check_warn(c, one->x->pointer, "one test is below %s, another above it, "
				   "and exactly %s falls through both; say 'le' or 'ge' in one",
				   number_text(c, one->number), number_text(c, one->number));
		if (one->op == OP_LE && is_tested(&all, one, OP_GE))
			check_warn(c, one->x->pointer, "one test is up to %s, another from it on, "
				   "and exactly %s passes both; say 'lt' or 'gt' in one",
				   number_text(c, one->number), number_text(c, one->number));
	}
	free(all.items);
}

/* A span is negative where its second date lies before the first: "at most 30" takes it too. */
void
check_spans(struct check *c)
{
	struct tests all = { .c = c };

	terms_each_x(c->t, gather, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct test *one = &all.items[i];
		bool bounded = false;

		if ((one->op != OP_LT && one->op != OP_LE) || one->what->op != OP_SPAN)
			continue;
		for (size_t k = 0; k < all.count; k++)
			if ((all.items[k].op == OP_GE || all.items[k].op == OP_GT) &&
			    x_same(all.items[k].what, one->what))
				bounded = true;
		if (!bounded)
			check_warn(c, one->x->pointer, "a span is negative where the second date "
				   "comes first, and that passes this test too; add "
				   "{\"ge\": [the span, 0]}");
	}
	free(all.items);
}
