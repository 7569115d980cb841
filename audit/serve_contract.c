/* serve_contract.c - contracts: titles for everybody, the rest for their parties. */
#include "serve_routes.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "money.h"
#include "settle.h"
#include "terms.h"

/* ---- titles ---- */

static const char *
status_of(const struct contract *k)
{
	if (k->terminated)
		return "terminated";
	return k->current == NULL ? "proposed" : "in_force";
}

static const struct contract_version *
version_now(const struct contract *k)
{
	return k->current == NULL ? &k->versions[0] : k->current;
}

static void
set_title(struct ask *a, const struct contract *k, struct json *o)
{
	json_set(a->arena, o, "contract", json_hash(a, k->digest));
	json_set(a->arena, o, "name", json_string(version_now(k)->terms->contract));
	json_set(a->arena, o, "status", json_string(status_of(k)));
	set_count(a, o, "seq", k->seq);
	set_count(a, o, "statements", k->statement_count);
}

enum rc
serve_contracts(struct ask *a, struct page *p, struct err *e)
{
	const struct state *st = ledger_state(a->ledger);

	(void)e;
	for (size_t i = (size_t)p->from; i < state_contract_count(st); i++) {
		struct json o = json_object();

		set_title(a, state_contract_at(st, i), &o);
		if (page_add(a, p, i, o))
			break;
	}
	return RC_OK;
}

/* ---- one contract ---- */

static struct json
party_json(struct ask *a, const struct terms_party *p)
{
	struct json o = json_object(), roles = json_array(a->arena, 4), sites;

	for (unsigned r = 0; r < ROLE_MAX; r++)
		if ((p->roles & ROLE_BIT(r)) != 0)
			json_add(a->arena, &roles, json_string(terms_role_name((enum terms_role)r)));
	json_set(a->arena, &o, "party", json_string(p->name));
	json_set(a->arena, &o, "roles", roles);
	if (p->site_count == 0)
		return o;
	sites = json_array(a->arena, p->site_count);
	for (size_t i = 0; i < p->site_count; i++)
		json_add(a->arena, &sites, json_string(p->sites[i]));
	json_set(a->arena, &o, "sites", sites);
	return o;
}

static struct json
version_json(struct ask *a, const struct contract_version *v)
{
	struct json o = json_object(), list = json_array(a->arena, v->signer_count);

	json_set(a->arena, &o, "version", json_hash(a, v->digest));
	set_count(a, &o, "seq", v->seq);
	json_set(a->arena, &o, "number", json_integer(v->terms->version));
	json_set(a->arena, &o, "from", json_date(a, v->from));
	if (v->in_force != SEQ_NEVER) {
		set_count(a, &o, "in_force", v->in_force);
		json_set(a->arena, &o, "in_force_at", json_instant(a, v->in_force_at));
	}
	for (size_t i = 0; i < v->signer_count; i++) {
		struct json one = json_object();

		json_set(a->arena, &one, "party", json_string(v->signers[i]));
		json_set(a->arena, &one, "signed", json_boolean(v->signed_by[i]));
		json_add(a->arena, &list, one);
	}
	json_set(a->arena, &o, "signatures", list);
	return o;
}

static void
set_titled(struct ask *a, const struct contract *k, const char *name, const char *title,
	   const char *(*signed_title)(const struct contract *k, const char *name), struct json *o)
{
	if (k->current != NULL)
		title = signed_title(k, name);
	if (strcmp(name, title) != 0)
		json_set(a->arena, o, name, json_string(title));
}

/* As the newest signed version calls each part that any has; before that the proposal. */
static void
set_titles(struct ask *a, const struct contract *k, struct json *ret)
{
	struct json limits = json_object(), outcomes = json_object(), payments = json_object();
	struct json o = json_object();

	for (size_t v = 0; v < k->version_count; v++) {
		const struct terms *t = k->versions[v].terms;

		if (k->current != NULL && k->versions[v].in_force == SEQ_NEVER)
			continue;
		for (size_t i = 0; i < t->limit_count; i++)
			set_titled(a, k, t->limits[i].name, t->limits[i].title,
				   contract_payment_title, &limits);
		for (size_t i = 0; i < t->outcome_count; i++)
			set_titled(a, k, t->outcomes[i].name, t->outcomes[i].title,
				   contract_outcome_title, &outcomes);
		for (size_t i = 0; i < t->payment_count; i++)
			set_titled(a, k, t->payments[i].name, t->payments[i].title,
				   contract_payment_title, &payments);
	}
	json_set(a->arena, &o, "limits", limits);
	json_set(a->arena, &o, "outcomes", outcomes);
	json_set(a->arena, &o, "payments", payments);
	json_set(a->arena, ret, "titles", o);
}

