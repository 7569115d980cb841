/* expression_look.c - tables: rows of the terms, or series that were measured and recorded. */
#include "expression.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event_type.h"
#include "fact.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "trace.h"
#include "xval.h"

struct point {			/* a row that fits the words */
	struct ratio at;
	struct ratio number;
	struct xval then;
	const struct chain *chain;
	const struct fact *fact;
	int32_t to;		/* measured: last day; NEVER: open */
};

static bool
words_fit(const struct terms_table *t, const struct terms_row *row, const char **words)
{
	for (size_t i = 0; i < t->word_count; i++)
		if (strcmp(row->is[i], words[i]) != 0)
			return false;
	return true;
}

static struct xval
missing(struct scope *sc, const struct terms_table *t, const struct point *before)
{
	switch (t->missing) {
	case MISSING_UNKNOWN:
		break;
	case MISSING_PREVIOUS:
		if (before == NULL)
			break;
		basis_add_chain(sc->run, before->chain, before->fact);
		return before->then;
	case MISSING_ERROR:
		run_fail(sc->run, RC_REFUSED, "terms %s: no row for what is looked up, and the "
			 "terms say that this is an error", t->pointer);
		break;
	case MISSING_VALUE:
		return x_eval(sc, t->otherwise);
	}
	return x_unknown();
}

/* Between two points of a line, ends included. */
static struct xval
between(struct scope *sc, const struct terms_table *t, const struct point *a,
	const struct point *b, struct ratio at)
{
	struct ratio p, q, width, rise, x, y;

	if (!x_ratio(a->then, &p) || !x_ratio(b->then, &q))
		return x_unknown();
	if (ratio_sub(b->at, a->at, &width) && ratio_sub(at, a->at, &x) &&
	    ratio_sub(q, p, &rise) && ratio_mul(rise, x, &y) && ratio_div(y, width, &y) &&
	    ratio_add(p, y, &y))
		return x_number(y);
	run_fail(sc->run, RC_RANGE, "terms %s: a value between two rows does not fit 128 bits",
		 t->pointer);
	return x_unknown();
}

/* `points` ascend by `at`. */
static struct xval
pick(struct scope *sc, const struct terms_table *t, const struct point *points, size_t count,
     struct ratio at)
{
	const struct point *below, *above;
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ratio_compare(points[middle].at, at) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return missing(sc, t, NULL);
	below = &points[low - 1];
	above = low < count ? &points[low] : NULL;
	basis_add_chain(sc->run, below->chain, below->fact);
	switch (t->kind) {
	case TABLE_EXACT:
		if (t->measured != NULL ? below->to == NEVER ||
			    ratio_compare(at, ratio_integer(below->to)) <= 0
					: ratio_compare(below->at, at) == 0)
			return below->then;
		return missing(sc, t, below);
	case TABLE_STEPS:
		return below->then;
	case TABLE_LINEAR:
		if (ratio_compare(below->at, at) == 0)
			return below->then;
		return above == NULL ? missing(sc, t, below) : between(sc, t, below, above, at);
	}
	return x_unknown();
}

/* ---- measured ---- */

static int
point_order(const void *a, const void *b)
{
	const struct point *x = a, *y = b;
	int c = ratio_compare(x->at, y->at);

	if (c != 0)
		return c;
	return (x->chain->root_index > y->chain->root_index) -
	       (x->chain->root_index < y->chain->root_index);
}

/* `revised: first` reads the chain's root, `latest` its head. */
static const struct fact *
measured_fact(struct scope *sc, const struct terms_table *t, const struct chain *c)
{
	const struct fact *f = t->latest ? chain_head(c) : c->root;
	const struct terms_party *party;
	struct xval name, method;

	if (f == NULL || chain_head(c) == NULL)
		return NULL;
	name = fact_field(sc->run->s, f, "name");
	if (name.kind != X_WORD || strcmp(name.word, t->measured) != 0)
		return NULL;
	method = fact_field(sc->run->s, f, "method");
	if (t->method == NULL ? method.kind == X_WORD
			      : method.kind != X_WORD || strcmp(method.word, t->method) != 0)
		return NULL;
	party = sender_party(sc, f);
	return party != NULL && terms_who_has(&t->by, party) ? f : NULL;
}

static bool
is_about(struct scope *sc, const struct terms_table *t, const struct fact *f)
{
	struct xval group = fact_field(sc->run->s, f, "group");

	if (t->about == ABOUT_GROUP)
		return group.kind == X_WORD && t->group != NULL &&
		       strcmp(group.word, t->group->name) == 0;
	return group.kind != X_WORD;
}

/* The unit that the measurements are about; NULL where there is none. */
static struct unit *
measured_unit(struct scope *sc, const struct terms_table *t, const char **words)
{
	struct terms_x name = { .op = OP_REF, .ref = REF_SITE_NAME, .pointer = t->pointer };
	struct xval site;
	const char *word = words == NULL ? "" : words[0];

	switch (t->about) {
	case ABOUT_PERSON:
		return sc->unit->kind == OWNER_PERSON ? sc->unit : NULL;
	case ABOUT_SITE:
		if (word[0] == '\0' && sc->unit->kind == OWNER_SITE)
			return sc->unit;
		if (word[0] == '\0') {
			site = x_reference(sc, &name);
			if (site.kind != X_WORD)
				return NULL;
			word = site.word;
		}
		return run_site(sc->run, site_find(sc->run->s,
						   name_number(&sc->run->s->names, word,
							       strlen(word))));
	case ABOUT_GROUP:
	case ABOUT_CONTRACT:
		return run_contract(sc->run);
	}
	return NULL;
}

