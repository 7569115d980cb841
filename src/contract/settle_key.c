/* settle_key.c - keys and postings: what every statement so far has said, and disputes about it.
 *
 * Only a closed statement counts: its lines wait in `open` until their
 * settlement.issued; those of an attempt that was never closed are void. */
#include "settled.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "fact.h"
#include "hash.h"
#include "item.h"
#include "json.h"
#include "rows.h"
#include "settle.h"
#include "settlement.h"

struct key_row *
settled_key_at(const struct settlement *s, uint32_t i)
{
	return rows_at(&s->keys, i);
}

struct posting_row *
posting_at(const struct settlement *s, uint32_t i)
{
	return rows_at(&s->postings, i);
}

struct statement_row *
statement_at(const struct settlement *s, uint32_t number)
{
	return rows_at(&s->statements, number - 1);
}

int32_t
statement_through(const struct settlement *s, uint32_t number)
{
	return statement_at(s, number)->through.days;
}

/* ---- names and hashes of keys ---- */

/* An enrolment's key belongs to its own pseudonym, also where that is joined with another. */
struct key_name
settled_key_name_of(const struct settlement *s, const struct item *it)
{
	return (struct key_name){
		.owner = item_pseudonym(s, it),
		.enrolment = it->enrolment,
		.payment = it->payment->name,
		.outcome = it->outcome == NULL ? "" : it->outcome->name,
		.occurrence = it->occurrence };
}

static bool
is_named(const struct settlement *s, uint32_t number, const char *text)
{
	return strcmp(name_or_empty(&s->names, number), text) == 0;
}

static uint64_t
mix_text(uint64_t mixed, const char *text)
{
	return (mixed ^ text_hash(text, strlen(text))) * 0x9e3779b97f4a7c15u;
}

static uint64_t
name_prefix(const struct key_name *n)
{
	uint64_t mixed = (((uint64_t)n->owner << 32) | n->enrolment) * 0x9e3779b97f4a7c15u;

	mixed = mix_text(mixed, n->payment);
	mixed = mix_text(mixed, n->outcome);
	mixed = mix_text(mixed, n->occurrence);
	return mixed ^ mixed >> 32;
}

static uint64_t
key_name_prefix(const struct settlement *s, uint32_t i)
{
	const struct key_row *k = settled_key_at(s, i);
	struct key_name n = { k->owner, k->enrolment, name_or_empty(&s->names, k->payment),
			      name_or_empty(&s->names, k->outcome),
			      name_or_empty(&s->names, k->occurrence) };

	return name_prefix(&n);
}

void
settled_names_restore(struct settlement *s)
{
	free(s->key_names.slots);
	s->key_names = (struct digest_index){ 0 };
	for (uint32_t i = 0; i < s->keys.count; i++) {
		slots_grow(&s->key_names, i, s, key_name_prefix);
		slots_put(&s->key_names, key_name_prefix(s, i), i);
	}
}

/* NONE where nothing was issued for it. */
uint32_t
settled_key_number(const struct settlement *s, const struct key_name *n)
{
	const struct digest_index *x = &s->key_names;
	size_t mask = x->slot_count - 1;
	uint32_t ret = NONE;

	if (x->slot_count == 0)
		return NONE;
	for (size_t at = name_prefix(n) & mask; x->slots[at] != 0; at = (at + 1) & mask) {
		uint32_t i = x->slots[at] - 1;
		const struct key_row *k = settled_key_at(s, i);

		if (k->statement > 0 && k->owner == n->owner && k->enrolment == n->enrolment &&
		    is_named(s, k->payment, n->payment) &&
		    is_named(s, k->outcome, n->outcome) &&
		    is_named(s, k->occurrence, n->occurrence) && (ret == NONE || i > ret))
			ret = i;
	}
	return ret;
}

struct key_row *
settled_key_find(const struct settlement *s, const struct key_name *n)
{
	uint32_t i = settled_key_number(s, n);

	return i == NONE ? NULL : settled_key_at(s, i);
}

