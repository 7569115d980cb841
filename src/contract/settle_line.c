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

static int32_t
line_start(const struct deciding *d)
{
	struct scope sc = { .run = d->r, .unit = d->u->unit, .version = &d->r->s->versions[0] };

	if (d->item != NULL)
		return d->item->start;
	return claim_start_of_gone(&sc, d->name.enrolment);
}

/* With room for so many lines. */
static struct out_key *
push_key(struct deciding *d, size_t lines)
{
	struct out *out = d->out;
	struct out_key *k;

	out->items = mem_room(out->items, out->count, &out->capacity, sizeof(*out->items));
	k = &out->items[out->count++];
	*k = (struct out_key){ .name = d->name, .hash = settled_key_hash(d->r->s, &d->name),
			       .achieved = d->achieved, .start = line_start(d) };
	k->name.occurrence = arena_string(out->arena, d->name.occurrence,
					  strlen(d->name.occurrence));
	k->evidence = read_evidence(d->r, d->u->unit, &d->name, d->key, d->item, out->arena);
	k->lines = arena_array(out->arena, lines, sizeof(*k->lines));
	return k;
}

/* Where its posting belongs among the key's lines. */
static void
push_line(const struct settlement *s, struct out_key *k, struct post post, const char *reason)
{
	size_t at = k->count++;

	for (; at > 0 && post_order(s, &post, &k->lines[at - 1].post) < 0; at--)
		k->lines[at] = k->lines[at - 1];
	k->lines[at] = (struct out_line){ post, reason };
}

/* Puts what the key's lines hold to the posts: `times` 1, or -1 to take it off. */
static void
post_recorded(struct deciding *d, int times)
{
	for (uint32_t i = d->key == NULL ? NONE : d->key->postings; i != NONE;
	     i = posting_at(d->r->s, i)->next) {
		const struct posting_row *p = posting_at(d->r->s, i);

		post_add(&d->posts, (struct post){ p->payer, p->payee, p->unit, p->tax, p->version,
						   p->year, times * p->sum });
	}
}

int
out_order(const struct settlement *s, const struct out_key *a, const struct out_key *b)
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
	return c;
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
		a.site = name_text(&s->names, owner_site(o));
	for (size_t i = 0; i < d->posts.count; i++) {
		const struct post *p = &d->posts.items[i];

		a.posting = (struct settle_posting){
			name_text(&s->names, p->payer), name_text(&s->names, p->payee),
			name_text(&s->names, p->unit), name_or_empty(&s->names, p->tax),
			s->versions[p->version].said.digest, p->year };
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

struct change {			/* of a whole key */
	int64_t before, now;
	bool nothing;		/* ... is left in any posting */
};

/* Why an amount differs from what the lines held. */
static const char *
difference_reason(const struct deciding *d, const struct post *line, const struct change *c)
{
	if (key_is_decided(d->r, d->key, line->payer))
		return "decided";
	if (d->key == NULL || !d->key->had_amount)
		return d->first;
	if (c->nothing)
		return "reversed";
	return c->before == c->now ? "moved" : "changed";
}

static int64_t
posts_total(const struct posts *p)
{
	int64_t total = 0;

	for (size_t i = 0; i < p->count; i++)
		total += p->items[i].amount;
	return total;
}

static bool
posts_are_zero(const struct posts *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].amount != 0)
			return false;
	return true;
}

/* A line of zero: none of the key yet, or its last one was of zero for another reason. */
static bool
is_zero_due(const struct deciding *d)
{
	if (!d->zero || d->reason == NULL || key_is_decided(d->r, d->key, NONE))
		return false;
	return d->key == NULL ||
	       (d->key->last_zero &&
		strcmp(name_or_empty(&d->r->s->names, d->key->reason), d->reason) != 0);
}

/* The lines of one key. */
static void
settle_key_lines(struct deciding *d, settle_amount_fn *fn, void *arg)
{
	struct out_key *k = NULL;
	struct change c;

	key_decide(d->r, d->key, &d->posts);
	if (fn != NULL) {
		give_amounts(d, fn, arg);
		return;
	}
	c.now = posts_total(&d->posts);
	c.nothing = posts_are_zero(&d->posts);
	post_recorded(d, -1);
	c.before = c.now - posts_total(&d->posts);
	for (size_t i = 0; i < d->posts.count; i++) {
		const struct post *p = &d->posts.items[i];

		if (p->amount == 0)
			continue;
		if (k == NULL)
			k = push_key(d, d->posts.count);
		push_line(d->r->s, k, *p, difference_reason(d, p, &c));
	}
	if (k == NULL && c.nothing && is_zero_due(d))
		push_line(d->r->s, push_key(d, 1), zero_post(d), d->reason);
}

