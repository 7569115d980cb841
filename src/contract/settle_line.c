/* settle_line.c - a line is the amount now for a key and posting minus that key and posting's
 * earlier lines; a real outcome that earns nothing is a line of 0 with its reason. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "claim.h"
#include "date.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "split.h"
#include "terms.h"
#include "xval.h"

static const char *
number_text(const struct settlement *s, uint32_t number)
{
	return number == NONE ? "" : name_text(&s->names, number);
}

/* ---- what the statement before left closed ---- */

static int32_t
day_of(struct scope *sc, const struct terms_x *x, int32_t otherwise)
{
	struct xval v;

	if (x == NULL)
		return otherwise;
	v = x_eval(sc, x);
	return v.kind == X_DATE ? v.day : otherwise;
}

static int32_t
earlier(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

/* CLAUSE final, 8: after `final` it stays as settled; the first statement through the terms'
 * own `final` or later is the last that changes anything. */
int32_t
settled_key_closes(struct run *r, const struct terms_payment *p, const struct terms_outcome *o,
		   uint32_t version, const struct item *it)
{
	struct scope sc = { .run = r, .unit = run_contract_unit(r),
			    .version = &r->s->versions[version] };
	uint32_t n = r->statement_count;
	int32_t last = sc.version->terms->settlement.final.days, ret = NEVER;

	if (n > 0 && statement_through(r->s, n) >= last)
		return INT32_MIN;
	sc.day = last;
	if (o != NULL && o->reach == REACH_ON && o->final != NULL)
		ret = day_of(&sc, o->final, NEVER);
	if (p == NULL || p->final == NULL)
		return ret;
	if (it != NULL) {
		sc.has_period = it->outcome == NULL && it->index > 0;
		sc.period = it->period;
		sc.period_base = it->period_base;
		sc.has_outcome = it->outcome != NULL;
		sc.outcome_day = it->achieved;
	}
	return earlier(ret, day_of(&sc, p->final, NEVER));
}

static bool
key_is_closed(struct run *r, const struct terms_payment *p, const struct terms_outcome *o,
	      uint32_t version, const struct item *it)
{
	return r->through > settled_key_closes(r, p, o, version, it);
}

/* The same of a key without an entitlement: of it nothing but its day is known. */
int32_t
settled_gone_closes(struct run *r, const struct key_row *k)
{
	const struct terms *t = r->s->versions[k->version].terms;
	struct item it = { .achieved = k->achieved };

	it.payment = terms_payment(t, name_text(&r->s->names, k->payment));
	if (k->outcome != NONE)
		it.outcome = terms_outcome(t, name_text(&r->s->names, k->outcome));
	return settled_key_closes(r, it.payment, it.outcome, k->version, &it);
}

static bool
gone_is_closed(struct run *r, const struct key_row *k)
{
	return r->through > settled_gone_closes(r, k);
}

/* ---- differences ---- */

struct deciding {		/* one key of one unit */
	struct run *r;
	const struct unit_claims *u;
	struct out *out;
	struct key_name name;
	const struct key_row *key;
	const struct item *item;	/* or NULL */
	struct posts posts;		/* what it comes to now */
	const char *reason;		/* of a line of zero */
	const char *first;		/* of a key's first amount */
	int32_t achieved;
	uint32_t version;
	bool zero;			/* a line of zero is due where its reason is new */
};

/* The enrolment's date, as first recorded where it is gone. */
static int32_t
line_start(const struct deciding *d)
{
	struct scope sc = { .run = d->r, .unit = d->u->unit, .version = &d->r->s->versions[0] };

	if (d->item != NULL)
		return d->item->start;
	if (d->name.enrolment != NONE)
		return fact_at(d->r->s, d->name.enrolment)->from;
	return subject_start(&sc, SUBJECT_PERSON);
}

static void
push_line(struct deciding *d, struct post post, const char *reason, const struct evidence *ev)
{
	struct out *out = d->out;
	struct out_line *l;

	out->items = mem_room(out->items, out->count, &out->capacity, sizeof(*out->items));
	l = &out->items[out->count++];
	*l = (struct out_line){ .name = d->name, .key = d->key, .post = post, .reason = reason,
				.owner = d->u->unit->owner, .basis = ev->basis,
				.basis_count = ev->basis_count, .changed = ev->changed,
				.changed_count = ev->changed_count };
	l->name.occurrence = arena_string(out->arena, d->name.occurrence,
					  strlen(d->name.occurrence));
	l->achieved = d->achieved;
	l->start = line_start(d);
}

/* Puts every recorded posting beside the present ones, as a difference. */
static void
subtract_recorded(struct deciding *d)
{
	for (uint32_t i = d->key == NULL ? NONE : d->key->postings; i != NONE;
	     i = posting_at(d->r->s, i)->next) {
		const struct posting_row *p = posting_at(d->r->s, i);

		post_add(&d->posts, (struct post){ p->payer, p->payee, p->unit, p->tax, p->version,
						   p->year, -p->sum });
	}
}

static int
post_order(const struct settlement *s, const struct post *a, const struct post *b)
{
	int c = (a->amount >= 0) - (b->amount >= 0);	/* minus first */

	if (c == 0)
		c = strcmp(number_text(s, a->payer), number_text(s, b->payer));
	if (c == 0)
		c = strcmp(number_text(s, a->payee), number_text(s, b->payee));
	if (c == 0)
		c = strcmp(number_text(s, a->unit), number_text(s, b->unit));
	if (c == 0)
		c = strcmp(number_text(s, a->tax), number_text(s, b->tax));
	if (c == 0)
		c = (a->version > b->version) - (a->version < b->version);
	return c != 0 ? c : (a->year > b->year) - (a->year < b->year);
}

int
out_order(const struct settlement *s, const struct out_line *a, const struct out_line *b)
{
	int c;

	if (a->achieved != b->achieved)
		return a->achieved < b->achieved ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	c = owner_order(s, a->name.owner, b->name.owner);
	if (c == 0)
		c = strcmp(a->name.payment, b->name.payment);
	if (c == 0)
		c = strcmp(a->name.outcome, b->name.outcome);
	if (c == 0)
		c = strcmp(a->name.occurrence, b->name.occurrence);
	if (c == 0)
		c = (a->name.enrolment > b->name.enrolment) - (a->name.enrolment < b->name.enrolment);
	return c != 0 ? c : post_order(s, &a->post, &b->post);
}

/* The last resolution before the cut-off of a key and payer speaks. */
static bool
is_last_decision(const struct run *r, uint32_t at)
{
	const struct settlement *s = r->s;
	const struct dispute_row *row = rows_at(&s->disputes, at);

	for (uint32_t i = 0; i < s->disputes.count; i++) {
		const struct dispute_row *other = rows_at(&s->disputes, i);

		if (other->key == row->key && other->payer == row->payer &&
		    other->resolved != NONE && other->resolved > row->resolved &&
		    event_at(s, other->resolved)->seq < r->size)
			return false;
	}
	return true;
}

/* Of one payer's: payee, unit, tax code, version, year. */
static bool
is_before(const struct settlement *s, const struct post *a, const struct post *b)
{
	struct post x = *a, y = *b;

	x.amount = y.amount = 0;
	return post_order(s, &x, &y) < 0;
}

/* Brings what the payer owes for the key to the decided amount, at its first posting. */
static void
decide_posts(struct deciding *d, uint32_t payer, int64_t amount)
{
	const struct settlement *s = d->r->s;
	struct post *first = NULL, made = { 0 };
	bool any = false;
	int64_t total = 0;

	for (size_t i = 0; i < d->posts.count; i++) {
		if (d->posts.items[i].payer != payer)
			continue;
		if (first == NULL || is_before(s, &d->posts.items[i], first))
			first = &d->posts.items[i];
		total += d->posts.items[i].amount;
	}
	if (first != NULL) {
		first->amount += amount - total;
		return;
	}
	for (uint32_t i = d->key->postings; i != NONE; i = posting_at(s, i)->next) {
		const struct posting_row *p = posting_at(s, i);

		struct post one = { p->payer, p->payee, p->unit, p->tax, p->version, p->year,
				    amount };

		if (p->payer != payer || (any && !is_before(s, &one, &made)))
			continue;
		made = one;
		any = true;
	}
	if (any)
		post_add(&d->posts, made);
}

/* CLAUSE disputes: a decided amount is what that payer owes for the key until a later decision. */
static void
apply_decisions(struct deciding *d)
{
	struct settlement *s = d->r->s;

	for (uint32_t i = 0; d->key != NULL && i < s->disputes.count; i++) {
		const struct dispute_row *row = rows_at(&s->disputes, i);

		if (settled_key_at(s, row->key) == d->key && row->resolved != NONE && row->decided &&
		    event_at(s, row->resolved)->seq < d->r->size && is_last_decision(d->r, i))
			decide_posts(d, row->payer, row->amount);
	}
}

static void
give_amounts(struct deciding *d, settle_amount_fn *fn, void *arg)
{
	const struct settlement *s = d->r->s;
	char who[27] = "";
	const struct owner *o = owner_at(s, d->name.owner);
	struct settle_amount a = { .key = settled_key_hash(s, &d->name), .payment = d->name.payment,
				   .outcome = d->name.outcome, .occurrence = d->name.occurrence,
				   .participant = who, .site = "" };

	if (o->kind == OWNER_PERSON)
		owner_pseudonym(o, who);
	if (o->kind == OWNER_SITE)
		a.site = number_text(s, owner_site(o));
	for (size_t i = 0; i < d->posts.count; i++) {
		const struct post *p = &d->posts.items[i];

		a.posting = (struct settle_posting){
			number_text(s, p->payer), number_text(s, p->payee), number_text(s, p->unit),
			number_text(s, p->tax), s->versions[p->version].said.digest, p->year };
		a.amount = p->amount;
		fn(arg, &a);
	}
}

/* To the first payer, with nothing. */
static struct post
zero_post(const struct deciding *d)
{
	const struct terms_payment *p = d->item->payment;
	struct scope sc = item_scope(d->r, d->u->unit, d->item);
	struct part first = first_parties(&sc, p);
	struct post ret = { .payer = first.payer, .payee = first.payee, .tax = NONE,
			    .version = d->version };
	int month, day;

	ret.unit = name_number(&d->r->s->names, p->unit, strlen(p->unit));
	date_to_civil((struct date){ d->item->counts }, &ret.year, &month, &day);
	return ret;
}

/* NONE: of any payer. */
static bool
is_decided(const struct deciding *d, uint32_t payer)
{
	struct settlement *s = d->r->s;

	for (uint32_t i = 0; d->key != NULL && i < s->disputes.count; i++) {
		const struct dispute_row *row = rows_at(&s->disputes, i);

		if (settled_key_at(s, row->key) == d->key &&
		    (payer == NONE || row->payer == payer) &&
		    row->resolved != NONE && row->decided &&
		    event_at(s, row->resolved)->seq < d->r->size && is_last_decision(d->r, i))
			return true;
	}
	return false;
}

/* Why an amount differs from what the lines held: before and now are of the whole key. */
static const char *
difference_reason(const struct deciding *d, const struct post *line, int64_t before, int64_t now)
{
	if (is_decided(d, line->payer))
		return "decided";
	if (d->key == NULL || !d->key->had_amount)
		return d->first;
	if (before == now)
		return "moved";
	return now == 0 ? "reversed" : "changed";
}

static int64_t
posts_total(const struct posts *p)
{
	int64_t total = 0;

	for (size_t i = 0; i < p->count; i++)
		total += p->items[i].amount;
	return total;
}

/* A line of zero: none of the key yet, or its last one was of zero for another reason. */
static bool
is_zero_due(const struct deciding *d)
{
	if (!d->zero || d->reason == NULL || is_decided(d, NONE))
		return false;
	return d->key == NULL ||
	       (d->key->last_zero &&
		strcmp(number_text(d->r->s, d->key->reason), d->reason) != 0);
}

/* The lines of one key. */
static void
settle_key_lines(struct deciding *d, settle_amount_fn *fn, void *arg)
{
	struct evidence ev = { 0 };
	int64_t now, before;
	bool any = false;

	apply_decisions(d);
	if (fn != NULL) {
		give_amounts(d, fn, arg);
		return;
	}
	now = posts_total(&d->posts);
	subtract_recorded(d);
	before = now - posts_total(&d->posts);
	for (size_t i = 0; i < d->posts.count; i++) {
		const struct post *p = &d->posts.items[i];

		if (p->amount == 0)
			continue;
		if (!any)
			ev = read_evidence(d->r, d->u->unit, &d->name, d->key, d->item,
					   d->out->arena);
		any = true;
		push_line(d, *p, difference_reason(d, p, before, now), &ev);
	}
	if (any || now != 0 || !is_zero_due(d))
		return;
	ev = read_evidence(d->r, d->u->unit, &d->name, d->key, d->item, d->out->arena);
	push_line(d, zero_post(d), d->reason, &ev);
}

/* ---- one unit ---- */

/* A key that nothing can change any more, but a decision: what it holds is what it comes to. */
static void
post_recorded(struct deciding *d)
{
	for (uint32_t i = d->key == NULL ? NONE : d->key->postings; i != NONE;
	     i = posting_at(d->r->s, i)->next) {
		const struct posting_row *p = posting_at(d->r->s, i);

		post_add(&d->posts, (struct post){ p->payer, p->payee, p->unit, p->tax, p->version,
						   p->year, p->sum });
	}
	d->reason = NULL;
}

static const char *
zero_reason(const struct claim *c)
{
	if (c->pending)
		return "pending";
	return c->limited != NULL ? "limit" : "price";
}

static void
post_claim(struct deciding *d, const struct claim *c, struct scope *sc)
{
	struct parts parts = c->split ? c->parts : split_claim(sc, c);

	d->reason = parts.pending ? "pending" : zero_reason(c);
	if (!parts.pending)
		posts_of_parts(sc, c, &parts, &d->posts);
}

static void
decide_item(struct deciding *d, const struct item *it, const struct claim *c)
{
	struct scope sc = item_scope(d->r, d->u->unit, it);

	d->item = it;
	d->achieved = it->achieved;
	d->version = it->version;
	d->zero = true;
	d->first = it->outcome != NULL ? "reached" : "period";
	if (key_is_closed(d->r, it->payment, it->outcome, it->version, it)) {
		d->zero = false;
		post_recorded(d);
	} else if (c != NULL) {
		post_claim(d, c, &sc);
	} else if (it->pending && it->fails == QUALIFIER_MAX) {
		d->reason = "pending";
	} else {
		d->reason = terms_qualifier_name(it->fails);
	}
}

/* No entitlement any more: everything goes back, unless it is closed or frozen. */
static void
decide_gone(struct deciding *d)
{
	d->item = NULL;
	d->achieved = d->key->achieved;
	d->zero = false;
	d->reason = NULL;
	d->first = "changed";
	if (d->u->unit->frozen || gone_is_closed(d->r, d->key))
		post_recorded(d);
}

static void
decide_floor(struct deciding *d, const struct claim *c)
{
	struct scope sc = { .run = d->r, .unit = d->u->unit,
			    .version = &d->r->s->versions[c->version], .day = c->floor_day };

	d->item = NULL;
	d->achieved = c->floor_day;
	d->version = c->version;
	d->zero = false;
	d->first = "floor";
	if (key_is_closed(d->r, NULL, NULL, c->version, NULL))
		post_recorded(d);
	else
		post_claim(d, c, &sc);
}

static struct deciding
deciding_new(struct run *r, const struct unit_claims *u, struct out *out,
	     const struct key_name *name)
{
	struct deciding d = { .r = r, .u = u, .out = out, .name = *name };

	d.posts.arena = u->unit->arena;
	d.key = settled_key_find(r->s, name);
	return d;
}

static const struct claim *
claim_of(const struct unit_claims *u, const struct item *it)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->claims[i]->item == it)
			return u->claims[i];
	return NULL;
}