const struct key_row *
settled_key_of_item(const struct settlement *s, const struct item *it)
{
	struct key_name n = settled_key_name_of(s, it);

	return settled_key_find(s, &n);
}

void
settled_key_expect(const struct settlement *s, const struct item *it)
{
	const struct digest_index *x = &s->key_names;
	struct key_name n = settled_key_name_of(s, it);

	if (x->slot_count > 0)
		__builtin_prefetch(&x->slots[name_prefix(&n) & (x->slot_count - 1)]);
}

static void
add_member(struct buf *b, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	buf_text(b, b->data[b->size - 1] == '{' ? "\"" : ",\"");
	buf_text(b, name);
	buf_text(b, "\":\"");
	buf_text(b, value);
	buf_byte(b, '"');
}

/* SHA-256 over "utfall/key/v1", LF and the canonical JSON of the key with the salt of its
 * subject's first event: when that event is erased, nobody can tell whose it was. */
struct hash
settled_key_hash(const struct settlement *s, const struct key_name *n)
{
	const struct owner *o = owner_at(s, n->owner);
	char hex[HASH_HEX], enrolment[HASH_HEX] = "", who[27] = "", salt[23];
	struct buf b = { 0 };
	struct hash ret;

	memcpy(salt, s->salt, sizeof(salt));
	if (o->kind == OWNER_PERSON) {
		owner_pseudonym(o, who);
		if (o->salt != NONE)
			memcpy(salt, rows_at(&s->salts, o->salt), 22);
	}
	if (n->enrolment != NONE)
		hash_format(event_at(s, fact_at(s, n->enrolment)->event)->digest, enrolment);
	hash_format(s->contract, hex);
	buf_reserve(&b, 400);
	buf_text(&b, "utfall/key/v1\n{");
	add_member(&b, "contract", hex);
	add_member(&b, "enrolment", enrolment);
	add_member(&b, "occurrence", n->occurrence);
	add_member(&b, "outcome", n->outcome);
	add_member(&b, "participant", who);
	add_member(&b, "payment", n->payment);
	add_member(&b, "salt", salt);
	add_member(&b, "site", o->kind == OWNER_SITE ? name_text(&s->names, owner_site(o)) : "");
	buf_byte(&b, '}');
	ret = hash_bytes(b.data, b.size);
	buf_free(&b);
	return ret;
}

bool
settled_key_before(const struct settlement *s, const struct key_row *k, uint64_t seq)
{
	return k->first_statement > 0 && statement_at(s, k->first_statement)->seq < seq;
}

static uint64_t
key_prefix(const struct settlement *s, uint32_t i)
{
	return hash_prefix(&settled_key_at(s, i)->hash);
}

static uint32_t
key_by_hash(const struct settlement *s, struct hash hash)
{
	const struct digest_index *x = &s->key_hashes;

	if (x->slot_count == 0)
		return NONE;
	for (size_t at = hash_prefix(&hash) & (x->slot_count - 1); x->slots[at] != 0;
	     at = (at + 1) & (x->slot_count - 1))
		if (hash_equal(settled_key_at(s, x->slots[at] - 1)->hash, hash))
			return x->slots[at] - 1;
	return NONE;
}

static uint32_t
key_get(struct settlement *s, const struct open_line *l)
{
	uint32_t i = key_by_hash(s, l->hash);
	struct key_row *k;

	if (i != NONE)
		return i;
	slots_grow(&s->key_hashes, s->keys.count, s, key_prefix);
	k = rows_add(&s->keys, &i);
	*k = (struct key_row){ .next = NONE, .owner = l->has_basis ? l->owner : NONE,
			       .enrolment = l->enrolment, .payment = l->payment,
			       .outcome = l->outcome, .occurrence = l->occurrence,
			       .postings = NONE, .hash = l->hash };
	slots_put(&s->key_hashes, hash_prefix(&l->hash), i);
	slots_grow(&s->key_names, i, s, key_name_prefix);
	slots_put(&s->key_names, key_name_prefix(s, i), i);
	if (k->owner != NONE) {
		k->next = owner_at(s, k->owner)->keys;
		owner_at(s, k->owner)->keys = i;
	}
	return i;
}