static void
set_terms(struct ask *a, const struct terms *t, struct json *o)
{
	struct json outcomes = json_array(a->arena, t->outcome_count);
	struct json payments = json_array(a->arena, t->payment_count);
	struct json limits = json_array(a->arena, t->limit_count);
	struct json parties = json_array(a->arena, t->party_count);

	for (size_t i = 0; i < t->outcome_count; i++)
		json_add(a->arena, &outcomes, json_string(t->outcomes[i].name));
	for (size_t i = 0; i < t->payment_count; i++)
		json_add(a->arena, &payments, json_string(t->payments[i].name));
	for (size_t i = 0; i < t->limit_count; i++)
		json_add(a->arena, &limits, json_string(t->limits[i].name));
	for (size_t i = 0; i < t->party_count; i++)
		json_add(a->arena, &parties, party_json(a, &t->parties[i]));
	json_set(a->arena, o, "outcomes", outcomes);
	json_set(a->arena, o, "payments", payments);
	json_set(a->arena, o, "limits", limits);
	json_set(a->arena, o, "parties", parties);
	json_set(a->arena, o, "unit", json_string(t->unit));
	json_set(a->arena, o, "from", json_date(a, t->settlement.from));
	json_set(a->arena, o, "enrol_until", json_date(a, t->settlement.enrol_until));
	json_set(a->arena, o, "outcome_until", json_date(a, t->settlement.outcome_until));
	json_set(a->arena, o, "record_until", json_date(a, t->settlement.record_until));
	json_set(a->arena, o, "final", json_date(a, t->settlement.final));
}

enum rc
serve_contract(struct ask *a, struct json *ret, struct err *e)
{
	struct json versions = json_array(a->arena, 2);
	struct settlement *engine;
	const struct contract *k;
	struct date through;
	enum rc rc = ask_contract(a, a->path.hash, &k, e);

	if (rc != RC_OK)
		return rc;
	set_title(a, k, ret);
	set_terms(a, version_now(k)->terms, ret);
	set_titles(a, k, ret);
	json_set(a->arena, ret, "version", json_hash(a, version_now(k)->digest));
	for (size_t i = 0; i < k->version_count; i++)
		json_add(a->arena, &versions, version_json(a, &k->versions[i]));
	json_set(a->arena, ret, "versions", versions);
	if (k->terminated)
		json_set(a->arena, ret, "ended", json_date(a, k->ended));
	if (k->current == NULL)
		return RC_OK;
	rc = ledger_settlement(a->ledger, k->digest, &engine, e);
	if (rc == RC_OK && settle_through(engine, &through, e) == RC_OK)
		json_set(a->arena, ret, "next_through", json_date(a, through));
	return rc;
}

/* ---- terms ---- */

static enum rc
terms_of(struct ask *a, const struct terms **ret, struct err *e)
{
	const struct contract *k;
	struct hash digest;
	enum rc rc = ask_contract(a, a->path.hash, &k, e);

	if (rc != RC_OK)
		return rc;
	digest = version_now(k)->digest;
	rc = query_hash(&a->query, "version", &digest, e);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < k->version_count; i++)
		if (hash_equal(k->versions[i].digest, digest)) {
			*ret = k->versions[i].terms;
			return RC_OK;
		}
	return not_found(e);
}

enum rc
serve_terms(struct ask *a, struct buf *ret, struct err *e)
{
	const struct terms *t;
	enum rc rc = terms_of(a, &t, e);

	if (rc == RC_OK) {
		json_write(t->document, ret);
		buf_byte(ret, '\n');
	}
	return rc;
}

enum rc
serve_terms_text(struct ask *a, struct buf *ret, struct err *e)
{
	const struct terms *t;
	enum rc rc = terms_of(a, &t, e);

	if (rc == RC_OK)
		terms_plain(t, a->language, ret);
	return rc;
}

/* ---- limits, balances ---- */

