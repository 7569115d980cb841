/* value_cover.c - a value's facts as days with a number: spells with their changes and ends,
 * statuses and measurements; or facts that lie on one day. */
#include "value.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "date.h"
#include "event_type.h"
#include "expression.h"
#include "fact.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settlement.h"
#include "terms.h"
#include "xval.h"

#define LAYERS_MAX 64		/* changes of one spell that are read; later ones by date win */

struct builder {
	struct scope *sc;
	const struct terms_value *value;
	bool relaxed;
	struct covers *out;
	size_t capacity;
	bool sure;			/* a piece of the spell in hand belongs to the value */
};

int32_t
fact_day(const struct fact *f)
{
	int year, month, day;

	if (f->type != EVENT_EARNINGS_REPORTED)
		return f->from;
	date_to_civil((struct date){ f->from }, &year, &month, &day);
	return f->from - day + date_days_in_month(year, month);
}

static struct cover *
cover_new(struct builder *b)
{
	struct covers *out = b->out;

	out->items = arena_room(b->sc->run->scratch, out->items, out->count, &b->capacity,
				sizeof(*out->items));
	memset(&out->items[out->count], 0, sizeof(out->items[0]));
	return &out->items[out->count++];
}

/* Evaluates `where` and `take` in the fact's scope; false where the fact is none of the value's. */
static bool
read_number(struct scope *in, const struct terms_value *v, struct cover *ret)
{
	struct xval where = v->where == NULL ? x_truth(true) : x_eval(in, v->where);
	struct terms_x field = { .op = OP_REF, .ref = REF_FACT_FIELD, .pointer = v->pointer };

	ret->unknown = ret->unsure = where.kind != X_TRUTH;
	if (where.kind == X_TRUTH && !where.truth)
		return false;
	ret->number = ratio_integer(1);
	if (v->take != NULL) {
		field.word = v->take;
		if (!x_ratio(x_eval(in, &field), &ret->number))
			ret->unknown = true;
	}
	return true;
}

static struct scope
fact_scope(struct builder *b, const struct chain *c, const struct fact *f, int32_t day)
{
	struct scope in = *b->sc;
	in.fact = f;
	in.fact_chain = c;
	in.layers = NULL;
	in.layer_count = 0;
	in.has_period = false;
	in.day = day;
	return in;
}

static void
add_plain(struct builder *b, const struct chain *c, const struct fact *f, int32_t first,
	  int32_t last)
{
	struct scope in = fact_scope(b, c, f, first);
	struct cover read = { .first = first, .last = last };

	if (first > last || !read_number(&in, b->value, &read))
		return;
	read.uses[0].chain = c;
	read.uses[0].fact = f;
	*cover_new(b) = read;
}

/* ---- spells ---- */

struct spell {
	const struct chain *chain;
	const struct fact *start;
	struct layer layers[LAYERS_MAX];
	size_t layer_count;
	int32_t last;			/* last day */
	const struct chain *last_chain;	/* the end or report that says so */
	const struct fact *last_fact;
};

static int
layer_order(const void *a, const void *b)
{
	const struct layer *x = a, *y = b;

	if (x->fact->from != y->fact->from)
		return x->fact->from < y->fact->from ? -1 : 1;
	return (x->chain->root_index > y->chain->root_index) -
	       (x->chain->root_index < y->chain->root_index);
}

static void
add_layer(struct spell *sp, const struct chain *c, const struct fact *f, bool lowers_only)
{
	if (sp->layer_count < LAYERS_MAX)
		sp->layers[sp->layer_count++] =
			(struct layer){ .fact = f, .chain = c, .lowers_only = lowers_only };
}

/* A report that counts: a change or a confirmation. */
static void
read_report(struct builder *b, struct spell *sp, const struct chain *c)
{
	const struct fact *f = chain_counts(b->sc, c, b->value->proof, b->relaxed);
	const struct fact *head = chain_head(c);

	if (c->root->type == EVENT_SPELL_CHANGED && head != NULL)
		add_layer(sp, c, f != NULL ? f : head, f == NULL);
	if (f != NULL && f->from > sp->last) {
		sp->last = f->from;
		sp->last_chain = c;
		sp->last_fact = f;
	}
}

/* An end that does not count yet shortens a spell and never lengthens it. */
static void
read_end(struct builder *b, struct spell *sp, const struct chain *c, int32_t reach,
	 int32_t *end)
{
	const struct fact *f = chain_counts(b->sc, c, b->value->proof, b->relaxed);
	const struct fact *head = chain_head(c);
	int32_t day;

	if (head == NULL)
		return;
	day = f != NULL ? f->from : head->from;
	if (f == NULL && day > reach)
		day = reach;
	if (day >= *end)
		return;
	*end = day;
	sp->last_chain = c;
	sp->last_fact = f != NULL ? f : head;
}

static void
read_spell(struct builder *b, struct spell *sp)
{
	int32_t end = NEVER, reach;

	sp->last = sp->start->from;
	for (const struct chain *c = sp->chain->children; c != NULL; c = c->sibling)
		if (c->root->type == EVENT_SPELL_CHANGED || c->root->type == EVENT_SPELL_CONFIRMED)
			read_report(b, sp, c);
	reach = b->value->open_runs ? NEVER - 1 : sp->last;
	if (b->value->open_runs)
		sp->last_fact = NULL;
	for (const struct chain *c = sp->chain->children; c != NULL; c = c->sibling)
		if (c->root->type == EVENT_SPELL_ENDED)
			read_end(b, sp, c, reach, &end);
	sp->last = end != NEVER ? end : reach;
	if (sp->layer_count > 1)
		qsort(sp->layers, sp->layer_count, sizeof(sp->layers[0]), layer_order);
}

