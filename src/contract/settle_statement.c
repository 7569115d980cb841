/* settle_statement.c - the next statement: its period, the bodies of its lines in their order, then
 * the body of settlement.issued. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "calendar.h"
#include "date.h"
#include "fact.h"
#include "hash.h"
#include "json.h"
#include "limits_utfall.h"
#include "merkle.h"
#include "money.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"

/* ---- periods ---- */

static bool
nothing_left(const struct settlement *s, const struct statement_row *last, int32_t final)
{
	if (last->through.days < final)
		return false;
	for (uint32_t i = 0; i < s->disputes.count; i++) {
		const struct dispute_row *d = rows_at(&s->disputes, i);

		if (d->resolved == NONE || event_at(s, d->resolved)->seq >= last->size)
			return false;
	}
	return true;
}

enum rc
settle_through(const struct settlement *s, struct date *ret, struct err *e)
{
	struct settlement *unchanged = (struct settlement *)(uintptr_t)s;
	const struct statement_row *last = s->statements.count == 0
						   ? NULL : statement_at(s, s->statements.count);
	struct scope sc = { 0 };
	struct arena *arena;
	struct period p;
	int32_t day;
	bool has;

	if (s->version_count == 0)
		return rc_fail(e, RC_REFUSED, "no version of the terms is in force");
	arena = arena_new();
	sc.run = run_new(unchanged, settlement_next(s), 0, arena, e);
	sc.unit = run_contract_unit(sc.run);
	sc.version = &s->versions[s->version_count - 1];
	day = last == NULL ? sc.version->terms->settlement.from.days : last->through.days + 1;
	has = period_holding(&sc, sc.version->terms->settlement.periods, day, &p);
	arena_free(arena);
	if (last != NULL && nothing_left(s, last, sc.version->terms->settlement.final.days))
		return rc_fail(e, RC_NO, "statement %u closed every key", s->statements.count);
	if (!has)
		return rc_fail(e, RC_NO, "the settlement calendar has no further period");
	*ret = (struct date){ p.end };
	return RC_OK;
}

uint32_t
settle_number(const struct settlement *s)
{
	return s->statements.count;
}

/* ---- bodies ---- */

static struct json
hash_value(struct arena *arena, const struct hash *h)
{
	char hex[HASH_HEX];

	hash_format(*h, hex);
	return json_string(arena_string(arena, hex, HASH_HEX - 1));
}

static struct json
date_value(struct arena *arena, int32_t day)
{
	char text[DATE_TEXT];

	date_format((struct date){ day }, text);
	return json_string(arena_string(arena, text, strlen(text)));
}

static void
set_text(struct arena *arena, struct json *o, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		json_set(arena, o, name, json_string(value));
}

struct writing {
	struct settlement *s;
	const struct settle_args *args;
	char contract[HASH_HEX];
	uint32_t number;		/* of the statement */
	uint32_t line;
	struct arena *shared;		/* what the lines of the key in hand share: */
	char key[HASH_HEX];
	struct json body, basis;
	struct merkle_frontier tree;
	struct buf bytes;
	settle_line_fn *fn;
	void *arg;
};

/* What most of a key's lines share with this one, then what each of them sets. */
static struct json
line_body(struct writing *w, const struct out_key *k, const struct post *p)
{
	const struct settlement *s = w->s;
	struct json o = json_object();
	struct arena *a = w->shared;

	json_set(a, &o, "contract", json_string(w->contract));
	json_set(a, &o, "key", json_string(w->key));
	set_text(a, &o, "outcome", k->name.outcome);
	json_set(a, &o, "payment", json_string(k->name.payment));
	json_set(a, &o, "statement", json_integer(w->number));
	if (p->tax != NONE)
		json_set(a, &o, "tax", json_string(name_text(&s->names, p->tax)));
	json_set(a, &o, "version", hash_value(a, &s->versions[p->version].said.digest));
	return o;
}

static bool
is_alike(const struct out_line *a, const struct out_line *b)
{
	return a->post.tax == b->post.tax && a->post.version == b->post.version;
}