struct gather {			/* rows of an engine on their way into a page */
	struct ask *a;
	struct page *p;
	const struct contract *k;
	uint64_t at;
	bool full;
};

static bool
skip(struct gather *g)
{
	return g->full || g->at++ < g->p->from;
}

/* Room is money, or a number of entitlements. */
static void
set_along(struct gather *g, const char *limit, struct json *o)
{
	const struct terms *t = version_now(g->k)->terms;

	for (size_t i = 0; i < t->limit_count; i++) {
		const struct terms_limit *l = &t->limits[i];

		if (strcmp(l->name, limit) != 0)
			continue;
		json_set(g->a->arena, o, "along", json_string(l->along_count ? "count" : "amount"));
		if (!l->along_count)
			json_set(g->a->arena, o, "unit", json_string(l->of_count > 0 ? l->of[0]->unit
										     : t->unit));
	}
}

static void
add_room(void *arg, const struct settle_room *r)
{
	struct gather *g = arg;
	struct json o = json_object();

	if (skip(g))
		return;
	json_set(g->a->arena, &o, "limit", json_string(arena_printf(g->a->arena, "%s", r->limit)));
	json_set(g->a->arena, &o, "bucket", json_string(arena_printf(g->a->arena, "%s", r->bucket)));
	json_set(g->a->arena, &o, "taken", json_integer(r->taken));
	set_along(g, r->limit, &o);
	if (r->room != INT64_MAX)
		json_set(g->a->arena, &o, "room", json_integer(r->room));
	g->full = page_add(g->a, g->p, g->at - 1, o);
}

enum rc
serve_limits(struct ask *a, struct page *p, struct err *e)
{
	struct gather g = { .a = a, .p = p };
	struct settlement *engine;
	enum rc rc = ask_contract(a, a->path.hash, &g.k, e);

	if (rc == RC_OK && !may_see(a, THING_LIMIT, whole_relation(a, g.k)))
		rc = not_found(e);
	if (rc == RC_OK && g.k->current != NULL) {
		rc = ledger_settlement(a->ledger, g.k->digest, &engine, e);
		if (rc == RC_OK)
			rc = settle_rooms(engine, add_room, &g, e);
	}
	return rc;
}

struct approved {
	const char *payer, *payee, *unit;
	int64_t amount;
};

struct balances {
	struct gather g;
	struct approved *approved;
	size_t count, capacity;
	bool beyond;		/* what an amount can hold */
};

static bool
has_approved(const struct statement *s, const char *payer)
{
	for (size_t i = 0; i < s->approved_count; i++)
		if (strcmp(s->approved[i], payer) == 0)
			return true;
	return false;
}

static void
add_approved(struct balances *b, const struct json *total)
{
	struct approved x = { json_get_string(total, "payer"), json_get_string(total, "payee"),
			      json_get_string(total, "unit"), json_get_integer(total, "amount", 0) };

	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->approved[i].payer, x.payer) == 0 &&
		    strcmp(b->approved[i].payee, x.payee) == 0 &&
		    strcmp(b->approved[i].unit, x.unit) == 0) {
			b->approved[i].amount += x.amount;
			return;
		}
	b->approved = mem_room(b->approved, b->count, &b->capacity, sizeof(x));
	b->approved[b->count++] = x;
}

static enum rc
gather_approved(struct balances *b, struct err *e)
{
	const struct contract *k = b->g.k;
	struct ask *a = b->g.a;

	for (size_t i = 0; i < k->statement_count; i++) {
		const struct statement *s = &k->statements[i];
		const struct json *totals;
		struct event event;
		enum rc rc;

		if (s->approved_count == 0)
			continue;
		rc = ledger_event(a->ledger, s->seq, a->arena, &event, e);
		if (rc != RC_OK)
			return rc;
		totals = json_get(event.body, "totals");
		for (uint32_t t = 0; totals != NULL && t < totals->count; t++)
			if (has_approved(s, json_get_string(&totals->items[t], "payer")))
				add_approved(b, &totals->items[t]);
	}
	return RC_OK;
}