struct series {			/* what was measured of a unit, for one table */
	const struct terms_table *table;
	struct point *points;
	size_t count;
	struct series *next;
};

static void
read_series(struct scope *sc, const struct terms_table *t, const struct unit *u,
	    struct series *ret)
{
	const struct chain *first = u->like[EVENT_MEASUREMENT_RECORDED];
	struct point *points;
	size_t n = 0, kept = 0;

	for (const struct chain *c = first; c != NULL; c = c->next_like)
		n++;
	ret->points = points = arena_array(u->arena, n + 1, sizeof(*points));
	n = 0;
	for (const struct chain *c = first; c != NULL; c = c->next_like) {
		const struct fact *f = measured_fact(sc, t, c);

		if (f == NULL || !is_about(sc, t, f))
			continue;
		points[n] = (struct point){ .at = ratio_integer(f->from), .chain = c, .fact = f,
					    .then = fact_field(sc->run->s, f, "value"),
					    .to = f->to };
		n++;
	}
	if (n > 1)
		qsort(points, n, sizeof(*points), point_order);
	for (size_t i = 0; i < n; i++) {	/* one for a day: the first or the last recorded */
		if (kept > 0 && ratio_compare(points[kept - 1].at, points[i].at) == 0) {
			if (t->latest)
				points[kept - 1] = points[i];
			continue;
		}
		points[kept++] = points[i];
	}
	ret->count = kept;
}

static struct xval
measured_value(struct scope *sc, const struct terms_table *t, const char **words, int32_t day)
{
	struct unit *u = measured_unit(sc, t, words);
	struct series *known = u == NULL ? NULL : u->series;

	if (u == NULL)
		return x_unknown();
	while (known != NULL && known->table != t)
		known = known->next;
	if (known == NULL) {
		known = arena_alloc(u->arena, sizeof(*known));
		known->table = t;
		read_series(sc, t, u, known);
		known->next = u->series;
		u->series = known;
	}
	return pick(sc, t, known->points, known->count, ratio_integer(day));
}

/* ---- rows ---- */

static struct xval
rows_value(struct scope *sc, const struct terms_table *t, const char **words, struct ratio at)
{
	struct point points[2];		/* the row below and the one above */
	size_t n = 0;

	if (t->has_domain && (ratio_compare(at, t->low) < 0 || ratio_compare(at, t->high) > 0))
		return missing(sc, t, NULL);
	for (size_t i = 0; i < t->row_count && t->argument == ARGUMENT_NONE; i++)
		if (words_fit(t, &t->rows[i], words))
			return x_eval(sc, t->rows[i].then);
	if (t->argument == ARGUMENT_NONE)
		return missing(sc, t, NULL);
	for (size_t i = 0; i < t->row_count; i++) {
		const struct terms_row *row = &t->rows[i];
		struct point p = { .at = t->argument == ARGUMENT_NUMBER
						 ? row->from : ratio_integer(row->from_day.days),
				   .to = NEVER };

		if (!words_fit(t, row, words))
			continue;
		p.then = x_eval(sc, row->then);
		if (ratio_compare(p.at, at) > 0) {
			points[n++] = p;
			break;
		}
		points[0] = p;
		n = 1;
	}
	return pick(sc, t, points, n, at);
}

struct xval
table_value(struct scope *sc, const struct terms_table *t, const char **words,
	    const struct ratio *number, int32_t day)
{
	if (t->measured != NULL)
		return measured_value(sc, t, words, day);
	return rows_value(sc, t, words, number != NULL ? *number : ratio_integer(day));
}

struct xval
x_look(struct scope *sc, const struct terms_x *x)
{
	const struct terms_table *t = x->look.table;
	const char *words[8] = { "", "", "", "", "", "", "", "" };
	size_t word_count = t->measured != NULL ? x->count : t->word_count;	/* a site's name */
	struct ratio number = ratio_integer(0);
	int32_t day = sc->day;
	struct xval v;

	for (size_t i = 0; i < x->count && i < LENGTH(words); i++) {
		v = x_eval(sc, x->args[i]);
		if (i < word_count) {
			if (v.kind != X_WORD)
				return x_unknown();
			words[i] = v.word;
		} else if (v.kind == X_DATE && v.day != NEVER) {
			day = v.day;
		} else if (!x_ratio(v, &number)) {
			return x_unknown();
		}
	}
	if (x->look.at != NULL) {
		v = x_eval(sc, x->look.at);
		if (v.kind != X_DATE)
			return x_unknown();
		if (v.day == NEVER)
			return x_unknown();
		day = v.day;
	}
	v = table_value(sc, t, words, t->argument == ARGUMENT_NUMBER ? &number : NULL, day);
	trace_look(sc, x, words, word_count, number, day, v);
	return v;
}
