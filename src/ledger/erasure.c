/* erasure.c - what erasing a person takes: events, what would be lost, bodies of data.erased. */
#include "erasure.h"

#include "arena.h"
#include "json.h"
#include "ledger_priv.h"
#include "state_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct erasing {
	struct ledger *l;
	struct arena *arena;
	struct erasure *x;
	size_t unsettled_capacity, body_capacity;
};

/* ---- what is earned and not settled ---- */

struct due {			/* entitled less settled */
	struct hash key, version;
	const char *payment, *outcome, *payer, *payee, *unit, *tax;
	int year;
	int64_t amount;
};

struct dues {
	const struct person *person;
	struct arena *arena;
	struct due *items;
	size_t count, capacity;
	int sign;
};

static bool
is_same(const struct due *d, const struct settle_amount *a)
{
	const struct settle_posting *p = &a->posting;

	return hash_equal(d->key, a->key) && hash_equal(d->version, p->version) &&
	       d->year == p->year && strcmp(d->payer, p->payer) == 0 &&
	       strcmp(d->payee, p->payee) == 0 && strcmp(d->unit, p->unit) == 0 &&
	       strcmp(d->tax, p->tax) == 0;
}

static void
add_due(void *arg, const struct settle_amount *a)
{
	struct dues *x = arg;
	struct due *d;
	bool mine = false;

	for (size_t i = 0; a->participant != NULL && i < x->person->pseudonym_count; i++)
		mine = mine || strcmp(x->person->pseudonyms[i], a->participant) == 0;
	if (!mine)
		return;
	for (size_t i = 0; i < x->count; i++)
		if (is_same(&x->items[i], a)) {
			x->items[i].amount += x->sign * a->amount;
			return;
		}
	x->items = mem_room(x->items, x->count, &x->capacity, sizeof(*x->items));
	d = &x->items[x->count++];
	*d = (struct due){ .key = a->key, .version = a->posting.version, .year = a->posting.year,
			   .amount = x->sign * a->amount };
	d->payment = arena_printf(x->arena, "%s", a->payment);
	d->outcome = arena_printf(x->arena, "%s", a->outcome);
	d->payer = arena_printf(x->arena, "%s", a->posting.payer);
	d->payee = arena_printf(x->arena, "%s", a->posting.payee);
	d->unit = arena_printf(x->arena, "%s", a->posting.unit);
	d->tax = arena_printf(x->arena, "%s", a->posting.tax);
}

static void
keep_unsettled(struct erasing *t, const struct contract *k, const struct dues *dues)
{
	struct erasure *x = t->x;

	for (size_t i = 0; i < dues->count; i++) {
		const struct due *d = &dues->items[i];

		if (d->amount == 0)
			continue;
		x->unsettled = mem_room(x->unsettled, x->unsettled_count, &t->unsettled_capacity,
					sizeof(*x->unsettled));
		x->unsettled[x->unsettled_count++] = (struct unsettled){ k->digest, d->payment,
			d->outcome, d->payer, d->payee, d->unit, d->amount };
	}
}

/* As the next statement would have it. */
static enum rc
find_unsettled(struct erasing *t, const struct contract *k, struct settlement *engine,
	       struct err *e)
{
	struct dues dues = { .person = &t->x->person, .arena = t->arena, .sign = 1 };
	struct settle_args args = { .size = t->l->head.size, .root = t->l->head.root };
	enum rc rc;

	if (k->statement_count > 0)
		args.through = k->statements[k->statement_count - 1].through;
	rc = settle_through(engine, &args.through, e);
	if (rc == RC_NO)
		rc = RC_OK;	/* no further period: what the last one had */
	if (rc == RC_OK)
		rc = settle_entitlements(engine, &args, add_due, &dues, e);
	dues.sign = -1;
	if (rc == RC_OK)
		settle_sums(engine, add_due, &dues);
	if (rc == RC_OK)
		keep_unsettled(t, k, &dues);
	free(dues.items);
	return rc;
}

/* ---- what its lines hold ---- */

enum rc
erasure_held(struct ledger *l, struct settlement *engine, const struct person *p,
	     struct arena *arena, struct json *ret, struct err *e)
{
	struct settle_args args = { .size = l->head.size, .root = l->head.root };

	return settle_held(engine, &args, p->pseudonyms, p->pseudonym_count, arena, ret, e);
}

/* ---- the bodies ---- */

static int
by_digest(const void *a, const void *b)
{
	return hash_compare((*(const struct person_event *const *)a)->digest,
			    (*(const struct person_event *const *)b)->digest);
}

static struct json
hash_value(struct arena *arena, struct hash h)
{
	char hex[HASH_HEX];

	hash_format(h, hex);
	return json_string(arena_string(arena, hex, HASH_HEX - 1));
}