static void
add_balance(void *arg, const struct settle_balance *x)
{
	struct balances *b = arg;
	struct ask *a = b->g.a;
	struct json o = json_object();
	int64_t approved = 0;

	if (!may_see(a, THING_BALANCE, payee_relation(a, b->g.k, x->payee)) || skip(&b->g))
		return;
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->approved[i].payer, x->payer) == 0 &&
		    strcmp(b->approved[i].payee, x->payee) == 0 &&
		    strcmp(b->approved[i].unit, x->unit) == 0)
			approved = b->approved[i].amount;
	if (!settle_balance_fits(x) || !money_add(approved, 0, &approved)) {
		b->beyond = true;
		return;
	}
	json_set(a->arena, &o, "payer", json_string(arena_printf(a->arena, "%s", x->payer)));
	json_set(a->arena, &o, "payee", json_string(arena_printf(a->arena, "%s", x->payee)));
	json_set(a->arena, &o, "unit", json_string(arena_printf(a->arena, "%s", x->unit)));
	json_set(a->arena, &o, "settled", json_integer(x->lines));
	json_set(a->arena, &o, "approved", json_integer(approved));
	json_set(a->arena, &o, "held", json_integer(x->held));
	json_set(a->arena, &o, "paid", json_integer(x->paid));
	json_set(a->arena, &o, "received", json_integer(x->received));
	b->g.full = page_add(a, b->g.p, b->g.at - 1, o);
}

enum rc
serve_balances(struct ask *a, struct page *p, struct err *e)
{
	struct balances b = { .g = { .a = a, .p = p } };
	struct settlement *engine;
	enum rc rc = ask_contract(a, a->path.hash, &b.g.k, e);

	if (rc == RC_OK && b.g.k->current != NULL) {
		rc = gather_approved(&b, e);
		if (rc == RC_OK)
			rc = ledger_settlement(a->ledger, b.g.k->digest, &engine, e);
		if (rc == RC_OK)
			settle_balances(engine, add_balance, &b);
		if (rc == RC_OK && b.beyond)
			rc = rc_fail(e, RC_RANGE, "payments add up to more than an amount can hold");
	}
	free(b.approved);
	return rc;
}

/* ---- disputes ---- */

static enum rc
set_resolution(struct ask *a, const struct dispute *d, struct json *o, struct err *e)
{
	struct event_record r;
	struct event event;
	enum rc rc = ledger_event(a->ledger, d->resolved, a->arena, &event, e);

	if (rc == RC_OK)
		rc = state_record(ledger_state(a->ledger), d->resolved, &r, e);
	if (rc != RC_OK)
		return rc;
	set_count(a, o, "resolved", d->resolved);
	json_set(a->arena, o, "resolved_at", json_instant(a, r.at));
	copy_member(a, o, event.body, "amount");
	return RC_OK;
}

static enum rc
dispute_json(struct ask *a, const struct dispute *d, struct json *o, struct err *e)
{
	struct event_record r;
	struct event event;
	enum rc rc = ledger_event(a->ledger, d->seq, a->arena, &event, e);

	if (rc == RC_OK)
		rc = state_record(ledger_state(a->ledger), d->seq, &r, e);
	if (rc != RC_OK)
		return rc;
	json_set(a->arena, o, "dispute", json_hash(a, d->digest));
	set_count(a, o, "seq", d->seq);
	json_set(a->arena, o, "at", json_instant(a, r.at));
	json_set(a->arena, o, "party", json_string(d->party));
	json_set(a->arena, o, "payer", json_string(d->payer));
	json_set(a->arena, o, "key", json_hash(a, d->key));
	json_set(a->arena, o, "open", json_boolean(d->resolved == SEQ_NEVER));
	copy_member(a, o, event.body, "line");
	copy_member(a, o, event.body, "reason");
	return d->resolved == SEQ_NEVER ? RC_OK : set_resolution(a, d, o, e);
}

enum rc
serve_disputes(struct ask *a, struct page *p, struct err *e)
{
	const struct contract *k;
	enum rc rc = ask_contract(a, a->path.hash, &k, e);

	for (size_t i = (size_t)p->from; rc == RC_OK && i < k->dispute_count; i++) {
		const struct dispute *d = &k->disputes[i];
		const struct view_row *r = view_row(a, d->seq);
		struct json o = json_object();

		if (r == NULL ||
		    !may_see(a, THING_DISPUTE, payee_relation(a, k, view_name(a->s->view, r->to))))
			continue;
		rc = dispute_json(a, d, &o, e);
		if (rc == RC_OK && page_add(a, p, i, o))
			break;
	}
	return rc;
}