static void
set_posting(struct writing *w, const struct out_line *l)
{
	const struct settlement *s = w->s;
	struct json *o = &w->body;
	struct arena *a = w->shared;

	json_set(a, o, "amount", json_integer(l->post.amount));
	json_set(a, o, "line", json_integer(w->line));
	json_set(a, o, "payee", json_string(name_text(&s->names, l->post.payee)));
	json_set(a, o, "payer", json_string(name_text(&s->names, l->post.payer)));
	json_set(a, o, "reason", json_string(l->reason));
	json_set(a, o, "unit", json_string(name_text(&s->names, l->post.unit)));
	json_set(a, o, "year", json_integer(l->post.year));
}

/* The lowest LIMIT_DIGESTS_IN_BODY of them, ascending. */
static struct json
digest_list(struct writing *w, const uint32_t *events, size_t count)
{
	struct hash *all = arena_array(w->shared, count + 1, sizeof(*all));
	struct json ret;

	for (size_t i = 0; i < count; i++)
		all[i] = event_at(w->s, events[i])->digest;
	qsort(all, count, sizeof(*all), hash_order);
	if (count > LIMIT_DIGESTS_IN_BODY)
		count = LIMIT_DIGESTS_IN_BODY;
	ret = json_array(w->shared, count);
	for (size_t i = 0; i < count; i++)
		json_add(w->shared, &ret, hash_value(w->shared, &all[i]));
	return ret;
}

static void
set_basis(struct writing *w, struct json *o, const struct resting *basis)
{
	size_t count = resting_count(basis);
	struct ordinals all;
	struct hash root;

	if (count == 0)
		return;
	if (count <= LIMIT_DIGESTS_IN_BODY) {
		all = resting_all(basis, w->shared);
		json_set(w->shared, o, "events", digest_list(w, all.items, all.count));
		return;
	}
	root = resting_root(w->s, basis);
	json_set(w->shared, o, "basis_count", json_integer((int64_t)count));
	json_set(w->shared, o, "basis_root", hash_value(w->shared, &root));
}

/* All but the line's number, which is set for each. */
static struct json
basis_body(struct writing *w, const struct out_key *k)
{
	struct settlement *s = w->s;
	struct json o = json_object();
	const struct owner *owner = owner_at(s, k->name.owner);
	struct arena *a = w->shared;
	char who[27];

	json_set(a, &o, "achieved", date_value(a, k->achieved));
	set_basis(w, &o, &k->evidence.basis);
	if (k->evidence.changed_count > 0)
		json_set(a, &o, "changed", digest_list(w, k->evidence.changed,
						       k->evidence.changed_count));
	json_set(a, &o, "contract", json_string(w->contract));
	if (k->name.enrolment != NONE)
		json_set(a, &o, "enrolment",
			 hash_value(a, &event_at(s, fact_at(s, k->name.enrolment)->event)->digest));
	set_text(a, &o, "occurrence", k->name.occurrence);
	if (owner->kind == OWNER_PERSON) {
		owner_pseudonym(owner, who);
		set_text(a, &o, "participant", arena_string(a, who, 26));
	}
	if (owner->kind == OWNER_SITE)
		set_text(a, &o, "site", name_text(&s->names, owner_site(owner)));
	json_set(a, &o, "statement", json_integer(w->number));
	return o;
}

static enum rc
write_line(struct writing *w, const struct out_line *l, struct err *e)
{
	w->line++;
	set_posting(w, l);
	json_set(w->shared, &w->basis, "line", json_integer(w->line));
	buf_clear(&w->bytes);
	json_write(&w->body, &w->bytes);
	merkle_add(&w->tree, hash_leaf(w->bytes.data, w->bytes.size));
	return w->fn == NULL ? RC_OK : w->fn(w->arg, &w->body, &w->basis, e);
}

static enum rc
write_key(struct writing *w, const struct out_key *k, struct err *e)
{
	enum rc rc = RC_OK;

	arena_reset(w->shared);
	hash_format(k->hash, w->key);
	w->basis = basis_body(w, k);
	for (size_t i = 0; i < k->count && rc == RC_OK; i++) {
		if (i == 0 || !is_alike(&k->lines[i], &k->lines[i - 1]))
			w->body = line_body(w, k, &k->lines[i].post);
		rc = write_line(w, &k->lines[i], e);
	}
	return rc;
}

