/* value_cover.c - a value's facts as days with a number: spells with their changes and ends,
 * statuses and measurements; or facts that lie on one day. */
#include "value.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "calendar.h"
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

struct builder {
	struct scope *sc;
	const struct terms_value *value;
	bool relaxed;
	struct covers *out;
	size_t capacity;
	bool sure;			/* a piece of the spell in hand belongs to the value */
	struct measured *measured;	/* once that is asked for */
	size_t measured_count;
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
	scope_go(&in, day);
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
	struct layer *layers;
	size_t layer_count, layer_capacity;
	int32_t last;			/* last day */
	const struct chain *last_chain;	/* the end or report that says so */
	const struct fact *last_fact;
	struct layered *layered;	/* members that were read of it */
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
add_layer(struct builder *b, struct spell *sp, const struct chain *c, const struct fact *f,
	  bool lowers_only)
{
	sp->layers = arena_room(b->sc->run->scratch, sp->layers, sp->layer_count,
				&sp->layer_capacity, sizeof(*sp->layers));
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
		add_layer(b, sp, c, f != NULL ? f : head, f == NULL);
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
add_piece(struct builder *b, struct spell *sp, size_t layers, int32_t first, int32_t last)
{
	struct scope in = fact_scope(b, sp->chain, sp->start, first);
	struct cover read = { .first = first, .last = last };

	if (first > last)
		return;
	in.layers = sp->layers;
	in.layer_count = layers;
	in.layered = &sp->layered;
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

struct measured {
	const char *name, *method;	/* "" for none */
	int32_t from;
};

static int
measured_order(const void *a, const void *b)
{
	const struct measured *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	if (c == 0)
		c = strcmp(x->method, y->method);
	return c != 0 ? c : (x->from > y->from) - (x->from < y->from);
}

static struct measured
measured_of(struct builder *b, const struct fact *f)
{
	struct xval name = fact_field(b->sc->run->s, f, "name"),
		    method = fact_field(b->sc->run->s, f, "method");

	return (struct measured){ name.kind == X_WORD ? name.word : "",
				  method.kind == X_WORD ? method.word : "", f->from };
}

/* All that count, each name's and method's together, by day. */
static void
read_measured(struct builder *b)
{
	const struct chain *first = b->sc->unit->like[EVENT_MEASUREMENT_RECORDED];
	size_t n = 0;

	for (const struct chain *c = first; c != NULL; c = c->next_like)
		n++;
	b->measured = arena_array(b->sc->run->scratch, n + 1, sizeof(*b->measured));
	for (const struct chain *c = first; c != NULL; c = c->next_like) {
		const struct fact *f = chain_counts(b->sc, c, b->value->proof, b->relaxed);

		if (f != NULL)
			b->measured[b->measured_count++] = measured_of(b, f);
	}
	if (b->measured_count > 1)
		qsort(b->measured, b->measured_count, sizeof(*b->measured), measured_order);
}

static int32_t
next_measurement(struct builder *b, const struct fact *f)
{
	struct measured own = measured_of(b, f);
	size_t low = 0, high;

	if (b->measured == NULL)
		read_measured(b);
	high = b->measured_count;
	while (low < high) {		/* the first behind it */
		size_t middle = low + (high - low) / 2;

		if (measured_order(&b->measured[middle], &own) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == b->measured_count || strcmp(b->measured[low].name, own.name) != 0 ||
	    strcmp(b->measured[low].method, own.method) != 0)
		return NEVER - 1;
	return b->measured[low].from - 1;
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

static void
read_reach(struct covers *c, struct arena *arena)
{
	c->reach = arena_array(arena, c->count + 1, sizeof(*c->reach));
	for (size_t i = 0; i < c->count; i++) {
		c->unknown = c->unknown || c->items[i].unknown;
		c->reach[i] = i > 0 && c->reach[i - 1] > c->items[i].last ? c->reach[i - 1]
									   : c->items[i].last;
	}
}

/* Facts that lie on a day: any stretch of them is then folded by its ends. */
static void
read_tallies(struct covers *c, struct arena *arena)
{
	struct tally t = { .sum = ratio_integer(0), .low = ratio_integer(0),
			   .high = ratio_integer(0) };

	if (c->spans || c->count < TALLY_LEAST || calendar_gaps(c->value->per))
		return;
	c->tallies = arena_array(arena, c->count + 1, sizeof(*c->tallies));
	for (size_t i = 0; i < c->count; i++) {
		struct ratio number = c->items[i].number;

		c->tallies[i] = t;
		if (c->items[i].unknown) {
			t.unknown++;
			continue;
		}
		t.broken = t.broken || !ratio_add(t.sum, number, &t.sum);
		if (t.known == 0 || ratio_compare(number, t.low) < 0)
			t.low = number;
		if (t.known == 0 || ratio_compare(number, t.high) > 0)
			t.high = number;
		t.known++;
	}
	c->tallies[c->count] = t;
}

size_t
covers_from(const struct covers *c, int32_t day)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->reach[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
asks_subject(const struct terms_x *x)
{
	return x != NULL && (x->needs & ~(SCOPE_FACT | SCOPE_OWN)) != 0;
}

/* Is it the same for all enrolments of the unit? */
static bool
is_of_unit(const struct terms_value *v)
{
	return !asks_subject(v->where) && !asks_subject(v->proof->until);
}

/* Whoever asks depends on what these followed from. */
static const struct covers *
asked(struct run *r, const struct covers *c)
{
	r->read_everybody = r->read_everybody || c->everybody;
	run_turns(r, c->turns);
	run_ahead(r, c->ahead);
	return c;
}

static void
read_covers(struct builder *b)
{
	struct run *r = b->sc->run;
	struct ordinals *basis = r->basis;
	struct arena *was = r->scratch;
	int32_t turns = r->turns, ahead = r->ahead;
	bool everybody = r->read_everybody;

	r->scratch = b->sc->unit->arena;
	r->basis = NULL;
	r->turns = r->ahead = NEVER;
	r->read_everybody = false;
	for (const struct chain *c = b->sc->unit->like[type_of[b->value->of]]; c != NULL;
	     c = c->next_like)
		add_chain(b, c);
	b->out->turns = r->turns;
	b->out->ahead = r->ahead;
	b->out->everybody = r->read_everybody;
	r->scratch = was;
	r->basis = basis;
	r->turns = turns;
	r->ahead = ahead;
	r->read_everybody = everybody;
}

/* Of the unit in the scope; kept with it. */
const struct covers *
value_covers(struct scope *sc, const struct terms_value *v, bool relaxed)
{
	struct builder b = { .sc = sc, .value = v, .relaxed = relaxed };
	struct memos *memos = is_of_unit(v) ? &sc->unit->memos : scope_memos(sc);

	for (const struct covers *c = memos->covers; c != NULL; c = c->next)
		if (c->value == v && c->relaxed == relaxed)
			return asked(sc->run, c);
	b.out = arena_alloc(sc->unit->arena, sizeof(*b.out));
	b.out->value = v;
	b.out->relaxed = relaxed;
	b.out->spans = v->of == FACT_SPELL || v->of == FACT_STATUS || v->of == FACT_MEASUREMENT;
	read_covers(&b);
	if (b.out->count > 1)
		qsort(b.out->items, b.out->count, sizeof(b.out->items[0]), cover_order);
	read_reach(b.out, sc->unit->arena);
	read_tallies(b.out, sc->unit->arena);
	b.out->next = memos->covers;
	memos->covers = b.out;
	return asked(sc->run, b.out);
}