static struct json *
add_body(struct erasing *t, const struct contract *k)
{
	struct erasure *x = t->x;
	struct json *body;

	x->bodies = mem_room(x->bodies, x->body_count, &t->body_capacity, sizeof(*x->bodies));
	body = &x->bodies[x->body_count++];
	*body = json_object();
	json_set(t->arena, body, "contract", hash_value(t->arena, k->digest));
	return body;
}

/* An event has room for so many of each; what is held goes with what is erased, spread evenly. */
enum { ERASED_EACH = 250, HELD_EACH = 60 };

static struct json
erased_part(struct erasing *t, const struct person_event *const *list, size_t from, size_t to)
{
	struct json erased = json_array(t->arena, to - from + 1);

	for (size_t i = from; i < to; i++) {
		struct json one = json_object();

		json_set(t->arena, &one, "event", hash_value(t->arena, list[i]->digest));
		json_set(t->arena, &one, "type", json_string(event_info(list[i]->type)->name));
		json_add(t->arena, &erased, one);
	}
	return erased;
}

static struct json
held_part(struct erasing *t, const struct json *held, size_t from, size_t to)
{
	struct json part = json_array(t->arena, to - from + 1);

	for (size_t i = from; i < to; i++)
		json_add(t->arena, &part, held->items[i]);
	return part;
}

static enum rc
add_bodies(struct erasing *t, const struct contract *k, const struct json *held, struct err *e)
{
	const struct person *p = &t->x->person;
	const struct person_event **list = mem_alloc((p->event_count + 1) *
						     sizeof(struct person_event *));
	size_t count = 0, n;

	for (size_t i = 0; i < p->event_count; i++)
		if (hash_equal(p->events[i].contract, k->digest))
			list[count++] = &p->events[i];
	qsort(list, count, sizeof(struct person_event *), by_digest);
	n = (count + ERASED_EACH - 1) / ERASED_EACH;
	if (n < (held->count + HELD_EACH - 1) / HELD_EACH)
		n = (held->count + HELD_EACH - 1) / HELD_EACH;
	for (size_t i = 0; i < n && n <= count; i++) {
		size_t from = held->count * i / n, to = held->count * (i + 1) / n;
		struct json *body = add_body(t, k);

		json_set(t->arena, body, "erased",
			 erased_part(t, list, count * i / n, count * (i + 1) / n));
		if (to > from)
			json_set(t->arena, body, "held", held_part(t, held, from, to));
	}
	free(list);
	if (n > count)
		return rc_fail(e, RC_RANGE, "what the lines of this person hold fits into no data.erased: "
			       "%" PRIu32 " places of limits and statistics", held->count);
	return RC_OK;
}

static enum rc
take_contract(struct erasing *t, const struct contract *k, struct err *e)
{
	const struct person *p = &t->x->person;
	struct json held = json_array(t->arena, 1);
	struct settlement *engine;
	enum rc rc = RC_OK;

	if (k->current != NULL)
		rc = ledger_settlement(t->l, k->digest, &engine, e);
	if (rc == RC_OK && k->current != NULL)
		rc = find_unsettled(t, k, engine, e);
	if (rc == RC_OK && k->current != NULL)
		rc = erasure_held(t->l, engine, p, t->arena, &held, e);
	return rc == RC_OK ? add_bodies(t, k, &held, e) : rc;
}

/* Lists that grow on the heap go into the arena. */
static void
settle_down(struct erasing *t)
{
	struct erasure *x = t->x;
	struct unsettled *unsettled = arena_array(t->arena, x->unsettled_count + 1,
						  sizeof(*unsettled));
	struct json *bodies = arena_array(t->arena, x->body_count + 1, sizeof(*bodies));

	if (x->unsettled_count > 0)
		memcpy(unsettled, x->unsettled, x->unsettled_count * sizeof(*unsettled));
	if (x->body_count > 0)
		memcpy(bodies, x->bodies, x->body_count * sizeof(*bodies));
	free(x->unsettled);
	free(x->bodies);
	x->unsettled = unsettled;
	x->bodies = bodies;
}

enum rc
erasure_find(struct ledger *l, const char *const *pseudonyms, size_t count, struct arena *arena,
	     struct erasure *ret, struct err *e)
{
	struct erasure x = { .unsettled_count = 0 };
	struct erasing t = { .l = l, .arena = arena, .x = &x };
	const struct state *st = ledger_state(l);
	enum rc rc = person_read(l, pseudonyms, count, arena, &x.person, e);

	if (rc == RC_OK && x.person.event_count == 0)
		rc = rc_fail(e, RC_NOT_FOUND, "nothing that is recorded here is about %s: look at the "
			     "pseudonym; somebody who was erased is found no more", pseudonyms[0]);
	for (size_t i = 0; rc == RC_OK && i < state_contract_count(st); i++)
		if (person_is_under(&x.person, state_contract_at(st, i)->digest))
			rc = take_contract(&t, state_contract_at(st, i), e);
	settle_down(&t);
	if (rc == RC_OK)
		*ret = x;
	return rc;
}