struct total {
	const char *payer, *payee, *unit;	/* name_text(): the same name is the same pointer */
	int64_t amount;
};

static int
total_order(const void *a, const void *b)
{
	const struct total *x = a, *y = b;
	int c = strcmp(x->payer, y->payer);

	if (c == 0)
		c = strcmp(x->payee, y->payee);
	return c != 0 ? c : strcmp(x->unit, y->unit);
}

struct totals {
	struct total *items;
	size_t count, capacity;
};

static bool
totals_add(struct totals *t, struct total one)
{
	for (size_t i = 0; i < t->count; i++) {
		struct total *have = &t->items[i];

		if (have->payer == one.payer && have->payee == one.payee && have->unit == one.unit)
			return money_add(have->amount, one.amount, &have->amount);
	}
	t->items = mem_room(t->items, t->count, &t->capacity, sizeof(*t->items));
	t->items[t->count++] = one;
	return true;
}

static enum rc
add_up(const struct settlement *s, const struct out *out, struct totals *ret, struct err *e)
{
	for (size_t i = 0; i < out->count; i++)
		for (size_t k = 0; k < out->items[i].count; k++) {
			const struct post *p = &out->items[i].lines[k].post;
			struct total one = { name_text(&s->names, p->payer),
					     name_text(&s->names, p->payee),
					     name_text(&s->names, p->unit), p->amount };

			if (!totals_add(ret, one))
				return rc_fail(e, RC_RANGE, "what %s owes %s in this statement is "
					       "beyond every amount", one.payer, one.payee);
		}
	return RC_OK;
}

static enum rc
totals_value(const struct settlement *s, const struct out *out, struct arena *arena,
	     struct json *ret, struct err *e)
{
	struct totals t = { NULL, 0, 0 };
	enum rc rc = add_up(s, out, &t, e);

	if (t.count > 1)
		qsort(t.items, t.count, sizeof(*t.items), total_order);
	*ret = json_array(arena, t.count);
	for (size_t i = 0; rc == RC_OK && i < t.count; i++) {
		struct json o = json_object();

		json_set(arena, &o, "amount", json_integer(t.items[i].amount));
		json_set(arena, &o, "payee", json_string(t.items[i].payee));
		json_set(arena, &o, "payer", json_string(t.items[i].payer));
		json_set(arena, &o, "unit", json_string(t.items[i].unit));
		json_add(arena, ret, o);
	}
	free(t.items);
	return rc;
}

static enum rc
issued_body(struct writing *w, const struct out *out, struct arena *arena,
	    const struct json **ret, struct err *e)
{
	struct settlement *s = w->s;
	struct json *o = arena_alloc(arena, sizeof(*o)), totals;
	const struct terms *t = s->versions[s->version_count - 1].terms;
	enum rc rc = totals_value(s, out, arena, &totals, e);

	if (rc != RC_OK)
		return rc;
	*o = json_object();
	json_set(arena, o, "contract", hash_value(arena, &s->contract));
	if (w->line > 0 && w->args->first > 0)
		json_set(arena, o, "first", json_integer((int64_t)w->args->first));
	json_set(arena, o, "lines", json_integer(w->line));
	s->computed_root = merkle_root(&w->tree);
	json_set(arena, o, "lines_root", hash_value(arena, &s->computed_root));
	json_set(arena, o, "number", json_integer(w->number));
	if (s->statements.count > 0)
		json_set(arena, o, "previous",
			 hash_value(arena, &statement_at(s, s->statements.count)->issued));
	json_set(arena, o, "root", hash_value(arena, &w->args->root));
	json_set(arena, o, "semantics", json_string(t->semantics));
	json_set(arena, o, "size", json_integer((int64_t)w->args->size));
	json_set(arena, o, "through", date_value(arena, w->args->through.days));
	json_set(arena, o, "totals", totals);
	*ret = o;
	return RC_OK;
}

/* ---- the statement ---- */