static uint32_t
posting_get(struct settlement *s, struct key_row *k, const struct open_line *l)
{
	uint32_t *at = &k->postings, i;
	struct posting_row *p;

	for (; *at != NONE; at = &posting_at(s, *at)->next) {
		p = posting_at(s, *at);
		if (p->payer == l->payer && p->payee == l->payee && p->unit == l->unit &&
		    p->tax == l->tax && p->version == l->version && p->year == l->year)
			return *at;
	}
	p = rows_add(&s->postings, &i);
	*p = (struct posting_row){ .next = NONE, .payer = l->payer, .payee = l->payee,
				   .unit = l->unit, .tax = l->tax, .version = l->version,
				   .year = l->year };
	*at = i;
	return i;
}

/* ---- lines ---- */

uint32_t
member_number(struct settlement *s, const struct json *body, const char *name)
{
	const struct json *v = json_get(body, name);

	return v == NULL || v->kind != JSON_STRING ? NONE
						   : name_number(&s->names, v->string, v->count);
}

static bool
member_hash(const struct json *body, const char *name, struct hash *ret)
{
	const struct json *v = json_get(body, name);

	return v != NULL && v->kind == JSON_STRING && hash_parse(v->string, v->count, ret);
}

static uint32_t
version_number(const struct settlement *s, struct hash digest)
{
	for (size_t i = 0; i < s->version_count; i++)
		if (hash_equal(s->versions[i].said.digest, digest))
			return (uint32_t)i;
	return NONE;
}

enum rc
record_line(struct settlement *s, const struct settle_record *r, uint32_t event, struct err *e)
{
	int64_t number = json_get_integer(r->body, "line", 0);
	struct open_line l = { .event = event, .owner = NONE, .enrolment = NONE,
			       .occurrence = NONE, .achieved = NEVER };
	struct hash version;

	if (number == 1)
		s->open_count = 0;	/* an attempt that was never closed is void */
	if ((uint64_t)number != s->open_count + 1)
		return rc_fail(e, RC_REFUSED, "line %lld follows line %zu of its statement",
			       (long long)number, s->open_count);
	if (!member_hash(r->body, "key", &l.hash) || !member_hash(r->body, "version", &version))
		return rc_fail(e, RC_REFUSED, "no key or version is named");
	l.version = version_number(s, version);
	l.line = (uint32_t)number;
	l.payer = member_number(s, r->body, "payer");
	l.payee = member_number(s, r->body, "payee");
	l.unit = member_number(s, r->body, "unit");
	l.tax = member_number(s, r->body, "tax");
	l.payment = member_number(s, r->body, "payment");
	l.outcome = member_number(s, r->body, "outcome");
	l.reason = member_number(s, r->body, "reason");
	l.year = (int32_t)json_get_integer(r->body, "year", 0);
	l.amount = json_get_integer(r->body, "amount", 0);
	s->open = mem_room(s->open, s->open_count, &s->open_capacity, sizeof(*s->open));
	s->open[s->open_count++] = l;
	return RC_OK;
}

static void
basis_subject(struct settlement *s, const struct json *body, struct open_line *l)
{
	const char *participant = json_get_string(body, "participant");
	const char *site = json_get_string(body, "site");
	struct hash enrolment;
	uint32_t event;

	l->owner = OWNER_OF_CONTRACT;
	if (participant != NULL)
		l->owner = person_find(s, participant);
	else if (site != NULL)
		l->owner = site_find(s, name_number(&s->names, site, strlen(site)));
	if (member_hash(body, "enrolment", &enrolment)) {
		event = event_find(s, enrolment);
		l->enrolment = event == NONE ? NONE : event_at(s, event)->fact;
	}
}