/* ---- one unit ---- */

static bool
key_is_closed(struct run *r, const struct terms_payment *p, const struct terms_outcome *o,
	      uint32_t version, const struct item *it)
{
	return r->through > settled_key_closes(r, p, o, version, it);
}

static bool
gone_is_closed(struct run *r, const struct key_row *k)
{
	return r->through > settled_gone_closes(r, k);
}

/* Closed: only a decision changes the key, and else it comes to what its lines hold. */
static void
keep_recorded(struct deciding *d)
{
	post_recorded(d, 1);
	d->reason = NULL;
}

static const char *
zero_reason(const struct claim *c)
{
	if (c->pending)
		return "pending";
	return c->limited != NULL || (c->item != NULL && c->item->amount != 0) ? "limit" : "price";
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
		keep_recorded(d);
	} else if (c != NULL) {
		post_claim(d, c, &sc);
	} else if (it->pending && it->fails == QUALIFIER_MAX) {
		d->reason = "pending";
	} else {
		d->reason = terms_qualifier_name(it->fails);
	}
}

/* Without an entitlement everything goes back, unless the key is closed or frozen. */
static void
decide_gone(struct deciding *d)
{
	d->item = NULL;
	d->achieved = d->key->achieved;
	d->zero = false;
	d->reason = NULL;
	d->first = "changed";
	if (d->u->unit->frozen || gone_is_closed(d->r, d->key))
		keep_recorded(d);
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
		keep_recorded(d);
	else
		post_claim(d, c, &sc);
}

static struct deciding
deciding_new(struct run *r, const struct unit_claims *u, struct out *out,
	     const struct key_name *name, const struct key_row *key)
{
	struct deciding d = { .r = r, .u = u, .out = out, .name = *name };

	d.posts.arena = u->unit->arena;
	d.key = key;
	return d;
}

/* The claim of each kept item, by its place; the first where there are several. */
static const struct claim **
claims_by_item(const struct unit_claims *u)
{
	size_t count = u->kept == NULL ? 0 : u->kept->count;
	const struct claim **ret = arena_array(u->unit->arena, count + 1, sizeof(*ret));

	for (size_t i = u->count; i-- > 0;) {
		const struct claim *c = u->claims[i];

		if (c->item != NULL && c->place < count && c->item == &u->kept->items[c->place])
			ret[c->place] = c;
	}
	return ret;
}

/* For finding one again, never for an order in which something is said. */
static int
row_order(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)*(const struct key_row *const *)a,
		  y = (uintptr_t)*(const struct key_row *const *)b;

	return (x > y) - (x < y);
}

static bool
was_seen(const struct key_row *const *seen, size_t count, const struct key_row *k)
{
	return count > 0 && bsearch(&k, seen, count, sizeof(*seen), row_order) != NULL;
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
						 name_or_empty(&s->names, key->payment),
						 name_or_empty(&s->names, key->outcome),
						 name_or_empty(&s->names, key->occurrence) };
			struct deciding d;

			if (key->statement == 0 || was_seen(seen, seen_count, key))
				continue;
			d = deciding_new(r, u, out, &name, settled_key_find(s, &name));
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
	const struct claim **claims = claims_by_item(u);

	for (uint32_t i = 0; u->kept != NULL && i < u->kept->count && r->rc == RC_OK; i++) {
		const struct item *it = &u->kept->items[i];
		struct key_name name = settled_key_name_of(r->s, it);
		struct deciding d;

		if (it->achieved > r->through || it->counts > r->through ||
		    item_is_passed_over(r, u->kept, i))
			continue;
		d = deciding_new(r, u, out, &name, claims[i] != NULL ? claims[i]->key
				 : settled_key_find(r->s, &name));
		decide_item(&d, it, claims[i]);
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
		d = deciding_new(r, u, out, &name, settled_key_find(r->s, &name));
		decide_floor(&d, c);
		settle_key_lines(&d, fn, arg);
		seen[seen_count++] = d.key;
	}
	if (seen_count > 1)
		qsort(seen, seen_count, sizeof(*seen), row_order);
	if (r->rc == RC_OK)
		unit_gone(r, u, seen, seen_count, out, fn, arg);
	evidence_end(u->unit);
}