/* What decides most often lies together. */
struct sorting {
	int32_t achieved, start;
	uint32_t who;
	const struct settlement *s;
	const struct out_key *key;
};

static int
sorting_order(const void *a, const void *b)
{
	const struct sorting *x = a, *y = b;

	if (x->achieved != y->achieved)
		return x->achieved < y->achieved ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->who != y->who)
		return x->who < y->who ? -1 : 1;
	return out_order(x->s, x->key, y->key);
}

static enum rc
write_all(struct writing *w, const struct out *out, struct arena *arena,
	  const struct json **ret_issued, struct err *e)
{
	struct sorting *order = mem_alloc((out->count + 1) * sizeof(*order));
	enum rc rc = RC_OK;

	hash_format(w->s->contract, w->contract);
	for (size_t i = 0; i < out->count; i++) {
		const struct out_key *k = &out->items[i];

		order[i] = (struct sorting){ .achieved = k->achieved, .start = k->start,
					     .who = owner_rank(w->s, k->name.owner),
					     .s = w->s, .key = k };
	}
	if (out->count > 1)
		qsort(order, out->count, sizeof(*order), sorting_order);
	for (size_t i = 0; i < out->count && rc == RC_OK; i++)
		rc = write_key(w, order[i].key, e);
	free(order);
	return rc == RC_OK ? issued_body(w, out, arena, ret_issued, e) : rc;
}

static enum rc
check_args(const struct settlement *s, const struct settle_args *args, struct err *e)
{
	struct date through;
	char wanted[DATE_TEXT], found[DATE_TEXT];
	enum rc rc = settle_through(s, &through, e);

	if (rc != RC_OK)
		return rc;
	if (through.days != args->through.days) {
		date_format(through, wanted);
		date_format(args->through, found);
		return rc_fail(e, RC_REFUSED, "statement %u is through %s, the last day of the next "
			       "period, not %s", s->statements.count + 1, wanted, found);
	}
	return RC_OK;
}

enum rc
settle(struct settlement *s, const struct settle_args *args, settle_line_fn *fn, void *arg,
       struct arena *arena, const struct json **ret_issued, struct err *e)
{
	struct arena *work = arena_new();
	struct out out = { .arena = work };
	struct writing w = { .s = s, .args = args, .shared = arena_new(), .fn = fn, .arg = arg,
			     .number = s->statements.count + 1 };
	enum rc rc = check_args(s, args, e);
	struct run *r;

	if (rc == RC_OK) {
		r = run_live(s, args, work, e);
		r->keeps_limits = true;
		if (r->rc == RC_OK)
			every_lines(r, &out, NULL, NULL);
		rc = r->rc;
	}
	if (rc == RC_OK)
		rc = write_all(&w, &out, arena, ret_issued, e);
	free(out.items);
	buf_free(&w.bytes);
	arena_free(w.shared);
	arena_free(work);
	return rc;
}

/* The issued statement of this day whose cut-off holds all that is asked; 0 for none. */
static uint32_t
issued_as_of(const struct settlement *s, const struct settle_args *args)
{
	for (uint32_t n = s->statements.count; n > 0; n--) {
		const struct statement_row *st = statement_at(s, n);

		if (date_compare(st->through, args->through) == 0 && args->size <= st->size)
			return n;
	}
	return 0;
}

static enum rc
read_entitlements(struct settlement *s, const struct settle_args *args, settle_amount_fn *fn,
		  void *arg, struct err *e)
{
	struct arena *work = arena_new();
	struct out out = { .arena = work };
	struct run *r = run_live(s, args, work, e);
	enum rc rc;

	if (r->rc == RC_OK)
		every_lines(r, &out, fn, arg);
	rc = r->rc;
	arena_free(work);
	return rc;
}

enum rc
settle_entitlements(struct settlement *s, const struct settle_args *args, settle_amount_fn *fn,
		    void *arg, struct err *e)
{
	uint32_t number = issued_as_of(s, args), count = s->statements.count;
	enum rc rc;

	if (number == 0)
		return read_entitlements(s, args, fn, arg, e);
	settled_found(s, number);
	rc = read_entitlements(s, args, fn, arg, e);
	settled_found(s, count + 1);
	return rc;
}