enum rc
record_basis(struct settlement *s, const struct settle_record *r, uint32_t event, struct err *e)
{
	int64_t number = json_get_integer(r->body, "line", 0);
	const char *achieved = json_get_string(r->body, "achieved");
	struct open_line *l;
	struct date d;

	(void)event;
	if (number < 1 || (uint64_t)number > s->open_count)
		return rc_fail(e, RC_REFUSED, "a basis of line %lld, which is not there",
			       (long long)number);
	l = &s->open[number - 1];
	basis_subject(s, r->body, l);
	l->has_basis = l->owner != NONE;
	l->occurrence = member_number(s, r->body, "occurrence");
	if (achieved != NULL && date_parse(achieved, strlen(achieved), &d))
		l->achieved = d.days;
	return RC_OK;
}

/* A thousand payments of the largest amount are beyond every number: there it stays. */
static void
add_up(int64_t *to, int64_t amount)
{
	if (__builtin_add_overflow(*to, amount, to))
		*to = amount > 0 ? INT64_MAX : INT64_MIN;
}

void
settled_balance_add(struct settlement *s, uint32_t payer, uint32_t payee, uint32_t unit,
		    int64_t lines, int64_t paid, int64_t received)
{
	struct balance_row *b = NULL;

	for (size_t i = 0; i < s->balance_count && b == NULL; i++)
		if (s->balances[i].payer == payer && s->balances[i].payee == payee &&
		    s->balances[i].unit == unit)
			b = &s->balances[i];
	if (b == NULL) {
		s->balances = mem_room(s->balances, s->balance_count, &s->balance_capacity,
				       sizeof(*s->balances));
		b = &s->balances[s->balance_count++];
		*b = (struct balance_row){ .payer = payer, .payee = payee, .unit = unit };
	}
	add_up(&b->lines, lines);
	add_up(&b->paid, paid);
	add_up(&b->received, received);
}

/* What one line does to its key and posting. */
static void
apply_line(struct settlement *s, const struct line_row *l, uint32_t statement)
{
	struct key_row *k = settled_key_at(s, l->key);
	struct posting_row *p = posting_at(s, l->posting);

	p->sum += l->amount;
	if (p->tax == NONE)
		k->settled += l->amount;
	if (k->settled > k->peak)
		k->peak = k->settled;
	if (k->first_statement == 0)
		k->first_statement = statement;
	if (l->achieved != NEVER)
		k->achieved = l->achieved;
	k->reason = l->reason;
	k->last_zero = l->amount == 0;
	k->had_amount = k->had_amount || l->amount != 0;
	k->statement = statement;
	k->version = p->version;
}

static void
mark_paid(struct settlement *s, uint32_t first, uint32_t count, uint32_t statement)
{
	for (uint32_t i = first; i < first + count; i++) {
		const struct line_row *l = rows_at(&s->lines, i);
		struct key_row *k = settled_key_at(s, l->key);

		if (k->settled <= 0)
			k->first_paid = 0;
		else if (k->first_paid == 0)
			k->first_paid = statement;
		if (k->ever_paid == 0)
			k->ever_paid = k->first_paid;
	}
}

static void
close_line(struct settlement *s, const struct open_line *l, uint32_t statement)
{
	uint32_t i = key_get(s, l), posting = posting_get(s, settled_key_at(s, i), l);
	struct line_row *row = rows_add(&s->lines, NULL);

	*row = (struct line_row){ .event = l->event, .key = i, .posting = posting,
				  .achieved = l->has_basis ? l->achieved : NEVER,
				  .reason = l->reason, .amount = l->amount };
	apply_line(s, row, statement);
	settled_balance_add(s, l->payer, l->payee, l->unit, l->amount, 0, 0);
}

/* Keys and postings as the statements up to `number` left them; 0: as before the first. */
static void
settled_rewind(struct settlement *s, uint32_t number)
{
	for (uint32_t i = 0; i < s->keys.count; i++) {
		struct key_row *k = settled_key_at(s, i);

		k->settled = k->peak = 0;
		k->first_statement = k->first_paid = k->ever_paid = k->statement = 0;
		k->reason = NONE;
		k->last_zero = k->had_amount = false;
	}
	for (uint32_t i = 0; i < s->postings.count; i++)
		posting_at(s, i)->sum = 0;
	for (uint32_t n = 1; n <= number; n++) {
		const struct statement_row *st = statement_at(s, n);

		for (uint32_t i = st->first_line; i < st->first_line + st->line_count; i++)
			apply_line(s, rows_at(&s->lines, i), n);
		mark_paid(s, st->first_line, st->line_count, n);
	}
}