static bool
was_decided(const struct key_row *const *seen, size_t count, const struct key_row *k)
{
	for (size_t i = 0; i < count; i++)
		if (seen[i] == k)
			return true;
	return false;
}

static void
unit_gone(struct run *r, const struct unit_claims *u, const struct key_row *const *seen,
	  size_t seen_count, struct out *out, settle_amount_fn *fn, void *arg)
{
	struct settlement *s = r->s;

	for (size_t i = 0; i < u->unit->owner_count; i++)
		for (uint32_t k = owner_at(s, u->unit->owners[i])->keys; k != NONE;
		     k = settled_key_at(s, k)->next) {
			const struct key_row *key = settled_key_at(s, k);
			struct key_name name = { key->owner, key->enrolment,
						 number_text(s, key->payment),
						 number_text(s, key->outcome),
						 number_text(s, key->occurrence) };
			struct deciding d;

			if (key->statement == 0 || was_decided(seen, seen_count, key))
				continue;
			d = deciding_new(r, u, out, &name);
			decide_gone(&d);
			settle_key_lines(&d, fn, arg);
		}
}

/* Every key of the unit: the lines that bring it to what it comes to now. */
void
unit_lines(struct run *r, const struct unit_claims *u, struct out *out, settle_amount_fn *fn,
	   void *arg)
{
	size_t most = u->count + (u->kept == NULL ? 0 : u->kept->count) + 1, seen_count = 0;
	const struct key_row **seen = arena_array(u->unit->arena, most, sizeof(*seen));

	for (uint32_t i = 0; u->kept != NULL && i < u->kept->count && r->rc == RC_OK; i++) {
		const struct item *it = &u->kept->items[i];
		struct key_name name = settled_key_name_of(r->s, it);
		struct deciding d;

		if (it->achieved > r->through || it->counts > r->through ||
		    item_is_passed_over(r, u->kept, i))
			continue;
		d = deciding_new(r, u, out, &name);
		decide_item(&d, it, claim_of(u, it));
		settle_key_lines(&d, fn, arg);
		seen[seen_count++] = d.key;
	}
	for (size_t i = 0; i < u->count && r->rc == RC_OK; i++) {
		const struct claim *c = u->claims[i];
		struct key_name name = { c->floor_owner, NONE, "", "", c->bucket };
		struct deciding d;

		if (c->floor == NULL)
			continue;
		name.payment = c->floor->name;
		d = deciding_new(r, u, out, &name);
		decide_floor(&d, c);
		settle_key_lines(&d, fn, arg);
		seen[seen_count++] = d.key;
	}
	if (r->rc == RC_OK)
		unit_gone(r, u, seen, seen_count, out, fn, arg);
}