/* From `first` to `last` with the first `layers` changes on top. */
static void
add_piece(struct builder *b, const struct spell *sp, size_t layers, int32_t first, int32_t last)
{
	struct scope in = fact_scope(b, sp->chain, sp->start, first);
	struct cover read = { .first = first, .last = last };

	if (first > last)
		return;
	in.layers = sp->layers;
	in.layer_count = layers;
	if (!read_number(&in, b->value, &read))
		return;
	read.uses[0].chain = sp->chain;
	read.uses[0].fact = sp->start;
	if (layers > 0) {
		read.uses[1].chain = sp->layers[layers - 1].chain;
		read.uses[1].fact = sp->layers[layers - 1].fact;
	}
	read.uses[2].chain = sp->last_chain;
	read.uses[2].fact = sp->last_fact;
	read.further = b->sure;
	b->sure = b->sure || !read.unsure;
	*cover_new(b) = read;
}

static void
add_spell(struct builder *b, const struct chain *c)
{
	struct spell sp = { .chain = c };
	int32_t first;
	size_t layers = 0;

	sp.start = chain_counts(b->sc, c, b->value->proof, b->relaxed);
	if (sp.start == NULL)
		return;
	b->sure = false;
	read_spell(b, &sp);
	for (first = sp.start->from; layers < sp.layer_count; layers++) {
		int32_t from = sp.layers[layers].fact->from;

		if (from <= first)
			continue;
		add_piece(b, &sp, layers, first, from - 1 < sp.last ? from - 1 : sp.last);
		first = from;
	}
	add_piece(b, &sp, layers, first, sp.last);
}

/* ---- measurements reach to the next of their name and method ---- */

static bool
same_word(const struct settlement *s, const struct fact *a, const struct fact *b, const char *name)
{
	struct xval x = fact_field(s, a, name), y = fact_field(s, b, name);

	if (x.kind != X_WORD || y.kind != X_WORD)
		return x.kind == y.kind;
	return strcmp(x.word, y.word) == 0;
}

static int32_t
next_measurement(struct builder *b, const struct fact *f)
{
	int32_t day = NEVER;

	for (const struct chain *c = b->sc->unit->chains; c != NULL; c = c->next) {
		const struct fact *other;

		if (c->root->type != EVENT_MEASUREMENT_RECORDED)
			continue;
		other = chain_counts(b->sc, c, b->value->proof, b->relaxed);
		if (other != NULL && other->from > f->from && other->from < day &&
		    same_word(b->sc->run->s, f, other, "name") &&
		    same_word(b->sc->run->s, f, other, "method"))
			day = other->from;
	}
	return day == NEVER ? NEVER - 1 : day - 1;
}

/* ---- */

static const enum event_type type_of[] = {
	[FACT_SPELL] = EVENT_SPELL_STARTED,	[FACT_STATUS] = EVENT_STATUS_REPORTED,
	[FACT_MEASUREMENT] = EVENT_MEASUREMENT_RECORDED,
	[FACT_EARNINGS] = EVENT_EARNINGS_REPORTED,	[FACT_ACTIVITY] = EVENT_ACTIVITY_LOGGED,
	[FACT_MILESTONE] = EVENT_MILESTONE_REACHED,	[FACT_FLOW] = EVENT_FLOW_RECORDED,
};

static void
add_chain(struct builder *b, const struct chain *c)
{
	const struct fact *f;
	int32_t day;

	if (b->value->of == FACT_SPELL) {
		add_spell(b, c);
		return;
	}
	f = chain_counts(b->sc, c, b->value->proof, b->relaxed);
	if (f == NULL)
		return;
	if (b->value->of == FACT_STATUS) {
		add_plain(b, c, f, f->from, f->to == NEVER ? f->from : f->to);
	} else if (b->value->of == FACT_MEASUREMENT) {
		add_plain(b, c, f, f->from, f->to != NEVER ? f->to : next_measurement(b, f));
	} else {
		day = fact_day(f);
		add_plain(b, c, f, day, day);
	}
}

static int
cover_order(const void *a, const void *b)
{
	const struct cover *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->uses[0].chain->root_index > y->uses[0].chain->root_index) -
	       (x->uses[0].chain->root_index < y->uses[0].chain->root_index);
}

/* Of the unit in the scope; kept with it. */
const struct covers *
value_covers(struct scope *sc, const struct terms_value *v, bool relaxed)
{
	struct builder b = { .sc = sc, .value = v, .relaxed = relaxed };
	struct arena *unit_arena = sc->unit->arena, *was = sc->run->scratch;
	struct ordinals *basis = sc->run->basis;

	for (const struct covers *c = sc->unit->covers; c != NULL; c = c->next)
		if (c->value == v && c->enrolment == sc->enrolment && c->relaxed == relaxed)
			return c;
	sc->run->scratch = unit_arena;
	sc->run->basis = NULL;
	b.out = arena_alloc(unit_arena, sizeof(*b.out));
	b.out->value = v;
	b.out->enrolment = sc->enrolment;
	b.out->relaxed = relaxed;
	b.out->spans = v->of == FACT_SPELL || v->of == FACT_STATUS || v->of == FACT_MEASUREMENT;
	for (const struct chain *c = sc->unit->chains; c != NULL; c = c->next)
		if (c->root->type == type_of[v->of])
			add_chain(&b, c);
	if (b.out->count > 1)
		qsort(b.out->items, b.out->count, sizeof(b.out->items[0]), cover_order);
	b.out->next = sc->unit->covers;
	sc->unit->covers = b.out;
	sc->run->scratch = was;
	sc->run->basis = basis;
	return b.out;
}