void
settled_found(struct settlement *s, uint32_t number)
{
	s->statements.count = number - 1;
	settled_rewind(s, number - 1);
	kept_forget(s);
}

enum rc
record_issued(struct settlement *s, const struct settle_record *r, uint32_t event, struct err *e)
{
	const char *through = json_get_string(r->body, "through");
	struct statement_row row = { .issued = r->digest, .seq = r->seq,
				     .first_line = s->lines.count };
	uint32_t number = s->statements.count + 1;
	int64_t lines = json_get_integer(r->body, "lines", -1);

	(void)event;
	if (json_get_integer(r->body, "number", 0) != number)
		return rc_fail(e, RC_CONFLICT, "the next statement is number %u", number);
	if (lines < 0 || (uint64_t)lines != s->open_count)
		return rc_fail(e, RC_REFUSED, "it closes %lld lines and %zu stand open",
			       (long long)lines, s->open_count);
	if (through == NULL || !date_parse(through, strlen(through), &row.through) ||
	    !member_hash(r->body, "root", &row.root) ||
	    !member_hash(r->body, "lines_root", &row.lines_root))
		return rc_fail(e, RC_REFUSED, "no through, root or lines_root is named");
	row.size = (uint64_t)json_get_integer(r->body, "size", 0);
	s->diverged = !hash_equal(row.lines_root, s->computed_root);
	row.line_count = (uint32_t)s->open_count;
	*(struct statement_row *)rows_add(&s->statements, NULL) = row;
	for (size_t i = 0; i < s->open_count; i++)
		close_line(s, &s->open[i], number);
	mark_paid(s, row.first_line, row.line_count, number);
	s->open_count = 0;
	return RC_OK;
}

/* ---- disputes ---- */

static uint32_t
line_by_event(const struct settlement *s, uint32_t event)
{
	uint32_t low = 0, high = s->lines.count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct line_row *l = rows_at(&s->lines, mid);

		if (l->event == event)
			return mid;
		if (l->event < event)
			low = mid + 1;
		else
			high = mid;
	}
	return NONE;
}

enum rc
record_dispute_opened(struct settlement *s, const struct settle_record *r, uint32_t event,
		      struct err *e)
{
	struct hash digest;
	struct dispute_row *d;
	const struct line_row *l;
	uint32_t at;

	if (!member_hash(r->body, "line", &digest) || event_find(s, digest) == NONE)
		return rc_fail(e, RC_REFUSED, "the disputed line is not known");
	at = line_by_event(s, event_find(s, digest));
	if (at == NONE)
		return rc_fail(e, RC_REFUSED, "the disputed line is in no issued statement");
	l = rows_at(&s->lines, at);
	d = rows_add(&s->disputes, NULL);
	*d = (struct dispute_row){ .event = event, .key = l->key, .resolved = NONE,
				   .payer = posting_at(s, l->posting)->payer };
	return RC_OK;
}

enum rc
record_dispute_resolved(struct settlement *s, const struct settle_record *r, uint32_t event,
			struct err *e)
{
	struct hash digest;
	uint32_t opened;

	if (!member_hash(r->body, "dispute", &digest))
		return rc_fail(e, RC_REFUSED, "no dispute is named");
	opened = event_find(s, digest);
	for (uint32_t i = 0; i < s->disputes.count; i++) {
		struct dispute_row *d = rows_at(&s->disputes, i);

		if (d->event != opened)
			continue;
		if (d->resolved != NONE) {	/* decided again: the later one is */
			d = rows_add(&s->disputes, NULL);
			*d = *(struct dispute_row *)rows_at(&s->disputes, i);
		}
		d->resolved = event;
		settled_key_at(s, d->key)->decided = true;
		d->decided = json_get(r->body, "amount") != NULL;
		d->amount = json_get_integer(r->body, "amount", 0);
		return RC_OK;
	}
	return rc_fail(e, RC_REFUSED, "the dispute is not known");
}
